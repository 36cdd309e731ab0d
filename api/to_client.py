"""A model as a C programmer's client: the public header of a service, and the code behind it.

The header's structs are plainer than the model's: text ends with a NUL, lists are a pointer and a count. The code is
tables of where their members stand, which src/library/convert.c walks beside the model's own, and one function for
each operation, paginator and waiter, which hands on to src/library."""

import textwrap

import to_c
from to_c import SCALARS, snake

# Words that C++ keeps for itself, beyond those of C: a member of that name gets an underscore.
CPP_WORDS = set(
    """alignas alignof and and_eq asm bitand bitor catch char16_t char32_t class compl constexpr const_cast decltype
    delete dynamic_cast explicit export false friend mutable namespace new noexcept not not_eq nullptr operator or or_eq
    private protected public reinterpret_cast static_assert static_cast template this thread_local throw true try typeid
    typename using virtual wchar_t xor xor_eq""".split()
)
COLUMNS = 116  # of text after one tab
CODE_COLUMNS = 120


def comment(text, indent=""):
    """A Doxygen comment: one line if that is enough."""
    if len(indent) * 8 + len(text) + 7 <= CODE_COLUMNS and "\n" not in text:
        return f"{indent}/** {text} */"
    width = COLUMNS - len(indent) * 8
    lines = [line for part in text.split("\n") for line in textwrap.wrap(part, width, break_on_hyphens=False) or [""]]
    return "\n".join([f"{indent}/**", *(f"{indent} * {line}".rstrip() for line in lines), f"{indent} */"])


def signature(returns, name, parameters, end, definition=False):
    """A declaration, or the head of a definition, broken where it would be too long."""
    words = ", ".join(parameters) if parameters else "void"
    first = f"{returns}{'' if returns.endswith('*') else ' '}" if not definition else f"{returns.rstrip()}\n"
    line = f"{first}{name}({words}){end}"
    if len(line.rpartition("\n")[2]) <= CODE_COLUMNS:
        return line
    return f"{first}{name}(\n\t" + "\n\t".join(wrap_parameters(parameters)) + f"){end}"


def wrap_parameters(parameters):
    lines = [""]
    for number, parameter in enumerate(parameters):
        word = parameter + ("," if number + 1 < len(parameters) else "")
        if lines[-1] and len(lines[-1]) + 1 + len(word) > CODE_COLUMNS - 10:
            lines.append("")
        lines[-1] += (" " if lines[-1] else "") + word
    return lines


