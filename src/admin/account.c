/* account.c — `chancery admin account …` */
#include "admin/command.h"
#include "service/iam/iam.h"

static bool
check_account(struct str id, struct fault *fault)
{
	if (iam_account_valid(id))
		return true;
	return fault_set(
		fault, FAULT_INVALID_ARGS, "'%.*s' is no account id: it has %d digits.", STR_ARG(id), ACCOUNT_ID_BYTES);
}

static void
put_account(struct output *output, const char *name, const struct account_row *row)
{
	output_object(output, name);
	output_text(output, "AccountId", row->id);
	output_text(output, "Name", row->name);
	output_text(output, "Status", row->disabled ? STR("Inactive") : STR("Active"));
	output_time(output, "CreateDate", row->created_ms);
	output_object_end(output);
}

static bool
insert_account(struct store_transaction *transaction, void *context, struct fault *fault)
{
	return store_account_insert(transaction, context, fault);
}

bool
account_create(struct house *house, const struct options *options, struct output *output, struct fault *fault)
{
	struct account_row row = {
		.id = options->value[OPTION_ACCOUNT], .name = options->value[OPTION_NAME], .created_ms = house->now_ms
	};
	char generated[ACCOUNT_ID_BYTES + 1];

	if (row.id.p == NULL) {
		iam_account_generate(&entropy_system, generated);
		row.id = str_of(generated);
	}
	if (row.name.p == NULL)
		row.name = row.id;
	if (!check_account(row.id, fault))
		return false;
	if (!iam_user_valid(row.name))
		return fault_set(fault, FAULT_INVALID_ARGS,
			"'%.*s' is no account name: 1 to %d letters, digits or any of _+=,.@- make one.",
			STR_ARG(row.name), USER_NAME_MAX);
	if (!store_apply(house->store, insert_account, &row, fault)) {
		if (fault->code == FAULT_CONFLICT)
			return fault_set(fault, FAULT_CONFLICT, "There is an account %.*s already.", STR_ARG(row.id));
		return false;
	}
	put_account(output, "Account", &row);
	return true;
}

bool
account_list(struct house *house, const struct options *options, struct output *output, struct fault *fault)
{
	const struct account_row *rows;
	size_t count;

	(void)options;
	if (!store_account_list(house->store, &house->arena, &rows, &count, fault))
		return false;
	output_list(output, "Accounts");
	for (size_t i = 0; i < count; i++)
		put_account(output, NULL, &rows[i]);
	output_list_end(output);
	return true;
}

struct change {
	struct str id;
	bool disabled;
};

static bool
set_disabled(struct store_transaction *transaction, void *context, struct fault *fault)
{
	const struct change *change = context;

	return store_account_set_disabled(transaction, change->id, change->disabled, fault);
}

static bool
delete_account(struct store_transaction *transaction, void *context, struct fault *fault)
{
	const struct change *change = context;

	return store_account_delete(transaction, change->id, fault);
}

/* Applies one change to one account, and words what may stand against it. */
static bool
apply(struct house *house, bool (*run)(struct store_transaction *, void *, struct fault *), struct change change,
	struct fault *fault)
{
	if (!check_account(change.id, fault))
		return false;
	if (store_apply(house->store, run, &change, fault))
		return true;
	if (fault->code == FAULT_NOT_FOUND)
		return fault_set(fault, FAULT_NOT_FOUND, "There is no account %.*s.", STR_ARG(change.id));
	if (fault->code == FAULT_IN_USE)
		return fault_set(fault, FAULT_IN_USE,
			"Account %.*s still has certificates, authorities or access keys: delete them first, or "
			"disable the account.",
			STR_ARG(change.id));
	return false;
}

bool
account_disable(struct house *house, const struct options *options, struct output *output, struct fault *fault)
{
	struct str id = options->value[OPTION_ACCOUNT];

	if (!apply(house, set_disabled, (struct change){ id, true }, fault))
		return false;
	output_text(output, "AccountId", id);
	output_text(output, "Status", STR("Inactive"));
	return true;
}

bool
account_enable(struct house *house, const struct options *options, struct output *output, struct fault *fault)
{
	struct str id = options->value[OPTION_ACCOUNT];

	if (!apply(house, set_disabled, (struct change){ id, false }, fault))
		return false;
	output_text(output, "AccountId", id);
	output_text(output, "Status", STR("Active"));
	return true;
}

bool
account_delete(struct house *house, const struct options *options, struct output *output, struct fault *fault)
{
	struct str id = options->value[OPTION_ACCOUNT];

	if (!apply(house, delete_account, (struct change){ .id = id }, fault))
		return false;
	output_text(output, "AccountId", id);
	output_text(output, "Status", STR("Deleted"));
	return true;
}
