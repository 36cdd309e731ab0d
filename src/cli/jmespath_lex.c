#include <ctype.h>
#include <string.h>

#include "cli/jmespath_parts.h"
#include "model/json.h"

struct lexer {
	struct str text;
	size_t at;
	struct token *tokens;
	size_t count;
	struct arena *arena;
	struct fault *fault;
};

/* Columns count characters. */
static bool
refuse(struct lexer *lexer, size_t start, struct str words)
{
	size_t column = utf8_length((struct str){ lexer->text.p, start });

	return fault_set(lexer->fault, FAULT_INVALID_ARGS, "Bad jmespath expression: %.*s:\n%.*s\n%*s^", STR_ARG(words),
		STR_ARG(lexer->text), (int)column, "");
}

static void
put(struct lexer *lexer, enum token_kind kind, size_t start, struct str text)
{
	lexer->tokens[lexer->count++] = (struct token){ .kind = kind, .start = start, .text = text };
}

static bool
is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

static void
read_identifier(struct lexer *lexer)
{
	size_t start = lexer->at;

	while (lexer->at < lexer->text.n && is_word(lexer->text.p[lexer->at]))
		lexer->at++;
	put(lexer, TOKEN_UNQUOTED, start, (struct str){ lexer->text.p + start, lexer->at - start });
}

static bool
read_number(struct lexer *lexer)
{
	size_t start = lexer->at++;

	while (lexer->at < lexer->text.n && isdigit((unsigned char)lexer->text.p[lexer->at]))
		lexer->at++;
	struct str text = { lexer->text.p + start, lexer->at - start };
	if (str_is(text, "-"))
		return refuse(lexer, start, STR("Unknown token '-'"));
	struct number number = number_read(text, lexer->arena);
	put(lexer, TOKEN_NUMBER, start, number_print(&number, lexer->arena));
	return true;
}

/* What stands between two delimiters, where a backslash guards the character after it. */
static bool
read_delimited(struct lexer *lexer, struct str *out)
{
	const char *p = lexer->text.p;
	size_t start = lexer->at;
	size_t end = start + 1;

	while (end < lexer->text.n && p[end] != p[start])
		end += p[end] == '\\' ? 2 : 1;
	if (end >= lexer->text.n)
		return refuse(lexer, start, arena_printf(lexer->arena, "Unclosed %c delimiter", p[start]));
	*out = (struct str){ p + start + 1, end - start - 1 };
	lexer->at = end + 1;
	return true;
}

/* Only the delimiter itself loses its backslash. */
static struct str
unguard(struct str text, char delimiter, struct arena *arena)
{
	char *copy = arena_alloc(arena, text.n);
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '\\' && i + 1 < text.n) {
			if (text.p[++i] != delimiter)
				copy[n++] = '\\';
		}
		copy[n++] = text.p[i];
	}
	return (struct str){ copy, n };
}

/* The inside of a JSON string. */
static bool
read_json_string(struct str inside, struct arena *arena, struct str *out)
{
	struct str quoted = arena_printf(arena, "\"%.*s\"", STR_ARG(inside));
	struct json json;
	struct json_text text;

	/* A NUL would end what is printed. */
	if (quoted.n != inside.n + 2)
		return false;
	if (!json_open(&json, quoted) || !json_string(&json, &text) || !json_at_end(&json))
		return false;
	char *copy = arena_alloc(arena, text.raw.n);
	*out = (struct str){ copy, json_unescape(text, copy) };
	return true;
}

/* Why a text is no JSON string, in the words of Python's reader. */
static struct str
string_mistake(struct str inside)
{
	for (size_t i = 0; i < inside.n; i++) {
		if ((unsigned char)inside.p[i] < 0x20)
			return STR("Invalid control character at");
		if (inside.p[i] == '\\' && ++i < inside.n && strchr("\"\\/bfnrtu", inside.p[i]) == NULL)
			return STR("Invalid \\escape");
	}
	return STR("Invalid \\uXXXX escape");
}

static bool
read_quoted(struct lexer *lexer)
{
	size_t start = lexer->at;
	struct str inside, name;

	if (!read_delimited(lexer, &inside))
		return false;
	if (!read_json_string(inside, lexer->arena, &name))
		return refuse(lexer, start, string_mistake(inside));
	put(lexer, TOKEN_QUOTED, start, name);
	return true;
}

/* Numbers of the expression are Python's: aws prints `1e1` as 10.0. */
static void
settle_numbers(struct value *value, struct arena *arena)
{
	if (value->kind == VALUE_NUMBER) {
		struct number number = number_read(value->text, arena);
		value->text = number_print(&number, arena);
	}
	for (size_t i = 0; i < value->count; i++)
		settle_numbers(value->items[i].value, arena);
}

/* JEP 12: what is no JSON is taken for the inside of a string, as it always was. Not what only nests too deep for us:
 * it would silently become text. */
