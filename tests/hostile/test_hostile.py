"""Bad input over the wire: a clear AWS error each time, no 5xx, and nothing lost. The daemon runs under sanitizers."""
import base64
import datetime
import random
import socket

import pki
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID


def b64(data):
    return base64.b64encode(data).decode()


def fields(leaf, **more):
    taken = {k: b64(v) for k, v in leaf.arguments().items()}
    return taken | {k: b64(v) if isinstance(v, bytes) else v for k, v in more.items() if v is not None}


def refused(server, body, code='ValidationException', words=None, operation='ImportCertificate'):
    """The one thing all these tests ask: refused as a client's mistake, in words."""
    status, answer = server.post(body, operation)
    assert status == 400, (status, answer)
    assert answer['__type'] == code, answer
    message = answer.get('message', answer.get('Message', ''))
    for word in [words] if isinstance(words, str) else words or []:
        assert word in message, message
    return message


@pytest.fixture(autouse=True)
def nothing_lost(server):
    """After each attack a good import still works and is all there."""
    yield
    good = pki.leaf('still.example.com')
    status, answer = server.post(fields(good))
    assert status == 200, answer
    status, got = server.post({'CertificateArn': answer['CertificateArn']}, 'GetCertificate')
    assert status == 200 and got['Certificate'].encode() == good.pem


@pytest.mark.parametrize('body', [
    b'', b'{', b'null', b'"x"', b'{"a":1,}', b'{} {}', b'{"a":NaN}', b'{"Certificate":"\xff"}', b"{'a':1}", b'\x00',
    b'{"a":' * 1000, b'[' * 1000000, b'{"CertificateArn":"\\ud800"}', b'{"CertificateArn":"a\\u0000b"}', b'{"a":01}',
    b'/* x */ {}', b'{"Certificate":"' + b'A' * 4000000,
], ids=lambda body: repr(body[:24]))
def test_malformed_json(server, body):
    status, answer = server.post(body)
    assert status == 400 and answer['__type'] in ('SerializationException', 'ValidationException'), answer


@pytest.mark.parametrize('value, words', [
    (1, 'NUMBER_VALUE can not be converted'), (True, 'TRUE_VALUE can not be converted'), ([], 'Start of list found'),
    ({}, 'Start of structure or map found'), ('not base64!', ''), ('QUJD\nREVG', ''), ('QUI', ''),
])
def test_blobs_that_are_none(server, value, words):
    status, answer = server.post({'Certificate': value, 'PrivateKey': b64(b'x')})
    assert status == 400 and answer['__type'] == 'SerializationException', answer
    assert words in answer.get('Message', answer.get('message', '')), answer


def test_a_number_out_of_every_range(server):
    for number in ('1e999', '1' + '0' * 400, '-1', '0', '1001', '99999999999999999999'):
        status, answer = server.post(b'{"MaxItems":' + number.encode() + b'}', 'ListCertificates')
        assert status == 400, (number, answer)


def test_a_million_members(server):
    status, _ = server.post(b'{' + b','.join(b'"a%d":1' % i for i in range(300000)) + b'}', 'ListCertificates')
    assert status == 200


def test_search_filters_nested_too_deep(server):
    filter_ = {'Filter': {'CertificateArn': 'arn:aws:acm:eu-central-1:111122223333:certificate/x'}}
    for _ in range(200):
        filter_ = {'Not': filter_}
    status, answer = server.post({'FilterStatement': filter_}, 'SearchCertificates')
    assert status == 400, answer


@pytest.mark.parametrize('field, size, limit', [
    ('Certificate', 32769, 32768), ('PrivateKey', 5121, 5120), ('CertificateChain', 2097153, 2097152)])
def test_one_byte_over_the_limit(server, field, size, limit):
    message = refused(server, fields(pki.leaf(), **{field: b'A' * size}),
                      words=[f'length less than or equal to {limit}', field[0].lower() + field[1:]])
    assert ('HeapByteBuffer' in message) == (field != 'PrivateKey')


@pytest.mark.parametrize('field, size', [('Certificate', 32768), ('PrivateKey', 5120), ('CertificateChain', 2097152)])
def test_exactly_at_the_limit_is_looked_at(server, field, size):
    leaf = pki.leaf()
    padded = leaf.arguments()[field]
    padded += b'\n' * (size - len(padded))
    status, answer = server.post(fields(leaf, **{field: padded}))
    assert status == 200, answer


