"""Reads Smithy 2.0 IDL: the subset that api/*.smithy is written in.

What this reader does not know it refuses, with file and line: a model that is half understood would make an API that is
half checked. So there are no maps, documents, streams, resources, mixins, inline structures or `apply`, and only the
traits in TRAITS."""

import re
from dataclasses import dataclass, field


class Refusal(Exception):
    """A model that cannot be read, told as file:line: sentence."""

    def __init__(self, where, sentence):
        super().__init__(f"{where}: {sentence}")


@dataclass(eq=False)
class Member:
    name: str
    target: str
    traits: dict
    where: str
    value: str = ""  # of an enum: the text on the wire
    shape: "Shape" = None


@dataclass(eq=False)
class Shape:
    kind: str  # string, blob, boolean, integer, long, timestamp, enum, list, structure, union, operation, service
    name: str
    namespace: str
    traits: dict
    where: str
    members: list = field(default_factory=list)
    properties: dict = field(default_factory=dict)  # of an operation or a service

    def trait(self, name, default=None):
        return self.traits.get(name, default)

    @property
    def doc(self):
        return self.traits.get("documentation", "")


@dataclass
class Model:
    service: Shape
    operations: list  # sorted by name
    shapes: list  # everything the operations reach, in the order of the file; no operations, no traits


SIMPLE = ("string", "blob", "boolean", "integer", "long", "timestamp")
AGGREGATE = ("structure", "union")
PRELUDE = {
    "String": "string",
    "Blob": "blob",
    "Boolean": "boolean",
    "Integer": "integer",
    "Long": "long",
    "Timestamp": "timestamp",
}

# Trait id -> (short name, what it may stand on, the type of its value). `None` as value: no argument. The short name is
# how the rest of the generator asks for it.
TRAITS = {
    "smithy.api#required": ("required", ("member",), None),
    "smithy.api#sensitive": ("sensitive", ("string", "blob"), None),
    "smithy.api#length": ("length", ("string", "blob", "list"), dict),
    "smithy.api#range": ("range", ("integer", "long"), dict),
    "smithy.api#pattern": ("pattern", ("string",), str),
    "smithy.api#error": ("error", ("structure",), str),
    "smithy.api#readonly": ("readonly", ("operation",), None),
    "smithy.api#paginated": ("paginated", ("operation",), dict),
    "smithy.api#title": ("title", ("service",), str),
    "smithy.api#trait": ("trait", ("string", "integer", "structure"), dict),
    "smithy.waiters#waitable": ("waitable", ("operation",), dict),
    "aws.api#service": ("service", ("service",), dict),
    "aws.auth#sigv4": ("sigv4", ("service",), dict),
    "aws.protocols#awsJson1_1": ("awsJson1_1", ("service",), None),
    "chancery.model#cPrefix": ("cPrefix", ("service",), str),
    "chancery.model#long": ("long", ("operation",), None),
    "chancery.model#printsAnchors": ("printsAnchors", ("string",), None),
    "chancery.model#waiterAttempts": ("waiterAttempts", ("operation",), int),
}
# Keys that a trait's object may have, and those it must have.
TRAIT_KEYS = {
    "length": ({"min", "max"}, set()),
    "range": ({"min", "max"}, set()),
    "paginated": ({"inputToken", "outputToken", "pageSize", "items"},) * 2,
    "trait": ({"selector"},) * 2,
    "service": ({"sdkId", "arnNamespace", "endpointPrefix"},) * 2,
    "sigv4": ({"name"},) * 2,
}

TOKEN = re.compile(
    r"""(?P<space>[\s,]+)
      | (?P<doc>///[^\n]*)
      | (?P<comment>//[^\n]*)
      | (?P<string>"(?!"")(?:[^"\\\n]|\\.)*")
      | (?P<number>-?[0-9]+)
      | (?P<name>[A-Za-z_][A-Za-z0-9_.]*(?:\#[A-Za-z_][A-Za-z0-9_]*)?)
      | (?P<mark>[{}()\[\]:=@$])""",
    re.VERBOSE,
)
PATH = re.compile(r"\w+(\[\])?(\.\w+(\[\])?)*")  # of JMESPath: names, and all of a list
ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\", "/": "/"}


@dataclass
class Token:
    kind: str
    text: str
    where: str


def tokens_of(path, text):
    tokens, at, line = [], 0, 1
    while at < len(text):
        found = TOKEN.match(text, at)
        if found is None:
            raise Refusal(f"{path}:{line}", f"cannot read {text[at:at + 20]!r}")
        if found.lastgroup not in ("space", "comment"):
            tokens.append(Token(found.lastgroup, found.group(), f"{path}:{line}"))
        line += found.group().count("\n")
        at = found.end()
    tokens.append(Token("end", "the end of the file", f"{path}:{line}"))
    return tokens


