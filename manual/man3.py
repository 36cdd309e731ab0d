"""Man pages of libchancery, from the comments of its public headers.

    man3.py VERSION FOLDER HEADER…

A page is what one would look up: an operation with its request, its response and its pages; a struct; an enum with its
names; a waiter. Every other name that a page explains leads to it."""

import os
import pathlib
import re
import shutil
import sys

sys.dont_write_bytecode = True  # the source tree stays as it is

import roff  # noqa: E402
from roff import bold, inline  # noqa: E402

# Names that are explained on the page of the name before the ending.
ENDING = re.compile(r"_(request|response|response_free|pages|pages_(new|next|item|free)|name|of|new|free|set_\w+)$")
COMMENT = r"/\*\*(?!<)(?P<doc>.*?)\*/\s*"
ITEM = re.compile(
    rf"(?:{COMMENT})?"
    r"(?P<code>(?P<what>struct|enum)\s+(?P<type>\w+)(?:\s*\{(?P<body>.*?)\n\})?;"
    r"|CHANCERY_API\s+(?P<function>[^;]*?(?P<name>\w+)\((?P<parameters>[^;]*)\));)",
    re.S,
)
MEMBER = re.compile(rf"(?:{COMMENT})?(?P<code>[^;/]+?);(?:\s*/\*\*<(?P<after>.*?)\*/)?", re.S)
VALUE = re.compile(r"^\s*(?P<code>[A-Z]\w*)(?: = -?\d+)?,?(?:\s*/\*\*<(?P<after>.*?)\*/)?", re.S | re.M)
BESIDE = re.compile(r"\b(has_\w+|\w+_count|\w+_text)$")


def words(comment):
    """A comment without its stars."""
    return "\n".join(re.sub(r"^\s*\*? ?", "", line).rstrip() for line in comment.strip().splitlines())


class Item:
    """One declaration with its comment."""

    def __init__(self, found, header):
        self.header = header
        self.kind = found["what"] or "function"
        self.name = found["type"] or found["name"]
        self.doc = words(found["doc"] or "")
        self.body = found["body"]
        code = found["function"] or f"{self.kind} {self.name}"
        self.code = " ".join(re.sub(r"CHANCERY_\w+\s+", "", code).replace("(\n", "(").split()).replace("( ", "(")


class Header:
    def __init__(self, path):
        text = path.read_text(encoding="utf-8")
        self.name = path.name
        self.about = words(re.match(r"\s*/\*\*(.*?)\*/", text, re.S)[1])
        text = re.sub(r"\A\s*/\*\*.*?\*/|^#.*?(?<!\\)$", "", text, flags=re.S | re.M)
        found = {}
        for match in ITEM.finditer(text):
            item = Item(match, self.name)
            # A forward declaration gives way to what follows it.
            if item.name not in found or item.doc:
                found[item.name] = item
        self.items = [item for item in found.values() if item.doc or item.body is not None]

    def pages(self):
        """[[lead, what is explained with it …]]"""
        groups = {item.name: [item] for item in self.items}
        for item in self.items:
            stem = item.name
            while ENDING.search(stem):
                stem = ENDING.sub("", stem)
                if stem in groups:
                    groups[stem] += groups.pop(item.name)
                    break
        return list(groups.values())


def sentence(text):
    return re.split(r"(?<=\.)\s", " ".join(text.split()))[0].rstrip(".")


def write_words(page, text):
    """A comment's words: paragraphs, and code between @code and @endcode."""
    for number, part in enumerate(re.split(r"@code\n(.*?)@endcode", text, flags=re.S)):
        if number % 2:
            page.code(part.rstrip("\n").splitlines())
            continue
        for paragraph in re.split(r"\n\s*\n", part.strip()):
            if paragraph:
                page.paragraph(inline(" ".join(paragraph.split())))


def declaration(page, code):
    """A line of the synopsis, broken at its parameters."""
    head, _, rest = code.partition("(")
    parameters = rest.rstrip(");").split(", ") if rest else []
    if not parameters or len(code) < 72:
        page.code([code if code.endswith(";") else code + ";"])
        return
    page.code([head + "(", *(f"\t{p}," for p in parameters[:-1]), f"\t{parameters[-1]});"])


