#!/usr/bin/env python3
"""Turns numbered SQL files into a C source: embed.py ENGINE OUTPUT FILE…  (0001.sqlite.sql is migration 1)."""
import os
import sys


def array(name, text):
    """Numbers, because a compiler need not take a literal of more than 4,095 bytes."""
    codes = list(text.encode()) + [0]
    lines = [", ".join(map(str, codes[at:at + 24])) for at in range(0, len(codes), 24)]
    return "static const char %s[] = {\n\t%s\n};\n" % (name, ",\n\t".join(lines))


def main():
    engine, output, *files = sys.argv[1:]
    files.sort(key=os.path.basename)
    arrays, rows = [], []
    for number, path in enumerate(files, 1):
        name = os.path.basename(path)
        if name != "%04d.%s.sql" % (number, engine):
            sys.exit("%s: expected number %04d" % (name, number))
        with open(path, encoding="utf-8") as source:
            lines = [line.split("--")[0].rstrip() for line in source]
        arrays.append(array("script_%d" % number, "\n".join(line for line in lines if line) + "\n"))
        rows.append('\t{ "%s", script_%d },' % (name, number))
    with open(output, "w", encoding="utf-8") as out:
        out.write('/* Made by src/store/embed.py: edit the migrations. */\n#include "store/migration.h"\n\n')
        out.write("\n".join(arrays) + "\n")
        out.write("const struct migration migrations_%s[] = {\n%s\n\t{ 0 },\n};\n" % (engine, "\n".join(rows)))


main()
