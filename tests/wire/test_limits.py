"""Limits: what is too large, too slow or too much ends in a clear answer, and never in a stall."""
import concurrent.futures
import json
import socket
import subprocess
import time

import pytest

from raw import EMPTY_LIST, Request, Wire, ask
from test_http import chunked

MIB = 1 << 20
TOO_LARGE = {'__type': 'RequestEntityTooLargeException', 'message': 'Request size exceeded the limit'}
THROTTLED = {'__type': 'ThrottlingException', 'message': 'Rate exceeded'}


def padded(server, n, **how):
    """A good request of exactly n bytes of body."""
    start, end = b'{"Unknown":"', b'"}'
    return Request(server, body=start + b'a' * (n - len(start) - len(end)) + end, region='zz-wire-2', **how)


def test_a_body_at_the_limit_is_read(server):
    assert ask(server, padded(server, 4 * MIB).bytes()).body == EMPTY_LIST


def test_a_body_over_the_limit_is_not(server):
    made = padded(server, 4 * MIB + 1)
    answer = ask(server, made.head())
    assert answer.status == 413 and answer.json == TOO_LARGE


def test_a_chunked_body_at_the_limit_is_read(server):
    made = padded(server, 4 * MIB)
    assert ask(server, made.head(framing=b'Transfer-Encoding: chunked') + chunked(made.body, 50000)).body == EMPTY_LIST


def test_a_chunked_body_over_the_limit_is_counted(server):
    made = padded(server, 5 * MIB)
    answer = ask(server, made.head(framing=b'Transfer-Encoding: chunked') + chunked(made.body, 50000))
    assert answer.status == 413 and answer.json == TOO_LARGE


def test_an_endless_body_is_cut_off(server):
    head = Request(server).head(framing=b'Transfer-Encoding: chunked')
    chunk = b'100000\r\n' + b'a' * MIB + b'\r\n'
    with Wire(server) as wire:
        wire.send(head)
        sent = 0
        with pytest.raises((BrokenPipeError, ConnectionResetError)):
            for sent in range(64):
                wire.send(chunk)
        assert sent < 32


def test_a_large_body_of_a_quick_operation_is_answered(server):
    for n in (64 * 1024, 64 * 1024 + 1, MIB):
        assert ask(server, padded(server, n).bytes()).body == EMPTY_LIST


def test_a_client_that_vanishes_leaves_nothing_behind(server):
    for cut in (1, 40, 200, 500):
        with Wire(server) as wire:
            wire.send(Request(server).bytes()[:cut])
    for body in (b'{}', b'a' * 100000):
        with Wire(server) as wire:
            wire.send(Request(server, body=body).bytes())
        with Wire(server) as wire:
            # Linger zero: the connection is reset under the server.
            wire.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b'\x01\0\0\0\0\0\0\0')
            wire.send(Request(server, body=body).bytes())
    assert ask(server, Request(server, region='zz-wire-2').bytes()).body == EMPTY_LIST


def test_many_vanish_while_their_calls_are_under_way(server):
    made = padded(server, 30000).bytes()
    for _ in range(200):
        wire = Wire(server)
        wire.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b'\x01\0\0\0\0\0\0\0')
        wire.send(made)
        wire.socket.close()
    assert ask(server, padded(server, 100).bytes()).body == EMPTY_LIST


def ended_after(wire, limit_s):
    """How long the server let the connection live."""
    start = time.monotonic()
    wire.socket.settimeout(limit_s)
    assert wire.closed()
    return time.monotonic() - start


def test_a_head_that_never_ends_is_ended(quick):
    for start in (b'', b'P', b'POST / HTTP/1.1\r\nHost: h\r\n'):
        with Wire(quick) as wire:
            wire.send(start)
            assert 0.5 < ended_after(wire, 10) < 5


def drip(wire, data, period_s, limit_s):
    """Sends a byte now and then; the time until the server ended it."""
    start = time.monotonic()
    wire.socket.settimeout(period_s)
    for byte in data:
        try:
            wire.socket.send(bytes([byte]))
            if wire.socket.recv(1) == b'':
                return time.monotonic() - start
        except TimeoutError:
            pass
        except (BrokenPipeError, ConnectionResetError):
            return time.monotonic() - start
        assert time.monotonic() - start < limit_s, 'a slow client was let live'
    raise AssertionError('all of it was sent')


def test_a_slow_loris_is_ended(quick):
    with Wire(quick) as wire:
        assert drip(wire, b'POST / HTTP/1.1\r\nHost: h\r\n' + b'A: b\r\n' * 90, 0.1, 6) < 5


def test_a_slow_body_is_ended(quick):
    made = padded(quick, 1000)
    with Wire(quick) as wire:
        wire.send(made.head())
        assert 1 < drip(wire, made.body, 0.1, 8) < 6


