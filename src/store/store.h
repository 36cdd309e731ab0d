/* store.h — what the house remembers, as verbs of the domain. No SQL, no engine's type passes this header.
 *
 * Reads may be called from any thread; each takes a connection of its own from a pool. Writes are closures: a writer
 * thread runs many in one transaction, none to another's harm, commits once, and only then lets their calls answer. A
 * write is durable when its `done` is called without a fault. Every row belongs to one owner. Times are milliseconds
 * since the epoch; 0 means absent where a field may be. Faults: FAULT_NOT_FOUND, FAULT_CONFLICT as said at each verb;
 * FAULT_UNAVAILABLE when the disk is full or the database out of reach (nothing changed); FAULT_INTERNAL otherwise. */
#ifndef CHANCERY_STORE_STORE_H
#define CHANCERY_STORE_STORE_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/fault.h"

struct store;
struct store_transaction;

struct owner {
	struct str account; /* 12 digits */
	struct str region;
};

struct store_options {
	const char *path; /* of the SQLite file; its folder exists and is ours alone */
	unsigned readers; /* connections for reading; at least the number of threads that read at once */
	bool read_only;   /* admin's look at a store that must not change */
	const struct clock *clock;
};

/* Opens, applies missing migrations in a transaction; refuses a schema newer than this binary with a sentence. */
MUST_CHECK bool store_open(const struct store_options *options, struct store **out, struct fault *fault);
/* Finishes what was submitted, then closes. */
void store_close(struct store *store);
/* True when a write could be committed a moment ago or there was none: what GET /ready tells. */
bool store_writable(struct store *store);

/* ---- Writing ---- */

struct store_write {
	/* On the writer thread, inside a transaction: checks again what may have changed, then writes. False rolls back
	 * this closure alone. It may run a second time when a neighbour refused after it had written, so it must
	 * not keep what it read in an earlier run. */
	bool (*run)(struct store_transaction *transaction, void *context, struct fault *fault);
	/* On the writer thread, after the commit (fault == NULL: durable) or a refusal. Must be brief. */
	void (*done)(void *context, const struct fault *fault);
	void *context;

	bool expected; /* store_expect() was called for it */

	/* The store's own until done is called. */
	struct store_write *next;
	struct fault fault;
	bool refused;
};

/* Hands a write over; it must stay in place until `done`. Never blocks on the disk. */
void store_submit(struct store *store, struct store_write *write);
/* Says that a write is on its way: the writer gives it a moment to arrive before it commits those that are there, so
 * that they share one fsync. Ended by submitting a write with `expected` set, or by store_unexpect(). A write that
 * nobody else is expected beside is committed at once. */
void store_expect(struct store *store);
void store_unexpect(struct store *store);
/* Submits and waits: for tests and offline tools. */
MUST_CHECK bool store_apply(struct store *store, bool (*run)(struct store_transaction *, void *context, struct fault *),
	void *context, struct fault *fault);

/* ---- Certificates ---- */

/* Stored numbers: never renumber. EXPIRED is no state: it is ISSUED after not_after. */
enum certificate_type { CERTIFICATE_IMPORTED = 1, CERTIFICATE_AMAZON_ISSUED = 2, CERTIFICATE_PRIVATE = 3 };
enum certificate_state {
	CERTIFICATE_PENDING_VALIDATION = 1,
	CERTIFICATE_ISSUED = 2,
	CERTIFICATE_INACTIVE = 3,
	CERTIFICATE_VALIDATION_TIMED_OUT = 4,
	CERTIFICATE_REVOKED = 5,
	CERTIFICATE_FAILED = 6,
};

struct certificate_row {
	struct str id; /* the UUID in the ARN */
	enum certificate_type type;
	enum certificate_state state;
	int64_t version; /* 1, 2, … : counts imports of this ARN */
	int64_t created_ms, imported_ms, issued_ms, revoked_ms;
	int64_t not_before_ms, not_after_ms;
	int key_algorithm;           /* x509's enum key_algorithm */
	unsigned key_usage;          /* a bit for every KeyUsageName, ANY and CUSTOM included, in model order */
	unsigned extended_key_usage; /* likewise */
	struct str serial;           /* "03:e9" */
	struct str common_name;      /* absent when there is none */
	struct str domain_name;      /* absent when it has neither CN nor DNS name */
	const struct str *dns_names; /* SAN DNS names, for exact and substring search; written, not read back */
	size_t dns_name_count;
	bool export_enabled, exported, in_use, renewal_eligible;
	bool transparency_logging;
	int managed_by, validation_method, renewal_status; /* model constants; 0 absent */
	struct bytes certificate;                          /* DER */
	struct bytes chain;      /* DER certificates one after another; n == 0: none. Not read by find */
	struct bytes sealed_key; /* not read by find or get */
};

