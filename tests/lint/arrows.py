#!/usr/bin/env python3
"""Refuses an include that runs upward, SQL or OpenSSL in the wrong room, and paths of one machine.

ARCHITECTURE.md draws the arrows; this table is what the drawing means."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
SOURCE = ROOT / 'src'

# A room may include itself and what stands behind it here.
ARROWS = {
    'base': set(),
    'model': {'base'},
    'sigv4': {'base'},
    'x509': {'base'},
    'store': {'base'},
    'signer': {'base', 'x509', 'sigv4'},
    'service': {'base', 'model', 'x509', 'store', 'signer', 'sigv4'},
    'wire': {'base', 'model', 'sigv4', 'service', 'store', 'signer', 'x509'},
    'client': {'base', 'model', 'sigv4'},
    'library': {'base', 'model', 'client'},
    'cli': {'base', 'model', 'client', 'x509'},
    'admin': {'base', 'store', 'signer', 'service', 'x509'},
    'daemon': {'base', 'model', 'store', 'signer', 'service', 'wire', 'x509'},
    'face': {'admin', 'base', 'cli', 'daemon', 'signer'},
    'main.c': {'cli', 'face'},
}
# Libraries have rooms too.
LIBRARIES = {
    r'sqlite3\.h': {'store/sqlite.c', 'store/sqlite.h', 'store/sqlite_log.c'},
    r'microhttpd\.h': {'wire'},
    r'gnutls/': {'wire'},
    r'pcre2\.h': {'model'},
    r'curl/': {'client'},
    r'yaml\.h': {'cli'},
    r'seccomp\.h': {'base/walls.c'},
    r'openssl/': {'x509', 'signer', 'sigv4'},
}
BANNED = re.compile(r'\b(strcpy|strcat|sprintf|vsprintf|gets|strtok|atoi|atol|alloca|rand|srand|setjmp|longjmp|system|popen)\s*\(')
INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]', re.M)


def room_of(path):
    return path.relative_to(SOURCE).parts[0]


def complaints_of(path):
    text = path.read_text()
    room, place = room_of(path), str(path.relative_to(SOURCE))
    for quote, name in INCLUDE.findall(text):
        if quote == '"':
            target = name.split('/')[0]
            if '/' not in name:
                yield f'{place}: "{name}" does not say its room'
            elif target != room and target not in ARROWS[room]:
                yield f'{place}: {room} may not include {name}'
        else:
            for library, rooms in LIBRARIES.items():
                if re.match(library, name) and room not in rooms and place not in rooms:
                    yield f'{place}: <{name}> belongs to {", ".join(sorted(rooms))}'
    code = re.sub(r'/\*.*?\*/|"(?:[^"\\]|\\.)*"', '', text, flags=re.S)
    for word in BANNED.findall(code):
        yield f'{place}: {word}() is banned'


def main():
    files = sorted(p for p in SOURCE.rglob('*') if p.suffix in ('.c', '.h'))
    complaints = [c for p in files for c in complaints_of(p)]
    for complaint in complaints:
        print(complaint)
    print(f'arrows: {len(files)} files, {len(complaints)} complaints')
    return 1 if complaints else 0


if __name__ == '__main__':
    sys.exit(main())
