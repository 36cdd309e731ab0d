#include <stdio.h>
#include <string.h>

#include "cli/age.h"
#include "cli/ca.h"
#include "cli/json.h"
#include "cli/moment.h"
#include "cli/say.h"
#include "model/own.h"
#include "model/pca.h"

/* A list on its way to standard output, a page at a time: a million certificates need no more memory than a thousand.
 */
struct listing {
	struct ca *ca;
	const char *member; /* of the answer: "IssuedCertificates" */
	void (*put_row)(const struct ca *ca, const struct value *item, struct cell *row);
	struct table table;
	int64_t limit; /* of items; negative: none */
	size_t count;  /* of items so far */
};

static const char *const authority_titles[] = { "NAME", "TYPE", "STATUS", "KEY", "ENDS", "ID" };

static void
put_authority(const struct ca *ca, const struct value *item, struct cell *row)
{
	struct str status = value_text(item, "Status");

	row[0].text = ca_name(item, ca->page);
	row[1].text = value_text(item, "Type");
	row[2] = (struct cell){ status, tint_of_status(status) };
	row[3].text = value_text(value_get(item, STR("CertificateAuthorityConfiguration")), "KeyAlgorithm");
	row[4].text = ca_age(ca, item, "NotAfter", ca->page);
	row[5].text = ca_id(value_text(item, "Arn"));
}

static const char *const certificate_titles[] = { "SERIAL", "SUBJECT", "STATUS", "EXPIRES", "TEMPLATE" };

static void
put_certificate(const struct ca *ca, const struct value *item, struct cell *row)
{
	const struct value *names = value_get(item, STR("SubjectAlternativeNames"));
	struct str subject = value_text(item, "Subject");
	struct str status = value_text(item, "Status");

	if (subject.n == 0 && names != NULL && names->kind == VALUE_LIST && names->count > 0)
		subject = names->items[0].value->text;
	row[0].text = ca_serial(value_text(item, "Serial"), ca->page);
	row[1].text = subject;
	row[2] = (struct cell){ status, tint_of_status(status) };
	row[3].text = ca_age(ca, item, "NotAfter", ca->page);
	row[4].text = ca_template(value_text(item, "TemplateArn"));
}

/* One JSON object as the API would answer it if it had no pages. When a page fails to come, it stays open: nobody shall
 * take half a list for a whole one. */
static void
put_json(const struct listing *listing, const struct value *items, struct buffer *out)
{
	if (listing->count == 0)
		buffer_printf(out, "{\n    \"%s\": [", listing->member);
	for (size_t i = 0; i < items->count; i++) {
		buffer_put_cstr(out, listing->count + i > 0 ? ",\n        " : "\n        ");
		json_write_pretty_at(items->items[i].value, 2, out);
	}
}

static void
end_json(const struct listing *listing, struct buffer *out)
{
	if (listing->count == 0)
		buffer_printf(out, "{\n    \"%s\": []\n}\n", listing->member);
	else
		buffer_put_cstr(out, "\n    ]\n}\n");
}

static void
put_table(struct listing *listing, const struct value *items, struct buffer *out)
{
	struct table *table = &listing->table;
	struct cell *cells = ARENA_ARRAY(listing->ca->page, struct cell, items->count * table->columns);

	for (size_t i = 0; i < items->count; i++)
		listing->put_row(listing->ca, items->items[i].value, cells + i * table->columns);
	table_put(table, cells, items->count, listing->ca->page, out);
}

static bool
take(void *context, const struct value *items)
{
	struct listing *listing = context;
	struct buffer out = { 0 };

	if (items->count == 0)
		return true;
	if (listing->ca->json)
		put_json(listing, items, &out);
	else
		put_table(listing, items, &out);
	listing->count += items->count;
	listing->ca->exit = say_text(&out);
	return listing->ca->exit == EXIT_FINE;
}

