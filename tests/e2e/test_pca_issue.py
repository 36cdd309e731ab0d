"""What authorities issue: every template, passthrough and period, read and verified by openssl, GnuTLS and
python3-cryptography."""
import base64
import datetime
import re

import botocore.exceptions
import pca as ca
import pki
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID, NameOID, ObjectIdentifier

UTC = datetime.timezone.utc
SERVER, CLIENT = ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH
DS, KE = 'digital_signature', 'key_encipherment'
VARIANTS = ('', '_APIPassthrough', '_CSRPassthrough', '_APICSRPassthrough')
# name → (path length, None of an end entity; are its basic constraints critical; key usage; extended key usage; is that
# critical)
BASES = {
    'EndEntityCertificate': (None, False, {DS, KE}, [SERVER, CLIENT], False),
    'EndEntityClientAuthCertificate': (None, False, {DS, KE}, [CLIENT], False),
    'EndEntityServerAuthCertificate': (None, False, {DS, KE}, [SERVER], False),
    'CodeSigningCertificate': (None, False, {DS}, [ExtendedKeyUsageOID.CODE_SIGNING], True),
    'OCSPSigningCertificate': (None, False, {DS}, [ExtendedKeyUsageOID.OCSP_SIGNING], True),
    **{f'SubordinateCACertificate_PathLen{n}': (n, True, {DS, 'key_cert_sign', 'crl_sign'}, None, False)
       for n in range(4)},
}
BLANKS = {
    'BlankEndEntityCertificate': (None, False, None, None, False),
    'BlankEndEntityCertificate_CriticalBasicConstraints': (None, True, None, None, False),
    **{f'BlankSubordinateCACertificate_PathLen{n}': (n, True, None, None, False) for n in range(4)},
}
TEMPLATES = {base + variant: row for base, row in BASES.items() for variant in VARIANTS}
TEMPLATES |= {base + variant: row for base, row in BLANKS.items() for variant in VARIANTS[1:]}


def key_usages(extension):
    every = [DS, 'content_commitment', KE, 'data_encipherment', 'key_agreement', 'key_cert_sign', 'crl_sign']
    return {u for u in every if getattr(extension, u)}


def extension(certificate, kind):
    """An extension of a certificate, or None."""
    try:
        return certificate.extensions.get_extension_for_class(kind)
    except x509.ExtensionNotFound:
        return None


def not_after(certificate):
    return certificate.not_valid_after.replace(tzinfo=UTC)


def not_before(certificate):
    return certificate.not_valid_before.replace(tzinfo=UTC)


def asking(usage):
    """A request that asks for a name, and for things that only a CSR passthrough template grants."""
    return ca.csr('/C=DE/O=Shop/CN=www.example.com', names='DNS:www.example.com,DNS:example.com', sections=(
        f'keyUsage=critical,{usage}', 'extendedKeyUsage=emailProtection',
        'basicConstraints=critical,CA:TRUE,pathlen:9', 'certificatePolicies=1.3.6.1.4.1.99999.1',
        '1.3.6.1.4.1.99999.7=ASN1:UTF8String:carried'))[0]


@pytest.fixture(scope='module')
def requests():
    """One for leaves, and one for authorities, whose templates may leave keyCertSign to it."""
    return {False: asking('digitalSignature,keyAgreement'), True: asking('digitalSignature,keyAgreement,keyCertSign')}


def test_there_are_56_templates():
    assert len(TEMPLATES) + 2 == 56


@pytest.mark.parametrize('name', TEMPLATES)
def test_a_template_is_issued_and_three_stacks_agree(own_root, requests, pki_server, name):
    path_length, critical, usage, extended, extended_critical = TEMPLATES[name]
    signs = path_length is not None
    from_csr, from_api = 'CSRPassthrough' in name, 'API' in name
    passthrough = {'Extensions': {'KeyUsage': {'DigitalSignature': True, 'NonRepudiation': True,
                                               'KeyCertSign': signs},
                                  'ExtendedKeyUsage': [{'ExtendedKeyUsageType': 'TIME_STAMPING'}],
                                  'SubjectAlternativeNames': [{'DnsName': 'api.example.com'}]},
                   'Subject': {'CommonName': 'From The API'}}
    # Templates without APIPassthrough ignore it.
    arn = own_root.issue_arn(requests[signs], name, ApiPassthrough=passthrough)
    pem, chain = own_root.get(arn)
    assert ca.pem_certificates(chain) == ca.pem_certificates(own_root.pem)
    certificate = ca.judge(pem, chain)

    constraints = extension(certificate, x509.BasicConstraints)
    assert (constraints.value.ca, constraints.value.path_length) == (path_length is not None, path_length)
    assert constraints.critical == critical

    key_usage = extension(certificate, x509.KeyUsage)
    if usage is None:
        usage = {DS, 'content_commitment'} if from_api else {DS, 'key_agreement'}
        usage |= {'key_cert_sign'} if signs else set()
    assert key_usages(key_usage.value) == usage and key_usage.critical

    wanted = extended
    if wanted is None and from_api:
        wanted = [ExtendedKeyUsageOID.TIME_STAMPING]
    elif wanted is None and from_csr:
        wanted = [ExtendedKeyUsageOID.EMAIL_PROTECTION]
    found = extension(certificate, x509.ExtendedKeyUsage)
    assert (list(found.value) if found else None) == wanted
    if extended:
        assert found.critical == extended_critical

    names = extension(certificate, x509.SubjectAlternativeName).value.get_values_for_type(x509.DNSName)
    assert names == (['api.example.com'] if from_api else ['www.example.com', 'example.com'])
    subject = certificate.subject.rfc4514_string()
    assert subject == ('CN=From The API' if from_api else 'CN=www.example.com,O=Shop,C=DE')

    policies = extension(certificate, x509.CertificatePolicies)
    carried = [e for e in certificate.extensions if e.oid.dotted_string == '1.3.6.1.4.1.99999.7']
    assert (policies is not None, bool(carried)) == (from_csr, from_csr)

    issuer = ca.load(own_root.pem)
    key_identifier = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    assert extension(certificate, x509.AuthorityKeyIdentifier).value.key_identifier == key_identifier
    assert extension(certificate, x509.SubjectKeyIdentifier).value == x509.SubjectKeyIdentifier.from_public_key(
        certificate.public_key())
    lists = extension(certificate, x509.CRLDistributionPoints).value
    assert [d.full_name[0].value for d in lists] == [f'{pki_server.pki_url}/crl/{own_root.id}.crl']
    access = extension(certificate, x509.AuthorityInformationAccess).value
    assert [(a.access_method.dotted_string, a.access_location.value) for a in access] == [
        ('1.3.6.1.5.5.7.48.1', f'{pki_server.pki_url}/ocsp/{own_root.id}')]
    assert certificate.serial_number.bit_length() <= 128
    assert arn == f'{own_root.arn}/certificate/{certificate.serial_number:032x}'