def write_members(page, item):
    if item.kind == "enum":
        found = list(VALUE.finditer(item.body))
        documented = [value for value in found if value["after"]]
        for value in documented:
            page.item(bold(value["code"]), inline(" ".join(words(value["after"]).split())))
        rest = [bold(value["code"]) for value in found if not value["after"]]
        if rest:
            page.paragraph(", ".join(rest) + ".")
        return
    entries = []
    for member in MEMBER.finditer(item.body):
        code, doc = " ".join(member["code"].split()) + ";", member["doc"] or member["after"]
        if entries and not doc and BESIDE.search(code.rstrip(";")):
            entries[-1][0].append(code)
        else:
            entries.append(([code], words(doc) if doc else ""))
    for codes, doc in entries:
        page.item(bold(" ".join(codes)), inline(" ".join(doc.split())))


class Manual:
    def __init__(self, version, folder, headers):
        self.version, self.folder, self.headers = version, folder, headers
        self.page_of = {item.name: group[0].name for header in headers for group in header.pages() for item in group}

    def write(self):
        for header in self.headers:
            self.overview(header)
            for group in header.pages():
                self.page(header, group)
        for name, page in self.page_of.items():
            if name != page:
                pathlib.Path(self.folder, f"{name}.3").write_text(f".so man3/{page}.3\n", encoding="ascii")

    def start(self, name, about, header, names=()):
        page = roff.Page(name, 3, inline(about), self.version)
        if names:
            # All the names, so that apropos knows them.
            page.lines = page.lines[: page.lines.index('.SH "NAME"') + 1]
            page.text(roff.escape(", ".join(names)) + r" \- " + inline(about))
        page.heading("LIBRARY")
        page.paragraph(r"libchancery (\fB\-lchancery\fP; \fBpkg\-config \-\-cflags \-\-libs chancery\fP)")
        page.heading("SYNOPSIS")
        page.code([f"#include <chancery/{header.name}>"])
        return page

    def overview(self, header):
        about = re.search(r"@brief (.*?)(?=\n\n)", header.about, re.S)
        page = self.start(self.main_of(header), " ".join(about[1].split()).rstrip("."), header)
        page.heading("DESCRIPTION")
        write_words(page, header.about[about.end():])
        page.heading("FUNCTIONS")
        for item in header.items:
            if item.kind == "function" and not re.search(r"_(free|of|name|pages_\w+)$", item.name):
                page.item(bold(f"{item.name}()"), inline(sentence(item.doc)))
        mains = [self.main_of(other) for other in self.headers if other is not header]
        page.see_also([(main, 3) for main in mains] + [("chancery", 1)])
        page.write(self.folder)

    @staticmethod
    def main_of(header):
        return os.path.commonprefix([item.name for item in header.items]).rstrip("_")

    def page(self, header, group):
        lead, *others = group
        names = [lead.name] + [item.name for item in others]
        about = sentence(lead.doc) or f"{lead.kind} of libchancery"
        page = self.start(lead.name, about, header, names)
        for item in group:
            if item.kind == "function" or item is lead:
                declaration(page, item.code)
        page.heading("DESCRIPTION")
        write_words(page, lead.doc)
        if lead.body is not None:
            write_members(page, lead)
        for item in others:
            if item.kind == "function":
                page.item(bold(f"{item.name}()"), inline(" ".join(item.doc.split())))
        for item in others:
            if item.kind != "function":
                page.heading(f"{item.kind} {item.name}")
                write_words(page, item.doc)
                if item.body is not None:
                    write_members(page, item)
        page.heading("NOTES")
        page.paragraph(inline("What holds of all requests, responses and errors stands in ") + r"\fBchancery\fP(3).")
        text = " ".join(f"{item.code} {item.body or ''}" for item in group)
        mentioned = [self.page_of[name] for name in re.findall(r"\bchancery_\w+", text) if name in self.page_of]
        page.see_also([("chancery", 3), *((name, 3) for name in mentioned if name != lead.name)])
        page.write(self.folder)


def main():
    version, folder, *headers = sys.argv[1:]
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    Manual(version, folder, [Header(pathlib.Path(path)) for path in headers]).write()


main()