class Reader:
    """One file. Shapes come out with their traits still unresolved names, because `use` lines decide what they mean."""

    def __init__(self, path, text):
        self.tokens = tokens_of(path, text)
        self.at = 0
        self.namespace = None
        self.uses = {}
        self.shapes = []

    # The tokens

    @property
    def token(self):
        return self.tokens[self.at]

    def take(self):
        self.at += 1
        return self.tokens[self.at - 1]

    def refuse(self, expected):
        raise Refusal(self.token.where, f"expected {expected}, found {self.token.text!r}")

    def next_is(self, text):
        return self.token.kind in ("mark", "name") and self.token.text == text

    def skip(self, text):
        if self.next_is(text):
            self.at += 1
            return True
        return False

    def expect(self, text):
        if not self.skip(text):
            self.refuse(repr(text))

    def name(self, what="a name"):
        if self.token.kind != "name":
            self.refuse(what)
        return self.take().text

    def string(self):
        if self.token.kind != "string":
            self.refuse("a string")
        token = self.take()

        def escape(found):
            if found[1] not in ESCAPES:
                raise Refusal(token.where, f"escape {found[0]!r} is not known")
            return ESCAPES[found[1]]

        return re.sub(r"\\(.)", escape, token.text[1:-1])

    # Values of traits

    def value(self):
        if self.token.kind == "string":
            return self.string()
        if self.token.kind == "number":
            return int(self.take().text)
        for word, truth in (("true", True), ("false", False)):
            if self.skip(word):
                return truth
        if self.skip("["):
            items = []
            while not self.skip("]"):
                items.append(self.value())
            return items
        if self.skip("{"):
            return self.entries("}")
        return self.refuse("a string, a number, true, false, a list or an object")

    def entries(self, closing):
        entries = {}
        while not self.skip(closing):
            where = self.token.where
            key = self.string() if self.token.kind == "string" else self.name("a key")
            self.expect(":")
            if key in entries:
                raise Refusal(where, f"{key!r} is given twice")
            entries[key] = self.value()
        return entries

    def traits(self):
        """Documentation comments and @traits before a shape or a member: [(name, value, where)]."""
        traits, doc = [], []
        while True:
            where = self.token.where
            if self.token.kind == "doc":
                doc.append(self.take().text[3:].strip())
            elif self.skip("@"):
                name, value = self.name("a trait"), None
                if self.skip("("):
                    if self.tokens[self.at + 1].text == ":":
                        value = self.entries(")")
                    else:
                        value = self.value()
                        self.expect(")")
                traits.append((name, value, where))
            else:
                if doc:
                    traits.append(("documentation", " ".join(doc), where))
                return traits

    # Statements

    def read(self):
        self.expect("$")
        if self.name() != "version" or not self.skip(":") or self.string() != "2.0":
            raise Refusal(self.token.where, 'a model begins with $version: "2.0"')
        self.expect("namespace")
        self.namespace = self.name()
        while self.skip("use"):
            where, used = self.token.where, self.name()
            if "#" not in used:
                raise Refusal(where, "use needs namespace#Shape")
            self.uses[used.split("#")[1]] = used
        while self.token.kind != "end":
            self.shapes.append(self.shape(self.traits()))
        return self

    def shape(self, traits):
        where = self.token.where
        kind = self.name("a shape")
        if kind in SIMPLE:
            return Shape(kind, self.name(), self.namespace, traits, where)
        bodies = {
            "enum": self.enum_body,
            "list": self.members_body,
            "structure": self.members_body,
            "union": self.members_body,
            "operation": self.properties_body,
            "service": self.properties_body,
        }
        if kind not in bodies:
            raise Refusal(where, f"{kind!r} is not known here")
        shape = Shape(kind, self.name(), self.namespace, traits, where)
        self.expect("{")
        bodies[kind](shape)
        return shape

    def enum_body(self, shape):
        while not self.skip("}"):
            traits, where, name = self.traits(), self.token.where, self.name("a value")
            value = self.string() if self.skip("=") else name
            shape.members.append(Member(name, None, traits, where, value))

    def members_body(self, shape):
        while not self.skip("}"):
            traits, where, name = self.traits(), self.token.where, self.name("a member")
            self.expect(":")
            shape.members.append(Member(name, self.name("a shape"), traits, where))

    def properties_body(self, shape):
        known = {"operation": ("input", "output", "errors"), "service": ("version", "operations")}[shape.kind]
        while not self.skip("}"):
            where, key = self.token.where, self.name("a property")
            if key not in known or key in shape.properties:
                raise Refusal(where, f"{key!r} is not known here, or given twice")
            self.expect(":")
            if self.token.kind == "string":
                shape.properties[key] = self.string()
            elif self.skip("["):
                shape.properties[key] = []
                while not self.skip("]"):
                    shape.properties[key].append(self.name("a shape"))
            else:
                shape.properties[key] = self.name("a shape")


