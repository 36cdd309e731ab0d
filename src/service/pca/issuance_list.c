/* issuance_list.c — which revocation list a certificate belongs to, and lists that are begun beside certificates. */
#include "service/pca/issuance_parts.h"
#include "store/duty.h"

/* Certificates in one partition: 10,000 revoked entries make a list of some 400 KB, which a client fetches in a moment,
 * and one more revocation signs no more than that anew. */
enum { PARTITION_CAPACITY = 10000 };

struct issuance_opening {
	bool begins;        /* the complete list has no row yet */
	struct str next_id; /* of the partition to come, when this one is full */
	bool is_open;       /* the write has begun a list */
};

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

bool
issuance_list_find(
	struct call *call, const struct issuance_request *request, struct issuance_list *out, struct fault *fault)
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

struct issuance_opening *
issuance_list_opening(struct call *call, const struct issuance_list *list)
{
	struct issuance_opening *opening = ARENA_NEW(call->arena, struct issuance_opening);

	opening->begins = list->is_missing;
	if (list->partition != 0)
		opening->next_id = new_list_id(call);
	return opening;
}

/* Nothing happens while the partition has room. */
static bool
open_next(struct store_transaction *transaction, const struct issuance *issuance, struct fault *fault)
{
	int64_t partition;

	if (!store_crl_open_partition(transaction, issuance->row.authority, issuance->opening->next_id,
		    PARTITION_CAPACITY, &partition, fault))
		return false;
	issuance->opening->is_open = partition != issuance->row.crl_partition;
	return true;
}

/* The first certificate that the complete list is told to answer for begins it (AWS publishes none before). */
bool
issuance_list_keep(struct store_transaction *transaction, const struct issuance *issuance, struct fault *fault)
{
	if (issuance->row.crl_partition != 0)
		return open_next(transaction, issuance, fault);
	issuance->opening->is_open = issuance->opening->begins;
	return !issuance->opening->begins ||
	       store_crl_open(transaction, issuance->row.authority, issuance->authority->row.id, fault);
}

void
issuance_kept(struct call *call, void *context)
{
	const struct issuance *issuance = context;

	if (issuance->opening->is_open && call->hurry != NULL)
		call->hurry(call->hurry_context);
}
