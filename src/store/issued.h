/* issued.h — what authorities have issued: intentions before the signature, certificates after it, revocations.
 *
 * A serial is reserved by its intention, which is durable before anything is signed, and is never used twice. The
 * manner is store.h's. Serials are magnitudes. */
#ifndef CHANCERY_STORE_ISSUED_H
#define CHANCERY_STORE_ISSUED_H

#include "store/store.h"

/* ---- Intentions ---- */

enum { INTENTION_HASH_BYTES = 32 };

struct intention_row {
	int64_t authority; /* its number */
	struct bytes serial;
	struct bytes tbs_sha256; /* of what is to be signed */
	struct str template;     /* its name, "EndEntityCertificate/V1" */
	struct str requester;    /* ARN or service principal */
	struct str subject;      /* as audit reports print it */
	int64_t requested_ms;
	bool failed; /* nothing was issued under this serial, and nothing will be */
};

/* FAULT_CONFLICT: the serial is taken, by an intention or by a certificate. */
MUST_CHECK bool store_intention_insert(
	struct store_transaction *transaction, const struct intention_row *row, struct fault *fault);
/* FAULT_NOT_FOUND. */
MUST_CHECK bool store_intention_get(struct store *store, int64_t authority, struct bytes serial, struct arena *arena,
	struct intention_row *out, struct fault *fault);
/* Those of before `before_ms` that are neither issued nor failed become failed: their server ended, or their signer
 * refused. *count: how many. */
MUST_CHECK bool store_intention_abandon(
	struct store_transaction *transaction, int64_t before_ms, int64_t *count, struct fault *fault);
/* Failed ones that were asked for before `before_ms` are forgotten, at most `limit` at a time, so that a signer that
 * refuses for hours does not fill the disk. *more: call again. Their serials are free again, and 128 random bits. */
MUST_CHECK bool store_intention_forget(
	struct store_transaction *transaction, int64_t before_ms, size_t limit, bool *more, struct fault *fault);

/* ---- Certificates ---- */

struct issued_row {
	int64_t number; /* grows with each certificate of the store */
	int64_t authority;
	struct bytes serial;
	struct str template;
	struct str requester;
	struct str subject; /* as audit reports print it; searched without case */
	struct str names;   /* subjectAltName as text, one a line; searched without case; empty: none */
	int64_t issued_ms, not_before_ms, not_after_ms;
	int64_t revoked_ms;       /* 0: not revoked */
	int reason;               /* x509's enum crl_reason */
	int64_t crl_partition;    /* of the list that its distribution point names; 0: the complete one */
	struct bytes certificate; /* DER */
};

/* Ends the intention of the same serial: FAULT_CONFLICT when there is none, or it failed, or its hash differs from
 * `tbs_sha256`. A partition's certificates are counted. */
MUST_CHECK bool store_issued_insert(struct store_transaction *transaction, const struct issued_row *row,
	struct bytes tbs_sha256, struct fault *fault);
/* How many an authority has issued in its life. FAULT_NOT_FOUND: there is no such authority. */
MUST_CHECK bool store_issued_count(
	struct store_transaction *transaction, int64_t authority, int64_t *out, struct fault *fault);
/* FAULT_NOT_FOUND. */
MUST_CHECK bool store_issued_get(struct store *store, int64_t authority, struct bytes serial, struct arena *arena,
	struct issued_row *out, struct fault *fault);
/* What a status answer needs and no more: no arena, no certificate. FAULT_NOT_FOUND. */
struct issued_status {
	int64_t revoked_ms;
	int reason;
	int64_t not_after_ms;
};
MUST_CHECK bool store_issued_status(
	struct store *store, int64_t authority, struct bytes serial, struct issued_status *out, struct fault *fault);

/* Revokes, gives the revocation the authority's next sequence, and makes the lists it belongs to due at once.
 * FAULT_NOT_FOUND; FAULT_CONFLICT: revoked already. */
MUST_CHECK bool store_issued_revoke(struct store_transaction *transaction, int64_t authority, struct bytes serial,
	int reason, int64_t now_ms, struct fault *fault);

enum issued_status_bit {
	ISSUED_IS_ISSUED = 1,  /* valid: neither revoked nor past its end */
	ISSUED_IS_REVOKED = 2, /* whatever its end */
	ISSUED_IS_EXPIRED = 4, /* not revoked, past its end */
};

struct issued_query {
	int64_t authority;
	int64_t now_ms;
	struct str subject, name;                    /* CONTAINS, without case (ASCII); absent: any */
	struct str template;                         /* EQUALS */
	struct bytes serial;                         /* EQUALS */
	unsigned statuses;                           /* bits; 0: any */
	int64_t expires_after_ms, expires_before_ms; /* ends included; INT64_MIN and INT64_MAX are open */
	bool by_not_after;                           /* sort by its end; otherwise by time of issue */
	bool descending;
	size_t limit;
	int64_t after_ms, after_number; /* where the last page ended: its sort value (by_not_after) and number; 0 and 0:
					   from the start */
	bool has_after;
};

struct issued_page {
	const struct issued_row *rows;
	size_t n;
	bool more; /* go on behind (last_ms, last_number); a page may be short, even empty, and still have more */
	int64_t last_ms, last_number;
};

/* Reads at most STORE_MAX_SCAN index entries. */
MUST_CHECK bool store_issued_find(struct store *store, const struct issued_query *query, struct arena *arena,
	struct issued_page *out, struct fault *fault);

/* Every certificate of an authority in order of issue, one at a time, as of one moment; for audit reports. The row is
 * valid until `each` returns; false from it ends the walk with its fault. */
typedef bool issued_each_fn(const struct issued_row *row, void *context, struct fault *fault);
MUST_CHECK bool store_issued_walk(
	struct store *store, int64_t authority, issued_each_fn *each, void *context, struct fault *fault);

/* ---- Revocations, as lists need them ---- */

struct revocation_row {
	int64_t sequence; /* 1, 2, … of its authority */
	struct bytes serial;
	int64_t revoked_ms;
	int reason;
	int64_t not_after_ms;
};

struct revocation_query {
	int64_t authority;
	int64_t crl_partition;     /* -1: of every one */
	int64_t after_sequence;    /* 0: from the start */
	int64_t not_after_from_ms; /* leaves out those that ended before; INT64_MIN: none */
};

typedef bool revocation_each_fn(const struct revocation_row *row, void *context, struct fault *fault);
/* As of one moment, in order of sequence. *last: the authority's last sequence at that moment. A million rows take
 * under a second, and no memory. */
MUST_CHECK bool store_revocation_walk(struct store *store, const struct revocation_query *query,
	revocation_each_fn *each, void *context, int64_t *last, struct fault *fault);
/* How many the walk would give, about: those that ended are counted, too. To take room at once. */
MUST_CHECK bool store_revocation_count(
	struct store *store, const struct revocation_query *query, int64_t *out, struct fault *fault);

#endif
