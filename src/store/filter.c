#include "store/filter.h"

#include <string.h>

/* Deeper than any request may nest (model/model.h). */
enum { FILTER_MAX_DEPTH = 64 };

static bool
leaf_fits(const struct store_filter *leaf)
{
	switch (leaf->field) {
	case STORE_ID:
	case STORE_SERIAL:
		return leaf->operator== STORE_EQUALS;
	case STORE_COMMON_NAME:
	case STORE_DNS_NAME:
		return leaf->operator== STORE_EQUALS || leaf->operator== STORE_CONTAINS;
	case STORE_NOT_AFTER:
	case STORE_NOT_BEFORE:
		return leaf->operator== STORE_BETWEEN;
	case STORE_KEY_ALGORITHM:
	case STORE_TYPE:
	case STORE_STATUS:
	case STORE_KEY_USAGE:
	case STORE_EXTENDED_KEY_USAGE:
	case STORE_RENEWAL_STATUS:
	case STORE_MANAGED_BY:
	case STORE_VALIDATION_METHOD:
	case STORE_IN_USE:
	case STORE_EXPORTED:
	case STORE_EXPORT_ENABLED:
	case STORE_HAS_DOMAIN:
		return leaf->operator== STORE_IN;
	case STORE_CREATED:
	case STORE_STATUS_NAME:
	case STORE_REVOKED:
	case STORE_RENEWAL_ELIGIBLE:
	case STORE_ISSUED:
	case STORE_IMPORTED:
		return false;
	}
	return false;
}

static bool
prepare_leaf(struct store_filter *leaf, struct arena *arena, struct fault *fault)
{
	if (!leaf_fits(leaf))
		return fault_set(fault, FAULT_INVALID_ARGS, "The store cannot filter by this.");
	if (leaf->operator!= STORE_EQUALS && leaf->operator!= STORE_CONTAINS)
		return true;
	if (leaf->text.p == NULL)
		leaf->text = STR("");
	if (leaf->field == STORE_ID) {
		uint8_t *id = arena_alloc(arena, ID_BYTES);
		/* What is no id is nobody's id. */
		leaf->text = id_parse(leaf->text, id) ? (struct str){ (const char *)id, ID_BYTES } : STR("");
	} else if (leaf->field != STORE_SERIAL) {
		leaf->text = text_lower(leaf->text, arena);
	}
	return true;
}

static bool
prepare(const struct store_filter *filter, unsigned depth, struct arena *arena, const struct store_filter **out,
	struct fault *fault)
{
	struct store_filter *own = ARENA_NEW(arena, struct store_filter);

	if (depth == FILTER_MAX_DEPTH)
		return fault_set(
			fault, FAULT_INVALID_ARGS, "The filter is nested more than %d deep.", FILTER_MAX_DEPTH);
	*own = *filter;
	*out = own;
	if (filter->kind == STORE_FILTER_LEAF)
		return prepare_leaf(own, arena, fault);
	if (filter->kind == STORE_FILTER_NOT && filter->child_count != 1)
		return fault_set(fault, FAULT_INVALID_ARGS, "A NOT has one operand.");
	const struct store_filter **children = ARENA_ARRAY(arena, const struct store_filter *, filter->child_count);
	for (size_t i = 0; i < filter->child_count; i++)
		if (!prepare(filter->children[i], depth + 1, arena, &children[i], fault))
			return false;
	own->children = children;
	return true;
}

bool
filter_prepare(
	const struct store_filter *filter, struct arena *arena, const struct store_filter **out, struct fault *fault)
{
	if (filter != NULL)
		return prepare(filter, 0, arena, out, fault);
	*out = NULL;
	return true;
}

/* ---- Matching ---- */