def test_empty_fields(server):
    refused(server, {'Certificate': '', 'PrivateKey': ''},
            words='2 validation errors detected: ')


@pytest.mark.parametrize('garbage', [b'\x00' * 100, b'-----BEGIN CERTIFICATE-----', b'\xff\xfe-\x00-\x00', b'0' * 5000,
                                     b'-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
                                     b'-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n',
                                     b'-----BEGIN CERTIFICATE-----\n\n-----END CERTIFICATE-----\n',
                                     b'-----BEGIN \n' * 400])
def test_garbage_in_every_field(server, garbage):
    for field in ('Certificate', 'PrivateKey', 'CertificateChain'):
        refused(server, fields(pki.leaf(), **{field: garbage}))


def test_der_cut_and_bent_everywhere(server):
    leaf = pki.leaf()
    dice = random.Random(7)
    for _ in range(150):
        der = bytearray(leaf.der)
        if dice.random() < 0.3:
            del der[dice.randrange(len(der)):]
        else:
            for _ in range(dice.randrange(1, 4)):
                der[dice.randrange(len(der))] ^= 1 << dice.randrange(8)
        pem = b'-----BEGIN CERTIFICATE-----\n' + base64.encodebytes(bytes(der)) + b'-----END CERTIFICATE-----\n'
        status, answer = server.post(fields(leaf, Certificate=pem))
        assert status == 400 and answer['__type'] == 'ValidationException', answer


def test_keys_cut_and_bent_everywhere(server):
    for algorithm in ('EC_prime256v1', 'RSA_2048'):
        leaf = pki.leaf(algorithm=algorithm)
        der = leaf.key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8,
                                     serialization.NoEncryption())
        dice = random.Random(8)
        accepted = 0
        for _ in range(100):
            bent = bytearray(der)
            bent[dice.randrange(len(bent))] ^= 1 << dice.randrange(8)
            pem = b'-----BEGIN PRIVATE KEY-----\n' + base64.encodebytes(bytes(bent)) + b'-----END PRIVATE KEY-----\n'
            status, answer = server.post(fields(leaf, PrivateKey=pem))
            accepted += status == 200
            assert status in (200, 400), answer
        # Only bits that carry nothing (an attribute's tag, a NULL parameter's twin) may go unnoticed.
        assert accepted <= 2


def test_a_key_whose_public_copy_is_right_and_private_half_is_not(server):
    """The emulators' mistake: comparing the public halves."""
    leaf = pki.leaf()
    other = pki.new_key()
    der = bytearray(leaf.key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8,
                                           serialization.NoEncryption()))
    mine = leaf.key.private_numbers().private_value.to_bytes(32, 'big')
    at = bytes(der).index(mine)
    der[at:at + 32] = other.private_numbers().private_value.to_bytes(32, 'big')
    pem = b'-----BEGIN PRIVATE KEY-----\n' + base64.encodebytes(bytes(der)) + b'-----END PRIVATE KEY-----\n'
    refused(server, fields(leaf, PrivateKey=pem))


