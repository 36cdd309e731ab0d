"""For tests of what is hostile to private CAs: requests made byte by byte, and the one thing that all of these tests ask:
refused as a client's mistake, in a sentence."""
import base64

import pca as ca
import pki
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

CODES = ('MalformedCSRException', 'InvalidArgsException', 'ValidationException')


# ---- DER by hand: what no builder makes ----

def tlv(tag, *parts):
    content = b''.join(parts)
    n = len(content)
    size = bytes([n]) if n < 128 else (lambda b: bytes([0x80 + len(b)]) + \
                 b)(n.to_bytes((n.bit_length() + 7) // 8, 'big'))
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
    info = seq(number(version), named() if subject is None else subject,
               spki or spki_of(KEY), tlv(0xa0, *attributes), after)
    return seq(info, algorithm, tlv(3, bytes([unused]), signer(info)))


def pem(der, label='CERTIFICATE REQUEST'):
    return f'-----BEGIN {label}-----\n'.encode() + base64.encodebytes(der) + f'-----END {label}-----\n'.encode()


def request(*attributes, **more):
    return pem(request_der(*attributes, **more))


GOOD = request(asks(san(dns('hostile.example.com'))))


# ---- The house under attack ----

def issued(server, authority):
    """The ARNs of all that was."""
    status, page = server.post({'CertificateAuthorityArn': authority.arn, 'MaxResults': 1000}, 'ListIssuedCertificates',
                               service='chancery')
    assert status == 200 and 'NextToken' not in page, page
    return sorted(one['CertificateArn'] for one in page['IssuedCertificates'])


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
