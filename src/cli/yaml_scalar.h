/* yaml_scalar.h — what a plain scalar means: the core of YAML 1.2 as ruamel.yaml resolves it, which adds underscores,
 * binary numbers, leading zeros and timestamps. `yes`, `no`, `on` and `off` are text. */
#ifndef CHANCERY_CLI_YAML_SCALAR_H
#define CHANCERY_CLI_YAML_SCALAR_H

#include "base/buffer.h"

enum yaml_meaning {
	YAML_TEXT,
	YAML_NULL,
	YAML_BOOLEAN,
	YAML_INTEGER,
	YAML_FLOAT,
	YAML_TIMESTAMP,
	YAML_MERGE, /* << */
	YAML_VALUE, /* = */
};

enum yaml_meaning yaml_meaning_of(struct str plain);

/* The number of a YAML_INTEGER or YAML_FLOAT as JSON has it: decimal, without underscores. False: it is none in JSON
 * (.inf, .nan), or a hexadecimal, octal or binary one beyond 63 bits. */
bool yaml_put_number(struct str plain, struct buffer *out);

#endif
