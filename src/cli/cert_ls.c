#include <string.h>

#include "cli/age.h"
#include "cli/cert.h"
#include "cli/listing.h"
#include "cli/moment.h"
#include "cli/say.h"
#include "model/acm.h"

#define DAY_MS (INT64_C(24) * 60 * 60 * 1000)
/* What ends sooner is to be seen. */
enum { SOON_DAYS = 30 };

static const char *const titles[] = { "NAME", "EXPIRES", "STATUS", "TYPE", "KEY", "ISSUER", "ID" };

/* The first name, and how many more there are. */
static struct str
names_of(const struct value *x509, struct arena *arena)
{
	const struct value *names = value_get(x509, STR("SubjectAlternativeNames"));
	struct str name = cert_name(x509, arena);

	return names == NULL || names->count < 2 ? name
						 : arena_printf(arena, "%.*s +%zu", STR_ARG(name), names->count - 1);
}

static enum tint
tint_of_end(const struct talk *talk, const struct value *x509)
{
	struct str text = value_text(x509, "NotAfter");
	int64_t ms;

	if (!moment_read_ms(text, talk->page, &ms))
		return TINT_NONE;
	return ms < talk->now_ms ? TINT_BAD : ms < talk->now_ms + SOON_DAYS * DAY_MS ? TINT_DOUBTFUL : TINT_NONE;
}

static void
put_row(const struct talk *talk, const struct value *item, struct cell *row)
{
	const struct value *x509 = value_get(item, STR("X509Attributes"));
	const struct value *metadata =
		value_get(value_get(item, STR("CertificateMetadata")), STR("AcmCertificateMetadata"));
	struct str status = value_text(metadata, "Status");

	row[0].text = names_of(x509, talk->page);
	row[1] = (struct cell){ talk_age(talk, x509, "NotAfter", talk->page), tint_of_end(talk, x509) };
	row[2] = (struct cell){ status, tint_of_status(status) };
	row[3].text = value_text(metadata, "Type");
	row[4].text = value_text(x509, "KeyAlgorithm");
	row[5].text = cert_short_name(value_get(x509, STR("Issuer")), talk->page);
	row[6].text = talk_id(value_text(item, "CertificateArn"));
}

/* Several words of one option: any of them. */
static bool
read_choices(struct cert *cert, const char *option, const struct option_values *words, const struct shape *shape,
	const char *member, struct value **all)
{
	struct arena *arena = cert->talk.arena;
	struct value *any = NULL;

	for (size_t i = 0; i < words->n; i++) {
		const char *name;
		if (!talk_read_enum(&cert->talk, option, shape, words->v[i], &name))
			return false;
		cert_filter_join(&any, "Or",
			cert_filter(
				"AcmCertificateMetadataFilter", member, NULL, value_string(str_of(name), arena), arena),
			arena);
	}
	if (any != NULL)
		cert_filter_join(all, "And", any, arena);
	return true;
}

/* Within a span from now: what has ended already is not meant. */
static bool
read_within(struct cert *cert, struct value **all)
{
	const char *text = cert->wish.expires_within;
	struct arena *arena = cert->talk.arena;
	struct value *range = value_new(VALUE_MAP, arena);
	int64_t now_ms = cert->talk.now_ms;
	int64_t span_ms;

	if (text == NULL)
		return true;
	if (!age_read_span(str_of(text), &span_ms))
		return talk_refuse(&cert->talk, EXIT_USAGE,
			"argument --expires-within: '%s' is no span of time. Write hours, days, weeks or years as 12h, "
			"30d, 2w, 1y.",
			text);
	value_set(range, STR("Start"), value_number(arena_printf(arena, "%lld", (long long)(now_ms / 1000)), arena),
		arena);
	value_set(range, STR("End"),
		value_number(arena_printf(arena, "%lld", (long long)((now_ms + span_ms) / 1000)), arena), arena);
	cert_filter_join(all, "And", cert_filter("X509AttributeFilter", "NotAfter", NULL, range, arena), arena);
	return true;
}

/* Unless the line says how, the newest come first. */
static void
read_order(struct cert *cert, struct value *input)
{
	static const struct {
		const char *word;
		const char *field;
	} sorts[] = {
		{ "name", "COMMON_NAME" },
		{ "expires", "NOT_AFTER" },
		{ "status", "STATUS" },
		{ "key", "KEY_ALGORITHM" },
		{ "type", "TYPE" },
		{ "created", "CREATED_AT" },
	};
	const char *word = cert->wish.sort != NULL ? cert->wish.sort : "created";
	/* Alone, --descending turns round what is said by nobody: the oldest first. */
	bool descending = cert->wish.descending != (cert->wish.sort == NULL);
	struct arena *arena = cert->talk.arena;
	size_t i = 0;

	while (i < ARRAY_COUNT(sorts) - 1 && strcmp(sorts[i].word, word) != 0)
		i++;
	value_set(input, STR("SortBy"), value_string(str_of(sorts[i].field), arena), arena);
	value_set(
		input, STR("SortOrder"), value_string(descending ? STR("DESCENDING") : STR("ASCENDING"), arena), arena);
}

int
cert_ls(struct cert *cert)
{
	struct talk *talk = &cert->talk;
	struct value *input = value_new(VALUE_MAP, talk->arena);
	struct value *all = NULL;
	struct listing listing = {
		.talk = talk,
		.member = "Results",
		.put_row = put_row,
		.table = { .titles = titles, .columns = ARRAY_COUNT(titles) },
	};

	if (!talk_read_limit(talk, cert->wish.limit, &listing.limit) ||
		!read_choices(cert, "status", &cert->wish.statuses, &acm_certificate_status_shape, "Status", &all) ||
		!read_choices(cert, "type", &cert->wish.types, &acm_certificate_type_shape, "Type", &all) ||
		!read_within(cert, &all))
		return talk->exit;
	if (cert->wish.name != NULL)
		cert_filter_join(
			&all, "And", cert_filter_name(str_of(cert->wish.name), "CONTAINS", talk->arena), talk->arena);
	if (all != NULL)
		value_set(input, STR("FilterStatement"), all, talk->arena);
	read_order(cert, input);
	return listing_print(&listing, &acm_service, "SearchCertificates", input);
}
