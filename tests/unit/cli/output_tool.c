/* Formats JSON for tests/e2e/test_cli_output_random.py, which asks the AWS CLI's own formatters the same: a value a
 * line on standard input; for each, "0 or 1, length, newline, bytes" on standard output, 0 for one that was refused.
 * `read` takes lines that are JSON strings of YAML, and answers with what they say, as JSON. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/json.h"
#include "cli/output.h"
#include "cli/yaml.h"
#include "model/acm.h"

static bool
answer(const char *what, const struct output_options *options, struct str line, struct arena *arena, struct buffer *out)
{
	struct fault fault = { 0 };
	struct value *value;

	if (!json_read(line, arena, &value, &fault))
		return false;
	if (strcmp(what, "read") != 0)
		return output_write(options, value, arena, out, &fault);
	if (yaml_read(value->text, arena, &value, &fault)) {
		json_write(value, out);
		return true;
	}
	buffer_put_cstr(out, fault.say);
	return false;
}

/* FORMAT|read on|off WIDTH */
int
main(int argc, char **argv)
{
	struct output_options options = { .operation = service_operation(&acm_service, STR("ListCertificates")) };
	struct arena arena = { 0 };
	struct buffer out = { 0 };
	char *line = NULL;
	size_t room = 0;
	ssize_t n;

	if (argc != 4 || (strcmp(argv[1], "read") != 0 && !output_format_named(argv[1], &options.format)))
		return 2;
	options.coloured = options.resets = strcmp(argv[2], "on") == 0;
	options.width = (int)strtol(argv[3], NULL, 10);
	while ((n = getline(&line, &room, stdin)) > 0) {
		bool fine = answer(argv[1], &options, (struct str){ line, (size_t)n }, &arena, &out);
		(void)printf("%d %zu\n", fine, out.n);
		(void)fwrite(out.n > 0 ? out.p : "", 1, out.n, stdout);
		buffer_reset(&out);
		arena_reset(&arena);
	}
	free(line);
	buffer_done(&out);
	arena_done(&arena);
	return 0;
}
