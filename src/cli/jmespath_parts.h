/* jmespath_parts.h — the inside of jmespath.h: tokens become nodes, nodes are walked, functions are called.
 *
 * The words of faults are those of jmespath.py, which the AWS CLI shows to its users; so are results wherever the
 * specification leaves room (strings have an order, numbers are Python's). */
#ifndef CHANCERY_CLI_JMESPATH_PARTS_H
#define CHANCERY_CLI_JMESPATH_PARTS_H

#include "base/buffer.h"
#include "cli/jmespath.h"
#include "cli/json.h"

/* ---- jmespath_lex.c ---- */

enum token_kind {
	TOKEN_EOF,
	TOKEN_UNQUOTED,
	TOKEN_QUOTED,
	TOKEN_LITERAL,
	TOKEN_NUMBER,
	TOKEN_RBRACKET,
	TOKEN_RPAREN,
	TOKEN_RBRACE,
	TOKEN_COMMA,
	TOKEN_COLON,
	TOKEN_CURRENT,
	TOKEN_EXPREF,
	TOKEN_PIPE,
	TOKEN_OR,
	TOKEN_AND,
	TOKEN_EQ,
	TOKEN_NE,
	TOKEN_LT,
	TOKEN_LTE,
	TOKEN_GT,
	TOKEN_GTE,
	TOKEN_FLATTEN,
	TOKEN_STAR,
	TOKEN_FILTER,
	TOKEN_DOT,
	TOKEN_NOT,
	TOKEN_LBRACE,
	TOKEN_LBRACKET,
	TOKEN_LPAREN,
};

struct token {
	enum token_kind kind;
	size_t start;    /* in bytes */
	struct str text; /* of an identifier, what it names; of a number, an integer without leading zeros */
	const struct value *literal;
};

/* The last token is TOKEN_EOF. `text` outlives the tokens. */
MUST_CHECK bool token_read_all(struct str text, struct arena *arena, const struct token **out, struct fault *fault);

/* ---- jmespath_parse.c ---- */

enum node_kind {
	NODE_CURRENT,
	NODE_FIELD,
	NODE_LITERAL,
	NODE_INDEX,
	NODE_SLICE,
	NODE_CHAIN, /* a.b, a[0], a | b: each child is asked of what the one before it gave */
	NODE_OR,
	NODE_AND,
	NODE_NOT,
	NODE_COMPARE,
	NODE_FLATTEN,
	NODE_PROJECT,        /* children: the list, and what is asked of each of its elements */
	NODE_PROJECT_VALUES, /* the same of a map */
	NODE_FILTER,         /* a third child: the condition */
	NODE_SELECT_LIST,
	NODE_SELECT_MAP, /* children have names */
	NODE_CALL,
	NODE_EXPRESSION, /* &a: an argument of a function, and nowhere else */
};

struct bound {
	bool given;
	int64_t at; /* what an index cannot reach is held to the range */
};

struct node {
	enum node_kind kind;
	int depth;       /* of what hangs below; a leaf has 1 */
	struct str name; /* of a field, a function */
	struct str key;  /* in a map that is selected */
	const struct value *literal;
	enum token_kind comparator;
	struct bound bounds[3]; /* start, stop, step; the first is an index */
	struct node *first, *last, *next;
};

struct jmespath {
	struct node *root;
};

/* ---- jmespath_search.c ---- */

/* An expression of one line can double a value a thousand times. What a search may cost is limited. */
struct search_limits {
	size_t bytes;   /* of memory taken */
	uint64_t steps; /* nodes asked, values compared or written */
};

struct search {
	struct search_limits left; /* `bytes`: what the arena's count may reach */
	struct arena *arena;
	struct fault *fault;
	const struct value *null, *yes, *no; /* one of each is enough */
};

MUST_CHECK bool jmespath_search_within(const struct jmespath *expression, const struct value *value,
	const struct search_limits *limits, struct arena *arena, struct value **out, struct fault *fault);
MUST_CHECK bool node_search(
	struct search *search, const struct node *node, const struct value *value, const struct value **out);
/* False, with the fault set, when that is more than is left. */
MUST_CHECK bool search_spend(struct search *search, uint64_t steps);
/* `bytes` more, beside what the arena counts. */
MUST_CHECK bool search_afford(struct search *search, size_t bytes);
const struct value *search_truth(const struct search *search, bool truth);
/* Values are never changed, so results may hold parts of what was searched. */
struct value *value_share(const struct value *value);
bool value_is_false(const struct value *value);

/* Values nest this deep at most: what JSON may, in as many selections as an expression may. */
enum { SEARCH_MAX_DEPTH = JSON_MAX_DEPTH + JMESPATH_MAX_DEPTH };
bool search_too_deep(struct search *search); /* sets the fault; false */

/* ---- jmespath_function.c ---- */

struct argument {
	const struct value *value;     /* NULL: an expression */
	const struct node *expression; /* without its & */
};

MUST_CHECK bool function_call(struct search *search, struct str name, const struct argument *arguments, size_t count,
	const struct value **out);
/* What jmespath.py says of a value of the wrong type. `received` is the type in its words. */
bool function_refuse_value(struct search *search, const char *function, const struct argument *argument,
	const char *expected, const char *received);
const char *value_type_name(const struct value *value); /* "number", "array", …, "unknown" */

/* ---- jmespath_order.c ---- */

enum order { ORDER_LESS = -1, ORDER_SAME, ORDER_MORE, ORDER_NONE };

/* Of two strings, or two numbers; ORDER_NONE otherwise, and for NaN. */
enum order value_order(struct search *search, const struct value *a, const struct value *b);
MUST_CHECK bool value_equal(struct search *search, const struct value *a, const struct value *b, bool *same);
/* Refuses two values that have no order, as Python does. */
bool order_refuse(struct search *search, const char *comparator, const struct value *a, const struct value *b);

typedef bool function_run(
	struct search *search, const struct argument *arguments, size_t count, const struct value **out);
function_run function_sort, function_sort_by, function_max, function_max_by, function_min, function_min_by;

/* ---- jmespath_number.c: numbers as Python has them, integers of any length and doubles ---- */

struct number {
	bool is_real;
	double real;
	bool negative;     /* of an integer that is not 0 */
	struct str digits; /* its magnitude, no leading zeros */
};

/* `text` is a JSON number, or what number_print() made. An integer borrows from it. */
struct number number_read(struct str text, struct arena *arena);
/* As Python reads text: white space around, a plus, underscores between digits, "inf". */
bool number_scan(struct str text, struct arena *arena, struct number *out);
/* As Python's json.dumps prints: 3, 3.0, 1e+16, NaN. */
struct str number_print(const struct number *number, struct arena *arena);
enum order number_order(const struct number *a, const struct number *b);
struct number number_add(const struct number *a, const struct number *b, struct arena *arena);
double number_real(const struct number *number, struct arena *arena); /* infinite when it is too large */
/* Of a finite real: its whole part, which the caller has rounded. */
struct number number_whole(double real, struct arena *arena);

/* ---- jmespath_words.c: values as Python writes them ---- */

/* As json.dumps(…, separators=(',', ':')): ASCII only. */
MUST_CHECK bool words_json(struct search *search, const struct value *value, struct buffer *out);
/* As str(): for messages, and therefore cut: text that has lines after its first line, so that no key is quoted. */
struct str words_of(const struct value *value, struct arena *arena);
const char *words_type(const struct value *value); /* "str", "NoneType", … */

#endif
