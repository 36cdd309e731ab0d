/* sqlite_parts.c — names by a part of them, in FTS5.
 *
 * A name's tokens are the four bytes at each of its places; of three letters (a prefix of such tokens) on, every part
 * can be looked for. Three bytes a token would make a smaller index whose lists grow with the store, four keep them
 * short. The index narrows down, no more: bytes that are rare in names share one letter, positions are not kept, and of
 * a long part only the rarest tokens are asked for. A common token's list costs as much as the store is large; which
 * ones are common a sample of the names tells. */
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "store/sqlite.h"

enum {
	TOKEN_BYTES = 4,
	PREFIX_BYTES = 3, /* the shortest part that can be looked for */
	PATTERN_TOKENS = 2,
	/* Pages of the index that one step of a merge writes: some 10 ms, for which a write may have to wait. */
	MERGE_PAGES = 256,
	SAMPLE_NAMES = 1024,
	SKETCH_BITS = 16,
	SKETCH_MAX = 255,
	/* A search that leaves more names than this is better served by another way (STORE_MAX_SCAN). */
	USEFUL_NAMES = 10000,
};

enum parts_statement { PARTS_READ, PARTS_ENTER, PARTS_FORGET, PARTS_MERGE, PARTS_NEWEST, PARTS_SAMPLE };
_Static_assert(PARTS_SAMPLE + 1 == PARTS_STATEMENTS, "struct connection has room for each");

static const char *const parts_sql[] = {
	[PARTS_READ] = "SELECT number, text FROM name WHERE number BETWEEN ?1 AND ?2 ORDER BY number",
	[PARTS_ENTER] = "INSERT INTO name_part (rowid, tokens) VALUES (?1, ?2)",
	[PARTS_FORGET] = "INSERT INTO name_part (name_part, rowid, tokens) VALUES ('delete', ?1, ?2)",
	[PARTS_MERGE] = "INSERT INTO name_part (name_part, rank) VALUES ('merge', ?1)",
	[PARTS_NEWEST] = "SELECT coalesce(max(number), 0) FROM name",
	[PARTS_SAMPLE] = "SELECT text FROM name WHERE number >= ?1 ORDER BY number LIMIT 1",
};

/* In how many of the sampled names a token occurs, by its hash: too many rather than too few. */
struct sketch {
	int64_t newest; /* number of the newest name when it was made; it is made anew when there are twice as many */
	uint8_t count[1 << SKETCH_BITS];
};

static sqlite3_stmt *
parts_statement(struct connection *c, enum parts_statement which, struct fault *fault)
{
	return sqlite_prepare_own(c, parts_sql[which], &c->parts[which], fault) ? c->parts[which] : NULL;
}

/* ---- Tokens ---- */

/* Letters of host names stay; all else is one letter. FTS5's ascii tokenizer is told to keep these together. */
static char
letter(char c)
{
	bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-';

	return (char)(plain ? c : '_');
}

static struct str
letters(struct str text, struct buffer *room)
{
	buffer_reset(room);
	for (size_t i = 0; i < text.n; i++)
		buffer_put_char(room, letter(text.p[i]));
	return buffer_str(room);
}

/* The token at a place; shorter at the end, empty where no part of three letters begins. */
static struct str
token_at(struct str text, size_t at)
{
	size_t left = text.n - at;

	return (struct str){ text.p + at, left < PREFIX_BYTES ? 0 : left < TOKEN_BYTES ? left : TOKEN_BYTES };
}

static void
put_tokens(struct str name, struct buffer *room, struct buffer *tokens)
{
	struct str text = letters(name, room);

	buffer_reset(tokens);
	for (size_t at = 0; at < text.n; at++) {
		buffer_put_str(tokens, token_at(text, at));
		buffer_put_char(tokens, ' ');
	}
}

/* ---- Entering and forgetting ---- */

static bool
put_name(struct connection *c, enum parts_statement which, int64_t number, struct str tokens, struct fault *fault)
{
	sqlite3_stmt *stmt = parts_statement(c, which, fault);

	if (stmt == NULL)
		return false;
	(void)sqlite3_bind_int64(stmt, 1, number);
	(void)sqlite3_bind_text64(stmt, 2, tokens.p, tokens.n, SQLITE_STATIC, SQLITE_UTF8);
	bool done = sqlite3_step(stmt) == SQLITE_DONE || sqlite_fail(c, fault);
	(void)sqlite3_reset(stmt);
	return done;
}

