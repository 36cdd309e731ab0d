"""ImportCertificateAuthorityCertificate: its three scenarios, and each rule that refuses, with certificates made by
openssl and python3-cryptography."""
import base64
import datetime

import pca as ca
import pki
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes

@pytest.fixture(scope='module')
def external(tmp_path_factory):
    """A root elsewhere, kept with plain openssl."""
    return ca.ExternalRoot(tmp_path_factory.mktemp('external'))


@pytest.fixture
def waiting(pca):
    """A subordinate in waiting."""
    return ca.create(pca, subject='Waiting Subordinate')


@pytest.fixture
def waiting_root(pca):
    """A root in waiting."""
    return ca.create(pca, 'ROOT', subject='Waiting Root')


# ---- The three scenarios ----

def test_a_root_of_our_own(pca):
    made = ca.create(pca, 'ROOT', 'Own Root')
    assert made.status == 'PENDING_CERTIFICATE'
    arn = ca.certify(made)
    pem, _ = made.get(arn)
    described = made.describe()
    certificate = ca.load(pem)
    assert described['Status'] == 'ACTIVE'
    assert described['Serial'] == str(certificate.serial_number)
    assert described['NotBefore'] == certificate.not_valid_before.replace(tzinfo=datetime.timezone.utc)
    assert described['NotAfter'] == certificate.not_valid_after.replace(tzinfo=datetime.timezone.utc)
    assert described['LastStateChangeAt'] > described['CreatedAt']
    got = pca.get_certificate_authority_certificate(CertificateAuthorityArn=made.arn)
    assert got['Certificate'] == pem and 'CertificateChain' not in got


def test_a_subordinate_under_our_own_root(pca, own_root):
    made = ca.create(pca, subject='Own Subordinate')
    pem, chain = own_root.get(own_root.issue_arn(made.csr().encode(), 'SubordinateCACertificate_PathLen0', days=100))
    made.install(pem, chain)
    assert made.status == 'ACTIVE' and made.own() == (pem, chain)
    ca.judge(made.issue(ca.csr()[0]), made.path(), purpose='sslserver')


def test_a_subordinate_under_a_root_elsewhere(pca, external):
    made = ca.create(pca, subject='Subordinate Of Elsewhere')
    request = made.csr()
    assert ca.openssl('req', '-verify', '-noout', stdin=request).stderr.strip() in ('verify OK',
                      'Certificate request self-signature verify OK')
    pem = external.sign(request)
    made.install(pem, external.pem)
    assert made.status == 'ACTIVE'
    own, chain = made.own()
    assert (ca.load(own), ca.load(chain)) == (ca.load(pem), ca.load(external.pem))
    ca.judge(made.issue(ca.csr()[0]), made.path(), purpose='sslserver')
    below = ca.subordinate(made, 'Below Elsewhere', 0, days=100)
    ca.judge(below.issue(ca.csr()[0]), below.path())


def test_a_subordinate_under_an_rsa_intermediate_elsewhere(pca):
    """Another family of keys, a chain of two, white space and a comment between the PEM blocks."""
    root = issue(pki.name(O='Elsewhere', CN='RSA Root'), key=pki.shared_key('RSA_2048', 71))
    middle = issue(pki.name(O='Elsewhere', CN='RSA Middle'), key=pki.shared_key('RSA_2048', 72), issuer=root)
    made = ca.create(pca, subject='Under RSA')
    certificate = signed(middle, made)
    made.install(certificate.pem, b'Middle:\n' + middle.pem.replace(b'\n', b'\r\n') + b'\n\nRoot:\n' + root.pem)
    ca.judge(made.issue(ca.csr()[0]), made.path())
    assert [ca.load(c) for c in ca.pem_certificates(made.own()[1])] == [middle.certificate, root.certificate]


# ---- Making what is refused ----

def signed(issuer, authority, **options):
    """A certificate for an authority's key and subject, by an issuer of ours; options as of pki.issue."""
    request = x509.load_pem_x509_csr(authority.csr().encode())
    options = {'ca': True, 'path_length': 0, 'subject': request.subject} | options
    subject = options.pop('subject')
    holder = type('Key', (), {'public_key': lambda self: request.public_key()})()
    return issue(subject, issuer=issuer, key=options.pop('key', holder), **options)