def test_a_blank_authority_that_may_not_sign_is_refused(own_root):
    """A path length needs keyCertSign (RFC 5280, 4.2.1.9); the blank templates leave the usage to the caller."""
    code, words = own_root.refuses(ca.csr('/CN=Mute')[0], 'BlankSubordinateCACertificate_PathLen0_APIPassthrough',
                                   ApiPassthrough={'Extensions': {'KeyUsage': {'DigitalSignature': True}}})
    assert code == 'InvalidArgsException' and 'keyCertSign' in words


@pytest.mark.parametrize('name', ['RootCACertificate', 'RootCACertificate_APIPassthrough'])
def test_a_root_template_makes_a_root(pca, name):
    made = ca.create(pca, 'ROOT', 'Templated Root')
    arn = ca.certify(made, name)
    pem, chain = made.get(arn)
    assert chain == ''
    certificate = ca.judge(pem, pem)
    assert certificate.subject == certificate.issuer
    kinds = [e.oid for e in certificate.extensions]
    assert kinds == [ExtensionOID.BASIC_CONSTRAINTS, ExtensionOID.SUBJECT_KEY_IDENTIFIER, ExtensionOID.KEY_USAGE]
    constraints = extension(certificate, x509.BasicConstraints)
    assert constraints.critical and constraints.value.ca and constraints.value.path_length is None
    assert key_usages(extension(certificate, x509.KeyUsage).value) == {DS, 'key_cert_sign', 'crl_sign'}
    assert made.own() == (pem, '') and made.status == 'ACTIVE'


def test_openssl_shows_what_the_default_template_makes(own_root, pki_server):
    pem = own_root.issue(ca.csr(names='DNS:www.example.com,IP:192.0.2.1,email:a@example.com')[0])
    assert ca.extension_text(pem, 'basicConstraints', 'keyUsage', 'extendedKeyUsage', 'subjectAltName') == (
        'X509v3 Basic Constraints: CA:FALSE X509v3 Key Usage: critical Digital Signature, Key Encipherment '
        'X509v3 Extended Key Usage: TLS Web Server Authentication, TLS Web Client Authentication '
        'X509v3 Subject Alternative Name: DNS:www.example.com, IP Address:192.0.2.1, email:a@example.com')
    assert ca.extension_text(pem, 'crlDistributionPoints') == (
        f'X509v3 CRL Distribution Points: Full Name: URI:{pki_server.pki_url}/crl/{own_root.id}.crl')
    text = ca.certificate_text(pem)
    assert 'Version: 3 (0x2)' in text and 'Signature Algorithm: ecdsa-with-SHA256' in text


# ---- Keys and algorithms ----

@pytest.mark.parametrize('key', ['rsa', 'rsa3072', 'ec', 'ec384', 'ec521', 'ed25519'])
def test_any_key_of_a_request_is_certified(own_root, key):
    pem, key_pem = ca.csr('/CN=key.example.com', key=key)
    issued = own_root.issue(pem)
    ca.judge(issued, own_root.path())
    mine = ca.openssl('pkey', '-pubout', stdin=key_pem).stdout
    assert ca.openssl('x509', '-noout', '-pubkey', stdin=issued).stdout == mine


@pytest.mark.parametrize('signing, name', [('SHA256WITHECDSA', 'ecdsa-with-SHA256'),
                                           ('SHA384WITHECDSA', 'ecdsa-with-SHA384'),
                                           ('SHA512WITHECDSA', 'ecdsa-with-SHA512')])
def test_the_hash_of_a_signature_is_the_callers_choice(own_root, signing, name):
    pem = own_root.issue(ca.csr()[0], SigningAlgorithm=signing)
    assert f'Signature Algorithm: {name}' in ca.certificate_text(pem)
    ca.judge(pem, own_root.path())


@pytest.fixture(scope='module')
def rsa_root(pca):
    return ca.root(pca, 'RSA Root', algorithm='RSA_2048')


@pytest.mark.parametrize('signing', ['SHA256WITHRSA', 'SHA384WITHRSA', 'SHA512WITHRSA', 'SHA256WITHECDSA'])
def test_an_rsa_authority_signs_with_rsa_alone(rsa_root, signing):
    made = rsa_root
    if signing.endswith('ECDSA'):
        assert made.refuses(ca.csr()[0], SigningAlgorithm=signing)[0] == 'InvalidArgsException'
        return
    pem = made.issue(ca.csr()[0], SigningAlgorithm=signing)
    ca.judge(pem, made.path())
    assert f'{signing[:6].lower()}WithRSAEncryption' in ca.certificate_text(pem)


@pytest.mark.parametrize('signing', ['SM3WITHSM2', 'ML_DSA_65'])
def test_a_signing_algorithm_of_another_family_is_refused(own_root, signing):
    code, words = own_root.refuses(ca.csr()[0], SigningAlgorithm=signing)
    assert code == 'InvalidArgsException'
    assert signing in words


# ---- Serial numbers ----

