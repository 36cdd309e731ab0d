"""kill -9 while an authority issues and revokes: what was acknowledged is there, nothing is there twice, and what was
begun and not finished is given up."""
import collections
import concurrent.futures
import contextlib
import http.client
import json
import os
import pathlib
import random
import signal
import threading
import time
import urllib.error
import urllib.request
import uuid

import botocore.exceptions
import house
import pca as ca
import pytest
from cryptography import x509

CLIENTS, ROUNDS = 6, 3
# As many certificates in one OCSP request as it may have.
OCSP_BATCH = 64
# What a client sees of a server that was killed.
GONE = (OSError, http.client.HTTPException, botocore.exceptions.HTTPClientError, botocore.exceptions.ConnectionError)


class House:
    """A daemon that is killed again and again on the same data and the same addresses."""

    def __init__(self, folder):
        self.data_dir, self.address = folder / 'data', f'127.0.0.1:{ca.free_port()}'
        self.server = None
        self.start()

    def start(self):
        self.server = house.Server(self.data_dir, ['--pki-listen', self.address, '--public-url',
                                                   f'http://{self.address}', '--workers', 2])

    def client(self, service='acm-pca'):
        return self.server.boto(service=service, read_timeout=30)

    def fetch(self, path):
        with urllib.request.urlopen(f'http://{self.address}/{path}', timeout=20) as answer:
            return answer.read()


class Memory:
    """What clients were told, over all rounds."""

    def __init__(self):
        self.lock = threading.Lock()
        self.issued, self.revoked = {}, set()  # ARN -> PEM, or None when it was killed before it was fetched; ARNs
        self.doubtful = set()                  # IdempotencyTokens of what was never answered
        self.list_numbers, self.refused, self.surprises = [], [], []


@pytest.fixture
def running(tmp_path):
    made = House(tmp_path)
    yield made
    made.server.stop()


def asked(authority, token):
    return {'CertificateAuthorityArn': authority, 'Csr': ca.csr_of_one(), 'SigningAlgorithm': 'SHA256WITHRSA',
            'Validity': {'Type': 'DAYS', 'Value': 30}, 'IdempotencyToken': token}


def issue_and_revoke(client, authority, memory, stop, worker):
    """Issues, fetches, and revokes two of three, until the server is gone."""
    turn = worker
    try:
        while not stop.is_set():
            turn += 1
            token = uuid.uuid4().hex
            with memory.lock:
                memory.doubtful.add(token)
            arn = client.issue_certificate(**asked(authority, token))['CertificateArn']
            with memory.lock:
                memory.doubtful.remove(token)
                memory.issued[arn] = None
            got = client.get_certificate(CertificateAuthorityArn=authority, CertificateArn=arn)['Certificate']
            with memory.lock:
                memory.issued[arn] = got
            if turn % 3 == 0:
                continue
            client.revoke_certificate(CertificateAuthorityArn=authority, CertificateSerial=ca.serial_of(arn),
                                      RevocationReason='SUPERSEDED')
            with memory.lock:
                memory.revoked.add(arn)
    except GONE:
        pass
    except botocore.exceptions.ClientError as refused:
        memory.refused.append(refused)
    except Exception as surprise:  # pylint: disable=broad-except
        memory.surprises.append(repr(surprise))


def list_number(running, authority):
    """The number of the complete list; None: there is none yet."""
    try:
        revocation_list = x509.load_der_x509_crl(running.fetch(f'crl/{authority.rpartition("/")[2]}.crl'))
    except urllib.error.HTTPError as missing:
        assert missing.code == 404
        return None
    return revocation_list.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number


def watch_list(running, authority, memory, stop):
    try:
        while not stop.is_set():
            number = list_number(running, authority)
            if number is not None:
                memory.list_numbers.append(number)
            time.sleep(0.05)
    except (OSError, http.client.HTTPException, ValueError):
        pass


