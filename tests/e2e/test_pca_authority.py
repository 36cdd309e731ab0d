"""The life of an authority: making, states and their words, keys, names, requests, lists, tags, permissions, policies,
other accounts."""
import datetime
import json
import os
import subprocess
import time

import botocore.exceptions
import pca as ca
import pytest
from cryptography import x509

UTC = datetime.timezone.utc
OTHER_ACCOUNT = '444455556666'
NOBODY = 'arn:aws:acm-pca:eu-central-1:111122223333:certificate-authority/00000000-0000-4000-8000-000000000000'


# ---- Making ----

def test_a_new_authority_is_described_as_aws_does(pca):
    before = datetime.datetime.now(UTC) - datetime.timedelta(milliseconds=1)
    made = ca.create(pca, 'ROOT', 'Described Root')
    described = made.describe()
    assert before <= described.pop('CreatedAt') <= datetime.datetime.now(UTC)
    assert isinstance(described.pop('LastStateChangeAt'), datetime.datetime)
    assert described == {
        'Arn': made.arn, 'OwnerAccount': '111122223333', 'Type': 'ROOT', 'Status': 'PENDING_CERTIFICATE',
        'CertificateAuthorityConfiguration': {
            'KeyAlgorithm': 'EC_prime256v1', 'SigningAlgorithm': 'SHA256WITHECDSA',
            'Subject': {'Country': 'DE', 'Organization': 'Example Trust', 'CommonName': 'Described Root'}},
        'RevocationConfiguration': {'CrlConfiguration': {'Enabled': False}, 'OcspConfiguration': {'Enabled': False}},
        'KeyStorageSecurityStandard': 'FIPS_140_2_LEVEL_3_OR_HIGHER', 'UsageMode': 'GENERAL_PURPOSE'}
    assert made.arn.startswith('arn:aws:acm-pca:eu-central-1:111122223333:certificate-authority/')


def test_a_token_gives_the_same_authority_again(pca):
    arguments = {'CertificateAuthorityConfiguration': ca.configuration('Repeated'), 'CertificateAuthorityType': 'ROOT'}
    first = pca.create_certificate_authority(IdempotencyToken='repeated', **arguments)['CertificateAuthorityArn']
    assert pca.create_certificate_authority(IdempotencyToken='repeated', **
                                            arguments)['CertificateAuthorityArn'] == first
    assert pca.create_certificate_authority(IdempotencyToken='other', **arguments)['CertificateAuthorityArn'] != first
    assert pca.create_certificate_authority(**arguments)['CertificateAuthorityArn'] != first


@pytest.mark.parametrize('algorithm, signing, key, signature', [
    ('RSA_2048', 'SHA256WITHRSA', '2048 bit', 'sha256WithRSAEncryption'),
    ('RSA_3072', 'SHA384WITHRSA', '3072 bit', 'sha384WithRSAEncryption'),
    ('RSA_4096', 'SHA512WITHRSA', '4096 bit', 'sha512WithRSAEncryption'),
    ('EC_prime256v1', 'SHA256WITHECDSA', 'prime256v1', 'ecdsa-with-SHA256'),
    ('EC_secp384r1', 'SHA384WITHECDSA', 'secp384r1', 'ecdsa-with-SHA384'),
    ('EC_secp521r1', 'SHA512WITHECDSA', 'secp521r1', 'ecdsa-with-SHA512')])
def test_every_key_algorithm(pca, algorithm, signing, key, signature):
    made = ca.create(pca, 'ROOT', f'{algorithm} Root', algorithm, signing)
    text = ca.openssl('req', '-noout', '-text', '-verify', stdin=made.csr())
    assert key in text.stdout and f'Signature Algorithm: {signature}' in text.stdout
    assert 'verify OK' in text.stdout + text.stderr
    ca.certify(made)
    assert f'Signature Algorithm: {signature}' in ca.certificate_text(made.pem)
    ca.judge(made.issue(ca.csr_of_one()), made.pem)


@pytest.mark.parametrize('algorithm, signing', [('ML_DSA_44', 'ML_DSA_44'), ('ML_DSA_65', 'ML_DSA_65'),
                                                ('ML_DSA_87', 'ML_DSA_87'),
                                                ('SM2', 'SM3WITHSM2')])
def test_a_key_that_the_library_lacks_is_refused_by_name(pca, algorithm, signing):
    code, words = ca.refusal(pca.create_certificate_authority, CertificateAuthorityType='ROOT',
                             CertificateAuthorityConfiguration=ca.configuration('Exotic', algorithm, signing))
    assert code == 'InvalidArgsException' and algorithm in words


@pytest.mark.parametrize('algorithm, signing', [('RSA_2048', 'SHA256WITHECDSA'), ('EC_prime256v1', 'SHA256WITHRSA'),
                                                ('RSA_2048', 'ML_DSA_44')])
def test_a_signing_algorithm_of_another_family_is_refused(pca, algorithm, signing):
    code, words = ca.refusal(pca.create_certificate_authority, CertificateAuthorityType='ROOT',
                             CertificateAuthorityConfiguration=ca.configuration('Mixed', algorithm, signing))
    assert code in ('InvalidArgsException', 'ValidationException') and words


# ---- Names ----

