/* responder_duty.c — delegated OCSP responders (RFC 6960, 4.2.2.2): their keys and certificates, made and renewed.
 *
 * A certificate has no way of being revoked (id-pkix-ocsp-nocheck), so it lives for a month at most. A key is made for
 * each: what an old one could sign ends with its certificate. */
#include <stdio.h>

#include "service/duty.h"
#include "service/iam/iam.h"
#include "service/pca/issuance.h"
#include "service/pca/pca.h"
#include "service/pca/responder.h"
#include "service/pca/responder_parts.h"
#include "x509/build.h"
#include "x509/pem.h"

enum {
	LIFE_DAYS = 30,
	RENEW_PART = 3,        /* renewed when one part in so many is left: ten days of thirty */
	LEASE_MS = 60 * 1000,  /* an RSA key takes seconds at worst; also how long a failure is left alone */
	OVERTAKEN_MS = 1000,   /* until the next look at one that changed while it was worked on */
	LEASE_NAME_BYTES = 40, /* "responder-" and a number */
	PAGE = 100,
	TURN_US = 2 * 1000 * 1000, /* after so long the other duties, and their lease, have their turn */
	SECOND_MS = 1000,
};
#define DAY_MS INT64_C(86400000)

#define RESPONDER_TEMPLATE "OCSPSigningCertificate/V1"
/* As audit reports name who asked for it. */
#define RESPONDER_PRINCIPAL "ocsp.chancery"

/* ---- The one that is there ---- */

bool
responder_wanted(const struct authority *authority)
{
	return (authority_condition(authority) & (CONDITION_ACTIVE | CONDITION_DISABLED)) != 0 &&
	       authority->revocation.ocsp_enabled;
}

struct seal_context
responder_seal_context(const struct authority *authority, int64_t version)
{
	return (struct seal_context){
		.purpose = SEAL_RESPONDER_KEY,
		.account = authority->row.owner.account,
		.region = authority->row.owner.region,
		.name = authority->arn,
		.version = version,
	};
}

/* Of the authority as it is certified now, which may have been certified anew, under another key identifier? */
static bool
is_of(const struct certificate *certificate, const struct authority *authority, struct arena *arena)
{
	struct certificate_extension issuer = extension_authority_key_identifier(authority->key_identifier, arena);
	const struct certificate_extension *named =
		certificate_extension(certificate, EXTENSION_OID_AUTHORITY_KEY_IDENTIFIER);

	return bytes_equal(certificate->issuer, authority->certificate->subject) && named != NULL &&
	       bytes_equal(named->value, issuer.value) &&
	       certificate->not_after_ms <= authority->certificate->not_after_ms;
}

/* *usable: it is there, and may sign. */
static bool
present(const struct call *call, const struct authority *authority, struct responder *out, bool *usable,
	struct fault *fault)
{
	struct fault missing = { 0 };
	const char *why;

	*usable = false;
	*out = (struct responder){ 0 };
	if (!store_responder_get(call->store, authority->row.number, call->arena, &out->row, &missing)) {
		if (missing.code == FAULT_NOT_FOUND)
			return true;
		*fault = missing;
		return false;
	}
	if (!certificate_parse(out->row.certificate, call->arena, &out->certificate, &why)) {
		(void)fault_set(fault, FAULT_INTERNAL, "A stored OCSP responder's certificate cannot be read.");
		return fault_log(fault, "authority %.*s: %s", STR_ARG(authority->row.id), why);
	}
	*usable = out->row.not_before_ms <= call->now_ms && call->now_ms <= out->row.not_after_ms &&
		  is_of(out->certificate, authority, call->arena);
	return true;
}

/* When a usable one is to be renewed; INT64_MAX: it lasts as long as its authority. */
static int64_t
renewal_ms(const struct responder_row *row, const struct authority *authority)
{
	if (row->not_after_ms >= authority->row.not_after_ms)
		return INT64_MAX;
	return row->not_after_ms - (row->not_after_ms - row->not_before_ms) / RENEW_PART;
}

/* ---- A new one ---- */

/* A key of the authority's own kind, so that whoever understands the one understands the other; of RSA, 2048 bits do
 * for a month. */
static enum signing_key
key_kind(const struct authority *authority)
{
	enum signing_key key = (enum signing_key)authority->row.key;

	return key == SIGNING_KEY_RSA_3072 || key == SIGNING_KEY_RSA_4096 ? SIGNING_KEY_RSA_2048 : key;
}

