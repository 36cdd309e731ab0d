#include <stdio.h>
#include <string.h>

#include "cli/cert.h"
#include "cli/papers.h"
#include "cli/printable.h"
#include "cli/progress.h"
#include "cli/prompt.h"
#include "cli/say.h"
#include "model/acm.h"

/* One certificate that is to be imported. */
struct intent {
	const struct paper_set *set;
	struct str name;
	struct str replaces;    /* an ARN; absent: none */
	struct cert_list twins; /* that are there already */
	bool failed;
};

struct importing {
	struct cert *cert;
	struct papers papers;
	struct intent *intents;
	size_t count;
	struct value *tags; /* NULL: none */
	struct progress progress;
	struct value *done; /* for --output json */
	size_t imported, replaced, failed;
	int exit; /* of the first that failed */
};

static bool
is_bulk(const struct importing *importing)
{
	return importing->count > 1;
}

static void
put(const struct importing *importing, const char *label, struct str text)
{
	(void)fprintf(stderr, "  %-9s  %.*s\n", label, STR_ARG(printable(text, importing->cert->talk.arena)));
}

/* Says of one of several why not; the others go on. */
static void
fail(struct importing *importing, struct intent *intent, int exit_code, struct str words)
{
	struct arena *arena = importing->cert->talk.arena;

	progress_clear(&importing->progress);
	(void)fprintf(stderr, "%.*s (%.*s): %.*s\n", STR_ARG(printable(intent->name, arena)),
		STR_ARG(printable(str_of(intent->set->leaf->file->name), arena)), STR_ARG(words));
	intent->failed = true;
	importing->failed++;
	if (importing->exit == EXIT_FINE)
		importing->exit = exit_code;
}

/* ---- What is there ---- */

static bool
read_tags(struct importing *importing)
{
	struct cert *cert = importing->cert;
	const struct option_values *words = &cert->wish.tags;

	if (words->n > 0)
		importing->tags = value_new(VALUE_LIST, cert->talk.arena);
	for (size_t i = 0; i < words->n; i++) {
		if (words->v[i][0] == '=' || words->v[i][0] == '\0')
			return talk_refuse(&cert->talk, EXIT_USAGE,
				"argument --tag: '%s' has no key. Write KEY=VALUE, or KEY alone.", words->v[i]);
		value_append(importing->tags, cert_tag_value(words->v[i], cert->talk.arena), cert->talk.arena);
	}
	return true;
}

static bool
refuse_nothing(struct importing *importing)
{
	const struct papers *papers = &importing->papers;
	struct talk *talk = &importing->cert->talk;

	if (papers->certificate_count > 0)
		return talk_refuse(talk, EXIT_USAGE,
			"There is no certificate to import in what was given, but only those of CAs.");
	if (papers->locked > 0)
		return talk_refuse(talk, EXIT_USAGE, "Nothing can be imported without the passphrase.");
	if (papers->key_count > 0)
		return talk_refuse(talk, EXIT_USAGE,
			"There is a private key in what was given, but no certificate: name its file, too.");
	return talk_refuse(talk, EXIT_USAGE, "There is no certificate in what was given.");
}

static struct str
key_problem(const struct papers *papers, const struct paper_set *set, struct arena *arena)
{
	if (set->key != NULL)
		return arena_printf(arena,
			"The private key in %.*s does not belong to the certificate in %.*s. Find the one with which "
			"it "
			"was requested.",
			STR_ARG(printable(str_of(set->key->file->name), arena)),
			STR_ARG(printable(str_of(set->leaf->file->name), arena)));
	if (papers->locked > 0)
		return STR("Its private key is not here, unless it is in the file whose passphrase is not known.");
	return STR("Its private key is not in what was given: name the file that holds it, too.");
}