static bool
read_limit(struct ca *ca, int64_t *out)
{
	*out = -1;
	if (ca->wish.limit == NULL || (str_to_i64(str_of(ca->wish.limit), out) && *out > 0))
		return true;
	return ca_refuse(ca, EXIT_USAGE, "argument --limit: '%s' is no number from 1 up", ca->wish.limit);
}

/* Notes go to standard error, so that what reads the list has the list alone. */
static int
print_list(struct listing *listing, const struct service *service, const char *operation, struct value *input)
{
	struct ca *ca = listing->ca;
	struct buffer out = { 0 };
	bool more;

	listing->table.coloured = ca->coloured;
	if (!ca_walk(ca, service, operation, input, listing->limit, take, listing, &more))
		return ca->exit;
	if (ca->json) {
		end_json(listing, &out);
		ca->exit = say_text(&out);
	} else if (listing->count == 0) {
		(void)fprintf(stderr, "There is none.\n");
	}
	if (more)
		(void)fprintf(stderr, "There are more than these %zu.\n", listing->count);
	return ca->exit;
}

/* ---- What is asked for ---- */

static void
set_text(struct value *map, const char *key, struct str text, struct arena *arena)
{
	value_set(map, str_of(key), value_string(text, arena), arena);
}

static bool
read_statuses(struct ca *ca, struct value *filters)
{
	struct value *list = value_new(VALUE_LIST, ca->arena);

	for (size_t i = 0; i < ca->wish.statuses.n; i++) {
		const char *word = ca->wish.statuses.v[i];
		const char *status = ca_enum(&own_issued_certificate_status_shape, word, ca->arena);
		if (status == NULL)
			return ca_refuse(ca, EXIT_USAGE,
				"argument --status: Invalid choice '%s', valid choices are: %.*s", word,
				STR_ARG(ca_enum_words(&own_issued_certificate_status_shape, ca->arena)));
		value_append(list, value_string(str_of(status), ca->arena), ca->arena);
	}
	if (list->count > 0)
		value_set(filters, STR("Statuses"), list, ca->arena);
	return true;
}

static bool
read_moment(struct ca *ca, const char *option, const char *text, const char *key, struct value *filters)
{
	struct str seconds;

	if (text == NULL)
		return true;
	if (!moment_read(str_of(text), ca->arena, &seconds))
		return ca_refuse(ca, EXIT_USAGE,
			"argument --%s: '%s' is no moment. Write 2026-11-21 or 2026-11-21T08:05:54Z.", option, text);
	value_set(filters, str_of(key), value_number(seconds, ca->arena), ca->arena);
	return true;
}

/* Within a span from now: what has ended already is not meant. */
static bool
read_within(struct ca *ca, struct value *filters)
{
	const char *text = ca->wish.expires_within;
	int64_t span_ms;

	if (text == NULL)
		return true;
	if (ca->wish.expires_before != NULL)
		return ca_refuse(ca, EXIT_USAGE, "Say --expires-within or --expires-before, not both.");
	if (!age_read_span(str_of(text), &span_ms))
		return ca_refuse(ca, EXIT_USAGE,
			"argument --expires-within: '%s' is no span of time. Write hours, days, weeks or years as 12h, "
			"30d, 2w, 1y.",
			text);
	struct str now = arena_printf(ca->arena, "%lld", (long long)(ca->now_ms / 1000));
	struct str end = arena_printf(ca->arena, "%lld", (long long)((ca->now_ms + span_ms) / 1000));
	if (ca->wish.expires_after == NULL)
		value_set(filters, STR("ExpiresAfter"), value_number(now, ca->arena), ca->arena);
	value_set(filters, STR("ExpiresBefore"), value_number(end, ca->arena), ca->arena);
	return true;
}

/* A template's name becomes an ARN in the partition of the authority; without a version, the first. */
static struct str
template_arn(const struct ca *ca, struct str authority)
{
	struct str name = str_of(ca->wish.template_name);
	struct str rest = authority;
	struct str partition;

	if (str_starts_with(name, STR("arn:")))
		return name;
	(void)str_cut(&rest, ':', &partition);
	(void)str_cut(&rest, ':', &partition);
	return arena_printf(ca->arena, "arn:%.*s:acm-pca:::template/%.*s%s", STR_ARG(partition), STR_ARG(name),
		strchr(ca->wish.template_name, '/') == NULL ? "/V1" : "");
}