/* FAULT_NOT_FOUND with an empty `say`: the caller knows the ARN. Reads everything but dns_names and sealed_key. */
MUST_CHECK bool store_certificate_get(struct store *store, const struct owner *owner, struct str id,
	struct arena *arena, struct certificate_row *out, struct fault *fault);
/* The sealed key and its version, of the current version. */
MUST_CHECK bool store_certificate_key(struct store *store, const struct owner *owner, struct str id,
	struct arena *arena, struct bytes *sealed, int64_t *version, struct fault *fault);

/* A new certificate, version 1. FAULT_CONFLICT if the id is taken. */
MUST_CHECK bool store_certificate_insert(struct store_transaction *transaction, const struct owner *owner,
	const struct certificate_row *row, struct fault *fault);
/* The next version of an id: row->version must be the current one plus 1, otherwise FAULT_CONFLICT. created_ms, tags
 * and id stay; earlier versions are kept, sealed, `history_depth` of them (0: none). */
MUST_CHECK bool store_certificate_replace(struct store_transaction *transaction, const struct owner *owner,
	const struct certificate_row *row, unsigned history_depth, struct fault *fault);
/* Deletes every version, name and tag. FAULT_NOT_FOUND; FAULT_IN_USE. */
MUST_CHECK bool store_certificate_delete(
	struct store_transaction *transaction, const struct owner *owner, struct str id, struct fault *fault);

/* History, newest first, the current version included. */
struct certificate_version {
	int64_t version;
	int64_t imported_ms;
	bool current;
	struct bytes certificate, chain, sealed_key;
};
MUST_CHECK bool store_certificate_history(struct store *store, const struct owner *owner, struct str id,
	struct arena *arena, const struct certificate_version **out, size_t *count, struct fault *fault);

/* ---- Certificates that the house issued itself (type PRIVATE), or failed to ---- */

struct certificate_private {
	struct str authority_arn;
	struct str names;      /* as requested, one a line: a certificate that failed has no others */
	int failure_reason;    /* model constants; 0: none */
	int renewal_reason;    /* of the last attempt that failed */
	int64_t renewal_ms;    /* RenewalSummary's UpdatedAt; 0: never renewed */
	int64_t renew_at_ms;   /* when managed renewal looks at it; INT64_MAX: never */
	int revocation_reason; /* of state REVOKED */
};
/* FAULT_NOT_FOUND. */
MUST_CHECK bool store_certificate_private_get(struct store *store, const struct owner *owner, struct str id,
	struct arena *arena, struct certificate_private *out, struct fault *fault);
/* Inserts or replaces; deleted with its certificate. */
MUST_CHECK bool store_certificate_private_put(struct store_transaction *transaction, const struct owner *owner,
	struct str id, const struct certificate_private *row, struct fault *fault);
/* Changes what has no version: exported, renewal_eligible, renewal_status, state, revoked_ms, in_use. The rest of `row`
 * is not looked at; its id and version must be the current ones, otherwise FAULT_CONFLICT. FAULT_NOT_FOUND. */
MUST_CHECK bool store_certificate_mark(struct store_transaction *transaction, const struct owner *owner,
	const struct certificate_row *row, struct fault *fault);
/* Those whose renew_at_ms has come, of everybody, longest due first. */
struct certificate_due {
	struct owner owner;
	struct str id;
};
MUST_CHECK bool store_certificate_renewals_due(struct store *store, int64_t now_ms, size_t limit, struct arena *arena,
	const struct certificate_due **out, size_t *count, int64_t *next_ms, struct fault *fault);

/* Quotas. Private certificates count for their authority, not here (AWS). Counting stops at `limit`. The year's count
 * includes what was deleted since, and counts new imports by whole days; replacing a certificate is none. */
MUST_CHECK bool store_certificate_count(struct store_transaction *transaction, const struct owner *owner, int64_t limit,
	int64_t *out, struct fault *fault);
MUST_CHECK bool store_imports_since(struct store_transaction *transaction, const struct owner *owner, int64_t since_ms,
	int64_t *out, struct fault *fault);

/* ---- Finding: lists and searches ---- */

