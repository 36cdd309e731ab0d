"""Bad input for the operations of private CAs: forms, ARNs, serials, tokens, policies; and strangers. Each time a clear error,
nothing signed, and the server goes on."""
import base64
import itertools
import json
import subprocess

import house
import pca as ca
import pytest
from attack import CODES, GOOD, ask, issue, issued, message_of, refused

ABSENT = 'arn:aws:acm-pca:eu-central-1:111122223333:certificate-authority/12345678-1234-4234-8234-123456789012'


# ---- The API's own forms ----

MODEL = json.loads(next((house.BOTOCORE / 'acm-pca').rglob('service-2.json')).read_text()) if (
    house.BOTOCORE / 'acm-pca').exists() else {'operations': {}, 'shapes': {}}
# What else an operation wants, so that it gets as far as its ARN.
WANTED = {
    'CreateCertificateAuthorityAuditReport': {'S3BucketName': 'reports.example', 'AuditReportResponseFormat': 'JSON'},
    'CreatePermission': {'Principal': 'acm.amazonaws.com', 'Actions': ['IssueCertificate']},
    'DeletePermission': {'Principal': 'acm.amazonaws.com'},
    'DescribeCertificateAuthorityAuditReport': {'AuditReportId': '12345678-1234-4234-8234-123456789012'},
    'GetCertificate': {'CertificateArn': ABSENT + '/certificate/11'},
    'ImportCertificateAuthorityCertificate': {'Certificate': base64.b64encode(GOOD).decode()},
    'IssueCertificate': {'Csr': base64.b64encode(GOOD).decode(), 'SigningAlgorithm': 'SHA256WITHECDSA',
                         'Validity': {'Value': 1, 'Type': 'DAYS'}},
    'PutPolicy': {'Policy': '{"Version":"2012-10-17","Statement":[]}'},
    'RevokeCertificate': {'CertificateSerial': '11', 'RevocationReason': 'SUPERSEDED'},
    'TagCertificateAuthority': {'Tags': [{'Key': 'a'}]}, 'UntagCertificateAuthority': {'Tags': [{'Key': 'a'}]},
    'UpdateCertificateAuthority': {'Status': 'DISABLED'},
}
OPERATIONS = sorted(MODEL['operations'])


def arn_member(operation):
    members = MODEL['shapes'][MODEL['operations'][operation]['input']['shape']]['members']
    return next((m for m in ('CertificateAuthorityArn', 'ResourceArn') if m in members), None)


ABOUT_ONE = [operation for operation in OPERATIONS if arn_member(operation)]


def test_the_model_has_all_operations():
    assert len(OPERATIONS) == 23 and len(ABOUT_ONE) == 21


@pytest.mark.parametrize('operation', ABOUT_ONE)
def test_arns_of_every_bad_kind(pki_server, authority, unchanged, operation):
    own = authority.arn
    for arn in [ABSENT, own.replace('arn:aws:', 'arn:aws-cn:'), own.replace('eu-central-1', 'us-east-1'),
                own.replace('111122223333', '999999999999'), own.replace(
                    ':acm-pca:', ':acm:'), own.replace('arn:', 'urn:'),
                own.replace('certificate-authority', 'certificate'), own.replace('certificate-authority',
                            'CERTIFICATE-AUTHORITY'),
                own.upper(), own[:-1], own + '0', own + '/', own + '/certificate/', own + '/certificate/xyz', own + ' ',
                own + '/../' + own.rpartition('/')[2], own.replace('111122223333', ''), own.replace('eu-central-1', ''),
                'arn:aws:acm-pca:::template/EndEntityCertificate/V1', "arn:aws:acm-pca:a:1:c/' OR 1=1 --", 'arn:aws:s3:::bucket',
                'x' * 5, 'x' * 201, '', 'arn:aws:acm-pca:eu-central-1:111122223333:certificate-authority/' + 'a' * 100,
                own + '/certificate/00112233445566778899aabbccddeeff']:
        message = refused(pki_server, operation, {arn_member(operation): arn, **WANTED.get(operation, {})},
                          ('ResourceNotFoundException', 'InvalidArnException', 'ValidationException'))
        assert not arn or arn in message or 'ARN' in message or 'rn' in message
    assert authority.status == 'ACTIVE'


