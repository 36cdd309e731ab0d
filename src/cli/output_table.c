/* Tables as the AWS CLI draws them: all sections are as wide as the widest, whose columns share what is left over. What
 * would be wider than the terminal shows its single rows upright, one name and one value a line. */
#include "cli/output_table.h"

#include "cli/output_parts.h"
#include "cli/unicode.h"

enum { CELL_PADDING = 4, BORDERS = 2, CELL_MARGIN = 2, TITLE_WIDTH_OF_NONE = 4 /* "None", which it measures */ };

struct painter {
	const struct output_options *options;
	struct arena *arena;
	struct buffer *out;
	struct buffer line; /* at work */
	size_t indent;
};

static size_t
section_width(const struct section *section)
{
	size_t title = section->title.p != NULL ? unicode_width(section->title) : TITLE_WIDTH_OF_NONE;
	size_t total = BORDERS;

	for (size_t i = 0; i < section->width_count; i++)
		total += section->widths[i] + CELL_PADDING;
	return (title + BORDERS > total ? title + BORDERS : total) + 2 * section->indent;
}

static size_t
widest(const struct sections *sections)
{
	size_t width = 0;

	for (size_t i = 0; i < sections->count; i++) {
		size_t own = section_width(&sections->all[i]);
		width = own > width ? own : width;
	}
	return width;
}

/* To the nearest whole number; a half goes to the even one. */
static long
round_even(double x)
{
	long whole = (long)x;
	double rest = x - (double)whole;

	return whole + (rest > 0.5 || (rest == 0.5 && whole % 2 != 0));
}

/* The widths of the columns, stretched or squeezed so that together they are `width`. */
static long *
fit_columns(const struct section *section, size_t width, struct arena *arena)
{
	size_t count = section->width_count;
	long *fitted = ARENA_ARRAY(arena, long, count);
	size_t sum = 0;
	long off = -(long)width;

	for (size_t i = 0; i < count; i++)
		sum += section->widths[i] + CELL_PADDING;
	double scale = (double)width / (double)sum;
	for (size_t i = 0; i < count; i++) {
		fitted[i] = round_even(scale * (double)(section->widths[i] + CELL_PADDING));
		off += fitted[i];
	}
	/* What rounding made too much is taken from the first columns, what is missing given to the last. */
	while (off != 0) {
		for (size_t i = 0; i < count && off > 0; i++, off--)
			fitted[i]--;
		for (size_t i = count; i > 0 && off < 0; i--, off++)
			fitted[i - 1]++;
	}
	return fitted;
}

/* One piece, as the AWS CLI writes it: its colours are reset behind each one, the empty ones included. */
static void
write_piece(const struct painter *painter, struct str text)
{
	buffer_put_str(painter->out, text);
	if (painter->options->resets)
		buffer_put_cstr(painter->out, "\033[0m");
}

static void
write_indent(const struct painter *painter)
{
	struct buffer edge = { 0 };

	for (size_t i = 0; i < painter->indent; i++)
		buffer_put_cstr(&edge, painter->options->coloured ? "\033[2m\033[33m|\033[0m" : "|");
	write_piece(painter, buffer_str(&edge));
	buffer_done(&edge);
}

static void
end_line(struct painter *painter)
{
	write_indent(painter);
	write_piece(painter, buffer_str(&painter->line));
	write_indent(painter);
	write_piece(painter, STR("\n"));
	buffer_reset(&painter->line);
}

static void
put_many(struct buffer *out, char c, long n)
{
	for (; n > 0; n--)
		buffer_put_char(out, c);
}

static void
put_centred(struct painter *painter, struct str text, long width, bool is_first)
{
	long text_width = (long)unicode_width(text);
	long before = width / 2 - text_width / 2 - 1;

	if (is_first)
		buffer_put_char(&painter->line, '|');
	put_many(&painter->line, ' ', before);
	buffer_put_str(&painter->line, text);
	put_many(&painter->line, ' ', width - 1 - (is_first + before + text_width));
	buffer_put_char(&painter->line, '|');
}

