/* issuance.c — a CA's order of work: issuance.h numbers its steps. */
#include "service/pca/issuance.h"

#include <openssl/sha.h>
#include <string.h>

#include "base/buffer.h"
#include "service/pca/issuance_parts.h"
#include "service/pca/pca.h"
#include "service/pca/subject.h"
#include "store/duty.h"
#include "x509/pem.h"
#include "x509/tbs.h"

/* Certificates in one partition: 10,000 revoked entries make a list of some 400 KB, which a client fetches in a moment,
 * and one more revocation signs no more than that anew. */
enum { PARTITION_CAPACITY = 10000 };

struct issuance_opening {
	bool is_missing;    /* the complete list has no row yet */
	struct str next_id; /* of the partition to come, when this one is full */
	bool is_open;       /* the write has opened one */
};

/* ---- Before: may it be? ---- */

bool
issuance_state_check(
	const struct authority *authority, const struct template *template, bool is_responder, struct fault *fault)
{
	unsigned conditions = CONDITION_ACTIVE;

	if (template->is_root && authority->row.type != AUTHORITY_ROOT)
		return fault_set(fault, FAULT_INVALID_ARGS,
			"Template %s makes a root's own certificate, but certificate authority %.*s is a subordinate. "
			"Have its CSR signed by another authority, with a template "
			"SubordinateCACertificate_PathLen…/V1.",
			template->name, STR_ARG(authority->arn));
	if (template->is_root)
		conditions |= CONDITION_PENDING | CONDITION_EXPIRED;
	if (is_responder)
		conditions |= CONDITION_DISABLED;
	return authority_require(authority, conditions, fault,
		"The certificate authority is not in a valid state for issuing certificates.");
}

static bool
check_algorithm(const struct issuance_request *request, struct fault *fault)
{
	if (!signing_fits(request->algorithm, (enum signing_key)request->authority->row.key))
		return fault_set(fault, FAULT_INVALID_ARGS,
			"The signing algorithm %s does not suit the key of the certificate authority. RSA keys sign "
			"with …WITHRSA, EC keys with …WITHECDSA, ML-DSA keys with their own parameter set.",
			signing_name(request->algorithm));
	if (!signing_available(request->algorithm))
		return fault_set(fault, FAULT_INVALID_ARGS,
			"This server cannot sign with %s: its OpenSSL does not have it.",
			signing_name(request->algorithm));
	return true;
}

/* The authority's own public key: of its certificate, or, before it has one, of its CSR. */
static bool
own_key(struct call *call, const struct authority *authority, struct bytes *spki, struct fault *fault)
{
	struct str pem;
	const struct csr *csr;

	if (authority->certificate != NULL) {
		*spki = authority->certificate->spki;
		return true;
	}
	pem = pem_render("CERTIFICATE REQUEST", authority->row.csr, call->arena);
	if (!csr_read(bytes_of_str(pem), call->verifier, call->arena, &csr, fault)) {
		fault->code = FAULT_INTERNAL;
		return fault_log(fault, "authority %.*s: its own CSR cannot be read", STR_ARG(authority->row.id));
	}
	*spki = csr->spki;
	return true;
}

static bool
check_key(struct call *call, const struct issuance_request *request, struct fault *fault)
{
	struct bytes spki;

	if (!own_key(call, request->authority, &spki, fault))
		return false;
	bool own = bytes_equal(spki, request->csr->spki);
	if (request->template->is_root && !own)
		return fault_set(fault, FAULT_MALFORMED_CSR,
			"The CSR is not the certificate authority's own. Template %s takes the one that "
			"GetCertificateAuthorityCsr returns.",
			request->template->name);
	if (!request->template->is_root && own)
		return fault_set(fault, FAULT_MALFORMED_CSR,
			"The CSR is for the certificate authority's own key. An authority certifies its own key only "
			"as "
			"a root, with template RootCACertificate/V1; send the CSR of another key.");
	return true;
}

static bool
check_path(const struct issuance_request *request, struct fault *fault)
{
	const struct template *template = request->template;
	int limit;

	if (!template->is_ca || template->is_root)
		return true;
	limit = authority_path_length(request->authority);
	if (limit >= 0 && template->path_length >= limit)
		return fault_set(fault, FAULT_VALIDATION,
			"Template %s has path length %d, which is not less than the %d of the certificate authority. "
			"%s.",
			template->name, template->path_length, limit,
			limit == 0 ? "This authority cannot issue CA certificates at all"
				   : "Choose a template with a shorter one");
	if (authority_level(request->authority) >= PCA_HIERARCHY_DEPTH)
		return fault_set(fault, FAULT_VALIDATION,
			"The new authority would be on level %zu of its hierarchy; %d are allowed, the root included.",
			authority_level(request->authority) + 1, (int)PCA_HIERARCHY_DEPTH);
	return true;
}

