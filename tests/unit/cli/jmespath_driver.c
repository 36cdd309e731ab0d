/* Answers queries for test_jmespath.py: a line {"expression": …, "given": …} becomes a line {"result": …}, or
 * {"error": words, "compiled": whether it was the search that failed}. */
#include <stdio.h>
#include <stdlib.h>

#include "cli/jmespath.h"
#include "cli/json.h"

static void
answer(struct str line, struct arena *arena, struct buffer *out)
{
	struct fault fault = { 0 };
	struct value *request, *result;
	const struct jmespath *expression = NULL;
	struct value *map = value_new(VALUE_MAP, arena);

	if (!json_read(line, arena, &request, &fault)) {
		(void)fprintf(stderr, "jmespath_driver: %s\n", fault.say);
		exit(2);
	}
	if (jmespath_compile(value_text(request, "expression"), arena, &expression, &fault) &&
		jmespath_search(expression, value_get(request, STR("given")), arena, &result, &fault)) {
		value_set(map, STR("result"), result, arena);
	} else {
		value_set(map, STR("error"), value_string(str_of(fault.say), arena), arena);
		value_set(map, STR("compiled"), value_boolean(expression != NULL, arena), arena);
	}
	json_write(map, out);
	buffer_put_char(out, '\n');
}

int
main(void)
{
	struct arena arena = { 0 };
	struct buffer out = { 0 };
	char *line = NULL;
	size_t room = 0;
	ssize_t n;

	while ((n = getline(&line, &room, stdin)) > 0) {
		answer((struct str){ line, (size_t)n }, &arena, &out);
		(void)fwrite(out.p, 1, out.n, stdout);
		buffer_reset(&out);
		arena_reset(&arena);
	}
	free(line);
	buffer_done(&out);
	arena_done(&arena);
	return 0;
}
