#include "wire/document.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/attributes.h"
#include "store/objects.h"
#include "wire/answer.h"
#include "wire/caching.h"
#include "wire/inside.h"

static bool
ends_with(struct str s, struct str end)
{
	return end.n == 0 || (s.n >= end.n && memcmp(s.p + s.n - end.n, end.p, end.n) == 0);
}

/* Lists change under their name, and anybody may keep them for a while. Of the others only whoever asked may, and asks
 * again each time. */
static const struct kind {
	const char *start, *end; /* of the key; empty: any */
	const char *content_type;
	bool is_list;
} kinds[] = {
	{ "", ".crl", "application/pkix-crl", true },
	{ "crl/", "", "application/pkix-crl", true },
	{ "audit-report/", ".json", "application/json", false },
	{ "audit-report/", ".csv", "text/csv", false },
	{ "s3/", ".json", "application/json", false },
	{ "s3/", ".csv", "text/csv", false },
	{ "s3/", "", "application/octet-stream", false },
};

static struct str
key_of(struct str target)
{
	return target.n > 0 && target.p[0] == '/' ? (struct str){ target.p + 1, target.n - 1 } : (struct str){ 0 };
}

static const struct kind *
kind_of(struct str key)
{
	for (size_t i = 0; i < ARRAY_COUNT(kinds); i++) {
		if (str_starts_with(key, str_of(kinds[i].start)) && ends_with(key, str_of(kinds[i].end)))
			return &kinds[i];
	}
	return NULL;
}

/* The key with what looks like a query, then without. */
static struct str
key_without_query(struct str key)
{
	struct str path;

	(void)str_cut(&key, '?', &path);
	return path;
}

static bool
is_served(struct str key, bool narrow)
{
	const struct kind *kind = kind_of(key);

	return kind != NULL && (kind->is_list || !narrow);
}

bool
document_is_here(struct str target, bool narrow)
{
	struct str key = key_of(target);

	return key.p != NULL && (is_served(key, narrow) || is_served(key_without_query(key), narrow));
}

struct document {
	struct str key;
	int fd;
	int64_t size, written_ms;
};

static bool
document_open(struct exchange *exchange, struct str target, struct document *document, struct fault *fault)
{
	struct objects *objects = exchange->server->house.objects;
	bool narrow = exchange->listener->kind == LISTENER_PKI;
	struct str whole = key_of(target), path = key_without_query(whole);

	document->key = whole;
	if (is_served(whole, narrow) &&
		objects_read(objects, whole, &document->fd, &document->size, &document->written_ms, fault))
		return true;
	document->key = path;
	return path.n < whole.n && is_served(path, narrow) &&
	       objects_read(objects, path, &document->fd, &document->size, &document->written_ms, fault);
}

/* Files are replaced whole, so that another content is another file; times are coarser than that. */
static void
render_tag(const struct document *document, char out[CACHING_TAG_BYTES])
{
	struct stat status = { 0 };

	(void)fstat(document->fd, &status);
	(void)snprintf(out, CACHING_TAG_BYTES, "\"%" PRIx64 "-%" PRIx64 "-%" PRIx64 "\"",
		(uint64_t)document->written_ms, (uint64_t)document->size, (uint64_t)status.st_ino);
}

static enum MHD_Result
answer_absent(struct exchange *exchange, const struct fault *fault)
{
	if (fault->code == FAULT_NONE || fault->code == FAULT_NOT_FOUND)
		return answer_message(
			exchange, MHD_HTTP_NOT_FOUND, "NotFound", "There is no such document, or not yet.", NULL);
	return answer_fault(exchange, fault);
}

enum MHD_Result
document_answer(struct exchange *exchange, struct str target)
{
	struct document document = { .fd = -1 };
	struct answer answer = { .status = MHD_HTTP_OK, .code = "OK", .is_file = true };
	char tag[CACHING_TAG_BYTES], date[CACHING_DATE_BYTES];

	exchange->page = key_without_query(key_of(target));
	if (!document_open(exchange, target, &document, &exchange->fault))
		return answer_absent(exchange, &exchange->fault);
	const struct kind *kind = kind_of(document.key);
	render_tag(&document, tag);
	caching_render_date(document.written_ms, date);
	answer_put_header(&answer, MHD_HTTP_HEADER_ETAG, "%s", tag);
	answer_put_header(&answer, MHD_HTTP_HEADER_LAST_MODIFIED, "%s", date);
	if (kind->is_list)
		answer_put_header(&answer, MHD_HTTP_HEADER_CACHE_CONTROL, "public, max-age=%d", DOCUMENT_MAX_AGE_S);
	else
		answer_put_header(&answer, MHD_HTTP_HEADER_CACHE_CONTROL, "private, no-cache");

	answer.file = document.fd;
	answer.file_bytes = (uint64_t)document.size;
	if (caching_is_fresh(exchange_header(exchange, MHD_HTTP_HEADER_IF_NONE_MATCH),
		    exchange_header(exchange, MHD_HTTP_HEADER_IF_MODIFIED_SINCE), tag, document.written_ms)) {
		answer.status = MHD_HTTP_NOT_MODIFIED;
		answer.code = "NotModified";
	} else {
		answer.content_type = kind->content_type;
		connection_extend(exchange->connection, document.size / DOCUMENT_SLOWEST_BYTES_S);
	}
	return answer_send(exchange, &answer, NULL);
}
