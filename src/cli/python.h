/* python.h — values as Python shows them: the AWS CLI's text and tables are made of str(), and its numbers have been
 * through Python's. */
#ifndef CHANCERY_CLI_PYTHON_H
#define CHANCERY_CLI_PYTHON_H

#include "base/buffer.h"
#include "cli/value.h"

/* A number's text as repr() has it after JSON was read: whole numbers as they are, others as the shortest text that
 * reads back as the same double. Beyond the range of a double: "inf", "-inf". */
void python_put_number(struct str number, struct buffer *out);
/* str(): text as it is; None, True, False; lists and maps by their repr(). */
void python_put(const struct value *value, struct buffer *out);

#endif
