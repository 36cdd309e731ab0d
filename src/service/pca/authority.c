#include "service/pca/authority.h"

#include <stdarg.h>
#include <stdio.h>

#include "service/chain.h"
#include "service/iam/iam.h"
#include "service/pca/policy.h"
#include "x509/build.h"
#include "x509/pem.h"

bool
authority_not_found(struct str arn, struct fault *fault)
{
	return fault_set(fault, FAULT_NOT_FOUND, "Could not find certificate authority %.*s.", STR_ARG(arn));
}

static bool
unreadable(const struct authority_row *row, const char *what, const char *why, struct fault *fault)
{
	(void)fault_set(fault, FAULT_INTERNAL, "A stored certificate authority cannot be read.");
	return fault_log(fault, "authority %.*s, %s: %s", STR_ARG(row->id), what, why);
}

static bool
read_certificates(const struct authority_row *row, struct arena *arena, struct authority *out, struct fault *fault)
{
	const struct certificate **chain;
	struct bytes rest, der;
	const char *why;
	size_t count = 0;

	if (row->certificate.n == 0)
		return true;
	if (!certificate_parse(row->certificate, arena, &out->certificate, &why))
		return unreadable(row, "its certificate", why, fault);
	for (rest = row->chain; rest.n > 0; count++) {
		if (!chain_next(&rest, &der))
			return unreadable(row, "its chain", "it is cut short", fault);
	}
	chain = ARENA_ARRAY(arena, const struct certificate *, count);
	rest = row->chain;
	for (size_t i = 0; i < count && chain_next(&rest, &der); i++) {
		if (!certificate_parse(der, arena, &chain[i], &why))
			return unreadable(row, "its chain", why, fault);
	}
	out->chain = chain;
	out->chain_count = count;
	out->key_identifier = key_identifier_of(out->certificate, arena);
	return true;
}

bool
authority_of_row(const struct call *call, const struct authority_row *row, struct authority *out, struct fault *fault)
{
	const struct pca_revocation_configuration *shown;
	struct authority authority = { .row = *row };
	bool may_expire = row->state == AUTHORITY_ACTIVE || row->state == AUTHORITY_DISABLED;

	authority.arn = pca_arn_render(call->arena, iam_partition(row->owner.region), &row->owner, row->id);
	authority.is_expired = may_expire && row->not_after_ms < call->now_ms;
	if (!revocation_read(row->revocation, call->arena, &shown, &authority.revocation, fault))
		return false;
	if (!read_certificates(row, call->arena, &authority, fault))
		return false;
	*out = authority;
	return true;
}

/* What a caller may not see is not there for him. */
static bool
may_see(const struct call *call, const struct authority_row *row, struct str arn, const struct authority_use *use)
{
	if (row->state == AUTHORITY_DELETED && row->restorable_until_ms <= call->now_ms)
		return false;
	if (str_equal(row->owner.account, call->owner.account))
		return true;
	return use != NULL && row->policy.n > 0 && policy_allows(row->policy, call->owner.account, use, arn);
}

bool
authority_load(const struct call *call, struct str arn, const struct authority_use *use, struct authority *out,
	struct fault *fault)
{
	struct authority_row row;
	struct pca_arn parsed;

	if (!pca_arn_parse(arn, &parsed, fault))
		return false;
	if (parsed.serial.p != NULL)
		return fault_set(fault, FAULT_INVALID_ARN,
			"The ARN %.*s is not valid. It names a certificate; leave out /certificate/ and what follows "
			"to "
			"name its authority.",
			STR_ARG(arn));
	if (!str_is(parsed.partition, call->partition) || !str_equal(parsed.owner.region, call->owner.region))
		return authority_not_found(arn, fault);
	if (!store_authority_get(call->store, &parsed.owner, parsed.id, call->arena, &row, fault))
		return fault->code == FAULT_NOT_FOUND ? authority_not_found(arn, fault) : false;
	if (!may_see(call, &row, arn, use))
		return authority_not_found(arn, fault);
	return authority_of_row(call, &row, out, fault);
}

unsigned
authority_condition(const struct authority *authority)
{
	static const unsigned conditions[] = {
		[AUTHORITY_CREATING] = CONDITION_CREATING,
		[AUTHORITY_PENDING_CERTIFICATE] = CONDITION_PENDING,
		[AUTHORITY_ACTIVE] = CONDITION_ACTIVE,
		[AUTHORITY_DISABLED] = CONDITION_DISABLED,
		[AUTHORITY_FAILED] = CONDITION_FAILED,
		[AUTHORITY_DELETED] = CONDITION_DELETED,
	};

	return authority->is_expired ? CONDITION_EXPIRED : conditions[authority->row.state];
}

static const char *
condition_name(unsigned condition)
{
	static const char *const names[] = { "CREATING", "PENDING_CERTIFICATE", "ACTIVE", "DISABLED", "EXPIRED",
		"FAILED", "DELETED" };
	size_t i = 0;

	while (i + 1 < ARRAY_COUNT(names) && condition != 1u << i)
		i++;
	return names[i];
}

bool
authority_require(const struct authority *authority, unsigned conditions, struct fault *fault, const char *format, ...)
{
	unsigned condition = authority_condition(authority);
	char sentence[FAULT_SAY_BYTES];
	va_list args;

	if ((condition & conditions) != 0)
		return true;
	va_start(args, format);
	(void)vsnprintf(sentence, sizeof sentence, format, args);
	va_end(args);
	(void)fault_set(fault, FAULT_INVALID_STATE, "%s", sentence);
	return fault_say_more(fault, "Its status is %s.", condition_name(condition));
}

/* The key is sealed once, when it is made, whatever becomes of the row. */
struct bytes
authority_name(const struct authority *authority)
{
	return authority->certificate != NULL ? authority->certificate->subject : authority->row.subject;
}

struct seal_context
authority_seal_context(const struct authority_row *row, struct str arn)
{
	return (struct seal_context){
		.purpose = SEAL_AUTHORITY_KEY,
		.account = row->owner.account,
		.region = row->owner.region,
		.name = arn,
		.version = 1,
	};
}

/* RFC 5280, 6.1.4 (l) and (m): from the root down, each certificate takes one, unless it is self-issued, and may set a
 * lower limit. */
int
authority_path_length(const struct authority *authority)
{
	int limit = -1;

	for (size_t i = authority->chain_count + 1; i > 0; i--) {
		const struct certificate *certificate = i > 1 ? authority->chain[i - 2] : authority->certificate;
		if (limit > 0 && !certificate_is_self_issued(certificate))
			limit--;
		if (certificate->path_length >= 0 && (limit < 0 || certificate->path_length < limit))
			limit = certificate->path_length;
	}
	return limit;
}

size_t
authority_level(const struct authority *authority)
{
	return authority->chain_count + 1;
}

struct str
authority_chain_pem(const struct authority *authority, bool with_itself, struct arena *arena)
{
	struct buffer text = { 0 };

	buffer_put(&text, "", 0);
	if (with_itself)
		buffer_put_str(&text, pem_render("CERTIFICATE", authority->certificate->der, arena));
	for (size_t i = 0; i < authority->chain_count; i++)
		buffer_put_str(&text, pem_render("CERTIFICATE", authority->chain[i]->der, arena));
	struct str pem = arena_str(arena, buffer_str(&text));
	buffer_done(&text);
	return pem;
}