FULL = {'Country': 'US', 'Organization': 'Example Corp', 'OrganizationalUnit': 'Sales',
        'DistinguishedNameQualifier': 'dnq',
        'State': 'WA', 'CommonName': 'Full Name', 'SerialNumber': '42', 'Locality': 'Zürich', 'Title': 'Dr',
        'Surname': 'Doe', 'GivenName': 'Jo', 'Initials': 'JD', 'Pseudonym': 'jo', 'GenerationQualifier': 'Jr'}


def test_every_attribute_of_a_subject_in_its_order(pca):
    """One RDN each, in the order of the model's members; printable strings where RFC 5280 wants them."""
    made = ca.create(pca, 'ROOT', FULL)
    assert made.describe()['CertificateAuthorityConfiguration']['Subject'] == FULL
    shown = ca.openssl('req', '-noout', '-subject', '-nameopt',
                       'oneline,utf8,-esc_msb', stdin=made.csr()).stdout.strip()
    wanted = ('subject=C = US, O = Example Corp, OU = Sales, dnQualifier = dnq, ST = WA, CN = Full Name, '
              'serialNumber = 42, L = Zürich, title = Dr, SN = Doe, GN = Jo, initials = JD, pseudonym = jo, generationQualifier = Jr')
    assert shown == wanted
    lines = ca.openssl('asn1parse', stdin=made.csr()).stdout.splitlines()
    kinds = {lines[n].split(':')[-1].strip(): lines[n + 1].split('prim:')[1].split(':')[0].strip()
             for n, line in enumerate(lines) if ' OBJECT ' in line and n + 1 < len(lines) and 'STRING' in lines[n + 1]}
    assert {k: v for k, v in kinds.items() if v == 'PRINTABLESTRING'} == {
        k: 'PRINTABLESTRING' for k in ('countryName', 'dnQualifier', 'serialNumber')}
    assert kinds['commonName'] == kinds['localityName'] == 'UTF8STRING'
    ca.certify(made)
    assert ca.openssl('x509', '-noout', '-subject', '-nameopt',
                      'oneline,utf8,-esc_msb', stdin=made.pem).stdout.strip() == wanted
    ca.judge(made.pem, made.pem)


def test_a_subject_of_custom_attributes(pca):
    made = ca.create(pca, 'ROOT', {'CustomAttributes': [
        {'ObjectIdentifier': '2.5.4.10', 'Value': 'Custom Org'}, {
            'ObjectIdentifier': '1.3.6.1.4.1.37244.1.4', 'Value': 'CACACACA00000001'},
        {'ObjectIdentifier': '2.5.4.3', 'Value': 'Custom Name'}]})
    request = x509.load_pem_x509_csr(made.csr().encode())
    assert [(a.oid.dotted_string, a.value) for a in request.subject] == [
        ('2.5.4.10', 'Custom Org'), ('1.3.6.1.4.1.37244.1.4', 'CACACACA00000001'), ('2.5.4.3', 'Custom Name')]
    ca.certify(made)
    ca.judge(made.pem, made.pem)


@pytest.mark.parametrize('subject', [
    {'CommonName': 'x', 'CustomAttributes': [{'ObjectIdentifier': '2.5.4.3', 'Value': 'x'}]}, {},
    {'Country': 'D1'}, {'CustomAttributes': [{'ObjectIdentifier': '2.5.4.6', 'Value': 'Germany'}]},
    {'CustomAttributes': [{'ObjectIdentifier': '2.5.4.3', 'Value': 'x' * 65}]},
    {'CustomAttributes': [{'ObjectIdentifier': '2.5.4.5', 'Value': 'not pr\u00efntable'}]}],
    ids=['both', 'empty', 'country', 'custom-country', 'long-name', 'not-printable'])
def test_a_subject_that_cannot_be_is_refused(pca, subject):
    code, words = ca.refusal(pca.create_certificate_authority, CertificateAuthorityType='ROOT',
                             CertificateAuthorityConfiguration=ca.configuration(subject))
    assert code in ('InvalidArgsException', 'ValidationException') and len(words) > 20


@pytest.mark.parametrize('member, limit', [
    ('Country', 2), ('Organization', 64), ('OrganizationalUnit', 64), ('DistinguishedNameQualifier', 64),
    ('State', 128),
    ('CommonName', 64), ('SerialNumber', 64), ('Locality', 128), ('Title', 64), ('Surname', 40), ('GivenName', 16),
    ('Initials', 5), ('Pseudonym', 128), ('GenerationQualifier', 3)])
def test_each_attribute_has_its_length(pca, member, limit):
    made = ca.create(pca, 'ROOT', {member: 'A' * limit})
    ca.openssl('req', '-noout', '-verify', stdin=made.csr())
    code, words = ca.refusal(pca.create_certificate_authority, CertificateAuthorityType='ROOT',
                             CertificateAuthorityConfiguration=ca.configuration({member: 'A' * (limit + 1)}))
    assert code == 'ValidationException' and member[0].lower() + member[1:] in words