/* All but the template, which needs to know the authority. */
static bool
read_filters(struct ca *ca, struct value *filters)
{
	const struct ca_wish *wish = &ca->wish;

	if (wish->subject != NULL)
		set_text(filters, "SubjectContains", str_of(wish->subject), ca->arena);
	if (wish->name != NULL)
		set_text(filters, "NameContains", str_of(wish->name), ca->arena);
	if (wish->serial != NULL)
		set_text(filters, "Serial", str_of(wish->serial), ca->arena);
	return read_statuses(ca, filters) && read_within(ca, filters) &&
	       read_moment(ca, "expires-after", wish->expires_after, "ExpiresAfter", filters) &&
	       read_moment(ca, "expires-before", wish->expires_before, "ExpiresBefore", filters);
}

/* Unless the line says how, the order is the service's: the newest first. */
static void
read_order(struct ca *ca, struct value *input)
{
	if (ca->wish.sort == NULL && !ca->wish.descending)
		return;
	bool by_end = ca->wish.sort != NULL && strcmp(ca->wish.sort, "expires") == 0;
	set_text(input, "SortBy", by_end ? STR("NOT_AFTER") : STR("ISSUED_AT"), ca->arena);
	set_text(input, "SortOrder", ca->wish.descending ? STR("DESCENDING") : STR("ASCENDING"), ca->arena);
}

static int
ls_authorities(struct ca *ca)
{
	const struct ca_wish *wish = &ca->wish;
	struct listing listing = {
		.ca = ca,
		.member = "CertificateAuthorities",
		.put_row = put_authority,
		.table = { .titles = authority_titles, .columns = ARRAY_COUNT(authority_titles) },
	};

	if (wish->subject != NULL || wish->name != NULL || wish->serial != NULL || wish->template_name != NULL ||
		wish->expires_within != NULL || wish->expires_after != NULL || wish->expires_before != NULL ||
		wish->sort != NULL || wish->descending || wish->statuses.n > 0) {
		(void)ca_refuse(ca, EXIT_USAGE,
			"Certificates are filtered and sorted, but authorities are not. Say which authority's: "
			"chancery ca "
			"ls CA …");
		return ca->exit;
	}
	if (!read_limit(ca, &listing.limit))
		return ca->exit;
	return print_list(&listing, &pca_service, "ListCertificateAuthorities", value_new(VALUE_MAP, ca->arena));
}

static int
ls_certificates(struct ca *ca)
{
	struct value *input = value_new(VALUE_MAP, ca->arena);
	struct value *filters = value_new(VALUE_MAP, ca->arena);
	struct str authority;
	struct listing listing = {
		.ca = ca,
		.member = "IssuedCertificates",
		.put_row = put_certificate,
		.table = { .titles = certificate_titles, .columns = ARRAY_COUNT(certificate_titles) },
	};

	/* What makes no sense is refused before anything is sent. */
	if (!read_limit(ca, &listing.limit) || (ca->wish.serial != NULL && !ca_check_serial(ca, ca->wish.serial)) ||
		!read_filters(ca, filters) || !ca_find_authority(ca, ca->words.v[0], &authority))
		return ca->exit;
	if (ca->wish.template_name != NULL)
		set_text(filters, "TemplateArn", template_arn(ca, authority), ca->arena);
	set_text(input, "CertificateAuthorityArn", authority, ca->arena);
	if (filters->count > 0)
		value_set(input, STR("Filters"), filters, ca->arena);
	read_order(ca, input);
	return print_list(&listing, &own_service, "ListIssuedCertificates", input);
}

int
ca_ls(struct ca *ca)
{
	return ca->words.n == 0 ? ls_authorities(ca) : ls_certificates(ca);
}