/* A CA has a name, and it is not its issuer's: who shares that is self-issued, and counts for no path length. A root's
 * is the one it was created with, since nobody else's name is signed here. */
static bool
check_name(const struct issuance_request *request, struct bytes subject, struct fault *fault)
{
	const struct template *template = request->template;
	bool from_api = template->from_api && request->passthrough != NULL && request->passthrough->subject != NULL;
	enum fault_code code = from_api ? FAULT_INVALID_ARGS : FAULT_MALFORMED_CSR;

	if (!template->is_ca)
		return true;
	bool same = template->is_root ? bytes_equal(subject, request->authority->row.subject)
				      : name_equal(subject, request->authority->row.subject);
	if (template->is_root && !same)
		return fault_set(fault, code,
			"The subject is not the certificate authority's own. A root certifies itself under the name "
			"that "
			"it was created with: leave out ApiPassthrough.Subject.");
	if (!template->is_root && same)
		return fault_set(fault, code,
			"The subject is the certificate authority's own name. A subordinate needs a name of its own: "
			"give it another subject.");
	if (subject.n <= 2)
		return fault_set(fault, code,
			"The subject is empty. A certificate authority needs a name (RFC 5280, 4.1.2.6): give it a "
			"subject.");
	return true;
}

/* RFC 5280, 4.2.1.3 and 4.2.1.9: a CA says that it is one in KeyUsage, too. The blank templates leave it to be passed.
 */
static bool
check_usage(const struct issuance_request *request, const struct issuance_content *content, struct fault *fault)
{
	const struct template *template = request->template;

	if (!template->is_ca || template->key_usage != 0)
		return true;
	for (size_t i = 0; i < content->extension_count; i++) {
		if (str_is(content->extensions[i].oid, EXTENSION_OID_KEY_USAGE))
			return true;
	}
	return fault_set(fault, template->from_api ? FAULT_INVALID_ARGS : FAULT_MALFORMED_CSR,
		"Template %s makes a CA, and leaves its KeyUsage to be passed: give one with KeyCertSign, as %s.",
		template->name,
		template->from_api ? "ApiPassthrough.Extensions.KeyUsage" : "the keyUsage extension of the CSR");
}

/* ---- Which list it belongs to ---- */

struct opening {
	int64_t authority;
	struct str id;
	int64_t partition;
};

static bool
open_first(struct store_transaction *transaction, void *context, struct fault *fault)
{
	struct opening *opening = context;

	return store_crl_open_partition(
		transaction, opening->authority, opening->id, PARTITION_CAPACITY, &opening->partition, fault);
}

static struct str
new_list_id(struct call *call)
{
	char *id = arena_alloc(call->arena, UUID_TEXT_BYTES);

	uuid_v4(call->entropy, id);
	return (struct str){ id, UUID_TEXT_BYTES - 1 };
}

/* Once in an authority's life this waits for the disk: the first certificate names a partition that must be there. The
 * later ones are opened beside the certificate that fills the one before (issuance_keep). */
static bool
find_partition(struct call *call, const struct authority_row *row, struct crl_row *out, struct fault *fault)
{
	struct opening opening = { .authority = row->number, .partition = row->crl_partition };

	if (opening.partition == 0) {
		opening.id = new_list_id(call);
		if (!store_apply(call->store, open_first, &opening, fault))
			return false;
	}
	return store_crl_get(call->store, row->number, opening.partition, call->arena, out, fault);
}

