/* render.h — values as AWS's messages print them: Java's toString(). Inside this room only. */
#ifndef CHANCERY_MODEL_RENDER_H
#define CHANCERY_MODEL_RENDER_H

#include "base/buffer.h"
#include "model/shape.h"

/* A value longer than this is cut, with "..." where it was: a message must not repeat what a caller sends at length. An
 * ordinary name or ARN passes whole. */
enum { RENDER_VALUE_MAX = 256 };

/* Appends the value that stands at `value`. Sensitive parts are named, never printed. */
void render_value(const struct shape *shape, const void *value, struct buffer *out);

#endif
