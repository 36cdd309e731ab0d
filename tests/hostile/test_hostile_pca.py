"""Bad input for private CAs: each time a clear error that names what is wrong, nothing signed, and the server goes on.
The daemon runs under sanitizers."""
import base64
import datetime
import itertools
import json
import os
import urllib.error
import urllib.parse
import urllib.request
import uuid

import house
import pca as ca
import pki
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, padding
from cryptography.x509 import ocsp

CODES = ('MalformedCSRException', 'InvalidArgsException', 'ValidationException')
ABSENT = 'arn:aws:acm-pca:eu-central-1:111122223333:certificate-authority/12345678-1234-4234-8234-123456789012'


# ---- DER by hand: what no builder makes ----

def tlv(tag, *parts):
    content = b''.join(parts)
    n = len(content)
    size = bytes([n]) if n < 128 else (lambda b: bytes([0x80 + len(b)]) + b)(n.to_bytes((n.bit_length() + 7) // 8, 'big'))
    return bytes([tag]) + size + content


def seq(*parts):
    return tlv(0x30, *parts)


def oid(text):
    numbers = [int(n) for n in text.split('.')]
    out = b''
    for n in [numbers[0] * 40 + numbers[1], *numbers[2:]]:
        digits = [n & 127]
        while n > 127:
            n >>= 7
            digits.append(n & 127 | 128)
        out += bytes(reversed(digits))
    return tlv(6, out)


def number(n):
    return tlv(2, n.to_bytes(n.bit_length() // 8 + 1, 'big'))


def extension(dotted, value, critical=False):
    return seq(oid(dotted) if isinstance(dotted, str) else dotted, tlv(1, b'\xff') if critical else b'', tlv(4, value))


def asks(*extensions, attribute='1.2.840.113549.1.9.14'):
    """The attribute that asks for extensions."""
    return seq(oid(attribute), tlv(0x31, seq(*extensions)))


def san(*names):
    return extension('2.5.29.17', seq(*names))


def dns(name):
    return tlv(0x82, name if isinstance(name, bytes) else name.encode())


def attribute(dotted, tag, content):
    return tlv(0x31, seq(oid(dotted), tlv(tag, content)))


def named(content=b'hostile.example.com', tag=0x0c, dotted='2.5.4.3'):
    return seq(attribute(dotted, tag, content))


KEY = pki.shared_key('EC_prime256v1', 93)
ECDSA_SHA256 = seq(oid('1.2.840.10045.4.3.2'))
RSA = '1.2.840.113549.1.1.1'


def spki_of(key):
    return key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def rsa_spki(n, e):
    return seq(seq(oid(RSA), tlv(5)), tlv(3, b'\0', seq(number(n), number(e))))


def ec_spki(curve, point):
    return seq(seq(oid('1.2.840.10045.2.1'), oid(curve)), tlv(3, b'\0', point))


def sign(info):
    return KEY.sign(info, ec.ECDSA(hashes.SHA256()))


def request_der(*attributes, subject=None, spki=None, version=0, algorithm=ECDSA_SHA256, signer=sign, after=b'', unused=0):
    info = seq(number(version), named() if subject is None else subject, spki or spki_of(KEY), tlv(0xa0, *attributes), after)
    return seq(info, algorithm, tlv(3, bytes([unused]), signer(info)))


def pem(der, label='CERTIFICATE REQUEST'):
    return f'-----BEGIN {label}-----\n'.encode() + base64.encodebytes(der) + f'-----END {label}-----\n'.encode()


def request(*attributes, **more):
    return pem(request_der(*attributes, **more))


GOOD = request(asks(san(dns('hostile.example.com'))))


# ---- The house under attack ----

@pytest.fixture(scope='module')
def authority(pca, pki_server):
    """An authority of this file alone; without OCSP, so that nothing is issued but what is asked for."""
    made = ca.root(pca, {'CommonName': 'Hostile Root', 'Organization': 'Example'}, RevocationConfiguration={
        'CrlConfiguration': {'Enabled': True, 'ExpirationInDays': 7}})
    yield made
    pki_server.check_log()
    assert not [e for e in pki_server.events() if e.get('level') == 'error'], 'the log has errors'


@pytest.fixture(scope='module')
def unlisted(pca):
    """An authority that says nothing of revocation."""
    return ca.root(pca, 'Unlisted Root')


def issued(server, authority):
    """The ARNs of all that was."""
    status, page = server.post({'CertificateAuthorityArn': authority.arn, 'MaxResults': 1000}, 'ListIssuedCertificates',
                               service='chancery')
    assert status == 200 and 'NextToken' not in page, page
    return sorted(one['CertificateArn'] for one in page['IssuedCertificates'])


@pytest.fixture
def unchanged(pki_server, authority):
    """Nothing was signed."""
    before = issued(pki_server, authority)
    yield
    assert issued(pki_server, authority) == before
    assert pki_server.process.poll() is None


def ask(server, operation, body):
    return server.post(body, operation, service='acm-pca')


def message_of(answer):
    return answer.get('message', answer.get('Message', ''))


def refused(server, operation, body, codes=CODES, words=()):
    """Refused as a client's mistake, in a sentence. Returns it."""
    status, answer = ask(server, operation, body)
    assert status == 400, (status, answer)
    assert answer['__type'] in ([codes] if isinstance(codes, str) else codes), answer
    message = message_of(answer)
    assert len(message) > 20, answer
    for word in [words] if isinstance(words, str) else words:
        assert word in message, (word, message)
    return message


def issuing(authority, csr=GOOD, name=None, **more):
    body = {'CertificateAuthorityArn': authority.arn, 'Csr': base64.b64encode(csr).decode(),
            'SigningAlgorithm': 'SHA256WITHECDSA', 'Validity': {'Value': 30, 'Type': 'DAYS'}}
    if name:
        body['TemplateArn'] = ca.template(name)
    return body | more


def issue(server, authority, csr=GOOD, name=None, **more):
    status, answer = ask(server, 'IssueCertificate', issuing(authority, csr, name, **more))
    assert status == 200, answer
    got = ask(server, 'GetCertificate', {'CertificateAuthorityArn': authority.arn,
                                         'CertificateArn': answer['CertificateArn']})[1]
    return x509.load_pem_x509_certificate(got['Certificate'].encode())


def passing(**extensions):
    return {'ApiPassthrough': {'Extensions': extensions}}


# ---- Requests ----

RSA_KEY = pki.shared_key('RSA_2048', 93)
MODULUS = RSA_KEY.public_key().public_numbers().n
NOT_ON_CURVE = b'\x04' + b'\x01' * 64
MD5 = {'spki': spki_of(RSA_KEY), 'algorithm': seq(oid('1.2.840.113549.1.1.4'), tlv(5)),
       'signer': lambda info: RSA_KEY.sign(info, padding.PKCS1v15(), hashes.MD5())}  # noqa: S303
DSA_SPKI = seq(seq(oid('1.2.840.10040.4.1'), seq(number(23), number(11), number(4))), tlv(3, b'\0', number(8)))
COPYING = 'EndEntityCertificate_CSRPassthrough'

# What it is -> the request, and a word that the refusal has.
REQUESTS = {
    'a signature that was bent': (pem(request_der()[:-1] + bytes([request_der()[-1] ^ 1])), 'its signature'),
    'a signature by another key': (request(spki=spki_of(pki.shared_key('EC_prime256v1', 94))), 'does not verify'),
    'a signature of nothing': (request(signer=lambda info: b''), 'signature'),
    'a signature with unused bits': (request(unused=3), 'signing request'),
    'MD5': (request(**MD5), 'MD5'),
    'an unknown signature algorithm': (request(algorithm=seq(oid('1.2.3.4'))), '1.2.3.4'),
    'an RSA signature algorithm with an EC key': (request(algorithm=seq(oid('1.2.840.113549.1.1.11'), tlv(5))), 'signing request'),
    'RSA of 512 bits': (request(spki=rsa_spki((1 << 511) + 9, 65537)), 'RSA'),
    'RSA of 16384 bits': (request(spki=rsa_spki((1 << 16383) + 9, 65537)), 'RSA'),
    'RSA with a huge exponent': (request(spki=rsa_spki(MODULUS, (1 << 2047) + 1)), 'exponent'),
    'RSA with exponent 1': (request(spki=rsa_spki(MODULUS, 1)), 'exponent'),
    'RSA with an even exponent': (request(spki=rsa_spki(MODULUS, 65536)), 'exponent'),
    'RSA with an even modulus': (request(spki=rsa_spki(MODULUS - 1, 65537)), 'even'),
    'RSA with a negative modulus': (request(spki=seq(seq(oid(RSA), tlv(5)), tlv(
        3, b'\0', seq(tlv(2, b'\x80' + b'\x01' * 255), number(65537))))), 'key'),
    'RSA with modulus 0': (request(spki=rsa_spki(0, 65537)), 'key'),
    'a curve of another kind': (request(spki=ec_spki('1.3.132.0.10', b'\x04' + b'\x01' * 64)), 'P-256'),
    'a point that is on no curve': (request(spki=ec_spki('1.2.840.10045.3.1.7', NOT_ON_CURVE)), 'key'),
    'the point at infinity': (request(spki=ec_spki('1.2.840.10045.3.1.7', b'\0')), 'key'),
    'a compressed point': (request(spki=ec_spki('1.2.840.10045.3.1.7', b'\x02' + b'\x01' * 32)), 'key'),
    'DSA': (request(spki=DSA_SPKI), 'key'),
    'a key of no kind': (request(spki=seq(seq(oid('1.2.3.4')), tlv(3, b'\0abc'))), 'key'),
    'version 1': (request(version=1), 'version'),
    'fields behind the attributes': (request(after=tlv(5)), 'attributes'),
    'an extension twice': (request(asks(san(dns('a.example')), san(dns('b.example')))), '2.5.29.17 twice'),
    'two lists of extensions': (request(asks(san(dns('a.example'))), asks(san(dns('b.example')))), 'twice'),
    "two lists, one of them Windows'": (request(asks(san(dns('a.example'))), asks(
        san(dns('b.example')), attribute='1.3.6.1.4.1.311.2.1.14')), 'more than one list'),
    'a list of extensions with two values': (request(seq(oid('1.2.840.113549.1.9.14'), tlv(
        0x31, seq(san(dns('a.example'))), seq(san(dns('b.example')))))), 'one value'),
    'an OID of nothing': (request(asks(extension(tlv(6), b'\5\0'))), 'extension'),
    'an OID that begins with 0x80': (request(asks(extension(tlv(6, b'\x55\x1d\x80\x13'), b'\5\0'))), 'extension'),
    'an OID that does not end': (request(asks(extension(tlv(6, b'\x55\x1d\x93'), b'\5\0'))), 'extension'),
    'a name that is no IA5': (request(asks(san(dns('gr\u00fcn.example')))), 'name 1 of its subjectAltName'),
    'an e-mail address that is no IA5': (request(asks(san(tlv(0x81, b'a\xff@example.com')))), 'name 1 of its subjectAltName'),
    'a URI that is no IA5': (request(asks(san(tlv(0x86, b'https://\xc3\xa4.example')))), 'name 1 of its subjectAltName'),
    'a NUL in a DNS name': (request(asks(san(dns(b'good.example\0.evil.example')))), 'NUL'),
    'a NUL in a common name': (request(subject=named(b'good.example\0.evil.example')), 'NUL'),
    'a line break in a DNS name': (request(asks(san(dns('a.example\nb.example')))), 'control'),
    'no name in subjectAltName': (request(asks(san())), 'subjectAltName'),
    'an empty DNS name': (request(asks(san(dns('')))), 'empty'),
    'an address of five octets': (request(asks(san(tlv(0x87, b'12345')))), 'subjectAltName'),
    'a kind of name that there is not': (request(asks(san(tlv(0x89, b'x')))), 'subjectAltName'),
    'a DNS name that is constructed': (request(asks(san(tlv(0xa2, dns('a.example'))))), 'subjectAltName'),
    'another name of no type': (request(asks(san(tlv(0xa0, tlv(0xa0, tlv(5)))))), 'subjectAltName'),
    'another name of garbage': (request(asks(san(tlv(0xa0, oid('1.2.3.4'), tlv(0xa0, b'\x30\5\0'))))), 'subjectAltName'),
    'an EDI party of garbage': (request(asks(san(tlv(0xa5, b'\x30\5\0')))), 'subjectAltName'),
    'an EDI party without a name': (request(asks(san(tlv(0xa5, tlv(0xa0, tlv(0x0c, b'x')))))), 'subjectAltName'),
    'a directory name of garbage': (request(asks(san(tlv(0xa4, b'\x30\5\0')))), 'subjectAltName'),
    'a registered id that does not end': (request(asks(san(tlv(0x88, b'\x2a\x80')))), 'subjectAltName'),
    'bytes after the names': (request(asks(extension('2.5.29.17', seq(dns('a.example')) + b'\0'))), 'subjectAltName'),
    'names of indefinite length': (request(asks(extension('2.5.29.17', b'\x30\x80' + dns('a.example') + b'\0\0'))),
                                   'subjectAltName'),
    'critical 1': (request(asks(seq(oid('2.5.29.17'), tlv(1, b'\1'), tlv(4, seq(dns('a.example')))))), 'extension'),
    'a common name of 65 characters': (request(subject=named(b'x' * 65)), '64'),
    'a common name of nothing': (request(subject=named(b'')), 'empty'),
    'a country of three letters': (request(subject=named(b'DEU', 0x13, '2.5.4.6')), ''),
    'UTF-8 that is none': (request(subject=named(b'\xff\xfe')), 'commonName'),
    'half a BMPString': (request(subject=named(b'abc', 0x1e)), ''),
    'an RDN of nothing': (request(subject=seq(tlv(0x31))), 'subject'),
    '101 attributes': (request(*[seq(oid(f'1.2.3.{n}'), tlv(0x31, tlv(5))) for n in range(101)]), '100 attributes'),
    '150 extensions': (request(asks(*[extension(f'1.3.6.1.4.1.99999.{n}', b'\5\0') for n in range(150)])), 'extensions'),
    'indefinite length': (pem(b'\x30\x80' + request_der()[4:] + b'\0\0'), 'DER'),
    'a length that is not minimal': (pem(b'\x30\x83\0' + request_der()[2:]), 'DER'),
    'bytes after the request': (pem(request_der() + b'\0'), 'stray bytes'),
    'a request cut short': (pem(request_der()[:-1]), 'DER'),
    'a request in a request': (pem(seq(request_der())), 'signing request'),
    'two requests': (GOOD + GOOD, 'more than one'),
    'the label of a certificate': (pem(request_der(), 'CERTIFICATE'), 'certificate'),
    'a label of nobody': (pem(request_der(), 'HOSTILE'), 'HOSTILE'),
    'labels that differ': (GOOD.replace(b'END CERTIFICATE REQUEST', b'END CERTIFICATE'), 'signing request'),
    'no end': (GOOD[:GOOD.index(b'-----END')], 'signing request'),
    'DER without PEM': (request_der(), 'DER'),
    'base64 of PEM': (base64.b64encode(GOOD), 'base64'),
    'UTF-16': (GOOD.decode().encode('utf-16'), 'UTF-16'),
    'the name of a file': (b'file://request.pem', 'file'),
    '32 KB of nothing': (b'\0' * 32768, 'signing request'),
}


@pytest.mark.parametrize('case', REQUESTS)
@pytest.mark.parametrize('name', [None, 'BlankEndEntityCertificate_CSRPassthrough'], ids=['plain', 'copied'])
def test_a_hostile_request(pki_server, authority, unchanged, case, name):
    csr, word = REQUESTS[case]
    refused(pki_server, 'IssueCertificate', issuing(authority, csr, name), 'MalformedCSRException', word)


# In a CSR whose extensions are copied: what the certificate may not say. In others they are left out.
VALUES = {
    'keyUsage without a bit string': ('2.5.29.15', b'\5\0', 'keyUsage'),
    'keyUsage of no octets': ('2.5.29.15', b'\3\0', 'keyUsage'),
    'keyUsage of no bits': ('2.5.29.15', b'\3\1\0', 'keyUsage'),
    'keyUsage with bits that do not count': ('2.5.29.15', b'\3\2\5\xbf', 'keyUsage'),
    'keyUsage with nine unused bits': ('2.5.29.15', b'\3\2\x09\xa0', 'keyUsage'),
    'extendedKeyUsage of nothing': ('2.5.29.37', b'\x30\0', 'extendedKeyUsage'),
    'extendedKeyUsage of numbers': ('2.5.29.37', b'\x30\3\2\1\1', 'extendedKeyUsage'),
    'policies of nothing': ('2.5.29.32', b'\x30\0', 'certificatePolicies'),
    'name constraints in a leaf': ('2.5.29.30', seq(tlv(0xa0, seq(dns('example.com')))), 'nameConstraints'),
    'policy constraints in a leaf': ('2.5.29.36', seq(tlv(0x80, b'\0')), 'policyConstraints'),
    'a distribution point of nothing': ('2.5.29.31', seq(seq()), 'cRLDistributionPoints'),
    'authority information of nothing': ('1.3.6.1.5.5.7.1.1', b'\x30\0', 'authorityInfoAccess'),
    'no-check that is no NULL': ('1.3.6.1.5.5.7.48.1.5', b'\x30\0', 'nocheck'),
}


@pytest.mark.parametrize('case', VALUES)
def test_a_hostile_extension_that_is_copied(pki_server, authority, unlisted, unchanged, case):
    """By an authority without lists, so that no distribution point of its own comes first."""
    dotted, value, word = VALUES[case]
    csr = request(asks(san(dns('a.example')), extension(dotted, value)))
    before = issued(pki_server, unlisted)
    refused(pki_server, 'IssueCertificate', issuing(unlisted, csr, 'BlankEndEntityCertificate_CSRPassthrough'), CODES, word)
    assert issued(pki_server, unlisted) == before
    # Whoever copies nothing leaves it out.
    certificate = issue(pki_server, unlisted, csr)
    assert not [e for e in certificate.extensions if e.oid.dotted_string == dotted and e.value.public_bytes() == value]


# What looks hostile and is not: it is issued, and three stacks can read it.
ODD = {
    'an empty list of extensions': request(asks()),
    'critical FALSE, written out': request(asks(seq(oid('2.5.29.17'), tlv(1, b'\0'), tlv(4, seq(dns('a.example')))))),
    'a subject of 300 parts': request(subject=seq(*[attribute('2.5.4.11', 0x0c, b'x')] * 300)),
    'a label of former times': pem(request_der(), 'NEW CERTIFICATE REQUEST'),
    'words around the request': b'Subject: hostile\r\n' + GOOD.replace(b'\n', b'\r\n') + b'\r\nbye\r\n',
}


@pytest.mark.parametrize('case', ODD)
def test_an_odd_request_that_is_right(pki_server, authority, case):
    certificate = issue(pki_server, authority, ODD[case], 'EndEntityCertificate_CSRPassthrough')
    ca.judge(certificate.public_bytes(serialization.Encoding.PEM).decode(), authority.path())


def test_thousands_of_names(pki_server, authority):
    """As many as 32 KB hold: each of them is in the certificate, and the inventory finds it by the last one."""
    names = [f'{n:x}' for n in range(0x1000, 0x1000 + 3900)]
    csr = request(asks(san(*map(dns, names))))
    assert 30000 < len(csr) <= 32768
    certificate = issue(pki_server, authority, csr)
    assert certificate.extensions.get_extension_for_class(
        x509.SubjectAlternativeName).value.get_values_for_type(x509.DNSName) == names
    status, found = pki_server.post({'CertificateAuthorityArn': authority.arn, 'Filters': {'NameContains': names[-1]}},
                                    'ListIssuedCertificates', service='chancery')
    assert status == 200 and len(found['IssuedCertificates']) == 1
    assert len(found['IssuedCertificates'][0]['SubjectAlternativeNames']) == len(names)


@pytest.mark.parametrize('form', ['PKCS#8', 'traditional', 'encrypted', 'without a frame', 'DER', 'behind a request',
                                  'half', 'no end'])
def test_a_private_key_is_never_quoted(pki_server, authority, unchanged, form):
    """Pasted by mistake: neither the answer nor the log has a line of it."""
    key = pki.new_key()
    encryption = serialization.BestAvailableEncryption(b'secret') if form == 'encrypted' else serialization.NoEncryption()
    shape = serialization.PrivateFormat.TraditionalOpenSSL if form == 'traditional' else serialization.PrivateFormat.PKCS8
    text = key.private_bytes(serialization.Encoding.PEM, shape, encryption)
    body = b''.join(text.splitlines()[1:-1])
    secrets = [line.decode() for line in text.splitlines()[1:-1]] + [base64.b64encode(text).decode()[60:120]]
    pasted = {'without a frame': body, 'DER': base64.b64decode(body) if form == 'DER' else b'', 'behind a request': GOOD + text,
              'half': text[:len(text) // 2], 'no end': text[:text.index(b'-----END')]}.get(form, text)
    message = refused(pki_server, 'IssueCertificate', issuing(authority, pasted), 'MalformedCSRException')
    status, answer = ask(pki_server, 'ImportCertificateAuthorityCertificate', {
        'CertificateAuthorityArn': authority.arn, 'Certificate': base64.b64encode(pasted).decode(),
        'CertificateChain': base64.b64encode(pasted).decode()})
    assert status == 400
    for secret in secrets:
        for text in (message, json.dumps(answer), pki_server.log()):
            assert secret not in text


# ---- Periods ----

END = {'DAYS': 30, 'MONTHS': 1, 'YEARS': 1}
PERIODS = {
    **{f'{kind} {value}': ({'Value': value, 'Type': kind}, 'ValidationException')
       for kind in ('DAYS', 'MONTHS', 'YEARS', 'ABSOLUTE', 'END_DATE') for value in (0, -1, -2 ** 63)},
    **{f'{kind} {value}': ({'Value': value, 'Type': kind}, CODES)
       for kind in ('DAYS', 'MONTHS', 'YEARS', 'ABSOLUTE', 'END_DATE') for value in (2 ** 63 - 1, 2 ** 62, 2 ** 32 * 1000)},
    'the year 10000': ({'Value': 253402300800, 'Type': 'ABSOLUTE'}, CODES),
    'the last second of 9999': ({'Value': 253402300799, 'Type': 'ABSOLUTE'}, CODES),  # after the authority's
    'the first second of 1970': ({'Value': 1, 'Type': 'ABSOLUTE'}, CODES),
    'a second ago': ({'Value': 1577836800, 'Type': 'ABSOLUTE'}, CODES),
    'month 13': ({'Value': 20301301000000, 'Type': 'END_DATE'}, CODES),
    'month 0': ({'Value': 20300001000000, 'Type': 'END_DATE'}, CODES),
    '30 February': ({'Value': 20300230000000, 'Type': 'END_DATE'}, CODES),
    '29 February of a year that has none': ({'Value': 20310229000000, 'Type': 'END_DATE'}, CODES),
    'hour 24': ({'Value': 20300101240000, 'Type': 'END_DATE'}, CODES),
    'second 60': ({'Value': 20300101000060, 'Type': 'END_DATE'}, CODES),
    'thirteen digits': ({'Value': 2030010100000, 'Type': 'END_DATE'}, CODES),
    'fifteen digits': ({'Value': 203001010000000, 'Type': 'END_DATE'}, CODES),
    'END_DATE 1': ({'Value': 1, 'Type': 'END_DATE'}, CODES),
    'END_DATE of the past': ({'Value': 19500101000000, 'Type': 'END_DATE'}, CODES),
    'END_DATE of the year 0': ({'Value': 101000000, 'Type': 'END_DATE'}, CODES),
    'no type': ({'Value': 1}, 'ValidationException'),
    'no value': ({'Type': 'DAYS'}, 'ValidationException'),
    'a type of nobody': ({'Value': 1, 'Type': 'WEEKS'}, 'ValidationException'),
    'nothing': ({}, 'ValidationException'),
    '2^63': ({'Value': 2 ** 63, 'Type': 'DAYS'}, CODES),
    'half a day': ({'Value': 0.5, 'Type': 'DAYS'}, 'ValidationException'),
    'a text': ({'Value': '1', 'Type': 'DAYS'}, 'SerializationException'),
    'a truth': ({'Value': True, 'Type': 'DAYS'}, 'SerializationException'),
    'a list': ({'Value': [1], 'Type': 'DAYS'}, 'SerializationException'),
}


@pytest.mark.parametrize('case', PERIODS)
def test_an_absurd_end(pki_server, authority, unchanged, case):
    validity, codes = PERIODS[case]
    refused(pki_server, 'IssueCertificate', issuing(authority, Validity=validity), codes)


@pytest.mark.parametrize('begin, codes', [
    ({'Value': 253402300800, 'Type': 'ABSOLUTE'}, CODES), ({'Value': 2 ** 63 - 1, 'Type': 'ABSOLUTE'}, CODES),
    ({'Value': 253402300799, 'Type': 'ABSOLUTE'}, CODES), ({'Value': 0, 'Type': 'ABSOLUTE'}, CODES),
    ({'Value': -1, 'Type': 'ABSOLUTE'}, CODES), ({'Value': 1, 'Type': 'DAYS'}, CODES),
    ({'Value': 20200101000000, 'Type': 'END_DATE'}, CODES), ({}, CODES)], ids=str)
def test_an_absurd_begin(pki_server, authority, unchanged, begin, codes):
    refused(pki_server, 'IssueCertificate', issuing(authority, ValidityNotBefore=begin), codes)


def test_it_does_not_begin_after_its_end(pki_server, authority, unchanged):
    """Nor at the same second."""
    end = int(datetime.datetime.now(datetime.timezone.utc).timestamp()) + 3600
    for begin in (end, end + 1, end + 86400):
        refused(pki_server, 'IssueCertificate', issuing(
            authority, Validity={'Value': end, 'Type': 'ABSOLUTE'},
            ValidityNotBefore={'Value': begin, 'Type': 'ABSOLUTE'}), CODES, 'begins')


# ---- Who wants to be a CA ----

CA_TRUE = b'\x30\x03\x01\x01\xff'
CERT_SIGN = b'\x03\x02\x01\x06'
LEAF_BASES = ['EndEntityCertificate', 'EndEntityClientAuthCertificate', 'EndEntityServerAuthCertificate',
              'CodeSigningCertificate', 'OCSPSigningCertificate']
LEAVES = [base + variant for base in LEAF_BASES for variant in ('', '_CSRPassthrough', '_APICSRPassthrough')]
BLANK_LEAVES = ['BlankEndEntityCertificate_CSRPassthrough', 'BlankEndEntityCertificate_APICSRPassthrough',
                'BlankEndEntityCertificate_CriticalBasicConstraints_CSRPassthrough',
                'BlankEndEntityCertificate_CriticalBasicConstraints_APICSRPassthrough']
API_LEAVES = [base + '_APIPassthrough' for base in LEAF_BASES] + [
    'BlankEndEntityCertificate_APIPassthrough', 'BlankEndEntityCertificate_CriticalBasicConstraints_APIPassthrough']


def is_no_ca(certificate):
    constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
    assert not constraints.ca and constraints.path_length is None
    try:
        assert not certificate.extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign
    except x509.ExtensionNotFound:
        pass
    return True


@pytest.mark.parametrize('name', LEAVES)
def test_a_request_for_a_ca_by_a_template_of_a_leaf(pki_server, authority, name):
    """The template decides: what the CSR says of it is left out."""
    csr = request(asks(extension('2.5.29.19', CA_TRUE, True), extension('2.5.29.15', CERT_SIGN, True)))
    assert is_no_ca(issue(pki_server, authority, csr, name))


@pytest.mark.parametrize('name', BLANK_LEAVES)
def test_a_request_for_a_ca_by_a_blank_template(pki_server, authority, unchanged, name):
    csr = request(asks(extension('2.5.29.15', CERT_SIGN, True), extension('2.5.29.19', CA_TRUE, True)))
    refused(pki_server, 'IssueCertificate', issuing(authority, csr, name), CODES, 'keyCertSign')


@pytest.mark.parametrize('name', BLANK_LEAVES)
def test_constraints_alone_are_left_out(pki_server, authority, name):
    csr = request(asks(extension('2.5.29.19', b'\x30\x06\x01\x01\xff\x02\x01\x09', True)))
    assert is_no_ca(issue(pki_server, authority, csr, name))


@pytest.mark.parametrize('name', API_LEAVES)
@pytest.mark.parametrize('dotted, value', [
    ('2.5.29.19', CA_TRUE), ('2.5.29.15', CERT_SIGN), ('2.5.29.019', CA_TRUE), ('2.05.29.19', CA_TRUE), ('2.5.29.35', b'\x30\0'),
    ('2.5.29.14', b'\4\1x'), ('2.5.29.17', b'\x30\0'), ('2.5.29.37', b'\x30\0'), ('2.5.29.32', b'\x30\0')])
def test_a_custom_extension_makes_no_ca(pki_server, authority, unchanged, name, dotted, value):
    custom = [{'ObjectIdentifier': dotted, 'Value': base64.b64encode(value).decode(), 'Critical': True}]
    refused(pki_server, 'IssueCertificate', issuing(authority, GOOD, name, **passing(CustomExtensions=custom)), CODES,
            'CustomExtensions[0]' if dotted.count('0') == 0 else '')


@pytest.mark.parametrize('name', API_LEAVES)
def test_a_key_usage_makes_no_ca(pki_server, authority, name):
    """Where the template has one it stays; where it has none the caller's is refused."""
    more = passing(KeyUsage={'KeyCertSign': True, 'CRLSign': True, 'DigitalSignature': True})
    if not name.startswith('Blank'):
        assert is_no_ca(issue(pki_server, authority, GOOD, name, **more))
        return
    before = issued(pki_server, authority)
    refused(pki_server, 'IssueCertificate', issuing(authority, GOOD, name, **more), 'InvalidArgsException', 'KeyCertSign')
    assert issued(pki_server, authority) == before


@pytest.mark.parametrize('name', [None, 'SubordinateCACertificate_PathLen0', 'BlankEndEntityCertificate_CSRPassthrough',
                                  'BlankSubordinateCACertificate_PathLen3_CSRPassthrough'])
def test_the_authoritys_own_request(pki_server, authority, unchanged, name):
    """Whoever may see an authority can fetch its CSR. It is good for the root's own renewal, and for nothing else."""
    refused(pki_server, 'IssueCertificate', issuing(authority, authority.csr().encode(), name), 'MalformedCSRException',
            'own key')


def test_a_root_template_for_another_key(pki_server, authority, unchanged):
    refused(pki_server, 'IssueCertificate', issuing(authority, GOOD, 'RootCACertificate'), 'MalformedCSRException', 'own')
    pending = ca.create(authority.client, 'ROOT', 'Pending Root')
    refused(pki_server, 'IssueCertificate', issuing(pending, GOOD, 'RootCACertificate'), 'MalformedCSRException', 'own')
    pending = ca.create(authority.client, 'SUBORDINATE', 'Pending Subordinate')
    refused(pki_server, 'IssueCertificate', issuing(pending, pending.csr().encode(), 'RootCACertificate'), CODES, 'subordinate')


def own_subject(authority):
    return x509.load_pem_x509_certificate(authority.pem.encode()).subject.public_bytes()


@pytest.mark.parametrize('name, usage', [
    ('SubordinateCACertificate_PathLen0', None), ('BlankSubordinateCACertificate_PathLen1_CSRPassthrough', CERT_SIGN),
    (None, None), ('BlankEndEntityCertificate_CSRPassthrough', b'\x03\x02\x01\x02')],
    ids=['subordinate', 'blank', 'leaf', 'who signs lists'])
def test_nobody_else_has_the_authoritys_name(pki_server, authority, unchanged, name, usage):
    """Who had it, and might sign lists, could take back revocations (RFC 5280, 6.3.3)."""
    csr = request(asks(*([extension('2.5.29.15', usage, True)] if usage else [san(dns('a.example'))])),
                  subject=own_subject(authority))
    refused(pki_server, 'IssueCertificate', issuing(authority, csr, name), CODES, "authority's own name")
    if name is None:
        refused(pki_server, 'IssueCertificate', issuing(
            authority, GOOD, 'BlankEndEntityCertificate_APIPassthrough',
            ApiPassthrough={'Subject': {'CommonName': 'HOSTILE  root', 'Organization': 'Example'}}), CODES)


# ---- ApiPassthrough ----

ALL = 'BlankEndEntityCertificate_APIPassthrough'
DN = {'CommonName': 'x'}
NAMES = {
    'nothing': {}, 'a DNS name and an address': {'DnsName': 'a.example', 'IpAddress': '10.0.0.1'},
    'a DNS name and a directory name': {'DnsName': 'a.example', 'DirectoryName': DN},
    'every member': {'DnsName': 'a.example', 'IpAddress': '10.0.0.1', 'Rfc822Name': 'a@example.com', 'RegisteredId': '1.2.3',
                     'UniformResourceIdentifier': 'https://a.example', 'DirectoryName': DN,
                     'OtherName': {'TypeId': '1.2.3', 'Value': 'x'}, 'EdiPartyName': {'PartyName': 'x', 'NameAssigner': 'y'}},
    '300.1.1.1': {'IpAddress': '300.1.1.1'}, '1.2.3': {'IpAddress': '1.2.3'}, '1.2.3.4/24': {'IpAddress': '1.2.3.4/24'},
    '0x7f.1': {'IpAddress': '0x7f.0.0.1'}, ':::1': {'IpAddress': ':::1'}, 'a scope': {'IpAddress': 'fe80::1%eth0'},
    'a name for an address': {'IpAddress': 'localhost'}, 'blanks': {'DnsName': 'a b.example'},
    'an empty label': {'DnsName': 'a..example'}, 'a dot at the end': {'DnsName': 'a.example.'},
    'a label of 64': {'DnsName': 'x' * 64 + '.example'}, 'a name of 254': {'DnsName': 'x.' * 126 + 'xx'},
    'a name that is no ASCII': {'DnsName': 'gr\u00fcn.example'},
    'a line break': {'DnsName': 'a.example\r\nb.example'}, 'no text': {'DnsName': ''},
    'no scheme': {'UniformResourceIdentifier': 'example.com'}, 'a scheme alone': {'UniformResourceIdentifier': 'https:'},
    'a URI with blanks': {'UniformResourceIdentifier': 'https://a b'}, 'no at': {'Rfc822Name': 'example.com'},
    'no local part': {'Rfc822Name': '@example.com'}, 'no domain': {'Rfc822Name': 'a@'},
    'an OID of nothing': {'RegisteredId': '1'}, 'an OID of letters': {'RegisteredId': 'a.b'},
    'an OID 1.40': {'RegisteredId': '1.40.1'}, 'an OID with zeros': {'RegisteredId': '1.02.3'},
    'another name without value': {'OtherName': {'TypeId': '1.2.3'}},
    'an empty directory name': {'DirectoryName': {}},
    'a directory name of another country': {'DirectoryName': {'Country': 'DEU'}},
    'custom and other attributes': {'DirectoryName': {'CommonName': 'x', 'CustomAttributes': [
        {'ObjectIdentifier': '2.5.4.3', 'Value': 'x'}]}},
}


@pytest.mark.parametrize('case', NAMES)
def test_an_alternative_name_that_is_none(pki_server, authority, unchanged, case):
    message = refused(pki_server, 'IssueCertificate', issuing(authority, GOOD, ALL, **passing(
        SubjectAlternativeNames=[{'DnsName': 'good.example'}, NAMES[case]])), CODES)
    assert 'ubjectAlternativeNames' in message, message


CUSTOM = {'ObjectIdentifier': '1.3.6.1.4.1.99999.1', 'Value': 'BQA='}
PASSED = {
    'a policy without an OID': {'CertificatePolicies': [{}]},
    'a policy of letters': {'CertificatePolicies': [{'CertPolicyId': 'anyPolicy'}]},
    'a policy twice': {'CertificatePolicies': [{'CertPolicyId': '1.2.3'}] * 2},
    'a qualifier of nothing': {'CertificatePolicies': [{'CertPolicyId': '1.2.3', 'PolicyQualifiers': [{}]}]},
    'a qualifier without a CPS': {'CertificatePolicies': [{'CertPolicyId': '1.2.3', 'PolicyQualifiers': [
        {'PolicyQualifierId': 'CPS'}]}]},
    'an empty qualifier': {'CertificatePolicies': [{'CertPolicyId': '1.2.3', 'PolicyQualifiers': [
        {'PolicyQualifierId': 'CPS', 'Qualifier': {}}]}]},
    'a CPS of nothing': {'CertificatePolicies': [{'CertPolicyId': '1.2.3', 'PolicyQualifiers': [
        {'PolicyQualifierId': 'CPS', 'Qualifier': {'CpsUri': ''}}]}]},
    'a CPS that is no ASCII': {'CertificatePolicies': [{'CertPolicyId': '1.2.3', 'PolicyQualifiers': [
        {'PolicyQualifierId': 'CPS', 'Qualifier': {'CpsUri': 'https://gr\u00fcn'}}]}]},
    'a qualifier of another kind': {'CertificatePolicies': [{'CertPolicyId': '1.2.3', 'PolicyQualifiers': [
        {'PolicyQualifierId': 'NOTICE', 'Qualifier': {'CpsUri': 'https://x'}}]}]},
    'no policies': {'CertificatePolicies': []}, '21 policies': {'CertificatePolicies': [
        {'CertPolicyId': f'1.2.{n}'} for n in range(21)]},
    'no usage': {'ExtendedKeyUsage': []}, 'a usage of nothing': {'ExtendedKeyUsage': [{}]},
    'a usage of nobody': {'ExtendedKeyUsage': [{'ExtendedKeyUsageType': 'EVERYTHING'}]},
    'a usage twice over': {'ExtendedKeyUsage': [{'ExtendedKeyUsageType': 'SERVER_AUTH',
                                                 'ExtendedKeyUsageObjectIdentifier': '1.3.6.1.5.5.7.3.1'}]},
    'a key usage of nothing': {'KeyUsage': {}}, 'a key usage of falsehoods': {'KeyUsage': {'DigitalSignature': False}},
    'no names': {'SubjectAlternativeNames': []}, '151 names': {'SubjectAlternativeNames': [{'DnsName': 'a.example'}] * 151},
    '151 custom extensions': {'CustomExtensions': [{**CUSTOM, 'ObjectIdentifier': f'1.2.3.{n}'} for n in range(151)]},
    '150 custom extensions of 4096 characters': {'CustomExtensions': [
        {'ObjectIdentifier': f'1.2.3.{n}', 'Value': 'A' * 4096} for n in range(150)]},
    'a custom extension of 4097 characters': {'CustomExtensions': [{**CUSTOM, 'Value': 'A' * 4097}]},
    'a custom extension twice': {'CustomExtensions': [CUSTOM, CUSTOM]},
    'a custom extension without a value': {'CustomExtensions': [{'ObjectIdentifier': '1.2.3'}]},
    'a custom extension of nothing': {'CustomExtensions': [{**CUSTOM, 'Value': ''}]},
    'a custom extension that is no base64': {'CustomExtensions': [{**CUSTOM, 'Value': '!'}]},
    'a custom extension with half a base64': {'CustomExtensions': [{**CUSTOM, 'Value': 'BQ='}]},
    'a custom OID 0.40': {'CustomExtensions': [{**CUSTOM, 'ObjectIdentifier': '0.40.1'}]},
    'a custom OID 3.1': {'CustomExtensions': [{**CUSTOM, 'ObjectIdentifier': '3.1.1'}]},
    'a custom OID with a sign': {'CustomExtensions': [{**CUSTOM, 'ObjectIdentifier': '1.2.-3'}]},
    'a distribution point': {'CustomExtensions': [{'ObjectIdentifier': '2.5.29.31', 'Value': base64.b64encode(seq(seq(tlv(
        0xa0, tlv(0xa0, tlv(0x86, b'http://evil.example/x.crl')))))).decode()}]},
    'name constraints': {'CustomExtensions': [{'ObjectIdentifier': '2.5.29.30', 'Critical': True, 'Value': base64.b64encode(
        seq(tlv(0xa0, seq(dns('example.com'))))).decode()}]},
    'names of several kinds at once, far back': {'SubjectAlternativeNames': [{'DnsName': 'a.example'}] * 149 + [
        {'DnsName': 'a.example', 'IpAddress': '10.0.0.1'}]},
}


def test_a_nul_does_not_come_in(pki_server, authority, unchanged):
    for more in (passing(SubjectAlternativeNames=[{'DnsName': 'good.example\0.evil.example'}]),
                 {'ApiPassthrough': {'Subject': {'CommonName': 'good\0evil'}}}):
        refused(pki_server, 'IssueCertificate', issuing(authority, GOOD, ALL, **more), 'SerializationException', 'U+0000')


@pytest.mark.parametrize('case', PASSED)
def test_a_passthrough_that_cannot_be(pki_server, authority, unchanged, case):
    refused(pki_server, 'IssueCertificate', issuing(authority, GOOD, ALL, **passing(**PASSED[case])), CODES)


@pytest.mark.parametrize('subject', [
    {'Country': 'DEU'}, {'Country': ''}, {'CommonName': 'x' * 65}, {'CustomAttributes': []}, {},
    {'CustomAttributes': [{'ObjectIdentifier': '2.5.4', 'Value': ''}]}, {'SerialNumber': '\u00fc'},
    {'CommonName': 'x', 'CustomAttributes': [{'ObjectIdentifier': '2.5.4.10', 'Value': 'x'}]},
    {'CustomAttributes': [{'ObjectIdentifier': '2.5.4.6', 'Value': 'Deutschland'}]},
    {'CustomAttributes': [{'ObjectIdentifier': '9.9.9', 'Value': 'x'}]}, {'Initials': 'abcdef'}], ids=str)
def test_a_subject_that_cannot_be(pki_server, authority, unchanged, subject):
    csr = request(asks())  # no names that could stand in its place
    refused(pki_server, 'IssueCertificate', issuing(authority, csr, ALL, ApiPassthrough={'Subject': subject}), CODES)


@pytest.mark.parametrize('arn', [
    'arn:aws:acm-pca:::template/NoSuchTemplate/V1', 'arn:aws:acm-pca:::template/EndEntityCertificate/V2',
    'arn:aws:acm-pca:::template/endentitycertificate/V1', 'arn:aws:acm-pca:::template/EndEntityCertificate/V1/',
    'arn:aws-cn:acm-pca:::template/EndEntityCertificate/V1', 'arn:aws:acm:::template/EndEntityCertificate/V1',
    'arn:aws:acm-pca:eu-central-1::template/EndEntityCertificate/V1', 'arn:aws:acm-pca:::template/../EndEntityCertificate/V1',
    'arn:aws:acm-pca:::template/', 'EndEntityCertificate/V1', 'x' * 201, ''])
def test_a_template_of_nobody(pki_server, authority, unchanged, arn):
    refused(pki_server, 'IssueCertificate', issuing(authority, TemplateArn=arn), CODES)


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
    import socket
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
        import botocore.auth
        import botocore.awsrequest
        import botocore.credentials
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


# ---- The API's own forms ----

MODEL = json.loads(next((house.BOTOCORE / 'acm-pca').rglob('service-2.json')).read_text()) if (
    house.BOTOCORE / 'acm-pca').exists() else {'operations': {}, 'shapes': {}}
# What else an operation wants, so that it gets as far as its ARN.
WANTED = {
    'CreateCertificateAuthorityAuditReport': {'S3BucketName': 'reports.example', 'AuditReportResponseFormat': 'JSON'},
    'CreatePermission': {'Principal': 'acm.amazonaws.com', 'Actions': ['IssueCertificate']},
    'DeletePermission': {'Principal': 'acm.amazonaws.com'},
    'DescribeCertificateAuthorityAuditReport': {'AuditReportId': '12345678-1234-4234-8234-123456789012'},
    'GetCertificate': {'CertificateArn': ABSENT + '/certificate/11'},
    'ImportCertificateAuthorityCertificate': {'Certificate': base64.b64encode(GOOD).decode()},
    'IssueCertificate': {'Csr': base64.b64encode(GOOD).decode(), 'SigningAlgorithm': 'SHA256WITHECDSA',
                         'Validity': {'Value': 1, 'Type': 'DAYS'}},
    'PutPolicy': {'Policy': '{"Version":"2012-10-17","Statement":[]}'},
    'RevokeCertificate': {'CertificateSerial': '11', 'RevocationReason': 'SUPERSEDED'},
    'TagCertificateAuthority': {'Tags': [{'Key': 'a'}]}, 'UntagCertificateAuthority': {'Tags': [{'Key': 'a'}]},
    'UpdateCertificateAuthority': {'Status': 'DISABLED'},
}
OPERATIONS = sorted(MODEL['operations'])


def arn_member(operation):
    members = MODEL['shapes'][MODEL['operations'][operation]['input']['shape']]['members']
    return next((m for m in ('CertificateAuthorityArn', 'ResourceArn') if m in members), None)


ABOUT_ONE = [operation for operation in OPERATIONS if arn_member(operation)]


def test_the_model_has_all_operations():
    assert len(OPERATIONS) == 23 and len(ABOUT_ONE) == 21


@pytest.mark.parametrize('operation', ABOUT_ONE)
def test_arns_of_every_bad_kind(pki_server, authority, unchanged, operation):
    own = authority.arn
    for arn in [ABSENT, own.replace('arn:aws:', 'arn:aws-cn:'), own.replace('eu-central-1', 'us-east-1'),
                own.replace('111122223333', '999999999999'), own.replace(':acm-pca:', ':acm:'), own.replace('arn:', 'urn:'),
                own.replace('certificate-authority', 'certificate'), own.replace('certificate-authority', 'CERTIFICATE-AUTHORITY'),
                own.upper(), own[:-1], own + '0', own + '/', own + '/certificate/', own + '/certificate/xyz', own + ' ',
                own + '/../' + own.rpartition('/')[2], own.replace('111122223333', ''), own.replace('eu-central-1', ''),
                'arn:aws:acm-pca:::template/EndEntityCertificate/V1', "arn:aws:acm-pca:a:1:c/' OR 1=1 --", 'arn:aws:s3:::bucket',
                'x' * 5, 'x' * 201, '', 'arn:aws:acm-pca:eu-central-1:111122223333:certificate-authority/' + 'a' * 100,
                own + '/certificate/00112233445566778899aabbccddeeff']:
        message = refused(pki_server, operation, {arn_member(operation): arn, **WANTED.get(operation, {})},
                          ('ResourceNotFoundException', 'InvalidArnException', 'ValidationException'))
        assert not arn or arn in message or 'ARN' in message or 'rn' in message
    assert authority.status == 'ACTIVE'


@pytest.mark.parametrize('operation', OPERATIONS)
def test_json_that_fits_no_operation(pki_server, authority, unchanged, operation):
    """Types that are wrong, nulls, depth, members of others; each required member in turn."""
    members = MODEL['shapes'][MODEL['operations'][operation]['input']['shape']]['members']
    required = MODEL['shapes'][MODEL['operations'][operation]['input']['shape']].get('required', [])
    for body in (b'', b'null', b'[]', b'"x"', b'1', b'{', b'{"a":' * 5000, b'[' * 500000, b'{"CertificateAuthorityArn":"\xff"}'):
        if operation == 'ListCertificateAuthorities' and body == b'':
            continue
        status, answer = ask(pki_server, operation, body)
        assert status == 400 and answer['__type'] in ('SerializationException', 'ValidationException'), (body[:20], answer)
    if required:
        message = refused(pki_server, operation, {}, 'ValidationException', f"{len(required)} validation error")
        for member in required:
            assert f"'{member[0].lower()}{member[1:]}'" in message
        refused(pki_server, operation, {member: None for member in members}, 'ValidationException')
    for member, value in itertools.product(members, (1, True, [], {}, [[]], {'x': {'y': []}}, '', 'x')):
        body = {arn_member(operation): ABSENT, **WANTED.get(operation, {}), member: value} if arn_member(operation) else {
            member: value}
        status, answer = ask(pki_server, operation, body)
        assert status == 400 or operation == 'ListCertificateAuthorities', (body, answer)
        if status == 400:
            assert answer['__type'].endswith('Exception') and len(message_of(answer)) > 10, answer


CONFIGURATION = {'KeyAlgorithm': 'EC_prime256v1', 'SigningAlgorithm': 'SHA256WITHECDSA', 'Subject': {'CommonName': 'x'}}


@pytest.mark.parametrize('bent', [
    {'KeyAlgorithm': 'RSA_1024'}, {'KeyAlgorithm': 'SM2'}, {'KeyAlgorithm': ''}, {'SigningAlgorithm': 'SHA256WITHRSA'},
    {'SigningAlgorithm': 'MD5WITHRSA'}, {'SigningAlgorithm': 'SHA1WITHRSA'}, {'Subject': {}}, {'Subject': None},
    {'Subject': {'Country': 'Germany'}}, {'Subject': {'CommonName': 'x' * 65}},
    {'Subject': {'CustomAttributes': [{'ObjectIdentifier': '1.2', 'Value': 'x'}], 'CommonName': 'x'}},
    {'CsrExtensions': {'SubjectInformationAccess': [{}]}},
    {'CsrExtensions': {'SubjectInformationAccess': [{'AccessMethod': {}, 'AccessLocation': {'DnsName': 'a'}}]}},
    {'CsrExtensions': {'SubjectInformationAccess': [{'AccessMethod': {'AccessMethodType': 'CA_REPOSITORY'},
                                                     'AccessLocation': {'DnsName': 'a', 'IpAddress': '1.1.1.1'}}]}},
], ids=lambda bent: json.dumps(bent)[:60])
def test_an_authority_that_cannot_be(pki_server, bent):
    count = len(ask(pki_server, 'ListCertificateAuthorities', {'MaxResults': 1000})[1]['CertificateAuthorities'])
    refused(pki_server, 'CreateCertificateAuthority', {
        'CertificateAuthorityType': 'ROOT', 'CertificateAuthorityConfiguration': CONFIGURATION | bent}, CODES)
    after = len(ask(pki_server, 'ListCertificateAuthorities', {'MaxResults': 1000})[1]['CertificateAuthorities'])
    assert after == count


CRL = {'Enabled': True, 'ExpirationInDays': 7, 'S3BucketName': 'lists.example'}


@pytest.mark.parametrize('bent', [
    {'ExpirationInDays': 0}, {'ExpirationInDays': 5001}, {'S3BucketName': '../..'}, {'S3BucketName': 'a/../../etc'},
    {'S3BucketName': '/etc'}, {'S3BucketName': 'x' * 256}, {'CustomPath': '../../etc'}, {'CustomPath': '/..'},
    {'CustomPath': 'a//b'}, {'CustomCname': 'http://x'}, {'CustomCname': 'x y'}, {'CustomCname': 'x' * 254},
    {'S3ObjectAcl': 'PRIVATE'}, {'CrlType': 'DELTA'}, {'Enabled': None}, {'Enabled': False},
    {'CustomCname': 'x.example', 'CrlDistributionPointExtensionConfiguration': {'OmitExtension': True}}], ids=str)
def test_lists_that_cannot_be(pki_server, authority, unchanged, bent):
    before = authority.describe()
    refused(pki_server, 'UpdateCertificateAuthority', {
        'CertificateAuthorityArn': authority.arn, 'RevocationConfiguration': {'CrlConfiguration': CRL | bent}}, CODES)
    assert authority.describe() == before


SERIALS = ['', ' ', 'g', 'xyz', '0x1', '-1', '+1', 'ab:', ':ab', ':', 'a::b', 'abc:de', '12 34', '12-34', '1.5', '1e5', '\u00fc',
           '\uff11\uff12', '11\n', '\t11', 'A' * 129, '0' * 128, '00:00', '0', '%31', "1' OR 1=1 --", 'ff' * 64, '11;22', '1_0']


@pytest.mark.parametrize('serial', SERIALS)
def test_serials_of_every_odd_kind(pki_server, authority, unchanged, serial):
    codes = ('InvalidArgsException', 'ValidationException', 'ResourceNotFoundException')
    refused(pki_server, 'RevokeCertificate', {'CertificateAuthorityArn': authority.arn, 'CertificateSerial': serial,
                                              'RevocationReason': 'SUPERSEDED'}, codes)
    refused(pki_server, 'GetCertificate', {'CertificateAuthorityArn': authority.arn,
                                           'CertificateArn': f'{authority.arn}/certificate/{serial}'},
            (*codes, 'InvalidArnException'))
    status, answer = pki_server.post({'CertificateAuthorityArn': authority.arn, 'Filters': {'Serial': serial}},
                                     'ListIssuedCertificates', service='chancery')
    assert status == 400 or answer['IssuedCertificates'] == [], answer


@pytest.mark.parametrize('reason', ['CERTIFICATE_HOLD', 'REMOVE_FROM_CRL', '', 'superseded', 1, None])
def test_reasons_of_nobody(pki_server, authority, unchanged, reason):
    arn = issued(pki_server, authority)[0]
    refused(pki_server, 'RevokeCertificate', {'CertificateAuthorityArn': authority.arn, 'CertificateSerial': ca.serial_of(arn),
                                              'RevocationReason': reason}, ('ValidationException', 'SerializationException'))


def test_tokens_of_other_questions(pki_server, authority, own_root, unlisted):
    """Of another operation, another authority, another region, bent, cut and invented ones."""
    own = pki_server.boto(service='acm-pca')
    for made in (authority, unlisted):
        own.tag_certificate_authority(CertificateAuthorityArn=made.arn, Tags=[{'Key': k} for k in 'abc'])
    about = {'CertificateAuthorityArn': authority.arn, 'MaxResults': 1}
    tags = ask(pki_server, 'ListTags', about)[1]['NextToken']
    authorities = ask(pki_server, 'ListCertificateAuthorities', {'MaxResults': 1})[1]['NextToken']
    for _ in range(2):
        issue(pki_server, authority)
    inventory = pki_server.post(about, 'ListIssuedCertificates', service='chancery')[1]['NextToken']
    assert ask(pki_server, 'ListTags', about | {'NextToken': tags})[0] == 200
    bent = tags[:-2] + ('A' if tags[-2] != 'A' else 'B') + tags[-1]
    for token in (authorities, inventory, bent, tags[:-4], tags + 'AAAA', tags.lower(), 'x', '=' * 100, 'A' * 5000, '\u00fc'):
        refused(pki_server, 'ListTags', about | {'NextToken': token}, ('InvalidNextTokenException', 'ValidationException',
                                                                       'InvalidArgsException'))
        if token != authorities:
            refused(pki_server, 'ListCertificateAuthorities', {'MaxResults': 1, 'NextToken': token},
                    ('InvalidNextTokenException', 'ValidationException'))
        if token != inventory:
            status, answer = pki_server.post(about | {'NextToken': token}, 'ListIssuedCertificates', service='chancery')
            assert status == 400 and answer['__type'] in ('InvalidNextTokenException', 'ValidationException'), answer
    refused(pki_server, 'ListTags', about | {'CertificateAuthorityArn': unlisted.arn, 'NextToken': tags},
            'InvalidNextTokenException')
    status, answer = pki_server.post(about | {'CertificateAuthorityArn': own_root.arn, 'NextToken': inventory},
                                     'ListIssuedCertificates', service='chancery')
    assert status == 400 and answer['__type'] == 'InvalidNextTokenException'
    elsewhere = pki_server.boto(service='acm-pca', region='us-east-1')
    code, _ = ca.refusal(elsewhere.list_certificate_authorities, MaxResults=1, NextToken=authorities)
    assert code == 'InvalidNextTokenException'


def test_policies_that_are_none(pki_server, authority, unchanged):
    for policy in ('', '{', 'null', '[]', '"x"', '{}', '{"Statement":{}}', '{"Version":"2012-10-17","Statement":[{}]}',
                   '{"a":' * 1000, 'x' * 81921, '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*",'
                   '"Action":"*","Resource":"*"}]}', '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*",'
                   f'"Action":"acm-pca:IssueCertificate","Resource":"{authority.arn}"}}]}}'):
        refused(pki_server, 'PutPolicy', {'ResourceArn': authority.arn, 'Policy': policy},
                ('InvalidPolicyException', 'ValidationException'))
    refused(pki_server, 'GetPolicy', {'ResourceArn': authority.arn}, 'ResourceNotFoundException')


# ---- Strangers ----

@pytest.fixture(scope='module')
def stranger(pki_server):
    """The same server, seen from another account."""
    import subprocess

    def admin(*words):
        done = subprocess.run([str(house.BINARY), 'admin', *words, '--data-dir', str(pki_server.data_dir)], text=True,
                              capture_output=True, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)
    admin('account', 'create', '--account-id', '444455556666')
    key = admin('key', 'create', '--account-id', '444455556666')['AccessKey']
    seen = Stranger(pki_server, key['AccessKeyId'], key['SecretAccessKey'])
    assert seen.post({}, 'ListCertificateAuthorities', service='acm-pca') == (200, {'CertificateAuthorities': []})
    return seen


class Stranger:
    """A house.Server with other credentials."""

    def __init__(self, server, access_key, secret_key):
        self.url, self.host, self.port, self.region = server.url, server.host, server.port, server.region
        self.access_key, self.secret_key = access_key, secret_key

    post = house.Server.post


@pytest.mark.parametrize('operation', ABOUT_ONE)
def test_a_stranger_finds_nothing(stranger, authority, unchanged, operation):
    """The authority of another account is not there for him, whatever he wants with it."""
    message = refused(stranger, operation, {arn_member(operation): authority.arn, **WANTED.get(operation, {})},
                      'ResourceNotFoundException', authority.arn)
    assert 'Could not find' in message
    assert authority.status == 'ACTIVE'


def test_a_stranger_does_not_go_on_where_another_was(stranger, pki_server, authority, own_root):
    token = ask(pki_server, 'ListCertificateAuthorities', {'MaxResults': 1})[1]['NextToken']
    refused(stranger, 'ListCertificateAuthorities', {'MaxResults': 1, 'NextToken': token}, 'InvalidNextTokenException')
    for _ in range(2):
        issue(pki_server, authority)
    about = {'CertificateAuthorityArn': authority.arn, 'MaxResults': 1}
    token = pki_server.post(about, 'ListIssuedCertificates', service='chancery')[1]['NextToken']
    for body in (about, about | {'NextToken': token}):
        status, answer = stranger.post(body, 'ListIssuedCertificates', service='chancery')
        assert status == 400 and answer['__type'] in ('ResourceNotFoundException', 'InvalidNextTokenException'), answer


def test_a_strangers_token_of_idempotency_is_another(stranger, pki_server, authority):
    """Two accounts may have drawn the same one."""
    body = {'CertificateAuthorityType': 'ROOT', 'CertificateAuthorityConfiguration': CONFIGURATION, 'IdempotencyToken': 'same'}
    arns = {ask(asking, 'CreateCertificateAuthority', body)[1]['CertificateAuthorityArn']
            for asking in (pki_server, stranger, pki_server, stranger)}
    assert len(arns) == 2


def test_a_stranger_does_not_request_from_it_in_acm(stranger, authority, unchanged):
    """ACM acts with the caller's own rights."""
    status, answer = stranger.post({'DomainName': 'stranger.example.com', 'CertificateAuthorityArn': authority.arn},
                                   'RequestCertificate', service='acm')
    if status == 200:
        status, told = stranger.post({'CertificateArn': answer['CertificateArn']}, 'DescribeCertificate', service='acm')
        assert status == 200 and told['Certificate']['Status'] == 'FAILED', told
        assert told['Certificate']['FailureReason'].startswith('PCA_'), told
    else:
        assert status == 400 and answer['__type'].endswith('Exception'), answer