def test_serials_are_random_and_have_128_bits(own_root):
    pem = ca.csr()[0]
    serials = [int(ca.serial_of(own_root.issue_arn(pem)), 16) for _ in range(24)]
    assert len(set(serials)) == 24
    # 16 bytes each; of the top bits some are set and some are not.
    assert all(1 << 120 <= s < 1 << 128 for s in serials)
    assert len({s >> 127 for s in serials}) == 2
    arn = own_root.issue_arn(pem)
    assert re.fullmatch(r'[0-9a-f]{32}', ca.serial_of(arn))


# ---- Periods ----

def test_a_period_begins_an_hour_ago_and_runs_from_now(own_root):
    before = datetime.datetime.now(UTC).replace(microsecond=0)
    certificate = ca.load(own_root.issue(ca.csr()[0], days=30))
    after = datetime.datetime.now(UTC)
    hour, period = datetime.timedelta(hours=1), datetime.timedelta(days=30)
    assert before - hour <= not_before(certificate) <= after - hour
    assert not_after(certificate) - not_before(certificate) == period + hour


@pytest.mark.parametrize('kind, value, months', [('MONTHS', 5, 5), ('YEARS', 2, 24)])
def test_months_and_years_are_those_of_the_calendar(own_root, kind, value, months):
    certificate = ca.load(own_root.issue(ca.csr()[0], Validity={'Type': kind, 'Value': value}))
    begin, end = not_before(certificate) + datetime.timedelta(hours=1), not_after(certificate)
    assert (end.year * 12 + end.month) - (begin.year * 12 + begin.month) in (months, months + 1)
    assert end.time() == begin.time()
    # The same day; where the month is too short for it, its neighbour.
    assert end.day == begin.day or begin.day > 28


def test_an_absolute_end_is_taken_as_it_is(own_root):
    end = int(datetime.datetime.now(UTC).timestamp()) + 3600
    certificate = ca.load(own_root.issue(ca.csr()[0], Validity={'Type': 'ABSOLUTE', 'Value': end}))
    assert not_after(certificate).timestamp() == end


@pytest.mark.parametrize('form', ['%y%m%d%H%M%S', '%Y%m%d%H%M%S'])
def test_an_end_date_is_written_as_utc_or_generalized_time(own_root, form):
    end = (datetime.datetime.now(UTC) + datetime.timedelta(days=99)).replace(microsecond=0)
    certificate = ca.load(own_root.issue(ca.csr()[0], Validity={'Type': 'END_DATE', 'Value': int(end.strftime(form))}))
    assert not_after(certificate) == end


def test_a_certificate_beyond_2049_has_generalized_time(pca):
    made = ca.root(pca, 'Long Root', days=40 * 365)
    pem = made.issue(ca.csr()[0], Validity={'Type': 'END_DATE', 'Value': 20500102030405})
    ca.judge(pem, made.path())
    assert ':20500102030405Z' in ca.openssl('asn1parse', stdin=pem).stdout
    assert 'GENERALIZEDTIME' in ca.openssl('asn1parse', stdin=pem).stdout


def test_a_not_before_is_taken_as_it_is(own_root):
    begin = int(datetime.datetime.now(UTC).timestamp()) - 86400
    certificate = ca.load(own_root.issue(ca.csr()[0], ValidityNotBefore={'Type': 'ABSOLUTE', 'Value': begin}))
    assert not_before(certificate).timestamp() == begin
    # A relative period still runs from the issuance.
    assert not_after(certificate) > datetime.datetime.now(UTC) + datetime.timedelta(days=29)


@pytest.mark.parametrize('kind', ['DAYS', 'MONTHS', 'YEARS'])
def test_a_relative_not_before_is_refused(own_root, kind):
    assert own_root.refuses(ca.csr()[0], ValidityNotBefore={'Type': kind, 'Value': 1})[0] in (
        'InvalidArgsException', 'ValidationException')


@pytest.mark.parametrize('validity', [
    {'Type': 'DAYS', 'Value': 3651}, {'Type': 'YEARS', 'Value': 11}, {'Type': 'MONTHS', 'Value': 2 ** 62},
    {'Type': 'ABSOLUTE', 'Value': 2 ** 62}, {'Type': 'END_DATE',
        'Value': 20981231235959}, {'Type': 'DAYS', 'Value': 2 ** 63 - 1},
    {'Type': 'ABSOLUTE', 'Value': 1000}, {'Type': 'END_DATE', 'Value': 20991332000000},
    {'Type': 'END_DATE', 'Value': 7}],
    ids=str)
def test_an_absurd_end_is_refused(own_root, validity):
    code, words = own_root.refuses(ca.csr()[0], Validity=validity)
    assert code in ('ValidationException', 'InvalidArgsException') and words
    assert own_root.status == 'ACTIVE'


def test_an_end_after_the_authoritys_is_refused_not_cut(own_root):
    code, words = own_root.refuses(ca.csr()[0], days=3651)
    assert code == 'ValidationException'
    assert words.startswith('The certificate validity specified exceeds the certificate authority validity')


def test_a_period_of_nothing_breaks_the_models_constraint(own_root):
    with pytest.raises(botocore.exceptions.ParamValidationError):
        own_root.issue_arn(ca.csr()[0], days=0)


def test_a_period_of_nothing_breaks_the_models_constraint_on_the_wire(own_root, pki_server):
    status, answer = pki_server.post({'CertificateAuthorityArn': own_root.arn, 'SigningAlgorithm': 'SHA256WITHECDSA',
                                      'Csr': base64.b64encode(ca.csr()[0]).decode(),
                                      'Validity': {'Value': 0, 'Type': 'DAYS'}}, 'IssueCertificate', service='acm-pca')
    assert status == 400
    assert answer['__type'].endswith('ValidationException')
    assert answer['message'] == ("1 validation error detected: Value '0' at 'validity.value' failed to satisfy "
                                 'constraint: Member must have value greater than or equal to 1')


def test_a_short_lived_authority_issues_for_seven_days_at_most(pca):
    made = ca.root(pca, 'Short Root', UsageMode='SHORT_LIVED_CERTIFICATE')
    assert made.describe()['UsageMode'] == 'SHORT_LIVED_CERTIFICATE'
    ca.judge(made.issue(ca.csr()[0], days=7), made.path())
    code, words = made.refuses(ca.csr()[0], days=8)
    assert code in ('ValidationException', 'InvalidArgsException')
    assert '7' in words


