"""Certificate requests and periods that are hostile: each time a clear error that names what is wrong, and nothing
signed. The daemon runs under sanitizers."""
import base64
import datetime
import json

import pca as ca
import pki
import pytest
from attack import (
    CODES, GOOD, RSA, ask, asks, attribute, dns, ec_spki, extension, issue, issued, issuing, named,
    number, oid, pem, refused, request, request_der, rsa_spki, san, seq, spki_of, tlv)
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding


# ---- Requests ----

RSA_KEY = pki.shared_key('RSA_2048', 93)
MODULUS = RSA_KEY.public_key().public_numbers().n
NOT_ON_CURVE = b'\x04' + b'\x01' * 64
MD5 = {'spki': spki_of(RSA_KEY), 'algorithm': seq(oid('1.2.840.113549.1.1.4'), tlv(5)),
       'signer': lambda info: RSA_KEY.sign(info, padding.PKCS1v15(), hashes.MD5())}  # noqa: S303
DSA_SPKI = seq(seq(oid('1.2.840.10040.4.1'), seq(number(23), number(11), number(4))), tlv(3, b'\0', number(8)))

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
    refused(pki_server, 'IssueCertificate', issuing(unlisted, csr,
            'BlankEndEntityCertificate_CSRPassthrough'), CODES, word)
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
    encryption = serialization.BestAvailableEncryption(
        b'secret') if form == 'encrypted' else serialization.NoEncryption()
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
