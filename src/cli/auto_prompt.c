/* The prompt is one row that scrolls sideways and some rows below it; everything is drawn anew after each key. */
#include "cli/auto_prompt.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "cli/complete.h"
#include "cli/unicode.h"
#include "client/settings.h"

#define PROMPT_MARK "> chancery "
enum { PROMPT_ROWS = 8, PROMPT_ESCAPE_WAIT_MS = 50, PROMPT_LINE_MAX_BYTES = 64 * 1024 };

enum key {
	KEY_END_OF_INPUT = 256,
	KEY_UP,
	KEY_DOWN,
	KEY_LEFT,
	KEY_RIGHT,
	KEY_HOME,
	KEY_END,
	KEY_DELETE,
	KEY_BACKTAB,
	KEY_NOTHING,
};

struct prompt {
	const struct service *const *services;
	size_t service_count;
	struct buffer *line;
	size_t cursor; /* in bytes, at the start of a character */
	struct completions completions;
	size_t chosen;      /* completions.n: none */
	struct arena arena; /* of the completions */
};

static bool
is_there(int argc, char *const *argv, const char *word)
{
	for (int i = 0; i < argc; i++) {
		if (strcmp(argv[i], word) == 0)
			return true;
	}
	return false;
}

static enum auto_prompt_mode
configured(void)
{
	const struct settings_wish wish = { 0 };
	struct arena arena = { 0 };
	struct fault ignored = { 0 };
	struct str word;
	enum auto_prompt_mode mode = PROMPT_OFF;

	/* A profile that is not there is somebody else's complaint. */
	if (settings_look(&wish, "AWS_CLI_AUTO_PROMPT", "cli_auto_prompt", getenv, &arena, &word, &ignored)) {
		if (word.n == 2 && strncasecmp(word.p, "on", 2) == 0)
			mode = PROMPT_ON;
		if (word.n == 10 && strncasecmp(word.p, "on-partial", 10) == 0)
			mode = PROMPT_PARTIAL;
	}
	arena_done(&arena);
	return mode;
}

bool
auto_prompt_choose(int argc, char *const *argv, enum auto_prompt_mode *out, struct fault *fault)
{
	bool on = is_there(argc, argv, "--cli-auto-prompt");
	bool off = is_there(argc, argv, "--no-cli-auto-prompt");
	bool is_terminal = isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1;

	*out = PROMPT_OFF;
	if (on && off)
		return fault_set(fault, FAULT_INVALID_ARGS,
			"Both --cli-auto-prompt and --no-cli-auto-prompt cannot be specified at the same time.");
	if (off || is_there(argc, argv, "help") || is_there(argc, argv, "--help") || is_there(argc, argv, "--version"))
		return true;
	if (on && !is_terminal)
		return fault_set(
			fault, FAULT_INVALID_ARGS, "--cli-auto-prompt needs a terminal to ask on, and this is none.");
	if (is_terminal)
		*out = on ? PROMPT_ON : configured();
	return true;
}

static int
read_byte(int wait_ms)
{
	struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
	unsigned char byte;
	ssize_t n;

	if (wait_ms >= 0 && poll(&input, 1, wait_ms) <= 0)
		return KEY_NOTHING;
	do
		n = read(STDIN_FILENO, &byte, 1);
	while (n < 0 && errno == EINTR);
	return n == 1 ? byte : KEY_END_OF_INPUT;
}

/* What follows ESC: "[A" of a cursor key, "[3~" of Delete; alone, it is the key itself. */
static int
read_escape(void)
{
	int byte = read_byte(PROMPT_ESCAPE_WAIT_MS);
	int number = 0;

	if (byte == KEY_NOTHING)
		return '\033';
	if (byte != '[' && byte != 'O')
		return KEY_NOTHING;
	for (byte = read_byte(PROMPT_ESCAPE_WAIT_MS); byte >= '0' && byte <= ';';
		byte = read_byte(PROMPT_ESCAPE_WAIT_MS))
		number = byte >= '0' && byte <= '9' && number < 100 ? number * 10 + byte - '0' : number;
	switch (byte) {
	case 'A':
		return KEY_UP;
	case 'B':
		return KEY_DOWN;
	case 'C':
		return KEY_RIGHT;
	case 'D':
		return KEY_LEFT;
	case 'H':
		return KEY_HOME;
	case 'F':
		return KEY_END;
	case 'Z':
		return KEY_BACKTAB;
	case '~':
		return number == 3 ? KEY_DELETE : number == 1 ? KEY_HOME : number == 4 ? KEY_END : KEY_NOTHING;
	default:
		return KEY_NOTHING;
	}
}

static bool
is_inside(char c)
{
	return ((unsigned char)c & 0xC0U) == 0x80U;
}

/* Replaces the bytes from..to and puts the cursor behind what has come. */
static void
replace(struct prompt *prompt, size_t from, size_t to, struct str text)
{
	struct buffer line = { 0 };

	if (prompt->line->n + text.n > PROMPT_LINE_MAX_BYTES)
		return;
	buffer_put(&line, prompt->line->p, from);
	buffer_put_str(&line, text);
	prompt->cursor = line.n;
	buffer_put(&line, prompt->line->p + to, prompt->line->n - to);
	buffer_done(prompt->line);
	*prompt->line = line;
}