def load_and_kill(running, authority, memory, kill, seconds):
    stop, client = threading.Event(), running.client()
    with concurrent.futures.ThreadPoolExecutor(CLIENTS + 1) as pool:
        for worker in range(CLIENTS):
            pool.submit(issue_and_revoke, client, authority, memory, stop, worker)
        pool.submit(watch_list, running, authority, memory, stop)
        time.sleep(seconds)
        assert not memory.refused
        kill(running.server)
        stop.set()
    # Between the end of the signer and that of the daemon nothing can be signed.
    assert all(kill is kill_signer and one.response['Error']['Code'] == 'InternalFailure' for one in memory.refused)
    memory.refused.clear()
    running.start()
    number = list_number(running, authority)
    if number is not None:
        memory.list_numbers.append(number)


def kill_daemon(server):
    server.kill()


def signer_of(server):
    children = pathlib.Path(f'/proc/{server.pid}/task/{server.pid}/children').read_text().split()
    assert len(children) == 1
    return int(children[0])


def kill_signer(server):
    os.kill(signer_of(server), signal.SIGKILL)
    assert server.process.wait(30) == 1


# ---- What must hold afterwards ----

def inventory(running, authority):
    pages = running.client('chancery').get_paginator('list_issued_certificates').paginate(
        CertificateAuthorityArn=authority, PaginationConfig={'PageSize': 500})
    return [one for page in pages for one in page['IssuedCertificates']]


def check_every_certificate(running, authority, memory, root):
    """What is listed is whole; what was handed out is listed, byte for byte."""
    listed = [one['CertificateArn'] for one in inventory(running, authority)]
    assert len(set(listed)) == len(listed)
    client, seen = running.client(), collections.Counter()

    def get(arn):
        return arn, client.get_certificate(CertificateAuthorityArn=authority, CertificateArn=arn)['Certificate']
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        got = list(pool.map(get, listed))
    for arn, pem in got:
        certificate = ca.load(pem)
        ca.verify_signature(certificate, root)
        assert f'{certificate.serial_number:032x}' == ca.serial_of(arn)
        seen[certificate.serial_number] += 1
        if memory.issued.get(arn) is not None:
            assert memory.issued[arn] == pem
    assert set(memory.issued) <= set(listed)
    assert max(seen.values()) == 1


def check_statuses(running, authority, memory):
    revoked = {one['CertificateArn'] for one in inventory(running, authority) if one['Status'] == 'REVOKED'}
    assert memory.revoked <= revoked
    # Nobody was revoked whom nobody asked to be: those were issued, and told so, before.
    assert revoked <= set(memory.issued)
    return revoked


def check_list(running, authority, memory, revoked):
    def complete():
        found = x509.load_der_x509_crl(running.fetch(f'crl/{authority.rpartition("/")[2]}.crl'))
        return found if {one.serial_number for one in found} == {int(ca.serial_of(arn), 16) for arn in revoked} else None
    found = ca.wait_for(complete)
    memory.list_numbers.append(found.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number)
    assert memory.list_numbers == sorted(memory.list_numbers)
    assert all(one.extensions.get_extension_for_class(x509.CRLReason).value.reason == x509.ReasonFlags.superseded
               for one in found)


def check_ocsp(running, authority, memory, revoked, folder):
    """openssl asks about all of them, many at a time."""
    arns = sorted(memory.issued)
    for first in range(0, len(arns), OCSP_BATCH):
        batch = arns[first:first + OCSP_BATCH]
        told = ocsp(running, authority, map(ca.serial_of, batch), folder)
        for arn in batch:
            assert f'0x{ca.serial_of(arn)}: {"revoked" if arn in revoked else "good"}' in told, (arn, told)


