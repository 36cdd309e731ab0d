/* yaml.h — YAML 1.2's core as far as the AWS CLI goes: --cli-input-yaml, --output yaml, yaml-stream, and skeletons. */
#ifndef CHANCERY_CLI_YAML_H
#define CHANCERY_CLI_YAML_H

#include "base/buffer.h"
#include "base/fault.h"
#include "cli/value.h"

/* What aliases may add to a document in all, in characters and some for every node: a thousandfold is an attack. */
enum { YAML_MAX_EXPANSION = 4 * 1024 * 1024 };

/* One document, of maps with text keys. Plain scalars become null, booleans, numbers or text as the AWS CLI's loader
 * (ruamel.yaml, YAML 1.2) takes them; a timestamp stays the text that it is. !!binary becomes bytes; `<<` merges maps.
 * Keys that come twice are refused, and aliases beyond a limit on what they expand to, or inside of what they name. As
 * deep and as many keys as JSON. FAULT_SERIALIZATION: "… at line 3 column 5"; it never quotes what it read. */
MUST_CHECK bool yaml_read(struct str text, struct arena *arena, struct value **out, struct fault *fault);
/* One document as the AWS CLI's dumper (ruamel.yaml over libyaml) writes it: block style, two spaces, sorted keys,
 * quotes only where needed. A list or map that stands in several places (by its address) is written once, and then as
 * an alias. */
void yaml_write(const struct value *value, struct buffer *out);

#endif
