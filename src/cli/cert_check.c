#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/cert.h"
#include "cli/file.h"
#include "cli/findings.h"
#include "cli/marks.h"
#include "cli/moment.h"
#include "cli/papers.h"
#include "cli/printable.h"
#include "cli/prompt.h"
#include "cli/say.h"

/* One certificate with what is said of it. */
struct checked {
	const struct paper_set *set; /* NULL: none could be made of what was given */
	struct finding_fields given; /* the files as they are; absent of one among many */
	const char *names[3];        /* of those files: certificate, key, chain */
	struct findings as_given, repaired;
	bool has_given;
};

struct checking {
	struct cert *cert;
	struct papers papers;
	int64_t at_ms;
	struct buffer text;
};

/* ---- Which file is which field? ---- */

static bool
holds(const struct paper_file *file, const struct certificate *certificate)
{
	for (size_t i = 0; i < file->bundle.certificate_count; i++)
		if (bytes_equal(file->bundle.certificates[i]->der, certificate->der))
			return true;
	return false;
}

/* The leaf's file; of several, that in which least is beside it. */
static const struct paper_file *
leaf_file(const struct papers *papers, const struct paper_set *set)
{
	const struct paper_file *best = NULL;

	for (size_t i = 0; i < papers->file_count; i++) {
		const struct paper_file *file = papers->files[i];
		if (holds(file, set->leaf->certificate) &&
			(best == NULL || file->bundle.certificate_count < best->bundle.certificate_count))
			best = file;
	}
	return best;
}

/* Nothing could be read in it: it may be what is missing. Whatever else is in a directory is not meant. */
static bool
is_riddle(const struct paper_file *file)
{
	return (file->on_line || file->bundle.form != BUNDLE_NOTHING) && file->bundle.certificate_count == 0 &&
	       file->bundle.key_count == 0;
}

static const struct paper_file *
next_riddle(const struct papers *papers, size_t *at)
{
	while (*at < papers->file_count) {
		const struct paper_file *file = papers->files[(*at)++];
		if (is_riddle(file))
			return file;
	}
	return NULL;
}

/* The other files with certificates, one after the other, but no copies of the leaf's. */
static void
give_chain(struct checking *checking, struct checked *checked, const struct paper_file *certificate,
	const struct paper_file *key, const struct paper_file *riddle)
{
	struct arena *arena = checking->cert->talk.arena;
	struct buffer text = { 0 };
	size_t files = 0;

	for (size_t i = 0; i < checking->papers.file_count; i++) {
		const struct paper_file *file = checking->papers.files[i];
		bool copy = checked->set != NULL && holds(file, checked->set->leaf->certificate);
		if (file == certificate || file == key || copy ||
			(file->bundle.certificate_count == 0 && file != riddle))
			continue;
		checked->names[2] =
			files++ == 0 ? file->name : arena_printf(arena, "%s, %s", checked->names[2], file->name).p;
		buffer_put(&text, file->bytes.p, file->bytes.n);
	}
	if (files > 0)
		checked->given.chain = arena_bytes(arena, bytes_of_str(buffer_str(&text)));
	buffer_done(&text);
}

/* The files as the fields of an import. What cannot be read takes the first place that is empty. */
static void
give(struct checking *checking, struct checked *checked)
{
	const struct papers *papers = &checking->papers;
	const struct paper_set *set = checked->set;
	size_t at = 0;

	const struct paper_file *certificate = set != NULL ? leaf_file(papers, set) : next_riddle(papers, &at);
	const struct paper_file *key = set != NULL && set->key != NULL ? set->key->file : NULL;
	for (size_t i = 0; key == NULL && i < papers->file_count; i++)
		key = papers->files[i]->bundle.key_count > 0 ? papers->files[i] : NULL;
	if (key == NULL)
		key = next_riddle(papers, &at);
	const struct paper_file *riddle = next_riddle(papers, &at);
	give_chain(checking, checked, certificate, key, riddle != NULL && riddle->on_line ? riddle : NULL);
	if (certificate != NULL) {
		checked->given.certificate = certificate->bytes;
		checked->names[0] = certificate->name;
	}
	if (key != NULL) {
		checked->given.key = key->bytes;
		checked->names[1] = key->name;
	}
	checked->has_given = true;
}