@pytest.mark.parametrize('operation', OPERATIONS)
def test_json_that_fits_no_operation(pki_server, authority, unchanged, operation):
    """Types that are wrong, nulls, depth, members of others; each required member in turn."""
    members = MODEL['shapes'][MODEL['operations'][operation]['input']['shape']]['members']
    required = MODEL['shapes'][MODEL['operations'][operation]['input']['shape']].get('required', [])
    for body in (b'', b'null', b'[]', b'"x"', b'1', b'{', b'{"a":' * 5000, b'[' * 500000, b'{"CertificateAuthorityArn":"\xff"}'):
        if operation == 'ListCertificateAuthorities' and body == b'':
            continue
        status, answer = ask(pki_server, operation, body)
        assert status == 400 and answer['__type'] in (
            'SerializationException', 'ValidationException'), (body[:20], answer)
    if required:
        message = refused(pki_server, operation, {}, 'ValidationException', f"{len(required)} validation error")
        for member in required:
            assert f"'{member[0].lower()}{member[1:]}'" in message
        refused(pki_server, operation, {member: None for member in members}, 'ValidationException')
    for member, value in itertools.product(members, (1, True, [], {}, [[]], {'x': {'y': []}}, '', 'x')):
        body = {arn_member(operation): ABSENT, **WANTED.get(operation, {}), member: value} if arn_member(operation) else {
            member: value}
        status, answer = ask(pki_server, operation, body)
        assert status == 400 or operation == 'ListCertificateAuthorities', (body, answer)
        if status == 400:
            assert answer['__type'].endswith('Exception') and len(message_of(answer)) > 10, answer


CONFIGURATION = {'KeyAlgorithm': 'EC_prime256v1', 'SigningAlgorithm': 'SHA256WITHECDSA', 'Subject': {'CommonName': 'x'}}


@pytest.mark.parametrize('bent', [
    {'KeyAlgorithm': 'RSA_1024'}, {'KeyAlgorithm': 'SM2'}, {'KeyAlgorithm': ''}, {'SigningAlgorithm': 'SHA256WITHRSA'},
    {'SigningAlgorithm': 'MD5WITHRSA'}, {'SigningAlgorithm': 'SHA1WITHRSA'}, {'Subject': {}}, {'Subject': None},
    {'Subject': {'Country': 'Germany'}}, {'Subject': {'CommonName': 'x' * 65}},
    {'Subject': {'CustomAttributes': [{'ObjectIdentifier': '1.2', 'Value': 'x'}], 'CommonName': 'x'}},
    {'CsrExtensions': {'SubjectInformationAccess': [{}]}},
    {'CsrExtensions': {'SubjectInformationAccess': [{'AccessMethod': {}, 'AccessLocation': {'DnsName': 'a'}}]}},
    {'CsrExtensions': {'SubjectInformationAccess': [{'AccessMethod': {'AccessMethodType': 'CA_REPOSITORY'},
                                                     'AccessLocation': {'DnsName': 'a', 'IpAddress': '1.1.1.1'}}]}},
], ids=lambda bent: json.dumps(bent)[:60])
def test_an_authority_that_cannot_be(pki_server, bent):
    count = len(ask(pki_server, 'ListCertificateAuthorities', {'MaxResults': 1000})[1]['CertificateAuthorities'])
    refused(pki_server, 'CreateCertificateAuthority', {
        'CertificateAuthorityType': 'ROOT', 'CertificateAuthorityConfiguration': CONFIGURATION | bent}, CODES)
    after = len(ask(pki_server, 'ListCertificateAuthorities', {'MaxResults': 1000})[1]['CertificateAuthorities'])
    assert after == count


CRL = {'Enabled': True, 'ExpirationInDays': 7, 'S3BucketName': 'lists.example'}


@pytest.mark.parametrize('bent', [
    {'ExpirationInDays': 0}, {'ExpirationInDays': 5001}, {'S3BucketName': '../..'}, {'S3BucketName': 'a/../../etc'},
    {'S3BucketName': '/etc'}, {'S3BucketName': 'x' * 256}, {'CustomPath': '../../etc'}, {'CustomPath': '/..'},
    {'CustomPath': 'a//b'}, {'CustomCname': 'http://x'}, {'CustomCname': 'x y'}, {'CustomCname': 'x' * 254},
    {'S3ObjectAcl': 'PRIVATE'}, {'CrlType': 'DELTA'}, {'Enabled': None}, {'Enabled': False},
    {'CustomCname': 'x.example', 'CrlDistributionPointExtensionConfiguration': {'OmitExtension': True}}], ids=str)
