#include "store/position.h"

#include <string.h>

#include "base/base64.h"
#include "store/filter.h"

bool
position_sortable(enum store_field sort)
{
	return sort <= STORE_IMPORTED && sort != STORE_DNS_NAME && sort != STORE_SERIAL && sort != STORE_KEY_USAGE &&
	       sort != STORE_EXTENDED_KEY_USAGE;
}

/* The place of a status among the names AWS gives them, by the alphabet. */
static int64_t
status_place(const struct record *record, int64_t now_ms)
{
	static const int64_t places[] = {
		[CERTIFICATE_FAILED] = 1,
		[CERTIFICATE_INACTIVE] = 2,
		[CERTIFICATE_ISSUED] = 3,
		[CERTIFICATE_PENDING_VALIDATION] = 4,
		[CERTIFICATE_REVOKED] = 5,
		[CERTIFICATE_VALIDATION_TIMED_OUT] = 6,
	};
	int state = (int)record->row.state;

	if (record_is_expired(record, now_ms))
		return 0;
	return state > 0 && state < (int)ARRAY_COUNT(places) ? places[state] : INT64_MAX;
}

/* The place of a key algorithm among the names AWS gives them, by the alphabet: the curves stand before RSA. */
static int64_t
key_algorithm_place(int key_algorithm)
{
	static const int64_t places[] = {
		[1] = 4, /* RSA_1024 */
		[2] = 5, /* RSA_2048 */
		[3] = 6, /* RSA_3072 */
		[4] = 7, /* RSA_4096 */
		[5] = 1, /* EC_prime256v1 */
		[6] = 2, /* EC_secp384r1 */
		[7] = 3, /* EC_secp521r1 */
	};

	return key_algorithm > 0 && key_algorithm < (int)ARRAY_COUNT(places) ? places[key_algorithm] : INT64_MAX;
}

static int64_t
number_of(const struct record *record, enum store_field sort, int64_t now_ms)
{
	const struct certificate_row *row = &record->row;

	switch (sort) {
	case STORE_NOT_AFTER:
		return row->not_after_ms;
	case STORE_NOT_BEFORE:
		return row->not_before_ms;
	case STORE_KEY_ALGORITHM:
		return key_algorithm_place(row->key_algorithm);
	case STORE_TYPE:
		return row->type;
	case STORE_STATUS:
	case STORE_STATUS_NAME:
		return status_place(record, now_ms);
	case STORE_RENEWAL_STATUS:
		return row->renewal_status;
	case STORE_MANAGED_BY:
		return row->managed_by;
	case STORE_VALIDATION_METHOD:
		return row->validation_method;
	case STORE_IN_USE:
		return row->in_use;
	case STORE_EXPORTED:
		return row->exported;
	case STORE_EXPORT_ENABLED:
		return row->export_enabled;
	case STORE_HAS_DOMAIN:
		return row->domain_name.p != NULL;
	case STORE_CREATED:
		return row->created_ms;
	case STORE_REVOKED:
		return row->revoked_ms;
	case STORE_RENEWAL_ELIGIBLE:
		return row->renewal_eligible;
	case STORE_ISSUED:
		return row->issued_ms;
	case STORE_IMPORTED:
		return row->imported_ms;
	default: /* by id alone, or by text */
		return 0;
	}
}

void
position_of(const struct record *record, enum store_field sort, int64_t now_ms, char room[POSITION_TEXT_MAX],
	struct position *out)
{
	struct str name = record->row.common_name;

	out->number = number_of(record, sort, now_ms);
	out->text = (struct str){ room, 0 };
	memcpy(out->id, record->id, ID_BYTES);
	if (sort != STORE_COMMON_NAME)
		return;
	out->text.n = name.n < POSITION_TEXT_MAX ? name.n : POSITION_TEXT_MAX;
	for (size_t i = 0; i < out->text.n; i++)
		room[i] = (char)(name.p[i] >= 'A' && name.p[i] <= 'Z' ? name.p[i] + ('a' - 'A') : name.p[i]);
}

int
position_compare(const struct position *a, const struct position *b, bool descending)
{
	int order = (a->number > b->number) - (a->number < b->number);

	if (order == 0)
		order = str_compare(a->text, b->text);
	if (order == 0)
		order = memcmp(a->id, b->id, ID_BYTES);
	return descending ? -order : order;
}

/* ---- As text: order, number, id, and the name in hexadecimal, with dots between ---- */

struct str
position_render(const struct position *position, enum store_field sort, bool descending, struct arena *arena)
{
	struct buffer text = { 0 };

	buffer_printf(&text, "%d%c.%llx.", (int)sort, descending ? 'd' : 'a', (unsigned long long)position->number);
	hex_encode(&text, (struct bytes){ position->id, ID_BYTES }, '\0');
	buffer_put_char(&text, '.');
	hex_encode(&text, bytes_of_str(position->text), '\0');
	struct str out = arena_str(arena, buffer_str(&text));
	buffer_done(&text);
	return out;
}

static bool
parse_number(struct str text, int64_t *out)
{
	uint64_t number = 0;

	if (text.n == 0 || text.n > 16)
		return false;
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];
		if ((c < '0' || c > '9') && (c < 'a' || c > 'f'))
			return false;
		number = number << 4 | (uint64_t)(c <= '9' ? c - '0' : c - 'a' + 10);
	}
	*out = (int64_t)number;
	return true;
}

static bool
parse_parts(struct str number, struct str id, struct str name, struct arena *arena, struct position *out)
{
	struct bytes id_read, name_read;

	if (!parse_number(number, &out->number) || !hex_decode(id, arena, &id_read) || id_read.n != ID_BYTES)
		return false;
	memcpy(out->id, id_read.p, ID_BYTES);
	if (name.n > 2 * (size_t)POSITION_TEXT_MAX || !hex_decode(name, arena, &name_read))
		return false;
	out->text = (struct str){ name_read.p != NULL ? (const char *)name_read.p : "", name_read.n };
	return true;
}

bool
position_parse(struct str text, enum store_field sort, bool descending, struct arena *arena, struct position *out,
	struct fault *fault)
{
	struct str expected = arena_printf(arena, "%d%c", (int)sort, descending ? 'd' : 'a');
	struct str order, number, id;
	struct position position;

	if (!str_cut(&text, '.', &order) || !str_cut(&text, '.', &number) || !str_cut(&text, '.', &id) ||
		!parse_parts(number, id, text, arena, &position))
		return fault_set(fault, FAULT_INVALID_ARGS, "The token does not tell where to go on.");
	if (!str_equal(order, expected))
		return fault_set(fault, FAULT_INVALID_ARGS, "The token belongs to another order.");
	*out = position;
	return true;
}
