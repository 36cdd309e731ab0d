#include "cli/words.h"

#include <string.h>

#include "base/buffer.h"

/* One word, its quotes taken off. Gives the quote that stays open, or NUL. */
static char
take_word(const char **p, struct buffer *word)
{
	char quote = '\0';

	for (; **p != '\0' && (quote != '\0' || strchr(" \t\r\n", **p) == NULL); (*p)++) {
		if (quote != '\0' ? **p == quote : **p == '\'' || **p == '"') {
			quote = quote != '\0' ? '\0' : **p;
			continue;
		}
		/* Between double quotes, a backslash keeps only these two from meaning something. */
		if (**p == '\\' &&
			(quote == '\0' ? (*p)[1] != '\0' : quote == '"' && ((*p)[1] == '"' || (*p)[1] == '\\')))
			(*p)++;
		buffer_put_char(word, **p);
	}
	return quote;
}

size_t
words_split(const char *line, struct arena *arena, char ***out, char *open)
{
	char **words = ARENA_ARRAY(arena, char *, strlen(line) / 2 + 2);
	size_t n = 0;

	*open = '\0';
	for (line += strspn(line, " \t\r\n"); *line != '\0'; line += strspn(line, " \t\r\n")) {
		struct buffer word = { 0 };
		*open = take_word(&line, &word);
		words[n++] = (char *)arena_str(arena, buffer_str(&word)).p;
		buffer_done(&word);
	}
	*out = words;
	return n;
}

const char *
words_join(int count, char *const *words, struct arena *arena)
{
	struct buffer line = { 0 };

	for (int i = 0; i < count; i++) {
		bool plain = words[i][0] != '\0' && strpbrk(words[i], " \t\r\n'\"\\") == NULL;
		buffer_put_cstr(&line, i > 0 ? " " : "");
		buffer_put_cstr(&line, plain ? "" : "'");
		for (const char *p = words[i]; *p != '\0'; p++) {
			if (*p == '\'')
				buffer_put_cstr(&line, "'\\''");
			else
				buffer_put_char(&line, *p);
		}
		buffer_put_cstr(&line, plain ? "" : "'");
	}
	const char *joined = arena_str(arena, buffer_str(&line)).p;
	buffer_done(&line);
	return joined;
}
