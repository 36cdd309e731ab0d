/* output_table.h — a table of the AWS CLI: sections one below the other, each with a title, headers and rows, indented
 * by what contains it. output_sections.c makes it of a value, output_table.c draws it. */
#ifndef CHANCERY_CLI_OUTPUT_TABLE_H
#define CHANCERY_CLI_OUTPUT_TABLE_H

#include "cli/output.h"

struct cells {
	struct str *texts;
	size_t count;
};

struct section {
	struct str title; /* absent: that of a list inside of a list */
	size_t indent;
	struct cells headers;
	struct cells *rows;
	size_t row_count, row_room;
	size_t *widths; /* of the widest text of each column */
	size_t width_count;
	bool has_columns; /* their number was set, by the first row or header */
	size_t columns;
};

struct sections {
	struct arena *arena;
	struct section *all;
	size_t count, room;
};

struct section *sections_add(struct sections *sections, struct str title, size_t indent);
/* FAULT_INVALID_PARAMETER: not as many as the columns of the section. */
MUST_CHECK bool section_add_header(
	struct section *section, struct cells headers, struct arena *arena, struct fault *fault);
MUST_CHECK bool section_add_row(struct section *section, struct cells row, struct arena *arena, struct fault *fault);

/* Empty values have no table: *out stays without sections. */
MUST_CHECK bool sections_of(
	const struct value *value, const char *title, struct arena *arena, struct sections *out, struct fault *fault);

#endif