static void
look(struct prompt *prompt)
{
	arena_reset(&prompt->arena);
	const char *written = arena_str(&prompt->arena, (struct str){ prompt->line->p, prompt->cursor }).p;
	complete(prompt->services, prompt->service_count, written, &prompt->arena, &prompt->completions);
	prompt->chosen = prompt->completions.n;
}

static unsigned
terminal_width(void)
{
	struct winsize size;

	return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 20 ? size.ws_col : 80;
}

/* As much of the text as fits; gives the columns it takes. */
static size_t
put_clipped(struct str text, size_t columns, struct buffer *out)
{
	size_t taken = 0;

	while (text.n > 0) {
		uint32_t c;
		size_t n = unicode_decode(text, &c);
		size_t width = unicode_width((struct str){ text.p, n });
		if (taken + width > columns)
			break;
		/* Names of files may hold anything. */
		if (unicode_is_printable(c))
			buffer_put(out, text.p, n);
		else
			buffer_put_char(out, '?');
		taken += width;
		text = (struct str){ text.p + n, text.n - n };
	}
	return taken;
}

/* Of a file only its name: the folders stand in the line above. */
static struct str
name_shown(struct str word)
{
	struct str name = word;

	for (size_t i = 0; i + 1 < word.n && str_starts_with(word, STR("file")); i++) {
		if (word.p[i] == '/' && word.p[i + 1] != '/')
			name = (struct str){ word.p + i + 1, word.n - i - 1 };
	}
	return name;
}

static void
draw_row(const struct completion *completion, bool is_chosen, unsigned width, struct buffer *out)
{
	buffer_put_cstr(out, is_chosen ? "\r\n\033[K\033[7m  " : "\r\n\033[K  ");
	size_t taken = 2 + put_clipped(name_shown(completion->word), width - 3, out);
	buffer_put_cstr(out, is_chosen ? "\033[0m" : "");
	if (completion->help.n > 0 && taken + 4 < width) {
		buffer_put_cstr(out, "  ");
		(void)put_clipped(completion->help, width - taken - 3, out);
	}
}

static void
draw(const struct prompt *prompt)
{
	const struct completions *completions = &prompt->completions;
	unsigned width = terminal_width();
	size_t room = width - sizeof PROMPT_MARK;
	size_t first =
		prompt->chosen < completions->n && prompt->chosen >= PROMPT_ROWS ? prompt->chosen - PROMPT_ROWS + 1 : 0;
	struct buffer out = { 0 };
	size_t begin = 0;
	unsigned rows = 0;

	while (unicode_width((struct str){ prompt->line->p + begin, prompt->cursor - begin }) > room) {
		do
			begin++;
		while (is_inside(prompt->line->p[begin]));
	}
	buffer_put_cstr(&out, "\r\033[J" PROMPT_MARK);
	(void)put_clipped((struct str){ prompt->line->p + begin, prompt->line->n - begin }, room, &out);
	if (completions->hint.n > 0) {
		const struct completion hint = { completions->hint, { 0 } };
		draw_row(&hint, false, width, &out);
		rows++;
	}
	for (size_t i = first; i < completions->n && i < first + PROMPT_ROWS; i++, rows++)
		draw_row(&completions->v[i], i == prompt->chosen, width, &out);
	if (rows > 0)
		buffer_printf(&out, "\033[%uA", rows);
	buffer_printf(&out, "\r\033[%zuC",
		sizeof PROMPT_MARK - 1 +
			unicode_width((struct str){ prompt->line->p + begin, prompt->cursor - begin }));
	(void)fwrite(out.p, 1, out.n, stderr);
	(void)fflush(stderr);
	buffer_done(&out);
}

static void
accept(struct prompt *prompt, const struct completion *completion)
{
	struct str word = completion->word;
	bool goes_on = word.p[word.n - 1] == '/'; /* a folder, or file:// */

	replace(prompt, prompt->completions.start, prompt->cursor,
		arena_printf(&prompt->arena, "%.*s%s", STR_ARG(word), goes_on ? "" : " "));
	look(prompt);
}

/* The beginning that all completions share, then one after the other. */
static void
on_tab(struct prompt *prompt, bool back)
{
	const struct completions *completions = &prompt->completions;
	size_t written = prompt->cursor - completions->start;

	if (completions->n == 0)
		return;
	if (completions->n == 1) {
		accept(prompt, &completions->v[0]);
		return;
	}
	struct str common = completions->v[0].word;
	for (size_t i = 1; i < completions->n; i++) {
		size_t n = 0;
		while (n < common.n && n < completions->v[i].word.n && common.p[n] == completions->v[i].word.p[n])
			n++;
		common.n = n;
	}
	while (common.n > 0 && common.n < completions->v[0].word.n && is_inside(common.p[common.n]))
		common.n--;
	if (common.n > written && prompt->chosen == completions->n) {
		replace(prompt, completions->start, prompt->cursor, common);
		look(prompt);
		return;
	}
	size_t n = completions->n;
	prompt->chosen = back ? (prompt->chosen == 0 ? n - 1 : prompt->chosen - 1)
			      : (prompt->chosen + 1 >= n ? 0 : prompt->chosen + 1);
}