def test_csr_extensions_are_in_the_request(pca):
    made = ca.create(pca, csr_extensions={
        'KeyUsage': {'KeyCertSign': True, 'CRLSign': True},
        'SubjectInformationAccess': [
            {'AccessMethod': {'AccessMethodType': 'CA_REPOSITORY'},
             'AccessLocation': {'UniformResourceIdentifier': 'https://repository.example.com/'}},
            {'AccessMethod': {'CustomObjectIdentifier': '1.2.3.4'}, 'AccessLocation': {'DnsName': 'a.example.com'}}]})
    text = ' '.join(ca.openssl('req', '-noout', '-text', '-verify', stdin=made.csr()).stdout.split())
    assert 'X509v3 Basic Constraints: critical CA:TRUE' in text
    assert 'X509v3 Key Usage: critical Certificate Sign, CRL Sign' in text
    assert 'CA Repository - URI:https://repository.example.com/' in text and '1.2.3.4 - DNS:a.example.com' in text


@pytest.mark.parametrize('method', [{}, {'CustomObjectIdentifier': '1.2.3', 'AccessMethodType': 'CA_REPOSITORY'}],
                         ids=['none', 'both'])
def test_an_access_method_is_one_thing(pca, method):
    code, words = ca.refusal(
        pca.create_certificate_authority, CertificateAuthorityType='ROOT',
        CertificateAuthorityConfiguration=ca.configuration('Access', CsrExtensions={'SubjectInformationAccess': [
            {'AccessMethod': method, 'AccessLocation': {'DnsName': 'a.example.com'}}]}))
    assert code == 'InvalidArgsException' and words


# ---- Revocation settings ----

@pytest.mark.parametrize('crl', [
    {'Enabled': False, 'ExpirationInDays': 7}, {'Enabled': False, 'CustomCname': 'a.example.com'},
    {'Enabled': True, 'ExpirationInDays': 7, 'CustomCname': 'http://a.example.com'},
    {'Enabled': True, 'ExpirationInDays': 7, 'CustomCname': 'a.example.com',
     'CrlDistributionPointExtensionConfiguration': {'OmitExtension': True}},
    {'Enabled': True, 'ExpirationInDays': 7, 'CustomPath': '../secrets'},
    {'Enabled': True, 'ExpirationInDays': 7, 'CustomPath': 'ocsp/x'}],
    ids=lambda c: '+'.join(c))
def test_revocation_settings_that_cannot_be_are_refused(pca, crl):
    code, words = ca.refusal(pca.create_certificate_authority, CertificateAuthorityType='ROOT',
                             CertificateAuthorityConfiguration=ca.configuration('Revocation'),
                             RevocationConfiguration={'CrlConfiguration': crl})
    assert code in ('InvalidArgsException', 'ValidationException') and len(words) > 20
    made = ca.root(pca, 'Revocation')
    assert ca.refusal(pca.update_certificate_authority, CertificateAuthorityArn=made.arn,
                      RevocationConfiguration={'CrlConfiguration': crl}) == (code, words)


def test_a_half_of_the_settings_keeps_the_other(pca):
    made = ca.root(pca, 'Halves', RevocationConfiguration={
        'CrlConfiguration': {'Enabled': True, 'ExpirationInDays': 9}, 'OcspConfiguration': {'Enabled': True}})
    made.update(RevocationConfiguration={'OcspConfiguration': {'Enabled': False}})
    settings = made.describe()['RevocationConfiguration']
    assert settings['CrlConfiguration']['ExpirationInDays'] == 9 and settings['CrlConfiguration']['Enabled'] is True
    assert settings['OcspConfiguration'] == {'Enabled': False}
    made.update(Status='DISABLED')
    assert made.describe()['RevocationConfiguration'] == settings


# ---- States and their words ----

def test_a_csr_comes_back_the_same_every_time(pca):
    """Signed anew it would make Terraform plan a replacement."""
    made = ca.create(pca, 'ROOT', 'Steady')
    first = made.csr()
    assert first.startswith('-----BEGIN CERTIFICATE REQUEST-----\n')
    ca.certify(made)
    pem = made.pem
    made.update(Status='DISABLED')
    assert [made.csr(), made.csr(), made.pem] == [first, first, pem]


def test_nothing_but_itself_is_asked_of_an_authority_in_waiting(pca):
    made = ca.create(pca, 'ROOT', 'Waiting')
    code, words = ca.refusal(pca.get_certificate_authority_certificate, CertificateAuthorityArn=made.arn)
    assert code == 'InvalidStateException'
    assert words.startswith(
        f'The certificate authority {made.arn} is not in the correct state to have a certificate signing request.')
    # A root in waiting has its own certificate to fetch; a subordinate has nothing.
    below = ca.create(pca)
    code, words = ca.refusal(pca.get_certificate, CertificateAuthorityArn=below.arn,
                             CertificateArn=f'{below.arn}/certificate/{"1" * 32}')
    assert code == 'InvalidStateException'
    assert words.startswith(
        f'The certificate authority {below.arn} is not in the correct state to have issued certificates.')
    code, words = ca.refusal(pca.update_certificate_authority, CertificateAuthorityArn=made.arn, Status='DISABLED')
    assert code == 'InvalidStateException'
    assert 'The certificate authority must be in the ACTIVE or DISABLED state to be updated' in words
    assert made.refuses_revocation('1' * 32)[0] == 'InvalidStateException'
    assert ca.refusal(pca.create_certificate_authority_audit_report, CertificateAuthorityArn=made.arn,
                      S3BucketName='bucket',
                      AuditReportResponseFormat='JSON')[0] == 'InvalidStateException'
    code, words = ca.refusal(pca.restore_certificate_authority, CertificateAuthorityArn=made.arn)
    assert code == 'InvalidStateException'
    assert words.startswith('The certificate authority is not in a valid state for restoration.')


