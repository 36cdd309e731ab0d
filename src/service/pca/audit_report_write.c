/* audit_report_write.c — audit reports as AWS writes them: a JSON array of objects, or CSV with a header. Times look
 * like 2020-02-26T18:39:57+0000; in JSON what is absent is left out, in CSV it is empty. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/buffer.h"
#include "service/iam/iam.h"
#include "service/pca/audit_report.h"
#include "service/pca/template.h"
#include "store/issued.h"
#include "x509/crl.h"

enum { FLUSH_BYTES = 64 * 1024 };

/* In this order. */
enum field {
	FIELD_ACCOUNT,
	FIELD_PRINCIPAL,
	FIELD_ARN,
	FIELD_SERIAL,
	FIELD_SUBJECT,
	FIELD_NOT_BEFORE,
	FIELD_NOT_AFTER,
	FIELD_ISSUED,
	FIELD_REVOKED,
	FIELD_REASON,
	FIELD_TEMPLATE,
	FIELD_COUNT
};

static const char *const field_names[] = { "awsAccountId", "requestedByServicePrincipal", "certificateArn", "serial",
	"subject", "notBefore", "notAfter", "issuedAt", "revokedAt", "revocationReason", "templateArn" };

struct report {
	const struct authority *authority;
	const char *partition;
	enum audit_report_format format;
	int fd;
	struct buffer text;
	struct arena arena; /* of one row */
	bool has_rows;
};

/* ---- What a row says ---- */

static struct str
render_time(int64_t ms, struct arena *arena)
{
	struct str iso = clock_render_iso(ms, arena);

	return arena_printf(arena, "%.*s+0000", (int)iso.n - 1, iso.p); /* instead of its Z */
}

static const char *
reason_name(int reason)
{
	static const int known[] = {
		[CRL_REASON_UNSPECIFIED] = PCA_REVOCATION_REASON_UNSPECIFIED,
		[CRL_REASON_KEY_COMPROMISE] = PCA_REVOCATION_REASON_KEY_COMPROMISE,
		[CRL_REASON_CA_COMPROMISE] = PCA_REVOCATION_REASON_CERTIFICATE_AUTHORITY_COMPROMISE,
		[CRL_REASON_AFFILIATION_CHANGED] = PCA_REVOCATION_REASON_AFFILIATION_CHANGED,
		[CRL_REASON_SUPERSEDED] = PCA_REVOCATION_REASON_SUPERSEDED,
		[CRL_REASON_CESSATION_OF_OPERATION] = PCA_REVOCATION_REASON_CESSATION_OF_OPERATION,
		[CRL_REASON_PRIVILEGE_WITHDRAWN] = PCA_REVOCATION_REASON_PRIVILEGE_WITHDRAWN,
		[CRL_REASON_AA_COMPROMISE] = PCA_REVOCATION_REASON_A_A_COMPROMISE,
	};
	bool is_known = reason >= 0 && (size_t)reason < ARRAY_COUNT(known) && known[reason] != 0;

	return choice_name(&pca_revocation_reason_shape, is_known ? known[reason] : PCA_REVOCATION_REASON_UNSPECIFIED);
}

/* "arn:aws:iam::123456789012:user/ada": its account. A service issues on behalf of whom the authority belongs to. */
static struct str
account_of(struct str requester, struct str owner)
{
	struct str rest = requester, part = { 0 };

	if (!str_starts_with(requester, STR("arn:")))
		return owner;
	for (int i = 0; i < 5; i++)
		(void)str_cut(&rest, ':', &part);
	return part.n > 0 ? part : owner;
}

static void
describe(const struct issued_row *row, struct report *report, struct str fields[FIELD_COUNT])
{
	struct arena *arena = &report->arena;
	const struct authority *authority = report->authority;

	fields[FIELD_ACCOUNT] = account_of(row->requester, authority->row.owner.account);
	if (!str_starts_with(row->requester, STR("arn:")))
		fields[FIELD_PRINCIPAL] = row->requester;
	fields[FIELD_ARN] = pca_arn_render_certificate(arena, authority->arn, row->serial);
	fields[FIELD_SERIAL] = pca_serial_colons(row->serial, arena);
	fields[FIELD_SUBJECT] = row->subject;
	fields[FIELD_NOT_BEFORE] = render_time(row->not_before_ms, arena);
	fields[FIELD_NOT_AFTER] = render_time(row->not_after_ms, arena);
	fields[FIELD_ISSUED] = render_time(row->issued_ms, arena);
	if (row->revoked_ms != 0) {
		fields[FIELD_REVOKED] = render_time(row->revoked_ms, arena);
		fields[FIELD_REASON] = str_of(reason_name(row->reason));
	}
	fields[FIELD_TEMPLATE] = template_arn(arena, report->partition, row->template);
}

