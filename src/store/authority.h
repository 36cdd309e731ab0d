/* authority.h — what the house remembers of its certificate authorities: rows, permissions, tags. The manner is
 * store.h's: reads from any thread, writes as closures, FAULT_NOT_FOUND and FAULT_CONFLICT with an empty `say`. */
#ifndef CHANCERY_STORE_AUTHORITY_H
#define CHANCERY_STORE_AUTHORITY_H

#include "store/store.h"

/* Stored numbers: never renumber. EXPIRED is no state: it is ACTIVE or DISABLED after not_after. */
enum authority_type { AUTHORITY_ROOT = 1, AUTHORITY_SUBORDINATE = 2 };
enum authority_state {
	AUTHORITY_CREATING = 1,
	AUTHORITY_PENDING_CERTIFICATE = 2,
	AUTHORITY_ACTIVE = 3,
	AUTHORITY_DISABLED = 4,
	AUTHORITY_FAILED = 5,
	AUTHORITY_DELETED = 6, /* until restorable_until_ms; then it goes for good */
};

struct authority_row {
	int64_t number;  /* its place in the store, never shown: issued certificates refer to it */
	int64_t version; /* 1, 2, …: counts changes of this row */
	struct owner owner;
	struct str id; /* the UUID in the ARN */
	enum authority_type type;
	enum authority_state state;
	enum authority_state earlier_state; /* of DELETED: what a restore gives back */
	int64_t created_ms, changed_ms, restorable_until_ms;
	/* The numbers of x509/signing.h; model constants for the others. */
	int key, signing_algorithm, usage_mode, key_standard, failure_reason;
	struct str configuration; /* JSON, as the caller gave it */
	struct str revocation;    /* JSON */
	struct str policy;        /* JSON; absent: none */
	struct bytes subject;     /* Name, DER */
	struct bytes csr;         /* DER */
	struct bytes sealed_key;

	/* Of the imported certificate; absent and 0 until there is one. */
	struct bytes certificate, chain; /* DER; the chain's one after another, issuer first */
	struct bytes serial;             /* magnitude */
	int64_t not_before_ms, not_after_ms;
	/* SHA-1 and SHA-256 of its subject and of its key, as OCSP asks: name hash, then key hash. */
	struct bytes issuer_sha1, issuer_sha256; /* 40 and 64 bytes */

	/* The store's own counters; written by the verbs of issued.h, read here. */
	int64_t revocations;   /* the sequence of the last revocation: grows with each */
	int64_t crl_partition; /* where the next certificate goes when lists are partitioned; 0: none made yet */
};

/* Gives it a number that none had before, and version 1. FAULT_CONFLICT: the id is taken. */
MUST_CHECK bool store_authority_insert(
	struct store_transaction *transaction, struct authority_row *row, struct fault *fault);
MUST_CHECK bool store_authority_get(struct store *store, const struct owner *owner, struct str id, struct arena *arena,
	struct authority_row *out, struct fault *fault);
MUST_CHECK bool store_authority_get_number(
	struct store *store, int64_t number, struct arena *arena, struct authority_row *out, struct fault *fault);
/* By what a CertID says: hashes of 20 bytes are SHA-1, of 32 SHA-256. Authorities without a certificate, and those
 * whose time of restoring is over, are not found. */
MUST_CHECK bool store_authority_by_issuer(struct store *store, struct bytes name_hash, struct bytes key_hash,
	struct arena *arena, struct authority_row *out, struct fault *fault);
/* row->version must be the current one plus 1, otherwise FAULT_CONFLICT; FAULT_NOT_FOUND. Keeps number, owner, id,
 * created_ms, subject, csr, sealed_key and the counters. */
MUST_CHECK bool store_authority_update(
	struct store_transaction *transaction, const struct authority_row *row, struct fault *fault);
/* Is it still what the caller saw? FAULT_CONFLICT when its version is another, FAULT_NOT_FOUND when it is gone. */
MUST_CHECK bool store_authority_check(
	struct store_transaction *transaction, int64_t number, int64_t version, struct fault *fault);
/* How many there are, DELETED ones included; counting stops at `limit`. */
MUST_CHECK bool store_authority_count(struct store_transaction *transaction, const struct owner *owner, int64_t limit,
	int64_t *out, struct fault *fault);

/* In the order in which they were made. `after` is a number, 0 from the start; at most `limit` rows. `owner` NULL: of
 * everybody, for jobs. */
MUST_CHECK bool store_authority_list(struct store *store, const struct owner *owner, int64_t after, size_t limit,
	struct arena *arena, const struct authority_row **out, size_t *count, struct fault *fault);

/* Those that can no longer be restored, at most `limit`; *next_ms: when another's time ends, INT64_MAX: never. */
MUST_CHECK bool store_authority_over(struct store *store, int64_t now_ms, size_t limit, struct arena *arena,
	const struct authority_row **out, size_t *count, int64_t *next_ms, struct fault *fault);

/* Removes an authority and everything that refers to it, at most `limit` rows at a time. *more: call again. */
MUST_CHECK bool store_authority_purge(
	struct store_transaction *transaction, int64_t number, size_t limit, bool *more, struct fault *fault);

/* ---- Permissions ---- */

enum permission_action { PERMISSION_ISSUE = 1, PERMISSION_GET = 2, PERMISSION_LIST = 4 };

struct permission_row {
	struct str principal;
	struct str source_account; /* absent: none named */
	unsigned actions;          /* enum permission_action bits */
	int64_t created_ms;
};

/* FAULT_CONFLICT: the principal with this source account has one. */
MUST_CHECK bool store_permission_insert(struct store_transaction *transaction, int64_t authority,
	const struct permission_row *row, struct fault *fault);
/* FAULT_NOT_FOUND. */
MUST_CHECK bool store_permission_delete(struct store_transaction *transaction, int64_t authority, struct str principal,
	struct str source_account, struct fault *fault);
/* By time of making; all of them (an authority has a few). */
MUST_CHECK bool store_permission_list(struct store *store, int64_t authority, struct arena *arena,
	const struct permission_row **out, size_t *count, struct fault *fault);

/* ---- Tags ---- */

MUST_CHECK bool store_authority_tags_get(struct store *store, int64_t authority, struct arena *arena,
	const struct tag **out, size_t *count, struct fault *fault); /* by key; FAULT_NOT_FOUND */
/* As store_tags_put() and store_tags_remove(). */
MUST_CHECK bool store_authority_tags_put(struct store_transaction *transaction, int64_t authority,
	const struct tag *tags, size_t count, size_t limit, struct fault *fault);
MUST_CHECK bool store_authority_tags_remove(struct store_transaction *transaction, int64_t authority,
	const struct tag *tags, size_t count, struct fault *fault);

#endif
