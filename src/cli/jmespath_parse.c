/* An operator precedence parser: each token has a power to bind what stands left of it. */
#include "cli/jmespath_parts.h"

struct parser {
	struct str text;
	const struct token *at;
	int depth;
	struct arena *arena;
	struct fault *fault;
};

enum { POWER_STOPS_PROJECTION = 10 };

static const int powers[] = {
	[TOKEN_PIPE] = 1,
	[TOKEN_OR] = 2,
	[TOKEN_AND] = 3,
	[TOKEN_EQ] = 5,
	[TOKEN_NE] = 5,
	[TOKEN_LT] = 5,
	[TOKEN_LTE] = 5,
	[TOKEN_GT] = 5,
	[TOKEN_GTE] = 5,
	[TOKEN_FLATTEN] = 9,
	[TOKEN_STAR] = 20,
	[TOKEN_FILTER] = 21,
	[TOKEN_DOT] = 40,
	[TOKEN_NOT] = 45,
	[TOKEN_LBRACE] = 50,
	[TOKEN_LBRACKET] = 55,
	[TOKEN_LPAREN] = 60,
};

static const char *const token_names[] = {
	[TOKEN_EOF] = "eof",
	[TOKEN_UNQUOTED] = "unquoted_identifier",
	[TOKEN_QUOTED] = "quoted_identifier",
	[TOKEN_LITERAL] = "literal",
	[TOKEN_NUMBER] = "number",
	[TOKEN_RBRACKET] = "rbracket",
	[TOKEN_RPAREN] = "rparen",
	[TOKEN_RBRACE] = "rbrace",
	[TOKEN_COMMA] = "comma",
	[TOKEN_COLON] = "colon",
	[TOKEN_CURRENT] = "current",
	[TOKEN_EXPREF] = "expref",
	[TOKEN_PIPE] = "pipe",
	[TOKEN_OR] = "or",
	[TOKEN_AND] = "and",
	[TOKEN_EQ] = "eq",
	[TOKEN_NE] = "ne",
	[TOKEN_LT] = "lt",
	[TOKEN_LTE] = "lte",
	[TOKEN_GT] = "gt",
	[TOKEN_GTE] = "gte",
	[TOKEN_FLATTEN] = "flatten",
	[TOKEN_STAR] = "star",
	[TOKEN_FILTER] = "filter",
	[TOKEN_DOT] = "dot",
	[TOKEN_NOT] = "not",
	[TOKEN_LBRACE] = "lbrace",
	[TOKEN_LBRACKET] = "lbracket",
	[TOKEN_LPAREN] = "lparen",
};

static struct node *parse_expression(struct parser *parser, int power);

/* ---- refusals: each is NULL ---- */

static struct str
token_words(const struct token *token, struct arena *arena)
{
	return token->literal != NULL ? words_of(token->literal, arena) : token->text;
}

static void *
refuse_at(struct parser *parser, const struct token *token, size_t start, struct str why)
{
	struct str words = token_words(token, parser->arena);
	struct str type = str_of(token_names[token->kind]);
	char upper[32] = { 0 };
	size_t column = utf8_length((struct str){ parser->text.p, start });

	for (size_t i = 0; i < type.n; i++)
		upper[i] = (char)(type.p[i] >= 'a' && type.p[i] <= 'z' ? type.p[i] - 'a' + 'A' : type.p[i]);
	(void)fault_set(parser->fault, FAULT_INVALID_ARGS,
		"%.*s: Parse error at column %zu, token \"%.*s\" (%s), for expression:\n\"%.*s\"\n%*s^", STR_ARG(why),
		column, STR_ARG(words), upper, STR_ARG(parser->text), (int)column + 1, "");
	return NULL;
}

static void *
refuse(struct parser *parser, const struct token *token, struct str why)
{
	return refuse_at(parser, token, token->start, why);
}

