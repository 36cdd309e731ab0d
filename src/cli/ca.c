#include "cli/ca.h"

#include <string.h>

#include "base/clock.h"
#include "cli/cli.h"
#include "cli/say.h"
#include "cli/suggest.h"
#include "model/pca.h"

static const char *const outputs[] = { "table", "json", NULL };
static const char *const sorts[] = { "issued", "expires", NULL };
static const char *const colors[] = { "on", "off", "auto", NULL };

#define AT(field) offsetof(struct ca_wish, field)
#define OPTION_OUTPUT OPTION_CHOICE("output", "table|json", "for people, or the API's objects", outputs, output)
#define OPTION_COLOR OPTION_CHOICE("color", "on|off|auto", "auto: on a terminal, unless NO_COLOR is set", colors, color)

static const struct option_row ls_options[] = {
	OPTION("subject", "TEXT", "certificates whose subject has this text in it", subject),
	OPTION("name", "TEXT", "certificates of which any alternative name has this text in it", name),
	OPTION("serial", "HEX", "the certificate with this serial number", serial),
	OPTION("template", "NAME|ARN", "certificates issued by this template: EndEntityCertificate/V1", template_name),
	{ "status", "STATUS", "issued, revoked, expired or another that the API has; may be said several times", NULL,
		NULL, AT(statuses), OPTION_EVERYWHERE, true },
	OPTION("expires-within", "SPAN", "what ends from now on until then: 12h, 30d, 2w, 1y", expires_within),
	OPTION("expires-after", "DATE", "what ends after this moment: 2026-11-21, 2026-11-21T08:05Z", expires_after),
	OPTION("expires-before", "DATE", "what ends before this moment", expires_before),
	OPTION_CHOICE("sort", "issued|expires", "the earliest first; unsaid, the newest", sorts, sort),
	OPTION("descending", NULL, "the latest first", descending),
	OPTION("limit", "N", "so many lines at most", limit),
	OPTION_OUTPUT,
	OPTION_COLOR,
	OPTION_END,
};

static const struct option_row show_options[] = {
	OPTION("pem", NULL, "prints the certificate as PEM, and its chain behind it", pem),
	OPTION_OUTPUT,
	OPTION_COLOR,
	OPTION_END,
};

static const struct option_row revoke_options[] = {
	OPTION("reason", "REASON",
		"unspecified, key-compromise, certificate-authority-compromise, affiliation-changed, superseded, "
		"cessation-of-operation, privilege-withdrawn or a-a-compromise",
		reason),
	OPTION("yes", NULL, "asks nothing; needed where there is no terminal", yes),
	OPTION_OUTPUT,
	OPTION_END,
};

#define WORD_CA "CA is an ARN, an id or the beginning of one, or a common name.\n"

static const struct {
	struct verb verb;
	const char *summary;
	int (*run)(struct ca *ca);
} verbs[] = {
	{ { "ls", "[CA]",
		  "    Lists the authorities of the account or, of one authority, the certificates that it has "
		  "issued.\n"
		  "    " WORD_CA,
		  ls_options, 0, 1, false },
		"the authorities, or what one has issued", ca_ls },
	{ { "show", "CA [SERIAL]",
		  "    Shows an authority, or a certificate that it has issued.\n"
		  "    " WORD_CA,
		  show_options, 1, 2, false },
		"an authority, or a certificate of it, in detail", ca_show },
	{ { "revoke", "CA SERIAL",
		  "    Revokes a certificate, for good. It shows which one and asks before it does.\n"
		  "    " WORD_CA,
		  revoke_options, 2, 2, false },
		"revokes a certificate", ca_revoke },
};

const struct verb *
ca_verb(size_t number, const char **summary)
{
	if (number >= ARRAY_COUNT(verbs))
		return NULL;
	*summary = verbs[number].summary;
	return &verbs[number].verb;
}

static const char usage[] = "usage: chancery ca <ls|show|revoke> [words] [options]\n"
			    "To see help text, you can run:\n\n"
			    "  chancery ca help\n"
			    "  chancery ca <verb> help\n";

static int
help(void)
{
	struct buffer text = { 0 };

	buffer_put_cstr(&text, "chancery ca: authorities and what they have issued\n\n");
	for (size_t i = 0; i < ARRAY_COUNT(verbs); i++)
		buffer_printf(&text, "  %-6s  %-11s  %s\n", verbs[i].verb.name, verbs[i].verb.words, verbs[i].summary);
	buffer_put_cstr(&text, "\n" WORD_CA "`chancery ca VERB help` tells the options of one.\n");
	return say_text(&text);
}

static int
help_verb(const struct verb *verb)
{
	struct buffer text = { 0 };

	verb_help("ca", verb, &text);
	return say_text(&text);
}

static int
unknown_verb(const char *word)
{
	struct suggestion suggestion = suggest_for(str_of(word));
	struct buffer words = { 0 };

	for (size_t i = 0; i < ARRAY_COUNT(verbs); i++)
		suggest_consider(&suggestion, verbs[i].verb.name);
	buffer_printf(&words, "argument verb: Invalid choice '%s'.", word);
	if (suggestion.best != NULL)
		buffer_printf(&words, " Did you mean %s?", suggestion.best);
	else
		buffer_put_cstr(&words, " `chancery ca help` lists the valid ones.");
	int code = say_misuse(usage, words.p);
	buffer_done(&words);
	return code;
}

static int
misuse(const struct verb *verb, const struct fault *fault)
{
	struct buffer text = { 0 };

	verb_usage("ca", verb, &text);
	int code = say_misuse(text.p, fault->say);
	buffer_done(&text);
	return code;
}

/* argv holds what follows the verb. */
static int
run(size_t which, struct ca *ca, int argc, char **argv)
{
	const struct verb *verb = &verbs[which].verb;
	struct fault fault = { 0 };

	if (!verb_read(verb, argc, (const char *const *)argv, &ca->wish, &ca->talk.globals, &ca->talk.words, &fault))
		return misuse(verb, &fault);
	if (ca->talk.globals.version)
		return say_version();
	ca->talk.json = ca->wish.output != NULL && strcmp(ca->wish.output, "json") == 0;
	ca->talk.coloured = tint_wanted(ca->wish.color);
	ca->talk.now_ms = clock_now_ms(&clock_system);
	/* Both services answer at one endpoint: ACM-PCA's. */
	int code = dialog_open(&ca->talk.globals, &pca_service, ca->talk.arena, &ca->talk.dialog);
	if (code != EXIT_FINE)
		return code;
	code = verbs[which].run(ca);
	dialog_done(&ca->talk.dialog);
	return code;
}

int
ca_main(int argc, char **argv)
{
	struct arena arena = { 0 };
	struct arena page = { 0 };
	struct ca ca = { .talk = { .arena = &arena, .page = &page } };
	const char *word = argc > 1 ? argv[1] : NULL;
	bool asks_help = word != NULL && say_is_help(word);

	if (word == NULL)
		return say_misuse(usage, "the following arguments are required: verb");
	if (asks_help && argc == 2)
		return help();
	if (asks_help)
		word = argv[2];
	for (size_t i = 0; i < ARRAY_COUNT(verbs); i++) {
		if (strcmp(verbs[i].verb.name, word) != 0)
			continue;
		if (asks_help || (argc > 2 && say_is_help(argv[2])))
			return help_verb(&verbs[i].verb);
		say_end_on_interrupt();
		int code = run(i, &ca, argc - 2, argv + 2);
		arena_done(&page);
		arena_done(&arena);
		return code;
	}
	return unknown_verb(word);
}
