"""HTTP as clients use it, the envelope of answers, and what is told from the head alone."""
import json
import re
import select

import pytest

from raw import EMPTY_LIST, Request, Wire, ask, shut_write

UUID = re.compile(r'^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$')
REGION = 'zz-wire-1'  # where nobody imports anything


def request(server, **how):
    return Request(server, **{'region': REGION, **how})


def chunked(body, size=7, extension=b''):
    pieces = [body[i:i + size] for i in range(0, len(body), size)]
    return b''.join(b'%x%s\r\n%s\r\n' % (len(p), extension, p) for p in pieces) + b'0\r\n\r\n'


def test_an_answer_has_these_headers(server):
    answer = ask(server, request(server).bytes())
    assert answer.status == 200 and answer.body == EMPTY_LIST
    assert answer.headers['content-type'] == 'application/x-amz-json-1.1'
    assert UUID.match(answer.headers['x-amzn-requestid'])
    assert answer.headers['content-length'] == str(len(EMPTY_LIST))
    assert answer.headers['date'].endswith(' GMT')


def test_so_does_a_refusal(server):
    answer = ask(server, request(server, body=b'{"MaxItems":0}').bytes())
    assert answer.status == 400
    assert UUID.match(answer.headers['x-amzn-requestid'])
    assert list(answer.json) == ['__type', 'message']
    assert answer.type == 'ValidationException'
    assert answer.message.startswith('1 validation error detected: ')
    assert 'x-amzn-errortype' not in answer.headers


def test_request_ids_differ(server):
    with Wire(server) as wire:
        ids = {wire.send(request(server).bytes()).answer().headers['x-amzn-requestid'] for _ in range(20)}
    assert len(ids) == 20


def test_an_operation_without_output_answers_with_an_empty_body(server):
    body = json.dumps({'IdempotencyToken': 'wire', 'ExpiryEvents': {'DaysBeforeExpiry': 30}}).encode()
    answer = ask(server, request(server, target='CertificateManager.PutAccountConfiguration', body=body).bytes())
    assert answer.status == 200 and answer.body == b''
    assert answer.headers['content-length'] == '0'


def test_an_operation_without_input_takes_an_empty_object(server):
    answer = ask(server, request(server, target='CertificateManager.GetAccountConfiguration').bytes())
    assert answer.status == 200 and 'ExpiryEvents' in answer.json
    broken = ask(server, request(server, target='CertificateManager.GetAccountConfiguration', body=b'{').bytes())
    assert broken.type == 'SerializationException'


@pytest.mark.parametrize('target', [
    None, '', '.', 'ListCertificates', 'CertificateManager', 'CertificateManager.', 'CertificateManager.Nothing',
    'certificatemanager.ListCertificates', 'CertificateManager.listCertificates', 'CertificateManagerListCertificates',
    'CertificateManager.ListCertificates.x', 'ACM.ListCertificates', 'x' * 5000,
])
def test_unknown_operations(server, target):
    answer = ask(server, request(server, target=target).bytes())
    assert answer.status == 400
    assert answer.body == b'{"__type":"UnknownOperationException"}'


@pytest.mark.parametrize('kind', [None, 'application/x-amz-json-1.0', 'text/plain', '', 'application/x-amz-json-1.11',
                                  'application/x-www-form-urlencoded'])
def test_other_protocols_are_unknown(server, kind):
    answer = ask(server, request(server, content_type=kind).bytes())
    assert answer.status == 404
    assert answer.body.strip() == b'<UnknownOperationException/>'
    assert answer.headers['content-type'] == 'application/xml'


@pytest.mark.parametrize('kind', [
    'application/x-amz-json-1.1', 'application/x-amz-json-1.1; charset=utf-8', 'application/json',
    'application/json; charset=UTF-8', 'Application/X-Amz-JSON-1.1', 'application/x-amz-json-1.1 ; charset=utf-8',
])
def test_our_protocol_is_known(server, kind):
    assert ask(server, request(server, content_type=kind).bytes()).status == 200


def test_refusals_without_a_body_keep_the_connection(server):
    with Wire(server) as wire:
        for made, status in [(request(server, body=b'', target='a.b').bytes(), 400),
                             (request(server, body=b'').bytes(authorization=False), 400),
                             (b'GET /health HTTP/1.1\r\nHost: h\r\n\r\n', 200), (b'GET /x HTTP/1.1\r\nHost: h\r\n\r\n', 404),
                             (b'PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n', 405),
                             (request(server).bytes(), 200)]:
            assert wire.send(made).answer().status == status


def test_a_connection_serves_many_requests(server):
    with Wire(server) as wire:
        for _ in range(50):
            assert wire.send(request(server).bytes()).answer().body == EMPTY_LIST
            assert wire.send(request(server, body=b'[').bytes()).answer().status == 400


def test_pipelined_requests_are_answered_in_order(server):
    targets = ['ListCertificates', 'GetAccountConfiguration'] * 7
    with Wire(server) as wire:
        wire.send(b''.join(request(server, target=f'CertificateManager.{t}').bytes() for t in targets))
        for target in targets:
            answer = wire.answer()
            assert answer.status == 200
            assert ('ExpiryEvents' in answer.json) == (target == 'GetAccountConfiguration')


def test_a_request_may_arrive_byte_by_byte(server):
    with Wire(server) as wire:
        for byte in request(server).bytes():
            wire.send(bytes([byte]))
        assert wire.answer().body == EMPTY_LIST


def test_connection_close_is_honoured(server):
    with Wire(server) as wire:
        answer = wire.send(request(server).bytes(extra=b'Connection: close\r\n')).answer()
        assert answer.status == 200 and wire.closed()


