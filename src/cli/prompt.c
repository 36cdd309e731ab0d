#include "cli/prompt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/memory.h"
#include "cli/file.h"
#include "cli/say.h"

enum { SECRET_MAX_BYTES = 1000, SECRET_FILE_MAX_BYTES = 64 * 1024 };

/* Keys of a terminal that does not interpret them. */
enum { KEY_INTERRUPT = 3, KEY_END = 4, KEY_BACKSPACE = 8, KEY_KILL = 21, KEY_DELETE = 127 };

bool
prompt_possible(void)
{
	return isatty(STDIN_FILENO) == 1;
}

bool
prompt_yes(const char *question)
{
	char line[16];

	(void)fputs(question, stderr);
	if (fgets(line, sizeof line, stdin) == NULL)
		return false;
	line[strcspn(line, "\r\n")] = '\0';
	return strcasecmp(line, "y") == 0 || strcasecmp(line, "yes") == 0;
}

/* One character back, which may be several bytes of UTF-8. */
static size_t
step_back(const uint8_t *line, size_t n)
{
	while (n > 0 && (line[n - 1] & 0xc0) == 0x80)
		n--;
	return n > 0 ? n - 1 : 0;
}

enum line_end { LINE_DONE, LINE_ENDED, LINE_INTERRUPTED };

/* Byte by byte: no buffer of stdio's keeps a copy. */
static enum line_end
read_line(uint8_t line[SECRET_MAX_BYTES], size_t *length)
{
	uint8_t key;
	size_t n = 0;

	for (;;) {
		if (read(STDIN_FILENO, &key, 1) != 1 || (key == KEY_END && n == 0))
			return LINE_ENDED;
		switch (key) {
		case KEY_INTERRUPT:
			return LINE_INTERRUPTED;
		case '\r':
		case '\n':
			*length = n;
			return LINE_DONE;
		case KEY_BACKSPACE:
		case KEY_DELETE:
			n = step_back(line, n);
			break;
		case KEY_KILL:
			n = 0;
			break;
		default:
			if (n < SECRET_MAX_BYTES)
				line[n++] = key;
			break;
		}
	}
}

/* The terminal tells of an interrupt as of any key, so that no signal can leave it without an echo. */
bool
prompt_secret(const char *question, struct arena *arena, struct secret *out)
{
	uint8_t line[SECRET_MAX_BYTES] = { 0 };
	struct termios before, quiet;
	size_t n = 0;

	if (tcgetattr(STDIN_FILENO, &before) != 0)
		return false;
	quiet = before;
	quiet.c_lflag &= ~(tcflag_t)(ECHO | ICANON | ISIG);
	quiet.c_cc[VMIN] = 1;
	quiet.c_cc[VTIME] = 0;
	if (tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet) != 0)
		return false;
	(void)fputs(question, stderr);
	enum line_end end = read_line(line, &n);
	(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
	(void)fputc('\n', stderr);
	if (end == LINE_DONE)
		*out = arena_secret(arena, line, n);
	memory_wipe(line, sizeof line);
	if (end == LINE_INTERRUPTED)
		_exit(EXIT_INTERRUPTED);
	return end == LINE_DONE;
}

bool
prompt_passphrase(const char *file, struct arena *arena, struct secret *out, struct fault *fault)
{
	const char *variable = getenv(PROMPT_VARIABLE);
	struct bytes bytes;

	*out = (struct secret){ 0 };
	if (file == NULL) {
		if (variable != NULL)
			*out = arena_secret(arena, variable, strlen(variable));
		return true;
	}
	if (!file_read_path(file, SECRET_FILE_MAX_BYTES, arena, &bytes, fault))
		return false;
	struct str rest = str_of_bytes(bytes);
	struct str line;
	(void)str_cut(&rest, '\n', &line);
	if (line.n > 0 && line.p[line.n - 1] == '\r')
		line.n--;
	*out = arena_secret(arena, line.p, line.n);
	return true;
}
