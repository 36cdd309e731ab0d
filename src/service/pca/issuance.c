/* issuance.c — a CA's order of work: issuance.h numbers its steps. */
#include "service/pca/issuance.h"

#include <string.h>

#include "base/buffer.h"
#include "service/pca/issuance_parts.h"
#include "service/pca/pca.h"
#include "service/pca/subject.h"
#include "sigv4/digest.h"
#include "x509/tbs.h"

/* ---- What is to be signed ---- */

static struct bytes
new_serial(struct call *call)
{
	uint8_t *serial = arena_alloc(call->arena, PCA_SERIAL_BYTES);

	do
		entropy_fill(call->entropy, serial, PCA_SERIAL_BYTES);
	while (serial[0] == 0);
	return (struct bytes){ serial, PCA_SERIAL_BYTES };
}

/* Builds it, reads it back, and holds it against RFC 5280. */
static bool
build(struct call *call, const struct issuance_request *request, const struct issuance_content *content,
	struct bytes serial, const struct certificate **out, struct fault *fault)
{
	const char *why;
	struct tbs tbs = {
		.serial = serial,
		.algorithm = request->algorithm,
		.issuer = request->template->is_root ? request->authority->row.subject
						     : authority_name(request->authority),
		.not_before_ms = request->not_before_ms,
		.not_after_ms = request->not_after_ms,
		.subject = content->subject,
		.spki = request->csr->spki,
		.extensions = content->extensions,
		.extension_count = content->extension_count,
	};

	if (!tbs_read(tbs_build(&tbs, call->arena), call->arena, out, &why))
		return fault_set(fault, FAULT_INVALID_ARGS, "No certificate can be made of this: %s.", why);
	return tbs_lint(*out, call->arena, fault);
}

/* Something is wrong with what would be signed. If all would be well without the CSR's part in it, the CSR is at fault.
 */
static bool
blame(struct call *call, const struct issuance_request *request, const struct issuance_list *list, struct bytes serial,
	struct fault *fault)
{
	const struct certificate *certificate;
	struct issuance_content content;
	struct fault other = { 0 };

	if (fault->code == FAULT_INVALID_ARGS && issuance_content(call, request, list, true, &content, &other) &&
		build(call, request, &content, serial, &certificate, &other))
		fault->code = FAULT_MALFORMED_CSR;
	return false;
}

/* What no lint knows: that it is what the template says. Whoever gets by this finds the signer. */
static bool
check_template(const struct template *template, const struct certificate *tbs, struct fault *fault)
{
	bool signs = (tbs->key_usage & KEY_USAGE_KEY_CERT_SIGN) != 0;

	if (tbs->is_ca == template->is_ca && tbs->path_length == template->path_length && (template->is_ca || !signs))
		return true;
	(void)fault_set(fault, FAULT_INTERNAL, "The certificate would not be what its template says.");
	return fault_log(fault, "template %s: CA %d, path length %d, key usage %#x", template->name, tbs->is_ca,
		tbs->path_length, tbs->key_usage);
}

static bool
is_plain(struct str text)
{
	for (size_t i = 0; i < text.n; i++) {
		if ((unsigned char)text.p[i] < ' ')
			return false;
	}
	return text.n > 0 && utf8_valid(text);
}

/* One a line, for those who search. */
static struct str
names_text(const struct certificate *tbs, struct arena *arena)
{
	struct buffer text = { 0 };
	struct name directory;

	buffer_put(&text, "", 0);
	for (size_t i = 0; i < tbs->name_count; i++) {
		struct str name = tbs->names[i].text;
		if (tbs->names[i].kind == GENERAL_NAME_DIRECTORY && name_parse(tbs->names[i].der, arena, &directory))
			name = name_render(&directory, arena);
		if (!is_plain(name))
			continue;
		if (text.n > 0)
			buffer_put_char(&text, '\n');
		buffer_put_str(&text, name);
	}
	struct str names = arena_str(arena, buffer_str(&text));
	buffer_done(&text);
	return names;
}

static void
describe(struct call *call, const struct issuance_request *request, const struct certificate *tbs,
	const struct issuance_list *list, struct issuance *out)
{
	out->authority = request->authority;
	out->template = request->template;
	out->algorithm = request->algorithm;
	out->serial = tbs->serial;
	out->tbs = tbs->tbs;
	digest_sha256(tbs->tbs, out->sha256);
	out->is_self_signed = request->template->is_root;
	out->is_responder = request->is_responder;
	out->arn = pca_arn_render_certificate(call->arena, request->authority->arn, tbs->serial);
	out->opening = issuance_list_opening(call, list);
	out->row = (struct issued_row){
		.authority = request->authority->row.number,
		.serial = tbs->serial,
		.template = str_of(request->template->name),
		.requester = request->requester,
		.subject = subject_render_audit(&tbs->subject_name, call->arena),
		.names = names_text(tbs, call->arena),
		.issued_ms = call->now_ms,
		.not_before_ms = tbs->not_before_ms,
		.not_after_ms = tbs->not_after_ms,
		.crl_partition = list->partition,
	};
}

