#include "cli/listing.h"

#include <stdio.h>

#include "cli/json.h"
#include "cli/say.h"

/* One JSON object as the API would answer it if it had no pages. When a page fails to come, it stays open: nobody shall
 * take half a list for a whole one. */
static void
put_json(const struct listing *listing, const struct value *items, struct buffer *out)
{
	if (listing->count == 0)
		buffer_printf(out, "{\n    \"%s\": [", listing->member);
	for (size_t i = 0; i < items->count; i++) {
		buffer_put_cstr(out, listing->count + i > 0 ? ",\n        " : "\n        ");
		json_write_pretty_at(items->items[i].value, 2, out);
	}
}

static void
end_json(const struct listing *listing, struct buffer *out)
{
	if (listing->count == 0)
		buffer_printf(out, "{\n    \"%s\": []\n}\n", listing->member);
	else
		buffer_put_cstr(out, "\n    ]\n}\n");
}

static void
put_table(struct listing *listing, const struct value *items, struct buffer *out)
{
	struct table *table = &listing->table;
	struct cell *cells = ARENA_ARRAY(listing->talk->page, struct cell, items->count * table->columns);

	for (size_t i = 0; i < items->count; i++)
		listing->put_row(listing->talk, items->items[i].value, cells + i * table->columns);
	table_put(table, cells, items->count, listing->talk->page, out);
}

static bool
take(void *context, const struct value *items)
{
	struct listing *listing = context;
	struct buffer out = { 0 };

	if (items->count == 0)
		return true;
	if (listing->talk->json)
		put_json(listing, items, &out);
	else
		put_table(listing, items, &out);
	listing->count += items->count;
	listing->talk->exit = say_text(&out);
	return listing->talk->exit == EXIT_FINE;
}

int
listing_print(struct listing *listing, const struct service *service, const char *operation, struct value *input)
{
	struct talk *talk = listing->talk;
	struct buffer out = { 0 };
	bool more;

	listing->table.coloured = talk->coloured;
	if (!talk_walk(talk, service, operation, input, listing->limit, take, listing, &more))
		return talk->exit;
	if (talk->json) {
		end_json(listing, &out);
		talk->exit = say_text(&out);
	} else if (listing->count == 0) {
		(void)fprintf(stderr, "There is none.\n");
	}
	if (more)
		(void)fprintf(stderr, "There are more than these %zu.\n", listing->count);
	return talk->exit;
}
