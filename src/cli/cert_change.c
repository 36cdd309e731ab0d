/* cert_change.c — `chancery rm` and `chancery tag`. */
#include <stdio.h>
#include <string.h>

#include "cli/cert.h"
#include "cli/printable.h"
#include "cli/prompt.h"
#include "cli/say.h"
#include "model/acm.h"

/* ---- rm ---- */

struct doomed {
	struct str arn, name;
	const struct value *detail;
};

/* Twice the same word is one certificate. */
static bool
find_all(struct cert *cert, struct doomed *doomed, size_t *count)
{
	const struct verb_words *words = &cert->talk.words;
	struct value *answer;
	size_t n = 0;

	for (size_t i = 0; i < words->n; i++) {
		struct str arn;
		bool known = false;
		if (!cert_find(cert, words->v[i], &arn))
			return false;
		for (size_t k = 0; k < n; k++)
			known |= str_equal(doomed[k].arn, arn);
		if (known)
			continue;
		if (!talk_ask(&cert->talk, &acm_service, "DescribeCertificate", cert_input(cert, arn), &answer))
			return false;
		const struct value *detail = value_get(answer, STR("Certificate"));
		doomed[n++] = (struct doomed){ arn, value_text(detail, "DomainName"), detail };
	}
	*count = n;
	return true;
}

static void
show_doomed(const struct cert *cert, const struct doomed *doomed, size_t count)
{
	struct arena *arena = cert->talk.arena;

	(void)fprintf(stderr, "To be deleted, for good:\n");
	for (size_t i = 0; i < count; i++) {
		const struct value *detail = doomed[i].detail;
		const struct value *users = value_get(detail, STR("InUseBy"));
		struct str age = talk_age(&cert->talk, detail, "NotAfter", arena);
		(void)fprintf(stderr, "  %.*s  %.*s (%.*s, %.*s%s%.*s)%s\n", STR_ARG(talk_id(doomed[i].arn)),
			STR_ARG(printable(doomed[i].name, arena)), STR_ARG(value_text(detail, "Type")),
			STR_ARG(value_text(detail, "Status")), age.n > 0 ? ", ends " : "", STR_ARG(age),
			users != NULL && users->count > 0 ? ", IN USE" : "");
	}
}

int
cert_rm(struct cert *cert)
{
	struct talk *talk = &cert->talk;
	struct doomed *doomed = ARENA_ARRAY(talk->arena, struct doomed, talk->words.n);
	int code = EXIT_FINE;
	struct value *nothing;
	size_t count;

	if (!cert->wish.yes && !prompt_possible())
		return say_complaint(
			"Nobody can be asked here: standard input is no terminal. Say --yes to delete all the "
			"same.",
			EXIT_USAGE);
	/* What is not there, or is not one, stops it all: a mistyped word may be the beginning of another line. */
	if (!find_all(cert, doomed, &count))
		return talk->exit;
	if (!cert->wish.yes) {
		show_doomed(cert, doomed, count);
		const char *question = arena_printf(talk->arena, "Delete %s? [y/N] ",
			count == 1 ? "it" : arena_printf(talk->arena, "these %zu", count).p)
					       .p;
		if (!prompt_yes(question))
			return say_complaint("Nothing was deleted.", EXIT_ANYTHING_ELSE);
	}
	for (size_t i = 0; i < count; i++) {
		struct buffer line = { 0 };
		if (!talk_ask(talk, &acm_service, "DeleteCertificate", cert_input(cert, doomed[i].arn), &nothing)) {
			code = code == EXIT_FINE ? talk->exit : code;
			continue;
		}
		buffer_printf(&line, "Deleted %.*s  %.*s\n", STR_ARG(talk_id(doomed[i].arn)),
			STR_ARG(printable(doomed[i].name, talk->arena)));
		int said = say_text(&line);
		code = code == EXIT_FINE ? said : code;
	}
	return code;
}

/* ---- tag ---- */

static bool
read_tags(struct cert *cert, struct value *added, struct value *removed)
{
	const struct verb_words *words = &cert->talk.words;
	struct arena *arena = cert->talk.arena;

	for (size_t i = 1; i < words->n; i++) {
		const char *word = words->v[i];
		bool removes = word[0] == '-';
		if (word[removes] == '\0' || word[removes] == '=')
			return talk_refuse(&cert->talk, EXIT_USAGE,
				"'%s' is no tag. Write KEY=VALUE to put it on, -KEY to take it off.", word);
		if (!removes && strchr(word, '=') == NULL)
			return talk_refuse(&cert->talk, EXIT_USAGE,
				"'%s' is no tag. Write %s=VALUE (or %s= without a value) to put it on, -%s to take it "
				"off.",
				word, word, word, word);
		value_append(removes ? removed : added, cert_tag_value(word + removes, arena), arena);
	}
	return true;
}

static bool
change(struct cert *cert, const char *operation, struct str arn, struct value *tags)
{
	struct value *input = cert_input(cert, arn);
	struct value *nothing;

	if (tags->count == 0)
		return true;
	value_set(input, STR("Tags"), tags, cert->talk.arena);
	return talk_ask(&cert->talk, &acm_service, operation, input, &nothing);
}

/* What it has now. */
static int
print_tags(struct cert *cert, struct str arn)
{
	struct talk *talk = &cert->talk;
	struct buffer out = { 0 };
	struct value *answer;

	if (!talk_ask(talk, &acm_service, "ListTagsForCertificate", cert_input(cert, arn), &answer))
		return talk->exit;
	const struct value *tags = value_get(answer, STR("Tags"));
	if (talk->json) {
		struct value *map = value_new(VALUE_MAP, talk->arena);
		value_set(map, STR("Tags"),
			tags != NULL ? value_get(answer, STR("Tags")) : value_new(VALUE_LIST, talk->arena),
			talk->arena);
		return say_value(map);
	}
	for (size_t i = 0; tags != NULL && i < tags->count; i++)
		buffer_printf(&out, "%.*s=%.*s\n",
			STR_ARG(printable(value_text(tags->items[i].value, "Key"), talk->arena)),
			STR_ARG(printable(value_text(tags->items[i].value, "Value"), talk->arena)));
	if (out.n > 0)
		return say_text(&out);
	(void)fprintf(stderr, "It has no tags.\n");
	return EXIT_FINE;
}

int
cert_tag(struct cert *cert)
{
	struct talk *talk = &cert->talk;
	struct value *added = value_new(VALUE_LIST, talk->arena);
	struct value *removed = value_new(VALUE_LIST, talk->arena);
	struct str arn;

	if (!read_tags(cert, added, removed) || !cert_find(cert, talk->words.v[0], &arn) ||
		!change(cert, "RemoveTagsFromCertificate", arn, removed) ||
		!change(cert, "AddTagsToCertificate", arn, added))
		return talk->exit;
	return print_tags(cert, arn);
}