bool
issuance_prepare(struct call *call, const struct issuance_request *request, struct issuance *out, struct fault *fault)
{
	const struct certificate *tbs;
	struct issuance_content content;
	struct issuance_list list;

	if (!issuance_check(call, request, fault) || !issuance_list_find(call, request, &list, fault))
		return false;
	if (!issuance_content(call, request, &list, false, &content, fault) ||
		!issuance_content_check(request, &content, fault))
		return false;
	struct bytes serial = new_serial(call);
	if (!build(call, request, &content, serial, &tbs, fault))
		return blame(call, request, &list, serial, fault);
	if (!check_template(request->template, tbs, fault))
		return false;
	*out = (struct issuance){ 0 };
	describe(call, request, tbs, &list, out);
	return true;
}

/* ---- The steps that last ---- */

static bool
check_quota(
	struct call *call, struct store_transaction *transaction, const struct issuance *issuance, struct fault *fault)
{
	int64_t quota = call->settings->quota_issued, count;

	/* Without its responder an authority could not tell of the certificates that it has issued. */
	if (quota <= 0 || issuance->is_responder)
		return true;
	if (!store_issued_count(transaction, issuance->row.authority, &count, fault))
		return false;
	if (count < quota)
		return true;
	return fault_set(fault, FAULT_LIMIT_EXCEEDED,
		"Certificate authority %.*s has issued %lld certificates, as many as it may in its life. Issue from "
		"another authority, or ask the operator of this server for more.",
		STR_ARG(issuance->authority->arn), (long long)count);
}

static bool
check_unchanged(struct store_transaction *transaction, const struct authority *authority, struct fault *fault)
{
	if (store_authority_check(transaction, authority->row.number, authority->row.version, fault))
		return true;
	if (fault->code == FAULT_NOT_FOUND)
		return authority_not_found(authority->arn, fault);
	if (fault->code == FAULT_CONFLICT)
		return fault_set(fault, FAULT_CONFLICT,
			"Certificate authority %.*s was changed by another request at the same time. Send this one "
			"again.",
			STR_ARG(authority->arn));
	return false;
}

bool
issuance_intend(
	struct call *call, struct store_transaction *transaction, const struct issuance *issuance, struct fault *fault)
{
	struct intention_row row = {
		.authority = issuance->row.authority,
		.serial = issuance->serial,
		.tbs_sha256 = { issuance->sha256, sizeof issuance->sha256 },
		.template = issuance->row.template,
		.requester = issuance->row.requester,
		.subject = issuance->row.subject,
		.requested_ms = call->now_ms,
	};

	if (!check_unchanged(transaction, issuance->authority, fault) ||
		!check_quota(call, transaction, issuance, fault))
		return false;
	if (store_intention_insert(transaction, &row, fault))
		return true;
	if (fault->code == FAULT_CONFLICT)
		return fault_set(fault, FAULT_CONFLICT,
			"The serial number that was drawn is in use already. Send the request again.");
	return false;
}

bool
issuance_sign(struct call *call, struct issuance *issuance, struct fault *fault)
{
	const struct authority *authority = issuance->authority;
	struct seal_context context = authority_seal_context(&authority->row, authority->arn);
	struct signer_intention intention = {
		.serial = issuance->serial,
		.is_ca = issuance->template->is_ca,
		.is_self_signed = issuance->is_self_signed,
	};
	struct bytes signature;

	memcpy(intention.sha256, issuance->sha256, sizeof intention.sha256);
	if (!signer_sign(call->signer, SIGNER_CERTIFICATE, issuance->tbs, issuance->algorithm,
		    authority->row.sealed_key, &context, &intention, call->arena, &signature, fault))
		return false;
	issuance->row.certificate = signed_assemble(issuance->tbs, issuance->algorithm, signature, call->arena);
	return true;
}

bool
issuance_keep(
	struct call *call, struct store_transaction *transaction, const struct issuance *issuance, struct fault *fault)
{
	struct bytes sha256 = { issuance->sha256, sizeof issuance->sha256 };

	(void)call;
	if (store_issued_insert(transaction, &issuance->row, sha256, fault))
		return issuance_list_keep(transaction, issuance, fault);
	if (fault->code == FAULT_CONFLICT)
		return fault_set(fault, FAULT_CONFLICT,
			"The certificate was signed too late: its serial number had been given up. Send the request "
			"again.");
	return false;
}

/* ---- All of it ---- */

struct running {
	struct call *call;
	const struct issuance *issuance;
};

static bool
run_intend(struct store_transaction *transaction, void *context, struct fault *fault)
{
	const struct running *running = context;

	return issuance_intend(running->call, transaction, running->issuance, fault);
}

static bool
run_keep(struct store_transaction *transaction, void *context, struct fault *fault)
{
	const struct running *running = context;

	return issuance_keep(running->call, transaction, running->issuance, fault);
}

bool
issuance_run(struct call *call, const struct issuance_request *request, struct issuance *out, struct fault *fault)
{
	struct running running = { call, out };

	if (!issuance_prepare(call, request, out, fault) || !store_apply(call->store, run_intend, &running, fault) ||
		!issuance_sign(call, out, fault) || !store_apply(call->store, run_keep, &running, fault))
		return false;
	issuance_kept(call, out);
	return true;
}