def test_rsa_keys_with_absurd_exponents_and_sizes(server):
    """They are refused before any arithmetic that would cost something."""
    def integer(value):
        raw = value.to_bytes(value.bit_length() // 8 + 1, 'big')
        return b'\x02' + length(len(raw)) + raw

    def length(n):
        return bytes([n]) if n < 128 else bytes([0x82, n >> 8, n & 255])

    def rsa_pem(*numbers):
        body = b''.join(integer(n) for n in numbers)
        der = b'\x30' + length(len(body)) + body
        return b'-----BEGIN RSA PRIVATE KEY-----\n' + base64.encodebytes(der) + b'-----END RSA PRIVATE KEY-----\n'

    leaf = pki.leaf(algorithm='RSA_2048')
    n = leaf.key.private_numbers()
    p, q, d, e, modulus = n.p, n.q, n.d, n.public_numbers.e, n.public_numbers.n
    for numbers in [(0, modulus, 2, d, p, q, n.dmp1, n.dmq1, n.iqmp), (0, modulus, 1, d, p, q, n.dmp1, n.dmq1, n.iqmp),
                    (0, modulus, (1 << 2000) + 1, d, p, q, n.dmp1, n.dmq1, n.iqmp), (0, 1, 1, 1, 1, 1, 1, 1, 1),
                    (0, modulus, e, d, modulus, 1, n.dmp1, n.dmq1, n.iqmp), (0, modulus, e, 1 << 20000, p, q, 1, 1, 1),
                    (0, (1 << 16384) + 1, e, d, p, q, n.dmp1, n.dmq1, n.iqmp), (1, modulus, e, d, p, q, n.dmp1, n.dmq1, n.iqmp),
                    (0, modulus, e, d + 1, p, q, n.dmp1, n.dmq1, n.iqmp), (0, modulus, e, d, q, p, n.dmp1, n.dmq1, n.iqmp),
                    (0, modulus, e, d, p, q, n.dmp1, n.dmq1, n.iqmp + 1), (0, 0, 0, 0, 0, 0, 0, 0, 0)]:
        refused(server, fields(leaf, PrivateKey=rsa_pem(*numbers)))


@pytest.mark.parametrize('key', ['ed25519', 'secp256k1', 'rsa-2050', 'rsa-8192-public'])
def test_keys_that_acm_cannot_hold(server, key):
    made = {'ed25519': ed25519.Ed25519PrivateKey.generate, 'secp256k1': lambda: ec.generate_private_key(ec.SECP256K1()),
            'rsa-2050': lambda: rsa.generate_private_key(65537, 2050),
            'rsa-8192-public': lambda: rsa.generate_private_key(3, 1536)}[key]()
    hash_ = None
    if key == 'ed25519':
        authority = pki.authority()
        builder = (x509.CertificateBuilder().subject_name(pki.name(CN='x.example')).issuer_name(authority.certificate.subject)
                   .public_key(made.public_key()).serial_number(77).not_valid_before(pki.NOW - pki.DAY)
                   .not_valid_after(pki.NOW + pki.DAY))
        leaf = pki.Certificate(builder.sign(authority.key, pki.hashes.SHA256()), made, authority)
    else:
        leaf = pki.issue('x.example', key=made, hash_=hash_)
    refused(server, fields(leaf), words='not supported')


def test_names_that_are_enormous_or_hold_nul(server):
    for domain in ('a' * 300 + '.example', 'nul\x00.example.com', 'x' * 20000):
        certificate = pki.issue(pki.name(O='x'), extensions=[(x509.UnrecognizedExtension(
            x509.ObjectIdentifier('2.5.29.17'), san(domain.encode())), False)])
        status, answer = server.post(fields(certificate))
        assert status in (200, 400), answer
        if status == 200:
            described, answer = server.post({'CertificateArn': answer['CertificateArn']}, 'DescribeCertificate')
            assert described == 200


def san(text):
    def tlv(tag, content):
        n = len(content)
        size = bytes([n]) if n < 128 else bytes([0x82, n >> 8, n & 255])
        return bytes([tag]) + size + content
    return tlv(0x30, tlv(0x82, text))


def test_thousands_of_names(server):
    names = [f'host-{i}.example.com' for i in range(1000)]
    leaf = pki.authority().issue('many.example.com', names=names)
    status, answer = server.post(fields(leaf))
    assert status == 200, answer
    status, described = server.post({'CertificateArn': answer['CertificateArn']}, 'DescribeCertificate')
    assert status == 200 and len(described['Certificate']['SubjectAlternativeNames']) >= 1000
    _, deleted = server.post({'CertificateArn': answer['CertificateArn']}, 'DeleteCertificate')
    assert deleted == {}


def test_a_chain_of_a_thousand(server):
    leaf = pki.leaf()
    refused(server, fields(leaf, CertificateChain=pki.authority().pem * 1000))
    key = pki.shared_key('EC_prime256v1', 9)
    at = pki.issue('root', key=key, ca=True)
    for i in range(40):
        at = at.issue(f'ca {i}', key=key, ca=True)
    status, answer = server.post(fields(at.issue('deep.example.com', names=['deep.example.com'])))
    assert status == 200, answer


def test_negative_and_absurd_serials(server):
    leaf = pki.leaf(serial=0x11223344556677)
    at = leaf.der.index(bytes.fromhex('11223344556677'))
    bent = bytearray(leaf.der)
    bent[at] = 0x91
    pem = b'-----BEGIN CERTIFICATE-----\n' + base64.encodebytes(bytes(bent)) + b'-----END CERTIFICATE-----\n'
    refused(server, fields(leaf, Certificate=pem))


def test_times_that_are_not_now(server):
    for not_before, not_after, words in [
            (pki.NOW - 2 * pki.DAY, pki.NOW - pki.DAY, 'has expired'),
            (pki.NOW + pki.DAY, pki.NOW + 2 * pki.DAY, 'not in effect yet'),
            (datetime.datetime(1950, 1, 1), datetime.datetime(1960, 1, 1), 'has expired')]:
        refused(server, fields(pki.leaf(not_before=not_before, not_after=not_after)), words=words)


def test_other_uses_than_tls(server):
    refused(server, fields(pki.leaf(extended=[ExtendedKeyUsageOID.CODE_SIGNING])))


def test_tags_of_every_bad_kind(server):
    leaf = pki.leaf()
    for tags in ([{'Key': 'aws:x'}], [{'Key': 'a'}, {'Key': 'a'}], [{'Key': ''}], [{'Key': 'x' * 129}], [{'Value': 'x'}],
                 [{'Key': 'a', 'Value': 'x' * 257}], [{'Key': 'a;b'}], [{'Key': f'k{i}'} for i in range(51)], []):
        status, answer = server.post(fields(leaf) | {'Tags': tags})
        assert status == 400, (tags, answer)


def test_arns_of_every_bad_kind(server):
    for arn in ('x', 'arn:aws:acm:eu-central-1:111122223333:certificate/' + 'x' * 2048, 'arn:aws:s3:::bucket-of-somebody',
                'arn:aws:acm:eu-central-1:111122223333:certificate/../../etc/passwd', "arn:aws:acm:a:1:c/' OR 1=1 --xxxxxx",
                'arn:aws:acm:us-east-1:111122223333:certificate/12345678-1234-1234-1234-123456789012',
                'arn:aws:acm:eu-central-1:999999999999:certificate/12345678-1234-1234-1234-123456789012',
                'arn:aws:acm:eu-central-1:111122223333:certificate/12345678-1234-1234-1234-123456789012'):
        for operation in ('DescribeCertificate', 'GetCertificate', 'DeleteCertificate', 'ListTagsForCertificate'):
            status, answer = server.post({'CertificateArn': arn}, operation)
            assert status == 400, (arn, answer)
            assert answer['__type'] in ('ValidationException', 'ResourceNotFoundException', 'InvalidArnException')


def test_clients_that_vanish(server):
    """Half-sent requests, and clients that do not wait for the answer."""
    for text in (b'P', b'POST / HTTP/1.1\r\n', b'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n{'):
        for _ in range(30):
            with server.connect() as connection:
                connection.sendall(text)
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b'\x01\x00\x00\x00\x00\x00\x00\x00')


def test_refusals_never_quote_the_key(server):
    """A broken key's text must not come back, in whole or in part."""
    leaf = pki.leaf()
    body = leaf.key_pem.replace(b'-----BEGIN PRIVATE KEY-----\n', b'-----BEGIN PRIVATE KEY-----\n!!')
    message = refused(server, fields(leaf, PrivateKey=body))
    for line in leaf.key_pem.decode().splitlines()[1:-1]:
        assert line not in message and line not in server.log()


def test_subject_attributes_of_odd_kinds(server):
    subject = x509.Name([x509.NameAttribute(x509.ObjectIdentifier('1.2.3.4'), 'odd'),
                         x509.NameAttribute(NameOID.ORGANIZATION_NAME, 'a,b+c"d\\e<f>g;h#i=j'),
                         x509.NameAttribute(NameOID.COMMON_NAME, 'K\u00f6ln \U0001f512.example')])
    status, answer = server.post(fields(pki.issue(subject)))
    assert status == 200, answer
    status, described = server.post({'CertificateArn': answer['CertificateArn']}, 'DescribeCertificate')
    assert status == 200 and 'K\u00f6ln \U0001f512.example' in described['Certificate']['Subject']