def test_an_active_authority_is_not_deleted_before_it_is_disabled(pca):
    made = ca.root(pca, 'Active')
    code, words = ca.refusal(pca.delete_certificate_authority, CertificateAuthorityArn=made.arn)
    assert code == 'InvalidStateException'
    assert words.startswith('The certificate authority is not in a valid state for deletion.')
    assert made.status == 'ACTIVE'


def test_disabling_stops_issuing_and_enabling_starts_it_again(pca):
    made = ca.root(pca, 'On And Off')
    made.update(Status='DISABLED')
    code, words = made.refuses(ca.csr_of_one())
    assert code == 'InvalidStateException'
    assert words.startswith('The certificate authority is not in a valid state for issuing certificates')
    made.update(Status='ACTIVE')
    assert made.issue(ca.csr_of_one())


def test_an_update_of_nothing_is_refused(pca):
    made = ca.root(pca, 'Nothing To Update')
    code, words = ca.refusal(pca.update_certificate_authority, CertificateAuthorityArn=made.arn)
    assert code in ('InvalidArgsException', 'ValidationException', 'InvalidRequestException')
    assert 'Either RevocationConfiguration or Status should be present' in words


@pytest.mark.parametrize('status', ['CREATING', 'PENDING_CERTIFICATE', 'DELETED', 'EXPIRED', 'FAILED'])
def test_a_status_that_nobody_can_set_is_refused(pca, status):
    made = ca.root(pca, 'Status')
    assert ca.refusal(pca.update_certificate_authority, CertificateAuthorityArn=made.arn, Status=status)[0] in (
        'InvalidArgsException', 'ValidationException', 'InvalidRequestException')
    assert made.status == 'ACTIVE'


def test_a_deleted_authority_can_be_restored_as_it_was(pca):
    made = ca.root(pca, 'Deleted And Restored')
    leaf = made.issue_arn(ca.csr_of_one())
    before = made.describe()
    made.update(Status='DISABLED')
    pca.delete_certificate_authority(CertificateAuthorityArn=made.arn, PermanentDeletionTimeInDays=7)
    described = made.describe()
    assert described['Status'] == 'DELETED'
    wait = described['RestorableUntil'] - datetime.datetime.now(UTC)
    assert datetime.timedelta(days=7) - datetime.timedelta(minutes=1) < wait <= datetime.timedelta(days=7)
    for call, words in [
            (lambda: ca.refusal(pca.get_certificate_authority_certificate, CertificateAuthorityArn=made.arn),
             'is not in the correct state to have a certificate signing request.'),
            (lambda: ca.refusal(pca.get_certificate_authority_csr, CertificateAuthorityArn=made.arn),
             'is not in the correct state to have a certificate signing request.'),
            (lambda: ca.refusal(pca.get_certificate, CertificateAuthorityArn=made.arn, CertificateArn=leaf),
             'is not in the correct state to have issued certificates.'),
            (lambda: ca.refusal(pca.list_permissions, CertificateAuthorityArn=made.arn),
             'The certificate authority is in the DELETED state'),
            (lambda: ca.refusal(pca.delete_certificate_authority, CertificateAuthorityArn=made.arn),
             'The certificate authority is not in a valid state for deletion.'),
            (lambda: ca.refusal(pca.update_certificate_authority, CertificateAuthorityArn=made.arn, Status='ACTIVE'),
             'The certificate authority must be in the ACTIVE or DISABLED state to be updated')]:
        code, said = call()
        assert code == 'InvalidStateException' and words in said
    assert made.arn in arns(pca)
    pca.restore_certificate_authority(CertificateAuthorityArn=made.arn)
    described = made.describe()
    assert described['Status'] == 'DISABLED' and 'RestorableUntil' not in described
    made.update(Status='ACTIVE')
    after = made.describe()
    assert {k: v for k, v in after.items() if k != 'LastStateChangeAt'} == {
        k: v for k, v in before.items() if k != 'LastStateChangeAt'}
    assert made.issue(ca.csr_of_one()) and made.get(leaf)


def test_an_authority_in_waiting_is_restored_to_waiting(pca):
    made = ca.create(pca)
    csr = made.csr()
    pca.delete_certificate_authority(CertificateAuthorityArn=made.arn)
    wait = made.describe()['RestorableUntil'] - datetime.datetime.now(UTC)
    assert datetime.timedelta(days=30) - datetime.timedelta(minutes=1) < wait <= datetime.timedelta(days=30)
    pca.restore_certificate_authority(CertificateAuthorityArn=made.arn)
    assert made.status == 'PENDING_CERTIFICATE' and made.csr() == csr


@pytest.mark.parametrize('days', [6, 31])
def test_a_restore_window_is_7_to_30_days(pca, pki_server, days):
    made = ca.create(pca)
    status, answer = pki_server.post({'CertificateAuthorityArn': made.arn, 'PermanentDeletionTimeInDays': days},
                                     'DeleteCertificateAuthority', service='acm-pca')
    assert status == 400 and answer['__type'].endswith('ValidationException')
    assert "'permanentDeletionTimeInDays' failed to satisfy constraint" in answer['message']
    assert made.status == 'PENDING_CERTIFICATE'


