/* Any text as an expression, over an answer that has a bit of everything; what is found is asked the same again, and
 * written. Input with a line feed: the first line is the answer, as JSON. */
#include <stdlib.h>
#include <string.h>

#include "cli/jmespath_parts.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char sample[] =
	"{\"a\":[{\"a\":1,\"b\":\"x\"},{\"a\":2.50,\"b\":\"\xc3\xa9\"},{\"b\":null}],\"b\":{\"a\":[[1],[2,[3]]],\"c\":"
	"true},"
	"\"c\":\"text\",\"n\":[3,1e2,-2,18446744073709551616],\"s\":[\"b\",\"a\",\"\"],\"e\":{},\"f\":[],\"g\":false}";

/* Both ways give the same words. */
static void
ask_twice(const struct jmespath *expression, const struct value *given, struct arena *arena)
{
	static const struct search_limits limits = { .bytes = 16UL << 20, .steps = 1UL << 16 };
	struct fault fault = { 0 }, again = { 0 };
	struct buffer once = { 0 }, twice = { 0 };
	struct value *result;

	bool done = jmespath_search_within(expression, given, &limits, arena, &result, &fault);
	if (done)
		json_write(result, &once);
	if (done != jmespath_search_within(expression, given, &limits, arena, &result, &again))
		abort();
	if (done)
		json_write(result, &twice);
	else if (fault.code != FAULT_INVALID_ARGS || !utf8_valid(str_of(fault.say)) ||
		 !str_equal(str_of(fault.say), str_of(again.say)))
		abort();
	if (!str_equal(buffer_str(&once), buffer_str(&twice)) || !utf8_valid(buffer_str(&once)))
		abort();
	buffer_done(&once);
	buffer_done(&twice);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = { 0 };
	struct fault fault = { 0 };
	const struct jmespath *expression;
	struct str text = { (const char *)data, size };
	struct str line = STR(sample);
	struct value *given;

	if (memchr(data, '\n', size) != NULL)
		(void)str_cut(&text, '\n', &line);
	if (json_read(line, &arena, &given, &fault)) {
		if (jmespath_compile(text, &arena, &expression, &fault))
			ask_twice(expression, given, &arena);
		else if (fault.code != FAULT_INVALID_ARGS || !utf8_valid(str_of(fault.say)))
			abort();
	}
	arena_done(&arena);
	return 0;
}