class Emitter:
    def __init__(self, model, source):
        self.model = model
        self.source = source
        self.tables = to_c.Emitter(model, source)
        self.inner = self.tables.prefix
        self.prefix = f"chancery_{self.inner}"
        command = model.service.traits["service"]["arnNamespace"]
        # Our own service would be chancery.h, which is what every service shares.
        self.file = command if command != "chancery" else self.inner
        self.shapes = self.tables.shapes
        self.waiter_count = 0

    # Names

    def c(self, shape):
        return f"{self.prefix}_{snake(shape.name)}"

    def function(self, operation):
        return f"{self.prefix}_{snake(operation.name)}"

    def field(self, member):
        name = snake(member.name)
        if member.shape.kind == "timestamp":
            return name + "_ms"
        return name + "_" if name in CPP_WORDS else name

    def type(self, shape):
        """The C type of a value: of a member, or of one item of a list."""
        simple = {"string": "const char *", "blob": "struct chancery_blob ", **{k: v + " " for k, v in SCALARS.items()}}
        if shape.kind == "enum":
            return f"enum {self.c(shape)} "
        return simple.get(shape.kind) or f"const struct {self.c(shape)} *"

    def item(self, shape):
        """The C type of what a list's pointer points at, const."""
        if shape.kind == "string":
            return "const char *const *"
        return f"const {'enum' if shape.kind == 'enum' else 'struct'} {self.c(shape)} *"

    def fields(self, member):
        """[(place, type, name)] of one member: the value first, then what stands beside it; `place` is a column of
        struct place."""
        field, shape, name = self.field(member), member.shape, snake(member.name)
        if shape.kind in SCALARS:
            return [("at", self.type(shape), field), ("beside", "bool ", f"has_{name}")]
        if shape.kind == "enum":
            return [("at", self.type(shape), field), ("text", "const char *", f"{name}_text")]
        if shape.kind != "list":
            return [("at", self.type(shape), field)]
        item = shape.members[0].shape
        fields = [("at", self.item(item), field), ("beside", "size_t ", f"{name}_count")]
        if item.kind == "enum":
            fields.append(("text", "const char *const *", f"{name}_text"))
        return fields

    # The header

    def header(self):
        title, guard = self.model.service.trait("title"), f"CHANCERY_{self.file.upper().replace('-', '_')}_H"
        parts = [
            "/**\n"
            f" * @file {self.file}.h\n"
            f" * @brief {title}: {self.model.service.doc}\n"
            " *\n"
            f" * Generated from api/{self.source}. How requests and responses are to be read stands in "
            "<chancery/chancery.h>.\n"
            " * Each operation is a function: true when it is done; false leaves *response alone and sets *error.\n"
            " * `response` and `error` may be NULL where they are not wanted.\n"
            " */",
            f"#ifndef {guard}\n#define {guard}\n\n#include <chancery/chancery.h>",
            '#ifdef __cplusplus\nextern "C" {\n#endif',
        ]
        parts += [self.enum(shape) for shape in self.shapes if shape.kind == "enum"]
        structures = [shape for shape in self.shapes if shape.kind in ("structure", "union")]
        parts.append("\n".join(f"struct {self.c(shape)};" for shape in structures))
        parts += [self.structure(shape) for shape in structures]
        parts += [text for operation in self.model.operations for text in self.declarations(operation)]
        parts += ["#ifdef __cplusplus\n}\n#endif", "#endif"]
        return "\n\n".join(parts) + "\n"

    def enum(self, shape):
        name = self.c(shape)
        lines = [comment(f"{shape.doc or 'The values of ' + shape.name + '.'} 0 is absent."), f"enum {name} {{"]
        lines.append(f"\t{name.upper()}_UNKNOWN_VALUE = -1, /**< Another value, whose text stands beside it. */")
        for number, value in enumerate(shape.members, 1):
            lines.append(f"\t{name.upper()}_{value.name.upper()} = {number},")
        lines[-1] = lines[-1].rstrip(",")
        lines += [
            "};",
            comment("The text of a value; NULL if there is none."),
            self.declare("const char *", *self.enum_name(shape)),
            comment("The value of a text: …_UNKNOWN_VALUE if this release knows none, 0 for NULL."),
            self.declare(f"enum {name}", *self.enum_of(shape)),
        ]
        return "\n".join(lines)

    def enum_name(self, shape):
        return f"{self.c(shape)}_name", [f"enum {self.c(shape)} value"]

    def enum_of(self, shape):
        return f"{self.c(shape)}_of", ["const char *text"]

    def structure(self, shape):
        lines = [comment(self.about(shape)), f"struct {self.c(shape)} {{"]
        seen = {}
        for member in shape.members:
            words = self.about_member(member)
            if words:
                lines.append(comment(words, "\t"))
            for _, kind, name in self.fields(member):
                if name in seen:
                    raise SystemExit(f"{member.where}: {name} would stand twice in struct {self.c(shape)}")
                seen[name] = member
                lines.append(f"\t{kind}{name};")
        return "\n".join(lines + ["};"])

    def about(self, shape):
        for operation in self.model.operations:
            if shape is operation.properties["input"]:
                return f"What {self.function(operation)}() is asked."
            if shape is operation.properties["output"]:
                return f"What {self.function(operation)}() answers; {self.c(shape)}_free() frees it."
        if shape.kind == "union":
            return shape.doc or f"{shape.name}, as the API has it. Exactly one member is set."
        return shape.doc or f"{shape.name}, as the API has it."

    @staticmethod
    def about_member(member):
        words = member.traits.get("documentation", "")
        return " ".join(part for part in ("Required." if "required" in member.traits else "", words) if part)

    def declare(self, returns, name, parameters, must_check=False):
        mark = "CHANCERY_API " + ("CHANCERY_MUST_CHECK " if must_check else "")
        return signature(mark + returns, name, parameters, ";")

    # The functions of one operation: parameters are said once, for header and code.

    def call(self, operation):
        parameters = ["struct chancery_client *client"]
        if operation.properties["input"]:
            parameters.append(f"const struct {self.c(operation.properties['input'])} *request")
        if operation.properties["output"]:
            parameters.append(f"struct {self.c(operation.properties['output'])} **response")
        return self.function(operation), parameters + ["struct chancery_error **error"]

    def waiters(self, operation):
        """[(name of the waiter, its words, (function, parameters))]"""
        _, parameters = self.call(operation)
        for name, waiter in operation.trait("waitable", {}).items():
            function = f"{self.prefix}_wait_{snake(name)}"
            yield name, waiter, (function, parameters[:2] + ["const struct chancery_wait *wait"] + parameters[2:])

    def pages(self, operation):
        """{what it does: (returns, function, parameters)} of a paginator, and the items' shape."""
        output, name = operation.properties["output"], f"{self.function(operation)}_pages"
        result = operation.traits["paginated"]["items"]
        item = next(member for member in output.members if member.name == result).shape.members[0].shape
        walk = [f"struct {name} *pages", "struct chancery_error **error"]
        returns = "const char *" if item.kind == "string" else self.item(item)
        return {
            "new": (f"struct {name} *", f"{name}_new", ["struct chancery_client *client",
                    f"const struct {self.c(operation.properties['input'])} *request"]),
            "next": (f"const struct {self.c(output)} *", f"{name}_next", walk),
            "item": (returns, f"{name}_item", walk),
            "free": ("void", f"{name}_free", walk[:1]),
        }, item

    def declarations(self, operation):
        errors = ", ".join(error.name for error in operation.properties["errors"])
        words = operation.doc + (f"\nThe service's own errors: {errors}." if errors else "")
        lines = [comment(words), self.declare("bool", *self.call(operation), must_check=True)]
        if operation.properties["output"]:
            name = self.c(operation.properties["output"])
            lines += [comment("Frees and wipes an answer, and all that it points at."),
                      self.declare("void", f"{name}_free", [f"struct {name} *response"])]
        yield "\n".join(lines)
        for name, waiter, form in self.waiters(operation):
            until = waiter["documentation"]
            words = (f"Waits {until[0].lower()}{until[1:]} Asks {operation.name} every {waiter['minDelay']} s, "
                     f"{operation.traits['waiterAttempts']} times at most, unless `wait` says otherwise. *response is "
                     "the answer that ended it, NULL if an error did. CHANCERY_ERROR_WAITER: it was in vain.")
            yield comment(words) + "\n" + self.declare("bool", *form, must_check=True)
        if "paginated" in operation.traits:
            yield self.declarations_of_pages(operation)

    def declarations_of_pages(self, operation):
        forms, _ = self.pages(operation)
        pages, name = operation.traits["paginated"], f"{self.function(operation)}_pages"
        member = snake(pages["items"])
        about = {
            "new": "Begins with the page that `request` asks for, which is copied. Asks nothing yet. Never NULL; a "
                   "request that cannot be sent is the error of the first …_next() or …_item().",
            "next": "The next page; it lives until the next call or …_free(). NULL at the end, and where a page failed: "
                    "*error tells them apart, which must be NULL before. After an error, calling again asks for the "
                    "same page again.",
            "item": f"The next of `{member}`, page after page; it lives until the next call or …_free(). NULL as for "
                    "…_next(). Use one of both.",
            "free": "Ends the walk.",
        }
        lines = [comment(f"A walk through all pages of {operation.name}. Not for two threads at once."),
                 f"struct {name};"]
        for what, (returns, function, parameters) in forms.items():
            lines += [comment(about[what]), self.declare(returns, function, parameters, what == "new")]
        return "\n".join(lines)

    # The code

    def code(self):
        structures = [shape for shape in self.shapes if shape.kind in ("structure", "union")]
        enums = [shape for shape in self.shapes if shape.kind == "enum"]
        parts = [
            f"/* Generated from api/{self.source}: edit the model. */",
            f'#include <chancery/{self.file}.h>\n\n#include "library/call.h"\n#include "library/pages.h"\n'
            f'#include "model/{self.inner}.h"',
            "\n".join(f"extern const struct layout {self.layout(shape)};" for shape in structures),
        ]
        parts += [self.table(shape) for shape in structures]
        parts += [self.enum_code(shape) for shape in enums]
        parts += [text for number, operation in enumerate(self.model.operations)
                  for text in self.definitions(number, operation)]
        return "\n\n".join(parts) + "\n"

    def layout(self, shape):
        return f"{self.inner}_{snake(shape.name)}_layout"

    def table(self, shape):
        rows = "".join(f"\t{{ {self.place(shape, member)} }},\n" for member in shape.members)
        places = f"{self.inner}_{snake(shape.name)}_places"
        return (
            f"static const struct place {places}[] = {{\n{rows}}};\n"
            f"const struct layout {self.layout(shape)} = {{\n"
            f"\t.shape = &{self.tables.table(shape)},\n\t.size = sizeof(struct {self.c(shape)}),\n"
            f"\t.places = {places},\n}};"
        )

    def place(self, shape, member):
        cells = [f".{place} = offsetof(struct {self.c(shape)}, {name})" for place, _, name in self.fields(member)]
        inner = member.shape.members[0].shape if member.shape.kind == "list" else member.shape
        if inner.kind in ("structure", "union"):
            cells.append(f".layout = &{self.layout(inner)}")
        return ", ".join(cells)

    def define(self, returns, name, parameters, body):
        lines = "".join(f"\t{line}".rstrip() + "\n" for line in body)
        return f"{signature(returns, name, parameters, '', definition=True)}\n{{\n{lines}}}"

    def enum_code(self, shape):
        table = f"&{self.tables.table(shape)}"
        return "\n\n".join([
            f"_Static_assert(sizeof(enum {self.c(shape)}) == sizeof(int), \"convert.c reads enums as int\");",
            self.define("const char *", *self.enum_name(shape), [f"return choice_name({table}, (int)value);"]),
            self.define(f"enum {self.c(shape)}", *self.enum_of(shape),
                        [f"return text != NULL ? (enum {self.c(shape)})choice_value({table}, str_of(text)) : 0;"]),
        ])

    def definitions(self, number, operation):
        contract, input, output = f"{snake(operation.name)}_contract", *(
            operation.properties[key] for key in ("input", "output"))
        rows = [f".service = &{self.inner}_service", f".operation = {number}"]
        rows += [f".{key} = &{self.layout(shape)}" for key, shape in (("request", input), ("response", output)) if shape]
        yield f"static const struct contract {contract} = {{\n" + "".join(f"\t{row},\n" for row in rows) + "};"
        given = "request" if input else "NULL"
        yield self.define("bool", *self.call(operation),
                          self.answering(output, f"call_run(client, &{contract}, {given}, %s, error)"))
        if output:
            yield self.define("void", f"{self.c(output)}_free", [f"struct {self.c(output)} *response"],
                              ["call_free(response);"])
        for _, _, form in self.waiters(operation):
            words = f"call_wait(client, &{contract}, {self.waiter_count}, request, wait, %s, error)"
            self.waiter_count += 1
            yield self.define("bool", *form, self.answering(output, words))
        if "paginated" in operation.traits:
            yield from self.definitions_of_pages(operation, contract)

    @staticmethod
    def answering(output, words):
        """The body of a function that answers: the pointer's type is the function's own."""
        if not output:
            return [f"return {words % 'NULL'};"]
        return ["void *made = NULL;", "", f"if (!{words % 'response != NULL ? &made : NULL'})", "\treturn false;",
                "if (response != NULL)", "\t*response = made;", "return true;"]

    def definitions_of_pages(self, operation, contract):
        forms, item = self.pages(operation)
        cast = f"({forms['new'][0]})"
        next_item = "pages_item((struct pages *)pages, error)"
        bodies = {
            "new": [f"return {cast}pages_new(client, &{contract}, request);"],
            "next": ["return pages_next((struct pages *)pages, error);"],
            "item": [f"return {next_item};"],
            "free": ["pages_free((struct pages *)pages);"],
        }
        if item.kind == "string":
            bodies["item"] = [f"const char *const *item = {next_item};", "", "return item != NULL ? *item : NULL;"]
        for what, form in forms.items():
            yield self.define(*form, bodies[what])
