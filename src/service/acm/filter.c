#include "service/acm/filter.h"

#include "service/acm/acm.h"
#include "service/acm/arn.h"
#include "service/acm/render.h"
#include "service/acm/usage.h"

static struct store_filter *
leaf(struct arena *arena, enum store_field field, enum store_operator operator)
{
	struct store_filter *filter = ARENA_NEW(arena, struct store_filter);

	filter->kind = STORE_FILTER_LEAF;
	filter->field = field;
	filter->operator= operator;
	return filter;
}

const struct store_filter *
filter_in(struct arena *arena, enum store_field field, uint32_t bits)
{
	struct store_filter *filter = leaf(arena, field, STORE_IN);

	filter->bits = bits;
	return filter;
}

uint32_t
filter_number_bit(struct choice value)
{
	return UINT32_C(1) << value.v;
}

uint32_t
filter_flag_bit(bool value)
{
	return value ? UINT32_C(1) << 1 : UINT32_C(1) << 0;
}

static const struct store_filter *
text_leaf(struct arena *arena, enum store_field field, enum store_operator operator, struct str text)
{
	struct store_filter *filter = leaf(arena, field, operator);

	filter->text = text;
	return filter;
}

static const struct store_filter *
branch(struct arena *arena, enum store_filter_kind kind, const struct store_filter *const *children, size_t count)
{
	struct store_filter *filter = ARENA_NEW(arena, struct store_filter);

	filter->kind = kind;
	filter->children = children;
	filter->child_count = count;
	return filter;
}

const struct store_filter *
filter_and(struct arena *arena, const struct store_filter *const *children, size_t count)
{
	return branch(arena, STORE_FILTER_AND, children, count);
}

/* The walk over one statement. */
struct walk {
	const struct call *call;
	size_t filters; /* met so far */
};

static bool
refuse_union(struct fault *fault)
{
	return fault_set(fault, FAULT_VALIDATION, "Every filter must have exactly one member.");
}

static enum store_operator
comparison(struct choice asked)
{
	return asked.v == ACM_COMPARISON_OPERATOR_CONTAINS ? STORE_CONTAINS : STORE_EQUALS;
}

/* An open end is absent. Both ends are included. */
static bool
range(const struct walk *walk, enum store_field field, const struct acm_timestamp_range *asked,
	const struct store_filter **out, struct fault *fault)
{
	struct store_filter *filter = leaf(walk->call->arena, field, STORE_BETWEEN);

	filter->low = asked->has_start ? asked->start_ms : INT64_MIN;
	filter->high = asked->has_end ? asked->end_ms : INT64_MAX;
	if (filter->low > filter->high)
		return fault_set(fault, FAULT_VALIDATION, "The Start of the range of %s is later than its End.",
			field == STORE_NOT_AFTER ? "NotAfter" : "NotBefore");
	*out = filter;
	return true;
}

static bool
attribute(const struct walk *walk, const struct acm_x509_attribute_filter *asked, const struct store_filter **out,
	struct fault *fault)
{
	struct arena *arena = walk->call->arena;
	const struct acm_common_name_filter *common_name;
	const struct acm_dns_name_filter *dns_name;

	switch (asked->kind) {
	case ACM_X509_ATTRIBUTE_FILTER_SUBJECT:
		if (asked->subject->kind != ACM_SUBJECT_FILTER_COMMON_NAME)
			return refuse_union(fault);
		common_name = asked->subject->common_name;
		*out = text_leaf(
			arena, STORE_COMMON_NAME, comparison(common_name->comparison_operator), common_name->value);
		return true;
	case ACM_X509_ATTRIBUTE_FILTER_SUBJECT_ALTERNATIVE_NAME:
		if (asked->subject_alternative_name->kind != ACM_SUBJECT_ALTERNATIVE_NAME_FILTER_DNS_NAME)
			return refuse_union(fault);
		dns_name = asked->subject_alternative_name->dns_name;
		*out = text_leaf(arena, STORE_DNS_NAME, comparison(dns_name->comparison_operator), dns_name->value);
		return true;
	case ACM_X509_ATTRIBUTE_FILTER_EXTENDED_KEY_USAGE:
		*out = filter_in(arena, STORE_EXTENDED_KEY_USAGE, acm_usage_filter_bits(&asked->extended_key_usage, 1));
		return true;
	case ACM_X509_ATTRIBUTE_FILTER_KEY_USAGE:
		*out = filter_in(arena, STORE_KEY_USAGE, acm_usage_filter_bits(&asked->key_usage, 1));
		return true;
	case ACM_X509_ATTRIBUTE_FILTER_KEY_ALGORITHM:
		*out = filter_in(arena, STORE_KEY_ALGORITHM, filter_number_bit(asked->key_algorithm));
		return true;
	case ACM_X509_ATTRIBUTE_FILTER_SERIAL_NUMBER:
		*out = text_leaf(arena, STORE_SERIAL, STORE_EQUALS, asked->serial_number);
		return true;
	case ACM_X509_ATTRIBUTE_FILTER_NOT_AFTER:
		return range(walk, STORE_NOT_AFTER, asked->not_after, out, fault);
	case ACM_X509_ATTRIBUTE_FILTER_NOT_BEFORE:
		return range(walk, STORE_NOT_BEFORE, asked->not_before, out, fault);
	}
	return refuse_union(fault);
}

