"""kill -9 in the middle of load: every acknowledged import is there after the restart, and none is half there."""
import base64
import concurrent.futures
import http.client
import json
import random
import threading
import time

import pki


def fields(leaf):
    return {k: base64.b64encode(v).decode() for k, v in leaf.arguments().items()}


def test_acknowledged_imports_survive_kill(start_server, tmp_path):
    data_dir = tmp_path / 'data'
    leaves = [pki.leaf(f'host-{i}.example.com', serial=1000 + i) for i in range(6)]
    acknowledged, dice = {}, random.Random(3)
    server = start_server(data_dir=data_dir)
    for _ in range(4):
        stop, lock = threading.Event(), threading.Lock()

        def load(worker, server=server, stop=stop, lock=lock):
            i = worker
            while not stop.is_set():
                leaf = leaves[i % len(leaves)]
                i += 1
                try:
                    status, answer = server.post(fields(leaf))
                except (OSError, http.client.HTTPException, json.JSONDecodeError):
                    return
                if status == 200:
                    with lock:
                        acknowledged[answer['CertificateArn']] = leaf

        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            for worker in range(8):
                pool.submit(load, worker)
            time.sleep(0.3 + dice.random())
            server.kill()
            stop.set()
        server = start_server(data_dir=data_dir)
    assert len(acknowledged) > 20
    for arn, leaf in acknowledged.items():
        status, got = server.post({'CertificateArn': arn}, 'GetCertificate')
        assert status == 200, (arn, got)
        assert got['Certificate'].encode() == leaf.pem and got['CertificateChain'].encode() == leaf.chain_pem
    # What is listed is whole: nothing that was not acknowledged is half there.
    client = server.boto()
    listed = [c['CertificateArn'] for page in client.get_paginator('list_certificates').paginate(
        Includes={'keyTypes': ['EC_prime256v1']}) for c in page['CertificateSummaryList']]
    assert set(acknowledged) <= set(listed)
    for arn in listed:
        assert client.describe_certificate(CertificateArn=arn)['Certificate']['Status'] == 'ISSUED'
        assert client.get_certificate(CertificateArn=arn)['Certificate']
        client.list_tags_for_certificate(CertificateArn=arn)


def test_reimport_is_atomic_under_kill(start_server, tmp_path):
    """A certificate and its chain are always of one version."""
    data_dir = tmp_path / 'data'
    first = pki.leaf('swap.example.com', serial=11)
    other_ca = pki.issue(pki.name(O='Other'), key=pki.shared_key('EC_prime256v1', 5), ca=True)
    second = other_ca.issue('swap.example.com', names=['swap.example.com'],
                            usage={'digital_signature', 'key_encipherment'},
                            extended=[pki.ExtendedKeyUsageOID.SERVER_AUTH, pki.ExtendedKeyUsageOID.CLIENT_AUTH])
    server = start_server(data_dir=data_dir)
    status, answer = server.post(fields(first))
    assert status == 200, answer
    arn = answer['CertificateArn']
    for _ in range(3):
        stop = threading.Event()

        def swap(server=server, stop=stop):
            turn = 0
            while not stop.is_set():
                turn += 1
                try:
                    server.post(fields((first, second)[turn % 2]) | {'CertificateArn': arn})
                except (OSError, http.client.HTTPException, json.JSONDecodeError):
                    return

        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            pool.submit(swap)
            time.sleep(0.7)
            server.kill()
            stop.set()
        server = start_server(data_dir=data_dir)
        status, got = server.post({'CertificateArn': arn}, 'GetCertificate')
        assert status == 200
        assert (got['Certificate'].encode(), got['CertificateChain'].encode()) in (
            (first.pem, first.chain_pem), (second.pem, second.chain_pem))


def test_the_signer_killed_takes_the_daemon_with_it(tmp_path):
    """Without its seal the daemon cannot work: it says so and ends, and a restart has everything."""
    import os
    import pathlib
    import signal

    import house
    server = house.Server(tmp_path / 'data')
    leaf = pki.leaf('sealed.example.com')
    status, answer = server.post(fields(leaf))
    assert status == 200
    children = pathlib.Path(f'/proc/{server.pid}/task/{server.pid}/children').read_text().split()
    assert len(children) == 1
    os.kill(int(children[0]), signal.SIGKILL)
    assert server.process.wait(30) == 1
    assert any(e.get('event') == 'the signer ended' for e in server.events())
    again = house.Server(tmp_path / 'data')
    status, got = again.post({'CertificateArn': answer['CertificateArn']}, 'GetCertificate')
    assert status == 200 and got['Certificate'].encode() == leaf.pem
    again.stop()
