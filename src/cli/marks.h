/* marks.h — signs beyond ASCII where the terminal's locale has them, and what stands for them elsewhere. */
#ifndef CHANCERY_CLI_MARKS_H
#define CHANCERY_CLI_MARKS_H

#include <stdbool.h>

/* Does the environment (LC_ALL, LC_CTYPE, LANG) speak UTF-8? */
bool marks_utf8(void);

const char *marks_tick(bool ascii);   /* "✓ ", "ok": of one width */
const char *marks_cross(bool ascii);  /* "✗ ", "NO" */
const char *marks_open(bool ascii);   /* "– ", "--": neither */
const char *marks_branch(bool ascii); /* "└─ ", "`- " */

#endif
