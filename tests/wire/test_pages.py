"""Pages for everybody: documents of the object area, on both listeners, and what the second one does not do."""
import email.utils
import os
import re
import time
import types
import uuid

import pytest

from raw import EMPTY_LIST, Request, Wire, ask

CRL = b'not a list, but served as one \x00\xff' * 40
DAY_S = 86400
MALFORMED_REQUEST = b'\x30\x03\x0a\x01\x01'  # OCSPResponse, malformedRequest
AUTHORITY = '3f0c7c5e-0b8a-4a36-9d64-1d4f1c0d6a11'


def publish(server, key, content):
    """As the object area does: a file is replaced whole."""
    path = server.data_dir / 'objects' / key
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.parent / f'.{uuid.uuid4()}'
    draft.write_bytes(content)
    os.rename(draft, path)
    return path


def send(server, target, method='GET', headers=(), body=None, host='pki'):
    lines = [f'{method} {target} HTTP/1.1', f'Host: {host}', *headers]
    if body is not None:
        lines.append(f'Content-Length: {len(body)}')
    with Wire(server) as wire:
        wire.send('\r\n'.join(lines).encode('latin-1') + b'\r\n\r\n' + (body or b''))
        answer = wire.answer(head=method == 'HEAD' or any(h.startswith('If-') for h in headers))
        if answer is not None and answer.status != 304 and method != 'HEAD' and not answer.body:
            length = int(answer.headers['content-length'])
            while len(wire.pending) < length and wire._more():
                pass
            answer.body = wire.pending[:length]
        return answer


@pytest.fixture(scope='module')
def house_with_pki(tmp_path_factory):
    import house
    running = house.Server(tmp_path_factory.mktemp('pki') / 'data',
                           ['--pki-listen', '127.0.0.1:0', '--public-url', 'http://pki.example.com/below/here'])
    port = int(running.serving['pki_address'].rpartition(':')[2])
    pki = types.SimpleNamespace(host='127.0.0.1', port=port, data_dir=running.data_dir)
    pki.connect = lambda timeout=20: type(running).connect(pki, timeout)
    publish(running, 'crl/a.crl', CRL)
    publish(running, 'custom/path/b.crl', b'custom')
    publish(running, "crl/odd-._~!*'();:@&=+$,?%2e%zz/c.crl", b'odd')
    publish(running, 'audit-report/r.json', b'[]')
    publish(running, 'audit-report/r.csv', b'a,b\n')
    publish(running, 's3/bucket/crl/a.crl', CRL)
    publish(running, 's3/bucket/other', b'other')
    publish(running, 'crl/empty.crl', b'')
    publish(running, 'secret.txt', b'not for the network')
    yield running, pki
    running.stop()


@pytest.fixture(scope='module')
def api(house_with_pki):
    return house_with_pki[0]


@pytest.fixture(scope='module')
def pki(house_with_pki):
    return house_with_pki[1]


@pytest.fixture(params=['api', 'pki'])
def either(request, house_with_pki):
    return house_with_pki[request.param == 'pki']


def test_a_list(either):
    answer = send(either, '/crl/a.crl')
    assert answer.status == 200 and answer.body == CRL
    assert answer.headers['content-type'] == 'application/pkix-crl'
    assert answer.headers['cache-control'] == 'public, max-age=60'
    assert re.fullmatch('"[0-9a-f-]+"', answer.headers['etag'])
    modified = email.utils.parsedate_to_datetime(answer.headers['last-modified']).timestamp()
    assert int((either.data_dir / 'objects/crl/a.crl').stat().st_mtime) == modified


@pytest.mark.parametrize('key, body', [
    ('custom/path/b.crl', b'custom'), ("crl/odd-._~!*'();:@&=+$,?%2e%zz/c.crl", b'odd'), ('crl/empty.crl', b''),
    ('s3/bucket/crl/a.crl', CRL), ('crl/a.crl?a=query', CRL), ('below/here/crl/a.crl', CRL),
])
def test_other_lists(either, key, body):
    answer = send(either, '/' + key)
    assert answer.status == 200 and answer.body == body and answer.headers['content-type'] == 'application/pkix-crl'


def test_a_target_with_a_host_in_it(either):
    assert send(either, 'http://pki/crl/a.crl').body == CRL