# ---- Hierarchies ----

def test_a_hierarchy_ends_at_five_levels(pca):
    at = ca.root(pca, 'Level 1', days=3650)
    for level, path_length in ((2, 3), (3, 2), (4, 1), (5, 0)):
        at = ca.subordinate(at, f'Level {level}', path_length, days=3650 - level)
    leaf = at.issue(ca.csr()[0])
    chain = at.get(at.issue_arn(ca.csr()[0]))[1]
    assert len(ca.pem_certificates(chain)) == 5
    ca.judge(leaf, chain)
    waiting = ca.create(pca, subject='Level 6')
    assert at.refuses(waiting.csr().encode(), 'SubordinateCACertificate_PathLen0')[0] == 'ValidationException'


@pytest.mark.parametrize('own, asked', [(0, 0), (0, 3), (1, 1), (1, 2)])
def test_a_path_length_is_shorter_than_the_issuers(own_root, own, asked):
    made = ca.subordinate(own_root, f'Issuing {own}', own)
    code, words = made.refuses(ca.create(made.client, subject='Below').csr().encode(),
                               f'SubordinateCACertificate_PathLen{asked}')
    assert code == 'ValidationException'
    assert 'path' in words.lower()


def test_a_ca_does_not_outlive_its_issuer(own_root):
    waiting = ca.create(own_root.client, subject='As Long')
    end = int(own_root.describe()['NotAfter'].timestamp())
    code, _ = own_root.refuses(waiting.csr().encode(), 'SubordinateCACertificate_PathLen0',
                               Validity={'Type': 'ABSOLUTE', 'Value': end})
    assert code == 'ValidationException'
    own_root.issue_arn(ca.csr()[0], Validity={'Type': 'ABSOLUTE', 'Value': end})


def test_get_certificate_gives_the_chain_up_to_the_root(own_root):
    middle = ca.subordinate(own_root, 'Middle', 1, days=1000)
    issuing = ca.subordinate(middle, 'Issuing', 0, days=500)
    pem, chain = issuing.get(issuing.issue_arn(ca.csr()[0]))
    assert ca.pem_certificates(chain) == [ca.pem_certificates(a.pem)[0] for a in (issuing, middle, own_root)]
    ca.judge(pem, chain, purpose='sslserver')


def test_only_a_root_in_waiting_takes_a_root_template_and_only_for_itself(own_root, pca):
    waiting = ca.create(pca, 'ROOT', 'Waiting Root')
    assert waiting.refuses(ca.csr()[0], 'RootCACertificate')[0] in ('InvalidArgsException', 'MalformedCSRException')
    code, words = waiting.refuses(ca.csr()[0], 'EndEntityCertificate')
    assert code == 'InvalidStateException'
    assert words.startswith('The certificate authority is not in a valid state for issuing certificates')
    assert own_root.refuses(ca.csr()[0], 'RootCACertificate')[0] in ('InvalidArgsException', 'MalformedCSRException')
    below = ca.create(pca, subject='Waiting Below')
    assert below.refuses(below.csr().encode(), 'SubordinateCACertificate_PathLen0')[0] == 'InvalidStateException'


# ---- Passthrough ----

def issue_with(authority, extensions=None, subject=None, name='BlankEndEntityCertificate_APIPassthrough', request=None):
    passthrough = {}
    if extensions is not None:
        passthrough['Extensions'] = extensions
    if subject is not None:
        passthrough['Subject'] = subject
    return authority.issue(request or ca.csr()[0], name, ApiPassthrough=passthrough)


def test_every_extended_key_usage_can_be_passed(own_root):
    kinds = ['SERVER_AUTH', 'CLIENT_AUTH', 'CODE_SIGNING', 'EMAIL_PROTECTION', 'TIME_STAMPING', 'OCSP_SIGNING',
             'SMART_CARD_LOGIN', 'DOCUMENT_SIGNING', 'CERTIFICATE_TRANSPARENCY']
    pem = issue_with(own_root, {'ExtendedKeyUsage': [{'ExtendedKeyUsageType': k} for k in kinds] + [
        {'ExtendedKeyUsageObjectIdentifier': '1.2.3.4.5'}]})
    certificate = ca.judge(pem, own_root.path())
    assert [u.dotted_string for u in extension(certificate, x509.ExtendedKeyUsage).value] == [
        '1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2', '1.3.6.1.5.5.7.3.3', '1.3.6.1.5.5.7.3.4', '1.3.6.1.5.5.7.3.8',
        '1.3.6.1.5.5.7.3.9', '1.3.6.1.4.1.311.20.2.2', '1.3.6.1.4.1.311.10.3.12', '1.3.6.1.4.1.11129.2.4.4',
        '1.2.3.4.5']


def test_every_kind_of_alternative_name_can_be_passed(own_root):
    pem = issue_with(own_root, {'SubjectAlternativeNames': [
        {'DnsName': 'api.example.com'}, {'Rfc822Name': 'a@example.com'}, {'IpAddress': '192.0.2.7'},
        {'IpAddress': '2001:db8::7'}, {'UniformResourceIdentifier': 'spiffe://example.com/a'},
        {'RegisteredId': '1.2.3.4'}, {'DirectoryName': {'CommonName': 'Directory', 'Country': 'DE'}},
        {'OtherName': {'TypeId': '1.3.6.1.4.1.311.20.2.3', 'Value': 'user@example.com'}}]})
    text = ca.extension_text(pem, 'subjectAltName')
    for word in ('DNS:api.example.com', 'email:a@example.com', 'IP Address:192.0.2.7',
                 'IP Address:2001:DB8:0:0:0:0:0:7', 'URI:spiffe://example.com/a', 'Registered ID:1.2.3.4',
                 'DirName:/C=DE/CN=Directory', 'othername: UPN::user@example.com'):
        assert word in text, text
    ca.judge(pem, own_root.path())
    described = ca.run('certtool', '-i', stdin=pem).stdout
    assert 'DNSname: api.example.com' in described and 'URI: spiffe://example.com/a' in described


