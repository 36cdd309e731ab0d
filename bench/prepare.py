#!/usr/bin/python3
"""Makes pools of ready-made, signed requests (pool.h): `prepare.py RSA_2048|EC_prime256v1 COUNT PORT POOL`.

A pool holds as many different certificates as requests, each with one DNS name of its own, under one intermediate; the
chain is that intermediate, as public CAs hand it out. Signatures are good for five minutes: what takes long to make is
made once (bodies), and signed anew for each round (write_pool). Keys are fewer than certificates: making RSA keys takes
its time, and to a server one key is like another.
"""
import base64
import http.client
import json
import pathlib
import socket
import sys

import botocore.auth
import botocore.awsrequest
import botocore.credentials
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'tests' / 'support'))
import house  # noqa: E402
import pki  # noqa: E402

DER = serialization.Encoding.DER
ALGORITHMS = ('RSA_2048', 'EC_prime256v1')
DISTINCT_KEYS = {'RSA_2048': 16, 'EC_prime256v1': 256}
CONTENT_TYPE = 'application/x-amz-json-1.1'
USER_AGENT = 'Boto3/1.26.27 Python/3.11.2 Linux/6.1.0 Botocore/1.29.27'


def hierarchy(algorithm):
    """The intermediate that signs; its root is not sent."""
    root = pki.issue(pki.name(C='DE', O='Example Trust Services', CN='Example Trust Root R1'),
                     key=pki.new_key(algorithm), ca=True)
    return root.issue(pki.name(C='DE', O='Example Trust Services', CN='Example TLS Issuing CA 2026'),
                      key=pki.new_key(algorithm), ca=True, path_length=0,
                      usage={'digital_signature', 'key_cert_sign', 'crl_sign'}, extensions=identifiers(root))


def identifiers(issuer):
    return [(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key()), False)]


def leaf_extensions(issuer):
    """What a public CA puts into a certificate."""
    uri = x509.UniformResourceIdentifier
    return identifiers(issuer) + [
        (x509.AuthorityInformationAccess([
            x509.AccessDescription(AuthorityInformationAccessOID.OCSP, uri('http://ocsp.example-trust.com')),
            x509.AccessDescription(AuthorityInformationAccessOID.CA_ISSUERS,
                                   uri('http://certs.example-trust.com/tls-2026.crt'))]), False),
        (x509.CRLDistributionPoints([x509.DistributionPoint(
            [uri('http://crl.example-trust.com/tls-2026.crl')], None, None, None)]), False),
        (x509.CertificatePolicies([x509.PolicyInformation(x509.ObjectIdentifier('2.23.140.1.2.1'), None)]), False)]


def leaf(issuer, key, domain, extensions):
    return issuer.issue(domain, key=key, names=[domain], usage={'digital_signature', 'key_encipherment'},
                        extended=[ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH],
                        extensions=extensions, hash_=hashes.SHA256())


def import_bodies(algorithm, count):
    """The bodies of `count` ImportCertificate requests, as boto3 writes them."""
    issuer = hierarchy(algorithm)
    keys = [pki.new_key(algorithm) for _ in range(DISTINCT_KEYS[algorithm])]
    key_texts = [pki.Certificate(None, key).key_pem for key in keys]
    extensions = leaf_extensions(issuer)
    chain = base64.b64encode(issuer.pem).decode()
    found = []
    for i in range(count):
        made = leaf(issuer, keys[i % len(keys)], f'www-{i * 2654435761 % 2**32:08x}.shop.example.com', extensions)
        found.append(json.dumps({'Certificate': base64.b64encode(made.pem).decode(),
                                 'PrivateKey': base64.b64encode(key_texts[i % len(keys)]).decode(),
                                 'CertificateChain': chain}).encode())
    return found


def signed(body, operation, port, service='acm'):
    """One whole HTTP request as boto3 sends it, signed for now."""
    request = botocore.awsrequest.AWSRequest('POST', f'http://127.0.0.1:{port}/', data=body, headers={
        'X-Amz-Target': f'{house.TARGETS[service]}.{operation}', 'Content-Type': CONTENT_TYPE,
        'User-Agent': USER_AGENT})
    botocore.auth.SigV4Auth(botocore.credentials.Credentials(house.ACCESS_KEY, house.SECRET_KEY), service,
                            house.REGION).add_auth(request)
    head = [f'POST / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept-Encoding: identity']
    head += [f'{name}: {value}' for name, value in request.headers.items()]
    return '\r\n'.join([*head, f'Content-Length: {len(body)}', '', '']).encode() + body


def write_requests(path, requests):
    with open(path, 'wb') as out:
        for request in requests:
            out.write(b'%d\n' % len(request) + request)


def write_pool(path, bodies, port, operation='ImportCertificate', service='acm'):
    write_requests(path, (signed(body, operation, port, service) for body in bodies))


def exchange(request, port):
    """Sends one request as it is; (status, body)."""
    with socket.create_connection(('127.0.0.1', port), timeout=60) as connection:
        connection.sendall(request)
        answer = http.client.HTTPResponse(connection, method=request.split(b' ', 1)[0].decode())
        answer.begin()
        return answer.status, answer.read()


def post(body, operation, port, service='acm'):
    """Sends one request and returns its answer; anything but 200 ends the program."""
    status, text = exchange(signed(body, operation, port, service), port)
    if status != 200:
        sys.exit(f'{operation} was answered with {status}: {text.decode()}')
    return json.loads(text) if text else {}


def main(argv):
    if len(argv) != 5 or argv[1] not in ALGORITHMS:
        sys.exit(f'usage: {argv[0]} {"|".join(ALGORITHMS)} COUNT PORT POOL')
    write_pool(argv[4], import_bodies(argv[1], int(argv[2])), int(argv[3]))


if __name__ == '__main__':
    main(sys.argv)
