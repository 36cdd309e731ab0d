#include "cli/cert.h"

#include <string.h>

#include "base/clock.h"
#include "cli/cli.h"
#include "cli/prompt.h"
#include "cli/say.h"
#include "model/acm.h"

static const char *const outputs[] = { "table", "json", NULL };
static const char *const colors[] = { "on", "off", "auto", NULL };
static const char *const sorts[] = { "name", "expires", "status", "key", "type", "created", NULL };

#define AT(field) offsetof(struct cert_wish, field)
#define OPTION_OUTPUT OPTION_CHOICE("output", "table|json", "for people, or the API's objects", outputs, output)
#define OPTION_COLOR OPTION_CHOICE("color", "on|off|auto", "auto: on a terminal, unless NO_COLOR is set", colors, color)
#define OPTION_PASSPHRASE                                                                                              \
	OPTION("passphrase-file", "FILE|-",                                                                            \
		"the first line of FILE or of standard input is the passphrase (" PROMPT_VARIABLE "); else it is "     \
		"asked for",                                                                                           \
		passphrase_file)
#define OPTION_YES OPTION("yes", NULL, "asks nothing; needed where there is no terminal", yes)
#define OPTION_ASCII OPTION("ascii", NULL, "no signs beyond ASCII, as without a UTF-8 locale", ascii)

static const struct option_row import_options[] = {
	OPTION_SEVERAL("tag", "KEY=VALUE", "puts a tag on it; may be said several times", tags),
	OPTION("replace", NULL, "puts it in the place of the imported certificate that has the same names", replace),
	OPTION("arn", "ARN", "puts it in the place of this one", arn),
	OPTION_PASSPHRASE,
	OPTION_YES,
	OPTION_OUTPUT,
	OPTION_END,
};

static const struct option_row check_options[] = {
	OPTION("fix", "DIR",
		"writes certificate.pem, chain.pem and private-key.pem into DIR, repaired where that can be", fix),
	OPTION("force", NULL, "replaces files that are there already", force),
	OPTION("at", "DATE", "as of this moment, not now: 2026-11-21, 2026-11-21T08:05Z", at),
	OPTION_PASSPHRASE,
	OPTION_ASCII,
	OPTION_COLOR,
	OPTION_END,
};

static const struct option_row ls_options[] = {
	OPTION("name", "TEXT", "certificates of which a DNS name or the common name has this text in it", name),
	OPTION("expires-within", "SPAN", "what ends from now on until then: 12h, 30d, 2w, 1y", expires_within),
	OPTION_SEVERAL("status", "STATUS",
		"issued, expired, revoked or another that the API has; may be said several times", statuses),
	OPTION_SEVERAL("type", "TYPE", "imported, private or amazon-issued; may be said several times", types),
	OPTION_CHOICE("sort", "name|expires|status|key|type|created", "unsaid, the newest come first", sorts, sort),
	OPTION("descending", NULL, "the other way round", descending),
	OPTION("limit", "N", "so many lines at most", limit),
	OPTION_OUTPUT,
	OPTION_COLOR,
	OPTION_END,
};

static const struct option_row show_options[] = {
	OPTION("pem", NULL, "prints the certificate as PEM, and its chain behind it", pem),
	OPTION_ASCII,
	OPTION_OUTPUT,
	OPTION_COLOR,
	OPTION_END,
};

static const struct option_row export_options[] = {
	OPTION("out", "DIR",
		"writes certificate.pem, chain.pem and, of a private certificate, private-key.pem into DIR", out),
	OPTION("force", NULL, "replaces files that are there already", force),
	OPTION_PASSPHRASE,
	OPTION("plain-key", NULL, "writes the private key without a passphrase, for nobody else to read; wants --out",
		plain_key),
	OPTION("no-key", NULL, "leaves the private key where it is", no_key),
	OPTION_END,
};

static const struct option_row rm_options[] = {
	OPTION_YES,
	OPTION_END,
};

static const struct option_row tag_options[] = {
	OPTION_OUTPUT,
	OPTION_END,
};

