"""What the measurements share: servers under load, their CPU and memory, and medians."""
import json
import os
import pathlib
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / 'tests' / 'support'))
import house  # noqa: E402

CONNECTIONS = 16
# Durable means a disk: /tmp may be memory.
DISK = os.environ.get('CHANCERY_BENCH_DIR', '/var/tmp')


def folder():
    """A directory of this run, on a disk, gone afterwards."""
    return tempfile.TemporaryDirectory(prefix='chancery-bench-', dir=DISK)


def family(pid):
    """The process and its children, theirs included."""
    found = [pid]
    for task in pathlib.Path(f'/proc/{pid}/task').iterdir():
        for child in (task / 'children').read_text().split():
            found += family(int(child))
    return found


def cpu_us(pids):
    """CPU of these processes so far, all threads, by their own clocks: /proc counts in hundredths of a second."""
    return sum(time.clock_gettime_ns(~pid << 3 | 2) for pid in pids) / 1e3


def memory_kib(pids, field):
    """Rss or Pss of these processes together."""
    total = 0
    for pid in pids:
        for line in pathlib.Path(f'/proc/{pid}/smaps_rollup').read_text().splitlines():
            if line.startswith(field + ':'):
                total += int(line.split()[1])
    return total


class Chancery:
    """The daemon of a release build on a fresh data directory."""

    def __init__(self, build, directory, options=()):
        self.server = house.Server(pathlib.Path(directory) / 'data', options,
                                   binary=pathlib.Path(build) / 'src' / 'chancery')
        self.port = self.server.port
        self.pids = family(self.server.pid)

    def stop(self):
        self.server.stop()


class Moto:
    """moto_server, if there is one on the path: AWS's API in memory, for tests."""

    @staticmethod
    def found():
        return shutil.which('moto_server') is not None

    def __init__(self):
        with socket.socket() as probe:
            probe.bind(('127.0.0.1', 0))
            self.port = probe.getsockname()[1]
        self.process = subprocess.Popen(['moto_server', '-p', str(self.port)], stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL, start_new_session=True)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(('127.0.0.1', self.port)) == 0:
                    break
            time.sleep(0.1)
        self.pids = family(self.process.pid)

    def stop(self):
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait()


def load(build, server, pool, count, connections=CONNECTIONS):
    """Sends `count` requests; (CPU of one, answers in a second). Anything but 200 ends the measurement."""
    before = cpu_us(server.pids)
    out = subprocess.run([f'{build}/bench/bench_load', str(server.port), str(pool), str(connections), str(count)],
                         check=True, stdout=subprocess.PIPE)
    cpu = cpu_us(server.pids) - before
    result = json.loads(out.stdout)
    if result['ok'] != count:
        sys.exit(f'{result["other"]} of {count} requests were refused')
    return cpu / count, count / result['wall_us'] * 1e6


def spread(values, digits=2):
    """"median (least–most)"."""
    return f'{statistics.median(values):.{digits}f} ({min(values):.{digits}f}–{max(values):.{digits}f})'