def issue(subject, *, key, issuer=None, extensions=(), **options):
    """pki.issue of an authority with key identifiers, which strict verifiers want."""
    own = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    above = x509.AuthorityKeyIdentifier.from_issuer_public_key((issuer.key if issuer else key).public_key())
    identifiers = [(own, False)] if issuer is None else [(own, False), (above, False)]
    return pki.issue(subject, issuer=issuer, key=key, extensions=[*extensions, *identifiers],
                     **({'ca': True} | options))


def foreign_root(cn='Foreign Root', slot=81, **options):
    return issue(pki.name(O='Foreign', CN=cn), key=pki.shared_key('EC_prime256v1', slot), **options)


@pytest.fixture(scope='module')
def foreign():
    return foreign_root()


# ---- P1, P2: which authority ----

def test_p1_an_authority_that_is_not_there(pca, foreign):
    arn = 'arn:aws:acm-pca:eu-central-1:111122223333:certificate-authority/00000000-0000-4000-8000-000000000000'
    code, words = ca.refusal(pca.import_certificate_authority_certificate, CertificateAuthorityArn=arn,
                             Certificate=foreign.pem)
    assert code == 'ResourceNotFoundException' and arn in words


@pytest.mark.parametrize('state', ['DISABLED', 'DELETED'])
def test_p2_an_authority_in_another_state(pca, state):
    made = ca.root(pca, f'Root {state}')
    pem = made.pem
    made.update(Status='DISABLED')
    if state == 'DELETED':
        pca.delete_certificate_authority(CertificateAuthorityArn=made.arn)
    assert made.refuses_install(pem)[0] == 'InvalidStateException'


# ---- P3–P6: form ----

def test_p3_a_certificate_over_32_kb(waiting, pki_server):
    status, answer = pki_server.post({'CertificateAuthorityArn': waiting.arn,
                                      'Certificate': base64.b64encode(b'a' * 32769).decode()},
                                     'ImportCertificateAuthorityCertificate', service='acm-pca')
    assert status == 400 and answer['__type'].endswith('ValidationException')
    assert "'certificate' failed to satisfy constraint: Member must have length less than or equal to 32768" in answer[
        'message']


def test_p3_a_certificate_of_32_kb_is_read(waiting, foreign):
    """It is refused for what it is, not for its size."""
    pem = signed(foreign, waiting).pem
    assert waiting.refuses_install(pem.rjust(32768, b'\n'))[0] == 'InvalidRequestException'


def test_p4_a_chain_over_2_mb(waiting, pki_server, foreign):
    status, answer = pki_server.post({'CertificateAuthorityArn': waiting.arn,
                                      'Certificate': base64.b64encode(foreign.pem).decode(),
                                      'CertificateChain': base64.b64encode(b'a' * 2097153).decode()},
                                     'ImportCertificateAuthorityCertificate', service='acm-pca')
    assert status == 400 and answer['__type'].endswith('ValidationException')
    assert ("'certificateChain' failed to satisfy constraint: Member must have length less than or equal to 2097152"
            in answer['message'])


def test_p4_a_chain_of_2_mb_is_taken(pca, foreign):
    """Most of it is what stands around PEM blocks."""
    made = ca.create(pca, subject='Long Chain')
    made.install(signed(foreign, made).pem, foreign.pem.rjust(2097152, b'\n'))
    assert made.status == 'ACTIVE' and ca.load(made.own()[1]) == foreign.certificate