static void *
refuse_end(struct parser *parser)
{
	(void)fault_set(parser->fault, FAULT_INVALID_ARGS,
		"Invalid jmespath expression: Incomplete expression:\n\"%.*s\"\n%*s^", STR_ARG(parser->text),
		(int)utf8_length(parser->text) + 1, "");
	return NULL;
}

/* `expected` as Python shows it: a name, or a list of names. */
static void *
refuse_unexpected(struct parser *parser, const char *expected)
{
	const struct token *token = parser->at;

	if (token->kind == TOKEN_EOF)
		return refuse_end(parser);
	return refuse(parser, token,
		arena_printf(parser->arena, "Expecting: %s, got: %s", expected, token_names[token->kind]));
}

static void *
refuse_depth(struct parser *parser)
{
	(void)fault_set(parser->fault, FAULT_INVALID_ARGS,
		"Invalid jmespath expression: it nests deeper than %d levels.", JMESPATH_MAX_DEPTH);
	return NULL;
}

/* ---- nodes ---- */

static struct node *
node_new(struct parser *parser, enum node_kind kind)
{
	struct node *node = ARENA_NEW(parser->arena, struct node);

	node->kind = kind;
	node->depth = 1;
	return node;
}

static void
node_adopt(struct node *parent, struct node *child)
{
	if (parent->first == NULL)
		parent->first = child;
	else
		parent->last->next = child;
	parent->last = child;
	if (parent->depth <= child->depth)
		parent->depth = child->depth + 1;
}

/* A parent of one or two; NULL when one of them could not be parsed. */
static struct node *
node_over(struct parser *parser, enum node_kind kind, struct node *a, struct node *b)
{
	struct node *node = node_new(parser, kind);

	if (a == NULL || b == NULL)
		return NULL;
	node_adopt(node, a);
	node_adopt(node, b);
	return node;
}

/* Chains, || and && group as one likes: long ones stay flat. */
static struct node *
node_join(struct parser *parser, enum node_kind kind, struct node *left, struct node *right)
{
	if (right == NULL || left->kind != kind)
		return node_over(parser, kind, left, right);
	node_adopt(left, right);
	return left;
}

static struct node *
node_above(struct parser *parser, enum node_kind kind, struct node *child)
{
	struct node *node = node_new(parser, kind);

	if (child == NULL)
		return NULL;
	node_adopt(node, child);
	return node;
}

static struct node *
node_current(struct parser *parser)
{
	return node_new(parser, NODE_CURRENT);
}

static struct node *
node_field(struct parser *parser, struct str name)
{
	struct node *node = node_new(parser, NODE_FIELD);

	node->name = name;
	return node;
}

/* ---- the grammar ---- */

static bool
next_is(const struct parser *parser, enum token_kind kind)
{
	return parser->at->kind == kind;
}

static bool
match(struct parser *parser, enum token_kind kind)
{
	if (next_is(parser, kind)) {
		parser->at++;
		return true;
	}
	(void)refuse_unexpected(parser, token_names[kind]);
	return false;
}

static struct node *
parse_select_list(struct parser *parser)
{
	struct node *list = node_new(parser, NODE_SELECT_LIST);

	for (;;) {
		struct node *item = parse_expression(parser, 0);
		if (item == NULL)
			return NULL;
		node_adopt(list, item);
		if (next_is(parser, TOKEN_RBRACKET))
			break;
		if (!match(parser, TOKEN_COMMA))
			return NULL;
	}
	parser->at++;
	return list;
}

/* jmespath.py does not miss a comma between pairs, nor between arguments; scripts that work there work here. */
static struct node *
parse_select_map(struct parser *parser)
{
	struct node *map = node_new(parser, NODE_SELECT_MAP);

	for (;;) {
		const struct token *key = parser->at;
		if (key->kind != TOKEN_QUOTED && key->kind != TOKEN_UNQUOTED)
			return refuse_unexpected(parser, "['quoted_identifier', 'unquoted_identifier']");
		parser->at++;
		struct node *item = match(parser, TOKEN_COLON) ? parse_expression(parser, 0) : NULL;
		if (item == NULL)
			return NULL;
		item->key = key->text;
		node_adopt(map, item);
		if (next_is(parser, TOKEN_RBRACE))
			break;
		if (next_is(parser, TOKEN_COMMA))
			parser->at++;
	}
	parser->at++;
	return map;
}