static bool
metadata(const struct walk *walk, const struct acm_acm_certificate_metadata_filter *asked,
	const struct store_filter **out, struct fault *fault)
{
	struct arena *arena = walk->call->arena;

	switch (asked->kind) {
	case ACM_ACM_CERTIFICATE_METADATA_FILTER_STATUS:
		*out = filter_in(arena, STORE_STATUS, acm_status_bit(asked->status));
		return true;
	case ACM_ACM_CERTIFICATE_METADATA_FILTER_RENEWAL_STATUS:
		*out = filter_in(arena, STORE_RENEWAL_STATUS, filter_number_bit(asked->renewal_status));
		return true;
	case ACM_ACM_CERTIFICATE_METADATA_FILTER_TYPE:
		*out = filter_in(arena, STORE_TYPE, filter_number_bit(asked->type));
		return true;
	case ACM_ACM_CERTIFICATE_METADATA_FILTER_IN_USE:
		*out = filter_in(arena, STORE_IN_USE, filter_flag_bit(asked->in_use));
		return true;
	case ACM_ACM_CERTIFICATE_METADATA_FILTER_EXPORTED:
		*out = filter_in(arena, STORE_EXPORTED, filter_flag_bit(asked->exported));
		return true;
	case ACM_ACM_CERTIFICATE_METADATA_FILTER_EXPORT_OPTION:
		*out = filter_in(arena, STORE_EXPORT_ENABLED,
			filter_flag_bit(asked->export_option.v == ACM_CERTIFICATE_EXPORT_ENABLED));
		return true;
	case ACM_ACM_CERTIFICATE_METADATA_FILTER_MANAGED_BY:
		*out = filter_in(arena, STORE_MANAGED_BY, filter_number_bit(asked->managed_by));
		return true;
	case ACM_ACM_CERTIFICATE_METADATA_FILTER_VALIDATION_METHOD:
		*out = filter_in(arena, STORE_VALIDATION_METHOD, filter_number_bit(asked->validation_method));
		return true;
	}
	return refuse_union(fault);
}

/* An ARN that can be none of the caller's certificates matches nothing, as any ARN without a certificate does: ids are
 * never empty. */
static const struct store_filter *
arn_leaf(const struct walk *walk, struct str arn)
{
	struct str id = STR("");
	struct fault elsewhere;

	if (!acm_arn_resolve(walk->call, arn, &id, &elsewhere))
		id = STR("");
	return text_leaf(walk->call->arena, STORE_ID, STORE_EQUALS, id);
}

static bool
filter(struct walk *walk, const struct acm_certificate_filter *asked, const struct store_filter **out,
	struct fault *fault)
{
	if (++walk->filters > ACM_SEARCH_MAX_FILTERS)
		return fault_set(fault, FAULT_VALIDATION, "A FilterStatement can hold at most %d filters.",
			ACM_SEARCH_MAX_FILTERS);
	switch (asked->kind) {
	case ACM_CERTIFICATE_FILTER_CERTIFICATE_ARN:
		*out = arn_leaf(walk, asked->certificate_arn);
		return true;
	case ACM_CERTIFICATE_FILTER_X509_ATTRIBUTE_FILTER:
		return attribute(walk, asked->x509_attribute_filter, out, fault);
	case ACM_CERTIFICATE_FILTER_ACM_CERTIFICATE_METADATA_FILTER:
		return metadata(walk, asked->acm_certificate_metadata_filter, out, fault);
	}
	return refuse_union(fault);
}

static bool statement(struct walk *walk, const struct acm_certificate_filter_statement *asked,
	const struct store_filter **out, struct fault *fault);

static bool
statements(struct walk *walk, enum store_filter_kind kind, const struct acm_certificate_filter_statement *asked,
	size_t count, const struct store_filter **out, struct fault *fault)
{
	const struct store_filter **children = ARENA_ARRAY(walk->call->arena, const struct store_filter *, count);

	for (size_t i = 0; i < count; i++) {
		if (!statement(walk, &asked[i], &children[i], fault))
			return false;
	}
	*out = branch(walk->call->arena, kind, children, count);
	return true;
}

/* As deep as the JSON was, which the model bounds (MODEL_MAX_DEPTH). */
static bool
statement(struct walk *walk, const struct acm_certificate_filter_statement *asked, const struct store_filter **out,
	struct fault *fault)
{
	switch (asked->kind) {
	case ACM_CERTIFICATE_FILTER_STATEMENT_AND:
		return statements(walk, STORE_FILTER_AND, asked->and.v, asked->and.n, out, fault);
	case ACM_CERTIFICATE_FILTER_STATEMENT_OR:
		return statements(walk, STORE_FILTER_OR, asked->or.v, asked->or.n, out, fault);
	case ACM_CERTIFICATE_FILTER_STATEMENT_NOT:
		return statements(walk, STORE_FILTER_NOT, asked->not, 1, out, fault);
	case ACM_CERTIFICATE_FILTER_STATEMENT_FILTER:
		return filter(walk, asked->filter, out, fault);
	}
	return refuse_union(fault);
}

bool
filter_statement(const struct call *call, const struct acm_certificate_filter_statement *asked,
	const struct store_filter **out, struct fault *fault)
{
	struct walk walk = { .call = call };

	return statement(&walk, asked, out, fault);
}