#define WORD_ID "    ID is an ARN, an id or the beginning of one, or a domain name that one certificate alone has.\n"
#define WORD_PATH                                                                                                      \
	"    A PATH is a file, a directory or - for standard input: PEM with anything around it, DER, PKCS #12, "      \
	"PKCS #7;\n"                                                                                                   \
	"    certificate, chain and key are told apart by what they are, not by their names or order.\n"

static const struct {
	struct verb verb;
	bool offline;
	int (*run)(struct cert *cert);
} verbs[] = {
	{ { "import", "PATH...",
		  "    Imports a certificate with its key and chain, from files as they are; of a directory with many, "
		  "all.\n"
		  "    It shows what it will do, asks, and prints the ARN.\n" WORD_PATH,
		  import_options, 1, VERB_MAX_WORDS, false },
		false, cert_import },
	{ { "check", "PATH...",
		  "    Tells, without asking anybody, whether an import would take these files, rule by rule, and what "
		  "to do.\n" WORD_PATH,
		  check_options, 1, VERB_MAX_WORDS, false },
		true, cert_check },
	{ { "ls", "", "    Lists the certificates of the account, of every kind of key.\n", ls_options, 0, 0, false },
		false, cert_ls },
	{ { "show", "ID", "    Shows a certificate in detail, and its chain.\n" WORD_ID, show_options, 1, 1, false },
		false, cert_show },
	{ { "export", "ID",
		  "    Gives out a certificate and its chain; of a private certificate also the key, under a "
		  "passphrase.\n"
		  "    Without --out all of it goes to standard output.\n" WORD_ID,
		  export_options, 1, 1, false },
		false, cert_export },
	{ { "rm", "ID...", "    Deletes certificates, for good. It shows which and asks before it does.\n" WORD_ID,
		  rm_options, 1, VERB_MAX_WORDS, false },
		false, cert_rm },
	{ { "tag", "ID [KEY=VALUE | -KEY]...",
		  "    Puts tags on a certificate, or takes them off; with ID alone it lists them.\n" WORD_ID,
		  tag_options, 1, VERB_MAX_WORDS, true },
		false, cert_tag },
};

const struct verb *
cert_verb(size_t number)
{
	return number < ARRAY_COUNT(verbs) ? &verbs[number].verb : NULL;
}

static int
help(const struct verb *verb)
{
	struct buffer text = { 0 };

	verb_help(NULL, verb, &text);
	return say_text(&text);
}

static int
misuse(const struct verb *verb, const struct fault *fault)
{
	struct buffer text = { 0 };

	verb_usage(NULL, verb, &text);
	int code = say_misuse(text.p, fault->say);
	buffer_done(&text);
	return code;
}

static int
run(size_t which, struct cert *cert, int argc, char **argv)
{
	const struct verb *verb = &verbs[which].verb;
	struct talk *talk = &cert->talk;
	struct fault fault = { 0 };

	if (!verb_read(verb, argc, (const char *const *)argv, &cert->wish, &talk->globals, &talk->words, &fault))
		return misuse(verb, &fault);
	if (talk->globals.version)
		return say_version();
	talk->json = cert->wish.output != NULL && strcmp(cert->wish.output, "json") == 0;
	talk->coloured = tint_wanted(cert->wish.color);
	talk->now_ms = clock_now_ms(&clock_system);
	if (verbs[which].offline)
		return verbs[which].run(cert);
	int code = dialog_open(&talk->globals, &acm_service, talk->arena, &talk->dialog);
	if (code != EXIT_FINE)
		return code;
	code = verbs[which].run(cert);
	dialog_done(&talk->dialog);
	return code;
}

int
cert_main(int argc, char **argv)
{
	struct arena arena = { 0 };
	struct arena page = { 0 };
	struct cert cert = { .talk = { .arena = &arena, .page = &page } };
	size_t which = 0;

	while (which < ARRAY_COUNT(verbs) - 1 && strcmp(verbs[which].verb.name, argv[0]) != 0)
		which++;
	if (argc > 1 && say_is_help(argv[1]))
		return help(&verbs[which].verb);
	say_end_on_interrupt();
	int code = run(which, &cert, argc - 1, argv + 1);
	arena_done(&page);
	arena_done(&arena);
	return code;
}
