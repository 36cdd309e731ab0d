"""Certificates for the end-to-end tests, made by python3-cryptography: a stack that is not ours."""
import datetime
import functools
import ipaddress

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

CURVES = {'EC_prime256v1': ec.SECP256R1, 'EC_secp384r1': ec.SECP384R1, 'EC_secp521r1': ec.SECP521R1}
KEY_ALGORITHMS = ['RSA_1024', 'RSA_2048', 'RSA_3072', 'RSA_4096', *CURVES]
NOW = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0, tzinfo=None)
DAY = datetime.timedelta(days=1)


def new_key(algorithm='EC_prime256v1'):
    if algorithm in CURVES:
        return ec.generate_private_key(CURVES[algorithm]())
    return rsa.generate_private_key(public_exponent=65537, key_size=int(algorithm.split('_')[1]))


@functools.lru_cache(maxsize=None)
def shared_key(algorithm, slot=0):
    """A key made once a process: RSA keys take their time."""
    del slot
    return new_key(algorithm)


def name(**attributes):
    """name(CN='x', O='y'): in the order given."""
    oids = {'CN': NameOID.COMMON_NAME, 'O': NameOID.ORGANIZATION_NAME, 'OU': NameOID.ORGANIZATIONAL_UNIT_NAME,
            'C': NameOID.COUNTRY_NAME, 'ST': NameOID.STATE_OR_PROVINCE_NAME, 'L': NameOID.LOCALITY_NAME,
            'DC': NameOID.DOMAIN_COMPONENT, 'serialNumber': NameOID.SERIAL_NUMBER}
    return x509.Name([x509.NameAttribute(oids[k], v) for k, v in attributes.items()])


class Certificate:
    """A certificate with its key, able to issue others."""

    def __init__(self, certificate, key, issuer=None):
        self.certificate, self.key, self.issuer = certificate, key, issuer

    @property
    def pem(self):
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def der(self):
        return self.certificate.public_bytes(serialization.Encoding.DER)

    @property
    def key_pem(self):
        return self.key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                      serialization.NoEncryption())

    @property
    def chain(self):
        """Its issuers, nearest first, the root included."""
        found, at = [], self.issuer
        while at is not None:
            found.append(at)
            at = at.issuer
        return found

    @property
    def chain_pem(self):
        return b''.join(c.pem for c in self.chain)

    def arguments(self, **more):
        """What import_certificate() takes."""
        taken = {'Certificate': self.pem, 'PrivateKey': self.key_pem}
        if self.issuer is not None:
            taken['CertificateChain'] = self.chain_pem
        return taken | more

    def issue(self, subject, **options):
        return issue(subject, issuer=self, **options)


def issue(subject=None, *, issuer=None, key='EC_prime256v1', ca=False, path_length=None, names=None, usage=None,
          extended=None, not_before=None, not_after=None, serial=None, issuer_name=None, extensions=(), hash_=None,
          basic_constraints=True):
    """A certificate; self-signed without an issuer. names: DNS names and IP addresses; usage: a set of x509.KeyUsage
    argument names; extended: OIDs; extensions: (extension, critical) pairs."""
    key = shared_key(key) if isinstance(key, str) else key
    subject = subject if isinstance(subject, x509.Name) else name(CN=subject) if subject else x509.Name([])
    builder = (x509.CertificateBuilder().subject_name(subject).public_key(key.public_key())
               .issuer_name(issuer_name if issuer_name is not None
                            else issuer.certificate.subject if issuer else subject)
               .serial_number(serial or x509.random_serial_number())
               .not_valid_before(not_before or NOW - DAY).not_valid_after(not_after or NOW + 365 * DAY))
    if ca and basic_constraints:
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=path_length), critical=True)
    if usage is None and ca:
        usage = {'key_cert_sign', 'crl_sign'}
    if usage is not None:
        every = ['digital_signature', 'content_commitment', 'key_encipherment', 'data_encipherment', 'key_agreement',
                 'key_cert_sign', 'crl_sign', 'encipher_only', 'decipher_only']
        builder = builder.add_extension(x509.KeyUsage(**{u: u in usage for u in every}), critical=True)
    if extended is not None:
        builder = builder.add_extension(x509.ExtendedKeyUsage(extended), critical=False)
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName([general_name(n) for n in names]), critical=False)
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical=critical)
    signer = issuer.key if issuer else key
    return Certificate(builder.sign(signer, hash_ or hashes.SHA256()), key, issuer)


def general_name(text):
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        return x509.DNSName(text)


@functools.lru_cache(maxsize=None)
def authority(algorithm='EC_prime256v1'):
    """A root and an intermediate, made once a process; returns the intermediate."""
    root = issue(name(O='Example Trust', CN='Example Root'), key=shared_key(algorithm, 1), ca=True)
    return root.issue(name(O='Example Trust', CN='Example Issuing CA'), key=shared_key(algorithm, 2), ca=True,
                      path_length=0)


def leaf(domain='www.example.com', algorithm='EC_prime256v1', key=None, **options):
    """A server certificate under authority()."""
    options.setdefault('names', [domain])
    options.setdefault('usage', {'digital_signature', 'key_encipherment'})
    options.setdefault('extended', [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH])
    return authority('RSA_2048' if algorithm.startswith('RSA') else 'EC_prime256v1').issue(
        domain, key=key or shared_key(algorithm), **options)


def new_key_pem(algorithm='EC_prime256v1'):
    """The PEM of a key that belongs to nothing."""
    return new_key(algorithm).private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                            serialization.NoEncryption())
