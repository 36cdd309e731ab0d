"""Certificate authorities for the end-to-end tests: made through boto3, certified by themselves, by each other, or by
a plain openssl; and what other stacks say about what they issued."""
import functools
import pathlib
import re
import socket
import subprocess
import tempfile
import time

import botocore.exceptions
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

import pki

TEMPLATE = 'arn:aws:acm-pca:::template/{}/V1'
OPENSSL = '/usr/bin/openssl'
SIGNING = {'RSA': 'SHA256WITHRSA', 'EC': 'SHA256WITHECDSA'}


def template(name):
    return TEMPLATE.format(name)


def free_port():
    with socket.socket() as sock:
        sock.bind(('127.0.0.1', 0))
        return sock.getsockname()[1]


def refusal(call, **arguments):
    """The code and message that an operation answers with."""
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        call(**arguments)
    assert caught.value.response['ResponseMetadata']['HTTPStatusCode'] == 400
    return caught.value.response['Error']['Code'], caught.value.response['Error']['Message']


def wait_for(found, seconds=20, pause=0.05):
    """What found() returns once it is neither None nor False: an empty list is something too."""
    deadline = time.monotonic() + seconds
    while True:
        result = found()
        if result is not None and result is not False:
            return result
        assert time.monotonic() < deadline, 'this did not come about in time'
        time.sleep(pause)


# ---- Programs ----

def run(*words, stdin=None, check=True, text=True, cwd=None):
    """A program, to its end. Its output is bytes or text; a failure fails the test with what it said."""
    if isinstance(stdin, str) and not text:
        stdin = stdin.encode()
    if isinstance(stdin, bytes) and text:
        stdin = stdin.decode()
    done = subprocess.run([str(w) for w in words], input=stdin, capture_output=True, text=text, cwd=cwd, timeout=60,
                          check=False)
    assert not check or done.returncode == 0, (words, done.stdout, done.stderr)
    return done


def openssl(*words, **more):
    return run(OPENSSL, *words, **more)


def certificate_text(pem):
    """`openssl x509 -text` without what differs from key to key."""
    return openssl('x509', '-noout', '-text', stdin=pem).stdout


def extension_text(pem, *names):
    """Some extensions as openssl prints them, white space evened."""
    return ' '.join(openssl('x509', '-noout', '-ext', ','.join(names), stdin=pem).stdout.split())


def pem_certificates(text):
    """The PEM blocks of a text."""
    text = text.decode() if isinstance(text, bytes) else text
    return re.findall(r'-----BEGIN CERTIFICATE-----\n.*?-----END CERTIFICATE-----\n?', text, re.S)


def load(pem):
    return x509.load_pem_x509_certificate(pem if isinstance(pem, bytes) else pem.encode())


def verify_signature(certificate, issuer):
    """By python3-cryptography."""
    key, signed = issuer.public_key(), certificate.tbs_certificate_bytes
    if isinstance(key, rsa.RSAPublicKey):
        key.verify(certificate.signature, signed, padding.PKCS1v15(), certificate.signature_hash_algorithm)
    else:
        key.verify(certificate.signature, signed, ec.ECDSA(certificate.signature_hash_algorithm))
    assert certificate.issuer == issuer.subject
    assert certificate.issuer.public_bytes() == issuer.subject.public_bytes()


def judge(pem, chain, folder=None, purpose=None):
    """Three stacks read and verify it: openssl strictly, GnuTLS, and cryptography. `chain` ends in the root."""
    issuers = pem_certificates(chain)
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        folder = pathlib.Path(scratch)
        (folder / 'leaf.pem').write_text(pem)
        (folder / 'root.pem').write_text(issuers[-1])
        (folder / 'middle.pem').write_text(''.join(issuers[:-1]))
        words = ['verify', '-x509_strict', '-check_ss_sig', '-policy_check', '-CAfile', folder / 'root.pem']
        if issuers[:-1]:
            words += ['-untrusted', folder / 'middle.pem']
        if purpose:
            words += ['-purpose', purpose]
        assert openssl(*words, folder / 'leaf.pem').stdout.strip().endswith(': OK')
        whole = pem.rstrip('\n') + '\n' + '\n'.join(c.rstrip('\n') for c in issuers) + '\n'
        run('certtool', '--verify-chain', stdin=whole)
        described = run('certtool', '-i', stdin=pem).stdout
        assert 'X.509 Certificate Information' in described
        loaded = [load(c) for c in [pem, *issuers]]
        for certificate, issuer in zip(loaded, loaded[1:]):
            verify_signature(certificate, issuer)
        verify_signature(loaded[-1], loaded[-1])
    return loaded[0]


# ---- Requests ----

