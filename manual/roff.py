"""Man pages, as text for the man macros that groff and mandoc both read; and the Markdown of docs/ in their terms."""

import datetime
import os
import re
import textwrap

COLUMNS = 78
MARKS = {"\\": r"\e", "-": r"\-", "'": r"\(aq", "`": r"\(ga", "^": r"\(ha", "~": r"\(ti", '"': r"\(dq"}


def escape(text):
    """The text as it is, whatever stands in it."""
    plain = "".join(MARKS.get(c, c) if ord(c) < 128 else rf"\[u{ord(c):04X}]" for c in text)
    # A name that is longer than some lines may be broken at its underscores.
    plain = re.sub(r"\w{48,}", lambda name: name[0].replace("_", r"_\:"), plain)
    return re.sub(r"^\.", r"\&.", plain)


def bold(text):
    return rf"\fB{escape(text)}\fP" if text else ""


def pattern(text):
    """Bold, and may be broken where a line ends."""
    return "".join(bold(part) + r"\:" for part in re.findall(r"[^],)]*[],)]?", text) if part)


def italic(text):
    return rf"\fI{escape(text)}\fP" if text else ""


def inline(text):
    """Our own words, where `this` is bold, **this** as well, and [this](there) just this."""
    text = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", text)
    parts = re.split(r"(``.+?``|`[^`]+`|\*\*[^*]+\*\*)", text)
    return "".join(bold(part.strip("`*")) if number % 2 else escape(part) for number, part in enumerate(parts))


def date():
    seconds = os.environ.get("SOURCE_DATE_EPOCH")
    day = datetime.datetime.fromtimestamp(int(seconds), datetime.timezone.utc) if seconds else datetime.date.today()
    return day.strftime("%Y-%m-%d")


class Page:
    """One page that is being written. Text comes as roff already: from escape(), bold(), inline()."""

    def __init__(self, name, section, about, version):
        self.name, self.section = name, section
        self.lines = [f'.TH "{name.upper()}" "{section}" "{date()}" "chancery {version}" "Chancery"']
        # Neither stretched nor hyphenated: names and values stay as they are.
        self.lines += [".nr HY 0", ".nh", ".ad l"]
        self.heading("NAME")
        self.text(rf"{escape(name)} \- {about}")

    def heading(self, title):
        self.lines.append(f'.SH "{escape(title.upper())}"')

    def subheading(self, title):
        self.lines.append(f'.SS "{escape(title)}"')

    def text(self, roff):
        lines = textwrap.wrap(" ".join(roff.split()), COLUMNS, break_long_words=False, break_on_hyphens=False)
        # A control character that wrapping has put at the head of a line.
        self.lines += [r"\&" + line if line[0] in ".'" else line for line in lines]

    def gap(self):
        if not self.lines[-1].startswith((".SH", ".SS")):
            self.lines.append(".PP")

    def paragraph(self, roff):
        self.gap()
        self.text(roff)

    def item(self, tag, roff=""):
        """A tag, and below it, indented, what it means."""
        self.lines += [".TP", tag]
        self.text(roff or r"\&")

    def more(self, roff):
        """Another paragraph of the last item."""
        self.lines.append(".IP")
        self.text(roff)

    def indented(self):
        self.lines.append(".RS")

    def outdented(self):
        self.lines.append(".RE")

    def command(self, name, words):
        """A line of the synopsis: what does not fit goes on below the words."""
        self.lines += [f".SY {escape(name)}", *words, ".YS"]

    def code(self, lines):
        """As it is, line by line."""
        self.gap()
        self.lines += [".in +4n", ".nf"]
        self.lines += [escape(line.replace("\t", "    ")) or r"\&" for line in lines]
        self.lines += [".fi", ".in"]

    def see_also(self, names):
        """[(name, section)]"""
        self.heading("SEE ALSO")
        names = list(dict.fromkeys(names))
        for number, (name, section) in enumerate(names, 1):
            self.lines.append(f".BR {escape(name)} ({section}){',' if number < len(names) else ''}")

    def write(self, folder):
        with open(f"{folder}/{self.name}.{self.section}", "w", encoding="ascii") as file:
            file.write("\n".join(self.lines) + "\n")


# ---- Markdown: the part of it that docs/ is written in ----


def sections(text):
    """{heading: text} of the parts that a ## begins, and under None what stands before the first."""
    parts = re.split(r"^## +(.+)$", re.sub(r"\A# .+\n", "", text), flags=re.M)
    return {None: parts[0].strip("\n"), **{title: body.strip("\n") for title, body in zip(parts[1::2], parts[2::2])}}


def blocks(text):
    """Paragraphs, tables, lists and code, each as its lines."""
    lines, block, fenced = [], [], False
    for line in text.splitlines():
        if line.startswith("```"):
            fenced = not fenced
        if not fenced and not line.strip():
            lines += [block] if block else []
            block = []
        else:
            block.append(line)
    return lines + ([block] if block else [])


def cells(row):
    return [cell.strip().replace(r"\|", "|") for cell in re.split(r"(?<!\\)\|", row.strip().strip("|"))]


def markdown(page, text, tables=True):
    """Writes docs' words into a page."""
    for block in blocks(text):
        if block[0].startswith("```"):
            page.code(block[1:-1])
        elif block[0].startswith("|"):
            for row in block[2:] if tables else []:
                first, *rest = cells(row)
                page.item(inline(first), inline("; ".join(cell for cell in rest if cell)))
        elif block[0].startswith("- "):
            for point in re.split(r"^- ", "\n".join(block), flags=re.M)[1:]:
                page.lines.append(r".IP \(bu 2")
                page.text(inline(point))
        else:
            # A code block may follow its paragraph without a blank line between.
            words = [line for line in block if not line.startswith("```")]
            if len(words) < len(block):
                start = block.index("```")
                page.paragraph(inline(" ".join(block[:start])))
                page.code(block[start + 1 : block.index("```", start + 1)])
                continue
            page.paragraph(inline(" ".join(words)))
