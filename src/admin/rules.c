/* rules.c — `chancery admin rules`: what an import is checked for. */
#include "x509/rules.h"

#include "admin/command.h"

bool
rules_list(struct house *house, const struct options *options, struct output *output, struct fault *fault)
{
	(void)house;
	(void)options;
	(void)fault;
	output_list(output, "Rules");
	for (unsigned i = 0; i < IMPORT_RULE_COUNT; i++) {
		const struct import_rule_entry *rule = import_rule_entry((enum import_rule)i);
		output_object(output, NULL);
		output_text(output, "Name", str_of(rule->name));
		output_text(output, "Sentence", str_of(rule->sentence));
		output_text(output, "Source", str_of(rule->source));
		output_flag(output, "Relaxable", rule->pinned == NULL);
		if (rule->pinned != NULL)
			output_text(output, "WhyNot", str_of(rule->pinned));
		output_object_end(output);
	}
	output_list_end(output);
	return true;
}
