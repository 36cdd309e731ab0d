/* look.h — finds values in a generated struct by a path of names, for those who know operations only by their tables.
 */
#ifndef CHANCERY_MODEL_LOOK_H
#define CHANCERY_MODEL_LOOK_H

#include "model/shape.h"

/* The member of that name on the wire; NULL if the shape has none. */
const struct member *look_member(const struct shape *shape, struct str name);

/* Whether a member of a structure or a union is there. */
bool look_there(const struct shape *shape, const struct member *member, const void *value);

/* Calls `see` for each value at a path: names, and [] for all that is in a list ("Certificate.Options[].Status"). What
 * is absent is not seen. */
typedef void look_see(void *context, const struct shape *shape, const void *value);
void look_at(const struct shape *shape, const void *value, const char *path, look_see *see, void *context);

/* The text of a string or an enum; absent for any other kind. */
struct str look_text(const struct shape *shape, const void *value);

#endif
