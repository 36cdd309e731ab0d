/* key.c — `chancery admin key …` */
#include <stdlib.h>
#include <string.h>

#include "admin/command.h"
#include "admin/credentials.h"
#include "base/memory.h"
#include "service/iam/iam.h"

static void
put_key(struct output *output, const char *name, const struct access_key_row *row, struct str secret)
{
	output_object(output, name);
	output_text(output, "AccountId", row->account);
	output_text(output, "UserName", row->user);
	output_text(output, "AccessKeyId", row->id);
	if (secret.p != NULL)
		output_text(output, "SecretAccessKey", secret);
	output_text(output, "Policy", row->policy);
	output_text(output, "Status", row->disabled ? STR("Inactive") : STR("Active"));
	output_time(output, "CreateDate", row->created_ms);
	output_object_end(output);
}

/* ---- create ---- */

/* The account that was named, or the only one there is. */
static bool
choose_account(struct house *house, struct str wanted, struct str *out, struct fault *fault)
{
	const struct account_row *rows;
	size_t count;

	if (wanted.p != NULL && !iam_account_valid(wanted))
		return fault_set(fault, FAULT_INVALID_ARGS, "'%.*s' is no account id: it has %d digits.",
			STR_ARG(wanted), ACCOUNT_ID_BYTES);
	if (wanted.p == NULL) {
		if (!store_account_list(house->store, &house->arena, &rows, &count, fault))
			return false;
		if (count == 0)
			return fault_set(fault, FAULT_NOT_FOUND,
				"There is no account yet: `chancery admin account create` makes one.");
		if (count > 1)
			return fault_set(fault, FAULT_INVALID_ARGS,
				"There are %zu accounts: say which with --account-id.", count);
		wanted = rows[0].id;
	}
	*out = wanted;
	return true;
}

static bool
choose_names(const struct options *options, struct access_key_row *row, struct fault *fault)
{
	struct str user = options->value[OPTION_USER], policy = options->value[OPTION_POLICY];

	row->user = user.p != NULL ? user : STR("admin");
	row->policy = policy.p != NULL ? policy : STR(IAM_POLICY_FULL);
	if (!iam_user_valid(row->user))
		return fault_set(fault, FAULT_INVALID_ARGS,
			"'%.*s' is no user name: 1 to %d letters, digits or any of _+=,.@- make one.",
			STR_ARG(row->user), USER_NAME_MAX);
	if (!iam_policy_valid(row->policy))
		return fault_set(fault, FAULT_INVALID_ARGS, "There is no policy '%.*s': there are %s and %s.",
			STR_ARG(row->policy), IAM_POLICY_FULL, IAM_POLICY_READ_ONLY);
	return true;
}

/* A key of our own making, or the id and the secret that the caller brings. */
static bool
choose_key(
	struct house *house, const struct options *options, struct str *id, struct secret *secret, struct fault *fault)
{
	char made_id[ACCESS_KEY_ID_BYTES + 1], made_secret[ACCESS_KEY_SECRET_BYTES + 1];
	struct str wanted = options->value[OPTION_ACCESS_KEY_ID], variable = options->value[OPTION_SECRET_FROM_ENV];

	iam_access_key_generate(&entropy_system, made_id, made_secret);
	*id = arena_str(&house->arena, wanted.p != NULL ? wanted : str_of(made_id));
	*secret = arena_secret(&house->arena, made_secret, ACCESS_KEY_SECRET_BYTES);
	memory_wipe(made_secret, sizeof made_secret);
	if (!iam_access_key_id_valid(*id))
		return fault_set(fault, FAULT_INVALID_ARGS,
			"'%.*s' is no access key id: %d to %d letters, digits or underscores make one.", STR_ARG(*id),
			ACCESS_KEY_ID_MIN, ACCESS_KEY_ID_MAX);
	if (variable.p == NULL)
		return true;

	const char *value = getenv(arena_cstr(&house->arena, variable));
	if (value == NULL)
		return fault_set(fault, FAULT_INVALID_ARGS, "The environment has no %.*s.", STR_ARG(variable));
	*secret = arena_secret(&house->arena, value, strlen(value));
	if (!iam_secret_valid(secret_bytes(*secret)))
		return fault_set(fault, FAULT_INVALID_ARGS,
			"The secret in %.*s must be %d to %d printable ASCII characters without spaces.",
			STR_ARG(variable), SECRET_MIN, SECRET_MAX);
	return true;
}

static bool
insert_key(struct store_transaction *transaction, void *context, struct fault *fault)
{
	return store_access_key_insert(transaction, context, fault);
}

