#!/usr/bin/python3
"""Start to first answer, and memory after many imports: `life.py BUILD [STARTS [IMPORTS]]`.

A start is the time from the daemon's exec until /health answers 200, and until a signed ListCertificates does: on an
empty data directory (keys and schema are made) and on one that is there. It is wall time, so the CPU of it stands
beside. Memory is that of daemon and signer together, from smaps_rollup: Rss counts what both share twice, Pss once.
"""
import pathlib
import shutil
import socket
import sys
import time

import prepare
import running

DISTINCT = 1024  # of each algorithm
STEP = 10_000    # signatures are good for five minutes
WAIT_S = 0.0003
PATIENCE_S = 20
SHUT = b'Connection: close\r\n'
HEALTH = b'GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n' + SHUT + b'\r\n'


def free_port():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


def first_answer(port, request):
    """Asks until somebody answers; anything but 200 ends the measurement."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        with socket.socket() as connection:
            if connection.connect_ex(('127.0.0.1', port)) == 0:
                connection.sendall(request)
                line = connection.recv(64)
                if b' 200 ' not in line:
                    sys.exit(f'the first answer was {line}')
                return
        time.sleep(WAIT_S)
    sys.exit('the daemon did not start')


def start(build, data):
    """(ms to /health, ms to ListCertificates, ms of CPU until then)"""
    port = free_port()
    listing = prepare.signed(b'{}', 'ListCertificates', port)
    began = time.monotonic()
    server = running.house.Server(data, binary=pathlib.Path(build) / 'src' / 'chancery', port=port, expect_start=False)
    first_answer(port, HEALTH)
    health = time.monotonic() - began
    first_answer(port, listing.replace(b'\r\n', b'\r\n' + SHUT, 1))
    listed = time.monotonic() - began
    cpu = running.cpu_us(running.family(server.pid)) / 1e3
    server.stop()
    return health * 1e3, listed * 1e3, cpu


def starts(build, count, directory):
    data = pathlib.Path(directory) / 'data'
    found = {'empty': [], 'there': []}
    for _ in range(count):
        shutil.rmtree(data, ignore_errors=True)
        for which in found:
            found[which].append(start(build, data))
    for which, times in found.items():
        health, listed, cpu = (running.spread(values, 1) for values in zip(*times, strict=True))
        print(f'start, data directory {which}: /health after {health} ms, ListCertificates after {listed} ms, '
              f'wanted <= 50; CPU {cpu} ms', flush=True)


def memory(build, count, directory):
    server = running.Chancery(build, directory)
    pool = pathlib.Path(directory) / 'import.pool'
    bodies = [body for algorithm in prepare.ALGORITHMS for body in prepare.import_bodies(algorithm, DISTINCT)]
    print(f'memory at the start: {told(server)}', flush=True)
    for sent in range(STEP, count + STEP, STEP):
        prepare.write_pool(pool, bodies, server.port)
        running.load(build, server, pool, STEP)
        print(f'memory after {sent:,} imports: {told(server)}', flush=True)
    time.sleep(5)
    print(f'memory 5 s later: {told(server)}; the most ever resident: {most_resident(server)}', flush=True)
    server.stop()


def told(server):
    rss, pss = (running.memory_kib(server.pids, field) / 1024 for field in ('Rss', 'Pss'))
    return f'Rss {rss:.1f} MiB, Pss {pss:.1f} MiB, wanted <= 40'


def most_resident(server):
    """Of each process."""
    found = []
    for pid in server.pids:
        for line in pathlib.Path(f'/proc/{pid}/status').read_text().splitlines():
            if line.startswith('VmHWM:'):
                found.append(f'{int(line.split()[1]) / 1024:.1f} MiB')
    return ' and '.join(found)


def main(argv):
    if len(argv) not in (2, 3, 4):
        sys.exit(__doc__)
    build, count, imports = argv[1], int((argv[2:3] or [25])[0]), int((argv[3:4] or [100_000])[0])
    with running.folder() as directory:
        starts(build, count, directory)
    with running.folder() as directory:
        memory(build, imports, directory)


if __name__ == '__main__':
    main(sys.argv)