@pytest.mark.parametrize('key, kind, body', [
    ('audit-report/r.json', 'application/json', b'[]'), ('audit-report/r.csv', 'text/csv', b'a,b\n'),
    ('s3/bucket/other', 'application/octet-stream', b'other'),
])
def test_reports_are_the_main_listeners_alone(api, pki, key, kind, body):
    answer = send(api, '/' + key)
    assert answer.status == 200 and answer.body == body and answer.headers['content-type'] == kind
    assert answer.headers['cache-control'] == 'private, no-cache' and 'etag' in answer.headers
    assert send(pki, '/' + key).status == 404


def test_head_has_the_same_headers_and_no_body(either):
    full, head = send(either, '/crl/a.crl'), send(either, '/crl/a.crl', 'HEAD')
    different = {'date', 'x-amzn-requestid'}
    assert head.status == 200
    assert {k: v for k, v in head.headers.items() if k not in different} == \
        {k: v for k, v in full.headers.items() if k not in different}
    with Wire(either) as wire:
        # Nothing of the body comes, and the connection goes on.
        for _ in range(3):
            wire.send(b'HEAD /crl/a.crl HTTP/1.1\r\nHost: x\r\n\r\n')
            assert wire.answer(head=True).headers['content-length'] == str(len(CRL))
        assert wire.pending == b''
        assert wire.send(b'GET /crl/a.crl HTTP/1.1\r\nHost: x\r\n\r\n').answer().body == CRL


def test_conditions(either):
    first = send(either, '/crl/a.crl')
    tag, date = first.headers['etag'], first.headers['last-modified']
    later = email.utils.formatdate(time.time() + DAY_S, usegmt=True)
    earlier = email.utils.formatdate(time.time() - DAY_S, usegmt=True)
    fresh = [[f'If-None-Match: {tag}'], [f'If-None-Match: W/{tag}'], [f'If-None-Match: "x", {tag} ,"y"'],
             ['If-None-Match: *'], [f'If-Modified-Since: {date}'], [f'If-Modified-Since: {later}'],
             [f'If-None-Match: {tag}', f'If-Modified-Since: {earlier}']]
    for headers in fresh:
        answer = send(either, '/crl/a.crl', headers=headers)
        assert answer.status == 304, headers
        assert answer.headers['etag'] == tag and answer.headers['cache-control'] == 'public, max-age=60'
        assert answer.headers['last-modified'] == date and 'content-type' not in answer.headers
        # RFC 9110, 8.6: if it is there, it is that of the 200.
        assert answer.headers.get('content-length') in (None, str(len(CRL)))
    for headers in [['If-None-Match: "x"'], [f'If-None-Match: "x"', f'If-Modified-Since: {later}'],
                    [f'If-Modified-Since: {earlier}'], ['If-Modified-Since: yesterday'], ['If-None-Match: '],
                    [f'If-None-Match: {tag[1:-1]}'], ['If-Modified-Since: ' + 'x' * 200]]:
        answer = send(either, '/crl/a.crl', headers=headers)
        assert answer.status == 200 and answer.body == CRL, headers


def test_a_304_has_no_body_and_the_connection_goes_on(either):
    tag = send(either, '/crl/a.crl').headers['etag']
    with Wire(either) as wire:
        for _ in range(3):
            wire.send(f'GET /crl/a.crl HTTP/1.1\r\nHost: x\r\nIf-None-Match: {tag}\r\n\r\n'.encode())
            assert wire.answer(head=True).status == 304
        assert wire.pending == b''
        assert wire.send(b'GET /crl/a.crl HTTP/1.1\r\nHost: x\r\n\r\n').answer().body == CRL


def test_a_list_that_is_replaced_is_another(either):
    tags = set()
    for i in range(5):
        publish(either, 'crl/new.crl', b'%d' % i)
        time.sleep(0.01)  # what a file system's clock can tell apart; a real publication syncs, which takes longer
        answer = send(either, '/crl/new.crl', headers=[f'If-None-Match: {",".join(tags)}'])
        assert answer.status == 200 and answer.body == b'%d' % i
        tags.add(answer.headers['etag'])
    assert len(tags) == 5


def test_a_large_list_and_a_slow_reader(either):
    content = os.urandom(1 << 20) * 8
    publish(either, 'crl/large.crl', content)
    with Wire(either) as wire:
        wire.send(b'GET /crl/large.crl HTTP/1.1\r\nHost: x\r\n\r\n')
        time.sleep(0.2)
        # What is being read stays whole though another takes its place.
        publish(either, 'crl/large.crl', b'small')
        assert wire.answer().body == content
    assert send(either, '/crl/large.crl').body == b'small'