static bool
find_list(struct call *call, const struct issuance_request *request, struct issuance_list *out, struct fault *fault)
{
	const struct authority *authority = request->authority;
	const struct revocation_settings *settings = &authority->revocation;
	struct crl_row crl = { .id = authority->row.id };
	struct fault missing = { 0 };

	*out = (struct issuance_list){ 0 };
	if (!settings->crl_enabled || request->template->is_root || request->is_responder)
		return true;
	if (settings->crl_partitioned) {
		if (!find_partition(call, &authority->row, &crl, fault))
			return false;
	} else if (!store_crl_get(call->store, authority->row.number, 0, call->arena, &crl, &missing)) {
		if (missing.code != FAULT_NOT_FOUND) {
			*fault = missing;
			return false;
		}
		crl.id = authority->row.id;
		out->is_missing = true;
	}
	out->partition = crl.partition;
	if (!settings->crl_omit_extension)
		out->url = revocation_crl_url(settings, call, authority->row.owner.region, crl.id, false);
	return true;
}

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
		.issuer = request->authority->row.subject,
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
	(void)SHA256(tbs->tbs.p, tbs->tbs.n, out->sha256);
	out->is_self_signed = request->template->is_root;
	out->arn = pca_arn_render_certificate(call->arena, request->authority->arn, tbs->serial);
	out->opening = ARENA_NEW(call->arena, struct issuance_opening);
	out->opening->is_missing = list->is_missing;
	if (list->partition != 0)
		out->opening->next_id = new_list_id(call);
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

	if (!issuance_state_check(request->authority, request->template, request->is_responder, fault))
		return false;
	if (!check_algorithm(request, fault) || !check_key(call, request, fault) || !check_path(request, fault))
		return false;
	if (!find_list(call, request, &list, fault))
		return false;
	if (!issuance_content(call, request, &list, false, &content, fault) ||
		!check_name(request, content.subject, fault) || !check_usage(request, &content, fault))
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

	if (quota <= 0)
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

bool
issuance_intend(
	struct call *call, struct store_transaction *transaction, const struct issuance *issuance, struct fault *fault)
{
	const struct authority *authority = issuance->authority;
	struct intention_row row = {
		.authority = issuance->row.authority,
		.serial = issuance->serial,
		.tbs_sha256 = { issuance->sha256, sizeof issuance->sha256 },
		.template = issuance->row.template,
		.requester = issuance->row.requester,
		.subject = issuance->row.subject,
		.requested_ms = call->now_ms,
	};

	if (!store_authority_check(transaction, authority->row.number, authority->row.version, fault)) {
		if (fault->code == FAULT_NOT_FOUND)
			return authority_not_found(authority->arn, fault);
		return fault->code != FAULT_CONFLICT
			       ? false
			       : fault_set(fault, FAULT_CONFLICT,
					 "Certificate authority %.*s was changed by another request "
					 "at the same time. Send this one again.",
					 STR_ARG(authority->arn));
	}
	if (!check_quota(call, transaction, issuance, fault))
		return false;
	if (store_intention_insert(transaction, &row, fault))
		return true;
	return fault->code != FAULT_CONFLICT
		       ? false
		       : fault_set(fault, FAULT_CONFLICT,
				 "The serial number that was drawn is in use already. Send the request again.");
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

/* The first certificate that a list is told to answer for makes the list due (AWS publishes none before). */
static bool
open_complete_list(
	struct call *call, struct store_transaction *transaction, const struct issuance *issuance, struct fault *fault)
{
	struct crl_row row = {
		.authority = issuance->row.authority,
		.id = issuance->authority->row.id,
		.due_ms = call->now_ms,
	};
	struct crl_row present;
	struct fault missing = { 0 };

	if (store_crl_get(call->store, row.authority, 0, call->arena, &present, &missing))
		return true;
	if (missing.code == FAULT_NOT_FOUND) {
		issuance->opening->is_open = true;
		return store_crl_put(transaction, &row, fault);
	}
	*fault = missing;
	return false;
}

/* Nothing happens while the partition has room. */
static bool
open_partition(struct store_transaction *transaction, const struct issuance *issuance, struct fault *fault)
{
	int64_t partition;

	if (!store_crl_open_partition(transaction, issuance->row.authority, issuance->opening->next_id,
		    PARTITION_CAPACITY, &partition, fault))
		return false;
	issuance->opening->is_open = partition != issuance->row.crl_partition;
	return true;
}

bool
issuance_keep(
	struct call *call, struct store_transaction *transaction, const struct issuance *issuance, struct fault *fault)
{
	struct bytes sha256 = { issuance->sha256, sizeof issuance->sha256 };

	if (!store_issued_insert(transaction, &issuance->row, sha256, fault))
		return fault->code != FAULT_CONFLICT ? false
						     : fault_set(fault, FAULT_CONFLICT,
							       "The certificate was signed too late: its serial number "
							       "had been given up. Send "
							       "the request again.");
	if (issuance->opening->is_missing && !open_complete_list(call, transaction, issuance, fault))
		return false;
	return issuance->row.crl_partition == 0 || open_partition(transaction, issuance, fault);
}

void
issuance_kept(struct call *call, void *context)
{
	const struct issuance *issuance = context;

	if (issuance->opening->is_open && call->hurry != NULL)
		call->hurry(call->hurry_context);
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