static struct str
text_of(sqlite3_stmt *stmt, int at)
{
	const unsigned char *p = sqlite3_column_text(stmt, at);

	return (struct str){ p != NULL ? (const char *)p : "", (size_t)sqlite3_column_bytes(stmt, at) };
}

static bool
enter_all(struct connection *c, sqlite3_stmt *read, struct fault *fault)
{
	struct buffer room = { 0 }, tokens = { 0 };
	bool done = true;
	int code;

	while (done && (code = sqlite3_step(read)) != SQLITE_DONE) {
		if (code != SQLITE_ROW) {
			done = sqlite_fail(c, fault);
			break;
		}
		put_tokens(text_of(read, 1), &room, &tokens);
		done = put_name(c, PARTS_ENTER, sqlite3_column_int64(read, 0), buffer_str(&tokens), fault);
	}
	buffer_done(&room);
	buffer_done(&tokens);
	return done;
}

/* Names are no secrets: pages that the index gives up need not be overwritten, as those of keys must be. */
static void
overwrite_freed(struct connection *c, bool overwrite)
{
	(void)sqlite3_exec(c->db, overwrite ? "PRAGMA secure_delete=ON" : "PRAGMA secure_delete=OFF", NULL, NULL, NULL);
}

bool
sqlite_names_enter(struct connection *c, int64_t first, int64_t last, struct fault *fault)
{
	sqlite3_stmt *read = parts_statement(c, PARTS_READ, fault);

	if (read == NULL)
		return false;
	overwrite_freed(c, false);
	(void)sqlite3_bind_int64(read, 1, first);
	(void)sqlite3_bind_int64(read, 2, last);
	bool done = enter_all(c, read, fault);
	(void)sqlite3_reset(read);
	overwrite_freed(c, true);
	return done;
}

bool
sqlite_names_merge(struct connection *c, bool whole, bool *more, struct fault *fault)
{
	sqlite3_stmt *stmt = parts_statement(c, PARTS_MERGE, fault);
	sqlite3_int64 before = sqlite3_total_changes64(c->db);

	if (stmt == NULL)
		return false;
	overwrite_freed(c, false);
	(void)sqlite3_bind_int64(stmt, 1, whole ? -MERGE_PAGES : MERGE_PAGES);
	bool done = sqlite3_step(stmt) == SQLITE_DONE || sqlite_fail(c, fault);
	(void)sqlite3_reset(stmt);
	overwrite_freed(c, true);
	/* FTS5: fewer than two changes mean that there was nothing to merge. */
	if (done)
		*more = sqlite3_total_changes64(c->db) - before >= 2;
	return done;
}

bool
sqlite_names_forget(struct connection *c, int64_t number, struct str text, struct fault *fault)
{
	struct buffer room = { 0 }, tokens = { 0 };

	/* The index keeps no texts: to forget, it must be told them. */
	put_tokens(text, &room, &tokens);
	bool done = put_name(c, PARTS_FORGET, number, buffer_str(&tokens), fault);
	buffer_done(&room);
	buffer_done(&tokens);
	return done;
}

/* ---- How common a token is ---- */

static uint8_t *
bucket(struct sketch *sketch, struct str token)
{
	uint32_t hash = 0x811c9dc5;

	for (size_t i = 0; i < token.n; i++)
		hash = (hash ^ (uint8_t)token.p[i]) * 0x01000193;
	return &sketch->count[(hash ^ hash >> SKETCH_BITS) & ((1 << SKETCH_BITS) - 1)];
}

static void
count_token(struct sketch *sketch, struct str token)
{
	uint8_t *count = bucket(sketch, token);

	*count = (uint8_t)(*count < SKETCH_MAX ? *count + 1 : SKETCH_MAX);
}

static void
count_name(struct sketch *sketch, struct str name, struct buffer *room)
{
	struct str text = letters(name, room);

	for (size_t at = 0; at < text.n; at++) {
		struct str token = token_at(text, at);
		if (token.n == TOKEN_BYTES)
			count_token(sketch, token);
		if (token.n >= PREFIX_BYTES)
			count_token(sketch, (struct str){ token.p, PREFIX_BYTES });
	}
}