def test_lists_that_cannot_be(pki_server, authority, unchanged, bent):
    before = authority.describe()
    refused(pki_server, 'UpdateCertificateAuthority', {
        'CertificateAuthorityArn': authority.arn, 'RevocationConfiguration': {'CrlConfiguration': CRL | bent}}, CODES)
    assert authority.describe() == before


SERIALS = ['', ' ', 'g', 'xyz', '0x1', '-1', '+1', 'ab:', ':ab', ':', 'a::b', 'abc:de', '12 34', '12-34', '1.5', '1e5', '\u00fc',
           '\uff11\uff12', '11\n', '\t11', 'A' * 129, '0' * 128, '00:00', '0', '%31', "1' OR 1=1 --", 'ff' * 64, '11;22', '1_0']


@pytest.mark.parametrize('serial', SERIALS)
def test_serials_of_every_odd_kind(pki_server, authority, unchanged, serial):
    codes = ('InvalidArgsException', 'ValidationException', 'ResourceNotFoundException')
    refused(pki_server, 'RevokeCertificate', {'CertificateAuthorityArn': authority.arn, 'CertificateSerial': serial,
                                              'RevocationReason': 'SUPERSEDED'}, codes)
    refused(pki_server, 'GetCertificate', {'CertificateAuthorityArn': authority.arn,
                                           'CertificateArn': f'{authority.arn}/certificate/{serial}'},
            (*codes, 'InvalidArnException'))
    status, answer = pki_server.post({'CertificateAuthorityArn': authority.arn, 'Filters': {'Serial': serial}},
                                     'ListIssuedCertificates', service='chancery')
    assert status == 400 or answer['IssuedCertificates'] == [], answer


@pytest.mark.parametrize('reason', ['CERTIFICATE_HOLD', 'REMOVE_FROM_CRL', '', 'superseded', 1, None])
def test_reasons_of_nobody(pki_server, authority, unchanged, reason):
    arn = issued(pki_server, authority)[0]
    refused(pki_server, 'RevokeCertificate', {'CertificateAuthorityArn': authority.arn, 'CertificateSerial': ca.serial_of(arn),
                                              'RevocationReason': reason}, ('ValidationException', 'SerializationException'))


def test_tokens_of_other_questions(pki_server, authority, own_root, unlisted):
    """Of another operation, another authority, another region, bent, cut and invented ones."""
    own = pki_server.boto(service='acm-pca')
    for made in (authority, unlisted):
        own.tag_certificate_authority(CertificateAuthorityArn=made.arn, Tags=[{'Key': k} for k in 'abc'])
    about = {'CertificateAuthorityArn': authority.arn, 'MaxResults': 1}
    tags = ask(pki_server, 'ListTags', about)[1]['NextToken']
    authorities = ask(pki_server, 'ListCertificateAuthorities', {'MaxResults': 1})[1]['NextToken']
    for _ in range(2):
        issue(pki_server, authority)
    inventory = pki_server.post(about, 'ListIssuedCertificates', service='chancery')[1]['NextToken']
    assert ask(pki_server, 'ListTags', about | {'NextToken': tags})[0] == 200
    bent = tags[:-2] + ('A' if tags[-2] != 'A' else 'B') + tags[-1]
    for token in (authorities, inventory, bent, tags[:-4], tags + 'AAAA', tags.lower(), 'x', '=' * 100, 'A' * 5000, '\u00fc'):
        refused(pki_server, 'ListTags', about | {'NextToken': token}, ('InvalidNextTokenException', 'ValidationException',
                                                                       'InvalidArgsException'))
        if token != authorities:
            refused(pki_server, 'ListCertificateAuthorities', {'MaxResults': 1, 'NextToken': token},
                    ('InvalidNextTokenException', 'ValidationException'))
        if token != inventory:
            status, answer = pki_server.post(about | {'NextToken': token}, 'ListIssuedCertificates', service='chancery')
            assert status == 400 and answer['__type'] in ('InvalidNextTokenException', 'ValidationException'), answer
    refused(pki_server, 'ListTags', about | {'CertificateAuthorityArn': unlisted.arn, 'NextToken': tags},
            'InvalidNextTokenException')
    status, answer = pki_server.post(about | {'CertificateAuthorityArn': own_root.arn, 'NextToken': inventory},
                                     'ListIssuedCertificates', service='chancery')
    assert status == 400 and answer['__type'] == 'InvalidNextTokenException'
    elsewhere = pki_server.boto(service='acm-pca', region='us-east-1')
    code, _ = ca.refusal(elsewhere.list_certificate_authorities, MaxResults=1, NextToken=authorities)
    assert code == 'InvalidNextTokenException'