static bool
read_intents(struct importing *importing)
{
	struct papers *papers = &importing->papers;
	struct cert *cert = importing->cert;
	struct arena *arena = cert->talk.arena;

	if (!papers_read(papers, cert->talk.words.v, cert->talk.words.n))
		return false;
	papers_tell_left_out(papers);
	if (papers->set_count == 0)
		return refuse_nothing(importing);
	if (papers->set_count > 1 && cert->wish.arn != NULL)
		return talk_refuse(&cert->talk, EXIT_USAGE,
			"--arn names one certificate, and here are %zu: name the files of one.", papers->set_count);
	importing->count = papers->set_count;
	importing->intents = ARENA_ARRAY(arena, struct intent, importing->count);
	for (size_t i = 0; i < importing->count; i++) {
		struct intent *intent = &importing->intents[i];
		intent->set = &papers->sets[i];
		intent->name = paper_name(intent->set->leaf->certificate, arena);
		if (intent->set->key_fits)
			continue;
		if (!is_bulk(importing))
			return talk_refuse(
				&cert->talk, EXIT_USAGE, "%.*s", STR_ARG(key_problem(papers, intent->set, arena)));
		fail(importing, intent, EXIT_USAGE, key_problem(papers, intent->set, arena));
	}
	return true;
}

/* ---- What it replaces ---- */

static bool
choose_place(struct importing *importing, struct intent *intent)
{
	struct cert *cert = importing->cert;
	struct arena *arena = cert->talk.arena;

	if (cert->wish.arn != NULL)
		return cert_find(cert, cert->wish.arn, &intent->replaces);
	/* In bulk nobody would read the notes. */
	if (is_bulk(importing) && !cert->wish.replace)
		return true;
	if (!cert_find_twins(cert, intent->set->leaf->certificate, &intent->twins))
		return false;
	if (!cert->wish.replace || intent->twins.n == 0)
		return true;
	if (intent->twins.n == 1) {
		intent->replaces = intent->twins.v[0].arn;
		return true;
	}
	struct str words = arena_printf(arena,
		"%zu imported certificates have these names. Say by --arn which of them it replaces:%.*s",
		intent->twins.n, STR_ARG(cert_list_words(&intent->twins, arena)));
	if (!is_bulk(importing))
		return talk_refuse(&cert->talk, EXIT_ANYTHING_ELSE, "%.*s", STR_ARG(words));
	fail(importing, intent, EXIT_ANYTHING_ELSE, words);
	return true;
}

/* ---- What will be done ---- */

static struct str
chain_words(const struct paper_set *set, struct arena *arena)
{
	const struct certificate *leaf = set->leaf->certificate;
	struct str words = STR("");

	if (set->chain_count == 0 && certificate_is_self_issued(leaf))
		return STR("none: it is self-signed");
	if (set->chain_count == 0)
		return arena_printf(arena, "NONE: its issuer, %.*s, is not in what was given",
			STR_ARG(certificate_issuer_label(leaf, arena)));
	for (size_t i = 0; i < set->chain_count; i++)
		words = arena_printf(arena, "%.*s%s%.*s", STR_ARG(words), i > 0 ? ", then " : "",
			STR_ARG(certificate_label(set->chain[i]->certificate, arena)));
	return words;
}

static void
show_one(const struct importing *importing, const struct intent *intent)
{
	const struct certificate *leaf = intent->set->leaf->certificate;
	const struct talk *talk = &importing->cert->talk;
	struct arena *arena = talk->arena;
	const struct option_values *tags = &importing->cert->wish.tags;

	(void)fprintf(stderr, "To be imported:\n");
	put(importing, "names", paper_names(leaf, arena));
	put(importing, "subject", certificate_label(leaf, arena));
	put(importing, "issuer", certificate_issuer_label(leaf, arena));
	put(importing, "ends", talk_when(talk, leaf->not_after_ms, arena));
	put(importing, "file", str_of(intent->set->leaf->file->name));
	put(importing, "key",
		arena_printf(arena, "%s, from %s%s", leaf->key.words, intent->set->key->file->name,
			intent->set->key->key->was_encrypted ? " (encrypted there)" : ""));
	put(importing, "chain", chain_words(intent->set, arena));
	for (size_t i = 0; i < tags->n; i++)
		put(importing, i == 0 ? "tags" : "", str_of(tags->v[i]));
	if (intent->replaces.p != NULL)
		put(importing, "replaces", intent->replaces);
	else if (intent->twins.n > 0)
		(void)fprintf(stderr,
			"An imported certificate has these names already; --replace puts this one in its place:%.*s\n",
			STR_ARG(cert_list_words(&intent->twins, arena)));
}

