#include "store/record.h"

#include <stdlib.h>
#include <string.h>

#include "base/base64.h"

void
record_read(statement *st, struct record *out)
{
	struct certificate_row *row = &out->row;
	struct bytes id = column_blob(st, 1);
	int at = 2;

	memset(out, 0, sizeof *out);
	out->number = column_int(st, 0);
	if (id.n == ID_BYTES)
		memcpy(out->id, id.p, ID_BYTES);
	row->type = (enum certificate_type)column_int(st, at++);
	row->state = (enum certificate_state)column_int(st, at++);
	row->version = column_int(st, at++);
	row->created_ms = column_int(st, at++);
	row->imported_ms = column_int(st, at++);
	row->issued_ms = column_int(st, at++);
	row->revoked_ms = column_int(st, at++);
	row->not_before_ms = column_int(st, at++);
	row->not_after_ms = column_int(st, at++);
	row->key_algorithm = (int)column_int(st, at++);
	row->key_usage = (unsigned)column_int(st, at++);
	row->extended_key_usage = (unsigned)column_int(st, at++);
	row->export_enabled = column_int(st, at++) != 0;
	row->exported = column_int(st, at++) != 0;
	row->in_use = column_int(st, at++) != 0;
	row->renewal_eligible = column_int(st, at++) != 0;
	row->transparency_logging = column_int(st, at++) != 0;
	row->managed_by = (int)column_int(st, at++);
	row->validation_method = (int)column_int(st, at++);
	row->renewal_status = (int)column_int(st, at++);
	row->serial = column_text(st, at++);
	row->common_name = column_text(st, at++);
	row->domain_name = column_text(st, at++);
	out->names = column_blob(st, at);
}

void
record_copy(const struct record *record, struct arena *arena, struct certificate_row *out)
{
	*out = record->row;
	out->id = id_render(record->id, arena);
	out->serial = arena_str(arena, record->row.serial);
	out->common_name = arena_str(arena, record->row.common_name);
	out->domain_name = arena_str(arena, record->row.domain_name);
}

/* ---- Ids ---- */

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool
id_parse(struct str text, uint8_t id[ID_BYTES])
{
	uint8_t read[ID_BYTES] = { 0 };
	size_t digits = 0;

	if (text.n != UUID_TEXT_BYTES - 1)
		return false;
	for (size_t i = 0; i < text.n; i++) {
		if (i == 8 || i == 13 || i == 18 || i == 23) {
			if (text.p[i] != '-')
				return false;
			continue;
		}
		int digit = hex_digit(text.p[i]);
		if (digit < 0)
			return false;
		read[digits / 2] = (uint8_t)(read[digits / 2] << 4 | digit);
		digits++;
	}
	memcpy(id, read, ID_BYTES);
	return true;
}

struct str
id_render(const uint8_t id[ID_BYTES], struct arena *arena)
{
	static const char digits[] = "0123456789abcdef";
	char *text = arena_alloc(arena, UUID_TEXT_BYTES);
	size_t n = 0;

	for (size_t i = 0; i < ID_BYTES; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			text[n++] = '-';
		text[n++] = digits[id[i] >> 4];
		text[n++] = digits[id[i] & 15];
	}
	return (struct str){ text, n };
}

/* ---- Text ---- */

struct str
text_lower(struct str text, struct arena *arena)
{
	if (text.p == NULL)
		return text;
	char *lower = arena_alloc(arena, text.n + 1);
	for (size_t i = 0; i < text.n; i++)
		lower[i] = (char)(text.p[i] >= 'A' && text.p[i] <= 'Z' ? text.p[i] + ('a' - 'A') : text.p[i]);
	return (struct str){ lower, text.n };
}

#define MIX_SEED 0xcbf29ce484222325u

/* FNV-1a over the fields, each with an end, and a last stir so that all bits count. */
static uint64_t
mix(uint64_t hash, struct str text)
{
	for (size_t i = 0; i < text.n; i++)
		hash = (hash ^ (uint8_t)text.p[i]) * 0x100000001b3u;
	return (hash ^ 0xff) * 0x100000001b3u;
}

static int64_t
stir(uint64_t hash)
{
	hash ^= hash >> 33;
	hash *= 0xff51afd7ed558ccdu;
	hash ^= hash >> 33;
	return (int64_t)hash;
}

int64_t
text_key(const struct owner *owner, struct str text)
{
	return stir(mix(mix(mix(MIX_SEED, owner->account), owner->region), text));
}

int64_t
bytes_key(int64_t number, struct bytes bytes)
{
	return stir(mix(MIX_SEED ^ (uint64_t)number, str_of_bytes(bytes)));
}

/* ---- Names ---- */

static int
compare_names(const void *a, const void *b)
{
	return str_compare(*(const struct str *)a, *(const struct str *)b);
}

/* Sorts and keeps one of each. */
static size_t
make_distinct(struct str *names, size_t n)
{
	size_t kept = 0;

	if (n > 1)
		qsort(names, n, sizeof *names, compare_names);
	for (size_t i = 0; i < n; i++)
		if (kept == 0 || !str_equal(names[kept - 1], names[i]))
			names[kept++] = names[i];
	return kept;
}

bool
names_encode(const struct certificate_row *row, struct arena *arena, struct bytes *out)
{
	struct str *names = ARENA_ARRAY(arena, struct str, row->dns_name_count);
	size_t size = 0, at = 0;

	for (size_t i = 0; i < row->dns_name_count; i++) {
		if (row->dns_names[i].n > UINT16_MAX)
			return false;
		names[i] = text_lower(row->dns_names[i].p != NULL ? row->dns_names[i] : STR(""), arena);
	}
	size_t count = make_distinct(names, row->dns_name_count);
	for (size_t i = 0; i < count; i++)
		size += 2 + names[i].n;
	uint8_t *p = arena_alloc(arena, size);
	for (size_t i = 0; i < count; i++) {
		p[at++] = (uint8_t)(names[i].n >> 8);
		p[at++] = (uint8_t)names[i].n;
		memcpy(p + at, names[i].p, names[i].n);
		at += names[i].n;
	}
	*out = (struct bytes){ p, size };
	return true;
}

bool
record_name(struct bytes names, size_t *at, struct str *name)
{
	if (names.n - *at < 2)
		return false;
	size_t n = (size_t)names.p[*at] << 8 | names.p[*at + 1];
	if (n > names.n - *at - 2)
		return false;
	*name = (struct str){ (const char *)names.p + *at + 2, n };
	*at += 2 + n;
	return true;
}

size_t
names_distinct(struct str common_name, struct bytes names, struct arena *arena, struct str **out)
{
	struct str name;
	size_t count = common_name.p != NULL;

	for (size_t at = 0; record_name(names, &at, &name);)
		count++;
	struct str *all = ARENA_ARRAY(arena, struct str, count);
	size_t n = 0;
	if (common_name.p != NULL)
		all[n++] = text_lower(common_name, arena);
	for (size_t at = 0; record_name(names, &at, &name);)
		all[n++] = name;
	*out = all;
	return make_distinct(all, n);
}

statement *
statement_of_certificate(
	struct session *session, const char *sql, const struct owner *owner, const uint8_t *id, struct fault *fault)
{
	statement *st = session_statement(session, sql, fault);

	if (st != NULL) {
		bind_owner(st, owner);
		bind_blob(st, 3, id_bytes(id));
	}
	return st;
}
