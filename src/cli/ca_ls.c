#include <string.h>

#include "cli/age.h"
#include "cli/ca.h"
#include "cli/listing.h"
#include "cli/moment.h"
#include "cli/say.h"
#include "model/own.h"
#include "model/pca.h"

static const char *const authority_titles[] = { "NAME", "TYPE", "STATUS", "KEY", "ENDS", "ID" };

static void
put_authority(const struct talk *talk, const struct value *item, struct cell *row)
{
	struct str status = value_text(item, "Status");

	row[0].text = ca_name(item, talk->page);
	row[1].text = value_text(item, "Type");
	row[2] = (struct cell){ status, tint_of_status(status) };
	row[3].text = value_text(value_get(item, STR("CertificateAuthorityConfiguration")), "KeyAlgorithm");
	row[4].text = talk_age(talk, item, "NotAfter", talk->page);
	row[5].text = talk_id(value_text(item, "Arn"));
}

static const char *const certificate_titles[] = { "SERIAL", "SUBJECT", "STATUS", "EXPIRES", "TEMPLATE" };

static void
put_certificate(const struct talk *talk, const struct value *item, struct cell *row)
{
	const struct value *names = value_get(item, STR("SubjectAlternativeNames"));
	struct str subject = value_text(item, "Subject");
	struct str status = value_text(item, "Status");

	if (subject.n == 0 && names != NULL && names->kind == VALUE_LIST && names->count > 0)
		subject = names->items[0].value->text;
	row[0].text = ca_serial(value_text(item, "Serial"), talk->page);
	row[1].text = subject;
	row[2] = (struct cell){ status, tint_of_status(status) };
	row[3].text = talk_age(talk, item, "NotAfter", talk->page);
	row[4].text = ca_template(value_text(item, "TemplateArn"));
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
	struct value *list = value_new(VALUE_LIST, ca->talk.arena);

	for (size_t i = 0; i < ca->wish.statuses.n; i++) {
		const char *word = ca->wish.statuses.v[i];
		const char *status;
		if (!talk_read_enum(&ca->talk, "status", &own_issued_certificate_status_shape, word, &status))
			return false;
		value_append(list, value_string(str_of(status), ca->talk.arena), ca->talk.arena);
	}
	if (list->count > 0)
		value_set(filters, STR("Statuses"), list, ca->talk.arena);
	return true;
}

static bool
read_moment(struct ca *ca, const char *option, const char *text, const char *key, struct value *filters)
{
	struct str seconds;

	if (text == NULL)
		return true;
	if (!moment_read(str_of(text), ca->talk.arena, &seconds))
		return talk_refuse(&ca->talk, EXIT_USAGE,
			"argument --%s: '%s' is no moment. Write 2026-11-21 or 2026-11-21T08:05:54Z.", option, text);
	value_set(filters, str_of(key), value_number(seconds, ca->talk.arena), ca->talk.arena);
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
		return talk_refuse(&ca->talk, EXIT_USAGE, "Say --expires-within or --expires-before, not both.");
	if (!age_read_span(str_of(text), &span_ms))
		return talk_refuse(&ca->talk, EXIT_USAGE,
			"argument --expires-within: '%s' is no span of time. Write hours, days, weeks or years as 12h, "
			"30d, 2w, 1y.",
			text);
	struct str now = arena_printf(ca->talk.arena, "%lld", (long long)(ca->talk.now_ms / 1000));
	struct str end = arena_printf(ca->talk.arena, "%lld", (long long)((ca->talk.now_ms + span_ms) / 1000));
	if (ca->wish.expires_after == NULL)
		value_set(filters, STR("ExpiresAfter"), value_number(now, ca->talk.arena), ca->talk.arena);
	value_set(filters, STR("ExpiresBefore"), value_number(end, ca->talk.arena), ca->talk.arena);
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
	return arena_printf(ca->talk.arena, "arn:%.*s:acm-pca:::template/%.*s%s", STR_ARG(partition), STR_ARG(name),
		strchr(ca->wish.template_name, '/') == NULL ? "/V1" : "");
}

/* All but the template, which needs to know the authority. */
static bool
read_filters(struct ca *ca, struct value *filters)
{
	const struct ca_wish *wish = &ca->wish;

	if (wish->subject != NULL)
		set_text(filters, "SubjectContains", str_of(wish->subject), ca->talk.arena);
	if (wish->name != NULL)
		set_text(filters, "NameContains", str_of(wish->name), ca->talk.arena);
	if (wish->serial != NULL)
		set_text(filters, "Serial", str_of(wish->serial), ca->talk.arena);
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
	set_text(input, "SortBy", by_end ? STR("NOT_AFTER") : STR("ISSUED_AT"), ca->talk.arena);
	set_text(input, "SortOrder", ca->wish.descending ? STR("DESCENDING") : STR("ASCENDING"), ca->talk.arena);
}

static int
ls_authorities(struct ca *ca)
{
	const struct ca_wish *wish = &ca->wish;
	struct listing listing = {
		.talk = &ca->talk,
		.member = "CertificateAuthorities",
		.put_row = put_authority,
		.table = { .titles = authority_titles, .columns = ARRAY_COUNT(authority_titles) },
	};

	if (wish->subject != NULL || wish->name != NULL || wish->serial != NULL || wish->template_name != NULL ||
		wish->expires_within != NULL || wish->expires_after != NULL || wish->expires_before != NULL ||
		wish->sort != NULL || wish->descending || wish->statuses.n > 0) {
		(void)talk_refuse(&ca->talk, EXIT_USAGE,
			"Certificates are filtered and sorted, but authorities are not. Say which authority's: "
			"chancery ca "
			"ls CA …");
		return ca->talk.exit;
	}
	if (!talk_read_limit(&ca->talk, ca->wish.limit, &listing.limit))
		return ca->talk.exit;
	return listing_print(
		&listing, &pca_service, "ListCertificateAuthorities", value_new(VALUE_MAP, ca->talk.arena));
}

static int
ls_certificates(struct ca *ca)
{
	struct value *input = value_new(VALUE_MAP, ca->talk.arena);
	struct value *filters = value_new(VALUE_MAP, ca->talk.arena);
	struct str authority;
	struct listing listing = {
		.talk = &ca->talk,
		.member = "IssuedCertificates",
		.put_row = put_certificate,
		.table = { .titles = certificate_titles, .columns = ARRAY_COUNT(certificate_titles) },
	};

	/* What makes no sense is refused before anything is sent. */
	if (!talk_read_limit(&ca->talk, ca->wish.limit, &listing.limit) ||
		(ca->wish.serial != NULL && !ca_check_serial(ca, ca->wish.serial)) || !read_filters(ca, filters) ||
		!ca_find_authority(ca, ca->talk.words.v[0], &authority))
		return ca->talk.exit;
	if (ca->wish.template_name != NULL)
		set_text(filters, "TemplateArn", template_arn(ca, authority), ca->talk.arena);
	set_text(input, "CertificateAuthorityArn", authority, ca->talk.arena);
	if (filters->count > 0)
		value_set(input, STR("Filters"), filters, ca->talk.arena);
	read_order(ca, input);
	return listing_print(&listing, &own_service, "ListIssuedCertificates", input);
}

int
ca_ls(struct ca *ca)
{
	return ca->talk.words.n == 0 ? ls_authorities(ca) : ls_certificates(ca);
}
