"""Who asks: every row of the order of checks over the wire, and botocore's own signer as an oracle."""
import http.client

import pytest

from raw import Request, Wire, ask, now

MISSING = 'Request is missing Authentication Token'
MISMATCH = ('The request signature we calculated does not match the signature you provided. Check your AWS Secret Access '
            'Key and signing method. Consult the service documentation for details.')
INVALID_TOKEN = 'The security token included in the request is invalid.'


def check(answer, exception, message):
    assert answer.status == 400, answer
    assert (answer.type, answer.message) == (exception, message)
    assert list(answer.json) == ['__type', 'message']
    assert answer.headers['content-type'] == 'application/x-amz-json-1.1'


def test_botocore_signs_what_we_verify(server):
    status, answer = server.post({}, 'ListCertificates')
    assert status == 200, answer
    status, answer = server.post({}, 'ListCertificates', {'X-Amz-Meta': '  a   b  ', 'X-Empty': ''})
    assert status == 200, answer


@pytest.mark.parametrize('query', ['', 'a=b', 'b=2&a=1', 'a=', 'a=~%20x', 'x=1&x=0', 'A=1&a=2&B=3'])
def test_botocore_signs_queries_as_we_do(server, query):
    import botocore.auth
    import botocore.awsrequest
    import botocore.credentials
    request = botocore.awsrequest.AWSRequest('POST', f'{server.url}/?{query}', data=b'{}', headers={
        'Content-Type': 'application/x-amz-json-1.1', 'X-Amz-Target': 'CertificateManager.ListCertificates'})
    credentials = botocore.credentials.Credentials(server.access_key, server.secret_key)
    botocore.auth.SigV4Auth(credentials, 'acm', server.region).add_auth(request)
    connection = http.client.HTTPConnection(server.host, server.port, timeout=20)
    connection.request('POST', f'/?{query}', b'{}', dict(request.headers))
    answer = connection.getresponse()
    assert answer.status == 200, answer.read()
    connection.close()


def test_row_1_no_authorization(server):
    check(ask(server, Request(server).bytes(authorization=False)), 'MissingAuthenticationTokenException', MISSING)
    check(ask(server, Request(server).bytes(authorization=False, extra=b'Authorization: Basic eDp5\r\n')),
          'MissingAuthenticationTokenException', MISSING)


def test_row_1_is_told_before_the_body_is_read(server):
    answer = ask(server, Request(server).head(framing=b'Content-Length: 4000000', authorization=False))
    check(answer, 'MissingAuthenticationTokenException', MISSING)
    assert answer.headers['connection'].lower() == 'close'


def test_row_2_two_ways_at_once(server):
    check(ask(server, Request(server, path='/?X-Amz-Algorithm=AWS4-HMAC-SHA256').bytes()), 'InvalidSignatureException',
          "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.")


def authorized(server, authorization, **how):
    request = Request(server, **how)
    return ask(server, request.bytes(authorization=False, extra=f'Authorization: {authorization}\r\n'.encode()))


@pytest.mark.parametrize('algorithm', ['AWS4-HMAC-SHA512', 'AWS4-ECDSA-P256-SHA256', 'AWS4-HMAC-SHA256-PAYLOAD'])
def test_row_3_algorithm(server, algorithm):
    check(authorized(server, f'{algorithm} Credential=a, SignedHeaders=host, Signature=b'),
          'IncompleteSignatureException', f"Unsupported AWS 'algorithm': '{algorithm}'.")


def test_row_4_no_equal_sign(server):
    check(authorized(server, 'AWS4-HMAC-SHA256 Credential=a, Thing, Signature=bcd'), 'IncompleteSignatureException',
          "'Thing' not a valid key=value pair (missing equal-sign) in Authorization header: "
          "'AWS4-HMAC-SHA256 Credential=a, Thing, Signature=*'.")


