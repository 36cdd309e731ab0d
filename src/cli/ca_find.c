#include <ctype.h>
#include <string.h>

#include "cli/ca.h"
#include "cli/printable.h"
#include "cli/say.h"
#include "model/own.h"
#include "model/pca.h"

/* So many are named when a word does not say which; the rest is counted. */
enum { FIND_MAX_NAMED = 20 };

struct candidate {
	struct str arn, name, status;
	bool by_id, by_name; /* how the word means it */
	bool deleted;
};

struct search {
	struct ca *ca;
	struct str word;
	struct str id; /* the word in lower case */
	struct candidate *v;
	size_t n, room;
};

static bool
take(void *context, const struct value *items)
{
	struct search *search = context;
	struct arena *arena = search->ca->talk.arena;

	for (size_t i = 0; i < items->count; i++) {
		const struct value *authority = items->items[i].value;
		struct candidate candidate = {
			.arn = arena_str(arena, value_text(authority, "Arn")),
			.name = arena_str(arena, ca_name(authority, arena)),
			.status = arena_str(arena, value_text(authority, "Status")),
		};
		candidate.by_id = search->id.n > 0 && str_starts_with(talk_id(candidate.arn), search->id);
		candidate.by_name = str_equal(candidate.name, search->word);
		candidate.deleted = str_is(candidate.status, "DELETED");
		if (search->n == search->room) {
			size_t room = search->room > 0 ? search->room * 2 : 16;
			struct candidate *v = ARENA_ARRAY(arena, struct candidate, room);
			if (search->n > 0)
				memcpy(v, search->v, search->n * sizeof *v);
			search->v = v;
			search->room = room;
		}
		search->v[search->n++] = candidate;
	}
	return true;
}

/* Moves those that the word means to the front; how many they are. A name that a living authority has is not that of a
 * deleted one, which may have been its predecessor. */
static size_t
choose(struct search *search)
{
	bool living = false;
	size_t chosen = 0;

	for (size_t i = 0; i < search->n; i++)
		living |= search->v[i].by_name && !search->v[i].deleted;
	for (size_t i = 0; i < search->n; i++) {
		struct candidate candidate = search->v[i];
		if (!candidate.by_id && !(candidate.by_name && !(living && candidate.deleted)))
			continue;
		search->v[i] = search->v[chosen];
		search->v[chosen++] = candidate;
	}
	return chosen;
}

static bool
refuse(const struct search *search, size_t chosen)
{
	size_t count = chosen > 0 ? chosen : search->n;
	struct arena *arena = search->ca->talk.arena;
	struct buffer list = { 0 };

	for (size_t i = 0; i < count && i < FIND_MAX_NAMED; i++)
		buffer_printf(&list, "\n  %.*s  %.*s (%.*s)", STR_ARG(talk_id(search->v[i].arn)),
			STR_ARG(printable(search->v[i].name, arena)), STR_ARG(search->v[i].status));
	if (count > FIND_MAX_NAMED)
		buffer_printf(&list, "\n  and %zu more", count - FIND_MAX_NAMED);
	if (chosen > 0)
		(void)talk_refuse(&search->ca->talk, EXIT_ANYTHING_ELSE,
			"'%.*s' is not one authority, but %zu. Say more of the id:%.*s", STR_ARG(search->word), count,
			STR_ARG(buffer_str(&list)));
	else if (count > 0)
		(void)talk_refuse(&search->ca->talk, EXIT_ANYTHING_ELSE, "There is no authority '%.*s'. There %s:%.*s",
			STR_ARG(search->word), count == 1 ? "is" : "are", STR_ARG(buffer_str(&list)));
	else
		(void)talk_refuse(&search->ca->talk, EXIT_ANYTHING_ELSE,
			"There is no authority '%.*s': this account has none at all in this region.",
			STR_ARG(search->word));
	buffer_done(&list);
	return false;
}

static struct str
lower(struct str text, struct arena *arena)
{
	char *out = arena_alloc(arena, text.n + 1);

	for (size_t i = 0; i < text.n; i++)
		out[i] = (char)tolower((unsigned char)text.p[i]);
	return (struct str){ out, text.n };
}

bool
ca_find_authority(struct ca *ca, const char *word, struct str *arn)
{
	struct search search = { .ca = ca, .word = str_of(word), .id = lower(str_of(word), ca->talk.arena) };
	bool more;

	if (str_starts_with(search.word, STR("arn:"))) {
		if (strstr(word, "/certificate/") != NULL)
			return talk_refuse(&ca->talk, EXIT_USAGE,
				"%s is the ARN of a certificate. Say the authority, and behind it the serial number.",
				word);
		*arn = search.word;
		return true;
	}
	if (!talk_walk(&ca->talk, &pca_service, "ListCertificateAuthorities", value_new(VALUE_MAP, ca->talk.arena), -1,
		    take, &search, &more))
		return false;
	size_t chosen = choose(&search);
	if (chosen != 1)
		return refuse(&search, chosen);
	*arn = search.v[0].arn;
	return true;
}

bool
ca_check_serial(struct ca *ca, const char *serial)
{
	if (serial[0] != '\0' && serial[strspn(serial, "0123456789abcdefABCDEF:")] == '\0')
		return true;
	return talk_refuse(&ca->talk, EXIT_USAGE,
		"'%s' is no serial number. It has hexadecimal digits, with or without colons, as `chancery ca ls` and "
		"openssl print it.",
		serial);
}

bool
ca_find_certificate(struct ca *ca, struct str authority, const char *serial, struct value **issued)
{
	struct value *input = value_new(VALUE_MAP, ca->talk.arena);
	struct value *filters = value_new(VALUE_MAP, ca->talk.arena);
	struct value *answer;

	value_set(filters, STR("Serial"), value_string(str_of(serial), ca->talk.arena), ca->talk.arena);
	value_set(input, STR("CertificateAuthorityArn"), value_string(authority, ca->talk.arena), ca->talk.arena);
	value_set(input, STR("Filters"), filters, ca->talk.arena);
	if (!talk_ask(&ca->talk, &own_service, "ListIssuedCertificates", input, &answer))
		return false;
	const struct value *list = value_get(answer, STR("IssuedCertificates"));
	if (list == NULL || list->kind != VALUE_LIST || list->count == 0)
		return talk_refuse(&ca->talk, EXIT_ANYTHING_ELSE,
			"The authority %.*s has issued no certificate with the serial number %s.", STR_ARG(authority),
			serial);
	*issued = list->items[0].value;
	return true;
}
