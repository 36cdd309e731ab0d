/* Every constraint below a struct, told in AWS's grammar (wire.md 6): "2 validation errors detected: Value 'x' at
 * 'path' failed to satisfy constraint: …; …". */
#include "model/pattern.h"
#include "model/render.h"
#include "model/value.h"

/* The order in which several failures of one member are told. */
enum failure {
	FAILURE_NULL,
	FAILURE_ENUM,
	FAILURE_PATTERN,
	FAILURE_MAX,
	FAILURE_MIN,
	FAILURE_COUNT,
};
#define BIT(failure) (1u << (failure))

/* Violations are listed while the sentence fits into fault.say; this much is kept for the number that begins it and for
 * the number of those left out. */
enum { MESSAGE_FRAME_BYTES = 96, MESSAGE_LIST_BYTES = FAULT_SAY_BYTES - MESSAGE_FRAME_BYTES };

/* A text that is too long already runs through its pattern only up to this length: enough to tell of both faults where
 * a person mistyped, and no work for megabytes. */
enum { PATTERN_OVERLONG_BYTES = 4096 };

/* Where a value stands, from the inside out; lives on the stack of the walk. */
struct path {
	const struct path *up;
	const char *name; /* NULL: an element of the list above */
	size_t index;
};

struct report {
	struct buffer list;
	size_t count;
	size_t listed;
};

static void struct_check(struct report *report, const struct path *path, const struct shape *shape, const void *value);

static void
path_put(struct buffer *out, const struct path *path)
{
	if (path == NULL)
		return;
	path_put(out, path->up);
	if (path->up != NULL)
		buffer_put_char(out, '.');
	if (path->name != NULL)
		buffer_put_cstr(out, path->name);
	else
		buffer_printf(out, "%zu.member", path->index + 1);
}

static void
enum_put(struct buffer *out, const struct shape *shape)
{
	buffer_put_cstr(out, "Member must satisfy enum value set: [");
	for (size_t i = 0; shape->values[i] != NULL; i++)
		buffer_printf(out, "%s%s", i > 0 ? ", " : "", shape->values[i]);
	buffer_put_char(out, ']');
}

static void
constraint_put(struct buffer *out, const struct shape *shape, enum failure failure)
{
	const char *measure = shape->kind == SHAPE_INTEGER || shape->kind == SHAPE_LONG ? "value" : "length";

	switch (failure) {
	case FAILURE_NULL:
		buffer_put_cstr(out, "Member must not be null");
		break;
	case FAILURE_ENUM:
		enum_put(out, shape);
		break;
	case FAILURE_PATTERN:
		buffer_put_cstr(out, "Member must satisfy regular expression pattern: ");
		buffer_put_cstr(out, shape->pattern_printed);
		break;
	case FAILURE_MAX:
		buffer_printf(out, "Member must have %s less than or equal to %lld", measure, (long long)shape->max);
		break;
	case FAILURE_MIN:
		buffer_printf(out, "Member must have %s greater than or equal to %lld", measure, (long long)shape->min);
		break;
	case FAILURE_COUNT:
		break;
	}
}

/* Begins one violation: "Value 'x' at 'path' failed to satisfy constraint: ". `value` NULL is null. */
static void
violation_begin(struct buffer *out, const struct path *path, const struct shape *shape, const void *value)
{
	buffer_put_cstr(out, "Value ");
	if (!shape->sensitive && value == NULL)
		buffer_put_cstr(out, "null ");
	if (!shape->sensitive && value != NULL) {
		buffer_put_char(out, '\'');
		render_value(shape, value, out);
		buffer_put_cstr(out, "' ");
	}
	buffer_put_cstr(out, "at '");
	path_put(out, path);
	buffer_put_cstr(out, "' failed to satisfy constraint: ");
}

static void
violation_add(struct report *report, struct buffer *violation)
{
	bool fits = report->listed == report->count && report->list.n + violation->n + 2 <= MESSAGE_LIST_BYTES;

	if (fits) {
		if (report->listed > 0)
			buffer_put(&report->list, "; ", 2);
		buffer_put_str(&report->list, buffer_str(violation));
		report->listed++;
	}
	report->count++;
	buffer_done(violation);
}

static void
failures_add(
	struct report *report, const struct path *path, const struct shape *shape, const void *value, unsigned failures)
{
	for (enum failure failure = FAILURE_NULL; failure < FAILURE_COUNT; failure++) {
		if ((failures & BIT(failure)) == 0)
			continue;
		struct buffer violation = { 0 };
		violation_begin(&violation, path, shape, value);
		constraint_put(&violation, shape, failure);
		violation_add(report, &violation);
	}
}

static unsigned
measure_check(const struct shape *shape, int64_t measure)
{
	unsigned failures = 0;

	if (shape->has_max && measure > shape->max)
		failures |= BIT(FAILURE_MAX);
	if (shape->has_min && measure < shape->min)
		failures |= BIT(FAILURE_MIN);
	return failures;
}

static unsigned
string_check(const struct shape *shape, struct str text)
{
	unsigned failures = 0;

	if (shape->has_min || shape->has_max)
		failures = measure_check(shape, (int64_t)utf8_length(text));
	if (shape->matcher == NULL || ((failures & BIT(FAILURE_MAX)) != 0 && text.n > PATTERN_OVERLONG_BYTES))
		return failures;
	if (!pattern_matches(shape->matcher, shape->pattern, text))
		failures |= BIT(FAILURE_PATTERN);
	return failures;
}