static char
lower_of(char c)
{
	return (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

static bool
stands_at(struct str text, size_t at, struct str lower)
{
	for (size_t i = 0; i < lower.n; i++)
		if (lower_of(text.p[at + i]) != lower.p[i])
			return false;
	return true;
}

bool
text_equals_lower(struct str text, struct str lower)
{
	return text.p != NULL && text.n == lower.n && stands_at(text, 0, lower);
}

bool
text_contains_lower(struct str text, struct str lower)
{
	if (text.p == NULL)
		return false;
	for (size_t at = 0; at + lower.n <= text.n; at++)
		if (stands_at(text, at, lower))
			return true;
	return false;
}

static bool
name_matches(const struct store_filter *leaf, struct str name)
{
	return leaf->operator== STORE_EQUALS ? text_equals_lower(name, leaf->text)
					     : text_contains_lower(name, leaf->text);
}

static bool
dns_name_matches(const struct store_filter *leaf, struct bytes names)
{
	struct str name;

	for (size_t at = 0; record_name(names, &at, &name);)
		if (name_matches(leaf, name))
			return true;
	return false;
}

static bool
bit_is_set(uint32_t bits, int64_t number)
{
	return number >= 0 && number < 32 && (bits >> number & 1) != 0;
}

static bool
status_matches(uint32_t bits, const struct record *record, int64_t now_ms)
{
	if (record_is_expired(record, now_ms))
		return (bits & STORE_STATUS_EXPIRED_BIT) != 0;
	return bit_is_set(bits & ~(uint32_t)STORE_STATUS_EXPIRED_BIT, record->row.state);
}

static bool
leaf_matches(const struct store_filter *leaf, const struct record *record, int64_t now_ms)
{
	const struct certificate_row *row = &record->row;

	switch (leaf->field) {
	case STORE_ID:
		return leaf->text.n == ID_BYTES && memcmp(leaf->text.p, record->id, ID_BYTES) == 0;
	case STORE_SERIAL:
		return str_equal(row->serial, leaf->text);
	case STORE_COMMON_NAME:
		return name_matches(leaf, row->common_name);
	case STORE_DNS_NAME:
		return dns_name_matches(leaf, record->names);
	case STORE_NOT_AFTER:
		return row->not_after_ms >= leaf->low && row->not_after_ms <= leaf->high;
	case STORE_NOT_BEFORE:
		return row->not_before_ms >= leaf->low && row->not_before_ms <= leaf->high;
	case STORE_KEY_ALGORITHM:
		return bit_is_set(leaf->bits, row->key_algorithm);
	case STORE_TYPE:
		return bit_is_set(leaf->bits, row->type);
	case STORE_STATUS:
		return status_matches(leaf->bits, record, now_ms);
	case STORE_KEY_USAGE:
		return (leaf->bits & row->key_usage) != 0;
	case STORE_EXTENDED_KEY_USAGE:
		return (leaf->bits & row->extended_key_usage) != 0;
	case STORE_RENEWAL_STATUS:
		return bit_is_set(leaf->bits, row->renewal_status);
	case STORE_MANAGED_BY:
		return bit_is_set(leaf->bits, row->managed_by);
	case STORE_VALIDATION_METHOD:
		return bit_is_set(leaf->bits, row->validation_method);
	case STORE_IN_USE:
		return bit_is_set(leaf->bits, row->in_use);
	case STORE_EXPORTED:
		return bit_is_set(leaf->bits, row->exported);
	case STORE_EXPORT_ENABLED:
		return bit_is_set(leaf->bits, row->export_enabled);
	case STORE_HAS_DOMAIN:
		return bit_is_set(leaf->bits, row->domain_name.p != NULL);
	default: /* fields to sort by: refused by leaf_fits() */
		return false;
	}
}

bool
filter_matches(const struct store_filter *filter, const struct record *record, int64_t now_ms)
{
	if (filter == NULL)
		return true;
	switch (filter->kind) {
	case STORE_FILTER_LEAF:
		return leaf_matches(filter, record, now_ms);
	case STORE_FILTER_NOT:
		return !filter_matches(filter->children[0], record, now_ms);
	case STORE_FILTER_AND:
		for (size_t i = 0; i < filter->child_count; i++)
			if (!filter_matches(filter->children[i], record, now_ms))
				return false;
		return true;
	case STORE_FILTER_OR:
		for (size_t i = 0; i < filter->child_count; i++)
			if (filter_matches(filter->children[i], record, now_ms))
				return true;
		return false;
	}
	return false;
}
