/* model.h — shapes, and the walks over them: decode JSON into a struct, check every constraint, encode a struct.
 *
 * api/generate.py writes the structs and the tables (`model/acm.h`, `model/acm.c`, in the build folder) from
 * api/acm.smithy, and likewise pca from acm-pca.smithy and own from chancery.smithy; this room holds the walks, written
 * once. How a shape becomes C:
 *   string      struct str, p == NULL absent
 *   blob        struct bytes, decoded from base64
 *   sensitive   struct secret, for a string or a blob that is never printed
 *   enum        struct choice
 *   integer     int64_t x; bool has_x;      boolean   bool x; bool has_x;      timestamp  int64_t x_ms; bool has_x;
 *   list        struct <service>_<list_shape> { T *v; size_t n; bool has; }; empty and absent differ both ways
 *   structure   const struct <service>_<shape> *, NULL absent
 *   union       the same, pointing at { enum <service>_<shape>_kind kind; unsigned members; union { … }; }; kind 0 is
 *               none; `members` counts what the JSON held, so that none and two are both reported; what stands inside
 *               has no has_x
 *
 * Member names become snake_case: CertificateArn is certificate_arn. JSON null decodes as absent; unknown members are
 * ignored at every level; absent members are never emitted. */
#ifndef CHANCERY_MODEL_MODEL_H
#define CHANCERY_MODEL_MODEL_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "base/secret.h"

/* A value of an enum shape. `v` is the generated constant; CHOICE_ABSENT when absent; CHOICE_UNKNOWN for a value the
 * model does not know, whose text is in `raw`. Encoding writes `raw` when it is present, else the name of `v`: where
 * AWS prints another spelling than its own enum (KeyAlgorithm in DescribeCertificate), set both. */
struct choice {
	int v;
	struct str raw;
};
enum { CHOICE_UNKNOWN = -1, CHOICE_ABSENT = 0 };

/* How deep structures, lists and unions may nest in a request (SearchCertificates is recursive). */
enum { MODEL_MAX_DEPTH = 16 };

struct shape;     /* one generated table each */
struct operation; /* model/operation.h */

/* Decodes a JSON body into *out, a zeroed struct of `shape`. Faults: FAULT_SERIALIZATION, worded as wire.md 5 records
 * them; `say` is empty where AWS sends no message. Everything decoded lives in the arena. An operation without input
 * has no shape: NULL asks only for a well-formed object, and *out is not touched. */
MUST_CHECK bool model_decode(
	const struct shape *shape, struct str json, struct arena *arena, void *out, struct fault *fault);
/* Checks every constraint below `in`. Fault: FAULT_VALIDATION, all violations in one message ("2 validation errors
 * detected: …"). Sensitive values are never quoted. NULL for `shape` finds nothing. */
MUST_CHECK bool model_validate(const struct shape *shape, const void *in, struct arena *arena, struct fault *fault);
/* Appends the JSON of a struct. */
void model_encode(const struct shape *shape, const void *value, struct buffer *json);

/* The constant of an enum shape whose text is `name`: CHOICE_UNKNOWN if there is none. And back; NULL if none. */
int choice_value(const struct shape *enum_shape, struct str name);
const char *choice_name(const struct shape *enum_shape, int value);

#endif
