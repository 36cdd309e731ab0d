"""A full disk: writes are refused with a clear error, reads go on, and it recovers by itself when there is room."""
import base64
import contextlib
import os
import subprocess
import urllib.error
import urllib.request

import botocore.exceptions
import house
import pca as ca
import pki
import pytest
from cryptography import x509


def fields(leaf):
    return {k: base64.b64encode(v).decode() for k, v in leaf.arguments().items()}


@contextlib.contextmanager
def disk(folder, size):
    """A file system of so many bytes; needs the right to mount one."""
    folder.mkdir(parents=True, mode=0o700)
    done = subprocess.run(['mount', '-t', 'tmpfs', '-o', f'size={size},mode=0700', 'tmpfs', str(folder)],
                          capture_output=True, check=False)
    if done.returncode != 0:
        pytest.skip('mounting a small file system needs root')
    try:
        yield folder
    finally:
        subprocess.run(['umount', '-l', str(folder)], check=True)


@pytest.fixture
def small_disk(tmp_path):
    with disk(tmp_path / 'disk', 6 << 20) as folder:
        yield folder


def test_a_full_disk(small_disk):
    server = house.Server(small_disk / 'data')
    try:
        leaf = pki.leaf('full.example.com')
        status, answer = server.post(fields(leaf))
        assert status == 200, answer
        arn = answer['CertificateArn']
        ballast = small_disk / 'ballast'
        free = os.statvfs(small_disk)
        ballast.write_bytes(b'\0' * max(free.f_bavail * free.f_bsize - 256 * 1024, 0))
        acknowledged, refusal = [], None
        for _ in range(400):
            status, answer = server.post(fields(leaf))
            if status != 200:
                refusal = status, answer
                break
            acknowledged.append(answer['CertificateArn'])
        assert refusal is not None, 'the disk never filled'
        status, answer = refusal
        assert status == 503 and 'full' in answer['message'], answer
        # Reads go on, of all that was acknowledged.
        for known in [arn, *acknowledged]:
            status, got = server.post({'CertificateArn': known}, 'GetCertificate')
            assert status == 200 and got['Certificate'].encode() == leaf.pem, (known, got)
        # It recovers by itself.
        ballast.unlink()
        status, answer = server.post(fields(leaf))
        assert status == 200, answer
        status, got = server.post({'CertificateArn': answer['CertificateArn']}, 'GetCertificate')
        assert status == 200 and got['Certificate'].encode() == leaf.pem
    finally:
        server.stop()


def refused_for_want_of_room(call, **arguments):
    """True when the disk was full; anything but success and that is a failure of the test."""
    try:
        call(**arguments)
    except botocore.exceptions.ClientError as refused:
        assert refused.response['ResponseMetadata']['HTTPStatusCode'] == 503, refused
        assert refused.response['Error']['Code'] == 'ServiceUnavailable' and 'full' in refused.response['Error']['Message']
        return True
    return False


def fill(small_disk, room):
    """Leaves so many bytes."""
    free = os.statvfs(small_disk)
    ballast = small_disk / 'ballast'
    with open(ballast, 'ab') as file:
        file.write(b'\0' * max(free.f_bavail * free.f_bsize - room, 0))
    return ballast


def listed_serials(url, authority):
    """The number of the list, and who is in it; None: there is none yet."""
    try:
        with urllib.request.urlopen(f'{url}/crl/{authority.id}.crl', timeout=20) as answer:
            revocation_list = x509.load_der_x509_crl(answer.read())
    except urllib.error.HTTPError as missing:
        assert missing.code == 404
        return None
    number = revocation_list.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number
    return number, {f'{one.serial_number:032x}' for one in revocation_list}


def list_with(url, authority, serials):
    """The number of the list in which just these are, once there is one."""
    def found():
        got = listed_serials(url, authority)
        return got[0] if got and got[1] == serials else None
    return ca.wait_for(found, 30)


def inventory(server, authority):
    pages = server.boto(service='chancery').get_paginator('list_issued_certificates').paginate(
        CertificateAuthorityArn=authority.arn)
    return {one['CertificateArn']: one['Status'] for page in pages for one in page['IssuedCertificates']}