enum store_field {
	STORE_ID,          /* EQUALS */
	STORE_COMMON_NAME, /* EQUALS, CONTAINS: both without case */
	STORE_DNS_NAME,    /* EQUALS, CONTAINS: both without case; matches any SAN DNS name */
	STORE_SERIAL,      /* EQUALS */
	STORE_NOT_AFTER,
	STORE_NOT_BEFORE, /* BETWEEN, ends included */
	STORE_KEY_ALGORITHM,
	STORE_TYPE,   /* IN: a bit for each number */
	STORE_STATUS, /* IN: a bit for each certificate_state, and STORE_STATUS_EXPIRED_BIT; by the query's now_ms */
	STORE_KEY_USAGE,
	STORE_EXTENDED_KEY_USAGE, /* IN: matches if the row has any of the bits */
	STORE_RENEWAL_STATUS,
	STORE_MANAGED_BY,
	STORE_VALIDATION_METHOD, /* IN: a bit for each number */
	STORE_IN_USE,
	STORE_EXPORTED,
	STORE_EXPORT_ENABLED, /* IN: bit 0 false, bit 1 true */
	STORE_HAS_DOMAIN,     /* IN: bit 0 false, bit 1 true */
	/* Only to sort by: */
	STORE_CREATED,
	STORE_STATUS_NAME,
	STORE_REVOKED,
	STORE_RENEWAL_ELIGIBLE,
	STORE_ISSUED,
	STORE_IMPORTED,
};
enum { STORE_STATUS_EXPIRED_BIT = 1 << 16 };

enum store_operator { STORE_EQUALS, STORE_CONTAINS, STORE_BETWEEN, STORE_IN };
enum store_filter_kind { STORE_FILTER_AND, STORE_FILTER_OR, STORE_FILTER_NOT, STORE_FILTER_LEAF };

struct store_filter {
	enum store_filter_kind kind;
	const struct store_filter *const *children; /* AND, OR: any number; NOT: one */
	size_t child_count;
	enum store_field field;
	enum store_operator operator;
	struct str text;   /* EQUALS, CONTAINS */
	int64_t low, high; /* BETWEEN; INT64_MIN and INT64_MAX are open ends */
	uint32_t bits;     /* IN */
};

struct store_query {
	const struct store_filter *filter; /* NULL: all */
	int64_t now_ms;
	enum store_field sort; /* STORE_CREATED unless asked otherwise; ties by id */
	bool descending;
	size_t limit;
	struct str after; /* a page's `next`; absent: from the start */
};

struct store_page {
	const struct certificate_row *rows; /* without chain and sealed_key */
	size_t n;
	struct str next; /* absent: there is no more. A page may be short, even empty, and still have a next */
};

/* Reads at most STORE_MAX_SCAN index entries where an index serves the query. FAULT_INVALID_ARGS for a bad `after`. */
enum { STORE_MAX_SCAN = 10000 };
MUST_CHECK bool store_certificate_find(struct store *store, const struct owner *owner, const struct store_query *query,
	struct arena *arena, struct store_page *out, struct fault *fault);

/* ---- Tags ---- */

struct tag {
	struct str key;
	struct str value; /* absent: a tag without a value */
};

MUST_CHECK bool store_tags_get(struct store *store, const struct owner *owner, struct str id, struct arena *arena,
	const struct tag **out, size_t *count, struct fault *fault); /* by key; FAULT_NOT_FOUND: no such certificate */
/* Adds or overwrites. FAULT_TOO_MANY_TAGS with an empty `say` when more than `limit` would be there. */
MUST_CHECK bool store_tags_put(struct store_transaction *transaction, const struct owner *owner, struct str id,
	const struct tag *tags, size_t count, size_t limit, struct fault *fault);
/* A tag with a value goes only if the value is equal. What is not there is no error. */
MUST_CHECK bool store_tags_remove(struct store_transaction *transaction, const struct owner *owner, struct str id,
	const struct tag *tags, size_t count, struct fault *fault);

/* ---- Account configuration ---- */

enum { STORE_DEFAULT_DAYS_BEFORE_EXPIRY = 45 };
MUST_CHECK bool store_configuration_get(
	struct store *store, const struct owner *owner, int64_t *days_before_expiry, struct fault *fault);
MUST_CHECK bool store_configuration_put(struct store_transaction *transaction, const struct owner *owner,
	int64_t days_before_expiry, struct fault *fault);
