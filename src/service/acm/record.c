#include "service/acm/record.h"

#include <string.h>

#include "base/base64.h"
#include "service/acm/arn.h"
#include "service/acm/usage.h"
#include "x509/build.h"
#include "x509/pem.h"

/* Text columns hold UTF-8 without NUL. A name that is neither can be in a certificate whose profile rule was relaxed:
 * it stays in the certificate, but nothing finds it. */
static bool
can_be_indexed(struct str name)
{
	return name.n > 0 && memchr(name.p, '\0', name.n) == NULL && utf8_valid(name);
}

static struct str
render_serial(struct bytes serial, struct arena *arena)
{
	struct buffer hex = { 0 };
	struct str text;

	hex_encode(&hex, serial, ':');
	text = arena_str(arena, buffer_str(&hex));
	buffer_done(&hex);
	return text;
}

static void
set_names(const struct certificate *certificate, const struct name *subject, struct arena *arena,
	struct certificate_row *row)
{
	struct str common_name = name_get(subject, NAME_OID_COMMON_NAME);
	struct str *names = ARENA_ARRAY(arena, struct str, certificate->name_count);
	size_t n = 0;

	for (size_t i = 0; i < certificate->name_count; i++) {
		const struct general_name *name = &certificate->names[i];
		if (name->kind == GENERAL_NAME_DNS && can_be_indexed(name->text))
			names[n++] = name->text;
	}
	row->dns_names = names;
	row->dns_name_count = n;
	row->common_name = can_be_indexed(common_name) ? common_name : (struct str){ 0 };
	row->domain_name = row->common_name.p == NULL && n > 0 ? names[0] : row->common_name;
}

bool
acm_certificate_row(
	const struct certificate *certificate, struct arena *arena, struct certificate_row *row, struct fault *fault)
{
	struct name subject;

	if (!name_parse(certificate->subject, arena, &subject))
		return fault_set(fault, FAULT_VALIDATION,
			"The certificate is not valid. Its subject is not a well-formed name.");
	row->not_before_ms = certificate->not_before_ms;
	row->not_after_ms = certificate->not_after_ms;
	row->key_algorithm = (int)certificate->key.algorithm;
	row->key_usage = acm_key_usage_bits(certificate);
	row->extended_key_usage = acm_extended_key_usage_bits(certificate);
	row->serial = render_serial(certificate->serial, arena);
	row->certificate = certificate->der;
	set_names(certificate, &subject, arena, row);
	return true;
}

struct seal_context
acm_seal_context(const struct owner *owner, struct str arn, int64_t version)
{
	return (struct seal_context){
		.purpose = SEAL_CERTIFICATE_KEY,
		.account = owner->account,
		.region = owner->region,
		.name = arn,
		.version = version,
	};
}

bool
acm_record_get(const struct call *call, struct str arn, struct certificate_row *out, struct fault *fault)
{
	struct str id;

	if (!acm_arn_resolve(call, arn, &id, fault))
		return false;
	if (store_certificate_get(call->store, &call->owner, id, call->arena, out, fault))
		return true;
	return fault->code == FAULT_NOT_FOUND ? acm_arn_not_found(arn, fault) : false;
}

bool
acm_record_require_issued(
	const struct call *call, const struct certificate_row *row, struct str arn, struct fault *fault)
{
	if (row->certificate.n > 0)
		return true;
	(void)fault_set(fault, FAULT_IN_PROGRESS, "Certificate %.*s in account %.*s not yet issued.", STR_ARG(arn),
		STR_ARG(call->owner.account));
	return row->state != CERTIFICATE_FAILED
		       ? false
		       : fault_say_more(fault,
				 "It never will be: it failed. DescribeCertificate tells its FailureReason; request "
				 "another.");
}

bool
acm_record_certificate(
	const struct certificate_row *row, struct arena *arena, const struct certificate **out, struct fault *fault)
{
	const char *why;

	if (certificate_parse(row->certificate, arena, out, &why))
		return true;
	(void)fault_set(fault, FAULT_INTERNAL, "The stored certificate cannot be read.");
	return fault_log(fault, "certificate %.*s: %s", STR_ARG(row->id), why);
}

/* What is deleted at this moment is still known by its row. */
static bool
wanted(const struct call *call, const struct certificate_row *row, struct certificate *certificate, struct fault *fault)
{
	const struct name_part parts[] = { { STR(NAME_OID_COMMON_NAME), row->domain_name } };
	struct certificate_private private;
	struct general_name *names;
	const struct str *lines;

	if (!store_certificate_private_get(call->store, &call->owner, row->id, call->arena, &private, fault)) {
		if (fault->code != FAULT_NOT_FOUND)
			return false;
		private.names = row->domain_name;
	}
	lines = acm_names_split(private.names, call->arena, &certificate->name_count);
	names = ARENA_ARRAY(call->arena, struct general_name, certificate->name_count);
	for (size_t i = 0; i < certificate->name_count; i++)
		names[i] = (struct general_name){ .kind = GENERAL_NAME_DNS, .text = lines[i] };
	certificate->names = names;
	certificate->key.algorithm = (enum key_algorithm)row->key_algorithm;
	return name_build(parts, ARRAY_COUNT(parts), call->arena, &certificate->subject, fault);
}

bool
acm_record_described(
	const struct call *call, const struct certificate_row *row, const struct certificate **out, struct fault *fault)
{
	struct certificate *certificate;

	if (row->certificate.n > 0)
		return acm_record_certificate(row, call->arena, out, fault);
	certificate = ARENA_NEW(call->arena, struct certificate);
	*out = certificate;
	return wanted(call, row, certificate, fault);
}

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

struct str
acm_chain_render(struct bytes chain, struct arena *arena)
{
	struct bytes rest = chain, der;
	struct str *parts;
	size_t count = 0, n = 0;

	while (chain_next(&rest, &der))
		count++;
	if (count == 0)
		return (struct str){ 0 };
	parts = ARENA_ARRAY(arena, struct str, count);
	while (chain_next(&chain, &der))
		parts[n++] = pem_render("CERTIFICATE", der, arena);
	return join(parts, n, arena);
}

struct str
acm_names_join(const struct str *names, size_t count, struct arena *arena)
{
	struct buffer text = { 0 };

	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			buffer_put_char(&text, '\n');
		buffer_put_str(&text, names[i]);
	}
	struct str lines = arena_str(arena, buffer_str(&text));
	buffer_done(&text);
	return lines;
}

const struct str *
acm_names_split(struct str lines, struct arena *arena, size_t *count)
{
	size_t n = 0, room = lines.n > 0;

	for (size_t i = 0; i < lines.n; i++)
		room += lines.p[i] == '\n';
	struct str *names = ARENA_ARRAY(arena, struct str, room);
	while (n < room)
		(void)str_cut(&lines, '\n', &names[n++]);
	*count = n;
	return names;
}