def model_read(paths):
    """The one service that the files describe, with every name resolved and every rule checked."""
    readers = []
    for path in paths:
        with open(path, encoding="utf-8") as file:
            readers.append(Reader(path, file.read()).read())
    return Resolver(readers).model()


class Resolver:
    """Names become shapes; traits become short names with checked values."""

    def __init__(self, readers):
        self.readers = readers
        self.shapes = {}  # id -> Shape
        for reader in readers:
            for shape in reader.shapes:
                identifier = f"{shape.namespace}#{shape.name}"
                if identifier in self.shapes:
                    raise Refusal(shape.where, f"{shape.name} is defined twice")
                self.shapes[identifier] = shape

    def model(self):
        for resolve in (self.resolve_traits, self.resolve_members):
            for reader in self.readers:
                for shape in reader.shapes:
                    resolve(reader, shape)
        services = [shape for shape in self.shapes.values() if shape.kind == "service"]
        if len(services) != 1:
            raise Refusal(self.readers[0].token.where, f"there are {len(services)} services; one is needed")
        service = services[0]
        for needed in ("cPrefix", "service", "sigv4", "awsJson1_1", "title"):
            if needed not in service.traits:
                raise Refusal(service.where, f"the service needs the trait @{needed}")
        if not {"version", "operations"} <= set(service.properties):
            raise Refusal(service.where, "the service needs a version and operations")
        operations = sorted(service.properties["operations"], key=lambda operation: operation.name)
        return Model(service, operations, self.reached(operations))

    # Traits

    def resolve_traits(self, reader, shape):
        shape.traits = self.traits_of(reader, shape.traits, shape.kind)
        if "printsAnchors" in shape.traits and "pattern" not in shape.traits:
            raise Refusal(shape.where, "@printsAnchors needs a @pattern")
        for member in shape.members:
            stands_on = "member" if shape.kind == "structure" else f"member of a {shape.kind}"
            member.traits = self.traits_of(reader, member.traits, stands_on)

    def traits_of(self, reader, traits, stands_on):
        resolved = {}
        for name, value, at in traits:
            short = name if name == "documentation" else self.check_trait(reader, name, value, stands_on, at)
            if short in resolved:
                raise Refusal(at, f"@{name} is given twice")
            resolved[short] = value if value is not None else True
        return resolved

    def check_trait(self, reader, name, value, stands_on, at):
        identifier = reader.uses.get(name, f"smithy.api#{name}")
        if identifier not in TRAITS:
            raise Refusal(at, f"the trait {identifier} is not known")
        if identifier.startswith("chancery.") and not self.shapes.get(identifier):
            raise Refusal(at, f"the trait {identifier} is declared in none of the files")
        short, allowed, kind = TRAITS[identifier]
        if stands_on not in allowed:
            raise Refusal(at, f"@{name} does not belong on a {stands_on}")
        if not isinstance(value, kind or type(None)):
            raise Refusal(at, f"@{name} needs {'no argument' if kind is None else 'a value of another type'}")
        if short in TRAIT_KEYS:
            may, must = TRAIT_KEYS[short]
            if not value or not must <= set(value) <= may:
                raise Refusal(at, f"@{name} takes {', '.join(sorted(may))}")
        if short == "pattern" and not (value.startswith("^") and value.endswith("$")):
            raise Refusal(at, "a pattern must begin with ^ and end with $")
        return short

    # Shapes

    def resolve_members(self, reader, shape):
        if shape.kind in ("structure", "union", "enum") and not shape.members and "trait" not in shape.traits:
            raise Refusal(shape.where, f"{shape.name} has no members, which C does not allow")
        seen = set()
        for member in shape.members:
            if member.name in seen:
                raise Refusal(member.where, f"the member {member.name} is given twice")
            seen.add(member.name)
            if member.target is not None:
                member.shape = self.find(reader, member.target, member.where)
        checks = {"list": self.check_list, "operation": self.check_operation, "service": self.check_service}
        checks.get(shape.kind, lambda *_: None)(reader, shape)

    def find(self, reader, name, where):
        """A shape that carries a value; prelude shapes appear when somebody names them."""
        identifier = f"{reader.namespace}#{name}"
        if identifier not in self.shapes and name in PRELUDE:
            identifier = f"smithy.api#{name}"
            self.shapes.setdefault(identifier, Shape(PRELUDE[name], name, "smithy.api", {}, where))
        shape = self.shapes.get(identifier)
        if shape is None or shape.kind in ("operation", "service"):
            raise Refusal(where, f"there is no shape {name}")
        return shape

    def check_list(self, _reader, shape):
        if [member.name for member in shape.members] != ["member"]:
            raise Refusal(shape.where, "a list has one member, called `member`")
        # null among numbers, booleans or times would have no place in C; lists of lists have no name there.
        if shape.members[0].shape.kind not in ("string", "enum", "structure", "union"):
            raise Refusal(shape.where, f"lists of {shape.members[0].shape.kind} are not known here")

    def check_operation(self, reader, shape):
        for key, ending in (("input", "Request"), ("output", "Response")):
            if key not in shape.properties:
                shape.properties[key] = None
                continue
            name = shape.properties[key]
            if name != shape.name + ending:
                raise Refusal(shape.where, f"the {key} must be called {shape.name}{ending}")
            shape.properties[key] = self.find(reader, name, shape.where)
            if shape.properties[key].kind != "structure":
                raise Refusal(shape.where, f"{name} must be a structure")
        errors = [self.find(reader, name, shape.where) for name in shape.properties.get("errors", [])]
        for error in errors:
            if "error" not in error.traits:
                raise Refusal(shape.where, f"{error.name} is no @error")
        shape.properties["errors"] = errors
        if "waitable" in shape.traits and "waiterAttempts" not in shape.traits:
            raise Refusal(shape.where, "@waitable needs @waiterAttempts")
        for name, waiter in shape.trait("waitable", {}).items():
            if set(waiter) != {"documentation", "acceptors", "minDelay"}:
                raise Refusal(shape.where, f"the waiter {name} takes acceptors, documentation, minDelay")
            for acceptor in waiter["acceptors"]:
                self.check_acceptor(shape, name, acceptor)

    def check_acceptor(self, shape, name, acceptor):
        matcher, states = acceptor["matcher"], ("success", "retry", "failure")
        output = matcher.get("output", {})
        needs_list = {"stringEquals": False, "allStringEquals": True, "anyStringEquals": True}
        known = len(matcher) == 1 and set(matcher) <= {"success", "errorType", "output"}
        if acceptor["state"] not in states or not known:
            raise Refusal(shape.where, f"the waiter {name} has an acceptor that is not known here")
        if matcher.get("success") is False:
            raise Refusal(shape.where, f"the waiter {name} waits for any error: name it, as an errorType")
        if output and output["comparator"] not in needs_list:
            raise Refusal(shape.where, f"the waiter {name} compares by {output['comparator']}, which is not known here")
        if output and not PATH.fullmatch(output["path"]):
            raise Refusal(shape.where, f"the waiter {name} has a path that is not known here")
        if output and ("[]" in output["path"]) != needs_list[output["comparator"]]:
            raise Refusal(shape.where, f"the waiter {name} compares a list as one value, or one value as a list")

    def check_service(self, reader, shape):
        operations = []
        for name in shape.properties.get("operations", []):
            operation = self.shapes.get(f"{reader.namespace}#{name}")
            if operation is None or operation.kind != "operation":
                raise Refusal(shape.where, f"there is no operation {name}")
            operations.append(operation)
        shape.properties["operations"] = operations

    def reached(self, operations):
        """What the operations need, in the order of the files. A shape that nobody needs is a mistake."""
        reached, todo = set(), []
        for operation in operations:
            todo += [operation.properties[key] for key in ("input", "output") if operation.properties[key]]
            todo += operation.properties["errors"]
        while todo:
            shape = todo.pop()
            if id(shape) not in reached:
                reached.add(id(shape))
                todo += [member.shape for member in shape.members if member.shape is not None]
        for shape in self.shapes.values():
            unneeded = shape.kind not in ("service", "operation") and "trait" not in shape.traits
            if unneeded and id(shape) not in reached:
                raise Refusal(shape.where, f"nothing uses {shape.name}")
            if shape.kind == "operation" and shape not in operations:
                raise Refusal(shape.where, f"the service does not list {shape.name}")
        return [shape for shape in self.shapes.values() if id(shape) in reached]
