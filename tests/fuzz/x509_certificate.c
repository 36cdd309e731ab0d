/* Fuzz target: one certificate in DER. */
#include "x509/certificate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena arena;
	const struct certificate *certificate;
	const char *why;

	if (certificate_parse((struct bytes){ data, size }, &arena, &certificate, &why)) {
		(void)name_render(&certificate->subject_name, &arena);
		(void)certificate_label(certificate, &arena);
		(void)certificate_is_self_issued(certificate);
	}
	arena_reset(&arena);
	return 0;
}