/* ---- How it says it ---- */

static void
put_json(struct buffer *text, const struct str fields[FIELD_COUNT])
{
	char before = '{';

	for (size_t i = 0; i < FIELD_COUNT; i++) {
		if (fields[i].p == NULL)
			continue;
		buffer_put_char(text, before);
		buffer_put_json_string(text, str_of(field_names[i]));
		buffer_put_char(text, ':');
		buffer_put_json_string(text, fields[i]);
		before = ',';
	}
	buffer_put_char(text, '}');
}

/* RFC 4180: within quotes a quote is written twice. */
static void
put_quoted(struct buffer *text, struct str value)
{
	buffer_put_char(text, '"');
	for (size_t i = 0; i < value.n; i++) {
		if (value.p[i] == '"')
			buffer_put_char(text, '"');
		buffer_put_char(text, value.p[i]);
	}
	buffer_put_char(text, '"');
}

static void
put_csv(struct buffer *text, const struct str fields[FIELD_COUNT])
{
	for (size_t i = 0; i < FIELD_COUNT; i++) {
		if (i > 0)
			buffer_put_char(text, ',');
		if (i == FIELD_SUBJECT)
			put_quoted(text, fields[i]);
		else if (fields[i].p != NULL)
			buffer_put_str(text, fields[i]);
	}
	buffer_put_char(text, '\n');
}

static void
put_begin(struct report *report)
{
	if (report->format == AUDIT_REPORT_JSON) {
		buffer_put_char(&report->text, '[');
		return;
	}
	for (size_t i = 0; i < FIELD_COUNT; i++)
		buffer_printf(&report->text, "%s%s", i > 0 ? "," : "", field_names[i]);
	buffer_put_char(&report->text, '\n');
}

static void
put_row(struct report *report, const struct str fields[FIELD_COUNT])
{
	if (report->format == AUDIT_REPORT_CSV) {
		put_csv(&report->text, fields);
		return;
	}
	buffer_put_cstr(&report->text, report->has_rows ? ",\n" : "\n");
	put_json(&report->text, fields);
}

static void
put_end(struct report *report)
{
	if (report->format == AUDIT_REPORT_JSON)
		buffer_put_cstr(&report->text, "\n]\n");
}

/* ---- Piece by piece ---- */

static bool
flush(struct report *report, struct fault *fault)
{
	struct str rest = buffer_str(&report->text);

	while (rest.n > 0) {
		ssize_t n = write(report->fd, rest.p, rest.n);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			(void)fault_set(fault, FAULT_UNAVAILABLE, "The audit report could not be written.");
			return fault_log(fault, "write: %s", strerror(errno));
		}
		rest = (struct str){ rest.p + n, rest.n - (size_t)n };
	}
	buffer_reset(&report->text);
	return true;
}

static bool
each(const struct issued_row *row, void *context, struct fault *fault)
{
	struct report *report = context;
	struct str fields[FIELD_COUNT] = { 0 };

	describe(row, report, fields);
	put_row(report, fields);
	report->has_rows = true;
	arena_reset(&report->arena);
	return report->text.n < FLUSH_BYTES || flush(report, fault);
}

bool
audit_report_write(struct store *store, const struct authority *authority, enum audit_report_format format, int fd,
	struct fault *fault)
{
	struct report report = { .authority = authority, .format = format, .fd = fd };

	report.partition = iam_partition(authority->row.owner.region);
	put_begin(&report);
	bool done = store_issued_walk(store, authority->row.number, each, &report, fault);
	if (done) {
		put_end(&report);
		done = flush(&report, fault);
	}
	arena_done(&report.arena);
	buffer_done(&report.text);
	return done;
}