static bool
make_request(struct call *call, const struct authority *authority, struct responder_row *row, const struct csr **out,
	struct fault *fault)
{
	const struct name_part name = { STR(NAME_OID_COMMON_NAME),
		arena_printf(call->arena, "OCSP responder %.*s", STR_ARG(authority->row.id)) };
	enum signing_algorithm algorithm = (enum signing_algorithm)authority->row.signing_algorithm;
	struct seal_context context = responder_seal_context(authority, row->version);
	struct bytes subject, spki, signature;

	if (!name_build(&name, 1, call->arena, &subject, fault) ||
		!signer_key_new(call->signer, key_kind(authority), (struct bytes){ 0 }, &context, call->arena,
			&row->sealed_key, &spki, fault))
		return false;
	struct bytes info = csr_info_build(subject, spki, NULL, 0, call->arena);
	if (!signer_sign(call->signer, SIGNER_REQUEST, info, algorithm, row->sealed_key, &context, NULL, call->arena,
		    &signature, fault))
		return false;
	struct bytes request = csr_assemble(info, algorithm, signature, call->arena);
	struct str pem = pem_render("CERTIFICATE REQUEST", request, call->arena);
	return csr_read(bytes_of_str(pem), call->verifier, call->arena, out, fault);
}

static void
set_period(const struct call *call, const struct authority *authority, struct issuance_request *request)
{
	bool short_lived = authority->row.usage_mode == PCA_CERTIFICATE_AUTHORITY_USAGE_MODE_SHORT_LIVED_CERTIFICATE;
	int64_t days = short_lived ? PCA_SHORT_LIVED_DAYS : LIFE_DAYS;

	request->not_before_ms = (call->now_ms - PCA_BACKDATE_MS) / SECOND_MS * SECOND_MS;
	request->not_after_ms = request->not_before_ms + days * DAY_MS;
	if (request->not_after_ms > authority->row.not_after_ms)
		request->not_after_ms = authority->row.not_after_ms;
}

static bool
put(struct store_transaction *transaction, void *context, struct fault *fault)
{
	const struct responder_row *row = context;

	return store_responder_put(transaction, row, fault);
}

static bool
make(struct call *call, const struct authority *authority, int64_t version, struct fault *fault)
{
	struct responder_row row = { .authority = authority->row.number, .version = version };
	struct issuance_request request = {
		.authority = authority,
		.template = template_named(STR(RESPONDER_TEMPLATE)),
		.algorithm = (enum signing_algorithm)authority->row.signing_algorithm,
		.requester = STR(RESPONDER_PRINCIPAL),
		.is_responder = true,
	};
	struct issuance issuance;

	if (!make_request(call, authority, &row, &request.csr, fault))
		return false;
	set_period(call, authority, &request);
	if (!issuance_run(call, &request, &issuance, fault))
		return false;
	row.certificate = issuance.row.certificate;
	row.not_before_ms = request.not_before_ms;
	row.not_after_ms = request.not_after_ms;
	return store_apply(call->store, put, &row, fault);
}

/* ---- One at a time ---- */

struct lease {
	char name[LEASE_NAME_BYTES];
	char holder[UUID_TEXT_BYTES];
	int64_t now_ms;
	bool taken;
};

static bool
take(struct store_transaction *transaction, void *context, struct fault *fault)
{
	struct lease *lease = context;

	return store_lease_take(transaction, lease->name, str_of(lease->holder), lease->now_ms,
		lease->now_ms + LEASE_MS, &lease->taken, fault);
}

static bool
give(struct store_transaction *transaction, void *context, struct fault *fault)
{
	struct lease *lease = context;

	return store_lease_give(transaction, lease->name, str_of(lease->holder), fault);
}

/* Workers that are asked meet here, and the duty. Whoever fails keeps the lease until it ends by itself, so that nobody
 * makes keys for every question that comes; but who was overtaken by a change of the authority gives it to the next,
 * who will read it as it is now. */
static bool
renew(struct call *call, const struct authority *authority, struct fault *fault)
{
	struct lease lease = { .now_ms = call->now_ms };
	struct responder earlier;
	bool usable;

	(void)snprintf(lease.name, sizeof lease.name, "responder-%lld", (long long)authority->row.number);
	uuid_v4(call->entropy, lease.holder);
	if (!store_apply(call->store, take, &lease, fault))
		return false;
	if (!lease.taken)
		return fault_set(fault, FAULT_IN_PROGRESS,
			"The OCSP responder of %.*s is being made, or could not be made a moment ago.",
			STR_ARG(authority->arn));
	/* Somebody may have been quicker. */
	if (!present(call, authority, &earlier, &usable, fault))
		return false;
	if ((!usable || renewal_ms(&earlier.row, authority) <= call->now_ms) &&
		!make(call, authority, earlier.row.version + 1, fault)) {
		struct fault unheard;
		if (fault->code == FAULT_CONFLICT)
			(void)!store_apply(call->store, give, &lease, &unheard);
		return false;
	}
	return store_apply(call->store, give, &lease, fault);
}

