#!/usr/bin/python3
"""What one IssueCertificate costs the server, over the floor and over cfssl's, and how many it issues in a second:
`issue.py BUILD [ROUNDS [COUNT [CONNECTIONS]]]`.

BUILD is a release build with the bench programs (README.md). Each round starts the daemon on an empty data directory,
makes a root, warms it up, and sends COUNT requests for different certificates with P-256 keys over CONNECTIONS
connections; then the floor works on the same requests, then cfssl (`cfssl serve`, Debian's golang-cfssl, if it is on
the path), then `openssl speed -multi 2`. CPU is that of the daemon and its signer together.
"""
import json
import os
import pathlib
import re
import shutil
import socket
import statistics
import subprocess
import sys
import time

from cryptography.hazmat.primitives import serialization

import authority
import pki
import prepare
import running

WARM = 256
WANTED = {'RSA_2048': {'floor': 1.3, 'cfssl': 0.5}, 'EC_prime256v1': {'floor': 2, 'cfssl': 0.6}}
SPEED = {'RSA_2048': ('rsa2048', r'^rsa 2048 bits\s+\S+\s+\S+\s+(\S+)'),
         'EC_prime256v1': ('ecdsap256', r'\(nistp256\)\s+\S+\s+\S+\s+(\S+)')}
SPEED_S = 3
# With an RSA CA signing is nearly all there is to do, and cfssl takes its time.
CFSSL_COUNT = {'RSA_2048': 1024, 'EC_prime256v1': 4096}