static void
put_left(struct painter *painter, struct str text, long width, bool is_first)
{
	long text_width = (long)unicode_width(text);
	long before = width >= text_width + CELL_MARGIN + is_first + 1 ? CELL_MARGIN : 0;

	if (is_first)
		buffer_put_char(&painter->line, '|');
	put_many(&painter->line, ' ', before);
	buffer_put_cstr(&painter->line, painter->options->coloured ? "\033[1m\033[34m" : "");
	buffer_put_str(&painter->line, text);
	buffer_put_cstr(&painter->line, painter->options->coloured ? "\033[0m" : "");
	put_many(&painter->line, ' ', width - 1 - (is_first + before + text_width));
	buffer_put_char(&painter->line, '|');
}

static void
draw_break(struct painter *painter, const long *widths, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (i == 0)
			buffer_put_char(&painter->line, '+');
		put_many(&painter->line, '-', widths[i] - (i == 0 ? 2 : 1));
		buffer_put_char(&painter->line, '+');
	}
	end_line(painter);
}

static void
draw_title(struct painter *painter, const struct section *section, size_t width)
{
	if (section->title.n == 0)
		return;
	put_centred(painter, section->title, (long)width, true);
	end_line(painter);
	if (section->headers.count == 0 && section->row_count == 0) {
		const long whole = (long)width;
		draw_break(painter, &whole, 1);
	}
}

static void
draw_section(struct painter *painter, const struct section *section, size_t width)
{
	size_t own = width - 2 * section->indent;

	painter->indent = section->indent;
	draw_title(painter, section, own);
	if (section->width_count == 0)
		return;
	const long *widths = fit_columns(section, own, painter->arena);
	if (section->headers.count > 0) {
		draw_break(painter, widths, section->width_count);
		for (size_t i = 0; i < section->headers.count; i++)
			put_centred(painter, section->headers.texts[i], widths[i], i == 0);
		end_line(painter);
	}
	if (section->row_count == 0)
		return;
	draw_break(painter, widths, section->width_count);
	for (size_t i = 0; i < section->row_count; i++) {
		const struct cells *row = &section->rows[i];
		for (size_t column = 0; column < row->count; column++)
			put_left(painter, row->texts[column], widths[column], column == 0);
		end_line(painter);
	}
	draw_break(painter, widths, section->width_count);
}

/* Sections of one row become two columns: the headers, and what stands below them. */
static bool
turn_upright(struct sections *sections, struct fault *fault)
{
	for (size_t i = 0; i < sections->count; i++) {
		const struct section *flat = &sections->all[i];
		struct section upright = { .title = flat->title, .indent = flat->indent };
		if (flat->row_count != 1 || flat->headers.count == 0)
			continue;
		for (size_t column = 0; column < flat->headers.count && column < flat->rows[0].count; column++) {
			struct cells row = { ARENA_ARRAY(sections->arena, struct str, 2), 2 };
			row.texts[0] = flat->headers.texts[column];
			row.texts[1] = flat->rows[0].texts[column];
			if (!section_add_row(&upright, row, sections->arena, fault))
				return false;
		}
		sections->all[i] = upright;
	}
	return true;
}

bool
output_as_table(const struct output_options *options, const struct value *value, struct arena *arena,
	struct buffer *out, struct fault *fault)
{
	struct painter painter = { .options = options, .arena = arena, .out = out };
	struct sections sections;

	if (!sections_of(value, options->operation->name, arena, &sections, fault))
		return false;
	if (sections.count == 0)
		return true;
	size_t width = widest(&sections);
	if ((long)width > options->width) {
		if (!turn_upright(&sections, fault))
			return false;
		width = widest(&sections);
	}
	put_many(&painter.line, '-', (long)width);
	buffer_put_char(&painter.line, '\n');
	write_piece(&painter, buffer_str(&painter.line));
	buffer_reset(&painter.line);
	for (size_t i = 0; i < sections.count; i++)
		draw_section(&painter, &sections.all[i], width);
	buffer_done(&painter.line);
	return true;
}
