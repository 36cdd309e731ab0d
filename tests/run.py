#!/usr/bin/env python3
"""Builds what the tests need and runs them, stage by stage; the last line counts them all.

Stages: unit (C, under ASan and UBSan), fuzz (each target over its corpus and on from there, for a while), e2e (real clients and hostile input against the sanitized daemon), release (what
sanitizers do not mix with: process walls, moved clocks, memory scans), lint (formatting, arrows, clang-tidy, clang); and,
when asked for, package (the Debian packages, built and at work in a root filesystem of their own)."""
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree

ROOT = pathlib.Path(__file__).resolve().parents[1]
SANITIZED, CLANG, RELEASE = ROOT / 'build-test', ROOT / 'build-clang', ROOT / 'build'
FUZZ = ROOT / 'build-fuzz'
SETUP = {
    SANITIZED: ['-Db_sanitize=address,undefined', '-Db_lundef=false', '-Dbuildtype=debug', '-Doptimization=1'],
    CLANG: ['-Dbuildtype=debug'],
    FUZZ: ['-Db_sanitize=address,undefined', '-Db_lundef=false', '-Dbuildtype=debug', '-Doptimization=1', '-Dfuzz=true'],
    RELEASE: ['-Dbuildtype=release'],
}
SANITIZER = {
    'ASAN_OPTIONS': 'detect_leaks=1:abort_on_error=0:exitcode=99:detect_stack_use_after_return=1',
    'UBSAN_OPTIONS': 'halt_on_error=1:print_stacktrace=1:exitcode=99',
}
# A unit test program that takes longer than this hangs.
UNIT_TIMEOUT_S = 300
FUZZ_SECONDS = 8
# Unit tests of what does not go with sanitizers, process walls above all: they run on the release build too.
RELEASE_PROGRAMS = ('test_walls', 'test_signer_memory', 'test_signer_sign', 'test_signer_certify')


class Tally:
    """Counts, and remembers what failed."""

    def __init__(self):
        self.passed = self.failed = self.skipped = 0
        self.failures = []

    def add(self, passed=0, failed=0, skipped=0):
        self.passed += passed
        self.failed += failed
        self.skipped += skipped

    def fail(self, name, text=''):
        self.failed += 1
        self.failures.append(name)
        print(f'FAILED {name}\n{text}', flush=True)

    def check(self, name, done):
        """One command as one test."""
        if done.returncode == 0:
            self.passed += 1
        else:
            self.fail(name, (done.stdout + done.stderr)[-6000:])


def command(words, **more):
    return subprocess.run([str(w) for w in words], cwd=ROOT, text=True, errors='replace', capture_output=True, **more)


def build(folder, tally, targets=()):
    """Configures and builds; a build that fails counts as one failed test and says why."""
    compiler = {'CC': 'clang' if folder in (CLANG, FUZZ) else 'gcc'}
    if not (folder / 'build.ninja').exists():
        done = command(['meson', 'setup', folder, *SETUP[folder]], env={**os.environ, **compiler})
        if done.returncode != 0:
            tally.fail(f'configure {folder.name}', done.stdout + done.stderr)
            return False
    elif not (folder / 'tests' / 'unit').exists():
        # ./run made it on a machine that had no cmocka yet.
        command(['meson', 'setup', '--reconfigure', folder])
    done = command(['ninja', '-C', folder, *targets])
    tally.check(f'build {folder.name}', done)
    return done.returncode == 0


def unit_program(program):
    try:
        return program, command([program], timeout=UNIT_TIMEOUT_S,
                                env={**os.environ, **SANITIZER, 'CMOCKA_MESSAGE_OUTPUT': 'TAP'})
    except subprocess.TimeoutExpired as expired:
        return program, subprocess.CompletedProcess([program], 124, '', f'no end after {expired.timeout} s')


def unit(tally, folder, names=('test_*',)):
    """Runs the C test programs of a build; cmocka speaks TAP, where a skipped test is `not ok … # SKIP`."""
    programs = sorted(p for name in names for p in folder.glob(f'tests/**/{name}')
                      if p.is_file() and os.access(p, os.X_OK))
    if not programs:
        tally.fail(f'unit {folder.name}', 'no test program was built')
    with concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        for program, done in pool.map(unit_program, programs):
            text = done.stdout + done.stderr
            skipped = len(re.findall(r'^(?:not )?ok \d+.*# SKIP', text, re.M))
            passed = len(re.findall(r'^ok \d+(?!.*# SKIP)', text, re.M))
            failed = len(re.findall(r'^not ok \d+(?!.*# SKIP)', text, re.M))
            tally.add(passed=passed, skipped=skipped)
            print(f'{program.name}: {passed} passed, {failed} failed, {skipped} skipped', flush=True)
            if failed or done.returncode != 0 or passed + skipped == 0:
                tally.failed += max(failed, 1) - 1
                tally.fail(program.name, text[-6000:])