class Cfssl:
    """`cfssl serve` with a root of the same kind: it authenticates nobody and stores nothing."""

    @staticmethod
    def found():
        return shutil.which('cfssl') is not None

    def __init__(self, algorithm, directory):
        directory = pathlib.Path(directory)
        root = pki.issue(pki.name(O='Example', CN='Example Issuing CA'), key=pki.new_key(algorithm), ca=True)
        (directory / 'ca.pem').write_bytes(root.pem)
        (directory / 'ca-key.pem').write_bytes(root.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()))
        (directory / 'config.json').write_text(json.dumps({'signing': {'default': {
            'expiry': '8760h', 'usages': ['digital signature', 'key encipherment', 'server auth', 'client auth']}}}))
        with socket.socket() as probe:
            probe.bind(('127.0.0.1', 0))
            self.port = probe.getsockname()[1]
        self.process = subprocess.Popen(
            ['cfssl', 'serve', '-address', '127.0.0.1', '-port', str(self.port), '-ca', 'ca.pem', '-ca-key',
             'ca-key.pem', '-config', 'config.json', '-loglevel', '5'], cwd=directory, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        self.pids = [self.process.pid]
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(('127.0.0.1', self.port)) == 0:
                    return
            time.sleep(0.05)
        sys.exit('cfssl does not answer')

    def request(self, csr):
        body = json.dumps({'certificate_request': csr.decode()}).encode()
        head = (f'POST /api/v1/cfssl/sign HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n'
                f'Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n')
        return head.encode() + body

    def stop(self):
        self.process.terminate()
        self.process.wait()


class Run:
    """One kind of CA's key, and the requests for all rounds."""

    def __init__(self, build, algorithm, count, connections):
        self.build, self.algorithm, self.connections = build, algorithm, connections
        made = authority.csrs(WARM + count)
        self.warm, self.main = made[:WARM], made[WARM:]

    def server(self, directory):
        """(CPU of one, certificates a second); leaves pools and a certificate for the floor."""
        server = running.Chancery(self.build, directory)
        try:
            root = authority.Authority(server.port, self.algorithm)
            one = root.certificate(root.issue(self.warm[0]))
            (directory / 'one.der').write_bytes(one.public_bytes(serialization.Encoding.DER))
            for name in 'warm', 'main':
                prepare.write_pool(directory / f'{name}.pool', map(root.issue_body, getattr(self, name)), server.port,
                                   'IssueCertificate', 'acm-pca')
            running.load(self.build, server, directory / 'warm.pool', WARM, self.connections)
            return running.load(self.build, server, directory / 'main.pool', len(self.main), self.connections)
        finally:
            server.stop()

    def floor(self, directory):
        out = subprocess.run([f'{self.build}/bench/bench_floor_issue', f'{directory}/floor', f'{directory}/warm.pool',
                              f'{directory}/main.pool', f'{directory}/one.der', self.algorithm],
                             check=True, stdout=subprocess.PIPE)
        return json.loads(out.stdout)

    def cfssl(self, directory):
        """CPU of one."""
        count = CFSSL_COUNT[self.algorithm]
        server = Cfssl(self.algorithm, directory)
        try:
            prepare.write_requests(directory / 'cfssl.pool', map(server.request, self.main[:count]))
            running.load(self.build, server, directory / 'cfssl.pool', WARM, self.connections)
            return running.load(self.build, server, directory / 'cfssl.pool', count, self.connections)[0]
        finally:
            server.stop()

    def speed(self):
        """Signatures a second on two cores."""
        name, pattern = SPEED[self.algorithm]
        out = subprocess.run(['openssl', 'speed', '-seconds', str(SPEED_S), '-multi', '2', name], check=True,
                             stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        return float(re.search(pattern, out.stdout, re.MULTILINE).group(1))

    def round(self, found):
        with running.folder() as directory:
            directory = pathlib.Path(directory)
            cpu, rate = self.server(directory)
            floor = self.floor(directory)
            cfssl = self.cfssl(directory) if Cfssl.found() else None
        speed = self.speed()
        found['floors'].append(floor)
        found['server'].append(cpu)
        found['floor'].append(cpu / floor['sum_us'])
        found['speed'].append(rate / speed)
        line = f'server {cpu:.1f} us CPU, floor {floor["sum_us"]:.1f}, ratio {found["floor"][-1]:.2f}'
        if cfssl is not None:
            found['cfssl'].append(cpu / cfssl)
            line += f'; cfssl {cfssl:.1f}, ratio {found["cfssl"][-1]:.2f}'
        return f'{line}; {rate:.0f}/s, openssl speed {speed:.0f}/s, {found["speed"][-1]:.2f}'

    def tell(self, found):
        floors, wanted = found['floors'], WANTED[self.algorithm]
        for part in floors[0]['parts_us']:
            print(f'  {part:45} {statistics.median(f["parts_us"][part] for f in floors):6.1f}')
        for part in floors[0]['beside_us']:
            print(f'  (beside) {part:36} {statistics.median(f["beside_us"][part] for f in floors):6.1f}')
        print(f'{self.algorithm} server CPU: {running.spread(found["server"], 1)} us')
        print(f'{self.algorithm} over floor: {running.spread(found["floor"])}, wanted <= {wanted["floor"]}')
        if found['cfssl']:
            print(f'{self.algorithm} over cfssl: {running.spread(found["cfssl"])}, wanted <= {wanted["cfssl"]}')
        print(f'{self.algorithm} certificates a second over openssl\'s signatures: {running.spread(found["speed"])}'
              + (', wanted >= 0.75' if self.algorithm == 'RSA_2048' else ''), flush=True)


def main(argv):
    if len(argv) not in (2, 3, 4, 5):
        sys.exit(__doc__)
    build, rounds, count, connections = argv[1], *(int(word) for word in [*argv[2:], *('5', '4096', '64')[len(argv) - 2:]])
    for algorithm in WANTED:
        run = Run(build, algorithm, count, connections)
        found = {what: [] for what in ('floors', 'server', 'floor', 'cfssl', 'speed')}
        for number in range(rounds):
            line = run.round(found)
            print(f'{algorithm} round {number + 1} (load {os.getloadavg()[0]:.1f}): {line}', flush=True)
        run.tell(found)


if __name__ == '__main__':
    main(sys.argv)
