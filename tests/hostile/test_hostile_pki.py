"""OCSP and lists asked for what is none of theirs, or nothing; paths that lead nowhere; and no API where none is."""
import json
import socket
import urllib.error
import urllib.parse
import urllib.request
import uuid

import botocore.auth
import botocore.awsrequest
import botocore.credentials
import house
import pca as ca
import pytest
from attack import issuing, number, oid, seq, tlv
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509 import ocsp


# ---- OCSP and lists ----

NEVER_ISSUED = 0x0123456789abcdef0123456789abcdef


def loaded(authority):
    return x509.load_pem_x509_certificate(authority.pem.encode())


def questions(authority, serials):
    """An OCSP request by hand, about as many certificates as there are serials."""
    issuer = loaded(authority)
    digest = hashes.Hash(hashes.SHA1())
    digest.update(issuer.subject.public_bytes())
    key = x509.SubjectKeyIdentifier.from_public_key(issuer.public_key()).digest
    return [seq(seq(seq(oid('1.3.14.3.2.26'), tlv(5)), tlv(4, digest.copy().finalize()), tlv(4, key), number(serial)))
            for serial in serials]


def ocsp_request(*asked):
    return seq(seq(seq(*asked)))


def post_ocsp(url, body, kind='application/ocsp-request'):
    asked = urllib.request.Request(url, data=body, headers={'Content-Type': kind})
    try:
        with urllib.request.urlopen(asked, timeout=20) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def status_of(body):
    return ocsp.load_der_ocsp_response(body).response_status


STATUS = ocsp.OCSPResponseStatus


@pytest.fixture(scope='module')
def responder(pki_server, own_root):
    """Where an authority's responder is, once it answers."""
    url = f'{pki_server.pki_url}/ocsp'
    body = ocsp_request(*questions(own_root, [NEVER_ISSUED]))
    ca.wait_for(lambda: status_of(post_ocsp(url, body)[1]) == STATUS.SUCCESSFUL)
    return url


def test_ocsp_of_others_authorities(pki_server, own_root, authority, responder):
    """Asked of one about another's, of nobody, of one that has no OCSP, of two at once, and of an issuer elsewhere."""
    good, other = questions(own_root, [1]), questions(authority, [1])
    elsewhere = seq(seq(seq(oid('1.3.14.3.2.26'), tlv(5)), tlv(4, b'x' * 20), tlv(4, b'y' * 20), number(1)))
    for path, body in [(f'/{authority.id}', ocsp_request(*good)), (f'/{own_root.id}', ocsp_request(*other)),
                       ('', ocsp_request(*other)), (f'/{uuid.uuid4()}', ocsp_request(*good)),
                       ('', ocsp_request(*good, *other)), ('', ocsp_request(*good, elsewhere)), ('', ocsp_request(elsewhere))]:
        status, answer = post_ocsp(responder + path, body)
        assert status == 200 and status_of(answer) == STATUS.UNAUTHORIZED, (path, status, answer)


def test_ocsp_about_as_many_as_it_may(own_root, responder):
    for count, wanted in ((64, STATUS.SUCCESSFUL), (65, STATUS.MALFORMED_REQUEST), (150, STATUS.MALFORMED_REQUEST)):
        body = ocsp_request(*questions(own_root, range(1, count + 1)))
        assert len(body) <= 16384
        status, answer = post_ocsp(responder, body)
        assert status == 200 and status_of(answer) == wanted, count


def test_ocsp_that_is_too_large(own_root, responder):
    for body in (b'\0' * 16385, ocsp_request(*questions(own_root, range(1, 400))), b'\x30\x84\xff\xff\xff\xff' + b'\0' * 100000):
        status, answer = post_ocsp(responder, body)
        assert status == 413, (status, answer)
    status, answer = post_ocsp(responder, b'\0' * 16384)
    assert status == 200 and status_of(answer) == STATUS.MALFORMED_REQUEST


def test_ocsp_that_is_cut_short_or_bent(own_root, responder):
    """At every byte. What is bent is refused, or is another question; nothing is ever good that was never issued."""
    body = ocsp_request(*questions(own_root, [NEVER_ISSUED]))
    for n in range(len(body)):
        status, answer = post_ocsp(responder, body[:n])
        assert status in (200, 400) and (status == 400 or status_of(answer) == STATUS.MALFORMED_REQUEST), n
    for n in range(len(body)):
        status, answer = post_ocsp(responder, body[:n] + bytes([body[n] ^ 0x41]) + body[n + 1:])
        assert status == 200
        if status_of(answer) == STATUS.SUCCESSFUL:
            assert ocsp.load_der_ocsp_response(answer).certificate_status == ocsp.OCSPCertStatus.UNKNOWN


@pytest.mark.parametrize('serial', [tlv(2), tlv(2, b'\0'), tlv(2, b'\xff'), number(1 << 160), number((1 << 1024) + 1),
                                    tlv(2, b'\0\0\1'), tlv(4, b'\1'), tlv(5)], ids=lambda serial: serial[:6].hex())
