/* Fuzz target: --cli-input-yaml. What can be read is written, and what was written reads as the same; what cannot be
 * read is refused in whole words. Everything that was read can be shown in every format, or is refused there. */
#include <stdlib.h>

#include "cli/json.h"
#include "cli/output.h"
#include "cli/yaml.h"
#include "model/acm.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

/* Bytes become text on the way through JSON, in the same letters. Keys are sorted on the way through YAML. */
static struct str
as_yaml(const struct value *value, struct arena *arena)
{
	struct buffer out = { 0 };

	yaml_write(value, &out);
	struct str text = arena_str(arena, buffer_str(&out));
	buffer_done(&out);
	return text;
}

static void
show(const struct value *value, struct arena *arena)
{
	struct output_options options = { .operation = &acm_service.operations[0], .coloured = true, .width = 40 };

	for (options.format = OUTPUT_JSON; options.format <= OUTPUT_YAML_STREAM; options.format++) {
		struct fault fault = { 0 };
		struct buffer out = { 0 };
		if (!output_write(&options, value, arena, &out, &fault))
			must(fault.code == FAULT_INVALID_PARAMETER);
		must(utf8_valid(buffer_str(&out)));
		buffer_done(&out);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena arena;
	struct fault fault = { 0 };
	struct value *value = NULL;
	struct value *again = NULL;

	if (yaml_read((struct str){ (const char *)data, size }, &arena, &value, &fault)) {
		must(fault.code == FAULT_NONE);
		show(value, &arena);
		struct str text = as_yaml(value, &arena);
		must(yaml_read(text, &arena, &again, &fault));
		must(str_equal(as_yaml(again, &arena), text));
	} else {
		must(fault.code == FAULT_SERIALIZATION && utf8_valid(str_of(fault.say)));
	}
	arena_reset(&arena);
	return 0;
}
