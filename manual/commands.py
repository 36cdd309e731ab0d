"""The command line as completions see it: every command, what may follow it, and what its options take."""

import dataclasses
import re

# What a value is: a file, a directory, a document (text, or file:// before a file), one of `choices`, or anything.
FILE, DIRECTORY, DOCUMENT, CHOICE, ANY = "file", "directory", "document", "choice", "any"
PLACEHOLDERS = {"FILE": FILE, "FILE|-": FILE, "PATH": FILE, "DIR": DIRECTORY, "JSON": DOCUMENT, "YAML": DOCUMENT}


@dataclasses.dataclass
class Option:
    name: str  # "--output"
    help: str
    kind: str = ""  # "": it takes no value
    choices: tuple = ()  # of a document: how its shorthand may begin
    several: bool = False  # takes all words up to the next option


@dataclasses.dataclass
class Command:
    path: tuple  # ("acm", "wait", "certificate-validated")
    words: list = dataclasses.field(default_factory=list)  # [(word, help)]
    options: list = dataclasses.field(default_factory=list)
    files: bool = False  # words that are none of options are files


def option_of(row):
    """Of a row of the program's own tables."""
    value, choices = row.get("value"), row.get("choices", [])
    help_ = " ".join(row["help"].split())
    if not value:
        return Option(f"--{row['name']}", help_)
    # "full|read-only" names its choices; "NAME|ARN" does not.
    if not choices and re.fullmatch(r"[a-z-]+(\|[a-z-]+)+", value):
        choices = value.split("|")
    kind = CHOICE if choices else PLACEHOLDERS.get(value, ANY)
    return Option(f"--{row['name']}", help_, kind, tuple(choices))


def options_of(member):
    """Of a member of an operation's input: two of a boolean."""
    shape, name, help_ = member["shape"], member["option"], member.get("help", "")
    inner = shape.get("element", shape)
    several = shape["type"] == "list"
    if shape["type"] == "boolean":
        return [Option(f"--{name}", help_), Option(f"--no-{name}", help_)]
    if inner.get("choices"):
        return [Option(f"--{name}", help_, CHOICE, tuple(inner["choices"]), several)]
    if inner["type"] == "structure":
        starts = tuple(f"{m['name']}=" for m in inner.get("members", []))
        return [Option(f"--{name}", help_, DOCUMENT, starts, several)]
    return [Option(f"--{name}", help_, DOCUMENT if inner["type"] == "blob" else ANY, (), several)]


def shared_options(told, *scopes):
    return [option_of(row) for row in told["globals"] if row["scope"] in scopes]


def of_services(told):
    before = shared_options(told, "operations", "everywhere")
    for service in told["services"]:
        top = Command((service["command"],), [(o["command"], o["help"]) for o in service["operations"]], before)
        found = {}
        for operation in service["operations"]:
            members = [m for m in operation.get("input", {}).get("members", []) if m["option"] not in operation["hidden"]]
            options = [o for m in members for o in options_of(m)] + shared_options(
                told, "input", "operations", *(["pages"] if operation.get("pages") else []), "everywhere")
            found[operation["command"]] = Command((service["command"], operation["command"]), [HELP], options)
        if service["waiters"]:
            top.words.append(("wait", "waits until something is there"))
            wait = (service["command"], "wait")
            yield Command(wait, [(w["command"], w["help"]) for w in service["waiters"]] + [HELP], before)
            for waiter in service["waiters"]:
                yield Command((*wait, waiter["command"]), [HELP], found[waiter["operation"]].options)
        top.words.append(HELP)
        yield top
        yield from found.values()


def of_verbs(told):
    everywhere = shared_options(told, "everywhere")
    faces = {}
    for verb in told["verbs"]:
        own = [option_of(row) for row in verb["options"]]
        names = {option.name for option in own}
        path = (verb["face"], verb["name"]) if verb.get("face") else (verb["name"],)
        if verb.get("face"):
            faces.setdefault(verb["face"], []).append((verb["name"], verb.get("summary", "")))
        # A verb of files takes nothing but files; `help` is still a word.
        yield Command(path, [HELP], own + [o for o in everywhere if o.name not in names],
                      verb["words"].startswith("PATH"))
    for face, words in faces.items():
        yield Command((face,), words + [HELP])


def of_admin(told):
    nouns = {}
    for command in told["admin"]:
        path = ("admin", command["noun"]) + ((command["verb"],) if command.get("verb") else ())
        nouns.setdefault(command["noun"], []).append((command.get("verb"), command["help"]))
        yield Command(path, [], [*(option_of(row) for row in command["options"]), Option("--help", HELP[1])])
    for noun, verbs in nouns.items():
        if verbs[0][0]:
            yield Command(("admin", noun), verbs + [HELP])
    about = [(noun, verbs[0][1] if not verbs[0][0] else ", ".join(verb for verb, _ in verbs))
             for noun, verbs in nouns.items()]
    yield Command(("admin",), about + [HELP])


def of_serve(told):
    options = [option_of(row) for row in told["serve"]["options"]]
    rules = tuple(rule["name"] for rule in told["serve"]["rules"] if rule.get("relaxable"))
    for option in options:
        if option.name == "--relax-rule":
            option.kind, option.choices = CHOICE, rules
    return Command(("serve",), [HELP], options)


HELP = ("help", "tells more")


def commands(told):
    """Every command, sorted by its path."""
    # What every operation takes may stand before the names as well.
    top = Command((), [(face["name"], face["help"]) for face in told["faces"]],
                  shared_options(told, "operations", "everywhere"))
    everything = [top, of_serve(told), *of_services(told), *of_verbs(told), *of_admin(told)]
    return sorted(everything, key=lambda command: command.path)