def test_an_edi_party_can_be_passed(own_root):
    """GnuTLS takes an EDIPartyName for one value and cannot read its two; openssl reads the whole of RFC 5280's."""
    pem = issue_with(own_root, {'SubjectAlternativeNames': [
        {'EdiPartyName': {'PartyName': 'party', 'NameAssigner': 'assigner'}}]})
    # [5] { [0] { UTF8String "assigner" }, [1] { UTF8String "party" } }: DirectoryString is a CHOICE, its tags explicit.
    wanted = '3017' 'a515' 'a00a' '0c08' + b'assigner'.hex() + 'a107' '0c05' + b'party'.hex()
    assert wanted.upper() in ca.openssl('asn1parse', stdin=pem).stdout


def test_policies_with_their_statements_can_be_passed(own_root):
    pem = issue_with(own_root, {'CertificatePolicies': [
        {'CertPolicyId': '1.3.6.1.4.1.99999.5', 'PolicyQualifiers': [
            {'PolicyQualifierId': 'CPS', 'Qualifier': {'CpsUri': 'http://cps.example.com/'}}]},
        {'CertPolicyId': '2.5.29.32.0'}]})
    ca.judge(pem, own_root.path())
    assert ca.extension_text(pem, 'certificatePolicies') == (
        'X509v3 Certificate Policies: Policy: 1.3.6.1.4.1.99999.5 CPS: http://cps.example.com/ '
        'Policy: X509v3 Any Policy')


def test_every_key_usage_can_be_passed(own_root):
    pem = issue_with(own_root, {'KeyUsage': {'DigitalSignature': True, 'NonRepudiation': True, 'KeyEncipherment': True,
                                             'DataEncipherment': True, 'KeyAgreement': True, 'EncipherOnly': True}})
    assert ca.extension_text(pem, 'keyUsage') == (
        'X509v3 Key Usage: critical Digital Signature, Non Repudiation, Key Encipherment, Data Encipherment, '
        'Key Agreement, Encipher Only')


@pytest.mark.parametrize('critical', [False, True])
def test_a_custom_extension_can_be_passed(own_root, critical):
    value = base64.b64encode(b'\x0c\x05hello').decode()
    pem = issue_with(own_root, {'CustomExtensions': [
        {'ObjectIdentifier': '1.3.6.1.4.1.99999.8', 'Value': value, 'Critical': critical}]})
    found = ca.load(pem).extensions.get_extension_for_oid(ObjectIdentifier('1.3.6.1.4.1.99999.8'))
    assert (found.value.value, found.critical) == (b'\x0c\x05hello', critical)


def test_a_subject_of_every_attribute_can_be_passed(own_root):
    subject = {'Country': 'US', 'Organization': 'Example Corp', 'OrganizationalUnit': 'Sales',
               'DistinguishedNameQualifier': 'dnq', 'State': 'WA', 'CommonName': 'www.example.com',
               'SerialNumber': '42', 'Locality': 'Seattle', 'Title': 'Dr', 'Surname': 'Doe', 'GivenName': 'Jo',
               'Initials': 'JD', 'Pseudonym': 'jo', 'GenerationQualifier': 'Jr'}
    pem = issue_with(own_root, subject=subject)
    ca.judge(pem, own_root.path())
    shown = ca.openssl('x509', '-noout', '-subject', '-nameopt', 'oneline,utf8', stdin=pem).stdout.strip()
    assert shown == ('subject=C = US, O = Example Corp, OU = Sales, dnQualifier = dnq, ST = WA, CN = www.example.com, '
                     'serialNumber = 42, L = Seattle, title = Dr, SN = Doe, GN = Jo, initials = JD, pseudonym = jo, '
                     'generationQualifier = Jr')


def test_a_subject_of_custom_attributes_can_be_passed(own_root):
    pem = issue_with(own_root, subject={'CustomAttributes': [
        {'ObjectIdentifier': '2.5.4.3', 'Value': 'Übung'}, {'ObjectIdentifier': '1.3.6.1.4.1.37244.1.1',
                                                            'Value': 'FFF1'}]})
    ca.judge(pem, own_root.path())
    assert [(a.oid.dotted_string, a.value) for a in ca.load(pem).subject] == [
        ('2.5.4.3', 'Übung'), ('1.3.6.1.4.1.37244.1.1', 'FFF1')]


@pytest.mark.parametrize('extensions', [
    {'SubjectAlternativeNames': [{}]},
    {'SubjectAlternativeNames': [{'DnsName': 'a.example.com', 'Rfc822Name': 'a@example.com'}]},
    {'SubjectAlternativeNames': [{'IpAddress': '300.1.1.1'}]},
    {'ExtendedKeyUsage': [{}]},
    {'ExtendedKeyUsage': [{'ExtendedKeyUsageType': 'SERVER_AUTH', 'ExtendedKeyUsageObjectIdentifier': '1.2.3'}]},
    {'CustomExtensions': [{'ObjectIdentifier': '2.5.29.17', 'Value': 'MAA='}]},
    {'CustomExtensions': [{'ObjectIdentifier': '2.5.29.19', 'Value': base64.b64encode(
        bytes.fromhex('30030101ff')).decode(), 'Critical': True}]},
    {'CustomExtensions': [{'ObjectIdentifier': '1.2.3.4', 'Value': 'BQA='},
        {'ObjectIdentifier': '1.2.3.4', 'Value': 'BQA='}]},
    {'CustomExtensions': [{'ObjectIdentifier': '1.2.3.4', 'Value': '!!!'}]},
    {'KeyUsage': {'KeyCertSign': True}},
], ids=lambda e: next(iter(e)))
def test_a_passthrough_that_cannot_be_is_refused(own_root, extensions):
    code, words = own_root.refuses(ca.csr()[0], 'BlankEndEntityCertificate_APIPassthrough',
                                   ApiPassthrough={'Extensions': extensions})
    assert code in ('InvalidArgsException', 'ValidationException')
    assert len(words) > 30


