"""A model as C: the structs that handlers see, the tables that the walks in src/model read, and the dispatch list."""

import re

# Words that no member may be called in C17.
KEYWORDS = set(
    """auto break case char const continue default do double else enum extern float for goto if inline int long register
    restrict return short signed sizeof static struct switch typedef union unsigned void volatile while bool""".split()
)
MATCHERS = {
    "success": "WAITER_ANSWERED",
    "errorType": "WAITER_ERROR",
    "stringEquals": "WAITER_EQUALS",
    "allStringEquals": "WAITER_ALL",
    "anyStringEquals": "WAITER_ANY",
}
SCALARS = {"integer": "int64_t", "long": "int64_t", "boolean": "bool", "timestamp": "int64_t"}

# How a shape becomes C; told at the top of the header. {p} is the prefix, {P} the same in capitals.
MAPPING = (
    ("operation", "handler {p}_<operation>", "of struct {p}_<operation>_request and struct {p}_<operation>_response"),
    ("string", "struct str x;", "p == NULL: absent"),
    ("blob", "struct bytes x;", "decoded from base64"),
    ("sensitive", "struct secret x;", "a string or a blob that is never printed"),
    ("enum", "struct choice x;", "x.v is a constant below: {P}_<ENUM>_<VALUE>, counted from 1"),
    ("integer", "int64_t x; bool has_x;", ""),
    ("boolean", "bool x; bool has_x;", ""),
    ("timestamp", "int64_t x_ms; bool has_x;", "milliseconds since 1970-01-01T00:00:00Z"),
    ("list", "struct {p}_<list> x;", "{{ T *v; size_t n; bool has; }}; structures stand in v themselves"),
    ("structure", "const struct {p}_<name> *x;", "NULL: absent"),
    ("union", "const struct {p}_<name> *x;", "{{ kind; members; union {{ … }}; }}; x->kind is {P}_<NAME>_<MEMBER>,"),
    ("", "", "counted from 1; there is no has_x inside: kind says which member is there"),
)


def mapping(prefix):
    lines = [" * How the model became C (see also model/model.h):"]
    for kind, form, note in MAPPING:
        form, note = (text.format(p=prefix, P=prefix.upper()) for text in (form, note))
        lines.append(f" *   {kind:<12}{form:<34}{note}".rstrip())
    lines.append(f" * Every shape <name> has its table {prefix}_<name>_shape. */")
    return "\n".join(lines)