def test_row_5_parts_missing(server):
    request = Request(server).without('x-amz-date')
    check(ask(server, request.bytes(authorization=False, extra=b'Authorization: AWS4-HMAC-SHA256 a=b\r\n')),
          'IncompleteSignatureException',
          "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. "
          "Authorization header requires 'SignedHeaders' parameter. Authorization header requires existence of either a "
          "'X-Amz-Date' or a 'Date' header. Authorization=AWS4-HMAC-SHA256 a=b")


def test_row_6_host_is_signed(server):
    request = Request(server)
    request.authorization = request.authorization.replace(';host;', ';')
    check(ask(server, request.bytes()), 'InvalidSignatureException',
          "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.")


@pytest.mark.parametrize('name', ['x-amz-target', 'x-amz-date'])
def test_amazon_headers_are_signed(server, name):
    request = Request(server)
    request.authorization = request.authorization.replace(';' + name, '')
    answer = ask(server, request.bytes())
    assert answer.type == 'InvalidSignatureException'
    assert answer.message.lower() == f"'{name}' must be a 'signedheader' in the aws authorization."


@pytest.mark.parametrize('name', ['X-Amz-Security-Token', 'X-Amz-Anything', 'x-amz-content-sha256'])
def test_an_unsigned_amazon_header_is_refused(server, name):
    check(ask(server, Request(server, unsigned=[(name, 'a')]).bytes()), 'InvalidSignatureException',
          f"'{name}' must be a 'SignedHeader' in the AWS Authorization.")


@pytest.mark.parametrize('date', ['2015-08-30T12:36:00Z', '20150230T000000Z', 'now', '99999999T999999Z'])
def test_row_7_date(server, date):
    check(ask(server, Request(server, date=date).bytes()), 'IncompleteSignatureException',
          f"Date must be in ISO-8601 'basic format'. Got '{date}'. See http://en.wikipedia.org/wiki/ISO_8601")


def test_rows_8_and_9_skew(server):
    assert ask(server, Request(server, date=now(-290)).bytes()).status == 200
    assert ask(server, Request(server, date=now(290)).bytes()).status == 200
    late = ask(server, Request(server, date=now(-310)).bytes())
    assert late.type == 'InvalidSignatureException'
    assert late.message.startswith('Signature expired: ') and late.message.endswith(' - 5 min.)')
    early = ask(server, Request(server, date=now(310)).bytes())
    assert early.type == 'InvalidSignatureException'
    assert early.message.startswith('Signature not yet current: ') and early.message.endswith(' + 5 min.)')


def test_row_10_credential(server):
    request = Request(server)
    request.authorization = request.authorization.replace('/aws4_request,', ',')
    check(ask(server, request.bytes()), 'IncompleteSignatureException',
          'Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '
          f"'{server.access_key}/{request.date[:8]}/{server.region}/acm'")


def test_row_11_scope(server):
    date = now()
    check(ask(server, Request(server, region='mars', service='s3', terminator='aws5', date=date,
                              scope_date='20150830').bytes()),
          'InvalidSignatureException',
          "Credential should be scoped to a valid region, not 'mars'. "
          "Credential should be scoped to correct service: 'acm'. "
          "Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5'. "
          'Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '
          f"'20150830' != '{date[:8]}', from '{date}'.")


def test_any_region_is_a_region(server):
    for region in ('us-east-1', 'cn-north-1', 'us-gov-west-1', 'house-cellar-7'):
        assert ask(server, Request(server, region=region).bytes()).status == 200


def test_row_12_unknown_key(server):
    check(ask(server, Request(server, access_key='AKIAUNKNOWN').bytes()), 'UnrecognizedClientException', INVALID_TOKEN)


def test_row_12_comes_after_the_scope(server):
    answer = ask(server, Request(server, access_key='AKIAUNKNOWN', region='mars').bytes())
    assert answer.type == 'InvalidSignatureException'


