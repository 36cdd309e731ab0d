/* describe_cli.c — the services, the options of their operations, and the verbs for people. */
#include <stddef.h>

#include "cli/ca.h"
#include "cli/cert.h"
#include "cli/help.h"
#include "describe.h"
#include "model/acm.h"
#include "model/own.h"
#include "model/pca.h"

static const struct service *const services[] = { &acm_service, &pca_service, &own_service };

/* ---- The model ---- */

/* The shapes that a shape is inside of: one that has itself in it is told once. */
struct inside {
	const struct shape *shape;
	const struct inside *of;
};

static struct value *describe_shape(const struct shape *shape, const struct inside *inside, struct arena *arena);

static void
put_members(struct value *map, const struct shape *shape, const struct inside *inside, struct arena *arena)
{
	struct value *members = describe_list(map, "members", arena);

	for (size_t i = 0; i < shape->member_count; i++) {
		const struct member *member = &shape->members[i];
		struct value *described = describe_item(members, arena);
		describe_text(described, "name", member->name, arena);
		describe_text(described, "option", member->option, arena);
		describe_text(described, "help", member->help, arena);
		describe_truth(described, "required", member->required, arena);
		value_set(described, STR("shape"), describe_shape(member->shape, inside, arena), arena);
	}
}

static struct value *
describe_shape(const struct shape *shape, const struct inside *inside, struct arena *arena)
{
	struct value *map = described_map(arena);
	const struct inside here = { shape, inside };

	describe_text(map, "name", shape->name, arena);
	describe_text(map, "type", help_type(shape), arena);
	describe_texts(map, "choices", shape->values, arena);
	describe_truth(map, "union", shape->kind == SHAPE_UNION, arena);
	if (shape->has_min)
		describe_number(map, "min", shape->min, arena);
	if (shape->has_max)
		describe_number(map, "max", shape->max, arena);
	describe_text(map, "pattern", shape->pattern_printed, arena);
	for (const struct inside *outer = inside; outer != NULL; outer = outer->of) {
		if (outer->shape == shape) {
			describe_truth(map, "recursive", true, arena);
			return map;
		}
	}
	if (shape->kind == SHAPE_LIST)
		value_set(map, STR("element"), describe_shape(shape->element, &here, arena), arena);
	if (shape->kind == SHAPE_STRUCTURE || shape->kind == SHAPE_UNION)
		put_members(map, shape, &here, arena);
	return map;
}

static void
describe_operation(struct value *map, const struct operation *operation, struct arena *arena)
{
	const struct globals paged = { 0 };

	describe_text(map, "name", operation->name, arena);
	describe_text(map, "command", operation->command, arena);
	describe_text(map, "help", operation->help, arena);
	describe_truth(map, "pages", operation->page_input_token != NULL, arena);
	describe_texts(map, "errors", operation->errors, arena);
	struct value *hidden = describe_list(map, "hidden", arena);
	for (size_t i = 0; operation->input != NULL && i < operation->input->member_count; i++) {
		const char *option = operation->input->members[i].option;
		if (options_hide_member(operation, &paged, option))
			value_append(hidden, value_string(str_of(option), arena), arena);
	}
	if (operation->input != NULL)
		value_set(map, STR("input"), describe_shape(operation->input, NULL, arena), arena);
	if (operation->output != NULL)
		value_set(map, STR("output"), describe_shape(operation->output, NULL, arena), arena);
}

static void
describe_service(struct value *map, const struct service *service, struct arena *arena)
{
	describe_text(map, "command", service->command, arena);
	describe_text(map, "title", service->title, arena);
	struct value *operations = describe_list(map, "operations", arena);
	for (size_t i = 0; i < service->operation_count; i++)
		describe_operation(describe_item(operations, arena), &service->operations[i], arena);
	struct value *waiters = describe_list(map, "waiters", arena);
	for (size_t i = 0; i < service->waiter_count; i++) {
		const struct waiter *waiter = &service->waiters[i];
		struct value *described = describe_item(waiters, arena);
		describe_text(described, "command", waiter->command, arena);
		describe_text(described, "help", waiter->help, arena);
		describe_text(described, "operation", waiter->operation->command, arena);
		describe_number(described, "delay", waiter->delay_s, arena);
		describe_number(described, "attempts", waiter->attempts, arena);
	}
}

/* ---- Options and verbs ---- */

static void
describe_options(struct value *map, const char *key, const struct option_row *rows, struct arena *arena)
{
	static const char *const scopes[] = {
		[OPTION_EVERYWHERE] = "everywhere",
		[OPTION_OF_OPERATIONS] = "operations",
		[OPTION_OF_INPUT] = "input",
		[OPTION_OF_PAGES] = "pages",
	};
	struct value *list = describe_list(map, key, arena);

	for (const struct option_row *row = rows; row->name != NULL; row++) {
		struct value *described = describe_item(list, arena);
		describe_text(described, "name", row->name, arena);
		describe_text(described, "value", row->placeholder, arena);
		describe_text(described, "help", row->help, arena);
		describe_texts(described, "choices", row->choices, arena);
		describe_text(described, "without_value", row->without_value, arena);
		describe_text(described, "scope", scopes[row->scope], arena);
		describe_truth(described, "repeats", row->repeats, arena);
	}
}

static void
describe_verb(struct value *list, const char *face, const struct verb *verb, const char *summary, struct arena *arena)
{
	struct value *map = describe_item(list, arena);

	describe_text(map, "face", face, arena);
	describe_text(map, "name", verb->name, arena);
	describe_text(map, "words", verb->words, arena);
	describe_text(map, "summary", summary, arena);
	describe_text(map, "help", verb->help, arena);
	describe_options(map, "options", verb->options, arena);
}

static void
describe_verbs(struct value *map, struct arena *arena)
{
	struct value *list = describe_list(map, "verbs", arena);
	const struct verb *verb;
	const char *summary;

	for (size_t i = 0; (verb = ca_verb(i, &summary)) != NULL; i++)
		describe_verb(list, "ca", verb, summary, arena);
	for (size_t i = 0; (verb = cert_verb(i)) != NULL; i++)
		describe_verb(list, NULL, verb, NULL, arena);
}

void
describe_cli(struct value *map, struct arena *arena)
{
	struct value *list = describe_list(map, "services", arena);

	for (size_t i = 0; i < ARRAY_COUNT(services); i++)
		describe_service(describe_item(list, arena), services[i], arena);
	describe_options(map, "globals", global_options, arena);
	describe_verbs(map, arena);
}
