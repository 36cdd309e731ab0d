"""What sanitizers do not mix with: moved clocks (libfaketime is preloaded), process walls, and scans of memory. All on
the release build."""
import os
import pathlib
import re
import subprocess
import threading

import house
import pki
import pytest

pytestmark = [pytest.mark.release,
              pytest.mark.skipif(house.BINARY.exists() and house.is_sanitized(), reason='needs the release build')]


def test_expiry_by_the_clock_alone(start_server, tmp_path):
    data_dir = tmp_path / 'data'
    server = start_server(data_dir=data_dir)
    short = pki.leaf('short.example.com', algorithm='RSA_2048', not_after=pki.NOW + pki.DAY)
    long = pki.leaf('long.example.com', algorithm='RSA_2048', not_after=pki.NOW + 100 * pki.DAY)
    arns = {d: server.boto().import_certificate(**leaf.arguments())['CertificateArn']
            for d, leaf in {'short': short, 'long': long}.items()}
    server.stop()
    # No walls: libfaketime's shared memory and its reading of /proc are not in the daemon's allow list.
    later = start_server('--no-walls', data_dir=data_dir, environment=house.faketime(2 * 86400))
    run = subprocess.run(['/usr/bin/aws', 'acm', 'list-certificates', '--certificate-statuses', 'EXPIRED', '--query',
                          'CertificateSummaryList[].CertificateArn', '--output', 'text', '--endpoint-url', later.url],
                         env=later.environment() | house.faketime(2 * 86400), capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert run.stdout.split() == [arns['short']]
    skewed = later.aws('list-certificates')
    assert skewed.returncode == 254 and 'Signature expired' in skewed.stderr


def processes(server):
    children = pathlib.Path(f'/proc/{server.pid}/task/{server.pid}/children').read_text().split()
    return [server.pid, *map(int, children)]


def test_process_walls_are_up(server):
    for pid in processes(server):
        status = pathlib.Path(f'/proc/{pid}/status').read_text()
        assert re.search(r'^NoNewPrivs:\s+1$', status, re.M)
        assert re.search(r'^Seccomp:\s+2$', status, re.M)


def scan(pid, needles):
    """How often each needle stands in a process's writable memory."""
    found = {needle: 0 for needle in needles}
    with open(f'/proc/{pid}/maps') as maps, open(f'/proc/{pid}/mem', 'rb', 0) as memory:
        for line in maps:
            area, rights = line.split()[:2]
            if 'w' not in rights:
                continue
            low, high = (int(x, 16) for x in area.split('-'))
            try:
                memory.seek(low)
                content = memory.read(high - low)
            except OSError:
                continue
            for needle in needles:
                found[needle] += content.count(needle)
    return found


@pytest.mark.skipif(os.geteuid() != 0, reason='reading another process needs root')
@pytest.mark.parametrize('algorithm', ['RSA_2048', 'EC_prime256v1'])
def test_no_copy_of_a_key_stays_in_memory(start_server, algorithm):
    """Neither as PEM text, nor base64 of it as it came in JSON, nor the numbers themselves."""
    import base64
    server = start_server()
    leaf = pki.leaf('hygiene.example.com', algorithm=algorithm, key=pki.new_key(algorithm))
    client = server.boto()
    threads = [threading.Thread(target=lambda: client.import_certificate(**leaf.arguments())) for _ in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    pem = leaf.key_pem
    body = b''.join(pem.splitlines()[1:-1])
    numbers = leaf.key.private_numbers()
    private = numbers.d if algorithm.startswith('RSA') else numbers.private_value
    raw = private.to_bytes((private.bit_length() + 7) // 8, 'big')
    needles = [body[40:64], body[-40:-8], base64.b64encode(pem)[100:140], raw[:24], raw[::-1][:24]]
    # The first lines of PKCS#8 are the same for every key of a kind: nothing of a key is in them.
    # The scan does find what is there: the cache of signing keys knows the access key's id.
    assert scan(server.pid, [house.ACCESS_KEY.encode()])[house.ACCESS_KEY.encode()] > 0
    for pid in processes(server):
        found = scan(pid, needles)
        assert not any(found.values()), (pid, {n[:12]: c for n, c in found.items()})
