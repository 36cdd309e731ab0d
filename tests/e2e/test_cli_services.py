"""`chancery acm-pca …` and `chancery chancery …` beside the AWS CLI: what they print, and what they send."""
import json
import os
import re
import subprocess

import echo as echoes
import house
import pytest

AUTHORITY = 'arn:aws:acm-pca:eu-central-1:123456789012:certificate-authority/01234567-89ab-7cde-8f01-23456789abcd'
ENVIRONMENT = {k: v for k, v in os.environ.items() if not k.startswith('AWS_')} | {
    'AWS_ACCESS_KEY_ID': 'AKIDEXAMPLE', 'AWS_SECRET_ACCESS_KEY': 'secret', 'AWS_REGION': 'eu-central-1',
    'AWS_DATA_PATH': str(house.BOTOCORE), 'AWS_CONFIG_FILE': '/nonexistent', 'AWS_PAGER': '',
    'AWS_SHARED_CREDENTIALS_FILE': '/nonexistent', 'AWS_EC2_METADATA_DISABLED': 'true'}


def run(tool, *words, **more):
    return subprocess.run([str(tool), *map(str, words)], env=ENVIRONMENT | more, capture_output=True, text=True,
                          check=False)


def operations(service):
    (model,) = (house.BOTOCORE / service).glob('*/service-2.json')
    names = json.loads(model.read_text())['operations']
    return [re.sub(r'(?<=[a-z0-9])(?=[A-Z])', '-', name).lower() for name in names]


@pytest.mark.parametrize('service, count', [('acm-pca', 23), ('chancery', 1)])
def test_skeletons_are_the_aws_clis(service, count):
    assert len(operations(service)) == count
    for operation in operations(service):
        ours = run(house.BINARY, service, operation, '--generate-cli-skeleton')
        theirs = run('/usr/bin/aws', service, operation, '--generate-cli-skeleton')
        assert (ours.returncode, theirs.returncode) == (0, 0), (operation, ours.stderr, theirs.stderr)
        assert ours.stdout == theirs.stdout != '', operation


@pytest.mark.parametrize('service', ['acm-pca', 'chancery'])
def test_help_names_every_operation(service):
    page = run(house.BINARY, service, 'help')
    assert page.returncode == 0 and page.stdout.startswith(f'chancery {service}: ')
    assert f'\n  chancery {service} ' in run(house.BINARY, 'help').stdout
    for operation in operations(service):
        assert f'\n  {operation} ' in page.stdout
        assert run(house.BINARY, service, operation, 'help').stdout.startswith(f'chancery {service} {operation}\n')


def test_a_slip_gets_a_hint():
    done = run(house.BINARY, 'acm-pca', 'issue-certificat')
    assert done.returncode == 252 and 'Did you mean issue-certificate?' in done.stderr
    assert run(house.BINARY, 'acm-pca', 'import-certificate', '--bogus').returncode == 252


@pytest.fixture(scope='module')
def echo():
    server = echoes.Echo()
    yield server
    server.stop()


REQUESTS = [
    ['acm-pca', 'create-certificate-authority', '--certificate-authority-type', 'ROOT',
     '--certificate-authority-configuration',
     'KeyAlgorithm=EC_prime256v1,SigningAlgorithm=SHA256WITHECDSA,Subject={CommonName="a, b",Country=DE},'
     'CsrExtensions={KeyUsage={CRLSign=true,KeyCertSign=false}}',
     '--revocation-configuration', 'CrlConfiguration={Enabled=true,ExpirationInDays=7,S3BucketName=abc}',
     '--tags', 'Key=team,Value=shop', 'Key=x', '--idempotency-token', 'a'],
    ['acm-pca', 'create-certificate-authority', '--certificate-authority-type', 'SUBORDINATE',
     '--certificate-authority-configuration',
     '{"KeyAlgorithm": "RSA_2048", "SigningAlgorithm": "SHA256WITHRSA", "Subject": {"CustomAttributes": '
     '[{"ObjectIdentifier": "2.5.4.3", "Value": "ä"}]}}'],
    ['acm-pca', 'issue-certificate', '--certificate-authority-arn', AUTHORITY, '--csr', 'YWJj', '--signing-algorithm',
     'SHA256WITHRSA', '--validity', 'Value=9223372036854775807,Type=ABSOLUTE', '--validity-not-before',
     'Value=1,Type=ABSOLUTE', '--template-arn', 'arn:aws:acm-pca:::template/EndEntityCertificate/V1',
     '--api-passthrough', 'Extensions={ExtendedKeyUsage=[{ExtendedKeyUsageType=CLIENT_AUTH}],SubjectAlternativeNames=[{DnsName=a.b},'
     '{IpAddress=10.0.0.1}]},Subject={CommonName=x}'],
    ['acm-pca', 'create-permission', '--certificate-authority-arn', AUTHORITY, '--principal', 'acm.amazonaws.com',
     '--actions', 'IssueCertificate', 'GetCertificate'],
    ['acm-pca', 'delete-certificate-authority', '--certificate-authority-arn', AUTHORITY,
     '--permanent-deletion-time-in-days', '7'],
    ['acm-pca', 'import-certificate-authority-certificate', '--certificate-authority-arn', AUTHORITY, '--certificate',
     'YWJj', '--certificate-chain', 'ZGVm'],
    ['acm-pca', 'list-certificate-authorities', '--max-items', '3', '--page-size', '2'],
    ['acm-pca', 'list-tags', '--certificate-authority-arn', AUTHORITY, '--starting-token', 'abc'],
    ['chancery', 'list-issued-certificates', '--certificate-authority-arn', AUTHORITY, '--filters',
     'Serial=E8:cb,Statuses=ISSUED,REVOKED,ExpiresBefore=2027-01-01T00:00:00Z', '--sort-by', 'NOT_AFTER'],
]