def snake(name):
    """CertificateArn -> certificate_arn, X509Attributes -> x509_attributes, OID -> oid."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def kebab(name):
    return snake(name).replace("_", "-")


def literal(text):
    """A C string. A second ? is escaped, or "??(" would be a trigraph."""
    out = []
    for byte in text.encode():
        char = chr(byte)
        if char in '"\\':
            out.append("\\" + char)
        elif char == "?" and out and out[-1] == "?":
            out.append("\\?")
        elif 0x20 <= byte < 0x7F:
            out.append(char)
        else:
            out.append(f"\\{byte:03o}")
    return '"' + "".join(out) + '"'


class Emitter:
    def __init__(self, model, source):
        self.model = model
        self.source = source
        self.prefix = model.service.trait("cPrefix")
        self.shapes = self.carried()
        self.constants = set()

    def carried(self):
        """Exceptions and what only they hold have no C: wire/edge.c writes them."""
        seen, todo = set(), []
        for operation in self.model.operations:
            todo += [operation.properties[key] for key in ("input", "output") if operation.properties[key]]
        while todo:
            shape = todo.pop()
            if shape not in seen:
                seen.add(shape)
                todo += [member.shape for member in shape.members if member.shape is not None]
        return [shape for shape in self.model.shapes if shape in seen]

    # Names

    def c(self, shape):
        return f"{self.prefix}_{snake(shape.name)}"

    def table(self, shape):
        return f"{self.c(shape)}_shape"

    def constant(self, shape, name):
        constant = f"{self.prefix}_{snake(shape.name)}_{name}".upper()
        if constant in self.constants:
            raise SystemExit(f"{shape.where}: {constant} would be defined twice")
        self.constants.add(constant)
        return constant

    def field(self, member):
        name = snake(member.name)
        if name in KEYWORDS:
            raise SystemExit(f"{member.where}: {name} is a word of C")
        return name + "_ms" if member.shape.kind == "timestamp" else name

    def type(self, shape):
        """The C type of a value that is a member."""
        if shape.kind in ("structure", "union"):
            return f"const struct {self.c(shape)} *"
        return self.type_inline(shape) + " "

    def type_inline(self, shape):
        """The C type of a value that stands in a list, or is the whole."""
        if "sensitive" in shape.traits:
            return "struct secret"
        simple = {"string": "struct str", "blob": "struct bytes", "enum": "struct choice", **SCALARS}
        return simple.get(shape.kind) or f"struct {self.c(shape)}"

    # The header

    def header(self):
        guard = f"CHANCERY_MODEL_{self.prefix.upper()}_H"
        p, title = self.prefix, self.model.service.trait("title")
        parts = [
            f"/* {p}.h — {title}: its structs and tables, generated from api/{self.source}. Edit the model.\n *\n"
            + mapping(p),
            f'#ifndef {guard}\n#define {guard}\n\n#include "model/operation.h"',
            f"extern const struct service {p}_service;",
        ]
        parts += [self.enum(shape) for shape in self.shapes if shape.kind == "enum"]
        parts.append("\n".join(f"struct {self.c(s)};" for s in self.shapes if s.kind in ("structure", "union")))
        parts += [self.list(shape) for shape in self.shapes if shape.kind == "list"]
        parts += [self.structure(shape) for shape in self.shapes if shape.kind == "structure"]
        parts += [self.union(shape) for shape in self.shapes if shape.kind == "union"]
        parts.append("\n".join(f"extern const struct shape {self.table(shape)};" for shape in self.shapes))
        parts.append("#endif")
        return "\n\n".join(parts) + "\n"

    def enum(self, shape):
        lines = [f"enum {self.c(shape)} {{"]
        for number, value in enumerate(shape.members, 1):
            lines.append(f"\t{self.constant(shape, value.name)} = {number},")
        return "\n".join(lines + ["};"])

    def list(self, shape):
        element = shape.members[0].shape
        first = f"{self.type_inline(element)} *v;{self.note(element)}"
        return f"struct {self.c(shape)} {{\n\t{first}\n\tsize_t n;\n\tbool has;\n}};"

    def note(self, shape):
        return f" /* enum {self.c(shape)} */" if shape.kind == "enum" else ""

    def declaration(self, member):
        return f"{self.type(member.shape)}{self.field(member)};{self.note(member.shape)}"

    def structure(self, shape):
        lines = [f"struct {self.c(shape)} {{"]
        for member in shape.members:
            lines.append("\t" + self.declaration(member))
            if member.shape.kind in SCALARS:
                lines.append(f"\tbool has_{snake(member.name)};")
        return "\n".join(lines + ["};"])

    def union(self, shape):
        c = self.c(shape)
        lines = [f"enum {c}_kind {{"]
        for number, member in enumerate(shape.members, 1):
            lines.append(f"\t{self.constant(shape, snake(member.name))} = {number},")
        lines += ["};", f"struct {c} {{", f"\tenum {c}_kind kind; /* 0: none */"]
        lines += ["\tunsigned members; /* how many the JSON held */", "\tunion {"]
        lines += ["\t\t" + self.declaration(member) for member in shape.members]
        return "\n".join(lines + ["\t};", "};"])

    # The tables

    def tables(self):
        parts = [
            f"/* Generated from api/{self.source}: edit the model. */",
            f'#include "model/{self.prefix}.h"\n\n#include <stddef.h>\n\n#include "model/pattern.h"',
        ]
        parts += [self.shape(shape) for shape in self.shapes]
        parts += [self.operations(), self.service()]
        return "\n\n".join(parts) + "\n"

    def shape(self, shape):
        before = ""
        rows = [f".name = {literal(shape.name)}", f".kind = SHAPE_{shape.kind.upper()}"]
        rows.append(f".size = sizeof({self.type_inline(shape)})")
        if "sensitive" in shape.traits:
            rows.append(".sensitive = true")
        limits = shape.trait("length") or shape.trait("range") or {}
        for key in ("min", "max"):
            if key in limits:
                rows.append(f".has_{key} = true, .{key} = {limits[key]}")
        if "pattern" in shape.traits:
            before = f"static struct pattern {self.c(shape)}_pattern;\n"
            anchored = shape.traits["pattern"]
            printed = anchored if "printsAnchors" in shape.traits else anchored[1:-1]
            rows.append(f".pattern = {literal(anchored[1:-1])}")
            rows.append(f".pattern_printed = {literal(printed)}")
            rows.append(f".matcher = &{self.c(shape)}_pattern")
        if shape.kind == "enum":
            values = ", ".join(literal(value.value) for value in shape.members)
            rows.append(f".values = (const char *const[]){{ {values}, NULL }}")
        if shape.kind == "list":
            rows.append(f".element = &{self.table(shape.members[0].shape)}")
        if shape.kind in ("structure", "union") and shape.members:
            before += self.members(shape)
            rows.append(f".members = {self.c(shape)}_members, .member_count = {len(shape.members)}")
        if shape.kind == "union":
            for key in ("members", "kind"):
                rows.append(f".{key}_offset = offsetof(struct {self.c(shape)}, {key})")
        body = "".join(f"\t{row},\n" for row in rows)
        return f"{before}const struct shape {self.table(shape)} = {{\n{body}}};"

    def members(self, shape):
        return f"static const struct member {self.c(shape)}_members[] = {{\n" + "".join(
            f"\t{{ {self.member(shape, member)} }},\n" for member in shape.members
        ) + "};\n"

    def member(self, shape, member):
        struct, name = f"struct {self.c(shape)}", member.name
        cells = [f".name = {literal(name)}", f".path = {literal(name[0].lower() + name[1:])}"]
        cells.append(f".option = {literal(kebab(name))}")
        if "documentation" in member.traits:
            cells.append(f".help = {literal(member.traits['documentation'])}")
        cells.append(f".shape = &{self.table(member.shape)}")
        cells.append(f".offset = offsetof({struct}, {self.field(member)})")
        if shape.kind == "structure" and member.shape.kind in SCALARS:
            cells.append(f".has_offset = offsetof({struct}, has_{snake(name)})")
        if "required" in member.traits:
            cells.append(".required = true")
        return ", ".join(cells)

    def operations(self):
        rows = [self.operation(operation) for operation in self.model.operations]
        return f"static const struct operation {self.prefix}_operations[] = {{\n" + "".join(rows) + "};"

    def operation(self, operation):
        properties = operation.properties
        cells = [
            f".name = {literal(operation.name)}",
            f".command = {literal(kebab(operation.name))}",
            f".handler = {literal(self.prefix + '_' + snake(operation.name))}",
            f".help = {literal(operation.doc)}",
        ]
        cells += [f".{key} = &{self.table(properties[key])}" for key in ("input", "output") if properties[key]]
        cells.append(f".access = OPERATION_{'READS' if 'readonly' in operation.traits else 'WRITES'}")
        cells.append(f".lane = OPERATION_{'LONG' if 'long' in operation.traits else 'QUICK'}")
        errors = "".join(literal(error.name) + ", " for error in properties["errors"])
        cells.append(f".errors = (const char *const[]){{ {errors}NULL }}")
        pages = operation.trait("paginated", {})
        for key, name in (("inputToken", "input_token"), ("outputToken", "output_token"), ("pageSize", "limit"),
                          ("items", "result")):
            if pages:
                cells.append(f".page_{name} = {literal(pages[key])}")
        return "\t{\n" + "".join(f"\t\t{cell},\n" for cell in cells) + "\t},\n"

    def waiters(self):
        rows = []
        for number, operation in enumerate(self.model.operations):
            for name, waiter in operation.trait("waitable", {}).items():
                acceptors = "".join(f"\t\t\t{self.acceptor(entry)},\n" for entry in waiter["acceptors"])
                cells = [
                    f".name = {literal(name)}",
                    f".command = {literal(kebab(name))}",
                    f".help = {literal(waiter['documentation'])}",
                    f".operation = &{self.prefix}_operations[{number}]",
                    f".delay_s = {waiter['minDelay']}",
                    f".attempts = {operation.traits['waiterAttempts']}",
                    f".acceptors = (const struct acceptor[]){{\n{acceptors}\t\t}}",
                    f".acceptor_count = {len(waiter['acceptors'])}",
                ]
                rows.append("\t{\n" + "".join(f"\t\t{cell},\n" for cell in cells) + "\t},\n")
        return rows

    def acceptor(self, entry):
        matcher = entry["matcher"]
        output = matcher.get("output", {})
        kind = MATCHERS[output.get("comparator") or next(iter(matcher))]
        path = literal(output["path"]) if output else "NULL"
        expected = output.get("expected") or matcher.get("errorType")
        return f"{{ WAITER_{entry['state'].upper()}, {kind}, {path}, {literal(expected) if expected else 'NULL'} }}"

    def service(self):
        service = self.model.service
        waiters = self.waiters()
        before = ""
        if waiters:
            before = f"static const struct waiter {self.prefix}_waiters[] = {{\n" + "".join(waiters) + "};\n\n"
        rows = [
            f".command = {literal(service.traits['service']['arnNamespace'])}",
            f".signing_name = {literal(service.traits['sigv4']['name'])}",
            f".target_prefix = {literal(service.name)}",
            f".title = {literal(service.traits['title'])}",
            f".operations = {self.prefix}_operations",
            f".operation_count = {len(self.model.operations)}",
        ]
        if waiters:
            rows += [f".waiters = {self.prefix}_waiters", f".waiter_count = {len(waiters)}"]
        return f"{before}const struct service {self.prefix}_service = {{\n" + "".join(f"\t{row},\n" for row in rows) + "};"

    # The list

    def list_of_operations(self):
        forms = []
        for operation in self.model.operations:
            form = {
                (True, True): "IN_OUT",
                (True, False): "IN_ONLY",
                (False, True): "OUT_ONLY",
            }.get((operation.properties["input"] is not None, operation.properties["output"] is not None))
            if form is None:
                raise SystemExit(f"{operation.where}: an operation needs an input or an output")
            forms.append(f"\t{form}({self.prefix}, {operation.name}, {snake(operation.name)})")
        name = f"{self.prefix.upper()}_OPERATIONS"
        return (
            f"/* Generated from api/{self.source}: edit the model.\n"
            " *\n"
            f" * {name}(IN_OUT, IN_ONLY, OUT_ONLY) puts one of its macros for each operation: see operation.h. */\n"
            f"#ifndef CHANCERY_MODEL_{name}_H\n#define CHANCERY_MODEL_{name}_H\n\n"
            f"#define {name}(IN_OUT, IN_ONLY, OUT_ONLY) \\\n" + " \\\n".join(forms) + "\n\n#endif\n"
        )
