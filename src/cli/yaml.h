/* yaml.h — YAML 1.2's core as far as the AWS CLI goes: --cli-input-yaml, --output yaml, yaml-stream, and skeletons. */
#ifndef CHANCERY_CLI_YAML_H
#define CHANCERY_CLI_YAML_H

#include "base/buffer.h"
#include "base/fault.h"
#include "cli/value.h"

/* One document, of maps with text keys. Plain scalars become null, booleans, numbers or text as the AWS CLI's loader
 * (ruamel.yaml, YAML 1.2) takes them; !!binary becomes bytes. Aliases are refused beyond a limit on what they expand
 * to. FAULT_SERIALIZATION: "… at line 3 column 5". */
MUST_CHECK bool yaml_read(struct str text, struct arena *arena, struct value **out, struct fault *fault);
/* As ruamel.yaml's round-trip dumper writes for the AWS CLI: block style, two spaces, quotes only where needed, lines
 * not folded differently from it. */
void yaml_write(const struct value *value, struct buffer *out);

#endif