def test_an_authority_expires_by_its_clock_and_lives_again_with_a_new_certificate(pca):
    external = ca.create(pca, subject='Expiring')
    parent = ca.root(pca, 'Parent Of Expiring')
    end = int(time.time()) + 2
    pem, chain = parent.get(parent.issue_arn(external.csr().encode(), 'SubordinateCACertificate_PathLen0',
                                             Validity={'Type': 'ABSOLUTE', 'Value': end}))
    external.install(pem, chain)
    assert external.status == 'ACTIVE'
    time.sleep(max(0, end + 1.1 - time.time()))
    assert external.status == 'EXPIRED'
    assert external.refuses(ca.csr_of_one())[0] == 'InvalidStateException'
    external.install(*parent.get(parent.issue_arn(external.csr().encode(), 'SubordinateCACertificate_PathLen0')))
    assert external.status == 'ACTIVE' and external.issue(ca.csr_of_one(), days=10)


@pytest.mark.parametrize('call', [
    'describe_certificate_authority', 'get_certificate_authority_csr', 'get_certificate_authority_certificate',
    'list_tags',
    'list_permissions', 'delete_certificate_authority', 'restore_certificate_authority'])
def test_an_authority_that_is_not_there(pca, call):
    code, words = ca.refusal(getattr(pca, call), CertificateAuthorityArn=NOBODY)
    assert code == 'ResourceNotFoundException' and NOBODY in words


@pytest.mark.parametrize('arn, codes', [
    ('arn:aws:acm-pca:eu-central-1:111122223333:certificate-authority/not-a-uuid',
     {'InvalidArnException', 'ResourceNotFoundException'}),
    ('arn:aws:acm:eu-central-1:111122223333:certificate/00000000-0000-4000-8000-000000000000',
     {'ValidationException', 'InvalidArnException'}),
    ('nothing', {'ValidationException'})])
def test_an_arn_of_another_shape(pca, arn, codes):
    assert ca.refusal(pca.describe_certificate_authority, CertificateAuthorityArn=arn)[0] in codes


# ---- Clients' manners ----

def test_boto3s_waiters_end(pca):
    made = ca.create(pca, 'ROOT', 'Waited For')
    wait = {'Delay': 1, 'MaxAttempts': 3}
    pca.get_waiter('certificate_authority_csr_created').wait(CertificateAuthorityArn=made.arn, WaiterConfig=wait)
    arn = made.issue_arn(made.csr().encode(), 'RootCACertificate', days=99)
    pca.get_waiter('certificate_issued').wait(CertificateAuthorityArn=made.arn, CertificateArn=arn, WaiterConfig=wait)


def test_the_calls_of_a_terraform_life(pca):
    """aws_acmpca_certificate_authority, _certificate, _authority_certificate, a leaf; then destroy, in its order."""
    arn = pca.create_certificate_authority(
        CertificateAuthorityConfiguration=ca.configuration('Terraform Root', 'RSA_2048', 'SHA512WITHRSA'),
        CertificateAuthorityType='ROOT', IdempotencyToken='terraform-0001',
        Tags=[{'Key': 'made-by', 'Value': 'terraform'}])[
            'CertificateAuthorityArn']
    made = ca.Authority(pca, arn)
    assert made.describe()['Status'] in ('CREATING', 'PENDING_CERTIFICATE')
    assert pca.list_tags(CertificateAuthorityArn=arn)['Tags'] == [{'Key': 'made-by', 'Value': 'terraform'}]
    assert ca.refusal(pca.get_certificate_authority_certificate,
                      CertificateAuthorityArn=arn)[0] == 'InvalidStateException'
    assert ca.refusal(pca.get_policy, ResourceArn=arn)[0] == 'ResourceNotFoundException'
    csr = made.csr()
    root = pca.issue_certificate(CertificateAuthorityArn=arn, Csr=csr.encode(), SigningAlgorithm='SHA512WITHRSA',
                                 TemplateArn=ca.template('RootCACertificate'),
                                 Validity={'Type': 'YEARS', 'Value': 1})['CertificateArn']
    got = pca.get_certificate(CertificateAuthorityArn=arn, CertificateArn=root)
    assert 'CertificateChain' not in got
    pca.import_certificate_authority_certificate(CertificateAuthorityArn=arn, Certificate=got['Certificate'].encode())
    leaf = pca.issue_certificate(CertificateAuthorityArn=arn, Csr=ca.csr_of_one(), SigningAlgorithm='SHA256WITHRSA',
                                 Validity={'Type': 'DAYS', 'Value': 1})['CertificateArn']
    assert pca.get_certificate(CertificateAuthorityArn=arn, CertificateArn=leaf)['CertificateChain']
    pca.create_permission(CertificateAuthorityArn=arn, Principal='acm.amazonaws.com',
                          Actions=['IssueCertificate', 'GetCertificate', 'ListPermissions'])
    # Refresh: everything as it was.
    assert made.csr() == csr and made.own() == (got['Certificate'], '')
    # Destroy.
    pca.delete_permission(CertificateAuthorityArn=arn, Principal='acm.amazonaws.com')
    for certificate in (leaf, root):
        serial = f'{int(ca.serial_of(certificate), 16):x}'
        try:
            pca.revoke_certificate(CertificateAuthorityArn=arn, CertificateSerial=serial,
                                   RevocationReason='UNSPECIFIED')
        except botocore.exceptions.ClientError as refused:
            assert certificate == root and refused.response['Error']['Code'] == 'InvalidRequestException'
            assert 'Self-signed certificate can not be revoked' in refused.response['Error']['Message']
        else:
            assert certificate == leaf
    pca.update_certificate_authority(CertificateAuthorityArn=arn, Status='DISABLED')
    pca.delete_certificate_authority(CertificateAuthorityArn=arn, PermanentDeletionTimeInDays=7)
    assert made.status == 'DELETED'