static size_t
step(const struct prompt *prompt, bool forward)
{
	size_t at = prompt->cursor;

	if (forward ? at == prompt->line->n : at == 0)
		return at;
	do
		at = forward ? at + 1 : at - 1;
	while (at > 0 && at < prompt->line->n && is_inside(prompt->line->p[at]));
	return at;
}

static size_t
word_start(const struct prompt *prompt)
{
	size_t at = prompt->cursor;

	while (at > 0 && prompt->line->p[at - 1] == ' ')
		at--;
	while (at > 0 && prompt->line->p[at - 1] != ' ')
		at--;
	return at;
}

/* One character, which may be several bytes. What is no UTF-8 is dropped. */
static void
insert(struct prompt *prompt, int first)
{
	char bytes[4] = { (char)first };
	size_t n = first < 0x80 ? 1 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;

	for (size_t i = 1; i < n; i++) {
		int byte = read_byte(PROMPT_ESCAPE_WAIT_MS);
		if (byte > 0xFF)
			return;
		bytes[i] = (char)byte;
	}
	if (utf8_valid((struct str){ bytes, n }))
		replace(prompt, prompt->cursor, prompt->cursor, (struct str){ bytes, n });
}

static void
edit(struct prompt *prompt, int key)
{
	const struct str nothing = STR("");
	size_t end = prompt->line->n;
	size_t before = step(prompt, false);
	size_t after = step(prompt, true);

	if (key == KEY_LEFT || key == 'B' - '@')
		prompt->cursor = before;
	else if (key == KEY_RIGHT || key == 'F' - '@')
		prompt->cursor = after;
	else if (key == KEY_HOME || key == 'A' - '@')
		prompt->cursor = 0;
	else if (key == KEY_END || key == 'E' - '@')
		prompt->cursor = end;
	else if (key == 127 || key == '\b')
		replace(prompt, before, prompt->cursor, nothing);
	else if (key == KEY_DELETE || key == 'D' - '@')
		replace(prompt, prompt->cursor, after, nothing);
	else if (key == 'K' - '@')
		replace(prompt, prompt->cursor, end, nothing);
	else if (key == 'U' - '@')
		replace(prompt, 0, prompt->cursor, nothing);
	else if (key == 'W' - '@')
		replace(prompt, word_start(prompt), prompt->cursor, nothing);
	else if (key >= ' ' && key < 256)
		insert(prompt, key);
	look(prompt);
}

/* False at the end; *accepted says which one. */
static bool
on_key(struct prompt *prompt, int key, bool *accepted)
{
	size_t n = prompt->completions.n;

	*accepted = key == '\r' || key == '\n';
	if (*accepted && prompt->chosen < n) {
		accept(prompt, &prompt->completions.v[prompt->chosen]);
		return true;
	}
	if (*accepted || key == 'C' - '@' || key == KEY_END_OF_INPUT || (key == 'D' - '@' && prompt->line->n == 0))
		return false;
	if (key == '\t' || key == KEY_BACKTAB)
		on_tab(prompt, key == KEY_BACKTAB);
	else if (key == KEY_DOWN)
		prompt->chosen = prompt->chosen + 1 < n ? prompt->chosen + 1 : prompt->chosen < n ? n : 0;
	else if (key == KEY_UP)
		prompt->chosen = prompt->chosen == 0 ? n : prompt->chosen - 1;
	else if (key == '\033')
		prompt->chosen = n;
	else if (key != KEY_NOTHING)
		edit(prompt, key);
	if (prompt->chosen > prompt->completions.n)
		prompt->chosen = prompt->completions.n;
	return true;
}

static int
read_key(void)
{
	int byte = read_byte(-1);

	return byte == '\033' ? read_escape() : byte;
}

bool
auto_prompt_read(const struct service *const *services, size_t count, struct buffer *line)
{
	struct prompt prompt = { .services = services, .service_count = count, .line = line };
	struct termios before, raw;
	bool accepted = false;

	if (tcgetattr(STDIN_FILENO, &before) != 0)
		return false;
	raw = before;
	cfmakeraw(&raw);
	raw.c_oflag = before.c_oflag;
	(void)tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
	buffer_put_cstr(line, line->n > 0 && line->p[line->n - 1] != ' ' ? " " : "");
	prompt.cursor = line->n;
	look(&prompt);
	do
		draw(&prompt);
	while (on_key(&prompt, read_key(), &accepted));
	/* What was offered goes; the line stays, as a shell leaves it. */
	prompt.completions = (struct completions){ 0 };
	prompt.chosen = 0;
	prompt.cursor = line->n;
	draw(&prompt);
	(void)fputs("\r\n", stderr);
	(void)tcsetattr(STDIN_FILENO, TCSADRAIN, &before);
	arena_done(&prompt.arena);
	return accepted;
}