def test_a_slow_head_on_a_kept_connection_is_ended(quick):
    with Wire(quick) as wire:
        assert wire.send(padded(quick, 100).bytes()).answer().status == 200
        assert drip(wire, b'POST / HTTP/1.1\r\n' + b'A: b\r\n' * 90, 0.1, 8) < 7


def test_an_idle_connection_is_ended_later(quick):
    with Wire(quick) as wire:
        assert wire.send(padded(quick, 100).bytes()).answer().status == 200
        assert 2 < ended_after(wire, 10) < 6


def test_a_client_that_does_not_read_is_ended(quick):
    """Its answers fill the buffers; the server does not wait for ever."""
    made = Request(quick, body=b'{"CertificateArn":"' + b'x' * 3000 + b'"}',
                   target='CertificateManager.DescribeCertificate').bytes()
    wire = Wire(quick)
    wire.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    wire.socket.settimeout(1)
    start = time.monotonic()
    with pytest.raises((BrokenPipeError, ConnectionResetError)):
        while time.monotonic() - start < 20:
            try:
                wire.send(made)
            except TimeoutError:
                pass
    wire.socket.close()
    assert ask(quick, padded(quick, 100).bytes()).body == EMPTY_LIST


def test_slow_clients_do_not_hold_up_the_others(quick):
    slow = [Wire(quick) for _ in range(15)]
    for wire in slow:
        wire.send(b'POST / HTTP/1.1\r\nHost: h\r\n')
    start = time.monotonic()
    assert ask(quick, padded(quick, 100).bytes()).body == EMPTY_LIST
    assert time.monotonic() - start < 1
    for wire in slow:
        wire.socket.close()


def test_connections_over_the_limit_wait_and_are_served(quick):
    """Twenty that say nothing hold all places until their deadline; the next one is served then."""
    idle = [Wire(quick) for _ in range(20)]
    assert ask(quick, padded(quick, 100).bytes(), timeout=15).body == EMPTY_LIST
    for wire in idle:
        wire.socket.close()


def test_all_bodies_share_a_budget(start_server):
    server = start_server('--limit', 'bodies-bytes=1000000')
    made = padded(server, 900000)
    with Wire(server) as first, Wire(server) as second:
        first.send(made.head() + made.body[:800000])
        time.sleep(0.3)
        answer = second.send(made.bytes()).answer()
        assert answer.status == 400 and answer.json == THROTTLED
        assert first.send(made.body[800000:]).answer().body == EMPTY_LIST
    assert ask(server, made.bytes()).body == EMPTY_LIST


def test_a_full_queue_says_so_at_once(start_server):
    server = start_server('--limit', 'queue=1', '--workers', '1')
    made = Request(server, region='zz-wire-2').bytes()

    def burst(_):
        with Wire(server) as wire:
            return [wire.send(made).answer() for _ in range(60)]

    with concurrent.futures.ThreadPoolExecutor(32) as pool:
        answers = [a for many in pool.map(burst, range(32)) for a in many]
    kinds = {(a.status, a.json.get('__type')) for a in answers}
    assert kinds <= {(200, None), (400, 'ThrottlingException')}
    assert (200, None) in kinds and (400, 'ThrottlingException') in kinds, kinds
    assert all(a.json == THROTTLED for a in answers if a.status == 400)
    assert ask(server, made).status == 200


def test_it_stops_cleanly_under_load(start_server):
    """Whoever was answered was answered whole; nobody hangs."""
    server = start_server()
    made = Request(server, region='zz-wire-2').bytes()

    def ask_on(_):
        served = 0
        try:
            with Wire(server) as wire:
                while True:
                    answer = wire.send(made).answer()
                    if answer is None:
                        return served
                    assert answer.status == 200, answer
                    served += 1
                    if answer.headers.get('connection') == 'close':
                        return served
        except (ConnectionError, BrokenPipeError):
            return served

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        running = [pool.submit(ask_on, i) for i in range(8)]
        time.sleep(0.5)
        start = time.monotonic()
        server.stop()
        assert time.monotonic() - start < 10
        assert all(r.result(10) > 0 for r in running)
    with pytest.raises(ConnectionRefusedError):
        server.connect()


def test_a_busy_client_is_told_before_its_connection_ends(start_server):
    """No request goes out on a kept connection only to get no answer: its sender could not tell whether it was done."""
    server = start_server()
    made = Request(server, region='zz-wire-2').bytes()

    def ask_on(_):
        with Wire(server) as wire:
            while True:
                answer = wire.send(made).answer()
                if answer is None or answer.headers.get('connection') == 'close':
                    return answer
                time.sleep(0.02)

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        running = [pool.submit(ask_on, i) for i in range(4)]
        time.sleep(0.3)
        server.stop()
        last = [r.result(10) for r in running]
    assert all(answer is not None and answer.status == 200 for answer in last), last


