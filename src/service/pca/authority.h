/* authority.h — an authority as a handler works with it: its row, read for this call, and what follows from it.
 *
 * Rows are read anew for each call (some 15 us): no cache can answer what is no longer true. All of it lives in the
 * call's arena. */
#ifndef CHANCERY_SERVICE_PCA_AUTHORITY_H
#define CHANCERY_SERVICE_PCA_AUTHORITY_H

#include "service/pca/arn.h"
#include "service/pca/revocation.h"
#include "store/authority.h"
#include "x509/certificate.h"

struct authority {
	struct authority_row row;
	struct str arn;
	bool is_expired; /* ACTIVE or DISABLED, and past its end */
	struct revocation_settings revocation;
	/* NULL, empty, until a certificate was imported. */
	const struct certificate *certificate;
	const struct certificate *const *chain; /* its issuer first, the root last */
	size_t chain_count;
	struct bytes key_identifier; /* as AuthorityKeyIdentifier names it */
};

/* What a caller wants to do with it: decides whether somebody else's authority is open to him by its policy. */
struct authority_use {
	const char *action;      /* "IssueCertificate" */
	struct str template_arn; /* of IssueCertificate; absent otherwise */
};

/* The authority of that ARN, of the caller's own account and region, or of another account whose policy allows this
 * use. FAULT_INVALID_ARN; FAULT_NOT_FOUND for what is not there, is gone for good, or is not the caller's to see. */
MUST_CHECK bool authority_load(const struct call *call, struct str arn, const struct authority_use *use,
	struct authority *out, struct fault *fault);
/* The same of a row that is at hand: for duties, which belong to no caller. */
MUST_CHECK bool authority_of_row(
	const struct call *call, const struct authority_row *row, struct authority *out, struct fault *fault);

/* The one sentence for an authority that is not there. Returns false. */
bool authority_not_found(struct str arn, struct fault *fault);

/* The states in which something may be done, as bits; the clock's EXPIRED among them (pca.md, 2). */
enum authority_condition {
	CONDITION_CREATING = 1 << 0,
	CONDITION_PENDING = 1 << 1,
	CONDITION_ACTIVE = 1 << 2,
	CONDITION_DISABLED = 1 << 3,
	CONDITION_EXPIRED = 1 << 4,
	CONDITION_FAILED = 1 << 5,
	CONDITION_DELETED = 1 << 6,
};
unsigned authority_condition(const struct authority *authority);
/* FAULT_INVALID_STATE with this sentence (a full one, of AWS's where it is known), then the state it is in. */
MUST_CHECK bool authority_require(const struct authority *authority, unsigned conditions, struct fault *fault,
	const char *format, ...) PRINTF_LIKE(4, 5);

/* Its name as its certificate writes it, which whoever compares names octet by octet wants to find in what it signs;
 * that of its request until it has one. */
struct bytes authority_name(const struct authority *authority);
/* What its private key is sealed for. */
struct seal_context authority_seal_context(const struct authority_row *row, struct str arn);
/* How many CA certificates may follow below it, by its own certificate and its chain; -1: no limit. And its level in
 * its hierarchy: 1 for a root. */
int authority_path_length(const struct authority *authority);
size_t authority_level(const struct authority *authority);
/* The chain as GetCertificate gives it with what this authority issued: itself, then its chain; PEM. */
struct str authority_chain_pem(const struct authority *authority, bool with_itself, struct arena *arena);

#endif
