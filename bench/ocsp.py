#!/usr/bin/python3
"""What one OCSP answer costs the server: `ocsp.py BUILD [ROUNDS [COUNT]]`.

One daemon, a root with OCSP, and questions about CERTIFICATES of its certificates, one each, over 16 keep-alive
connections: by POST and by GET, from the cache, which the first round of them has filled; then with a nonce, each
signed for itself. An answer that is not "successful" ends the measurement.
"""
import base64
import os
import pathlib
import sys
import time
import urllib.parse

from cryptography.hazmat.primitives import hashes
from cryptography import x509
from cryptography.x509 import ocsp

import authority
import prepare
import running

CERTIFICATES = 256
WANTED_A_SECOND = 10_000
PATIENCE_S = 60
SIGN_RATE = 100_000
URL = 'http://pki.example.com'


def question(certificate, issuer, nonce=None):
    builder = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, hashes.SHA1())
    if nonce is not None:
        builder = builder.add_extension(x509.OCSPNonce(nonce), critical=False)
    return builder.build().public_bytes(prepare.DER)


def by_post(der, port):
    return (f'POST /ocsp HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/ocsp-request\r\n'
            f'Content-Length: {len(der)}\r\n\r\n').encode() + der


def by_get(der, port):
    path = urllib.parse.quote(base64.b64encode(der).decode(), safe='')
    return f'GET /ocsp/{path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n'.encode()


def status(request, port):
    head, body = prepare.exchange(request, port)
    if head != 200:
        return f'HTTP status {head}'
    answer = ocsp.load_der_ocsp_response(body)
    return answer.response_status.name if answer.response_status.value else answer.certificate_status.name


def wait_until_answered(request, port):
    """A responder's certificate is made in its own time."""
    deadline = time.monotonic() + PATIENCE_S
    while (found := status(request, port)) != 'GOOD':
        if time.monotonic() > deadline:
            sys.exit(f'the responder answers {found}')
        time.sleep(0.1)


def questions(root, port):
    issuer = x509.load_pem_x509_certificate(root.pem.encode())
    issued = [root.certificate(root.issue(csr)) for csr in authority.csrs(CERTIFICATES)]
    plain = [question(certificate, issuer) for certificate in issued]
    fresh = [question(certificate, issuer, os.urandom(32)) for certificate in issued]
    return {'POST': [by_post(der, port) for der in plain],
            'GET': [by_get(der, port) for der in plain],
            'POST with a nonce': [by_post(der, port) for der in fresh]}


def measure(build, algorithm, rounds, count):
    costs = {}
    with running.folder() as directory:
        server = running.Chancery(build, directory, ['--public-url', URL, '--ocsp-sign-rate', SIGN_RATE])
        root = authority.Authority(server.port, algorithm, {'OcspConfiguration': {'Enabled': True}})
        asked = questions(root, server.port)
        for what, requests in asked.items():
            wait_until_answered(requests[0], server.port)
            prepare.write_requests(pathlib.Path(directory) / f'{what}.pool', requests)
        for number in range(rounds + 1):
            for what in asked:
                cpu, rate = running.load(build, server, pathlib.Path(directory) / f'{what}.pool', count)
                if number > 0:  # the first round warms up, and fills the cache
                    costs.setdefault(what, []).append((cpu, rate))
        server.stop()
    for what, found in costs.items():
        cores = [1e6 / cpu for cpu, _ in found]
        wanted = '' if 'nonce' in what else f', wanted >= {WANTED_A_SECOND}'
        print(f'{algorithm} {what}: {running.spread([cpu for cpu, _ in found], 1)} us CPU, '
              f'{running.spread(cores, 0)} answers a second a core{wanted}; '
              f'{running.spread([rate for _, rate in found], 0)} a second (load {os.getloadavg()[0]:.1f})', flush=True)


def main(argv):
    if len(argv) not in (2, 3, 4):
        sys.exit(__doc__)
    rounds, count = int((argv[2:3] or [5])[0]), int((argv[3:4] or [20000])[0])
    for algorithm in prepare.ALGORITHMS:
        measure(argv[1], algorithm, rounds, count)


if __name__ == '__main__':
    main(sys.argv)