static struct node *
parse_after_dot(struct parser *parser, int power)
{
	static const char expected[] = "['quoted_identifier', 'unquoted_identifier', 'lbracket', 'lbrace']";

	switch (parser->at->kind) {
	case TOKEN_QUOTED:
	case TOKEN_UNQUOTED:
	case TOKEN_STAR:
		return parse_expression(parser, power);
	case TOKEN_LBRACKET:
		parser->at++;
		return parse_select_list(parser);
	case TOKEN_LBRACE:
		parser->at++;
		return parse_select_map(parser);
	default:
		return refuse(parser, parser->at,
			arena_printf(parser->arena, "Expecting: %s, got: %s", expected, token_names[parser->at->kind]));
	}
}

/* What is asked of each element; what binds weakly ends the projection. */
static struct node *
parse_projected(struct parser *parser, int power)
{
	if (powers[parser->at->kind] < POWER_STOPS_PROJECTION)
		return node_current(parser);
	if (next_is(parser, TOKEN_LBRACKET) || next_is(parser, TOKEN_FILTER))
		return parse_expression(parser, power);
	if (!next_is(parser, TOKEN_DOT))
		return refuse(parser, parser->at, STR("syntax error"));
	parser->at++;
	return parse_after_dot(parser, power);
}

static struct node *
parse_projection(struct parser *parser, enum node_kind kind, struct node *left, int power)
{
	return node_over(parser, kind, left, parse_projected(parser, power));
}

static struct bound
token_bound(const struct token *token)
{
	struct str digits = token->text;
	bool negative = str_starts_with(digits, STR("-"));
	int64_t at = INT64_MAX;

	if (negative)
		digits = (struct str){ digits.p + 1, digits.n - 1 };
	/* More than fits: beyond any list. */
	if (!str_to_i64(digits, &at))
		at = INT64_MAX;
	return (struct bound){ true, negative ? -at : at };
}

static struct node *
parse_slice(struct parser *parser)
{
	struct node *slice = node_new(parser, NODE_SLICE);
	size_t part = 0;

	while (!next_is(parser, TOKEN_RBRACKET)) {
		if (next_is(parser, TOKEN_NUMBER))
			slice->bounds[part] = token_bound(parser->at);
		else if (!next_is(parser, TOKEN_COLON) || ++part == ARRAY_COUNT(slice->bounds))
			return refuse(parser, parser->at, STR("syntax error"));
		parser->at++;
	}
	parser->at++;
	return slice;
}

/* [1] or [1:2:3], after its bracket. */
static struct node *
parse_index(struct parser *parser, struct node *left)
{
	if (next_is(parser, TOKEN_COLON) || parser->at[1].kind == TOKEN_COLON) {
		struct node *slice = parse_slice(parser);
		if (slice == NULL)
			return NULL;
		return parse_projection(
			parser, NODE_PROJECT, node_join(parser, NODE_CHAIN, left, slice), powers[TOKEN_STAR]);
	}
	struct node *index = node_new(parser, NODE_INDEX);
	index->bounds[0] = token_bound(parser->at++);
	return match(parser, TOKEN_RBRACKET) ? node_join(parser, NODE_CHAIN, left, index) : NULL;
}

static struct node *
parse_bracket(struct parser *parser)
{
	if (next_is(parser, TOKEN_NUMBER) || next_is(parser, TOKEN_COLON))
		return parse_index(parser, node_current(parser));
	if (!next_is(parser, TOKEN_STAR) || parser->at[1].kind != TOKEN_RBRACKET)
		return parse_select_list(parser);
	parser->at += 2;
	return parse_projection(parser, NODE_PROJECT, node_current(parser), powers[TOKEN_STAR]);
}

