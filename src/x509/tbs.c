#include "x509/tbs.h"

#include "x509/build_parts.h"
#include "x509/certificate_parts.h"

enum {
	TBS_VERSION_3 = 2,
	SIGNED_FRAME_BYTES = 64, /* the headers around a signed part and its signature, and the algorithm */
};

static void
validity_put(struct der_writer *writer, const struct tbs *tbs)
{
	size_t mark = der_mark(writer);

	der_put_time(writer, tbs->not_after_ms);
	der_put_time(writer, tbs->not_before_ms);
	der_wrap(writer, DER_SEQUENCE, mark);
}

struct bytes
tbs_build(const struct tbs *tbs, struct arena *arena)
{
	struct der_writer writer = { 0 };

	if (tbs->extension_count > 0) {
		extensions_put(&writer, tbs->extensions, tbs->extension_count);
		der_wrap(&writer, DER_CONTEXT_CONSTRUCTED + 3, 0);
	}
	der_put(&writer, tbs->spki);
	der_put(&writer, tbs->subject);
	validity_put(&writer, tbs);
	der_put(&writer, tbs->issuer);
	der_put(&writer, signing_identifier(tbs->algorithm));
	der_put_unsigned(&writer, tbs->serial);
	size_t mark = der_mark(&writer);
	der_put_number(&writer, TBS_VERSION_3);
	der_wrap(&writer, DER_CONTEXT_CONSTRUCTED + 0, mark);
	der_wrap(&writer, DER_SEQUENCE, 0);
	return der_finish(&writer, arena);
}

struct bytes
signed_assemble(struct bytes tbs, enum signing_algorithm algorithm, struct bytes signature, struct arena *arena)
{
	struct der_writer writer = { 0 };

	der_writer_reserve(&writer, tbs.n + signature.n + SIGNED_FRAME_BYTES);
	der_put_bits(&writer, signature);
	der_put(&writer, signing_identifier(algorithm));
	der_put(&writer, tbs);
	der_wrap(&writer, DER_SEQUENCE, 0);
	return der_finish(&writer, arena);
}

bool
tbs_read(struct bytes der, struct arena *arena, const struct certificate **out, const char **why)
{
	struct certificate *certificate = ARENA_NEW(arena, struct certificate);
	struct der input = der_of(der);
	struct der fields;

	if (!der_enter(&input, DER_SEQUENCE, &fields) || !der_at_end(&input)) {
		*why = "it is not DER, it is cut short, or something follows it";
		return false;
	}
	certificate->tbs = der;
	if (!certificate_fields_read(fields, (struct bytes){ 0 }, arena, certificate, why))
		return false;
	*out = certificate;
	return true;
}