def test_ocsp_about_odd_serials(own_root, responder, serial):
    asked = questions(own_root, [1])[0]
    assert asked.endswith(number(1))
    inside = asked[4:-3]  # the CertID's fields before the serial
    status, answer = post_ocsp(responder, ocsp_request(seq(seq(inside, serial))))
    assert status == 200
    if status_of(answer) == STATUS.SUCCESSFUL:
        assert ocsp.load_der_ocsp_response(answer).certificate_status == ocsp.OCSPCertStatus.UNKNOWN
    else:
        assert status_of(answer) == STATUS.MALFORMED_REQUEST


@pytest.mark.parametrize('nonce', [b'', b'x' * 129, b'x' * 8000])
def test_ocsp_with_a_nonce_that_is_none(own_root, responder, nonce):
    more = tlv(0xa2, seq(seq(oid('1.3.6.1.5.5.7.48.1.2'), tlv(4, tlv(4, nonce)))))
    status, answer = post_ocsp(responder, seq(seq(seq(*questions(own_root, [1])), more)))
    assert status == 200 and status_of(answer) == STATUS.MALFORMED_REQUEST


@pytest.mark.parametrize('path', ['!!!', 'AAAA', '%', '%4', '%zz', 'A' * 3000, 'MA==MA==', '%00', 'MA', '..%2f..%2f', '\u00fc'])
def test_ocsp_by_get_with_rubbish(pki_server, responder, path):
    for url in (responder, f'{pki_server.url}/ocsp'):
        try:
            with urllib.request.urlopen(f'{url}/{urllib.parse.quote(path, safe="%!=")}', timeout=20) as answer:
                assert status_of(answer.read()) == STATUS.MALFORMED_REQUEST
        except urllib.error.HTTPError as error:
            assert error.code in (400, 404, 414)


def raw(address, text):
    """The status of what a client by hand gets."""
    host, _, port = address.rpartition(':')
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(text)
        answer = b''
        while piece := connection.recv(65536):
            answer += piece
            if b'\r\n\r\n' in answer:
                break
    return int(answer.split(b' ', 2)[1]), answer


TRAVERSALS = ['/crl/../master-keys', '/crl/../../master-keys', '/crl/../../../../../../etc/passwd', '/../master-keys',
              '/crl/%2e%2e/%2e%2e/master-keys', '/crl/..%2f..%2fmaster-keys', '/crl/%252e%252e/master-keys',
              '/crl/....//master-keys', '/crl//etc/passwd', '//etc/passwd', '/crl/..\\..\\master-keys', '/crl/.crl',
              '/crl/%00', '/crl/x%00.crl', '/s3/../master-keys', '/s3/lists.example/../../../master-keys',
              '/audit-report/../../master-keys', '/audit-report/../../chancery.db', '/master-keys', '/objects/crl',
              '/crl/~root/.ssh/id_rsa', '/ocsp/../master-keys', '/ocsp/../../etc/passwd', '/crl/' + '../' * 200 + 'etc/passwd',
              '/crl/' + 'a/' * 500 + 'x.crl', 'http://evil.example/crl/../../master-keys']


@pytest.mark.parametrize('target', TRAVERSALS)
def test_paths_lead_nowhere(pki_server, authority, target):
    keys = (pki_server.data_dir / 'master-keys').read_bytes() if (pki_server.data_dir / 'master-keys').exists() else b'\0key'
    for address in (f'{pki_server.host}:{pki_server.port}', pki_server.pki_url.removeprefix('http://')):
        status, answer = raw(address, f'GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'.encode())
        assert status in (400, 404, 405, 414) or (status == 200 and b'ocsp-response' in answer), (address, answer)
        assert b'root:' not in answer and keys[:24] not in answer


def test_the_public_listener_has_no_api(pki_server, authority, unchanged):
    """A request that is signed, and right, but for where it is sent."""
    for operation, service in [('ListCertificateAuthorities', 'acm-pca'), ('IssueCertificate', 'acm-pca'),
                               ('ListCertificates', 'acm'), ('ListIssuedCertificates', 'chancery')]:
        body = issuing(authority) if operation == 'IssueCertificate' else {'CertificateAuthorityArn': authority.arn}
        narrow = Narrow(pki_server)
        status, text = narrow.post_raw(body, operation, service)
        assert status == 415 and b'Arn' not in text, (status, text)
    for method in ('PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'CONNECT'):
        status, _ = raw(pki_server.pki_url.removeprefix('http://'), f'{method} / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n'
                        '\r\n'.encode())
        assert status in (400, 404, 405, 501)


class Narrow:
    """Signs as house.Server does, for the other listener."""

    def __init__(self, server):
        self.server = server

    def post_raw(self, body, operation, service):
        url, data = self.server.pki_url + '/', json.dumps(body).encode()
        signed = botocore.awsrequest.AWSRequest('POST', url, data=data, headers={
            'Content-Type': 'application/x-amz-json-1.1', 'X-Amz-Target': f'{house.TARGETS[service]}.{operation}'})
        botocore.auth.SigV4Auth(botocore.credentials.Credentials(self.server.access_key, self.server.secret_key), service,
                                self.server.region).add_auth(signed)
        try:
            with urllib.request.urlopen(urllib.request.Request(url, data, dict(signed.headers)), timeout=20) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()