def test_a_large_list_is_given_the_time_it_takes(quick):
    """The daemon of short patience ends a request after two seconds; sixteen megabytes may take four minutes more."""
    content = os.urandom(1 << 20) * 16  # more than the system's buffers hold
    publish(quick, 'crl/slow.crl', content)
    with Wire(quick) as wire:
        wire.send(b'GET /crl/slow.crl HTTP/1.1\r\nHost: x\r\n\r\n')
        time.sleep(3.5)
        assert wire.answer().body == content


@pytest.mark.parametrize('target', [
    '/crl/../secret.txt', '/crl/%2e%2e/secret.txt', '/crl/..%2fsecret.txt', '/crl//a.crl', '//crl/a.crl', '/crl/./a.crl',
    '/crl/', '/crl', '/crl/nothing.crl', '/crl/../../chancery.db', '/s3/../secret.txt', '/s3/../../master-keys',
    '/secret.txt', '/objects/crl/a.crl', '/crl/a.crl/', '/crl/a.crl/..', '/crl/%00.crl', '/x/../crl/a.crl',
    '/crl\\a.crl', '/.crl', '/below/here', '/below/hereafter/crl/a.crl', '/below/here/secret.txt', '/crl/a.crl%3f',
    '/CRL/a.crl', '/crl/a.CRL', '/below/here/below/here/crl/a.crl',
])
def test_what_is_not_there(either, target):
    answer = send(either, target)
    assert answer.status == 404, answer
    assert answer.headers['content-type'] == 'application/json' and answer.json['message']
    assert b'not for the network' not in answer.body


def test_long_keys(either):
    assert send(either, '/crl/' + 'a' * 1100 + '.crl').status == 404
    assert send(either, '/crl/' + 'a/' * 3000 + '.crl').status == 404
    assert send(either, '/crl/' + 'a' * 300 + '.crl').status == 404


def test_a_nul_and_a_control_character_do_not_come_in(either):
    for target in ['/crl/a\0.crl', '/crl/a\x01.crl', '/crl/a\x7f.crl', '/crl/\xe4.crl']:
        answer = send(either, target)
        assert answer is None or answer.status == 400, target


def test_links_out_of_the_area_lead_nowhere(either):
    link = either.data_dir / 'objects' / 'crl' / 'link.crl'
    link.unlink(missing_ok=True)
    link.symlink_to(either.data_dir / 'master-keys')
    assert send(either, '/crl/link.crl').status in (404, 503, 500)
    link.unlink()


@pytest.mark.parametrize('method', ['POST', 'PUT', 'DELETE', 'OPTIONS'])
def test_documents_can_only_be_read(either, method):
    answer = send(either, '/crl/a.crl', method, body=b'x')
    assert answer.status == 405 and answer.headers['allow'] == 'GET, HEAD'
    assert send(either, '/crl/a.crl').body == CRL


@pytest.mark.parametrize('method, target', [
    ('GET', '/'), ('GET', '/health'), ('HEAD', '/ready'), ('PUT', '/'), ('GET', '/nothing'), ('OPTIONS', '*'),
    ('GET', '/audit-report/r.json'), ('POST', '/x'), ('TRACE', '/'), ('DELETE', '/health'),
])
def test_the_second_listener_answers_nothing_else(pki, method, target):
    answer = send(pki, target, method)
    assert answer.status == 404
    assert answer.headers['content-type'] == 'application/json'


def test_the_second_listener_has_no_api(api, pki):
    signed = Request(api).bytes()
    assert ask(api, signed).body == EMPTY_LIST
    answer = ask(pki, signed)
    assert answer.status == 415 and b'application/ocsp-request' in answer.body


def test_the_second_listener_has_the_same_door(pki):
    for head in [b'GET /crl/a.crl HTTP/1.1\r\n\r\n', b'GET /crl/a.crl HTTP/1.1\r\nHost : x\r\n\r\n',
                 b'GET /crl/a.crl HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n',
                 b'GET /crl/a.crl HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n',
                 b'POST /ocsp HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n']:
        assert ask(pki, head).status == 400, head


def post(server, target, body, kind='application/ocsp-request', **more):
    return send(server, target, 'POST', [f'Content-Type: {kind}'] if kind is not None else [], body, **more)


@pytest.mark.parametrize('target', ['/ocsp', '/ocsp/', f'/ocsp/{AUTHORITY}', f'/ocsp/{AUTHORITY}/',
                                    f'/below/here/ocsp/{AUTHORITY}', '/ocsp?x=1'])
