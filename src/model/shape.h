/* shape.h — what the generated tables are made of. Handlers do not need it; the walks and the command line do. */
#ifndef CHANCERY_MODEL_SHAPE_H
#define CHANCERY_MODEL_SHAPE_H

#include "model/model.h"

struct pattern; /* model/pattern.h */

enum shape_kind {
	SHAPE_STRING,
	SHAPE_ENUM,
	SHAPE_BLOB,
	SHAPE_INTEGER, /* 32 bits on the wire's words, 64 in C */
	SHAPE_LONG,
	SHAPE_BOOLEAN,
	SHAPE_TIMESTAMP,
	SHAPE_LIST,
	SHAPE_STRUCTURE,
	SHAPE_UNION,
};

struct member {
	const char *name;   /* as on the wire */
	const char *path;   /* as in messages: first letter lower-case */
	const char *option; /* as on the command line: "certificate-arn" */
	const char *help;   /* one line, our own words; NULL for most members of outputs */
	const struct shape *shape;
	size_t offset;     /* of the value in the struct (or in a union's struct) */
	size_t has_offset; /* of has_x; 0: there is none (strings, lists …; everything in a union) */
	bool required;
};

struct shape {
	const char *name;
	enum shape_kind kind;
	bool sensitive;
	size_t size; /* of the C value: struct str, struct choice, the struct itself … */

	/* Constraints. Lengths count characters of a string, bytes of a blob, items of a list; values an integer. */
	bool has_min, has_max;
	int64_t min, max;
	const char *pattern;         /* as the model has it; NULL none */
	const char *pattern_printed; /* as AWS prints it in messages */
	struct pattern *matcher;     /* the pattern, compiled when first needed; NULL without a pattern */
	const char *const *values;   /* enum: names in model order, constant i+1 is values[i]; NULL-terminated */

	const struct shape *element;  /* list */
	const struct member *members; /* structure, union: in model order */
	size_t member_count;
	size_t members_offset; /* union: of the `members` counter */
	size_t kind_offset;    /* union: of `kind`; member i has kind i+1 */
};

#endif