static void
show_all(const struct importing *importing)
{
	static const char *const titles[] = { "NAME", "ENDS", "KEY", "ISSUER", "FILE", "" };
	struct table table = { .titles = titles, .columns = ARRAY_COUNT(titles) };
	struct talk *talk = &importing->cert->talk;
	struct cell *cells = ARENA_ARRAY(talk->arena, struct cell, importing->count * table.columns);
	struct buffer out = { 0 };
	size_t rows = 0;

	for (size_t i = 0; i < importing->count; i++) {
		const struct intent *intent = &importing->intents[i];
		const struct certificate *leaf = intent->set->leaf->certificate;
		struct cell *row = cells + rows * table.columns;
		if (intent->failed)
			continue;
		row[0].text = intent->name;
		row[1].text = talk_when(talk, leaf->not_after_ms, talk->arena);
		row[2].text = str_of(leaf->key.words);
		row[3].text = certificate_issuer_label(leaf, talk->arena);
		row[4].text = str_of(intent->set->leaf->file->name);
		row[5].text = intent->replaces.p != NULL
				      ? arena_printf(talk->arena, "replaces %.*s", STR_ARG(talk_id(intent->replaces)))
				      : (struct str){ 0 };
		rows++;
	}
	table_put(&table, cells, rows, talk->arena, &out);
	(void)fprintf(stderr, "To be imported:\n%.*s", STR_ARG(buffer_str(&out)));
	buffer_done(&out);
}

static bool
is_wanted(const struct importing *importing)
{
	size_t left = importing->count - importing->failed;

	if (!is_bulk(importing))
		show_one(importing, &importing->intents[0]);
	else if (!importing->cert->wish.yes)
		show_all(importing);
	if (importing->cert->wish.yes)
		return true;
	return prompt_yes(is_bulk(importing)
				  ? arena_printf(importing->cert->talk.arena, "Import these %zu? [y/N] ", left).p
				  : "Import it? [y/N] ");
}

/* ---- Doing it ---- */

static void
set_bytes(struct value *map, const char *key, struct str text, struct arena *arena)
{
	value_set(map, str_of(key), value_bytes(bytes_of_str(text), arena), arena);
}

static struct value *
request_of(const struct importing *importing, const struct intent *intent)
{
	struct arena *arena = importing->cert->talk.arena;
	struct value *input = value_new(VALUE_MAP, arena);
	struct str chain = paper_chain_pem(intent->set, arena);

	if (intent->replaces.p != NULL)
		value_set(input, STR("CertificateArn"), value_string(intent->replaces, arena), arena);
	set_bytes(input, "Certificate", paper_certificate_pem(intent->set, arena), arena);
	set_bytes(input, "PrivateKey", paper_key_pem(intent->set, arena), arena);
	if (chain.n > 0)
		set_bytes(input, "CertificateChain", chain, arena);
	/* A certificate that is replaced keeps its tags, and takes others in a call of their own. */
	if (importing->tags != NULL && intent->replaces.p == NULL)
		value_set(input, STR("Tags"), importing->tags, arena);
	return input;
}

/* False: no other will get through either. */
static bool
explain(struct importing *importing, struct intent *intent, const char *operation, const struct client_error *error)
{
	struct talk *talk = &importing->cert->talk;

	if (error->problem == CLIENT_REFUSED && is_bulk(importing)) {
		fail(importing, intent, EXIT_SERVICE,
			arena_printf(talk->arena, "%.*s: %.*s", STR_ARG(error->code), STR_ARG(error->message)));
		return true;
	}
	progress_clear(&importing->progress);
	int code =
		dialog_explain(&talk->dialog, &acm_service, service_operation(&acm_service, str_of(operation)), error);
	intent->failed = true;
	importing->failed++;
	importing->exit = importing->exit == EXIT_FINE ? code : importing->exit;
	return error->problem == CLIENT_REFUSED;
}

