#!/usr/bin/env python3
"""What Python knows of characters, for C: unicode.py OUTPUT. The AWS CLI is Python: widths, capitals and what it shows
as an escape come from there."""
import sys
import unicodedata

ALL = [c for c in range(0x110000) if not 0xd800 <= c <= 0xdfff]


def ranges(name, holds):
    found = []
    for c in filter(holds, ALL):
        if found and found[-1][1] == c - 1:
            found[-1][1] = c
        else:
            found.append([c, c])
    lines = '\n'.join('\t{ 0x%x, 0x%x },' % (first, last) for first, last in found)
    return 'static const struct range %s[] = {\n%s\n};\n' % (name, lines)


def capitals():
    found = [(c, chr(c).upper().encode()) for c in ALL if chr(c).upper() != chr(c)]
    room = max(len(capital) for _, capital in found) + 1
    lines = '\n'.join('\t{ 0x%x, { %s } },' % (c, ', '.join(map(str, capital))) for c, capital in found)
    return ('static const struct capital {\n\tuint32_t letter;\n\tunsigned char utf8[%d];\n} capitals[] = {\n%s\n};\n'
            % (room, lines))


def main():
    parts = [
        '/* Made by src/cli/unicode.py from Unicode %s. */\n' % unicodedata.unidata_version,
        'struct range {\n\tuint32_t first, last;\n};\n',
        ranges('wide', lambda c: unicodedata.east_asian_width(chr(c)) in 'WFA'),
        ranges('unprintable', lambda c: not chr(c).isprintable()),
        capitals(),
    ]
    with open(sys.argv[1], 'w', encoding='utf-8') as out:
        out.write('\n'.join(parts))


main()