def csr(subject='/CN=www.example.com', *, names=None, key='ec', sections=(), critical_names=False, more=()):
    """A request made by plain openssl: (PEM, key PEM). names: 'DNS:a,IP:1.2.3.4'; sections: lines of extensions."""
    new = {'ec': ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'],
           'ec384': ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-384'],
           'ec521': ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-521'],
           'rsa': ['-newkey', 'rsa:2048'], 'rsa3072': ['-newkey', 'rsa:3072'],
           'ed25519': ['-newkey', 'ed25519']}[key]
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        lines = ['[req]', 'distinguished_name=dn', 'string_mask=utf8only', '[dn]', '[ext]']
        if names:
            lines.append(f'subjectAltName={"critical," if critical_names else ""}{names}')
        lines += sections
        (folder / 'cnf').write_text('\n'.join(lines) + '\n')
        words = ['req', '-new', '-config', folder / 'cnf', '-utf8', *new, '-nodes', '-keyout', folder / 'key', '-out',
                 folder / 'csr', '-subj', subject, *more]
        if names or sections:
            words += ['-reqexts', 'ext']
        openssl(*words)
        return (folder / 'csr').read_bytes(), (folder / 'key').read_bytes()


def request(subject=None, *, key=None, extensions=(), hash_=None, attributes=()):
    """A request made by python3-cryptography, with any extensions at all: [(extension, critical)]."""
    key = key or pki.shared_key('EC_prime256v1', 91)
    subject = subject if isinstance(subject, x509.Name) else x509.Name(
        [x509.NameAttribute(x509.NameOID.COMMON_NAME, subject or 'www.example.com')])
    builder = x509.CertificateSigningRequestBuilder().subject_name(subject)
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    for oid, value in attributes:
        builder = builder.add_attribute(oid, value)
    algorithm = None if isinstance(key, ed25519.Ed25519PrivateKey) else hash_ or hashes.SHA256()
    return builder.sign(key, algorithm).public_bytes(serialization.Encoding.PEM)


@functools.lru_cache(maxsize=None)
def csr_of_one():
    """A request made once a process, for tests that need many certificates and look at none."""
    return csr()[0]


# ---- Authorities ----

class Authority:
    """An authority of the server under test."""

    def __init__(self, client, arn, parent=None):
        self.client, self.arn, self.parent = client, arn, parent

    @property
    def id(self):
        return self.arn.rpartition('/')[2]

    def describe(self):
        return self.client.describe_certificate_authority(CertificateAuthorityArn=self.arn)['CertificateAuthority']

    @property
    def status(self):
        return self.describe()['Status']

    @property
    def signing(self):
        configured = self.describe()['CertificateAuthorityConfiguration']['SigningAlgorithm']
        return configured

    def csr(self):
        return self.client.get_certificate_authority_csr(CertificateAuthorityArn=self.arn)['Csr']

    def own(self):
        """Its certificate and its chain, as PEM; the chain of a root is empty."""
        got = self.client.get_certificate_authority_certificate(CertificateAuthorityArn=self.arn)
        return got['Certificate'], got.get('CertificateChain', '')

    @property
    def pem(self):
        return self.own()[0]

    def path(self):
        """Its certificate and those above it, the root last: what a certificate of its own needs."""
        certificate, chain = self.own()
        return certificate.rstrip('\n') + '\n' + chain

    def issue_arn(self, request_pem, name=None, days=30, **more):
        arguments = {'CertificateAuthorityArn': self.arn, 'Csr': request_pem, 'SigningAlgorithm': self.signing,
                     'Validity': {'Value': days, 'Type': 'DAYS'}}
        if name is not None:
            arguments['TemplateArn'] = template(name)
        return self.client.issue_certificate(**(arguments | more))['CertificateArn']

    def get(self, arn):
        got = self.client.get_certificate(CertificateAuthorityArn=self.arn, CertificateArn=arn)
        return got['Certificate'], got.get('CertificateChain', '')

    def issue(self, request_pem, name=None, **more):
        """A certificate's PEM."""
        return self.get(self.issue_arn(request_pem, name, **more))[0]

    def refuses(self, request_pem, name=None, days=30, **more):
        """The code and message with which it does not issue."""
        arguments = {'CertificateAuthorityArn': self.arn, 'Csr': request_pem, 'SigningAlgorithm': self.signing,
                     'Validity': {'Value': days, 'Type': 'DAYS'}}
        if name is not None:
            arguments['TemplateArn'] = template(name)
        return refusal(self.client.issue_certificate, **(arguments | more))

    def install(self, certificate, chain=None):
        arguments = {'CertificateAuthorityArn': self.arn, 'Certificate': certificate}
        if chain is not None:
            arguments['CertificateChain'] = chain
        self.client.import_certificate_authority_certificate(**{
            k: v.encode() if isinstance(v, str) and k != 'CertificateAuthorityArn' else v
            for k, v in arguments.items()})

    def refuses_install(self, certificate, chain=None):
        """The code and message with which it does not take a certificate; it stays as it was."""
        before = self.describe()
        arguments = {'CertificateAuthorityArn': self.arn, 'Certificate': certificate}
        if chain is not None:
            arguments['CertificateChain'] = chain
        refused = refusal(self.client.import_certificate_authority_certificate, **{
            k: v.encode() if isinstance(v, str) and k != 'CertificateAuthorityArn' else v
            for k, v in arguments.items()})
        assert self.describe() == before
        return refused

    def revoke(self, serial, reason='KEY_COMPROMISE'):
        self.client.revoke_certificate(CertificateAuthorityArn=self.arn, CertificateSerial=serial,
                                       RevocationReason=reason)

    def refuses_revocation(self, serial, reason='KEY_COMPROMISE'):
        """The code and message with which it does not revoke. An empty serial goes past the client's own checks."""
        return refusal(self.client.revoke_certificate, CertificateAuthorityArn=self.arn, CertificateSerial=serial,
                       RevocationReason=reason)

    def update(self, **more):
        self.client.update_certificate_authority(CertificateAuthorityArn=self.arn, **more)


