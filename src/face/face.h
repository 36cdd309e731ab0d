/* face.h — one binary, many faces. Each reads its own options. */
#ifndef CHANCERY_FACE_FACE_H
#define CHANCERY_FACE_FACE_H

struct face {
	const char *name;
	int (*main)(int argc, char **argv); /* argv[0] is the face's own name */
	const char *help;                   /* NULL: not for people */
};

extern const struct face faces[]; /* a NULL name ends them */
extern const char face_about[];   /* what the program is, in one line */

#endif