def test_a_destroy_in_waiting_goes_the_same_way(pca):
    made = ca.create(pca)
    code, words = ca.refusal(pca.update_certificate_authority, CertificateAuthorityArn=made.arn, Status='DISABLED')
    assert code == 'InvalidStateException' and 'must be in the ACTIVE or DISABLED state to be updated' in words
    pca.delete_certificate_authority(CertificateAuthorityArn=made.arn, PermanentDeletionTimeInDays=30)
    assert made.status == 'DELETED'


def test_the_aws_cli_makes_a_hierarchy(pki_server, tmp_path):
    """As the user guide has it, with files and --output text."""
    def aws(*words):
        done = pki_server.aws(*words, service='acm-pca')
        assert done.returncode == 0, done.stderr
        return done.stdout

    (tmp_path / 'config').write_text(json.dumps(ca.configuration('CLI Root')))
    arn = aws('create-certificate-authority', '--certificate-authority-configuration', f'file://{tmp_path}/config',
              '--certificate-authority-type', 'ROOT', '--idempotency-token', '01234567', '--query',
              'CertificateAuthorityArn',
              '--output', 'text').strip()
    (tmp_path / 'csr').write_text(aws('get-certificate-authority-csr', '--certificate-authority-arn', arn, '--output',
                                      'text'))
    certificate = aws('issue-certificate', '--certificate-authority-arn', arn, '--csr', f'fileb://{tmp_path}/csr',
                      '--signing-algorithm', 'SHA256WITHECDSA', '--template-arn', ca.template(
                          'RootCACertificate'), '--validity',
                      'Value=365,Type=DAYS', '--query', 'CertificateArn', '--output', 'text').strip()
    (tmp_path / 'pem').write_text(aws('get-certificate', '--certificate-authority-arn', arn, '--certificate-arn',
                                      certificate,
                                      '--query', 'Certificate', '--output', 'text'))
    assert aws('import-certificate-authority-certificate', '--certificate-authority-arn', arn, '--certificate',
               f'fileb://{tmp_path}/pem') == ''
    assert json.loads(aws('describe-certificate-authority', '--certificate-authority-arn',
                          arn))['CertificateAuthority'][
        'Status'] == 'ACTIVE'
    assert ca.openssl('verify', '-CAfile', tmp_path / 'pem', tmp_path / 'pem').stdout.strip().endswith('OK')


# ---- Lists ----

def arns(client, **more):
    pages = client.get_paginator('list_certificate_authorities').paginate(**more)
    return [a['Arn'] for page in pages for a in page['CertificateAuthorities']]


def test_authorities_are_listed_in_pages(pki_server):
    shelf = pki_server.boto(service='acm-pca', region='xx-pcalist-1')
    made = [ca.create(shelf, subject=f'Listed {n}').arn for n in range(7)]
    assert sorted(arns(shelf)) == sorted(made)
    for size in (1, 2, 3, 7, 1000):
        assert sorted(arns(shelf, PaginationConfig={'PageSize': size})) == sorted(made)
    page = shelf.list_certificate_authorities(MaxResults=2)
    assert len(page['CertificateAuthorities']) == 2
    item = next(a for a in shelf.list_certificate_authorities()['CertificateAuthorities'] if a['Arn'] == made[0])
    assert item == ca.Authority(shelf, made[0]).describe()
    assert arns(shelf, ResourceOwner='OTHER_ACCOUNTS') == []
    for token in ('x', page['NextToken'][:-4] + 'AAAA'):
        assert ca.refusal(shelf.list_certificate_authorities, NextToken=token)[0] == 'InvalidNextTokenException'


# ---- Tags ----

def tags_of(client, arn, **more):
    pages = client.get_paginator('list_tags').paginate(CertificateAuthorityArn=arn, **more)
    return {t['Key']: t.get('Value') for page in pages for t in page['Tags']}


def test_tags_are_put_listed_and_taken_away(pca):
    made = ca.create(pca, Tags=[{'Key': 'team', 'Value': 'shop'}, {'Key': 'bare'}])
    assert tags_of(pca, made.arn) == {'team': 'shop', 'bare': None} or tags_of(
        pca, made.arn) == {'team': 'shop', 'bare': ''}
    pca.tag_certificate_authority(CertificateAuthorityArn=made.arn, Tags=[
                                  {'Key': 'team', 'Value': 'till'}, {'Key': 'übung', 'Value': 'x'}])
    assert tags_of(pca, made.arn)['team'] == 'till' and tags_of(pca, made.arn)['übung'] == 'x'
    pca.untag_certificate_authority(CertificateAuthorityArn=made.arn, Tags=[
                                    {'Key': 'team', 'Value': 'other'}, {'Key': 'bare'}])
    assert tags_of(pca, made.arn) == {'team': 'till', 'übung': 'x'}
    pca.untag_certificate_authority(CertificateAuthorityArn=made.arn, Tags=[{'Key': 'team', 'Value': 'till'}])
    assert tags_of(pca, made.arn) == {'übung': 'x'}