/* Remembers what a token asked for until expires_ms. True with *known: seen before with the same digest. FAULT_CONFLICT
 * with an empty `say`: seen with another. Expired tokens are forgotten on the way. */
MUST_CHECK bool store_token_claim(struct store_transaction *transaction, const struct owner *owner,
	const char *operation, struct str token, struct bytes digest, int64_t now_ms, int64_t expires_ms, bool *known,
	struct fault *fault);

/* Tokens with which an answer is repeated: what a token gave is remembered until expires_ms. *known: it was given
 * before, and *earlier is that answer; otherwise `result` is now remembered. */
MUST_CHECK bool store_token_recall(struct store_transaction *transaction, const struct owner *owner,
	const char *operation, struct str token, struct str result, int64_t now_ms, int64_t expires_ms,
	struct arena *arena, bool *known, struct str *earlier, struct fault *fault);
/* The same look without remembering, before work that would be for nothing. */
MUST_CHECK bool store_token_find(struct store *store, const struct owner *owner, const char *operation,
	struct str token, int64_t now_ms, struct arena *arena, bool *known, struct str *earlier, struct fault *fault);

/* ---- Accounts and access keys ---- */

struct account_row {
	struct str id; /* 12 digits */
	struct str name;
	bool disabled;
	int64_t created_ms;
};

struct access_key_row {
	struct str id; /* "AKIA…" */
	struct str account;
	struct str user;   /* the name in arn:aws:iam::<account>:user/<user> */
	struct str policy; /* "full" or "read-only" */
	bool disabled;     /* the key or its account */
	int64_t created_ms;
	struct bytes sealed_secret;
};

MUST_CHECK bool store_account_list(
	struct store *store, struct arena *arena, const struct account_row **out, size_t *count, struct fault *fault);
MUST_CHECK bool store_account_insert(
	struct store_transaction *transaction, const struct account_row *row, struct fault *fault); /* FAULT_CONFLICT */
MUST_CHECK bool store_account_set_disabled(
	struct store_transaction *transaction, struct str id, bool disabled, struct fault *fault); /* FAULT_NOT_FOUND */
/* FAULT_NOT_FOUND; FAULT_IN_USE when it still has certificates, authorities or access keys. */
MUST_CHECK bool store_account_delete(struct store_transaction *transaction, struct str id, struct fault *fault);

MUST_CHECK bool store_access_key_get(struct store *store, struct str id, struct arena *arena,
	struct access_key_row *out, struct fault *fault); /* FAULT_NOT_FOUND */
MUST_CHECK bool store_access_key_list(struct store *store, struct str account, struct arena *arena,
	const struct access_key_row **out, size_t *count, struct fault *fault); /* account absent: all */
MUST_CHECK bool store_access_key_insert(struct store_transaction *transaction, const struct access_key_row *row,
	struct fault *fault); /* FAULT_CONFLICT; FAULT_NOT_FOUND: no such account */
MUST_CHECK bool store_access_key_set_disabled(
	struct store_transaction *transaction, struct str id, bool disabled, struct fault *fault);
MUST_CHECK bool store_access_key_delete(struct store_transaction *transaction, struct str id, struct fault *fault);

/* ---- What the house seals for itself ---- */

/* A named sealed record ("page-token"): FAULT_NOT_FOUND, FAULT_CONFLICT. */
MUST_CHECK bool store_sealed_get(
	struct store *store, const char *name, struct arena *arena, struct bytes *out, struct fault *fault);
MUST_CHECK bool store_sealed_insert(
	struct store_transaction *transaction, const char *name, struct bytes sealed, struct fault *fault);

/* Rotation: every sealed record of the store whose master-key id is not `active`, some at a time, in a fixed order. */
struct sealed_row {
	struct str table_key; /* opaque: names the row for store_sealed_update() */
	struct bytes sealed;
};
MUST_CHECK bool store_sealed_stale(struct store *store, const char *active, size_t limit, struct arena *arena,
	const struct sealed_row **out, size_t *count, struct fault *fault);
/* Replaces a record if it is still `old`; a row that changed or went meanwhile is no error. */
MUST_CHECK bool store_sealed_update(struct store_transaction *transaction, struct str table_key, struct bytes old,
	struct bytes sealed, struct fault *fault);
/* The distinct master-key ids that rows name. A record without a readable id is not listed, and never stale. */
MUST_CHECK bool store_sealed_ids(
	struct store *store, struct arena *arena, const struct str **out, size_t *count, struct fault *fault);

#endif