def test_http_1_0_closes(server):
    with Wire(server) as wire:
        answer = wire.send(request(server).bytes().replace(b'HTTP/1.1', b'HTTP/1.0', 1)).answer()
        assert answer.status == 200 and wire.closed()


def test_the_client_may_shut_its_side(server):
    with Wire(server) as wire:
        wire.send(request(server).bytes())
        shut_write(wire)
        assert wire.answer().body == EMPTY_LIST


@pytest.mark.parametrize('body', [b'{}', b'{"MaxItems":100}', b'{"NextToken":null,"Unknown":"' + b'a' * 100000 + b'"}'])
@pytest.mark.parametrize('size', [1, 7, 40000])
def test_chunked_bodies(server, body, size):
    if size == 1 and len(body) > 1000:
        size = 100
    made = request(server, body=body)
    with Wire(server) as wire:
        head = made.head(framing=b'Transfer-Encoding: chunked')
        assert wire.send(head + chunked(body, size)).answer().body == EMPTY_LIST
        assert wire.send(head + chunked(body, size, b';name=value')).answer().body == EMPTY_LIST
        assert wire.send(request(server).bytes()).answer().body == EMPTY_LIST


def test_trailers_are_not_headers(server):
    made = request(server)
    data = made.head(framing=b'Transfer-Encoding: chunked') + b'2\r\n{}\r\n0\r\nX-Amz-Target: a.b\r\nHost: x\r\n\r\n'
    assert ask(server, data).body == EMPTY_LIST


@pytest.mark.parametrize('chunks', [b'x\r\n{}\r\n0\r\n\r\n', b'-2\r\n{}\r\n0\r\n\r\n', b'2\r\n{}0\r\n\r\n',
                                    b'fffffffffffffffff\r\n{}', b'\r\n{}\r\n0\r\n\r\n', b'0x2\r\n{}\r\n0\r\n\r\n'])
def test_broken_chunks_are_refused(server, chunks):
    with Wire(server) as wire:
        answer = wire.send(request(server).head(framing=b'Transfer-Encoding: chunked') + chunks).answer()
        assert answer is None or answer.status in (400, 413), answer
        assert wire.closed()


def test_expect_100_continue(server):
    made = request(server)
    with Wire(server) as wire:
        wire.send(made.head(extra=b'Expect: 100-continue\r\n'))
        assert wire.answer().status == 100
        assert wire.send(made.body).answer().body == EMPTY_LIST


def test_what_is_refused_is_not_asked_for(server):
    """A client that waits for 100 Continue hears the refusal instead, and never sends."""
    for data, status in [
        (request(server).head(framing=b'Content-Length: 5000000', extra=b'Expect: 100-continue\r\n'), 413),
        (request(server, target='a.b').head(framing=b'Content-Length: 50000', extra=b'Expect: 100-continue\r\n'), 400),
        (request(server).head(framing=b'Content-Length: 50000', authorization=False,
                              extra=b'Expect: 100-continue\r\n'), 400),
    ]:
        with Wire(server) as wire:
            assert wire.send(data).answer().status == status
            assert wire.closed()


def test_an_empty_body_is_no_json(server):
    for framing in (None, b''):
        answer = ask(server, request(server, body=b'').bytes(framing=framing))
        assert answer.status == 400 and answer.body == b'{"__type":"SerializationException"}'


def test_the_message_of_a_type_error_is_spelled_with_a_capital(server):
    answer = ask(server, request(server, body=b'{"CertificateStatuses":"x"}').bytes())
    assert answer.type == 'SerializationException'
    assert answer.json['Message'] == 'Expected list or null'


def test_every_request_leaves_a_line(server):
    answer = ask(server, request(server).bytes())
    line = next(e for e in server.events() if e.get('request_id') == answer.headers['x-amzn-requestid'])
    assert line['event'] == 'request' and line['operation'] == 'ListCertificates'
    assert line['status'] == 200 and line['code'] == 'OK' and line['us'] > 0
    assert line['account'] == server.account and line['region'] == REGION
    assert line['principal'].startswith(f'arn:aws:iam::{server.account}:user/')
    assert line['remote'] == '127.0.0.1'

    answer = ask(server, request(server, access_key='AKIAUNKNOWN' + 'X' * 500).bytes())
    line = next(e for e in server.events() if e.get('request_id') == answer.headers['x-amzn-requestid'])
    assert line['code'] == 'UnrecognizedClientException' and line['status'] == 400
    assert line['principal'].startswith('AKIAUNKNOWN') and len(line['principal']) == 128
    assert 'account' not in line


@pytest.mark.parametrize('count', [128, 256])
def test_as_many_at_once_as_the_library_takes_in_a_batch_are_answered(start_server, count):
    """libmicrohttpd takes 128 events at a time, and would wait for more behind a full batch (wire/listener.c)."""
    server = start_server()
    question = f'GET /health HTTP/1.1\r\nHost: {server.host}:{server.port}\r\n\r\n'.encode()
    connections = {}
    readable = select.epoll()
    for _ in range(count):
        connection = server.connect()
        connections[connection.fileno()] = connection
        readable.register(connection.fileno(), select.EPOLLIN)
        connection.sendall(question)
    answers = 20 * count
    while answers > 0:
        ready = readable.poll(10)
        assert ready, f'{answers} answers do not come'
        for number, _ in ready:
            assert connections[number].recv(4096).startswith(b'HTTP/1.1 200')
            answers -= 1
            if answers >= count:
                connections[number].sendall(question)
    for connection in connections.values():
        connection.close()