static struct node *
parse_bracket_after(struct parser *parser, struct node *left)
{
	if (next_is(parser, TOKEN_NUMBER) || next_is(parser, TOKEN_COLON))
		return parse_index(parser, left);
	if (!match(parser, TOKEN_STAR) || !match(parser, TOKEN_RBRACKET))
		return NULL;
	return parse_projection(parser, NODE_PROJECT, left, powers[TOKEN_STAR]);
}

static struct node *
parse_filter(struct parser *parser, struct node *left)
{
	struct node *condition = parse_expression(parser, 0);

	if (condition == NULL || !match(parser, TOKEN_RBRACKET))
		return NULL;
	struct node *filter = parse_projection(parser, NODE_FILTER, left, powers[TOKEN_FILTER]);
	if (filter != NULL)
		node_adopt(filter, condition);
	return filter;
}

static struct node *
parse_argument(struct parser *parser)
{
	if (!next_is(parser, TOKEN_EXPREF))
		return parse_expression(parser, 0);
	parser->at++;
	return node_above(parser, NODE_EXPRESSION, parse_expression(parser, 0));
}

static struct node *
parse_call(struct parser *parser, struct node *left)
{
	const struct token *name = parser->at - 2;

	if (left->kind != NODE_FIELD) {
		struct str words = token_words(name, parser->arena);
		return refuse(
			parser, name, arena_printf(parser->arena, "Invalid function name '%.*s'", STR_ARG(words)));
	}
	struct node *call = node_new(parser, NODE_CALL);
	call->name = left->name;
	while (!next_is(parser, TOKEN_RPAREN)) {
		struct node *argument = parse_argument(parser);
		if (argument == NULL)
			return NULL;
		node_adopt(call, argument);
		if (next_is(parser, TOKEN_COMMA))
			parser->at++;
	}
	parser->at++;
	return call;
}

static struct node *
parse_literal(struct parser *parser, const struct token *token)
{
	struct node *node = node_new(parser, NODE_LITERAL);

	node->literal = token->literal;
	return node;
}

static struct node *
parse_quoted(struct parser *parser, const struct token *token)
{
	if (next_is(parser, TOKEN_LPAREN))
		return refuse_at(parser, parser->at, 0, STR("Quoted identifier not allowed for function names."));
	return node_field(parser, token->text);
}

/* What can stand where an expression begins. */
static struct node *
parse_start(struct parser *parser)
{
	const struct token *token = parser->at++;
	struct node *inner;

	switch (token->kind) {
	case TOKEN_UNQUOTED:
		return node_field(parser, token->text);
	case TOKEN_QUOTED:
		return parse_quoted(parser, token);
	case TOKEN_LITERAL:
		return parse_literal(parser, token);
	case TOKEN_CURRENT:
		return node_current(parser);
	case TOKEN_STAR:
		return parse_projection(parser, NODE_PROJECT_VALUES, node_current(parser), powers[TOKEN_STAR]);
	case TOKEN_FLATTEN:
		inner = node_above(parser, NODE_FLATTEN, node_current(parser));
		return parse_projection(parser, NODE_PROJECT, inner, powers[TOKEN_FLATTEN]);
	case TOKEN_FILTER:
		return parse_filter(parser, node_current(parser));
	case TOKEN_LBRACE:
		return parse_select_map(parser);
	case TOKEN_LBRACKET:
		return parse_bracket(parser);
	case TOKEN_LPAREN:
		inner = parse_expression(parser, 0);
		return inner != NULL && match(parser, TOKEN_RPAREN) ? inner : NULL;
	case TOKEN_NOT:
		return node_above(parser, NODE_NOT, parse_expression(parser, powers[TOKEN_NOT]));
	case TOKEN_EOF:
		return refuse_end(parser);
	default:
		return refuse(parser, token, STR("invalid token"));
	}
}