/* What a value breaks by itself; what stands inside it is another matter. */
static unsigned
value_check(const struct shape *shape, const void *value)
{
	switch (shape->kind) {
	case SHAPE_STRING:
		return string_check(shape, slot_span(value));
	case SHAPE_ENUM:
		return slot_choice(value).v == CHOICE_UNKNOWN ? BIT(FAILURE_ENUM) : 0;
	case SHAPE_BLOB:
		return measure_check(shape, (int64_t)slot_span(value).n);
	case SHAPE_INTEGER:
	case SHAPE_LONG:
		return measure_check(shape, slot_integer(value));
	case SHAPE_LIST:
		return measure_check(shape, (int64_t)slot_list(value).n);
	case SHAPE_BOOLEAN:
	case SHAPE_TIMESTAMP:
	case SHAPE_STRUCTURE:
	case SHAPE_UNION:
		return 0;
	}
	return 0;
}

/* All that a shape asks of each of its values, broken or not. */
static unsigned
constraints_of(const struct shape *shape)
{
	return (shape->kind == SHAPE_ENUM ? BIT(FAILURE_ENUM) : 0) |
	       (shape->matcher != NULL ? BIT(FAILURE_PATTERN) : 0) | (shape->has_max ? BIT(FAILURE_MAX) : 0) |
	       (shape->has_min ? BIT(FAILURE_MIN) : 0);
}

/* Strings and enums are reported on their list, with every constraint of an element whether it was broken or not. */
static void
scalar_elements_check(
	struct report *report, const struct path *path, const struct shape *shape, struct list list, const void *value)
{
	static const enum failure order[] = { FAILURE_MAX, FAILURE_MIN, FAILURE_PATTERN, FAILURE_ENUM, FAILURE_NULL };
	const struct shape *element = shape->element;
	unsigned failures = 0;

	for (size_t i = 0; i < list.n; i++) {
		const void *slot = list_element(shape, list, i);
		failures |= element_present(element, slot) ? value_check(element, slot) : BIT(FAILURE_NULL);
	}
	if (failures == 0)
		return;

	unsigned told = constraints_of(element) | (failures & BIT(FAILURE_NULL));
	struct buffer violation = { 0 };
	violation_begin(&violation, path, shape, value);
	buffer_put_cstr(&violation, "Member must satisfy constraint: [");
	bool first = true;
	for (size_t i = 0; i < ARRAY_COUNT(order); i++) {
		if ((told & BIT(order[i])) == 0)
			continue;
		if (!first)
			buffer_put_cstr(&violation, ", ");
		first = false;
		constraint_put(&violation, element, order[i]);
	}
	buffer_put_char(&violation, ']');
	violation_add(report, &violation);
}

static void
list_check(struct report *report, const struct path *path, const struct shape *shape, const void *value)
{
	struct list list = slot_list(value);

	if (shape->element->kind != SHAPE_STRUCTURE && shape->element->kind != SHAPE_UNION) {
		scalar_elements_check(report, path, shape, list, value);
		return;
	}
	for (size_t i = 0; i < list.n; i++) {
		struct path inside = { .up = path, .index = i };
		struct_check(report, &inside, shape->element, list_element(shape, list, i));
	}
}

static void
member_check(struct report *report, const struct path *up, const struct member *member, const void *owner)
{
	struct path path = { .up = up, .name = member->path };
	const struct shape *shape = member->shape;

	if (!member_present(member, owner)) {
		if (member->required)
			failures_add(report, &path, shape, NULL, BIT(FAILURE_NULL));
		return;
	}
	const void *value = member_value(member, owner);
	failures_add(report, &path, shape, value, value_check(shape, value));
	if (shape->kind == SHAPE_LIST)
		list_check(report, &path, shape, value);
	else if (shape->kind == SHAPE_STRUCTURE || shape->kind == SHAPE_UNION)
		struct_check(report, &path, shape, value);
}

/* AWS's words for this are not known; the struct holds one member only, so that the others can be counted, not told. */
static void
union_check(struct report *report, const struct path *path, const struct shape *shape, const void *value)
{
	unsigned members = union_members(shape, value);

	if (members == 1) {
		member_check(report, path, union_member(shape, value), value);
		return;
	}
	struct buffer violation = { 0 };
	buffer_printf(&violation, "Value '%s(%u members)' at '", shape->name, members);
	path_put(&violation, path);
	buffer_put_cstr(&violation, "' failed to satisfy constraint: Member must have exactly one member set");
	violation_add(report, &violation);
}

static void
struct_check(struct report *report, const struct path *path, const struct shape *shape, const void *value)
{
	if (shape->kind == SHAPE_UNION) {
		union_check(report, path, shape, value);
		return;
	}
	for (size_t i = 0; i < shape->member_count; i++)
		member_check(report, path, &shape->members[i], value);
}

bool
model_validate(const struct shape *shape, const void *in, struct arena *arena, struct fault *fault)
{
	struct report report = { 0 };

	if (shape != NULL)
		struct_check(&report, NULL, shape, in);
	if (report.count == 0)
		return true;

	struct str more = STR("");
	if (report.listed < report.count)
		more = arena_printf(arena, "; and %zu more", report.count - report.listed);
	(void)fault_set(fault, FAULT_VALIDATION, "%zu validation error%s detected: %.*s%.*s", report.count,
		report.count == 1 ? "" : "s", STR_ARG(buffer_str(&report.list)), STR_ARG(more));
	buffer_done(&report.list);
	return false;
}
