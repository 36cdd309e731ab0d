"""kill -9 while certificates are issued and revoked: no serial is used twice, what was acknowledged is there, and
nothing is signed that the store does not know."""
import threading
import time

import pytest

import house
import pca as ca

THREADS, ROUNDS = 4, 3


class Load:
    """Clients that issue, and revoke every third, until the daemon is gone."""

    def __init__(self, server, arn):
        self.issued, self.revoked, self.lock = {}, set(), threading.Lock()
        self.threads = [threading.Thread(target=self.work, args=(
            server.boto(service='acm-pca'), arn)) for _ in range(THREADS)]

    def work(self, client, arn):
        import botocore.exceptions
        authority = ca.Authority(client, arn)
        try:
            while True:
                certificate = authority.issue_arn(ca.csr_of_one(), SigningAlgorithm='SHA256WITHECDSA')
                with self.lock:
                    self.issued[certificate] = None
                pem = authority.get(certificate)[0]
                with self.lock:
                    self.issued[certificate] = pem
                    turn = len(self.issued) % 3 == 0
                if turn:
                    authority.revoke(ca.serial_of(certificate))
                    with self.lock:
                        self.revoked.add(certificate)
        except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError):
            return

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *nothing):
        for thread in self.threads:
            thread.join(60)


@pytest.fixture
def running(tmp_path):
    """running(): the daemon on the same data, once more."""
    started = []

    def start():
        started.append(house.Server(tmp_path / 'data'))
        return started[-1]

    yield start
    for server in started:
        server.stop() if server.process.returncode is None else server.check_log()


def test_kill_9_while_issuing(running):
    server = running()
    arn = ca.root(server.boto(service='acm-pca'), 'Crashing Root', RevocationConfiguration={
        'CrlConfiguration': {'Enabled': True, 'ExpirationInDays': 7}}).arn
    issued, revoked = {}, set()
    for turn in range(ROUNDS):
        with Load(server, arn) as load:
            ca.wait_for(lambda: len(load.issued) >= 20 + 7 * turn)
            time.sleep(0.013 * turn)
            server.kill()
        # A serial that came back once does not come back for another certificate.
        assert not set(issued) & set(load.issued)
        issued |= load.issued
        revoked |= load.revoked
        server = running()
    authority = ca.Authority(server.boto(service='acm-pca'), arn)
    for certificate, pem in issued.items():
        kept = authority.get(certificate)[0]
        assert pem is None or kept == pem
    listed = {}
    pages = server.boto(service='chancery').get_paginator(
        'list_issued_certificates').paginate(CertificateAuthorityArn=arn)
    for page in pages:
        for row in page['IssuedCertificates']:
            assert row['CertificateArn'] not in listed
            listed[row['CertificateArn']] = row['Status']
    assert set(issued) <= set(listed)
    assert all(listed[certificate] == 'REVOKED' for certificate in revoked)
    # Whatever is listed was signed, is whole, and has a serial of its own.
    root = ca.load(authority.pem)
    for certificate in listed:
        loaded = ca.load(authority.get(certificate)[0])
        ca.verify_signature(loaded, root)
        assert f'{loaded.serial_number:032x}' == ca.serial_of(certificate)
    # The list tells of every revocation that was acknowledged.
    from cryptography import x509
    import urllib.request

    def told():
        with urllib.request.urlopen(f'{server.url}/crl/{authority.id}.crl', timeout=20) as answer:
            return {f'{entry.serial_number:032x}' for entry in x509.load_der_x509_crl(answer.read())}

    ca.wait_for(lambda: {ca.serial_of(c) for c in revoked} <= told())
    assert authority.issue(ca.csr_of_one())