static struct node *
parse_comparison(struct parser *parser, struct node *left, enum token_kind comparator)
{
	struct node *node = node_over(parser, NODE_COMPARE, left, parse_expression(parser, powers[comparator]));

	if (node != NULL)
		node->comparator = comparator;
	return node;
}

/* What can follow an expression and take it for its own left side. */
static struct node *
parse_rest(struct parser *parser, struct node *left)
{
	const struct token *token = parser->at++;

	switch (token->kind) {
	case TOKEN_DOT:
		if (!next_is(parser, TOKEN_STAR))
			return node_join(parser, NODE_CHAIN, left, parse_after_dot(parser, powers[TOKEN_DOT]));
		parser->at++;
		return parse_projection(parser, NODE_PROJECT_VALUES, left, powers[TOKEN_DOT]);
	case TOKEN_PIPE:
		return node_join(parser, NODE_CHAIN, left, parse_expression(parser, powers[TOKEN_PIPE]));
	case TOKEN_OR:
		return node_join(parser, NODE_OR, left, parse_expression(parser, powers[TOKEN_OR]));
	case TOKEN_AND:
		return node_join(parser, NODE_AND, left, parse_expression(parser, powers[TOKEN_AND]));
	case TOKEN_EQ:
	case TOKEN_NE:
	case TOKEN_LT:
	case TOKEN_LTE:
	case TOKEN_GT:
	case TOKEN_GTE:
		return parse_comparison(parser, left, token->kind);
	case TOKEN_FLATTEN:
		return parse_projection(
			parser, NODE_PROJECT, node_above(parser, NODE_FLATTEN, left), powers[TOKEN_FLATTEN]);
	case TOKEN_FILTER:
		return parse_filter(parser, left);
	case TOKEN_LBRACKET:
		return parse_bracket_after(parser, left);
	case TOKEN_LPAREN:
		return parse_call(parser, left);
	default:
		return refuse(parser, token, STR("invalid token"));
	}
}

static struct node *
parse_expression(struct parser *parser, int power)
{
	if (parser->depth == JMESPATH_MAX_DEPTH)
		return refuse_depth(parser);
	parser->depth++;
	struct node *left = parse_start(parser);
	while (left != NULL && left->depth <= JMESPATH_MAX_DEPTH && power < powers[parser->at->kind])
		left = parse_rest(parser, left);
	parser->depth--;
	return left != NULL && left->depth > JMESPATH_MAX_DEPTH ? refuse_depth(parser) : left;
}

bool
jmespath_compile(struct str text, struct arena *arena, const struct jmespath **out, struct fault *fault)
{
	struct parser parser = { .arena = arena, .fault = fault };

	if (text.n == 0)
		return fault_set(fault, FAULT_INVALID_ARGS, "Invalid JMESPath expression: cannot be empty.");
	if (text.n > JMESPATH_MAX_BYTES)
		return fault_set(fault, FAULT_INVALID_ARGS,
			"Invalid JMESPath expression: it has %zu bytes, %d are the most.", text.n, JMESPATH_MAX_BYTES);
	if (!utf8_valid(text))
		return fault_set(fault, FAULT_INVALID_ARGS, "Invalid JMESPath expression: it is not UTF-8 text.");

	parser.text = arena_str(arena, text);
	if (!token_read_all(parser.text, arena, &parser.at, fault))
		return false;
	struct node *root = parse_expression(&parser, 0);
	if (root == NULL)
		return false;
	if (!next_is(&parser, TOKEN_EOF)) {
		struct str words = token_words(parser.at, arena);
		(void)refuse(&parser, parser.at, arena_printf(arena, "Unexpected token: %.*s", STR_ARG(words)));
		return false;
	}
	struct jmespath *expression = ARENA_NEW(arena, struct jmespath);
	expression->root = root;
	*out = expression;
	return true;
}