def check_report(running, authority, memory, revoked):
    client = running.client()
    made = client.create_certificate_authority_audit_report(
        CertificateAuthorityArn=authority, S3BucketName='reports.example', AuditReportResponseFormat='JSON')
    client.get_waiter('audit_report_created').wait(
        CertificateAuthorityArn=authority, AuditReportId=made['AuditReportId'], WaiterConfig={'Delay': 1})
    with urllib.request.urlopen(f'{running.server.url}/{made["S3Key"]}', timeout=20) as answer:
        report = {one['certificateArn']: one for one in json.load(answer)}
    assert set(memory.issued) <= set(report)
    assert {arn for arn, one in report.items() if 'revokedAt' in one} == revoked


def check_doubtful(running, authority, memory):
    """What was never answered is asked again with its token: it is issued, or was given up; it never hangs."""
    client = running.client()
    for token in memory.doubtful:
        arn = client.issue_certificate(**asked(authority, token))['CertificateArn']
        try:
            client.get_certificate(CertificateAuthorityArn=authority, CertificateArn=arn)
        except botocore.exceptions.ClientError as refused:
            assert refused.response['Error']['Code'] == 'RequestFailedException', refused


def own_certificate(running, authority):
    return running.client().get_certificate_authority_certificate(CertificateAuthorityArn=authority)['Certificate'].encode()


def ocsp(running, authority, serials, folder):
    """What openssl is told about certificates, or that it is to ask later."""
    (folder / 'root.pem').write_bytes(own_certificate(running, authority))
    words = [word for serial in serials for word in ('-serial', '0x' + serial)]
    return ca.openssl('ocsp', '-issuer', folder / 'root.pem', '-CAfile', folder / 'root.pem', *words, '-no_nonce', '-url',
                      f'http://{running.address}/ocsp', check=False).stdout


def root_of(running, folder):
    """A root with lists, and a responder that is at work."""
    authority = ca.root(running.client(), 'Killed Root', algorithm='RSA_2048', RevocationConfiguration={
        'CrlConfiguration': {'Enabled': True, 'ExpirationInDays': 7}, 'OcspConfiguration': {'Enabled': True}}).arn
    ca.wait_for(lambda: 'unknown' in ocsp(running, authority, ['11'], folder))
    return authority


@pytest.mark.parametrize('kill', [kill_daemon, kill_signer], ids=['daemon', 'signer'])
def test_what_an_authority_acknowledged_survives_kill(running, tmp_path, kill):
    authority, memory, dice = root_of(running, tmp_path), Memory(), random.Random(7)
    root = own_certificate(running, authority)
    for _ in range(ROUNDS if kill is kill_daemon else 1):
        load_and_kill(running, authority, memory, kill, 0.5 + dice.random() / 2)
    assert not memory.surprises
    assert len(memory.issued) > 20 and len(memory.revoked) > 5 and memory.list_numbers
    assert own_certificate(running, authority) == root
    check_every_certificate(running, authority, memory, ca.load(root))
    revoked = check_statuses(running, authority, memory)
    check_ocsp(running, authority, memory, revoked, tmp_path)
    check_report(running, authority, memory, revoked)
    check_doubtful(running, authority, memory)
    serials = [one['Serial'] for one in inventory(running, authority)]
    assert len(set(serials)) == len(serials)
    # At the end: for ten seconds the duties of a daemon that was killed are nobody's.
    check_list(running, authority, memory, revoked)


