"""A root of one's own on a running daemon, and requests for certificates of it."""
import base64
import functools
import json
import time

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

import prepare  # before pki: it knows where the tests' support is
import pki

SIGNING = {'RSA_2048': 'SHA256WITHRSA', 'EC_prime256v1': 'SHA256WITHECDSA'}
YEAR = {'Value': 365, 'Type': 'DAYS'}
TEN_YEARS = {'Value': 3650, 'Type': 'DAYS'}
PATIENCE_S = 60


def csr(number):
    """A request for a host's certificate, as PEM: a P-256 key of its own, the name in subject and subjectAltName."""
    name = f'www-{number * 2654435761 % 2**32:08x}.shop.example.com'
    made = (x509.CertificateSigningRequestBuilder().subject_name(pki.name(CN=name))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
            .sign(pki.new_key('EC_prime256v1'), hashes.SHA256()))
    return made.public_bytes(serialization.Encoding.PEM)


@functools.lru_cache(maxsize=None)
def csrs(count, first=0):
    return [csr(number) for number in range(first, first + count)]


def post(operation, body, port, service='acm-pca'):
    return prepare.post(json.dumps(body).encode(), operation, port, service)


class Authority:
    """A root with its certificate imported."""

    def __init__(self, port, algorithm, revocation=None):
        self.port, self.signing = port, SIGNING[algorithm]
        configuration = {'KeyAlgorithm': algorithm, 'SigningAlgorithm': self.signing,
                         'Subject': {'CommonName': 'Example Issuing CA', 'Organization': 'Example'}}
        asked = {'CertificateAuthorityConfiguration': configuration, 'CertificateAuthorityType': 'ROOT'}
        if revocation is not None:
            asked['RevocationConfiguration'] = revocation
        self.arn = post('CreateCertificateAuthority', asked, port)['CertificateAuthorityArn']
        own = {'CertificateAuthorityArn': self.arn}
        request = self.when_there('GetCertificateAuthorityCsr', own)['Csr']
        arn = post('IssueCertificate', {
            **own, 'Csr': base64.b64encode(request.encode()).decode(), 'SigningAlgorithm': self.signing,
            'Validity': TEN_YEARS, 'TemplateArn': 'arn:aws:acm-pca:::template/RootCACertificate/V1'},
                   port)['CertificateArn']
        self.pem = post('GetCertificate', own | {'CertificateArn': arn}, port)['Certificate']
        post('ImportCertificateAuthorityCertificate',
             own | {'Certificate': base64.b64encode(self.pem.encode()).decode()}, port)

    def when_there(self, operation, body):
        """An authority's key is made in its own time."""
        own = {'CertificateAuthorityArn': self.arn}
        deadline = time.monotonic() + PATIENCE_S
        while post('DescribeCertificateAuthority', own, self.port)['CertificateAuthority']['Status'] == 'CREATING':
            if time.monotonic() > deadline:
                raise RuntimeError('the authority is still being created')
            time.sleep(0.05)
        return post(operation, body, self.port)

    def issue_body(self, pem):
        """The body of an IssueCertificate request, as boto3 writes it."""
        return json.dumps({'CertificateAuthorityArn': self.arn, 'Csr': base64.b64encode(pem).decode(),
                           'SigningAlgorithm': self.signing, 'Validity': YEAR}).encode()

    def issue(self, pem):
        """The certificate's ARN."""
        return prepare.post(self.issue_body(pem), 'IssueCertificate', self.port, 'acm-pca')['CertificateArn']

    def certificate(self, arn):
        """A certificate that was issued."""
        answer = post('GetCertificate', {'CertificateAuthorityArn': self.arn, 'CertificateArn': arn}, self.port)
        return x509.load_pem_x509_certificate(answer['Certificate'].encode())