def test_there_are_50_tags_and_no_more(pca):
    made = ca.create(pca, Tags=[{'Key': f'key-{n:02d}', 'Value': str(n)} for n in range(50)])
    assert len(tags_of(pca, made.arn, PaginationConfig={'PageSize': 7})) == 50
    assert ca.refusal(pca.tag_certificate_authority, CertificateAuthorityArn=made.arn,
                      Tags=[{'Key': 'one more'}])[0] == 'TooManyTagsException'
    pca.tag_certificate_authority(CertificateAuthorityArn=made.arn, Tags=[{'Key': 'key-00', 'Value': 'changed'}])
    assert ca.refusal(pca.tag_certificate_authority, CertificateAuthorityArn=made.arn,
                      Tags=[{'Key': 'aws:x'}])[0] == 'InvalidTagException'


# ---- Permissions ----

def test_permissions_of_acm(pca):
    made = ca.root(pca, 'Permitting')
    actions = ['IssueCertificate', 'GetCertificate', 'ListPermissions']
    pca.create_permission(CertificateAuthorityArn=made.arn, Principal='acm.amazonaws.com', Actions=actions)
    found = pca.list_permissions(CertificateAuthorityArn=made.arn)['Permissions']
    assert len(found) == 1
    assert found[0]['Principal'] == 'acm.amazonaws.com' and sorted(found[0]['Actions']) == sorted(actions)
    assert found[0]['CertificateAuthorityArn'] == made.arn and isinstance(found[0]['CreatedAt'], datetime.datetime)
    assert ca.refusal(pca.create_permission, CertificateAuthorityArn=made.arn, Principal='acm.amazonaws.com',
                      Actions=actions)[0] == 'PermissionAlreadyExistsException'
    assert ca.refusal(pca.create_permission, CertificateAuthorityArn=made.arn, Principal='ec2.amazonaws.com',
                      Actions=actions)[0] in ('InvalidArgsException', 'ValidationException')
    pca.delete_permission(CertificateAuthorityArn=made.arn, Principal='acm.amazonaws.com')
    assert pca.list_permissions(CertificateAuthorityArn=made.arn)['Permissions'] == []
    assert ca.refusal(pca.delete_permission, CertificateAuthorityArn=made.arn,
                      Principal='acm.amazonaws.com')[0] == 'ResourceNotFoundException'


def test_a_permission_can_be_granted_before_the_certificate_is_there(pca):
    """Terraform's permission depends on the authority alone; the guide would have it ACTIVE."""
    made = ca.create(pca)
    pca.create_permission(CertificateAuthorityArn=made.arn, Principal='acm.amazonaws.com', Actions=['IssueCertificate'])
    assert len(pca.list_permissions(CertificateAuthorityArn=made.arn)['Permissions']) == 1


# ---- Policies and other accounts ----

@pytest.fixture(scope='module')
def stranger(pki_server, chancery):
    """A client of a second account of the same server."""
    def admin(*words):
        done = subprocess.run([str(chancery), 'admin', *words, '--data-dir', str(pki_server.data_dir)],
                              capture_output=True,
                              text=True, check=False, env={**os.environ,
                                                           'SECRET': 'a-secret-of-forty-characters-0123456789'})
        assert done.returncode == 0, done.stderr

    admin('account', 'create', OTHER_ACCOUNT)
    admin('key', 'create', '--account-id', OTHER_ACCOUNT, '--user', 'stranger', '--access-key-id',
          'AKIASTRANGER00000000',
          '--secret-from-env', 'SECRET')
    client = pki_server.boto('AKIASTRANGER00000000', 'a-secret-of-forty-characters-0123456789', service='acm-pca')

    def known():
        try:
            return client.list_certificate_authorities() is not None
        except botocore.exceptions.ClientError:
            return None

    ca.wait_for(known)
    return client


READING = ['acm-pca:DescribeCertificateAuthority', 'acm-pca:GetCertificate',
           'acm-pca:GetCertificateAuthorityCertificate',
           'acm-pca:ListPermissions', 'acm-pca:ListTags']


def policy(arn, template='EndEntityCertificate', account=OTHER_ACCOUNT, **changes):
    return json.dumps({'Version': '2012-10-17', 'Statement': [
        {'Sid': '1', 'Effect': 'Allow', 'Principal': {'AWS': account}, 'Action': READING, 'Resource': arn},
        {'Sid': '2', 'Effect': 'Allow', 'Principal': {'AWS': account}, 'Action': ['acm-pca:IssueCertificate'],
         'Resource': arn,
         'Condition': {'StringEquals': {'acm-pca:TemplateArn': ca.template(template)}}} | changes]})


