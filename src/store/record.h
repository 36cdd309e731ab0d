/* record.h — a certificate's small row as statements give it, and the keys by which it is stored.
 *
 * Names are compared without case (ASCII): they are stored and searched in lower case. */
#ifndef CHANCERY_STORE_RECORD_H
#define CHANCERY_STORE_RECORD_H

#include "store/session.h"

enum { ID_BYTES = 16 };

/* Columns of `certificate c`, in the order record_read() reads them. */
#define RECORD_COLUMNS                                                                                                 \
	"c.number, c.id, c.type, c.state, c.version, c.created_ms, c.imported_ms, c.issued_ms, c.revoked_ms, "         \
	"c.not_before_ms, "                                                                                            \
	"c.not_after_ms, c.key_algorithm, c.key_usage, c.extended_key_usage, c.export_enabled, c.exported, c.in_use, " \
	"c.renewal_eligible, c.transparency_logging, c.managed_by, c.validation_method, c.renewal_status, c.serial, "  \
	"c.common_name, c.domain_name, c.names"
enum { RECORD_COLUMN_COUNT = 26 };

/* A row under the cursor: spans are valid until the statement steps. */
struct record {
	int64_t number;
	uint8_t id[ID_BYTES];
	struct certificate_row row; /* without id, and what is in certificate_material */
	struct bytes names;         /* as stored: walk with record_name() */
};

void record_read(statement *st, struct record *out);
/* The row with copies of its own, and its id as text. */
void record_copy(const struct record *record, struct arena *arena, struct certificate_row *out);

/* The next of the stored DNS names, in lower case; *at starts at 0. */
bool record_name(struct bytes names, size_t *at, struct str *name);

/* The 16 bytes of a UUID's text: false if it is none. And back. */
bool id_parse(struct str text, uint8_t id[ID_BYTES]);
struct str id_render(const uint8_t id[ID_BYTES], struct arena *arena);
static inline struct bytes
id_bytes(const uint8_t *id)
{
	return (struct bytes){ id, ID_BYTES };
}

/* A statement about one certificate: $1 to $3 are its key. NULL with a fault. */
MUST_CHECK statement *statement_of_certificate(
	struct session *session, const char *sql, const struct owner *owner, const uint8_t *id, struct fault *fault);

/* ASCII letters in lower case; absent stays absent. */
struct str text_lower(struct str text, struct arena *arena);
/* A hash of owner and text for an index in random order. Not a proof: whoever finds a row by it compares the text. */
int64_t text_key(const struct owner *owner, struct str text);
/* The same of a number and bytes. */
int64_t bytes_key(int64_t number, struct bytes bytes);

/* The DNS names as they are stored: distinct, lower case. False: a name is longer than any certificate. */
bool names_encode(const struct certificate_row *row, struct arena *arena, struct bytes *out);
/* The distinct names of a row: the common name and the DNS names, lower case. */
size_t names_distinct(struct str common_name, struct bytes names, struct arena *arena, struct str **out);

#endif