/* A leaf that is a CA's, has no key, and stands beside what cannot be read, is no leaf: that is the unreadable one. */
static bool
leaf_is_unreadable(const struct papers *papers)
{
	size_t at = 0;

	if (papers->set_count == 0)
		return true;
	for (size_t i = 0; i < papers->set_count; i++)
		if (papers->sets[i].key_fits || !papers->sets[i].leaf->certificate->is_ca)
			return false;
	return next_riddle(papers, &at) != NULL;
}

static struct finding_fields
repaired_fields(const struct paper_set *set, struct arena *arena)
{
	struct str chain = paper_chain_pem(set, arena);

	return (struct finding_fields){
		.certificate = bytes_of_str(paper_certificate_pem(set, arena)),
		.key = set->key != NULL ? bytes_of_str(paper_key_pem(set, arena)) : (struct bytes){ 0 },
		.chain = chain.n > 0 ? bytes_of_str(chain) : (struct bytes){ 0 },
	};
}

/* ---- What is said ---- */

static bool
is_broken(const struct checked *checked, size_t rule)
{
	return checked->as_given.of[rule].state == FINDING_BROKEN || checked->repaired.of[rule].state == FINDING_BROKEN;
}

/* Broken as the files are, but not in what is made of them. */
static bool
is_repairable(const struct checked *checked, size_t rule)
{
	return checked->set != NULL && checked->as_given.of[rule].state == FINDING_BROKEN &&
	       checked->repaired.of[rule].state != FINDING_BROKEN;
}

static bool
is_kept(const struct checked *checked, size_t rule)
{
	return checked->as_given.of[rule].state == FINDING_KEPT || checked->repaired.of[rule].state == FINDING_KEPT;
}

static void
put_mark(struct checking *checking, const char *mark, enum tint tint)
{
	buffer_put_cstr(&checking->text, "  ");
	tint_put(&checking->text, str_of(mark), tint, checking->cert->talk.coloured);
}

static void
put_rule(struct checking *checking, const struct checked *checked, size_t rule)
{
	bool ascii = checking->cert->wish.ascii;
	bool broken = is_broken(checked, rule);
	bool repairable = is_repairable(checked, rule);
	const struct finding *finding = checked->as_given.of[rule].state == FINDING_BROKEN
						? &checked->as_given.of[rule]
						: &checked->repaired.of[rule];

	if (broken)
		put_mark(checking, marks_cross(ascii), repairable ? TINT_DOUBTFUL : TINT_BAD);
	else if (is_kept(checked, rule))
		put_mark(checking, marks_tick(ascii), TINT_GOOD);
	else
		put_mark(checking, marks_open(ascii), TINT_GONE);
	buffer_printf(&checking->text, "  %-25s  %s\n", import_rule_entry((enum import_rule)rule)->name,
		finding_title((enum import_rule)rule));
	if (!broken)
		return;
	buffer_printf(&checking->text, "      %.*s\n", STR_ARG(printable(finding->words, checking->cert->talk.arena)));
	buffer_printf(
		&checking->text, "      %s\n", repairable ? "This can be repaired." : "This cannot be repaired here.");
}

static void
put_file(struct checking *checking, const char *label, const char *name)
{
	buffer_printf(&checking->text, "  %-11s  %.*s\n", label,
		STR_ARG(printable(name != NULL ? str_of(name) : STR("none"), checking->cert->talk.arena)));
}

static void
put_files(struct checking *checking, const struct checked *checked)
{
	const struct paper_set *set = checked->set;

	if (checked->has_given || set == NULL) {
		put_file(checking, "certificate", checked->names[0]);
		put_file(checking, "private key", checked->names[1]);
		put_file(checking, "chain", checked->names[2]);
		return;
	}
	put_file(checking, "certificate", set->leaf->file->name);
	put_file(checking, "private key", set->key != NULL ? set->key->file->name : NULL);
}