def test_an_intention_left_behind_is_given_up(running, tmp_path):
    """The signer is held fast between the two writes of an issuance; then both processes are killed."""
    authority, token = root_of(running, tmp_path), uuid.uuid4().hex
    client, signer = running.client(), signer_of(running.server)
    before = {one['CertificateArn'] for one in inventory(running, authority)}
    os.kill(signer, signal.SIGSTOP)
    try:
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            first = pool.submit(client.issue_certificate, **asked(authority, token))
            time.sleep(0.5)  # so that it is the first that waits for its signature
            # Whoever repeats a request that is under way is told its ARN at once.
            arn = running.client().issue_certificate(**asked(authority, token))['CertificateArn']
            code, _ = ca.refusal(client.get_certificate, CertificateAuthorityArn=authority, CertificateArn=arn)
            assert code == 'RequestInProgressException' and not first.done()
            running.server.kill()
            with pytest.raises(GONE):
                first.result()
    finally:
        with contextlib.suppress(ProcessLookupError):  # it ends with its daemon, even so
            os.kill(signer, signal.SIGKILL)
    running.start()
    client = running.client()
    code, message = ca.refusal(client.get_certificate, CertificateAuthorityArn=authority, CertificateArn=arn)
    assert code == 'RequestFailedException' and arn in message
    assert {one['CertificateArn'] for one in inventory(running, authority)} == before
    # It was never signed, so nobody can revoke it, and OCSP does not know it.
    code, _ = ca.refusal(client.revoke_certificate, CertificateAuthorityArn=authority,
                         CertificateSerial=ca.serial_of(arn), RevocationReason='SUPERSEDED')
    assert code == 'ResourceNotFoundException'
    assert f'0x{ca.serial_of(arn)}: unknown' in ocsp(running, authority, [ca.serial_of(arn)], tmp_path)
    # The authority goes on.
    new = client.issue_certificate(**asked(authority, uuid.uuid4().hex))['CertificateArn']
    assert new != arn and client.get_certificate(CertificateAuthorityArn=authority, CertificateArn=new)['Certificate']


def request_in_acm(client, authority, told, stop):
    """Private certificates, one after the other: their keys are born in the house."""
    try:
        while not stop.is_set():
            arn = client.request_certificate(DomainName='killed.example.com', CertificateAuthorityArn=authority,
                                             KeyAlgorithm='EC_prime256v1')['CertificateArn']
            exported = client.export_certificate(CertificateArn=arn, Passphrase=b'passphrase')
            told[arn] = exported['Certificate'], key_of(exported)
            client.renew_certificate(CertificateArn=arn)
    except GONE:
        pass


def key_of(exported):
    key = ca.serialization.load_pem_private_key(exported['PrivateKey'].encode(), b'passphrase')
    assert key.public_key().public_numbers() == ca.load(exported['Certificate']).public_key().public_numbers()
    return key.public_key().public_numbers()


def test_private_certificates_survive_kill(running, tmp_path):
    """What ACM told of is there with its key; what it lists is whole, and the authority knows each of its certificates."""
    authority, told, dice = root_of(running, tmp_path), {}, random.Random(11)
    root = ca.load(own_certificate(running, authority))
    running.client().create_permission(CertificateAuthorityArn=authority, Principal='acm.amazonaws.com', Actions=[
        'IssueCertificate', 'GetCertificate', 'ListPermissions'])
    for _ in range(2):
        stop, client = threading.Event(), running.client('acm')
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            clients = [pool.submit(request_in_acm, client, authority, told, stop) for _ in range(4)]
            time.sleep(1 + dice.random() / 2)
            running.server.kill()
            stop.set()
        for one in clients:
            one.result()
        running.start()
    client = running.client('acm')
    assert len(told) > 3
    listed = [one['CertificateArn'] for page in client.get_paginator('list_certificates').paginate(
        Includes={'keyTypes': ['EC_prime256v1']}) for one in page['CertificateSummaryList']]
    assert set(told) <= set(listed) and len(set(listed)) == len(listed)
    known = {one['Serial'].replace(':', '').lower() for one in inventory(running, authority)}
    for arn in listed:
        described = client.describe_certificate(CertificateArn=arn)['Certificate']
        assert described['Status'] == 'ISSUED' and described['Type'] == 'PRIVATE', described
        exported = client.export_certificate(CertificateArn=arn, Passphrase=b'passphrase')
        key, certificate = key_of(exported), ca.load(exported['Certificate'])
        ca.verify_signature(certificate, root)
        assert f'{certificate.serial_number:032x}' in known
        # What was exported once is either still so, or was renewed since.
        if arn in told and exported['Certificate'] == told[arn][0]:
            assert key == told[arn][1]