static bool
read_lenient(struct str lexeme, struct arena *arena, struct value **out)
{
	size_t brackets = 0;
	struct str text;

	for (size_t i = 0; i < lexeme.n; i++)
		brackets += lexeme.p[i] == '[' || lexeme.p[i] == '{';
	while (lexeme.n > 0 && isspace((unsigned char)lexeme.p[0]))
		lexeme = (struct str){ lexeme.p + 1, lexeme.n - 1 };
	if (brackets >= JSON_MAX_DEPTH || !read_json_string(lexeme, arena, &text))
		return false;
	*out = value_string(text, arena);
	return true;
}

static bool
read_literal(struct lexer *lexer)
{
	struct fault unused = { 0 };
	size_t start = lexer->at;
	struct str inside;
	struct value *value;

	if (!read_delimited(lexer, &inside))
		return false;
	struct str lexeme = unguard(inside, '`', lexer->arena);
	if (json_read(lexeme, lexer->arena, &value, &unused))
		settle_numbers(value, lexer->arena);
	else if (!read_lenient(lexeme, lexer->arena, &value))
		return refuse(lexer, start, arena_printf(lexer->arena, "Bad token %.*s", STR_ARG(lexeme)));
	put(lexer, TOKEN_LITERAL, start, (struct str){ 0 });
	lexer->tokens[lexer->count - 1].literal = value;
	return true;
}

static bool
read_raw_string(struct lexer *lexer)
{
	size_t start = lexer->at;
	struct str inside;

	if (!read_delimited(lexer, &inside))
		return false;
	put(lexer, TOKEN_LITERAL, start, (struct str){ 0 });
	lexer->tokens[lexer->count - 1].literal = value_string(unguard(inside, '\'', lexer->arena), lexer->arena);
	return true;
}

static bool
read_sign(struct lexer *lexer)
{
	/* Longer ones first. */
	static const struct {
		const char *text;
		enum token_kind kind;
	} signs[] = {
		{ "[]", TOKEN_FLATTEN },
		{ "[?", TOKEN_FILTER },
		{ "||", TOKEN_OR },
		{ "&&", TOKEN_AND },
		{ "<=", TOKEN_LTE },
		{ ">=", TOKEN_GTE },
		{ "!=", TOKEN_NE },
		{ "==", TOKEN_EQ },
		{ "[", TOKEN_LBRACKET },
		{ "|", TOKEN_PIPE },
		{ "&", TOKEN_EXPREF },
		{ "<", TOKEN_LT },
		{ ">", TOKEN_GT },
		{ "!", TOKEN_NOT },
		{ ".", TOKEN_DOT },
		{ "*", TOKEN_STAR },
		{ "]", TOKEN_RBRACKET },
		{ ",", TOKEN_COMMA },
		{ ":", TOKEN_COLON },
		{ "@", TOKEN_CURRENT },
		{ "(", TOKEN_LPAREN },
		{ ")", TOKEN_RPAREN },
		{ "{", TOKEN_LBRACE },
		{ "}", TOKEN_RBRACE },
	};
	struct str rest = { lexer->text.p + lexer->at, lexer->text.n - lexer->at };

	for (size_t i = 0; i < ARRAY_COUNT(signs); i++) {
		if (str_starts_with(rest, str_of(signs[i].text))) {
			put(lexer, signs[i].kind, lexer->at, str_of(signs[i].text));
			lexer->at += strlen(signs[i].text);
			return true;
		}
	}
	if (rest.p[0] == '=')
		return refuse(lexer, lexer->at, STR("Unknown token '='"));
	size_t n = 1;
	while (n < rest.n && ((unsigned char)rest.p[n] & 0xc0) == 0x80)
		n++;
	return refuse(lexer, lexer->at, arena_printf(lexer->arena, "Unknown token %.*s", (int)n, rest.p));
}

static bool
read_token(struct lexer *lexer)
{
	char c = lexer->text.p[lexer->at];

	switch (c) {
	case ' ':
	case '\t':
	case '\n':
	case '\r':
		lexer->at++;
		return true;
	case '"':
		return read_quoted(lexer);
	case '\'':
		return read_raw_string(lexer);
	case '`':
		return read_literal(lexer);
	default:
		break;
	}
	if (c == '-' || isdigit((unsigned char)c))
		return read_number(lexer);
	if (!is_word(c))
		return read_sign(lexer);
	read_identifier(lexer);
	return true;
}

bool
token_read_all(struct str text, struct arena *arena, const struct token **out, struct fault *fault)
{
	struct lexer lexer = { .text = text, .arena = arena, .fault = fault };

	lexer.tokens = ARENA_ARRAY(arena, struct token, text.n + 1);
	while (lexer.at < text.n) {
		if (!read_token(&lexer))
			return false;
	}
	put(&lexer, TOKEN_EOF, text.n, STR(""));
	*out = lexer.tokens;
	return true;
}
