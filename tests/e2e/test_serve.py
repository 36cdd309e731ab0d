"""The daemon as an operator meets it: starting, refusing to start, TLS, signals, health."""
import http.client
import json
import os
import signal
import socket
import ssl
import stat
import subprocess
import threading
import time

import house
import pki
import pytest


def get(server, path, method='GET'):
    connection = http.client.HTTPConnection(server.host, server.port, timeout=20)
    try:
        connection.request(method, path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def refuses_to_start(*words, data_dir, environment=None):
    """Runs `chancery serve`, expects it to end by itself, and returns the reason it logged."""
    done = subprocess.run([str(house.BINARY), 'serve', '--data-dir', str(data_dir), *words], capture_output=True,
                          text=True, timeout=60, env={**os.environ, **(environment or {})}, check=False)
    assert done.returncode in (1, 2), done
    for word in house.SANITIZER_WORDS:
        assert word not in done.stderr, done.stderr
    reasons = [json.loads(line) for line in done.stderr.splitlines()]
    return next(r['reason'] for r in reasons if r['event'] == 'cannot start')


def files_of(server):
    return [path for path in server.data_dir.rglob('*') if path.is_file()]


def test_health_and_readiness(server):
    assert get(server, '/health')[0] == 200
    assert get(server, '/ready')[0] == 200
    assert get(server, '/nothing')[0] == 404


def test_an_address_beyond_loopback_needs_tls(tmp_path):
    reason = refuses_to_start('--listen', '0.0.0.0:0', data_dir=tmp_path / 'data')
    assert 'TLS' in reason


@pytest.mark.parametrize('words', [['--listen', '127.0.0.1'], ['--listen', '127.0.0.1:70000'], ['--nonsense'],
                                   ['--relax-rule', 'nonsense'], ['--history-depth', '-1'], ['--limit', 'queue'],
                                   ['--limit', 'nonsense=1'], ['--tls-key', 'x'], ['--workers'],
                                   ['--quota-authorities', '-1'], ['--quota-issued', 'many'],
                                   ['--ocsp-sign-rate', '1000001']])
def test_options_that_make_no_sense(tmp_path, words):
    assert refuses_to_start(*words, data_dir=tmp_path / 'data')


@pytest.mark.parametrize('value, word', [
    ('127.0.0.1', 'ADDRESS:PORT'), ('127.0.0.1:x', 'port of --pki-listen'), ('localhost:80', "'localhost'"),
    ('127.0.0.1:65536', '65535'),
])
def test_a_public_address_that_is_none(tmp_path, value, word):
    assert word in refuses_to_start('--listen', '127.0.0.1:0', '--pki-listen', value, data_dir=tmp_path / 'data')


def test_a_public_address_that_is_taken(server, tmp_path):
    reason = refuses_to_start('--listen', '127.0.0.1:0', '--pki-listen', f'127.0.0.1:{server.port}',
                              data_dir=tmp_path / 'data')
    assert str(server.port) in reason


@pytest.mark.parametrize('url, word', [
    ('https://pki.example.com', 'begins with http://'), ('pki.example.com', 'begins with http://'),
    ('HTTP://pki.example.com', 'begins with http://'), ('http://pki.example.com/', 'no slash at its end'),
    ('http://', 'HOST'), ('http://:80', 'HOST'), ('http://pki.example.com:', 'HOST'),
    ('http://pki.example.com:0', 'HOST'), ('http://pki.example.com:65536', 'HOST'), ('http://a@b', 'HOST'),
    ('http://-a.example.com', 'HOST'), ('http://a..b', 'HOST'), ('http://[::1', 'HOST'), ('http://[::g]', 'HOST'),
    ('http://[::1]x', 'HOST'), ('http://a b', 'HOST'), ('http://pki.example.com/a//b', 'path'),
    ('http://pki.example.com/../x', 'path'), ('http://pki.example.com/?x=1', 'path'),
    ('http://pki.example.com/#x', 'path'), ('http://' + 'a.' * 120 + 'b', '200'),
])
def test_a_public_url_that_is_none(tmp_path, url, word):
    assert word in refuses_to_start('--listen', '127.0.0.1:0', '--public-url', url, data_dir=tmp_path / 'data')


@pytest.mark.parametrize('url', ['http://pki.example.com', 'http://pki.example.com:8080/a/b-c.d_e~f', 'http://[::1]:80',
                                 'http://192.0.2.1', 'http://pki'])
def test_a_public_url(start_server, url):
    assert 'pki_address' not in start_server('--public-url', url).serving


def test_a_second_listener_on_any_address(start_server):
    server = start_server('--pki-listen', '0.0.0.0:0')
    address, _, port = server.serving['pki_address'].rpartition(':')
    assert address == '0.0.0.0' and 0 < int(port) != server.port
    server.stop()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(('127.0.0.1', int(port)), timeout=5)


def test_a_taken_port_and_a_taken_directory(server, tmp_path):
    assert str(server.port) in refuses_to_start('--listen', f'127.0.0.1:{server.port}', data_dir=tmp_path / 'data')
    reason = refuses_to_start('--listen', '127.0.0.1:0', data_dir=server.data_dir)
    assert str(server.pid) in reason


def test_everything_in_the_directory_is_ours_alone(server):
    assert stat.S_IMODE(server.data_dir.stat().st_mode) == 0o700
    for path in server.data_dir.rglob('*'):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_a_master_key_that_others_may_read_is_refused(start_server, tmp_path):
    server = start_server(data_dir=tmp_path / 'data')
    server.stop()
    (server.data_dir / 'master-keys').chmod(0o640)
    assert 'master' in refuses_to_start('--listen', '127.0.0.1:0', data_dir=server.data_dir)


def test_a_lost_master_key_is_not_made_anew(start_server, tmp_path):
    server = start_server(data_dir=tmp_path / 'data')
    server.stop()
    (server.data_dir / 'master-keys').unlink()
    assert 'master' in refuses_to_start('--listen', '127.0.0.1:0', data_dir=server.data_dir)
    assert not (server.data_dir / 'master-keys').exists()


def test_first_credentials_leave_the_environment(server):
    assert house.SECRET_KEY.encode() not in open(f'/proc/{server.pid}/environ', 'rb').read()


def test_the_secret_is_not_on_disk(server):
    for path in files_of(server):
        assert house.SECRET_KEY.encode() not in path.read_bytes()


def test_private_keys_are_not_on_disk(server):
    leaf = pki.leaf('sealed.example.com', key=pki.new_key())
    server.boto().import_certificate(**leaf.arguments())
    secret = leaf.key.private_numbers().private_value.to_bytes(32, 'big')
    for path in files_of(server):
        assert secret not in path.read_bytes(), path


def test_a_second_start_finds_everything_again(start_server, tmp_path):
    data_dir = tmp_path / 'data'
    first = start_server(data_dir=data_dir)
    leaf = pki.leaf('again.example.com')
    arn = first.boto().import_certificate(**leaf.arguments(), Tags=[{'Key': 'a', 'Value': 'b'}])['CertificateArn']
    before = first.boto().describe_certificate(CertificateArn=arn)['Certificate']
    first.stop()
    # The credentials too, though the environment gives none this time.
    second = start_server(data_dir=data_dir, credentials=False)
    assert second.boto().describe_certificate(CertificateArn=arn)['Certificate'] == before
    assert second.boto().list_tags_for_certificate(CertificateArn=arn)['Tags'] == [{'Key': 'a', 'Value': 'b'}]


def test_sigterm_answers_what_is_under_way(start_server):
    server = start_server()
    leaf = pki.leaf('drain.example.com')
    results, started = [], threading.Event()

    def load():
        client = server.boto()
        for _ in range(200):
            try:
                client.import_certificate(**leaf.arguments())
                results.append('ok')
            except Exception as error:  # noqa: BLE001 - whatever it is, it is looked at below
                results.append(type(error).__name__)
                return
            finally:
                started.set()

    thread = threading.Thread(target=load)
    thread.start()
    started.wait(30)
    time.sleep(0.2)
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(60) == 0
    thread.join(60)
    # The last call met a closed port, or its kept-alive connection ended between two requests; none was cut in half.
    assert results[-1] in ('EndpointConnectionError', 'ConnectionClosedError', 'ok'), results[-1]
    assert results.count('ok') >= 1


def write_tls(folder, common_name):
    leaf = pki.leaf(common_name, names=['localhost', '127.0.0.1'], key=pki.new_key())
    (folder / 'tls.pem').write_bytes(leaf.pem + leaf.chain_pem)
    (folder / 'tls.key').write_bytes(leaf.key_pem)
    (folder / 'root.pem').write_bytes(leaf.chain[-1].pem)
    return leaf


def peer(server, **versions):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    for key, value in versions.items():
        setattr(context, key, value)
    with socket.create_connection((server.host, server.port), 20) as raw, context.wrap_socket(raw) as tls:
        return tls.getpeercert(True)


def test_tls_and_its_reload(start_server, tmp_path):
    first = write_tls(tmp_path, 'first')
    server = start_server('--tls-certificate', tmp_path / 'tls.pem', '--tls-key', tmp_path / 'tls.key', scheme='https')
    assert peer(server) == first.der
    done = server.aws('list-certificates', '--ca-bundle', tmp_path / 'root.pem')
    assert done.returncode == 0, done.stderr
    done = server.chancery('list-certificates', '--ca-bundle', tmp_path / 'root.pem')
    assert done.returncode == 0, done.stderr
    assert server.chancery('list-certificates').returncode == 255
    second = write_tls(tmp_path, 'second')
    server.process.send_signal(signal.SIGHUP)
    wait_for_event(server, 'reloaded', 1)
    assert peer(server) == second.der
    # A broken file leaves the old certificate in use, and says so.
    (tmp_path / 'tls.pem').write_text('nothing')
    server.process.send_signal(signal.SIGHUP)
    wait_for_event(server, 'reload failed', 1)
    assert peer(server) == second.der


def test_master_keys_that_cannot_be_read_do_not_hold_up_a_new_tls_certificate(start_server, tmp_path):
    write_tls(tmp_path, 'first')
    server = start_server('--tls-certificate', tmp_path / 'tls.pem', '--tls-key', tmp_path / 'tls.key', scheme='https')
    second = write_tls(tmp_path, 'second')
    (server.data_dir / 'master-keys').chmod(0o640)
    server.process.send_signal(signal.SIGHUP)
    wait_for_event(server, 'reload failed', 1)
    assert [e for e in server.events() if e['event'] == 'reload failed' and 'master' in e['reason']]
    assert peer(server) == second.der


def wait_for_event(server, event, count):
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if sum(e.get('event') == event for e in server.events()) >= count:
            return
        time.sleep(0.05)
    raise AssertionError(f'no {event}: {server.log()[-3000:]}')


@pytest.mark.filterwarnings('ignore::DeprecationWarning')
def test_old_tls_versions_are_refused(start_server, tmp_path):
    write_tls(tmp_path, 'tls')
    server = start_server('--tls-certificate', tmp_path / 'tls.pem', '--tls-key', tmp_path / 'tls.key', scheme='https')
    with pytest.raises((ssl.SSLError, ConnectionError)):
        peer(server, minimum_version=ssl.TLSVersion.TLSv1, maximum_version=ssl.TLSVersion.TLSv1_1)
    assert peer(server, maximum_version=ssl.TLSVersion.TLSv1_2)


def test_a_tls_key_that_is_not_the_certificates_is_refused(tmp_path):
    write_tls(tmp_path, 'tls')
    (tmp_path / 'tls.key').write_bytes(pki.new_key_pem())
    assert refuses_to_start('--listen', '127.0.0.1:0', '--tls-certificate', tmp_path / 'tls.pem', '--tls-key',
                            tmp_path / 'tls.key', data_dir=tmp_path / 'data')


def test_log_lines_are_json_and_tell_no_secret(server):
    leaf = pki.leaf('log.example.com')
    client = server.boto()
    request_id = client.import_certificate(**leaf.arguments())['ResponseMetadata']['RequestId']
    line = next(e for e in server.events() if e.get('request_id') == request_id)
    assert line['operation'] == 'ImportCertificate' and line['status'] == 200 and line['us'] > 0
    text = server.log()
    assert house.SECRET_KEY not in text and 'Signature=' not in text
    for part in leaf.key_pem.decode().splitlines()[1:-1]:
        assert part not in text


def test_quotas_are_settings(start_server):
    server = start_server('--quota-certificates', '2')
    client = server.boto()
    leaf = pki.leaf('quota.example.com')
    arns = [client.import_certificate(**leaf.arguments())['CertificateArn'] for _ in range(2)]
    with pytest.raises(client.exceptions.LimitExceededException):
        client.import_certificate(**leaf.arguments())
    client.import_certificate(CertificateArn=arns[0], **leaf.arguments())
    client.delete_certificate(CertificateArn=arns[1])
    client.import_certificate(**leaf.arguments())


def test_the_years_quota_counts_what_was_deleted(start_server):
    server = start_server('--quota-imports-per-year', '2')
    client = server.boto()
    leaf = pki.leaf('quota.example.com')
    for _ in range(2):
        client.delete_certificate(CertificateArn=client.import_certificate(**leaf.arguments())['CertificateArn'])
    with pytest.raises(client.exceptions.LimitExceededException):
        client.import_certificate(**leaf.arguments())


def test_relaxed_rules(start_server):
    server = start_server('--relax-rule', 'chain-required', '--relax-rule', 'not-after')
    leaf = pki.leaf('relaxed.example.com', not_before=pki.NOW - 9 * pki.DAY, not_after=pki.NOW - pki.DAY)
    client = server.boto()
    arn = client.import_certificate(Certificate=leaf.pem, PrivateKey=leaf.key_pem)['CertificateArn']
    assert client.describe_certificate(CertificateArn=arn)['Certificate']['Status'] == 'EXPIRED'