def serial_of(arn_or_pem):
    """A certificate's serial in hexadecimal: from its ARN, or from itself."""
    if arn_or_pem.startswith('arn:'):
        return arn_or_pem.rpartition('/')[2]
    return f'{load(arn_or_pem).serial_number:032x}'


def configuration(subject=None, algorithm='EC_prime256v1', signing=None, **more):
    if not isinstance(subject, dict):
        subject = {'CommonName': subject or 'Example CA', 'Organization': 'Example Trust', 'Country': 'DE'}
    return {'KeyAlgorithm': algorithm, 'SigningAlgorithm': signing or SIGNING[algorithm.partition('_')[0]],
            'Subject': subject, **more}


def create(client, kind='SUBORDINATE', subject=None, algorithm='EC_prime256v1', signing=None, csr_extensions=None,
           parent=None, **more):
    """An authority that waits for its certificate."""
    extra = {} if csr_extensions is None else {'CsrExtensions': csr_extensions}
    arn = client.create_certificate_authority(
        CertificateAuthorityConfiguration=configuration(subject, algorithm, signing, **extra),
        CertificateAuthorityType=kind, **more)['CertificateAuthorityArn']
    return Authority(client, arn, parent)


def certify(authority, name='RootCACertificate', days=3650, **more):
    """A root that waits certifies itself. Returns the certificate's ARN."""
    arn = authority.issue_arn(authority.csr().encode(), name, days=days, **more)
    authority.install(authority.get(arn)[0])
    return arn


def root(client, subject='Example Root', days=3650, **more):
    """A root at work."""
    made = create(client, 'ROOT', subject, **more)
    certify(made, days=days)
    return made


def subordinate(parent, subject='Example Issuing CA', path_length=0, days=365, client=None, **more):
    """A subordinate at work under an authority of the same server."""
    made = create(client or parent.client, 'SUBORDINATE', subject, parent=parent, **more)
    arn = parent.issue_arn(made.csr().encode(), f'SubordinateCACertificate_PathLen{path_length}', days=days)
    made.install(*parent.get(arn))
    return made


class ExternalRoot:
    """A root that lives in files, kept with plain openssl."""

    def __init__(self, folder, subject='/O=Elsewhere/CN=Elsewhere Root', days=3650):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.key, self.path = self.folder / 'root.key', self.folder / 'root.pem'
        openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', self.key,
                '-out', self.path, '-days', days, '-subj', subject, '-addext', 'basicConstraints=critical,CA:TRUE',
                '-addext', 'keyUsage=critical,keyCertSign,cRLSign')

    @property
    def pem(self):
        return self.path.read_text()

    def sign(self, request_pem, *extensions, days=365):
        """Signs a request; extensions as lines of an openssl configuration."""
        lines = extensions or ('basicConstraints=critical,CA:TRUE,pathlen:1', 'keyUsage=critical,keyCertSign,cRLSign',
                               'subjectKeyIdentifier=hash', 'authorityKeyIdentifier=keyid')
        (self.folder / 'ext').write_text('[ext]\n' + '\n'.join(lines) + '\n')
        (self.folder / 'csr').write_text(request_pem)
        openssl('x509', '-req', '-in', self.folder / 'csr', '-CA', self.path, '-CAkey', self.key, '-CAcreateserial',
                '-days', days, '-extfile', self.folder / 'ext', '-extensions', 'ext', '-out', self.folder / 'out')
        return (self.folder / 'out').read_text()
