/* GetCertificate: the certificate and its chain, as canonical PEM. */
#include <string.h>

#include "service/acm/acm.h"
#include "service/acm/record.h"
#include "x509/pem.h"

static struct str
join(const struct str *parts, size_t count, struct arena *arena)
{
	size_t total = 0;
	char *text, *end;

	for (size_t i = 0; i < count; i++)
		total += parts[i].n;
	text = end = arena_alloc(arena, total);
	for (size_t i = 0; i < count; i++) {
		memcpy(end, parts[i].p, parts[i].n);
		end += parts[i].n;
	}
	return (struct str){ text, total };
}

/* Absent when none was imported. */
static struct str
render_chain(struct bytes chain, struct arena *arena)
{
	struct bytes rest = chain, der;
	struct str *parts;
	size_t count = 0, n = 0;

	while (acm_chain_next(&rest, &der))
		count++;
	if (count == 0)
		return (struct str){ 0 };
	parts = ARENA_ARRAY(arena, struct str, count);
	while (acm_chain_next(&chain, &der))
		parts[n++] = pem_render("CERTIFICATE", der, arena);
	return join(parts, n, arena);
}

bool
acm_get_certificate(struct call *call, const struct acm_get_certificate_request *in,
	struct acm_get_certificate_response *out, struct fault *fault)
{
	struct certificate_row row;

	if (!acm_record_get(call, in->certificate_arn, &row, fault))
		return false;
	out->certificate = pem_render("CERTIFICATE", row.certificate, call->arena);
	out->certificate_chain = render_chain(row.chain, call->arena);
	return true;
}