@pytest.mark.parametrize('body', [b'', b'\x30\x00', b'garbage', bytes(16 * 1024)])
def test_what_is_no_ocsp_request(either, target, body):
    answer = post(either, target, body)
    assert answer.status == 200 and answer.body == MALFORMED_REQUEST
    assert answer.headers['content-type'] == 'application/ocsp-response'
    assert 'etag' not in answer.headers and 'cache-control' not in answer.headers


def test_ocsp_at_the_root_is_the_second_listeners_alone(api, pki):
    assert post(pki, '/', b'garbage').body == MALFORMED_REQUEST
    assert post(api, '/', b'garbage').status == 404


@pytest.mark.parametrize('encoded', [
    'Z2FyYmFnZQ==', 'Z2FyYmFnZQ%3D%3D', 'Z2FyYmFnZQ%3d%3d', '%5A2FyYmFnZQ==', '////', '%2F%2f/%2F', '+/+/', '%2B/%2B/',
    'no_base64', 'Z2FyYmFnZQ', '%', '%4', '%zz', '%00', 'a' * 9000, '=', '..%2f..', AUTHORITY.upper(), AUTHORITY[:-1],
])
@pytest.mark.parametrize('prefix', ['/ocsp/', f'/ocsp/{AUTHORITY}/'])
@pytest.mark.parametrize('method', ['GET', 'HEAD'])
def test_what_is_no_ocsp_request_in_a_path(either, prefix, encoded, method):
    answer = send(either, prefix + encoded, method)
    assert answer.status == 200 and answer.headers['content-type'] == 'application/ocsp-response'
    assert answer.headers['content-length'] == str(len(MALFORMED_REQUEST))
    assert method == 'HEAD' or answer.body == MALFORMED_REQUEST
    assert answer.headers['cache-control'] == 'no-store'


@pytest.mark.parametrize('kind', [None, '', 'application/json', 'application/ocsp-requests', 'text/plain',
                                  'application/ocsp-response'])
def test_an_ocsp_request_says_what_it_is(either, kind):
    answer = post(either, '/ocsp', b'garbage', kind)
    assert answer.status == 415 and b'application/ocsp-request' in answer.body


@pytest.mark.parametrize('kind', ['application/ocsp-request', 'Application/OCSP-Request',
                                  'application/ocsp-request; charset=utf-8'])
def test_ways_to_say_it(either, kind):
    assert post(either, '/ocsp', b'garbage', kind).body == MALFORMED_REQUEST


def test_an_ocsp_request_is_small(either):
    answer = post(either, '/ocsp', bytes(16 * 1024 + 1))
    assert answer.status == 413 and answer.headers['connection'].lower() == 'close'
    chunk = b'4001\r\n' + bytes(0x4001) + b'\r\n0\r\n\r\n'
    head = b'POST /ocsp HTTP/1.1\r\nHost: x\r\nContent-Type: application/ocsp-request\r\nTransfer-Encoding: chunked\r\n\r\n'
    assert ask(either, head + chunk).status == 413
    whole = head + b'4000\r\n' + bytes(0x4000) + b'\r\n0\r\n\r\n'
    assert ask(either, whole).body == MALFORMED_REQUEST


@pytest.mark.parametrize('method, target, allow', [
    ('GET', '/ocsp', 'POST'), ('GET', '/ocsp/', 'POST'), ('HEAD', f'/ocsp/{AUTHORITY}', 'POST'),
    ('PUT', '/ocsp', 'GET, HEAD, POST'), ('DELETE', f'/ocsp/{AUTHORITY}/AAAA', 'GET, HEAD, POST'),
])
def test_other_methods(either, method, target, allow):
    answer = send(either, target, method)
    assert answer.status == 405 and answer.headers['allow'] == allow


@pytest.mark.parametrize('target', ['/ocspx', '/ocs', '/OCSP'])
def test_paths_that_look_like_it(either, target):
    assert post(either, target, b'garbage').status == 404


def test_a_post_goes_to_the_responder_and_not_below_it(either):
    assert post(either, '/ocsp/Z2FyYmFnZQ==', b'garbage').status == 404
    assert post(either, f'/ocsp/{AUTHORITY}/x', b'garbage').status == 404


def test_pages_are_in_the_log(api, pki):
    answer = send(pki, '/crl/a.crl')
    line = next(e for e in api.events() if e.get('request_id') == answer.headers['x-amzn-requestid'])
    assert line['page'] == 'crl/a.crl' and line['status'] == 200 and line['remote'] == '127.0.0.1'
    assert 'operation' not in line
