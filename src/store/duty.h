/* duty.h — what the house has to do without being asked: lists to sign, reports to write, responders to renew; and the
 * leases by which any number of nodes share that work. The manner is store.h's. */
#ifndef CHANCERY_STORE_DUTY_H
#define CHANCERY_STORE_DUTY_H

#include "store/store.h"

/* ---- Leases ---- */

/* Takes, or keeps, a named lease until `until_ms`: *taken is false while another holder's has not ended. */
MUST_CHECK bool store_lease_take(struct store_transaction *transaction, const char *name, struct str holder,
	int64_t now_ms, int64_t until_ms, bool *taken, struct fault *fault);
/* Ends all of them: for the one server of a store, when it starts. Their holders are gone. */
MUST_CHECK bool store_lease_end_all(struct store_transaction *transaction, struct fault *fault);
/* Ends one's own; another's is left alone. */
MUST_CHECK bool store_lease_give(
	struct store_transaction *transaction, const char *name, struct str holder, struct fault *fault);

/* ---- Revocation lists ---- */

/* One list of an authority: the complete one (partition 0) or a partition's. */
struct crl_row {
	int64_t authority;
	int64_t partition;
	struct str id;  /* UUID in the file's name: the authority's own, or the partition's */
	int64_t due_ms; /* when it is to be looked at again; INT64_MAX: never */
	int64_t number; /* of the last list, complete or delta: CRLNumber = max(now in ms, number + 1) */
	int64_t base_number, base_sequence;     /* of the last complete one; 0: none yet */
	int64_t sequence;                       /* the last revocation that is in the base or the delta */
	int64_t this_update_ms, next_update_ms; /* of the last complete one */
	int64_t delta_next_update_ms;           /* of the last delta; 0: none */
	int64_t base_entries, base_build_us;    /* what the last complete one held and cost */
	int64_t certificates;                   /* issued into this partition; the store's own */
};

/* FAULT_NOT_FOUND. */
MUST_CHECK bool store_crl_get(struct store *store, int64_t authority, int64_t partition, struct arena *arena,
	struct crl_row *out, struct fault *fault);
/* Inserts or replaces; `certificates` is kept. A list that lacks a revocation that came while it was made is due since
 * then, whatever `due_ms` says, unless that is INT64_MAX. */
MUST_CHECK bool store_crl_put(struct store_transaction *transaction, const struct crl_row *row, struct fault *fault);
/* Begins an authority's complete list, due at once; one that is there stays as it is. */
MUST_CHECK bool store_crl_open(
	struct store_transaction *transaction, int64_t authority, struct str id, struct fault *fault);
/* Makes a list due at `due_ms` at the latest; none that is not there. partition -1: all of the authority's. */
MUST_CHECK bool store_crl_hurry(struct store_transaction *transaction, int64_t authority, int64_t partition,
	int64_t due_ms, struct fault *fault);
/* Makes a list due then and not before, whatever waits for it: it cannot be made now. */
MUST_CHECK bool store_crl_postpone(struct store_transaction *transaction, int64_t authority, int64_t partition,
	int64_t due_ms, struct fault *fault);
/* Those due at `now_ms`, the longest due first; *next_ms: when the next one after them is due, INT64_MAX: none. */
MUST_CHECK bool store_crl_due(struct store *store, int64_t now_ms, size_t limit, struct arena *arena,
	const struct crl_row **out, size_t *count, int64_t *next_ms, struct fault *fault);
/* All lists of an authority, by partition. */
MUST_CHECK bool store_crl_list(struct store *store, int64_t authority, struct arena *arena, const struct crl_row **out,
	size_t *count, struct fault *fault);
/* Makes a new partition with this UUID and lets the authority's next certificates go there. Gives its number. Nothing
 * is done, and the present one given, when the present one still has room for `capacity`. The new one is due at once:
 * due_ms 0, no list yet. FAULT_NOT_FOUND: no such authority. */
MUST_CHECK bool store_crl_open_partition(struct store_transaction *transaction, int64_t authority, struct str id,
	int64_t capacity, int64_t *partition, struct fault *fault);

/* ---- Delegated OCSP responders ---- */

struct responder_row {
	int64_t authority;
	int64_t version;          /* bound into the seal */
	struct bytes certificate; /* DER */
	struct bytes sealed_key;
	int64_t not_before_ms, not_after_ms;
};
/* FAULT_NOT_FOUND. */
MUST_CHECK bool store_responder_get(
	struct store *store, int64_t authority, struct arena *arena, struct responder_row *out, struct fault *fault);
/* Inserts or replaces. */
MUST_CHECK bool store_responder_put(
	struct store_transaction *transaction, const struct responder_row *row, struct fault *fault);

/* ---- Audit reports ---- */

enum audit_report_status { AUDIT_REPORT_CREATING = 1, AUDIT_REPORT_SUCCESS = 2, AUDIT_REPORT_FAILED = 3 };

struct audit_report_row {
	struct str id; /* UUID */
	int64_t authority;
	struct str bucket, key;
	int format; /* the model's constant */
	enum audit_report_status status;
	int64_t created_ms;
};
/* FAULT_CONFLICT: the id is taken. */
MUST_CHECK bool store_audit_report_insert(
	struct store_transaction *transaction, const struct audit_report_row *row, struct fault *fault);
/* FAULT_NOT_FOUND. */
MUST_CHECK bool store_audit_report_get(struct store *store, int64_t authority, struct str id, struct arena *arena,
	struct audit_report_row *out, struct fault *fault);
/* FAULT_NOT_FOUND. */
MUST_CHECK bool store_audit_report_set(
	struct store_transaction *transaction, struct str id, enum audit_report_status status, struct fault *fault);
/* Those that are still CREATING, oldest first. */
MUST_CHECK bool store_audit_report_pending(struct store *store, size_t limit, struct arena *arena,
	const struct audit_report_row **out, size_t *count, struct fault *fault);

#endif