bool
responder_find(struct call *call, const struct authority *authority, struct responder *out, struct fault *fault)
{
	bool usable;

	if (!present(call, authority, out, &usable, fault))
		return false;
	if (usable)
		return true;
	if (!renew(call, authority, fault) || !present(call, authority, out, &usable, fault))
		return false;
	return usable || fault_set(fault, FAULT_INTERNAL, "The OCSP responder that was just made cannot sign.");
}

/* ---- Without being asked ---- */

/* *next_ms: when it is to be renewed; *made: it was. */
static bool
look(struct call *call, const struct authority_row *row, int64_t *next_ms, bool *made, struct fault *fault)
{
	struct authority authority;
	struct responder responder;
	bool usable;

	*next_ms = INT64_MAX;
	if (row->state != AUTHORITY_ACTIVE && row->state != AUTHORITY_DISABLED)
		return true;
	call->owner = row->owner;
	call->partition = iam_partition(row->owner.region);
	if (!authority_of_row(call, row, &authority, fault))
		return false;
	if (!responder_wanted(&authority))
		return true;
	if (!present(call, &authority, &responder, &usable, fault))
		return false;
	if (!usable || renewal_ms(&responder.row, &authority) <= call->now_ms) {
		*made = true;
		if (!renew(call, &authority, fault) || !present(call, &authority, &responder, &usable, fault))
			return false;
	}
	*next_ms = renewal_ms(&responder.row, &authority);
	return true;
}

bool
responder_renew(struct call *call, const struct authority_row *row, struct fault *fault)
{
	int64_t unused;
	bool unheard;

	return look(call, row, &unused, &unheard, fault);
}

/* All authorities, page after page. */
struct round {
	struct call call; /* with an arena for one authority */
	int64_t next_ms;
	int64_t started_us;
	bool has_made, has_failed;
	struct fault fault; /* the first one that is worth telling */
};

static bool
has_time(const struct round *round)
{
	return !round->has_made || clock_monotonic_us() - round->started_us < TURN_US;
}

static void
fail(struct round *round, const struct fault *fault)
{
	if (round->call.now_ms + LEASE_MS < round->next_ms)
		round->next_ms = round->call.now_ms + LEASE_MS;
	if (round->has_failed)
		return;
	round->fault = *fault;
	round->has_failed = true;
}

static void
look_at_one(struct round *round, const struct authority_row *row)
{
	struct fault fault = { 0 };
	int64_t when_ms;

	if (!look(&round->call, row, &when_ms, &round->has_made, &fault)) {
		/* Another has it in hand, or has changed the authority under ours: no failure, but another look. */
		if (fault.code != FAULT_IN_PROGRESS && fault.code != FAULT_CONFLICT)
			fail(round, &fault);
		when_ms = round->call.now_ms + (fault.code == FAULT_CONFLICT ? OVERTAKEN_MS : LEASE_MS);
	}
	if (when_ms < round->next_ms)
		round->next_ms = when_ms;
	arena_reset(round->call.arena);
}

static void
look_at_all(struct round *round, struct arena *arena)
{
	const struct authority_row *rows;
	struct fault fault = { 0 };
	size_t count = PAGE;
	int64_t after = 0;

	while (count == PAGE) {
		arena_reset(arena);
		if (!store_authority_list(round->call.store, NULL, after, PAGE, arena, &rows, &count, &fault)) {
			fail(round, &fault);
			return;
		}
		for (size_t i = 0; i < count; i++) {
			if (!has_time(round)) {
				round->next_ms = round->call.now_ms;
				return;
			}
			look_at_one(round, &rows[i]);
			after = rows[i].number;
		}
	}
}

bool
responder_duty(struct call *call, int64_t *next_ms, struct fault *fault)
{
	struct arena pages = { 0 }, one = { 0 };
	struct round round = { .call = *call, .next_ms = INT64_MAX, .started_us = clock_monotonic_us() };

	round.call.arena = &one;
	look_at_all(&round, &pages);
	arena_done(&one);
	arena_done(&pages);
	*next_ms = round.next_ms;
	if (round.has_failed)
		*fault = round.fault;
	return !round.has_failed;
}