@pytest.mark.parametrize('words', REQUESTS, ids=lambda words: ' '.join(words)[:70])
def test_requests_are_the_aws_clis(echo, words):
    sent = []
    for tool in (house.BINARY, '/usr/bin/aws'):
        done = run(tool, *words, '--endpoint-url', echo.url)
        assert done.returncode == 0, done.stderr
        target, authorization, body = echo.take()
        sent.append((target, re.search(r'/eu-central-1/([a-z-]+)/aws4_request', authorization)[1], body))
    assert sent[0] == sent[1]
    assert sent[0][1] == words[0]


def test_the_endpoint_of_the_service_counts(echo):
    done = run(house.BINARY, 'acm-pca', 'list-certificate-authorities', AWS_ENDPOINT_URL_ACM_PCA=echo.url,
               AWS_ENDPOINT_URL='http://127.0.0.1:9')
    assert done.returncode == 0, done.stderr
    assert echo.take()[0] == 'ACMPrivateCA.ListCertificateAuthorities'


WAIT = ['acm-pca', 'wait', 'audit-report-created', '--certificate-authority-arn', AUTHORITY, '--audit-report-id',
        '01234567-89ab-7cde-8f01-23456789abcd']


@pytest.mark.parametrize('status, body', [
    (200, {'AuditReportStatus': 'SUCCESS'}), (200, {'AuditReportStatus': 'FAILED'}),
    (400, {'__type': 'AccessDeniedException', 'Message': 'no'}),
    (400, {'__type': 'ResourceNotFoundException', 'message': 'There is none.'}),
], ids=lambda value: str(value)[:40])
def test_waiting_ends_as_the_aws_clis(echo, status, body):
    echo.answer[:] = status, body
    ends = []
    for tool in (house.BINARY, '/usr/bin/aws'):
        done = run(tool, *WAIT, '--endpoint-url', echo.url)
        assert echo.take()[0] == 'ACMPrivateCA.DescribeCertificateAuthorityAuditReport'
        ends.append((done.returncode, done.stdout, done.stderr))
    echo.answer[:] = 200, {}
    assert ends[0] == ends[1]


def test_what_can_be_waited_for_is_told():
    assert '\n  wait certificate-issued ' in run(house.BINARY, 'acm-pca', 'wait', 'help').stdout
    page = run(house.BINARY, 'acm-pca', 'wait', 'certificate-issued', 'help').stdout
    assert 'get-certificate every 1 s, ' in page and '--certificate-arn (string) required' in page
    for words in (['wait'], ['wait', 'certificate-issue'], ['wait', 'certificate-issued']):
        done = run(house.BINARY, 'acm-pca', *words)
        assert done.returncode == run('/usr/bin/aws', 'acm-pca', *words).returncode == 252 and done.stderr
    assert 'Did you mean certificate-issued?' in run(house.BINARY, 'acm-pca', 'wait', 'certificate-issue').stderr
    # Nothing of ours can be waited for, so there is no such word.
    assert "Invalid choice 'wait'" in run(house.BINARY, 'chancery', 'wait').stderr