def fuzz(tally):
    """Replays each corpus, then lets the fuzzer go on for some seconds; what it finds is printed to be kept."""
    def run(target):
        with tempfile.TemporaryDirectory() as scratch:
            return command([FUZZ / 'tests' / 'fuzz' / f'fuzz_{target}', f'-max_total_time={FUZZ_SECONDS}', '-timeout=10',
                            f'-artifact_prefix={scratch}/', scratch, ROOT / 'tests' / 'fuzz' / 'corpus' / target],
                           env={**os.environ, **SANITIZER})
    targets = sorted(p.stem for p in (ROOT / 'tests' / 'fuzz').glob('*.c'))
    if build(FUZZ, tally, [f'tests/fuzz/fuzz_{target}' for target in targets]):
        with concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
            for target, done in zip(targets, pool.map(run, targets)):
                tally.check(f'fuzz {target}', done)


def pytest(tally, marker, binary, folders):
    """Runs pytest over the folders, on as many processes as there are cores, against one build's binary."""
    with tempfile.TemporaryDirectory() as scratch:
        report = pathlib.Path(scratch) / 'report.xml'
        environment = {**os.environ, **SANITIZER, 'CHANCERY_BINARY': str(binary),
                       'CHANCERY_BOTOCORE': str(binary.parent / 'botocore'), 'PYTHONDONTWRITEBYTECODE': '1'}
        done = subprocess.run(['/usr/bin/python3', '-m', 'pytest', '-q', '-n', str(os.cpu_count()), '--dist', 'loadfile',
                               '-p', 'no:cacheprovider', '-m', marker, f'--junitxml={report}', *folders],
                              cwd=ROOT, env=environment, text=True, errors='replace', stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, check=False)
        if not report.exists():
            tally.fail(f'pytest {marker}', done.stdout[-6000:])
            return
        suite = xml.etree.ElementTree.parse(report).getroot().find('testsuite')
        total, skipped = int(suite.get('tests')), int(suite.get('skipped'))
        failed = int(suite.get('failures')) + int(suite.get('errors'))
        # A test that passed and then failed while cleaning up counts twice in the report: once is enough.
        tally.add(passed=max(total - failed - skipped, 0), failed=failed, skipped=skipped)
        print(f'pytest ({marker}): {total} tests, {failed} failed, {skipped} skipped', flush=True)
        if failed or done.returncode not in (0, 5):
            tally.failures.append(f'pytest {marker}')
            tally.failed += 0 if failed else 1
            print(done.stdout[-20000:], flush=True)


def lint(tally):
    sources = [p for folder in ('src', 'manual', 'tests', 'bench') for p in sorted((ROOT / folder).rglob('*.[ch]'))]
    tally.check('clang-format', command(['clang-format', '--dry-run', '-Werror', *sources]))
    tally.check('arrows', command(['/usr/bin/python3', 'tests/lint/arrows.py']))
    tally.check('headers', command(['/usr/bin/python3', 'tests/lint/headers.py', CLANG]))
    ours = [p for p in sources if p.suffix == '.c' and p.is_relative_to(ROOT / 'src')]
    with concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        for source, done in zip(ours, pool.map(
                lambda p: command(['clang-tidy', '--quiet', '-p', CLANG, p]), ours)):
            tally.check(f'clang-tidy {source.relative_to(ROOT)}', done)


def main(words):
    stages = words or ['unit', 'fuzz', 'e2e', 'release', 'lint']
    tally, start = Tally(), time.monotonic()
    if {'unit', 'e2e'} & set(stages) and build(SANITIZED, tally):
        if 'unit' in stages:
            unit(tally, SANITIZED)
        if 'e2e' in stages:
            pytest(tally, 'not release and not package', SANITIZED / 'chancery', ['tests'])
    if 'fuzz' in stages:
        fuzz(tally)
    if 'release' in stages and build(RELEASE, tally):
        unit(tally, RELEASE, RELEASE_PROGRAMS)
        pytest(tally, 'release', RELEASE / 'chancery', ['tests'])
    if 'lint' in stages and build(CLANG, tally):
        lint(tally)
    # Asked for by name alone: it builds packages and a root filesystem for them, which takes minutes and the network.
    if 'package' in stages:
        pytest(tally, 'package', RELEASE / 'chancery', ['tests/package'])
    print(f'{time.monotonic() - start:.0f} s')
    for name in tally.failures:
        print(f'failed: {name}')
    print(f'{tally.passed} passed, {tally.failed} failed, {tally.skipped} skipped')
    return 1 if tally.failed else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
