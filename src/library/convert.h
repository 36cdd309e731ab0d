/* convert.h — the structs of the public headers to those of the model, and back.
 *
 * A layout says where the members of a public struct stand, in the order of its shape's; the walks go through both
 * tables side by side. Requests are read where they are: the model's struct points into them. Responses are copies,
 * because they outlive the call. */
#ifndef CHANCERY_LIBRARY_CONVERT_H
#define CHANCERY_LIBRARY_CONVERT_H

#include <stddef.h>

#include "model/shape.h"

struct layout;

/* Where one member stands in a public struct. */
struct place {
	size_t at;
	size_t beside;               /* numbers, booleans, moments: has_x; lists: x_count */
	size_t text;                 /* enums and lists of them: x_text */
	const struct layout *layout; /* structures, unions and lists of them */
};

struct layout {
	const struct shape *shape;
	size_t size;                /* of the public struct */
	const struct place *places; /* as many as the shape has members */
};

/* Fills *out, a zeroed struct of the layout's shape. FAULT_INVALID_ARGS names the member that cannot be sent: one that
 * is missing, text that is not UTF-8, a NULL in a list, an enum's number without a name, none or two of a union. */
MUST_CHECK bool convert_request(
	const struct layout *layout, const void *given, struct arena *arena, void *out, struct fault *fault);
/* Fills *out, a zeroed public struct, from the model's. */
void convert_response(const struct layout *layout, const void *answer, struct arena *arena, void *out);

/* How many bytes one item of a public list takes. */
size_t convert_item_size(const struct shape *item, const struct layout *layout);

#endif
