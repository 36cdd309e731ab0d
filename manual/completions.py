"""Completions for bash, fish and zsh: the tables that a template works on.

    completions.py DESCRIPTION TEMPLATE OUTPUT

The shell is the template's ending; its line @TABLES@ is where the tables go."""

import json
import sys

sys.dont_write_bytecode = True  # the source tree stays as it is

import commands  # noqa: E402
from commands import ANY, CHOICE, DOCUMENT  # noqa: E402


def quote(text):
    return "'" + text.replace("'", "'\\''") + "'"


def quote_fish(text):
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def groups(lines):
    """{key: body} turned round: keys of one body stand together, so that a table is as long as what differs."""
    found = {}
    for key, body in lines:
        found.setdefault(body, []).append(key)
    return found.items()


def short(help_):
    """The first of several sentences, or of several parts, without its full stop: what fits beside an option."""
    first = help_.partition(". ")[0].rstrip(".")
    return first if len(first) <= 90 else first.partition(";")[0]


# ---- bash ----


def bash_table(name, lines):
    text = [f"{name}() {{", "\tcase $1 in"]
    for body, keys in groups(lines):
        text += ["\t" + " | ".join(map(quote, keys)) + ")", f"\t\t{body}", "\t\t;;"]
    return "\n".join(text + ["\tesac", "}"])


def bash_value(option):
    words = " ".join([option.kind, "several" if option.several else "one", *option.choices])
    return f"printf %s {quote(words)}"


def bash(all_commands):
    words = [(" ".join(c.path), f"printf %s {quote(' '.join(word for word, _ in c.words))}") for c in all_commands]
    options = [(" ".join(c.path), f"printf %s {quote(' '.join(o.name for o in c.options))}")
               for c in all_commands if c.options]
    values = [(f"{' '.join(c.path)} {o.name}", bash_value(o)) for c in all_commands for o in c.options
              if o.kind]
    files = [(" ".join(c.path), "return 0") for c in all_commands if c.files] or [("-", "return 0")]
    return "\n\n".join([
        bash_table("__chancery_words", words),
        bash_table("__chancery_options", options),
        bash_table("__chancery_value", values),
        bash_table("__chancery_takes_files", files).replace("\tesac\n}", "\tesac\n\treturn 1\n}"),
    ])


# ---- fish: candidates with what they mean, a tab between ----


def fish_table(name, lines):
    text = [f"function {name}", "    switch $argv[1]"]
    for body, keys in groups(lines):
        text += ["        case " + " ".join(map(quote_fish, keys))] + ["            " + line for line in body.split("\n")]
    return "\n".join(text + ["    end", "end"])


def fish_words(pairs):
    return "printf '%s\\t%s\\n' " + " ".join(f"{quote_fish(word)} {quote_fish(short(help_))}" for word, help_ in pairs)


def fish_value(option):
    return "string split ' ' -- " + quote_fish(" ".join(
        [option.kind, "several" if option.several else "one", *option.choices]))


def fish(all_commands):
    words = [(" ".join(c.path), fish_words(c.words)) for c in all_commands if c.words]
    options = [(" ".join(c.path), fish_words([(o.name, o.help) for o in c.options])) for c in all_commands if c.options]
    values = [(f"{' '.join(c.path)} {o.name}", fish_value(o)) for c in all_commands for o in c.options if o.kind]
    files = [(" ".join(c.path), "return 0") for c in all_commands if c.files] or [("-", "return 0")]
    takes_files = fish_table("__chancery_takes_files", files)
    return "\n\n".join([
        fish_table("__chancery_words", words),
        fish_table("__chancery_options", options),
        fish_table("__chancery_value", values),
        takes_files[: -len("end")] + "    return 1\nend",
    ])


# ---- zsh: specifications for _arguments ----

ZSH_ACTION = {"file": "_files", "directory": "_files -/", DOCUMENT: "__chancery_document", ANY: "__chancery_document_only"}


def zsh_spec(option):
    help_ = short(option.help).replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]").replace(":", "\\:")
    if not option.kind:
        return quote(f"{option.name}[{help_}]")
    if option.kind == CHOICE:
        action = "(" + " ".join(option.choices) + ")"
    else:
        action = " ".join([ZSH_ACTION[option.kind], *option.choices])
    # A list goes on to the next option; everything else may come again, and the last one counts.
    more = "*-*:" if option.several else ""
    return quote(f"*{option.name}{'' if option.several else '='}[{help_}]:{more}{option.kind}:{action}")


def zsh_table(name, lines):
    text = [f"{name}() {{", "  case $1 in"]
    for body, keys in groups(lines):
        text += ["    " + "|".join(f"({quote(key)})" if key else "('')" for key in keys).replace(")|(", "|")]
        text += ["      " + line for line in body.split("\n")] + ["      ;;"]
    return "\n".join(text + ["  esac", "}"])


def zsh_array(name, words):
    return f"{name}=(\n  " + "\n  ".join(words) + "\n)"


def zsh(all_commands):
    words = [(" ".join(c.path), zsh_array("subcommands", [
        quote(f"{word.replace(':', chr(92) + ':')}:{short(help_)}") for word, help_ in c.words]))
        for c in all_commands if c.words]
    specs = [(" ".join(c.path), zsh_array("specs", [
        *map(zsh_spec, c.options), *([quote("*:file:_files")] if c.files else [])])) for c in all_commands if c.options]
    return "\n\n".join([zsh_table("__chancery_words", words), zsh_table("__chancery_options", specs)])


def main():
    description, template, output = sys.argv[1:]
    with open(description, encoding="utf-8") as file:
        all_commands = commands.commands(json.load(file))
    with open(template, encoding="utf-8") as file:
        text = file.read()
    tables = {"bash": bash, "fish": fish, "zsh": zsh}[template.rpartition(".")[2]](all_commands)
    with open(output, "w", encoding="utf-8") as file:
        file.write(text.replace("@TABLES@", tables))


main()