def test_a_policy_comes_back_as_it_was_put(pca):
    made = ca.root(pca, 'Policy')
    code, words = ca.refusal(pca.get_policy, ResourceArn=made.arn)
    assert (code, words) == ('ResourceNotFoundException', f'Could not find policy for resource {made.arn}.')
    pca.delete_policy(ResourceArn=made.arn)
    text = policy(made.arn)
    pca.put_policy(ResourceArn=made.arn, Policy=text)
    assert pca.get_policy(ResourceArn=made.arn)['Policy'] == text
    pca.delete_policy(ResourceArn=made.arn)
    assert ca.refusal(pca.get_policy, ResourceArn=made.arn)[0] == 'ResourceNotFoundException'


@pytest.mark.parametrize('change', [
    {'Effect': 'Deny'}, {'Resource': NOBODY}, {'Principal': '*'}, {'Action': ['acm-pca:DeleteCertificateAuthority']},
    {'Condition': {}}, {'Condition': {'StringEquals': {'acm-pca:TemplateArn': ca.template('RootCACertificate')}}}],
    ids=lambda c: next(iter(c)))
def test_a_policy_of_another_shape_is_refused(pca, change):
    made = ca.root(pca, 'Shaped')
    code, words = ca.refusal(pca.put_policy, ResourceArn=made.arn, Policy=policy(made.arn, **change))
    assert code == 'InvalidPolicyException' and words
    assert ca.refusal(pca.get_policy, ResourceArn=made.arn)[0] == 'ResourceNotFoundException'


@pytest.mark.parametrize('text', ['x', '{}', '[]', '{"Statement": []}', '{"Statement": "all"}'])
def test_a_policy_that_is_none_is_refused(pca, own_root, text):
    assert ca.refusal(pca.put_policy, ResourceArn=own_root.arn, Policy=text)[0] == 'InvalidPolicyException'


def test_another_account_uses_what_a_policy_allows_and_nothing_else(pca, stranger):
    made = ca.root(pca, 'Shared With Stranger')
    guest = ca.Authority(stranger, made.arn)

    def denied(call, **more):
        code, _ = ca.refusal(call, **more)
        return code in ('AccessDeniedException', 'ResourceNotFoundException')

    issue = {'CertificateAuthorityArn': made.arn, 'Csr': ca.csr_of_one(), 'SigningAlgorithm': 'SHA256WITHECDSA',
             'Validity': {'Type': 'DAYS', 'Value': 3}}
    assert denied(stranger.describe_certificate_authority, CertificateAuthorityArn=made.arn)
    assert denied(stranger.issue_certificate, **issue)
    pca.put_policy(ResourceArn=made.arn, Policy=policy(made.arn))
    assert guest.status == 'ACTIVE' and guest.describe()['OwnerAccount'] == '111122223333'
    pem = guest.issue(ca.csr_of_one())
    ca.judge(pem, guest.path())
    assert made.arn in arns(stranger, ResourceOwner='OTHER_ACCOUNTS')
    assert made.arn not in arns(stranger)
    # With this template only, and nothing that the policy does not name.
    assert denied(stranger.issue_certificate, **issue, TemplateArn=ca.template('CodeSigningCertificate'))
    assert denied(stranger.issue_certificate, **issue, TemplateArn=ca.template('SubordinateCACertificate_PathLen0'))
    assert denied(stranger.revoke_certificate, CertificateAuthorityArn=made.arn, CertificateSerial=ca.serial_of(pem),
                  RevocationReason='SUPERSEDED')
    assert denied(stranger.update_certificate_authority, CertificateAuthorityArn=made.arn, Status='DISABLED')
    assert denied(stranger.delete_policy, ResourceArn=made.arn)
    assert denied(stranger.tag_certificate_authority, CertificateAuthorityArn=made.arn, Tags=[{'Key': 'mine'}])
    pca.delete_policy(ResourceArn=made.arn)
    assert denied(stranger.issue_certificate, **issue)
    assert denied(stranger.get_certificate_authority_certificate, CertificateAuthorityArn=made.arn)


def test_a_policy_for_one_account_is_none_for_another(pca, stranger):
    made = ca.root(pca, 'Shared With Somebody')
    pca.put_policy(ResourceArn=made.arn, Policy=policy(made.arn, account='999999999999'))
    assert ca.refusal(stranger.describe_certificate_authority, CertificateAuthorityArn=made.arn)[0] in (
        'AccessDeniedException', 'ResourceNotFoundException')
    assert made.arn not in arns(stranger, ResourceOwner='OTHER_ACCOUNTS')


# ---- Quotas ----

def test_an_account_has_as_many_authorities_as_its_quota(start_server):
    """A deleted one counts until its window ends."""
    pca = start_server('--quota-authorities', '2').boto(service='acm-pca')
    first, _ = ca.create(pca), ca.create(pca)
    pca.delete_certificate_authority(CertificateAuthorityArn=first.arn)
    code, words = ca.refusal(pca.create_certificate_authority, CertificateAuthorityType='ROOT',
                             CertificateAuthorityConfiguration=ca.configuration('Third'))
    assert code == 'LimitExceededException' and '2' in words


def test_an_authority_issues_as_many_certificates_as_its_quota(start_server):
    made = ca.root(start_server('--quota-issued', '3').boto(service='acm-pca'))
    for _ in range(2):
        made.issue(ca.csr_of_one())
    code, words = made.refuses(ca.csr_of_one())
    assert code == 'LimitExceededException' and '3' in words