static size_t
count_broken(const struct checked *checked, bool repairable)
{
	size_t n = 0;

	for (size_t rule = 0; rule < FINDING_COUNT; rule++)
		n += is_broken(checked, rule) && is_repairable(checked, rule) == repairable;
	return n;
}

static void
put_checked(struct checking *checking, const struct checked *checked)
{
	struct arena *arena = checking->cert->talk.arena;
	struct str title =
		checked->set != NULL ? paper_names(checked->set->leaf->certificate, arena) : STR("What was given");

	buffer_printf(&checking->text, "%.*s\n", STR_ARG(printable(title, arena)));
	put_files(checking, checked);
	for (size_t rule = 0; rule < FINDING_COUNT; rule++)
		put_rule(checking, checked, rule);
	size_t lost = count_broken(checked, false);
	size_t mendable = count_broken(checked, true);
	if (lost + mendable == 0)
		buffer_put_cstr(&checking->text, "All is well: an import takes it.\n");
	else if (mendable == 0)
		buffer_printf(&checking->text,
			"An import refuses it. Rules broken: %zu, and none can be repaired here.\n", lost);
	else
		buffer_printf(&checking->text,
			"An import refuses these files as they are. Rules broken: %zu. To be repaired: %zu, by "
			"`chancery import` on its way, or as files by `chancery check --fix DIR`.\n",
			lost + mendable, mendable);
}

/* What is not there cannot be repaired: then what is said of the files as they are stands. */
static void
keep_what_stands(struct checked *checked)
{
	struct findings *repaired = &checked->repaired;
	const struct findings *given = &checked->as_given;

	for (unsigned rule = IMPORT_RULE_KEY_PEM; checked->set->key == NULL && rule <= IMPORT_RULE_KEY_MATCH; rule++)
		repaired->of[rule] = given->of[rule];
	if (checked->set->chain_count > 0 || given->of[IMPORT_RULE_CHAIN_ISSUER].state != FINDING_BROKEN ||
		repaired->of[IMPORT_RULE_CHAIN_REQUIRED].state != FINDING_BROKEN)
		return;
	for (unsigned rule = IMPORT_RULE_CHAIN_PEM; rule < FINDING_COUNT; rule++)
		repaired->of[rule] = given->of[rule];
}

static void
check(struct checking *checking, struct checked *checked, bool alone)
{
	struct arena *arena = checking->cert->talk.arena;

	if (alone)
		give(checking, checked);
	if (checked->has_given)
		findings_take(&checked->given, checking->at_ms, arena, &checked->as_given);
	if (checked->set != NULL) {
		struct finding_fields fields = repaired_fields(checked->set, arena);
		findings_take(&fields, checking->at_ms, arena, &checked->repaired);
		if (checked->has_given)
			keep_what_stands(checked);
	}
	put_checked(checking, checked);
}

/* ---- Repair ---- */

static bool
write_file(struct checking *checking, const char *name, struct str text, mode_t mode)
{
	struct cert *cert = checking->cert;
	const char *path = arena_printf(cert->talk.arena, "%s/%s", cert->wish.fix, name).p;
	struct fault fault = { 0 };

	if (text.n == 0)
		return true;
	if (!file_write_new(path, text, mode, cert->wish.force, cert->talk.arena, &fault))
		return talk_refuse(&cert->talk, EXIT_ANYTHING_ELSE, "%s", fault.say);
	buffer_printf(&checking->text, "Written: %.*s\n", STR_ARG(printable(str_of(path), cert->talk.arena)));
	return true;
}

