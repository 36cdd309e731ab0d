#include "admin/options.h"

static const struct option_entry entries[OPTION_COUNT] = {
	[OPTION_DATA_DIR] = { "--data-dir", NULL, "DIR", "the data directory; what `chancery serve` takes by default" },
	[OPTION_ACCOUNT] = { "--account-id", "--account", "ID", "12 digits" },
	[OPTION_NAME] = { "--name", NULL, "NAME", "what people call the account" },
	[OPTION_USER] = { "--user", NULL, "NAME", "who the key stands for: arn:aws:iam::ID:user/NAME" },
	[OPTION_POLICY] = { "--policy", NULL, "full|read-only", "what the key may do" },
	[OPTION_ACCESS_KEY_ID] = { "--access-key-id", NULL, "KEY", "16 to 128 letters, digits or underscores" },
	[OPTION_SECRET_FROM_ENV] = { "--secret-from-env", NULL, "VARIABLE",
		"take the secret from this environment variable instead of making one" },
	[OPTION_CREDENTIALS_FILE] = { "--credentials-file", NULL, "FILE",
		"also write the key to an AWS credentials file (mode 0600); its other profiles stay" },
	[OPTION_PROFILE] = { "--profile", NULL, "NAME", "the profile in that file; default when not given" },
	[OPTION_OVERWRITE] = { "--overwrite", NULL, NULL, "replace the profile if it is there" },
	[OPTION_CERTIFICATE_ARN] = { "--certificate-arn", NULL, "ARN", "the certificate" },
	[OPTION_VERSION] = { "--version", NULL, "N", "the version to go back to, as the history numbers it" },
};

const struct option_entry *
option_entry(enum option option)
{
	return &entries[option];
}

static bool
named(struct str word, const char *name)
{
	return name != NULL && str_is(word, name);
}

static enum option
find(struct str word, unsigned allowed)
{
	for (unsigned i = 0; i < OPTION_COUNT; i++) {
		if ((allowed & OPTION_BIT(i)) != 0 && (named(word, entries[i].name) || named(word, entries[i].alias)))
			return (enum option)i;
	}
	return OPTION_COUNT;
}

static bool
take(struct options *options, enum option option, struct str value, struct fault *fault)
{
	if (options->value[option].p != NULL)
		return fault_set(fault, FAULT_INVALID_ARGS, "%s is given twice.", entries[option].name);
	options->value[option] = value;
	return true;
}

/* One option; *used counts the words it took. */
static bool
read_option(int argc, char **argv, unsigned allowed, struct options *options, int *used, struct fault *fault)
{
	struct str value = str_of(argv[0]), name;
	bool attached = str_cut(&value, '=', &name);
	enum option option = find(name, allowed);

	*used = 1;
	if (option == OPTION_COUNT)
		return fault_set(fault, FAULT_INVALID_ARGS, "%.*s is no option of this command.", STR_ARG(name));
	if (entries[option].value == NULL && attached)
		return fault_set(fault, FAULT_INVALID_ARGS, "%s takes no value.", entries[option].name);
	if (entries[option].value == NULL)
		return take(options, option, STR(""), fault);
	if (!attached && argc < 2)
		return fault_set(fault, FAULT_INVALID_ARGS, "%s wants a value: %s %s.", entries[option].name,
			entries[option].name, entries[option].value);
	if (!attached) {
		value = str_of(argv[1]);
		*used = 2;
	}
	if (value.n == 0)
		return fault_set(fault, FAULT_INVALID_ARGS, "The value of %s is empty.", entries[option].name);
	return take(options, option, value, fault);
}

bool
options_parse(int argc, char **argv, unsigned allowed, enum option operand, struct options *out, struct fault *fault)
{
	struct options options = { 0 };
	int used = 1;

	for (int i = 0; i < argc; i += used) {
		struct str word = str_of(argv[i]);
		used = 1;
		if (str_is(word, "--help") || str_is(word, "help"))
			options.help = true;
		else if (str_starts_with(word, STR("-"))) {
			if (!read_option(argc - i, argv + i, allowed, &options, &used, fault))
				return false;
		} else if (operand == OPTION_COUNT || word.n == 0) {
			return fault_set(fault, FAULT_INVALID_ARGS, "'%s' is more than this command takes.", argv[i]);
		} else if (!take(&options, operand, word, fault)) {
			return false;
		}
	}
	*out = options;
	return true;
}
