#include "cli/option.h"

#include <string.h>

bool
option_is(const char *word)
{
	return strncmp(word, "--", 2) == 0 && word[2] != '\0' && word[2] != '-';
}

void
option_next(struct option_line *line, struct str *name, const char **inline_value)
{
	struct str rest = str_of(*line->argv++ + 2);

	line->argc--;
	*inline_value = str_cut(&rest, '=', name) ? rest.p : NULL;
}

const struct option_row *
option_find(const struct option_row *rows, struct str name)
{
	for (const struct option_row *row = rows; row->name != NULL; row++) {
		if (str_is(name, row->name))
			return row;
	}
	return NULL;
}

static bool
wrong_choice(const struct option_row *row, const char *value, struct fault *fault)
{
	(void)fault_set(
		fault, FAULT_INVALID_ARGS, "argument --%s: Invalid choice '%s', valid choices are:", row->name, value);
	for (size_t i = 0; row->choices[i] != NULL; i++)
		(void)fault_say_more(fault, "%s", row->choices[i]);
	return false;
}

static bool
put_value(const struct option_row *row, const char *value, void *fields, struct fault *fault)
{
	char *field = (char *)fields + row->offset;

	for (size_t i = 0; row->choices != NULL; i++) {
		if (row->choices[i] == NULL)
			return wrong_choice(row, value, fault);
		if (strcmp(row->choices[i], value) == 0)
			break;
	}
	if (!row->repeats) {
		memcpy(field, &value, sizeof value);
		return true;
	}
	struct option_values *values = (struct option_values *)(void *)field;
	if (values->n == OPTION_MAX_VALUES)
		return fault_set(fault, FAULT_INVALID_ARGS, "argument --%s: it comes more than %d times", row->name,
			OPTION_MAX_VALUES);
	values->v[values->n++] = value;
	return true;
}

bool
option_take(const struct option_row *row, const char *inline_value, struct option_line *line, void *fields,
	struct fault *fault)
{
	const char *value = inline_value;

	if (row->placeholder == NULL) {
		bool on = true;
		memcpy((char *)fields + row->offset, &on, sizeof on);
		return value == NULL ||
		       fault_set(fault, FAULT_INVALID_ARGS, "argument --%s: it takes no value", row->name);
	}
	if (value == NULL && line->argc > 0 && !option_is(line->argv[0])) {
		value = *line->argv++;
		line->argc--;
	}
	if (value == NULL)
		value = row->without_value;
	if (value == NULL)
		return fault_set(fault, FAULT_INVALID_ARGS, "argument --%s: expected one argument", row->name);
	return put_value(row, value, fields, fault);
}
