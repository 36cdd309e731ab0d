/* printable.h — text of others, made fit for a terminal: whoever wrote a subject must not move the cursor, nor turn the
 * direction of what stands beside it. */
#ifndef CHANCERY_CLI_PRINTABLE_H
#define CHANCERY_CLI_PRINTABLE_H

#include "base/arena.h"

/* Control characters (C0, DEL, C1), line and paragraph separators and the controls of direction become \x1b, \u202e;
 * what is not UTF-8 becomes \xff. Clean text is not copied; absent text becomes empty. */
struct str printable(struct str text, struct arena *arena);

#endif