static bool
report(struct importing *importing, const struct intent *intent, struct str arn)
{
	struct arena *arena = importing->cert->talk.arena;
	struct value *one = value_new(VALUE_MAP, arena);
	struct buffer line = { 0 };

	intent->replaces.p != NULL ? importing->replaced++ : importing->imported++;
	value_set(one, STR("CertificateArn"), value_string(arn, arena), arena);
	value_set(one, STR("Name"), value_string(intent->name, arena), arena);
	value_set(one, STR("Replaced"), value_boolean(intent->replaces.p != NULL, arena), arena);
	value_append(importing->done, one, arena);
	if (importing->cert->talk.json)
		return true;
	progress_clear(&importing->progress);
	buffer_put_str(&line, arn);
	if (is_bulk(importing))
		buffer_printf(&line, "  %.*s", STR_ARG(printable(intent->name, arena)));
	buffer_put_char(&line, '\n');
	importing->cert->talk.exit = say_text(&line);
	return importing->cert->talk.exit == EXIT_FINE;
}

/* False: it ends here, and importing->exit has the code. */
static bool
import_one(struct importing *importing, struct intent *intent)
{
	struct talk *talk = &importing->cert->talk;
	struct client_error error = { 0 };
	struct value *answer, *nothing;

	if (!talk_try(talk, &acm_service, "ImportCertificate", request_of(importing, intent), &answer, &error))
		return explain(importing, intent, "ImportCertificate", &error);
	struct str arn = value_text(answer, "CertificateArn");
	if (!report(importing, intent, arn)) {
		importing->exit = talk->exit;
		return false;
	}
	if (importing->tags == NULL || intent->replaces.p == NULL)
		return true;
	struct value *input = cert_input(importing->cert, arn);
	value_set(input, STR("Tags"), importing->tags, talk->arena);
	return talk_try(talk, &acm_service, "AddTagsToCertificate", input, &nothing, &error) ||
	       explain(importing, intent, "AddTagsToCertificate", &error);
}

static void
import_all(struct importing *importing)
{
	importing->progress = progress_begin(importing->count);
	for (size_t i = 0; i < importing->count; i++) {
		progress_step(&importing->progress, i);
		if (!importing->intents[i].failed && !import_one(importing, &importing->intents[i])) {
			progress_clear(&importing->progress);
			if (i + 1 < importing->count)
				(void)fprintf(stderr, "Not tried: %zu.\n", importing->count - i - 1);
			break;
		}
	}
	progress_clear(&importing->progress);
	if (is_bulk(importing))
		(void)fprintf(stderr, "Imported: %zu. Replaced: %zu. Failed: %zu.\n", importing->imported,
			importing->replaced, importing->failed);
}

static int
finish(struct importing *importing)
{
	struct arena *arena = importing->cert->talk.arena;

	if (importing->cert->talk.json) {
		struct value *map = value_new(VALUE_MAP, arena);
		value_set(map, STR("Certificates"), importing->done, arena);
		int code = say_value(map);
		if (importing->exit == EXIT_FINE)
			importing->exit = code;
	}
	/* What could not be opened may have been meant, too. */
	if (importing->exit == EXIT_FINE && importing->papers.locked > 0)
		return EXIT_ANYTHING_ELSE;
	return importing->exit;
}

int
cert_import(struct cert *cert)
{
	struct talk *talk = &cert->talk;
	struct importing importing = { .cert = cert, .papers = { .talk = talk } };
	struct fault fault = { 0 };

	importing.done = value_new(VALUE_LIST, talk->arena);
	if (!cert->wish.yes && !prompt_possible())
		return say_complaint(
			"Nobody can be asked here: standard input is no terminal. Say --yes to import all the "
			"same.",
			EXIT_USAGE);
	if (!read_tags(&importing))
		return talk->exit;
	if (!prompt_passphrase(cert->wish.passphrase_file, talk->arena, &importing.papers.passphrase, &fault))
		return say_fault(&fault);
	importing.papers.may_ask = prompt_possible() && cert->wish.passphrase_file == NULL;
	if (!read_intents(&importing))
		return talk->exit;
	for (size_t i = 0; i < importing.count; i++)
		if (!importing.intents[i].failed && !choose_place(&importing, &importing.intents[i]))
			return talk->exit;
	if (importing.failed == importing.count)
		return importing.exit;
	if (!is_wanted(&importing))
		return say_complaint("Nothing was imported.", EXIT_ANYTHING_ELSE);
	import_all(&importing);
	return finish(&importing);
}