static bool
step_once(struct connection *c, sqlite3_stmt *stmt, bool *row, struct fault *fault)
{
	int code = sqlite3_step(stmt);

	*row = code == SQLITE_ROW;
	return code == SQLITE_ROW || code == SQLITE_DONE || sqlite_fail(c, fault);
}

/* Names at even distances. */
static bool
sketch_sample(struct connection *c, struct sketch *sketch, struct fault *fault)
{
	sqlite3_stmt *stmt = parts_statement(c, PARTS_SAMPLE, fault);
	struct buffer room = { 0 };
	bool done = stmt != NULL, row;

	for (int64_t i = 0; done && i < SAMPLE_NAMES; i++) {
		(void)sqlite3_bind_int64(stmt, 1, 1 + i * sketch->newest / SAMPLE_NAMES);
		done = step_once(c, stmt, &row, fault);
		if (done && row)
			count_name(sketch, text_of(stmt, 0), &room);
		(void)sqlite3_reset(stmt);
	}
	buffer_done(&room);
	return done;
}

static bool
newest_name(struct connection *c, int64_t *newest, struct fault *fault)
{
	sqlite3_stmt *stmt = parts_statement(c, PARTS_NEWEST, fault);
	bool row;

	if (stmt == NULL)
		return false;
	bool done = step_once(c, stmt, &row, fault);
	if (done)
		*newest = sqlite3_column_int64(stmt, 0);
	(void)sqlite3_reset(stmt);
	return done;
}

/* A sketch that still tells the truth about `newest` names. */
static bool
sketch_renew(struct connection *c, int64_t newest, struct fault *fault)
{
	if (c->sketch != NULL && newest <= 2 * c->sketch->newest)
		return true;
	free(c->sketch);
	c->sketch = memory_take_zeroed(sizeof *c->sketch);
	c->sketch->newest = newest;
	if (sketch_sample(c, c->sketch, fault))
		return true;
	free(c->sketch);
	c->sketch = NULL;
	return false;
}

/* ---- Searching ---- */

struct picked {
	struct str token;
	unsigned count;
};

static struct picked
pick(struct sketch *sketch, struct str text, size_t at)
{
	struct picked picked = { { text.p + at, TOKEN_BYTES }, 0 };

	picked.count = *bucket(sketch, picked.token);
	return picked;
}

/* The two rarest tokens of a part. Of equally rare ones those that stand far apart: neighbours say nearly the same.
 * More than two would narrow down further, but each costs a look into every piece of the index. */
static size_t
pick_tokens(struct sketch *sketch, struct str text, struct picked out[PATTERN_TOKENS])
{
	size_t places = text.n >= TOKEN_BYTES ? text.n - TOKEN_BYTES + 1 : 0, first = 0, n = 0;

	for (size_t at = 0; at < places; at++) {
		struct picked next = pick(sketch, text, at);
		if (n == 0 || next.count < out[0].count) {
			out[0] = next;
			first = at;
			n = 1;
		}
	}
	for (size_t at = 0; at < places; at++) {
		struct picked next = pick(sketch, text, at);
		if (at != first && (n == 1 || next.count <= out[1].count)) {
			out[1] = next;
			n = 2;
		}
	}
	return n;
}

static bool
is_useful(unsigned count, int64_t newest)
{
	return (int64_t)count * newest / SAMPLE_NAMES <= USEFUL_NAMES;
}

bool
sqlite_names_pattern(struct connection *c, struct str part, struct arena *arena, struct str *out, struct fault *fault)
{
	struct picked tokens[PATTERN_TOKENS];
	struct buffer room = { 0 };
	int64_t newest = 0;

	*out = (struct str){ 0 };
	if (part.n < PREFIX_BYTES)
		return true;
	if (!newest_name(c, &newest, fault) || !sketch_renew(c, newest, fault))
		return false;
	struct str text = letters(part, &room);
	size_t n = pick_tokens(c->sketch, text, tokens);
	if (n == 0 && is_useful(*bucket(c->sketch, text), newest))
		*out = arena_printf(arena, "\"%.*s\" *", STR_ARG(text));
	if (n > 0 && is_useful(tokens[0].count, newest))
		*out = STR("");
	/* A common token beside a rare one only costs. */
	for (size_t i = 0; i < n && out->p != NULL && is_useful(tokens[i].count, newest); i++)
		*out = arena_printf(arena, "%.*s \"%.*s\"", STR_ARG(*out), STR_ARG(tokens[i].token));
	buffer_done(&room);
	return true;
}
