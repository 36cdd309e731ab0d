#!/usr/bin/env python3
"""Turns numbered SQL files into a C source: embed.py ENGINE OUTPUT FILE…  (0001.sqlite.sql is migration 1)."""
import os
import sys


def literal(line):
    return '\t"' + line.replace("\\", "\\\\").replace('"', '\\"') + '\\n"'


def main():
    engine, output, *files = sys.argv[1:]
    files.sort(key=os.path.basename)
    rows = []
    for number, path in enumerate(files, 1):
        name = os.path.basename(path)
        if name != "%04d.%s.sql" % (number, engine):
            sys.exit("%s: expected number %04d" % (name, number))
        with open(path, encoding="utf-8") as source:
            lines = [line.split("--")[0].rstrip() for line in source]
        rows.append('\t{ "%s",\n%s },' % (name, "\n".join(literal(line) for line in lines if line)))
    with open(output, "w", encoding="utf-8") as out:
        out.write('/* Made by src/store/embed.py: edit the migrations. */\n#include "store/migration.h"\n\n')
        out.write("const struct migration migrations_%s[] = {\n%s\n\t{ 0 },\n};\n" % (engine, "\n".join(rows)))


main()