def test_an_authority_on_a_full_disk(small_disk):
    """It issues and revokes as long as there is room; then it says so, forgets nothing, and goes on when there is."""
    address = f'127.0.0.1:{ca.free_port()}'
    url = f'http://{address}'
    server = house.Server(small_disk / 'data', ['--pki-listen', address, '--public-url', url])
    try:
        client = server.boto(service='acm-pca')
        authority = ca.root(client, 'Full Root', RevocationConfiguration={
            'CrlConfiguration': {'Enabled': True, 'ExpirationInDays': 7}, 'OcspConfiguration': {'Enabled': True}})
        request = ca.csr_of_one()
        kept = [authority.issue_arn(request) for _ in range(8)]
        authority.revoke(ca.serial_of(kept[0]))
        first_number = list_with(url, authority, {ca.serial_of(kept[0])})
        ballast = fill(small_disk, 192 * 1024)
        for _ in range(400):
            try:
                kept.append(authority.issue_arn(request))
            except botocore.exceptions.ClientError as refused:
                assert refused.response['Error']['Code'] == 'ServiceUnavailable', refused
                assert 'full' in refused.response['Error']['Message']
                break
        else:
            raise AssertionError('the disk never filled')
        fill(small_disk, 0)
        # Nothing is revoked halfway: what was refused is good, what was acknowledged is revoked.
        refused = [arn for arn in kept[1:5] if refused_for_want_of_room(
            client.revoke_certificate, CertificateAuthorityArn=authority.arn, CertificateSerial=ca.serial_of(arn),
            RevocationReason='SUPERSEDED')]
        assert refused
        assert refused_for_want_of_room(client.create_certificate_authority_audit_report, CertificateAuthorityArn=authority.arn,
                                        S3BucketName='reports.example', AuditReportResponseFormat='JSON')
        assert refused_for_want_of_room(client.update_certificate_authority, CertificateAuthorityArn=authority.arn,
                                        Status='DISABLED')
        status = inventory(server, authority)
        assert set(kept) <= set(status)
        for arn in kept:
            assert client.get_certificate(CertificateAuthorityArn=authority.arn, CertificateArn=arn)['Certificate']
        for arn in kept[1:5]:
            assert status[arn] == ('ISSUED' if arn in refused else 'REVOKED')
        # The list of before is served whole.
        number, serials = listed_serials(url, authority)
        assert number >= first_number and ca.serial_of(kept[0]) in serials
        assert authority.status == 'ACTIVE'
        # It goes on by itself.
        ballast.unlink()
        for arn in refused:
            authority.revoke(ca.serial_of(arn), 'SUPERSEDED')
        new = authority.issue_arn(request)
        wanted = {ca.serial_of(arn) for arn in kept[:5]}
        assert list_with(url, authority, wanted) > first_number
        assert {arn for arn, word in inventory(server, authority).items() if word == 'REVOKED'} == set(kept[:5])
        assert client.get_certificate(CertificateAuthorityArn=authority.arn, CertificateArn=new)['Certificate']
    finally:
        server.stop()


def test_a_list_that_found_no_room(tmp_path):
    """The store has room, the object area has none: what is revoked is revoked, the list of before is served on, the log
    tells why, and the next list comes by itself."""
    address = f'127.0.0.1:{ca.free_port()}'
    url = f'http://{address}'
    (tmp_path / 'data').mkdir(mode=0o700)
    with disk(tmp_path / 'data' / 'objects', 64 << 10) as area:
        server = house.Server(tmp_path / 'data', ['--pki-listen', address, '--public-url', url])
        try:
            authority = ca.root(server.boto(service='acm-pca'), 'Crowded Root', RevocationConfiguration={
                'CrlConfiguration': {'Enabled': True, 'ExpirationInDays': 7}})
            arn = authority.issue_arn(ca.csr_of_one())
            before = ca.wait_for(lambda: listed_serials(url, authority))
            ballast = fill(area, 0)
            authority.revoke(ca.serial_of(arn))
            told = ca.wait_for(lambda: [e for e in server.events() if e.get('event') == 'duty failed'] or None)
            assert told[0]['duty'] == 'revocation lists' and 'full' in told[0]['reason']
            assert listed_serials(url, authority) == before
            assert inventory(server, authority)[arn] == 'REVOKED'
            ballast.unlink()
            assert list_with(url, authority, {ca.serial_of(arn)}) > before[0]
            assert not [name for name in os.listdir(area) if name.startswith('#')]
        finally:
            server.stop()
