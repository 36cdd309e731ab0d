/* printer.h — from an answer to what the user sees: searched by --query, in the format that was chosen, paged on a
 * terminal. */
#ifndef CHANCERY_CLI_PRINTER_H
#define CHANCERY_CLI_PRINTER_H

#include "cli/jmespath.h"
#include "cli/outlet.h"
#include "cli/output.h"

struct printer {
	struct output_options output;
	const struct jmespath *query; /* NULL: the whole answer */
	struct outlet outlet;
	bool resets_last; /* the terminal's colours, once the pager has ended */
	struct arena *arena;
};

/* Finds out how to print; nothing is written yet. Gives EXIT_FINE, or says why not and gives the exit code. */
MUST_CHECK int printer_open(
	const struct globals *globals, const struct operation *operation, struct arena *arena, struct printer *out);
/* Searches and prints a whole answer, or one page of several. Gives the exit code, and has said why. */
MUST_CHECK int printer_print(struct printer *printer, const struct value *answer, bool is_page);
void printer_done(struct printer *printer); /* waits for the pager's end */

#endif