def test_p4_a_chain_of_2_mb_of_certificates_is_refused_by_its_depth(waiting, foreign):
    pem = signed(foreign, waiting).pem
    chain = foreign.pem * (2097152 // len(foreign.pem))
    code, words = waiting.refuses_install(pem, chain)
    assert code in ('ValidationException', 'MalformedCertificateException')
    assert words


@pytest.mark.parametrize('garbage', [
    b'x', b'-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
    b'-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n', b'\x30\x03\x02\x01\x05' * 9],
    ids=['letter', 'der', 'base64', 'binary'])
def test_p5_a_certificate_that_is_none(waiting, foreign, garbage):
    code, words = waiting.refuses_install(garbage, foreign.pem)
    assert code == 'MalformedCertificateException'
    assert words.startswith('The certificate is malformed.') and len(words) > 40


def test_p5_two_certificates_in_the_place_of_one(waiting, foreign):
    code, words = waiting.refuses_install(signed(foreign, waiting).pem + foreign.pem, foreign.pem)
    assert code == 'MalformedCertificateException' and words.startswith('The certificate is malformed.')


def test_p5_a_request_in_the_place_of_a_certificate(waiting, foreign):
    code, words = waiting.refuses_install(waiting.csr(), foreign.pem)
    assert code == 'MalformedCertificateException' and 'request' in words


@pytest.mark.parametrize('garbage', [b'x', b'-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'])
def test_p6_a_chain_that_is_none(waiting, foreign, garbage):
    code, words = waiting.refuses_install(signed(foreign, waiting).pem, garbage)
    assert code == 'MalformedCertificateException'
    assert words.startswith('The certificate chain is malformed.')


def test_p6_a_chain_with_a_key_in_it(waiting, foreign):
    code, words = waiting.refuses_install(signed(foreign, waiting).pem, foreign.pem + foreign.key_pem)
    assert code == 'MalformedCertificateException'
    assert foreign.key_pem.splitlines()[1].decode() not in words


# ---- P7, P8: whose certificate ----

def test_p7_a_certificate_of_another_key(waiting, foreign):
    code, words = waiting.refuses_install(
        signed(foreign, waiting, key=pki.shared_key('EC_prime256v1', 82)).pem, foreign.pem)
    assert code == 'CertificateMismatchException'
    assert words.startswith('The certificate public key does not match the public key of the certificate authority.')


def test_p8_a_certificate_of_another_subject(waiting, foreign):
    code, words = waiting.refuses_install(
        signed(foreign, waiting, subject=pki.name(O='Somebody', CN='Else')).pem, foreign.pem)
    assert code == 'CertificateMismatchException'
    assert words.startswith('The certificate subject does not match the certificate authority subject.')
    assert 'Somebody' in words


def test_p8_a_subject_in_other_words_of_the_same_is_taken(pca, foreign):
    """Case and inner white space do not count (RFC 5280, 7.1)."""
    made = ca.create(pca, subject={'CommonName': 'Same Name', 'Organization': 'Example Trust'})
    made.install(signed(foreign, made, subject=pki.name(O='EXAMPLE  trust', CN='same name')).pem, foreign.pem)
    assert made.status == 'ACTIVE'
    # A path is built by names: what it issues now must have the imported name as its issuer.
    ca.judge(made.issue(ca.csr()[0]), made.path())


# ---- P9–P12: roots and subordinates ----

def test_p9_a_root_takes_only_a_self_signed_certificate(waiting_root, foreign):
    code, words = waiting_root.refuses_install(signed(foreign, waiting_root).pem)
    assert code == 'InvalidRequestException'
    assert words.startswith('Only a self-signed certificate can be imported as a root CA.')


def test_p9_a_root_that_only_looks_self_signed(waiting_root):
    """Issuer and subject are equal; the signature is by another key."""
    other = pki.issue(x509.load_pem_x509_csr(waiting_root.csr().encode()).subject,
                      key=pki.shared_key('EC_prime256v1', 83), ca=True)
    assert waiting_root.refuses_install(signed(other, waiting_root).pem)[0] in (
        'InvalidRequestException', 'MalformedCertificateException')


def test_p10_self_issued_is_not_self_signed(waiting):
    """What is signed with a subordinate's own key cannot be made outside, where that key never is: the unit tests have
    it. The issuer's name alone, over another key's signature, makes nothing self-signed (RFC 5280, 3.2), and clients
    find their way by key identifiers."""
    twin = issue(x509.load_pem_x509_csr(waiting.csr().encode()).subject, key=pki.shared_key('EC_prime256v1', 84))
    waiting.install(signed(twin, waiting).pem, twin.pem)
    ca.judge(waiting.issue(ca.csr_of_one()), waiting.path())


def test_p11_a_subordinate_comes_with_a_chain(waiting, foreign):
    code, words = waiting.refuses_install(signed(foreign, waiting).pem)
    assert code in ('InvalidRequestException', 'ValidationException')
    assert words.startswith('A certificate chain is required when importing a subordinate CA certificate.')


def test_p12_a_root_comes_without_a_chain(waiting_root, foreign):
    pem = waiting_root.issue(waiting_root.csr().encode(), 'RootCACertificate')
    code, words = waiting_root.refuses_install(pem, foreign.pem)
    assert code == 'InvalidRequestException'
    assert words.startswith('A certificate chain cannot be provided for a root CA.')
    assert waiting_root.refuses_install(pem, pem)[0] == 'InvalidRequestException'


# ---- P13–P15: the chain ----

def test_p13_the_chain_is_without_the_certificate_itself(waiting, foreign):
    pem = signed(foreign, waiting).pem
    for chain in (pem + foreign.pem, foreign.pem + pem, pem):
        code, words = waiting.refuses_install(pem, chain)
        assert code == 'MalformedCertificateException'
        assert words.startswith('The certificate chain must not include the certificate being imported.')


def test_p14_the_first_of_the_chain_signed_the_certificate(waiting, foreign):
    stranger = foreign_root('Stranger', 85)
    code, words = waiting.refuses_install(signed(foreign, waiting).pem, stranger.pem)
    assert code == 'CertificateMismatchException'
    assert 'Stranger' in words and 'Foreign Root' in words
    # The right name with the wrong key.
    impostor = foreign_root('Foreign Root', 86)
    assert waiting.refuses_install(signed(foreign, waiting).pem, impostor.pem)[0] == 'CertificateMismatchException'


def middle_of(foreign, cn='Middle', slot=87, **options):
    return issue(pki.name(O='Foreign', CN=cn), key=pki.shared_key('EC_prime256v1', slot), issuer=foreign, **options)


def test_p14_each_of_the_chain_signed_the_one_before(waiting, foreign):
    middle = middle_of(foreign)
    low = middle.issue(pki.name(CN='Low'), key=pki.shared_key('EC_prime256v1', 88), ca=True)
    pem = signed(low, waiting).pem
    for chain in (low.pem + foreign.pem + middle.pem, low.pem + foreign.pem):
        code, words = waiting.refuses_install(pem, chain)
        assert code == 'MalformedCertificateException'
        assert words.startswith('The certificate chain is not valid.'), words
    # The root first: its signer is there, but not first.
    code, words = waiting.refuses_install(pem, foreign.pem + middle.pem + low.pem)
    assert code in ('CertificateMismatchException', 'MalformedCertificateException')
    assert words.startswith('The certificate chain is not valid.'), words


def test_p15_the_chain_ends_in_the_root(waiting, foreign):
    middle = middle_of(foreign)
    code, words = waiting.refuses_install(signed(middle, waiting).pem, middle.pem)
    assert code == 'MalformedCertificateException'
    assert words.startswith('The last certificate in the chain must be a self-signed root.')


def test_p15_nothing_follows_the_root(waiting, foreign):
    assert waiting.refuses_install(signed(foreign, waiting).pem, foreign.pem + foreign_root('More', 89).pem)[0] == (
        'MalformedCertificateException')


# ---- P16–P18, P21: what makes a CA ----

def test_p16_basic_constraints_must_be_there(waiting, foreign):
    code, words = waiting.refuses_install(signed(foreign, waiting, basic_constraints=False).pem, foreign.pem)
    assert code == 'ValidationException'
    assert words.startswith('The certificate must include a critical basic constraints extension.')


def test_p16_basic_constraints_must_be_critical(waiting, foreign):
    pem = signed(foreign, waiting, basic_constraints=False, extensions=[(x509.BasicConstraints(True, 0), False)]).pem
    code, words = waiting.refuses_install(pem, foreign.pem)
    assert code == 'ValidationException'
    assert words.startswith('The certificate must include a critical basic constraints extension.')


def test_p16_basic_constraints_must_say_ca(waiting, foreign):
    pem = signed(foreign, waiting, basic_constraints=False, usage={'digital_signature'},
                 extensions=[(x509.BasicConstraints(False, None), True)]).pem
    assert waiting.refuses_install(pem, foreign.pem)[0] == 'ValidationException'


@pytest.mark.parametrize('constraints', [(), [(x509.BasicConstraints(True, None), False)]],
                         ids=['absent', 'not-critical'])
def test_p16_basic_constraints_of_every_chain_certificate_too(waiting, foreign, constraints):
    middle = middle_of(foreign, 'Lax Middle', basic_constraints=False, extensions=constraints)
    code, words = waiting.refuses_install(signed(middle, waiting).pem, middle.pem + foreign.pem)
    assert code == 'ValidationException'
    assert 'Lax Middle' in words


def test_p17_a_path_length_is_kept(waiting, foreign):
    middle = middle_of(foreign, 'Last Level', path_length=0)
    code, words = waiting.refuses_install(signed(middle, waiting).pem, middle.pem + foreign.pem)
    assert code == 'ValidationException'
    assert words.startswith('Importing the certificate would violate a path length constraint.')
    assert 'Last Level' in words
    short = foreign_root('Short Root', 90, path_length=0)
    deep = middle_of(short, 'Too Deep')
    assert waiting.refuses_install(signed(deep, waiting).pem, deep.pem + short.pem)[0] == 'ValidationException'


def test_p17_five_levels_and_no_more(pca, waiting, foreign):
    at, chain = foreign, foreign.pem
    for level in (2, 3, 4):
        at = at.issue(pki.name(CN=f'Level {level}'), key=pki.shared_key('EC_prime256v1', 60 + level), ca=True)
        chain = at.pem + chain
    made = ca.create(pca, subject='Level 5')
    made.install(signed(at, made).pem, chain)
    assert made.status == 'ACTIVE'
    deeper = at.issue(pki.name(CN='Level 5 Elsewhere'), key=pki.shared_key('EC_prime256v1', 65), ca=True)
    assert waiting.refuses_install(signed(deeper, waiting).pem, deeper.pem + chain)[0] == 'ValidationException'


@pytest.mark.parametrize('period', [
    {'not_before': pki.NOW - 9 * pki.DAY, 'not_after': pki.NOW - pki.DAY},
    {'not_before': pki.NOW + pki.DAY, 'not_after': pki.NOW + 9 * pki.DAY}], ids=['expired', 'not-yet'])
def test_p18_the_certificate_is_valid_now(waiting, foreign, period):
    code, words = waiting.refuses_install(signed(foreign, waiting, **period).pem, foreign.pem)
    assert code == 'MalformedCertificateException'
    assert words.startswith('The certificate is not currently valid.')


def test_p18_the_chain_is_valid_now(waiting, foreign):
    old = middle_of(foreign, 'Old Middle', not_before=pki.NOW - 9 * pki.DAY, not_after=pki.NOW - pki.DAY)
    code, words = waiting.refuses_install(signed(old, waiting).pem, old.pem + foreign.pem)
    assert code == 'MalformedCertificateException' and 'Old Middle' in words


def test_p21_a_key_usage_must_allow_signing_certificates(waiting, foreign):
    code, words = waiting.refuses_install(
        signed(foreign, waiting, path_length=None, usage={'digital_signature', 'crl_sign'}).pem, foreign.pem)
    assert code == 'MalformedCertificateException'
    assert 'key usage' in words.lower()
    mute = middle_of(foreign, 'Mute Middle', usage={'crl_sign'})
    code, words = waiting.refuses_install(signed(mute, waiting).pem, mute.pem + foreign.pem)
    assert code == 'MalformedCertificateException' and 'Mute Middle' in words


# ---- P19, P20: critical extensions ----

ALLOWED = {
    'subjectAltName': 'subjectAltName=critical,DNS:ca.example.com',
    'keyUsage': None,
    'extKeyUsage': 'extendedKeyUsage=critical,serverAuth,clientAuth',
    'authorityKeyIdentifier': '2.5.29.35=critical,DER:{aki}',
    'subjectKeyIdentifier': '2.5.29.14=critical,DER:{ski}',
    'issuerAltName': 'issuerAltName=critical,DNS:root.example.com',
    # One attribute with one value, NULL.
    'subjectDirectoryAttributes': '2.5.29.9=critical,DER:3010300e06082b0601050507090431020500',
    'subjectInfoAccess': 'subjectInfoAccess=critical,1.3.6.1.5.5.7.48.5;URI:http://repository.example.com/',
    'certificatePolicies': 'certificatePolicies=critical,1.3.6.1.4.1.99999.1',
    'policyMappings': 'policyMappings=critical,1.3.6.1.4.1.99999.1:1.3.6.1.4.1.99999.2',
    'inhibitAnyPolicy': 'inhibitAnyPolicy=critical,0',
}
DENIED = {
    'Name constraints': ('2.5.29.30', 'nameConstraints=critical,permitted;DNS:example.com'),
    'Policy constraints': ('2.5.29.36', 'policyConstraints=critical,requireExplicitPolicy:3'),
    'CRL distribution points': ('2.5.29.31', 'crlDistributionPoints=critical,URI:http://crl.example.com/a.crl'),
    'Authority information access': (
        '1.3.6.1.5.5.7.1.1', 'authorityInfoAccess=critical,OCSP;URI:http://ocsp.example.com/'),
    'Freshest CRL': ('2.5.29.46', '2.5.29.46=critical,DER:{freshest}'),
    'unknown': ('1.2.3.4', '1.2.3.4=critical,ASN1:NULL'),
    'another known one': ('2.16.840.1.113730.1.13', 'nsComment=critical,"hello"'),
}
FRESHEST = '302b3029a027a0258623' + b'http://crl.example.com/delta/ab.crl'.hex()
BASE = ('basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign,cRLSign')


def fill(line):
    return line and line.format(aki='30168014' + '11' * 20, ski='0414' + '22' * 20, freshest=FRESHEST)


@pytest.mark.parametrize('name', ALLOWED)
def test_p19_an_extension_of_the_allow_list_may_be_critical(pca, external, name):
    """In the certificate, and in a certificate of the chain."""
    line = fill(ALLOWED[name])
    extra = (line,) if line else ()
    made = ca.create(pca, subject='Allowed')
    middle_key = pki.shared_key('EC_prime256v1', 93)
    middle = external.sign(ca.request(pki.name(CN='Allowed Middle'), key=middle_key).decode(), *BASE, *extra)
    issuer = pki.Certificate(ca.load(middle), middle_key)
    made.install(external.sign(made.csr(), *BASE, *extra), external.pem)
    assert made.status == 'ACTIVE'
    # The next certificate of the same authority comes by way of that chain: a renewal.
    made.install(signed(issuer, made).pem, middle + external.pem)
    assert len(ca.pem_certificates(made.own()[1])) == 2


@pytest.mark.parametrize('place', ['certificate', 'chain'])
@pytest.mark.parametrize('name', DENIED)
def test_p20_an_extension_of_the_deny_list_may_not_be_critical(waiting, external, place, name):
    oid, line = DENIED[name]
    line = fill(line)
    if place == 'certificate':
        code, words = waiting.refuses_install(external.sign(waiting.csr(), *BASE, line), external.pem)
    else:
        key = pki.shared_key('EC_prime256v1', 93)
        middle = external.sign(ca.request(pki.name(CN='Denied Middle'), key=key).decode(), *BASE, line)
        code, words = waiting.refuses_install(signed(pki.Certificate(ca.load(middle), key), waiting).pem,
                                              middle + external.pem)
        assert 'Denied Middle' in words
    assert code == 'MalformedCertificateException'
    assert words.startswith('The certificate contains an unsupported critical extension')
    assert oid in words
    if name[0].isupper():
        assert name.lower() in words.lower(), words


@pytest.mark.parametrize('name', DENIED)
def test_p20_the_same_extension_is_taken_when_it_is_not_critical(pca, external, name):
    """Name and policy constraints must be critical by RFC 5280 (4.2.1.10, 4.2.1.11); the seed speaks of critical ones
    only, so that those two are somebody else's fault if they are not."""
    made = ca.create(pca, subject='Not Critical')
    made.install(external.sign(made.csr(), *BASE, fill(DENIED[name][1]).replace('critical,', '')), external.pem)
    assert made.status == 'ACTIVE'


def test_p20_a_rule_can_be_relaxed_by_name(start_server, external):
    """Today's AWS takes critical name constraints."""
    server = start_server('--relax-rule', 'ca-critical-name-constraints')
    made = ca.create(server.boto(service='acm-pca'), subject='Relaxed')
    made.install(external.sign(made.csr(), *BASE, DENIED['Name constraints'][1]), external.pem)
    assert made.status == 'ACTIVE'
    other = ca.create(made.client, subject='Not Relaxed')
    assert other.refuses_install(external.sign(other.csr(), *BASE, DENIED['Policy constraints'][1]),
                                 external.pem)[0] == (
        'MalformedCertificateException')


def test_every_rule_of_this_import_has_a_name(chancery):
    import json
    import subprocess
    rules = json.loads(subprocess.run([str(chancery), 'admin', 'rules'],
                       capture_output=True, check=True).stdout)['Rules']
    names = [r['Name'] for r in rules if r['Name'].startswith('ca-')]
    assert len(names) == len(set(names)) >= 20
    assert all(r['Relaxable'] or r['WhyNot'] for r in rules)


def test_an_authority_without_a_key_identifier_is_told_by_the_hash_of_its_key(pca):
    """What it issues has it in its authorityKeyIdentifier (RFC 5280, 4.2.1.2, method 1)."""
    root = pki.issue(pki.name(CN='Bare Root'), key=pki.shared_key('EC_prime256v1', 94), ca=True)
    made = ca.create(pca, subject='Bare Subordinate')
    request = x509.load_pem_x509_csr(made.csr().encode())
    holder = type('Key', (), {'public_key': lambda self: request.public_key()})()
    made.install(pki.issue(request.subject, issuer=root, key=holder, ca=True).pem, root.pem)
    leaf = ca.load(made.issue(ca.csr_of_one()))
    identifier = leaf.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value.key_identifier
    assert identifier == x509.SubjectKeyIdentifier.from_public_key(request.public_key()).digest


# ---- Renewal ----

def test_a_renewal_keeps_the_key_and_goes_on_issuing(pca, external):
    made = ca.create(pca, subject='Renewed')
    request = made.csr()
    made.install(external.sign(request, days=100), external.pem)
    first = made.describe()
    leaf = made.issue(ca.csr()[0], days=60)
    made.install(external.sign(request, days=900), external.pem)
    second = made.describe()
    assert second['Status'] == 'ACTIVE' and second['Serial'] != first['Serial']
    assert second['NotAfter'] > first['NotAfter'] and second['LastStateChangeAt'] > first['LastStateChangeAt']
    assert made.csr() == request
    ca.judge(leaf, made.path())
    ca.judge(made.issue(ca.csr()[0], days=800), made.path())


def test_a_root_renews_itself(pca):
    made = ca.root(pca, 'Renewed Root', days=100)
    first = made.pem
    leaf = made.issue(ca.csr()[0])
    arn = made.issue_arn(made.csr().encode(), 'RootCACertificate', days=3000)
    made.install(made.get(arn)[0])
    assert made.pem != first
    ca.judge(leaf, made.pem)


@pytest.mark.filterwarnings('ignore:SHA1')
def test_a_signature_over_sha1_is_taken_as_legacy(waiting, foreign):
    """rules-open R27."""
    waiting.install(signed(foreign, waiting, hash_=hashes.SHA1()).pem, foreign.pem)
    assert waiting.status == 'ACTIVE'