def test_policies_that_are_none(pki_server, authority, unchanged):
    for policy in ('', '{', 'null', '[]', '"x"', '{}', '{"Statement":{}}', '{"Version":"2012-10-17","Statement":[{}]}',
                   '{"a":' * 1000, 'x' * \
                       81921, '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*",'
                   '"Action":"*","Resource":"*"}]}', '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*",'
                   f'"Action":"acm-pca:IssueCertificate","Resource":"{authority.arn}"}}]}}'):
        refused(pki_server, 'PutPolicy', {'ResourceArn': authority.arn, 'Policy': policy},
                ('InvalidPolicyException', 'ValidationException'))
    refused(pki_server, 'GetPolicy', {'ResourceArn': authority.arn}, 'ResourceNotFoundException')


# ---- Strangers ----

@pytest.fixture(scope='module')
def stranger(pki_server):
    """The same server, seen from another account."""
    def admin(*words):
        done = subprocess.run([str(house.BINARY), 'admin', *words, '--data-dir', str(pki_server.data_dir)], text=True,
                              capture_output=True, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)
    admin('account', 'create', '--account-id', '777788889999')
    key = admin('key', 'create', '--account-id', '777788889999')['AccessKey']
    seen = Stranger(pki_server, key['AccessKeyId'], key['SecretAccessKey'])
    assert seen.post({}, 'ListCertificateAuthorities', service='acm-pca') == (200, {'CertificateAuthorities': []})
    return seen


class Stranger:
    """A house.Server with other credentials."""

    def __init__(self, server, access_key, secret_key):
        self.url, self.host, self.port, self.region = server.url, server.host, server.port, server.region
        self.access_key, self.secret_key = access_key, secret_key

    post = house.Server.post


@pytest.mark.parametrize('operation', ABOUT_ONE)
def test_a_stranger_finds_nothing(stranger, authority, unchanged, operation):
    """The authority of another account is not there for him, whatever he wants with it."""
    message = refused(stranger, operation, {arn_member(operation): authority.arn, **WANTED.get(operation, {})},
                      'ResourceNotFoundException', authority.arn)
    assert 'Could not find' in message
    assert authority.status == 'ACTIVE'


def test_a_stranger_does_not_go_on_where_another_was(stranger, pki_server, authority, own_root):
    token = ask(pki_server, 'ListCertificateAuthorities', {'MaxResults': 1})[1]['NextToken']
    refused(stranger, 'ListCertificateAuthorities', {'MaxResults': 1, 'NextToken': token}, 'InvalidNextTokenException')
    for _ in range(2):
        issue(pki_server, authority)
    about = {'CertificateAuthorityArn': authority.arn, 'MaxResults': 1}
    token = pki_server.post(about, 'ListIssuedCertificates', service='chancery')[1]['NextToken']
    for body in (about, about | {'NextToken': token}):
        status, answer = stranger.post(body, 'ListIssuedCertificates', service='chancery')
        assert status == 400 and answer['__type'] in ('ResourceNotFoundException', 'InvalidNextTokenException'), answer


def test_a_strangers_token_of_idempotency_is_another(stranger, pki_server, authority):
    """Two accounts may have drawn the same one."""
    body = {'CertificateAuthorityType': 'ROOT', 'CertificateAuthorityConfiguration': CONFIGURATION, 'IdempotencyToken': 'same'}
    arns = {ask(asking, 'CreateCertificateAuthority', body)[1]['CertificateAuthorityArn']
            for asking in (pki_server, stranger, pki_server, stranger)}
    assert len(arns) == 2


def test_a_stranger_does_not_request_from_it_in_acm(stranger, authority, unchanged):
    """ACM acts with the caller's own rights."""
    status, answer = stranger.post({'DomainName': 'stranger.example.com', 'CertificateAuthorityArn': authority.arn},
                                   'RequestCertificate', service='acm')
    if status == 200:
        status, told = stranger.post({'CertificateArn': answer['CertificateArn']}, 'DescribeCertificate', service='acm')
        assert status == 200 and told['Certificate']['Status'] == 'FAILED', told
        assert told['Certificate']['FailureReason'].startswith('PCA_'), told
    else:
        assert status == 400 and answer['__type'].endswith('Exception'), answer
