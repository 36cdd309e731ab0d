"""Who wants to be a CA by any way there is, and what ApiPassthrough cannot say."""
import base64

import pca as ca
import pytest
from attack import (
    CODES, GOOD, asks, dns, extension, issue, issued, issuing, passing, refused, request, san, seq,
    tlv)
from cryptography import x509


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
    ('2.5.29.19', CA_TRUE), ('2.5.29.15', CERT_SIGN), ('2.5.29.019',
     CA_TRUE), ('2.05.29.19', CA_TRUE), ('2.5.29.35', b'\x30\0'),
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
    refused(pki_server, 'IssueCertificate', issuing(
        pending, pending.csr().encode(), 'RootCACertificate'), CODES, 'subordinate')


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
