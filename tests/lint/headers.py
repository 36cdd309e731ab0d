#!/usr/bin/env python3
"""headers.py BUILD: every header compiles alone, so that no file depends on what another included before it."""
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]


def compiles_alone(header, build):
    with tempfile.TemporaryDirectory() as scratch:
        source = pathlib.Path(scratch) / 'alone.c'
        source.write_text(f'#include "{header}"\nint alone;\n')
        folders = [ROOT / 'src', ROOT / 'include', *generated_folders(build)]
        return subprocess.run(['clang', '-std=c17', '-D_GNU_SOURCE', '-Wall', '-Wextra', '-Wpedantic', '-Werror',
                               '-fsyntax-only', *(f'-I{folder}' for folder in folders), source],
                              capture_output=True, text=True, check=False)


def generated_folders(build):
    """Where generated headers stand: the include folders of the build that lie inside it."""
    commands = (build / 'compile_commands.json').read_text()
    return sorted({(build / folder).resolve() for folder in re.findall(r'-I(\S+)', commands)
                   if (build / folder).resolve().is_relative_to(build.resolve())})


def main():
    build = pathlib.Path(sys.argv[1])
    headers = [p.relative_to(ROOT / 'src') for p in sorted((ROOT / 'src').rglob('*.h'))]
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        for header, done in zip(headers, pool.map(lambda h: compiles_alone(h, build), headers)):
            if done.returncode != 0:
                failed += 1
                print(f'{header} does not compile alone:\n{done.stderr}')
    print(f'headers: {len(headers)} headers, {failed} complaints')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