def test_it_stops_while_clients_idle(start_server):
    server = start_server()
    with Wire(server) as kept, Wire(server) as silent:
        assert kept.send(Request(server).bytes()).answer().status == 200
        start = time.monotonic()
        server.stop()
        assert time.monotonic() - start < 5
        assert kept.closed() and silent.closed()


def make_certificate(folder, name):
    subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days',
                    '2', '-subj', f'/CN={name}', '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout',
                    folder / 'tls.key', '-out', folder / 'tls.pem'], check=True, capture_output=True)


def peer_name(server):
    import ssl
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with context.wrap_socket(server.connect()) as secured:
        assert secured.version() in ('TLSv1.2', 'TLSv1.3')
        secured.sendall(b'GET /health HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n')
        text = b''
        while piece := secured.recv(4096):
            text += piece
        assert text.startswith(b'HTTP/1.1 200')
        return subprocess.run(['openssl', 'x509', '-inform', 'der', '-noout', '-subject'], check=True,
                              input=secured.getpeercert(True), capture_output=True).stdout.decode().strip()


def test_tls_is_reloaded_and_a_bad_reload_changes_nothing(start_server, tmp_path):
    import signal
    import ssl
    make_certificate(tmp_path, 'first')
    server = start_server('--tls-certificate', tmp_path / 'tls.pem', '--tls-key', tmp_path / 'tls.key', scheme='https')
    assert peer_name(server).endswith('first')

    old = ssl.create_default_context()
    old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
    with old.wrap_socket(server.connect()) as kept:
        make_certificate(tmp_path, 'second')
        server.process.send_signal(signal.SIGHUP)
        wait_until(lambda: peer_name(server).endswith('second'))
        kept.sendall(b'GET /health HTTP/1.1\r\nHost: h\r\n\r\n')
        assert kept.recv(4096).startswith(b'HTTP/1.1 200')

    (tmp_path / 'tls.pem').write_text('nothing')
    before = len(server.events())
    server.process.send_signal(signal.SIGHUP)
    wait_until(lambda: any('TLS' in json.dumps(e) for e in server.events()[before:]))
    assert peer_name(server).endswith('second')


def wait_until(condition, limit_s=20):
    deadline = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_old_tls_is_refused(start_server, tmp_path):
    make_certificate(tmp_path, 'x')
    server = start_server('--tls-certificate', tmp_path / 'tls.pem', '--tls-key', tmp_path / 'tls.key', scheme='https')
    for version, fine in (('-tls1_1', False), ('-tls1_2', True), ('-tls1_3', True)):
        ended = subprocess.run(['openssl', 's_client', version, '-cipher', 'ALL:@SECLEVEL=0', '-connect',
                                f'{server.host}:{server.port}'], input=b'', capture_output=True, check=False)
        assert (b'Cipher is (NONE)' not in ended.stdout and ended.returncode == 0) == fine, (version, ended)


def test_plain_http_on_a_tls_port_gets_nothing(start_server, tmp_path):
    make_certificate(tmp_path, 'x')
    server = start_server('--tls-certificate', tmp_path / 'tls.pem', '--tls-key', tmp_path / 'tls.key', scheme='https')
    with Wire(server) as wire:
        wire.send(b'GET /health HTTP/1.1\r\nHost: h\r\n\r\n')
        text = b''
        try:
            while piece := wire.socket.recv(4096):
                text += piece
        except ConnectionResetError:
            pass
        assert b'HTTP/1.1 200' not in text


@pytest.mark.parametrize('options, words', [
    (['--listen', '0.0.0.0:0'], 'loopback'),
    (['--listen', '[::]:0'], 'loopback'),
    (['--tls-certificate', '/nonexistent.pem', '--tls-key', '/nonexistent.key'], 'cannot be read'),
])
def test_a_start_that_is_not_safe_is_refused(tmp_path, options, words):
    import house
    server = house.Server(tmp_path / 'data', options, expect_start=False)
    assert server.process.wait(30) != 0
    assert words in server.log()


def test_ipv6(tmp_path):
    import house
    if not socket.has_ipv6:
        pytest.skip('no IPv6 here')
    server = house.Server(tmp_path / 'data', ['--listen', '[::1]:0'])
    try:
        with socket.create_connection(('::1', server.port), timeout=10) as connection:
            connection.sendall(b'GET /health HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n')
            assert connection.recv(4096).startswith(b'HTTP/1.1 200')
        assert any(e.get('remote') == '::1' for e in server.events())
    finally:
        server.stop()