def test_a_passthrough_does_not_make_a_ca(own_root):
    """By a CSR that asks for it, with every end-entity template that copies from it."""
    request = ca.csr('/CN=Evil', sections=('basicConstraints=critical,CA:TRUE', 'subjectKeyIdentifier=hash'))[0]
    for name in ('BlankEndEntityCertificate_CSRPassthrough', 'EndEntityCertificate_CSRPassthrough',
                 'BlankEndEntityCertificate_APICSRPassthrough',
                 'BlankEndEntityCertificate_CriticalBasicConstraints_CSRPassthrough'):
        pem = own_root.issue(request, name)
        assert not extension(ca.load(pem), x509.BasicConstraints).value.ca
    asks = ca.csr('/CN=Evil', sections=('keyUsage=critical,keyCertSign,cRLSign',))[0]
    try:
        pem = own_root.issue(asks, 'BlankEndEntityCertificate_CSRPassthrough')
    except botocore.exceptions.ClientError as refused:
        assert refused.response['Error']['Code'] in ('MalformedCSRException', 'InvalidArgsException')
    else:
        usage = extension(ca.load(pem), x509.KeyUsage)
        assert usage is None or not usage.value.key_cert_sign


# ---- Requests that are hostile ----

def test_a_request_with_a_bad_signature_is_refused(own_root):
    pem = ca.csr('/CN=tampered.example.com')[0]
    der = bytearray(base64.b64decode(b''.join(pem.splitlines()[1:-1])))
    at = der.find(b'tampered')
    der[at:at + 8] = b'TAMPERED'
    bad = pem_of(bytes(der))
    assert ca.openssl('req', '-verify', '-noout', stdin=bad, check=False).stderr.strip() != ''
    code, words = own_root.refuses(bad)
    assert code == 'MalformedCSRException'
    assert 'signature' in words


@pytest.mark.parametrize('garbage', [
    b'x', b'-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n',
    b'-----BEGIN CERTIFICATE REQUEST-----\n!!\n-----END CERTIFICATE REQUEST-----\n', b'\x00' * 100, b'a' * 32768],
    ids=['letter', 'der', 'base64', 'zeros', 'long'])
def test_garbage_for_a_request_is_refused(own_root, garbage):
    code, words = own_root.refuses(garbage)
    assert code == 'MalformedCSRException' and words


def test_a_request_over_32_kb_is_refused(own_root, pki_server):
    status, answer = pki_server.post({
        'CertificateAuthorityArn': own_root.arn, 'SigningAlgorithm': 'SHA256WITHECDSA',
        'Csr': base64.b64encode(b'a' * 32769).decode(), 'Validity': {'Value': 1, 'Type': 'DAYS'}},
        'IssueCertificate', service='acm-pca')
    assert status == 400 and answer['__type'].endswith('ValidationException')
    assert "'csr' failed to satisfy constraint: Member must have length less than or equal to 32768" in answer[
        'message']


def test_a_certificate_in_the_place_of_a_request_is_named(own_root):
    code, words = own_root.refuses(own_root.pem.encode())
    assert code == 'MalformedCSRException' and 'It holds a certificate' in words


def test_an_empty_subject_wants_its_names_critical(own_root):
    code, words = own_root.refuses(ca.csr('/', names='DNS:a.example.com')[0])
    assert code == 'MalformedCSRException'
    assert words.startswith('CSR must mark the SAN extension critical when it has an empty subject')
    pem = own_root.issue(ca.csr('/', names='DNS:a.example.com', critical_names=True)[0])
    certificate = ca.judge(pem, own_root.path())
    assert list(certificate.subject) == [] and extension(certificate, x509.SubjectAlternativeName).critical


def test_a_request_without_any_name_is_refused(own_root):
    code, words = own_root.refuses(ca.csr('/')[0])
    assert code == 'MalformedCSRException'
    assert 'subject' in words


def test_a_request_that_says_an_extension_twice_is_refused(own_root):
    """Twice in one extensionRequest; no builder makes it, so one of two unknown OIDs is overwritten."""
    key = pki.shared_key('EC_prime256v1', 92)
    one, two = b'\x2b\x06\x01\x04\x01\x86\x8d\x1f\x01', b'\x2b\x06\x01\x04\x01\x86\x8d\x1f\x02'
    pem = ca.request('dup.example.com', key=key, extensions=[
        (x509.UnrecognizedExtension(ObjectIdentifier('1.3.6.1.4.1.99999.1'), b'\x05\x00'), True),
        (x509.UnrecognizedExtension(ObjectIdentifier('1.3.6.1.4.1.99999.2'), b'\x05\x00'), True)])
    der = bytearray(base64.b64decode(b''.join(pem.splitlines()[1:-1])))
    assert one in der and two in der
    doubled = resign(bytes(der).replace(two, one), key)
    for name in ('EndEntityCertificate', 'EndEntityCertificate_CSRPassthrough'):
        assert own_root.refuses(doubled, name)[0] == 'MalformedCSRException'


def pem_of(der):
    return (b'-----BEGIN CERTIFICATE REQUEST-----\n' + base64.encodebytes(der) +
            b'-----END CERTIFICATE REQUEST-----\n')


def size_of(der, at):
    """How many bytes the element there takes, its header included."""
    length = der[at + 1]
    if length < 0x80:
        return 2 + length
    octets = length & 0x7f
    return 2 + octets + int.from_bytes(der[at + 2:at + 2 + octets], 'big')


def resign(der, key):
    """A request whose content was changed, signed again (P-256). The length of the whole may be wrong."""
    start = 2 if der[1] < 0x80 else 2 + (der[1] & 0x7f)
    info = der[start:start + size_of(der, start)]
    signature = b'\x00' + key.sign(info, ec.ECDSA(hashes.SHA256()))
    rest = info + bytes.fromhex('300a06082a8648ce3d040302') + b'\x03' + bytes([len(signature)]) + signature
    return pem_of(b'\x30\x82' + len(rest).to_bytes(2, 'big') + rest)


