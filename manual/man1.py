"""Man pages of the program: DESCRIPTION is what manual/describe printed, DOCS the folder with the prose.

    man1.py DESCRIPTION DOCS FOLDER"""

import json
import os
import pathlib
import re
import shutil
import sys

sys.dont_write_bytecode = True  # the source tree stays as it is

import roff  # noqa: E402
from roff import bold, inline, italic  # noqa: E402

SCOPES = (
    ("operations", ("input", "operations"), "OPTIONS OF EVERY OPERATION"),
    ("pages", ("pages",), "OPTIONS OF OPERATIONS THAT HAVE PAGES"),
    ("everywhere", ("everywhere",), "OPTIONS OF EVERY COMMAND THAT ASKS A SERVICE"),
)
# Which parts of docs/cli.md belong to which pages, under which headings.
CLI_DOC = {
    "VALUES": "How values are written",
    "DIFFERENCES FROM THE AWS CLI": "What differs from the AWS CLI",
    "ENVIRONMENT AND FILES": "Where it finds things",
    "EXIT STATUS": "How it ends",
}


class Manual:
    def __init__(self, told, docs, folder):
        self.told, self.folder = told, folder
        self.cli = roff.sections((docs / "cli.md").read_text(encoding="utf-8"))
        self.admin = roff.sections((docs / "admin.md").read_text(encoding="utf-8"))
        self.face_help = {face["name"]: face["help"] for face in told["faces"]}

    def page(self, name, about):
        return roff.Page(name, 1, inline(about.rstrip(".")), self.told["version"])

    def write(self):
        self.program()
        for service in self.told["services"]:
            self.service(service)
            for operation in service["operations"]:
                self.operation(service, operation)
            if service["waiters"]:
                self.waiters(service)
        self.verbs()
        self.serve()
        self.administration()

    # ---- The program ----

    def program(self):
        page = self.page("chancery", self.told["about"])
        page.heading("SYNOPSIS")
        page.command("chancery", [f"{italic('FACE')} {italic('WORD')} .\\|.\\|."])
        page.command("chancery", [bold("help")])
        page.command("chancery", [bold("--version")])
        page.heading("DESCRIPTION")
        page.paragraph(inline("One binary with several faces. `chancery FACE help` tells more of one."))
        for face in self.told["faces"]:
            if face["name"] != "help":
                page.item(rf".BR chancery\-{roff.escape(face['name'])} (1)", inline(face["help"]))
        page.heading("EXIT STATUS")
        roff.markdown(page, self.cli[CLI_DOC["EXIT STATUS"]])
        page.see_also((f"chancery-{face['name']}", 1) for face in self.told["faces"] if face["name"] != "help")
        page.write(self.folder)

    def cli_doc(self, page, *headings):
        for heading in headings:
            page.heading(heading)
            roff.markdown(page, self.cli[CLI_DOC[heading]])

    # ---- Services ----

    def service(self, service):
        command = service["command"]
        page = self.page(f"chancery-{command}", self.face_help[command])
        page.heading("SYNOPSIS")
        page.command("chancery", [bold(command), italic("OPERATION"), f"[{italic('OPTIONS')}]"])
        page.command("chancery", [bold(command), italic("OPERATION"), bold("help")])
        if service["waiters"]:
            page.command("chancery", [bold(command), bold("wait"), italic("WHAT"), f"[{italic('OPTIONS')}]"])
        page.heading("DESCRIPTION")
        page.paragraph(inline(f"{service['title']}. Each operation has a page of its own."))
        page.heading("OPERATIONS")
        for operation in service["operations"]:
            page.item(bold(operation["command"]), inline(operation["help"]))
        if service["waiters"]:
            page.item(bold("wait"), rf"Waits for something: see \fBchancery\-{roff.escape(command)}\-wait\fP(1).")
        self.globals(page, ("operations", "pages", "everywhere"))
        self.cli_doc(page, "VALUES", "DIFFERENCES FROM THE AWS CLI", "ENVIRONMENT AND FILES", "EXIT STATUS")
        page.see_also([("chancery", 1), *self.pages_of(service)])
        page.write(self.folder)

    @staticmethod
    def pages_of(service):
        names = [(f"chancery-{service['command']}-{o['command']}", 1) for o in service["operations"]]
        return names + ([(f"chancery-{service['command']}-wait", 1)] if service["waiters"] else [])

    def globals(self, page, scopes, hidden=()):
        for scope, among, title in SCOPES:
            rows = [row for row in self.told["globals"] if row["scope"] in among and row["name"] not in hidden]
            if scope in scopes and rows:
                page.heading(title)
                for row in rows:
                    self.option(page, row)

    @staticmethod
    def option(page, row):
        value = f" {italic(row['value'])}" if row.get("value") else ""
        page.item(bold(f"--{row['name']}") + value, inline(" ".join(row["help"].split())))
        if row.get("required"):
            page.more("Required.")
        if row.get("choices") and row.get("value") != "|".join(row["choices"]):
            choices = ", ".join(bold(choice) for choice in row["choices"])
            alone = f"; {bold(row['without_value'])} if no value follows" if row.get("without_value") else ""
            page.more(f"One of {choices}{alone}.")
        if row.get("repeats") and "several times" not in row["help"]:
            page.more("May be said several times.")

    def operation(self, service, operation):
        command, name = service["command"], operation["command"]
        members = [m for m in operation.get("input", {}).get("members", []) if m["option"] not in operation["hidden"]]
        page = self.page(f"chancery-{command}-{name}", operation["help"])
        page.heading("SYNOPSIS")
        page.command("chancery", [bold(command), bold(name), *map(self.usage, sorted(
            members, key=lambda m: not m.get("required"))), f"[{italic('OPTION')} .\\|.\\|.]"])
        page.heading("DESCRIPTION")
        page.paragraph(inline(operation["help"]))
        if operation.get("pages"):
            page.paragraph(inline("All pages are fetched, unless an option says otherwise."))
        if members:
            page.heading("OPTIONS")
            for member in members:
                self.member_option(page, member)
        self.globals(page, ("operations", "everywhere", *(["pages"] if operation.get("pages") else [])))
        page.heading("OUTPUT")
        if operation.get("output", {}).get("members"):
            self.members(page, operation["output"])
        else:
            page.paragraph("Nothing.")
        if operation.get("errors"):
            page.heading("ERRORS")
            page.paragraph(", ".join(bold(error) for error in operation["errors"]) + ".")
        page.see_also([("chancery", 1), (f"chancery-{command}", 1)])
        page.write(self.folder)

    @staticmethod
    def usage(member):
        words = bold(f"--{member['option']}")
        if member["shape"]["type"] == "boolean":
            words = rf"{words} | {bold('--no-' + member['option'])}"
        else:
            words = f"{words} {italic(member['shape']['type'])}"
        return words if member.get("required") else f"[{words}]"

    def member_option(self, page, member):
        shape = member["shape"]
        tag = bold(f"--{member['option']}")
        tag += f" | {bold('--no-' + member['option'])}" if shape["type"] == "boolean" else f" {italic(shape['type'])}"
        words = [self.words(member), self.limits(shape)]
        page.item(tag, " ".join(word for word in words if word))
        self.nested(page, shape)

    @staticmethod
    def words(member):
        return " ".join(filter(None, ["Required." if member.get("required") else "", inline(member.get("help", ""))]))

    def limits(self, shape):
        """What a value may be, in words."""
        kinds = {"list": "items", "blob": "bytes", "string": "characters"}
        words = []
        if shape.get("choices"):
            words.append("One of " + ", ".join(bold(choice) for choice in shape["choices"]) + ".")
        low, high, unit = shape.get("min"), shape.get("max"), kinds.get(shape["type"], "")
        if (low is not None or high is not None) and not shape.get("choices"):
            span = f"{low} to {high}" if low is not None and high is not None else None
            span = span or (f"At least {low}" if low is not None else f"At most {high}")
            words.append(inline(f"{span} {unit}".strip() + "."))
        if shape.get("pattern"):
            words.append(f"Pattern: {roff.pattern(shape['pattern'])}")
        if shape["type"] == "list" and shape.get("element") and shape["element"]["type"] != "structure":
            each = self.limits(shape["element"])
            words += [f"Each: {each}"] if each else []
        if shape.get("recursive"):
            words.append("As above: it may hold itself.")
        return " ".join(words)

    def nested(self, page, shape):
        inner = shape.get("element", shape)
        while inner["type"] == "list" and inner.get("element"):
            inner = inner["element"]
        if inner.get("members"):
            page.indented()
            self.members(page, inner)
            page.outdented()

    def members(self, page, shape):
        if shape.get("union"):
            page.paragraph("Exactly one of:")
        for member in shape["members"]:
            inner = member["shape"]
            kind = inner["type"] + (f" of {inner['element']['type']}s" if inner.get("element") else "")
            words = " ".join(filter(None, [self.words(member), self.limits(inner)]))
            page.item(f"{bold(member['name'])} {italic('(' + kind + ')')}", words)
            self.nested(page, inner)

    def waiters(self, service):
        command = service["command"]
        page = self.page(f"chancery-{command}-wait", f"waits until something is there, of `chancery {command}`")
        page.heading("SYNOPSIS")
        page.command("chancery", [bold(command), bold("wait"), italic("WHAT"), f"[{italic('OPTIONS')}]"])
        page.heading("DESCRIPTION")
        page.paragraph(inline("Asks an operation again and again, with the options that it takes, until its answer is as "
                              "wanted. In vain it ends with 255."))
        for waiter in service["waiters"]:
            page.item(bold(waiter["command"]), inline(waiter["help"]))
            page.more(rf"Asks \fBchancery\-{roff.escape(command)}\-{roff.escape(waiter['operation'])}\fP(1) every "
                      f"{waiter['delay']} s, {waiter['attempts']} times at most.")
        page.see_also([("chancery", 1), (f"chancery-{command}", 1),
                       *((f"chancery-{command}-{waiter['operation']}", 1) for waiter in service["waiters"])])
        page.write(self.folder)

    # ---- Verbs ----

    def verbs(self):
        faces = {}
        for verb in self.told["verbs"]:
            faces.setdefault(verb.get("face") or verb["name"], []).append(verb)
        for face, verbs in faces.items():
            page = self.page(f"chancery-{face}", self.face_help[face])
            page.heading("SYNOPSIS")
            for verb in verbs:
                words = [bold(face)] + ([bold(verb["name"])] if verb.get("face") else [])
                page.command("chancery", [*words, inline(verb["words"]) or r"\&", f"[{italic('OPTIONS')}]"])
            if len(verbs) > 1:
                self.verbs_of_a_face(page, verbs)
            else:
                page.heading("DESCRIPTION")
                self.verb_words(page, verbs[0])
                page.heading("OPTIONS")
                for row in verbs[0]["options"]:
                    self.option(page, row)
            # An option of its own hides the common one of that name.
            self.globals(page, ("everywhere",), {row["name"] for row in verbs[0]["options"]} if len(verbs) == 1 else ())
            for title, text in self.cli.items():
                # "chancery ca: authorities, for people"
                if title and face in re.split(r",? +", title.partition(":")[0].removeprefix("chancery")):
                    page.heading("NOTES")
                    roff.markdown(page, text)
            self.cli_doc(page, "ENVIRONMENT AND FILES", "EXIT STATUS")
            page.see_also([("chancery", 1), *((f"chancery-{other}", 1) for other in faces if other != face)])
            page.write(self.folder)

    @staticmethod
    def verb_words(page, verb):
        for line in verb["help"].strip().splitlines():
            page.paragraph(inline(line))

    def verbs_of_a_face(self, page, verbs):
        page.heading("DESCRIPTION")
        for verb in verbs:
            page.subheading(f"{verb['name']} {verb['words']}".strip())
            self.verb_words(page, verb)
            for row in verb["options"]:
                self.option(page, row)

    # ---- The daemon and its administration ----

    def serve(self):
        serve = self.told["serve"]
        page = self.page("chancery-serve", self.face_help["serve"])
        page.heading("SYNOPSIS")
        page.command("chancery", [bold("serve"), f"[{italic('OPTIONS')}]"])
        page.heading("DESCRIPTION")
        page.paragraph(inline(f"{self.face_help['serve'].replace('the', 'The', 1)}."))
        page.heading("OPTIONS")
        for row in serve["options"]:
            self.option(page, row)
        page.heading("NOTES")
        for line in serve["notes"].split(".\n"):
            if line.strip():
                page.paragraph(inline(" ".join(line.split()).rstrip(".") + "."))
        page.heading("RULES")
        page.paragraph(inline("What an import is checked for, by the names that `--relax-rule` takes:"))
        for rule in serve["rules"]:
            more = "" if rule.get("relaxable") else " (cannot be relaxed)"
            page.item(bold(rule["name"]), inline(rule["help"] + more))
        page.see_also([("chancery", 1), ("chancery-admin", 1), ("systemctl", 1)])
        page.write(self.folder)

    def administration(self):
        page = self.page("chancery-admin", self.face_help["admin"])
        page.heading("SYNOPSIS")
        page.command("chancery", [bold("admin"), italic("COMMAND"), f"[{italic('OPTIONS')}]"])
        page.heading("DESCRIPTION")
        roff.markdown(page, self.admin[None])
        page.heading("COMMANDS")
        for command in self.told["admin"]:
            words = bold(" ".join(filter(None, [command["noun"], command.get("verb")])))
            operand = next((row for row in command["options"] if row["name"] == command.get("operand")), None)
            if operand:
                value = italic(operand["value"])
                words += f" {value}" if operand.get("required") else f" [{value}]"
            page.item(words, inline(command["help"]))
            if command["options"]:
                page.indented()
                for row in command["options"]:
                    self.option(page, row)
                page.outdented()
        for title, text in self.admin.items():
            if title:
                page.heading(title)
                roff.markdown(page, text, tables=False)
        page.see_also([("chancery", 1), ("chancery-serve", 1)])
        page.write(self.folder)


def main():
    description, docs, folder = sys.argv[1:]
    with open(description, encoding="utf-8") as file:
        told = json.load(file)
    # What was a page yesterday is gone today; and the folder's own time tells the build that it is fresh.
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    Manual(told, pathlib.Path(docs), folder).write()


main()
