/* describe_house.c — the daemon's options, and the commands of the administration. */
#include <string.h>

#include "admin/command.h"
#include "daemon/settings.h"
#include "describe.h"
#include "x509/rules.h"

static void
describe_serve(struct value *whole, struct arena *arena)
{
	struct value *map = described_map(arena);
	const char *name, *value, *help;

	value_set(whole, STR("serve"), map, arena);
	struct value *list = describe_list(map, "options", arena);

	for (size_t i = 0; settings_option(i, &name, &value, &help); i++) {
		struct value *described = describe_item(list, arena);
		describe_text(described, "name", name + strlen("--"), arena);
		describe_text(described, "value", value, arena);
		describe_text(described, "help", help, arena);
	}
	describe_text(map, "notes", settings_notes, arena);
	struct value *rules = describe_list(map, "rules", arena);
	for (unsigned i = 0; i < IMPORT_RULE_COUNT; i++) {
		const struct import_rule_entry *rule = import_rule_entry((enum import_rule)i);
		struct value *described = describe_item(rules, arena);
		describe_text(described, "name", rule->name, arena);
		describe_text(described, "help", rule->sentence, arena);
		describe_truth(described, "relaxable", rule->pinned == NULL, arena);
	}
}

static void
describe_admin_options(struct value *map, const struct command *command, struct arena *arena)
{
	struct value *list = describe_list(map, "options", arena);

	for (unsigned i = 0; i < OPTION_COUNT; i++) {
		const struct option_entry *entry = option_entry((enum option)i);
		if ((command_options(command) & OPTION_BIT(i)) == 0)
			continue;
		struct value *described = describe_item(list, arena);
		describe_text(described, "name", entry->name + strlen("--"), arena);
		describe_text(described, "value", entry->value, arena);
		describe_text(described, "help", entry->help, arena);
		describe_truth(described, "required", (command->required & OPTION_BIT(i)) != 0, arena);
	}
}

static void
describe_admin(struct value *map, struct arena *arena)
{
	struct value *list = describe_list(map, "admin", arena);
	const struct command *command;

	for (size_t i = 0; (command = command_at(i)) != NULL; i++) {
		struct value *described = describe_item(list, arena);
		describe_text(described, "noun", command->noun, arena);
		describe_text(described, "verb", command->verb, arena);
		describe_text(described, "help", command->help, arena);
		if (command->operand != OPTION_COUNT)
			describe_text(described, "operand", option_entry(command->operand)->name + strlen("--"), arena);
		describe_admin_options(described, command, arena);
	}
}

void
describe_house(struct value *map, struct arena *arena)
{
	describe_serve(map, arena);
	describe_admin(map, arena);
}