def test_an_unknown_critical_extension_of_a_request_is_left_or_refused_but_never_silently_made_weak(own_root):
    unknown = (x509.UnrecognizedExtension(ObjectIdentifier('1.3.6.1.4.1.99999.3'), b'\x05\x00'), True)
    pem = ca.request('unknown.example.com', extensions=[unknown])
    plain = ca.load(own_root.issue(pem))
    assert ObjectIdentifier('1.3.6.1.4.1.99999.3') not in [e.oid for e in plain.extensions]
    passed = ca.load(own_root.issue(pem, 'EndEntityCertificate_CSRPassthrough'))
    found = passed.extensions.get_extension_for_oid(ObjectIdentifier('1.3.6.1.4.1.99999.3'))
    assert found.critical and found.value.value == b'\x05\x00'


def test_a_huge_list_of_names_is_issued_whole(own_root):
    names = [x509.DNSName(f'host-{n:04d}.example.com') for n in range(900)]
    pem = ca.request('many.example.com', extensions=[(x509.SubjectAlternativeName(names), False)])
    assert len(pem) <= 32768
    certificate = ca.load(own_root.issue(pem))
    assert extension(certificate, x509.SubjectAlternativeName).value.get_values_for_type(x509.DNSName) == [
        n.value for n in names]


def test_a_common_name_over_64_characters_is_refused(own_root):
    """No well-meaning builder makes it: a longer attribute's type is overwritten with CN's."""
    key = pki.shared_key('EC_prime256v1', 92)
    pem = ca.request(x509.Name([x509.NameAttribute(NameOID.LOCALITY_NAME, 'x' * 65)]), key=key)
    der = base64.b64decode(b''.join(pem.splitlines()[1:-1]))
    changed = der.replace(b'\x06\x03\x55\x04\x07', b'\x06\x03\x55\x04\x03')
    assert changed != der
    code, words = own_root.refuses(resign(changed, key))
    assert code == 'MalformedCSRException' and '64' in words


def test_names_that_are_no_ia5_are_refused(own_root):
    key = pki.shared_key('EC_prime256v1', 92)
    pem = ca.request('ia5.example.com', key=key, extensions=[
        (x509.SubjectAlternativeName([x509.DNSName('ia5-xxxx.example.com')]), False)])
    der = base64.b64decode(b''.join(pem.splitlines()[1:-1])).replace(b'ia5-xxxx', 'üüüü'.encode())
    code, words = own_root.refuses(resign(der, key))
    assert code == 'MalformedCSRException' and words


def test_a_request_for_a_weak_key_is_refused(own_root, tmp_path):
    """RSA with 512 bits."""
    (tmp_path / 'key').write_text(ca.openssl('genrsa', '512').stdout)
    pem = ca.openssl('req', '-new', '-key', tmp_path / 'key', '-subj', '/CN=weak.example.com', '-sha1').stdout
    assert own_root.refuses(pem.encode())[0] in ('MalformedCSRException', 'InvalidArgsException')


def test_a_refusal_issues_nothing(own_root, pki_server):
    made = ca.root(own_root.client, 'Empty Root')
    own = pki_server.boto(service='chancery')
    assert made.refuses(b'x')[0] == 'MalformedCSRException'
    assert made.refuses(ca.csr()[0], 'NoSuchCertificate')[0] == 'InvalidArgsException'
    assert made.refuses(ca.csr()[0], days=99999)[0] == 'ValidationException'
    listed = own.list_issued_certificates(CertificateAuthorityArn=made.arn)['IssuedCertificates']
    assert [c['TemplateArn'] for c in listed] == [ca.template('RootCACertificate')]


# ---- Idempotency, lookups ----

def test_a_token_gives_the_same_certificate_again(own_root):
    pem = ca.csr()[0]
    first = own_root.issue_arn(pem, IdempotencyToken='the same')
    assert own_root.issue_arn(pem, IdempotencyToken='the same') == first
    assert own_root.issue_arn(pem, IdempotencyToken='another') != first
    assert own_root.issue_arn(pem) != own_root.issue_arn(pem)


@pytest.mark.parametrize('arn', ['{ca}/certificate/00000000000000000000000000000001', '{ca}/certificate/nothex',
                                 '{ca}', 'arn:aws:acm-pca:eu-central-1:111122223333:certificate-authority/x'])
def test_an_arn_of_no_certificate_is_refused(own_root, arn):
    code, _ = ca.refusal(own_root.client.get_certificate, CertificateAuthorityArn=own_root.arn,
                         CertificateArn=arn.format(ca=own_root.arn))
    assert code in ('ResourceNotFoundException', 'InvalidArnException')


def test_a_certificate_of_another_authority_is_not_found(own_root, pca):
    other = ca.root(pca, 'Other Root')
    arn = other.issue_arn(ca.csr()[0])
    code, _ = ca.refusal(pca.get_certificate, CertificateAuthorityArn=own_root.arn, CertificateArn=arn)
    assert code in ('ResourceNotFoundException', 'InvalidArnException')


def test_boto3s_waiter_for_an_issued_certificate_ends(own_root, pca):
    arn = own_root.issue_arn(ca.csr()[0])
    pca.get_waiter('certificate_issued').wait(CertificateAuthorityArn=own_root.arn, CertificateArn=arn,
                                              WaiterConfig={'Delay': 1, 'MaxAttempts': 2})


# ---- The inventory ----

@pytest.fixture(scope='module')
def stocked(pca, pki_server):
    """An authority that issued ten certificates: (authority, inventory client, ARNs)."""
    made = ca.root(pca, 'Stocked Root')
    arns = [made.issue_arn(ca.csr(f'/O=Stock/CN=host-{n}.example.com',
                                  names=f'DNS:host-{n}.example.com,DNS:alias-{n}.test')[0],
                           days=10 + n) for n in range(8)]
    arns += [made.issue_arn(ca.csr('/CN=signer')[0], 'CodeSigningCertificate', days=200) for _ in range(2)]
    made.revoke(ca.serial_of(arns[3]), 'SUPERSEDED')
    return made, pki_server.boto(service='chancery'), arns