static bool
store_key(struct house *house, struct access_key_row *row, struct secret secret, struct fault *fault)
{
	struct seal_context context = iam_seal_context(row->account, row->id);

	if (!signer_seal(house->signer, secret, &context, &house->arena, &row->sealed_secret, fault))
		return false;
	if (store_apply(house->store, insert_key, row, fault))
		return true;
	if (fault->code == FAULT_CONFLICT)
		return fault_set(fault, FAULT_CONFLICT, "There is an access key %.*s already.", STR_ARG(row->id));
	if (fault->code == FAULT_NOT_FOUND)
		return fault_set(fault, FAULT_NOT_FOUND, "There is no account %.*s.", STR_ARG(row->account));
	return false;
}

/* The file is written beside its place first, so that a key whose file cannot be written is never made. */
static bool
store_key_and_file(struct house *house, const struct options *options, struct access_key_row *row, struct secret secret,
	struct fault *fault)
{
	struct str path = options->value[OPTION_CREDENTIALS_FILE], profile = options->value[OPTION_PROFILE];
	struct credentials credentials = { .profile = profile.p != NULL ? profile : STR("default"),
		.access_key_id = row->id,
		.secret = secret,
		.overwrite = options->value[OPTION_OVERWRITE].p != NULL };
	struct credentials_draft draft;

	if (path.p == NULL)
		return store_key(house, row, secret, fault);
	if (!credentials_draft(path, &credentials, &house->arena, &draft, fault))
		return false;
	if (!store_key(house, row, secret, fault)) {
		credentials_discard(&draft);
		return false;
	}
	return credentials_publish(&draft, fault);
}

static bool
check_pairs(const struct options *options, struct fault *fault)
{
	bool file = options->value[OPTION_CREDENTIALS_FILE].p != NULL;

	if (!file && (options->value[OPTION_PROFILE].p != NULL || options->value[OPTION_OVERWRITE].p != NULL))
		return fault_set(fault, FAULT_INVALID_ARGS,
			"--profile and --overwrite belong to --credentials-file, which is not given.");
	return true;
}

bool
key_create(struct house *house, const struct options *options, struct output *output, struct fault *fault)
{
	struct access_key_row row = { .created_ms = house->now_ms };
	struct str path = options->value[OPTION_CREDENTIALS_FILE];
	struct secret secret;

	if (!check_pairs(options, fault))
		return false;
	if (!choose_account(house, options->value[OPTION_ACCOUNT], &row.account, fault))
		return false;
	if (!choose_names(options, &row, fault))
		return false;
	if (!choose_key(house, options, &row.id, &secret, fault))
		return false;
	if (!store_key_and_file(house, options, &row, secret, fault))
		return false;

	bool ours = options->value[OPTION_SECRET_FROM_ENV].p == NULL;
	put_key(output, "AccessKey", &row, ours ? str_of_bytes(secret_bytes(secret)) : (struct str){ 0 });
	if (path.p != NULL)
		output_text(output, "CredentialsFile", path);
	return true;
}

/* ---- list, disable, enable, delete ---- */

bool
key_list(struct house *house, const struct options *options, struct output *output, struct fault *fault)
{
	struct str account = options->value[OPTION_ACCOUNT];
	const struct access_key_row *rows;
	size_t count;

	if (account.p != NULL && !choose_account(house, account, &account, fault))
		return false;
	if (!store_access_key_list(house->store, account, &house->arena, &rows, &count, fault))
		return false;
	output_list(output, "AccessKeys");
	for (size_t i = 0; i < count; i++)
		put_key(output, NULL, &rows[i], (struct str){ 0 });
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

	return store_access_key_set_disabled(transaction, change->id, change->disabled, fault);
}

static bool
delete_key(struct store_transaction *transaction, void *context, struct fault *fault)
{
	const struct change *change = context;

	return store_access_key_delete(transaction, change->id, fault);
}

static bool
apply(struct house *house, bool (*run)(struct store_transaction *, void *, struct fault *), struct change change,
	const char *status, struct output *output, struct fault *fault)
{
	if (!store_apply(house->store, run, &change, fault)) {
		if (fault->code == FAULT_NOT_FOUND)
			return fault_set(fault, FAULT_NOT_FOUND, "There is no access key %.*s.", STR_ARG(change.id));
		return false;
	}
	output_text(output, "AccessKeyId", change.id);
	output_text(output, "Status", str_of(status));
	return true;
}

bool
key_disable(struct house *house, const struct options *options, struct output *output, struct fault *fault)
{
	struct change change = { options->value[OPTION_ACCESS_KEY_ID], true };

	return apply(house, set_disabled, change, "Inactive", output, fault);
}

bool
key_enable(struct house *house, const struct options *options, struct output *output, struct fault *fault)
{
	struct change change = { options->value[OPTION_ACCESS_KEY_ID], false };

	return apply(house, set_disabled, change, "Active", output, fault);
}

bool
key_delete(struct house *house, const struct options *options, struct output *output, struct fault *fault)
{
	struct change change = { .id = options->value[OPTION_ACCESS_KEY_ID] };

	return apply(house, delete_key, change, "Deleted", output, fault);
}