static bool
write_all(struct checking *checking, const struct checked *checked)
{
	const struct paper_set *set = checked->set;
	struct cert *cert = checking->cert;
	struct arena *arena = cert->talk.arena;

	if (set == NULL)
		return talk_refuse(&cert->talk, EXIT_ANYTHING_ELSE,
			"Nothing can be written: no certificate could be read in what was given.");
	if (mkdir(cert->wish.fix, 0777) != 0 && errno != EEXIST)
		return talk_refuse(
			&cert->talk, EXIT_ANYTHING_ELSE, "%s cannot be made: %s.", cert->wish.fix, strerror(errno));
	return write_file(checking, "certificate.pem", paper_certificate_pem(set, arena), 0644) &&
	       write_file(checking, "chain.pem", paper_chain_pem(set, arena), 0644) &&
	       (set->key == NULL || write_file(checking, "private-key.pem", paper_key_pem(set, arena), 0600));
}

/* All is well once what was written is. */
static int
fix(struct checking *checking, const struct checked *checked)
{
	size_t lost = count_broken(checked, false);

	if (!write_all(checking, checked))
		return checking->cert->talk.exit;
	if (lost == 0) {
		buffer_put_cstr(&checking->text, "An import takes these files.\n");
		return EXIT_FINE;
	}
	buffer_put_cstr(&checking->text, "An import still refuses them:");
	for (size_t rule = 0; rule < FINDING_COUNT; rule++)
		if (checked->repaired.of[rule].state == FINDING_BROKEN)
			buffer_printf(&checking->text, " %s", import_rule_entry((enum import_rule)rule)->name);
	buffer_put_cstr(&checking->text, ".\n");
	return EXIT_ANYTHING_ELSE;
}

/* ---- The whole ---- */

static bool
read_moment(struct checking *checking)
{
	struct cert *cert = checking->cert;

	checking->at_ms = cert->talk.now_ms;
	if (cert->wish.at == NULL || moment_read_ms(str_of(cert->wish.at), cert->talk.arena, &checking->at_ms))
		return true;
	return talk_refuse(&cert->talk, EXIT_USAGE,
		"argument --at: '%s' is no moment. Write 2026-11-21 or 2026-11-21T08:05:54Z.", cert->wish.at);
}

static int
check_all(struct checking *checking)
{
	const struct papers *papers = &checking->papers;
	bool unreadable = leaf_is_unreadable(papers);
	size_t count = unreadable ? 1 : papers->set_count;
	struct checked checked;
	int code = EXIT_FINE;

	if (checking->cert->wish.fix != NULL && count > 1) {
		(void)talk_refuse(&checking->cert->talk, EXIT_USAGE,
			"--fix writes the files of one certificate, and here are %zu: name the files of one.", count);
		return checking->cert->talk.exit;
	}
	for (size_t i = 0; i < count; i++) {
		checked = (struct checked){ .set = unreadable ? NULL : &papers->sets[i] };
		buffer_put_cstr(&checking->text, i > 0 ? "\n" : "");
		check(checking, &checked, count == 1);
		if (count_broken(&checked, false) + count_broken(&checked, true) > 0)
			code = EXIT_ANYTHING_ELSE;
	}
	return checking->cert->wish.fix != NULL ? fix(checking, &checked) : code;
}

int
cert_check(struct cert *cert)
{
	struct talk *talk = &cert->talk;
	struct checking checking = { .cert = cert, .papers = { .talk = talk } };
	struct fault fault = { 0 };

	if (!read_moment(&checking))
		return talk->exit;
	/* Of several certificates of a CA, that which is valid then. */
	talk->now_ms = checking.at_ms;
	if (!prompt_passphrase(cert->wish.passphrase_file, talk->arena, &checking.papers.passphrase, &fault))
		return say_fault(&fault);
	checking.papers.may_ask = prompt_possible() && cert->wish.passphrase_file == NULL;
	if (!papers_read(&checking.papers, talk->words.v, talk->words.n))
		return talk->exit;
	papers_tell_left_out(&checking.papers);
	int code = check_all(&checking);
	int said = say_text(&checking.text);
	return code != EXIT_FINE ? code : said;
}
