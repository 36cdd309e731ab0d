"""A full disk: writes are refused with a clear error, reads go on, and it recovers by itself when there is room."""
import base64
import os
import subprocess

import pki
import pytest


def fields(leaf):
    return {k: base64.b64encode(v).decode() for k, v in leaf.arguments().items()}


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 6 MB; needs the right to mount one."""
    folder = tmp_path / 'disk'
    folder.mkdir()
    done = subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', str(folder)], capture_output=True,
                          check=False)
    if done.returncode != 0:
        pytest.skip('mounting a small file system needs root')
    yield folder
    subprocess.run(['umount', '-l', str(folder)], check=True)


def test_a_full_disk(small_disk):
    import house
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
