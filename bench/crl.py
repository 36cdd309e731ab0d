#!/usr/bin/python3
"""What revocation lists cost: `crl.py BUILD [ROUNDS [REVOKED]]`.

A root with a complete list and another with partitions, each with REVOKED (1,000,000) revoked certificates, put there by
bench_fill_issued. Each round revokes one more over the wire when a complete list may be made at once, and waits until
HTTP serves the new list; then one more, of which a delta tells. Time is wall time from the call to the served list: the
row, building, signing, writing to disk. CPU is that of the daemon and its signer, memory the peak of each beyond what it
had before.
"""
import http.client
import os
import pathlib
import subprocess
import sys
import time
import urllib.parse

from cryptography import x509

import authority
import prepare
import running

PROTOTYPES = 32
POLL_S = 0.002
PATIENCE_S = 120
BUILD_SHARE = 20  # crl.c's: a complete list is made when so many times its cost went by since the last
SETTLE_S = 3
URL = 'http://pki.example.com'
CONFIGURATION = {'Enabled': True, 'ExpirationInDays': 7}


def peak_reset(pids):
    for pid in pids:
        pathlib.Path(f'/proc/{pid}/clear_refs').write_text('5')


def status_kib(pid, field):
    for line in pathlib.Path(f'/proc/{pid}/status').read_text().splitlines():
        if line.startswith(field + ':'):
            return int(line.split()[1])
    raise KeyError(field)


def path_of(point):
    return urllib.parse.urlparse(point.full_name[0].value).path


class Served:
    """A list as clients see it: by HTTP."""

    def __init__(self, port, path):
        self.path = path
        self.connection = http.client.HTTPConnection('127.0.0.1', port, timeout=60)
        self.seen = self.look()

    def look(self):
        """(tag, size); None: nothing there."""
        self.connection.request('HEAD', self.path)
        answer = self.connection.getresponse()
        answer.read()
        return (answer.headers['ETag'], int(answer.headers['Content-Length'])) if answer.status == 200 else None

    def wait(self, least=0):
        """Until it is another one, of so many octets at least."""
        deadline = time.monotonic() + PATIENCE_S
        while (found := self.look()) == self.seen or found is None or found[1] < least:
            if time.monotonic() > deadline:
                sys.exit(f'{self.path} stays as it is')
            time.sleep(POLL_S)
        self.seen = found
        return found[1]

    def content(self):
        self.connection.request('GET', self.path)
        return self.connection.getresponse().read()


class Lists:
    """A daemon, an authority on it, and its lists."""

    def __init__(self, build, directory, partitions, revoked, rounds):
        self.build = build
        server = running.Chancery(build, directory, ['--public-url', URL])
        kind = 'PARTITIONED' if partitions else 'COMPLETE'
        root = authority.Authority(server.port, 'RSA_2048', {'CrlConfiguration': CONFIGURATION | {'CrlType': kind}})
        csrs = authority.csrs(PROTOTYPES + 2 * rounds)
        certificates = [root.certificate(root.issue(csr)) for csr in csrs]
        server.stop()
        started = time.monotonic()
        subprocess.run([f'{build}/bench/bench_fill_issued', f'{directory}/data/chancery.db', running.house.ACCOUNT,
                        running.house.REGION, root.arn.rpartition('/')[2], str(revoked), str(revoked),
                        *(['partitions'] if partitions else [])], check=True, stdout=subprocess.DEVNULL)
        print(f'filled in {time.monotonic() - started:.0f} s', flush=True)
        self.root, self.victims = root, certificates[PROTOTYPES:]
        points = self.victims[0].extensions.get_extension_for_class(x509.CRLDistributionPoints).value
        self.server = running.Chancery(build, directory, ['--public-url', URL])
        root.port = self.server.port
        self.complete = Served(root.port, path_of(points[0]))
        self.fresh = Served(root.port, self.complete.path.replace('.crl', '.delta.crl'))
        self.settle()

    def settle(self):
        """Until the daemon has been at rest for a while; the CPU it took for that."""
        pids = self.server.pids
        first = before = running.cpu_us(pids)
        while True:
            time.sleep(SETTLE_S)
            now = running.cpu_us(pids)
            if now - before < 20_000:
                self.complete.seen, self.fresh.seen = self.complete.look(), self.fresh.look()
                return now - first
            before = now

    def revoke(self, served):
        """Revokes one more. Seconds and CPU until it is in what is served, CPU until all is done; sizes in KiB: the
        list, and the peaks of daemon and signer."""
        victim = self.victims.pop()
        serial = f'{victim.serial_number:032x}'
        peak_reset(self.server.pids)
        before = [status_kib(pid, 'VmRSS') for pid in self.server.pids]
        cpu, started = running.cpu_us(self.server.pids), time.monotonic()
        authority.post('RevokeCertificate', {
            'CertificateAuthorityArn': self.root.arn, 'CertificateSerial': serial,
            'RevocationReason': 'SUPERSEDED'}, self.root.port)
        size = served.wait()
        seconds, took = time.monotonic() - started, running.cpu_us(self.server.pids) - cpu
        rest = self.settle()
        peaks = [status_kib(pid, 'VmHWM') - had for pid, had in zip(self.server.pids, before, strict=True)]
        if bytes.fromhex(serial) not in served.content():
            sys.exit(f'{served.path} does not have {serial}')
        return {'s': seconds, 'cpu_ms': took / 1e3, 'all_ms': (took + rest) / 1e3, 'list_kib': size / 1024,
                'daemon_kib': peaks[0], 'signer_kib': sum(peaks[1:])}


def tell(what, found):
    spread = {key: running.spread([one[key] for one in found], 2 if key == 's' else 1) for key in found[0]}
    beyond = [max(0, one['daemon_kib'] - one['list_kib']) / 1024 for one in found]
    print(f'{what}: {spread["s"]} s until it is served; {spread["cpu_ms"]} ms CPU until then, {spread["all_ms"]} ms '
          f'until all is done; list {spread["list_kib"]} KiB; peak of the daemon beyond the list '
          f'{running.spread(beyond, 1)} MiB, of the signer with its map {spread["signer_kib"]} KiB '
          f'(load {os.getloadavg()[0]:.1f})', flush=True)


def measure(build, partitions, rounds, revoked):
    with running.folder() as directory:
        lists = Lists(build, directory, partitions, revoked, rounds)
        name = 'partitioned' if partitions else 'complete'
        made, told = [], []
        for _ in range(rounds):
            made.append(lists.revoke(lists.complete))
            if not partitions:
                told.append(lists.revoke(lists.fresh))
            # The complete list follows the delta by itself; from then on another may be made after so long.
            time.sleep(3 * BUILD_SHARE * made[-1]['cpu_ms'] / 1e3 + SETTLE_S)
            lists.settle()
        tell(f'{revoked:,} revoked and one more, {name}', made)
        if told:
            tell(f'{revoked:,} revoked and one more, by a delta', told)
        lists.server.stop()


def main(argv):
    if len(argv) not in (2, 3, 4):
        sys.exit(__doc__)
    rounds, revoked = int((argv[2:3] or [3])[0]), int((argv[3:4] or [1_000_000])[0])
    for partitions in (False, True):
        measure(argv[1], partitions, rounds, revoked)


if __name__ == '__main__':
    main(sys.argv)