def inventory(stocked, **more):
    made, own, _ = stocked
    pages = own.get_paginator('list_issued_certificates').paginate(CertificateAuthorityArn=made.arn, **more)
    return [c for page in pages for c in page['IssuedCertificates']]


def arns_of(listed):
    return [c['CertificateArn'] for c in listed]


def test_the_inventory_lists_the_newest_first(stocked):
    _, _, arns = stocked
    listed = arns_of(inventory(stocked))
    assert listed[:-1] == arns[::-1] and len(listed) == 11
    assert arns_of(inventory(stocked, SortBy='ISSUED_AT', SortOrder='ASCENDING')) == listed[::-1]


@pytest.mark.parametrize('size', [1, 3, 4, 100])
def test_the_inventory_comes_in_pages(stocked, size):
    whole = arns_of(inventory(stocked))
    assert arns_of(inventory(stocked, PaginationConfig={'PageSize': size})) == whole
    assert sorted(arns_of(inventory(stocked, SortBy='NOT_AFTER', PaginationConfig={'PageSize': size}))) == sorted(whole)


def test_the_inventory_sorts_by_the_end(stocked):
    ends = [c['NotAfter'] for c in inventory(stocked, SortBy='NOT_AFTER', SortOrder='ASCENDING')]
    assert ends == sorted(ends)
    ends = [c['NotAfter'] for c in inventory(stocked, SortBy='NOT_AFTER', SortOrder='DESCENDING')]
    assert ends == sorted(ends, reverse=True)


def test_the_inventory_finds_by_each_filter(stocked):
    made, _, arns = stocked
    now = datetime.datetime.now(UTC)
    assert arns_of(inventory(stocked, Filters={'SubjectContains': 'CN=host-5'})) == [arns[5]]
    assert arns_of(inventory(stocked, Filters={'NameContains': 'alias-6'})) == [arns[6]]
    serial = ca.serial_of(arns[2])
    assert arns_of(inventory(stocked, Filters={'Serial': serial})) == [arns[2]]
    colons = ':'.join(serial[i:i + 2] for i in range(0, 32, 2)).upper()
    assert arns_of(inventory(stocked, Filters={'Serial': colons})) == [arns[2]]
    assert arns_of(inventory(stocked, Filters={'TemplateArn': ca.template('CodeSigningCertificate')})) == arns[:7:-1]
    assert arns_of(inventory(stocked, Filters={'Statuses': ['REVOKED']})) == [arns[3]]
    assert len(inventory(stocked, Filters={'Statuses': ['ISSUED']})) == 10
    assert len(inventory(stocked, Filters={'Statuses': ['ISSUED', 'REVOKED']})) == 11
    assert inventory(stocked, Filters={'Statuses': ['EXPIRED']}) == []
    window = {'ExpiresAfter': now + datetime.timedelta(days=11, hours=12),
                                                       'ExpiresBefore': now + datetime.timedelta(days=13, hours=12)}
    assert arns_of(inventory(stocked, Filters=window)) == [arns[3], arns[2]]
    assert arns_of(inventory(stocked, Filters=window | {'Statuses': ['REVOKED']})) == [arns[3]]
    assert inventory(stocked, Filters={'SubjectContains': 'nobody'}) == []


def test_the_inventory_tells_each_certificate_as_it_is(stocked):
    made, _, arns = stocked
    found = inventory(stocked, Filters={'Serial': ca.serial_of(arns[3])})[0]
    certificate = ca.load(made.get(arns[3])[0])
    assert found['Subject'] == 'CN=host-3.example.com,O=Stock'
    assert found['SubjectAlternativeNames'] == ['host-3.example.com', 'alias-3.test']
    assert found['TemplateArn'] == ca.template('EndEntityCertificate')
    assert (found['Status'], found['RevocationReason']) == ('REVOKED', 'SUPERSEDED')
    assert found['NotBefore'] == not_before(certificate) and found['NotAfter'] == not_after(certificate)
    assert found['IssuedAt'] <= found['RevokedAt'] <= datetime.datetime.now(UTC)
    assert found['RequestedBy'] == 'arn:aws:iam::111122223333:user/root'


def test_the_inventory_refuses_a_token_of_another_question(stocked):
    made, own, _ = stocked
    token = own.list_issued_certificates(CertificateAuthorityArn=made.arn, MaxResults=2)['NextToken']
    code, _ = ca.refusal(own.list_issued_certificates, CertificateAuthorityArn=made.arn, NextToken=token[:-4] + 'AAAA')
    assert code == 'InvalidNextTokenException'
    assert ca.refusal(own.list_issued_certificates, CertificateAuthorityArn=made.arn.replace('111122223333',
                                                                                             '222222222222'))[0] in (
        'ResourceNotFoundException', 'AccessDeniedException')


# ---- It lasts ----

def test_a_restart_and_a_crash_keep_every_byte(start_server, tmp_path):
    data_dir = tmp_path / 'data'
    server = start_server(data_dir=data_dir)
    root = ca.root(server.boto(service='acm-pca'), 'Lasting Root')
    below = ca.subordinate(root, 'Lasting Below')
    waiting = ca.create(root.client, subject='Lasting Waiting')
    arns = [below.issue_arn(ca.csr()[0]) for _ in range(3)]

    def everything(client):
        again = [ca.Authority(client, a.arn) for a in (root, below, waiting)]
        return ([a.csr() for a in again], [a.own() for a in again[:2]], [again[1].get(arn) for arn in arns],
                [a.describe() for a in again])

    before = everything(root.client)
    assert before == everything(root.client)
    server.stop()
    server = start_server(data_dir=data_dir)
    assert everything(server.boto(service='acm-pca')) == before
    server.kill()
    server = start_server(data_dir=data_dir)
    client = server.boto(service='acm-pca')
    assert everything(client) == before
    issued = ca.load(ca.Authority(client, below.arn).issue(ca.csr()[0]))
    assert issued.issuer == ca.load(before[1][1][0]).subject