def test_row_12_session_tokens_are_not_known_yet(server):
    check(ask(server, Request(server, headers=[('X-Amz-Security-Token', 'abc')]).bytes()),
          'UnrecognizedClientException', INVALID_TOKEN)


def test_row_13_wrong_secret(server):
    check(ask(server, Request(server, secret_key='wrong').bytes()), 'InvalidSignatureException', MISMATCH)


@pytest.mark.parametrize('signature', ['0' * 64, 'abc', '0' * 63, '0' * 65, 'z' * 64])
def test_row_13_wrong_signature(server, signature):
    request = Request(server)
    request.authorization = request.authorization.replace(request.signature, signature)
    check(ask(server, request.bytes()), 'InvalidSignatureException', MISMATCH)


def test_row_13_upper_case_is_another_signature(server):
    request = Request(server)
    request.authorization = request.authorization.replace(request.signature, request.signature.upper())
    assert ask(server, request.bytes()).type == 'InvalidSignatureException'


def test_row_13_another_body(server):
    check(ask(server, Request(server, body=b'{ }', signed_body=b'{}').bytes()), 'InvalidSignatureException', MISMATCH)


def test_row_13_another_target(server):
    request = Request(server)
    request.headers = [(n, 'CertificateManager.GetAccountConfiguration' if n == 'X-Amz-Target' else v)
                       for n, v in request.headers]
    check(ask(server, request.bytes()), 'InvalidSignatureException', MISMATCH)


def test_row_13_another_host(server):
    request = Request(server)
    request.headers = [(n, 'example.com' if n == 'Host' else v) for n, v in request.headers]
    check(ask(server, request.bytes()), 'InvalidSignatureException', MISMATCH)


def test_the_host_is_taken_as_received(server):
    request = Request(server)
    moved = Request(server)
    moved.headers = [(n, 'acm.example.com' if n == 'Host' else v) for n, v in request.headers]
    moved._sign(server.secret_key, b'{}')
    assert ask(server, moved.bytes()).status == 200


@pytest.mark.parametrize('value', ['UNSIGNED-PAYLOAD', 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD', '0' * 64])
def test_the_content_hash_is_the_bodys(server, value):
    answer = ask(server, Request(server, headers=[('X-Amz-Content-SHA256', value)]).bytes())
    assert answer.type == 'InvalidSignatureException'
    assert 'x-amz-content-sha256' in answer.message


def test_a_right_content_hash_is_fine(server):
    import hashlib
    digest = hashlib.sha256(b'{}').hexdigest()
    assert ask(server, Request(server, headers=[('X-Amz-Content-SHA256', digest)]).bytes()).status == 200


def test_authentication_comes_after_the_target_and_before_the_json(server):
    unknown = ask(server, Request(server, target='CertificateManager.Nothing', secret_key='wrong').bytes())
    assert unknown.type == 'UnknownOperationException'
    broken = ask(server, Request(server, body=b'{', secret_key='wrong').bytes())
    assert broken.type == 'InvalidSignatureException'
    assert ask(server, Request(server, body=b'{').bytes()).type == 'SerializationException'


def test_many_signed_headers_do_not_stall(server):
    request = Request(server)
    request.authorization = request.authorization.replace('SignedHeaders=', 'SignedHeaders=' + 'a;' * 3000)
    with Wire(server, timeout=5) as wire:
        answer = wire.send(request.bytes()).answer()
    assert answer.type == 'IncompleteSignatureException'


def test_no_signature_in_answer_or_log(server):
    request = Request(server)
    signature = request.signature
    for authorization in (request.authorization.replace('Credential=', 'Credential '),
                          request.authorization.replace('SignedHeaders=', 'X='), signature,
                          'AWS4-' + signature, request.authorization.replace(server.access_key, signature)):
        answer = authorized(server, authorization)
        assert answer.status == 400
        assert signature.encode() not in answer.body
    log = server.log()
    assert server.secret_key not in log
    for line in log.splitlines():
        assert 'Signature=' not in line
