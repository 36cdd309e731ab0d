"""api/generate.py: what it makes of a model, what it refuses, and that the AWS clients understand the result."""
import json
import os
import pathlib
import subprocess

import boto3
import botocore.config
import botocore.loaders
import echo as echoes
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
GOLDEN = pathlib.Path(__file__).resolve().parent / 'golden'
API = ROOT / 'api'
MODELS = ['acm', 'acm-pca', 'chancery']


def generate(*arguments):
    return subprocess.run(['/usr/bin/python3', str(API / 'generate.py'), *map(str, arguments)], text=True,
                          capture_output=True, check=False)


def test_makes_what_the_golden_files_show(tmp_path):
    done = generate('--output', tmp_path / 'model', '--botocore', tmp_path, '--client', tmp_path / 'client',
                    API / 'traits.smithy', GOLDEN / 'tiny.smithy')
    assert (done.returncode, done.stderr) == (0, '')
    made = {path.name: path for path in tmp_path.rglob('*') if path.is_file()}
    expected = sorted(GOLDEN.glob('*.expected'))
    assert len(expected) == 8
    for golden in expected:
        assert made[golden.stem].read_text() == golden.read_text(), golden.name


@pytest.mark.parametrize('compiler', ['gcc', 'clang'])
def test_makes_c_without_a_warning(tmp_path, compiler):
    generate('--output', tmp_path / 'model', API / 'traits.smithy', GOLDEN / 'tiny.smithy')
    for model in MODELS:
        generate('--output', tmp_path / 'model', API / 'traits.smithy', API / f'{model}.smithy')
    made = sorted((tmp_path / 'model').glob('*.c'))
    assert [path.stem for path in made] == ['acm', 'own', 'pca', 'tiny']
    # All headers in one file, too: two models must not claim the same name.
    together = tmp_path / 'together.c'
    together.write_text(''.join(f'#include "model/{path.stem}.h"\n' for path in made))
    done = subprocess.run([compiler, '-std=c17', '-Wall', '-Wextra', '-Wpedantic', '-Wshadow', '-Wmissing-prototypes',
                           '-fsyntax-only', f'-I{ROOT / "src"}', f'-I{tmp_path}', *made, together], text=True,
                          capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, '')


@pytest.mark.parametrize('compiler', [['gcc', '-std=c11'], ['clang', '-std=c11'], ['g++', '-std=c++11'],
                                      ['clang++', '-std=c++20']], ids=' '.join)
def test_makes_public_headers_that_need_nothing_else(tmp_path, compiler):
    include = tmp_path / 'chancery'
    for model in [API / f'{model}.smithy' for model in MODELS] + [GOLDEN / 'tiny.smithy']:
        assert generate('--client', include, API / 'traits.smithy', model).returncode == 0
    (include / 'chancery.h').write_text((ROOT / 'include' / 'chancery' / 'chancery.h').read_text())
    headers = sorted(path.name for path in include.glob('*.h'))
    assert headers == ['acm-pca.h', 'acm.h', 'chancery.h', 'own.h', 'tiny-arn.h']
    for together in [[header] for header in headers] + [headers]:
        source = tmp_path / ('alone.cc' if '++' in compiler[0] else 'alone.c')
        source.write_text(''.join(f'#include <chancery/{header}>\n' for header in together) + 'int alone;\n')
        done = subprocess.run([*compiler, '-Wall', '-Wextra', '-Wpedantic', '-Wshadow', '-fsyntax-only', f'-I{tmp_path}',
                               source], text=True, capture_output=True, check=False)
        assert (done.returncode, done.stderr) == (0, ''), together


def test_leaves_the_source_tree_as_it_was(tmp_path):
    before = sorted(API.rglob('*'))
    generate('--output', tmp_path, API / 'traits.smithy', API / 'acm.smithy')
    assert sorted(API.rglob('*')) == before


HEAD = '''$version: "2.0"
namespace com.example
use aws.api#service
use aws.auth#sigv4
use aws.protocols#awsJson1_1
use chancery.model#cPrefix
use chancery.model#long
use chancery.model#waiterAttempts
use smithy.waiters#waitable
@cPrefix("t") @service(sdkId: "T", arnNamespace: "t", endpointPrefix: "t") @sigv4(name: "t") @awsJson1_1 @title("T")
service T { version: "1" operations: [Do] }
'''
DOC = 'documentation: "Until."'
OUTPUT = '{ output: { path: "%s", expected: "x", comparator: "%s" } }'
WAITER = '''@waiterAttempts(1)
@waitable(W: { %s acceptors: [{ state: "retry", matcher: %s }], minDelay: 1 })
operation Do { input: DoRequest } structure DoRequest { A: String }'''
# Line 12 and after: what is put in; the sentence it is refused with.
REFUSED = [
    ('operation Do { input: DoRequest } structure DoRequest { A: Nowhere }', '12: there is no shape Nowhere'),
    ('operation Do { input: DoRequest } structure DoRequest { A: Do }', '12: there is no shape Do'),
    ('operation Do { input: In } structure In { A: String }', '12: the input must be called DoRequest'),
    ('operation Do { input: DoRequest } union DoRequest { A: String }', '12: DoRequest must be a structure'),
    ('operation Do { input: DoRequest } structure DoRequest {}', '12: DoRequest has no members'),
    ('operation Do { input: DoRequest }\nstructure DoRequest { A: String A: String }',
     '13: the member A is given twice'),
    ('operation Do { input: DoRequest } structure DoRequest { A: M }\nmap M { key: String value: String }',
     "13: 'map' is not known here"),
    ('operation Do { input: DoRequest } structure DoRequest { A: M }\ndocument M', "13: 'document' is not known here"),
    ('operation Do { input: DoRequest } structure DoRequest { A: L }\nlist L { member: Integer }',
     '13: lists of integer are not known here'),
    ('operation Do { input: DoRequest } structure DoRequest { A: L }\nlist L { element: String }',
     '13: a list has one member, called `member`'),
    ('operation Do { input: DoRequest } structure DoRequest { @idempotencyToken A: String }',
     '12: the trait smithy.api#idempotencyToken is not known'),
    ('operation Do { input: DoRequest } structure DoRequest { @required("yes") A: String }',
     '12: @required needs no argument'),
    ('operation Do { input: DoRequest } structure DoRequest { @required @required A: String }',
     '12: @required is given twice'),
    ('operation Do { input: DoRequest } structure DoRequest { A: U } union U { @required A: String }',
     '12: @required does not belong on a member of a union'),
    ('operation Do { input: DoRequest } structure DoRequest { A: S } @range(min: 1) string S',
     '12: @range does not belong on a string'),
    ('operation Do { input: DoRequest } structure DoRequest { A: S } @length(least: 1) string S',
     '12: @length takes max, min'),
    ('operation Do { input: DoRequest } structure DoRequest { A: S } @pattern("a+") string S',
     '12: a pattern must begin with ^ and end with $'),
    ('operation Do { input: DoRequest } structure DoRequest { A: S } @pattern("^\\d$") string S',
     "12: escape '\\\\d' is not known"),
    ('operation Do { input: DoRequest } structure DoRequest { A: String }\nstring Unused', '13: nothing uses Unused'),
    ('operation Do { input: DoRequest } structure DoRequest { A: String } operation Other { input: DoRequest }',
     '12: the input must be called OtherRequest'),
    ('operation Do { input: DoRequest } structure DoRequest { A: String }\noperation Other {}',
     '13: the service does not list Other'),
    ('operation Do { input: DoRequest errors: [E] } structure DoRequest { A: String } structure E { m: String }',
     '12: E is no @error'),
    ('operation Do { input := { A: String } }', "12: expected a shape, found '='"),
    ('operation Do { input: DoRequest } structure DoRequest { A: String } string DoRequest',
     '12: DoRequest is defined twice'),
    ('operation Do { input: DoRequest }\nstructure DoRequest { A: String',
     "14: expected a member, found 'the end of the file'"),
    ('operation Do { input: DoRequest }\nstructure DoRequest { A: %String }', "13: cannot read '%String"),
    ('operation Do { input: DoRequest } structure DoRequest { default: String }', '12: default is a word of C'),
    (WAITER % ('', '{ errorType: "E" }'), '14: the waiter W takes acceptors, documentation, minDelay'),
    (WAITER % (DOC, '{ success: false }'), '14: the waiter W waits for any error: name it'),
    (WAITER % (DOC, '{ inputOutput: "x" }'), '14: the waiter W has an acceptor that is not known here'),
    (WAITER % (DOC, OUTPUT % ('A', 'booleanEquals')), '14: the waiter W compares by booleanEquals'),
    (WAITER % (DOC, OUTPUT % ('A[?x]', 'allStringEquals')), '14: the waiter W has a path that is not known here'),
    (WAITER % (DOC, OUTPUT % ('A[].B', 'stringEquals')), '14: the waiter W compares a list as one value'),
    ('operation Do {}', '12: an operation needs an input or an output'),
    ('operation Do { input: DoRequest } structure DoRequest { A: E B: F }\nenum E { F_A }\nenum E_F { A }',
     'there is no shape F'),
    ('operation Do { input: DoRequest } structure DoRequest { A: E B: E_F }\nenum E { F_A }\nenum E_F { A }',
     '14: T_E_F_A would be defined twice'),
]


@pytest.mark.parametrize('text, sentence', REFUSED, ids=[sentence for _, sentence in REFUSED])
def test_refuses_with_file_and_line(tmp_path, text, sentence):
    model = tmp_path / 'bad.smithy'
    model.write_text(HEAD + text + '\n')
    done = generate('--output', tmp_path / 'out', API / 'traits.smithy', model)
    assert done.returncode != 0
    assert done.stderr.startswith(f'{model}:')
    assert sentence in done.stderr
    assert 'Traceback' not in done.stderr


def test_refuses_a_trait_that_is_declared_nowhere(tmp_path):
    model = tmp_path / 'bad.smithy'
    model.write_text(HEAD + 'operation Do { input: DoRequest } structure DoRequest { A: String }\n')
    done = generate('--output', tmp_path / 'out', model)
    assert done.returncode != 0
    assert 'chancery.model#cPrefix is declared in none of the files' in done.stderr


# The AWS clients

ARN = 'arn:aws:acm:eu-central-1:123456789012:certificate/01234567-89ab-7cde-8f01-23456789abcd'
AUTHORITY = 'arn:aws:acm-pca:eu-central-1:123456789012:certificate-authority/01234567-89ab-7cde-8f01-23456789abcd'
ISSUED = AUTHORITY + '/certificate/e8cbd2bedb122329f97706bcfec990f8'
AUDIT = '01234567-89ab-7cde-8f01-23456789abcd'
ACM_CALLS = {
    'AddTagsToCertificate': {'CertificateArn': ARN, 'Tags': [{'Key': 'a', 'Value': 'b'}]},
    'DeleteCertificate': {'CertificateArn': ARN},
    'DescribeCertificate': {'CertificateArn': ARN},
    'ExportCertificate': {'CertificateArn': ARN, 'Passphrase': b'secret'},
    'GetAccountConfiguration': {},
    'GetCertificate': {'CertificateArn': ARN},
    'ImportCertificate': {'Certificate': b'a', 'PrivateKey': b'b', 'CertificateChain': b'c'},
    'ListCertificates': {'Includes': {'keyTypes': ['EC_prime256v1'], 'exportOption': 'ENABLED',
                                      'managedBy': 'CLOUDFRONT'}},
    'ListTagsForCertificate': {'CertificateArn': ARN},
    'PutAccountConfiguration': {'IdempotencyToken': 'a', 'ExpiryEvents': {'DaysBeforeExpiry': 7}},
    'RemoveTagsFromCertificate': {'CertificateArn': ARN, 'Tags': [{'Key': 'a'}]},
    'RenewCertificate': {'CertificateArn': ARN},
    'RequestCertificate': {'DomainName': 'a.example'},
    'ResendValidationEmail': {'CertificateArn': ARN, 'Domain': 'a.example', 'ValidationDomain': 'a.example'},
    'RevokeCertificate': {'CertificateArn': ARN, 'RevocationReason': 'SUPERSEDED'},
    'SearchCertificates': {'FilterStatement': {'Not': {'Filter': {'X509AttributeFilter': {'SerialNumber': '03:e9'}}}},
                           'SortBy': 'CREATED_AT', 'SortOrder': 'ASCENDING', 'MaxResults': 5},
    'UpdateCertificateOptions': {'CertificateArn': ARN, 'Options': {'Export': 'DISABLED'}},
}
PCA_CALLS = {
    'CreateCertificateAuthority': {
        'CertificateAuthorityConfiguration': {
            'KeyAlgorithm': 'ML_DSA_65', 'SigningAlgorithm': 'ML_DSA_65',
            'Subject': {'CommonName': 'a', 'Country': 'DE'},
            'CsrExtensions': {'KeyUsage': {'CRLSign': True}, 'SubjectInformationAccess': [
                {'AccessMethod': {'AccessMethodType': 'CA_REPOSITORY'}, 'AccessLocation': {'DnsName': 'a.example'}}]}},
        'CertificateAuthorityType': 'ROOT', 'UsageMode': 'SHORT_LIVED_CERTIFICATE',
        'KeyStorageSecurityStandard': 'CCPC_LEVEL_1_OR_HIGHER', 'Tags': [{'Key': 'a'}],
        'RevocationConfiguration': {
            'CrlConfiguration': {'Enabled': True, 'CrlType': 'PARTITIONED', 'CustomPath': 'a/b'},
            'OcspConfiguration': {'Enabled': True, 'OcspCustomCname': 'ocsp.example'}}},
    'CreateCertificateAuthorityAuditReport': {'CertificateAuthorityArn': AUTHORITY, 'S3BucketName': 'abc',
                                              'AuditReportResponseFormat': 'CSV'},
    'CreatePermission': {'CertificateAuthorityArn': AUTHORITY, 'Principal': 'acm.amazonaws.com',
                         'SourceAccount': '123456789012', 'Actions': ['IssueCertificate', 'ListPermissions']},
    'DeleteCertificateAuthority': {'CertificateAuthorityArn': AUTHORITY, 'PermanentDeletionTimeInDays': 7},
    'DeletePermission': {'CertificateAuthorityArn': AUTHORITY, 'Principal': 'acm.amazonaws.com'},
    'DeletePolicy': {'ResourceArn': AUTHORITY},
    'DescribeCertificateAuthority': {'CertificateAuthorityArn': AUTHORITY},
    'DescribeCertificateAuthorityAuditReport': {'CertificateAuthorityArn': AUTHORITY, 'AuditReportId': AUDIT},
    'GetCertificate': {'CertificateAuthorityArn': AUTHORITY, 'CertificateArn': ISSUED},
    'GetCertificateAuthorityCertificate': {'CertificateAuthorityArn': AUTHORITY},
    'GetCertificateAuthorityCsr': {'CertificateAuthorityArn': AUTHORITY},
    'GetPolicy': {'ResourceArn': AUTHORITY},
    'ImportCertificateAuthorityCertificate': {'CertificateAuthorityArn': AUTHORITY, 'Certificate': b'a',
                                              'CertificateChain': b'b'},
    'IssueCertificate': {'CertificateAuthorityArn': AUTHORITY, 'Csr': b'a', 'SigningAlgorithm': 'SHA256WITHECDSA',
                         'Validity': {'Value': 99991231235959, 'Type': 'END_DATE'},
                         'ApiPassthrough': {'Extensions': {'CustomExtensions': [
                             {'ObjectIdentifier': '1.2.3', 'Value': 'AAAA', 'Critical': True}]}}},
    'ListCertificateAuthorities': {'ResourceOwner': 'SELF'},
    'ListPermissions': {'CertificateAuthorityArn': AUTHORITY},
    'ListTags': {'CertificateAuthorityArn': AUTHORITY},
    'PutPolicy': {'ResourceArn': AUTHORITY, 'Policy': '{}'},
    'RestoreCertificateAuthority': {'CertificateAuthorityArn': AUTHORITY},
    'RevokeCertificate': {'CertificateAuthorityArn': AUTHORITY, 'CertificateSerial': 'e8:cb',
                          'RevocationReason': 'KEY_COMPROMISE'},
    'TagCertificateAuthority': {'CertificateAuthorityArn': AUTHORITY, 'Tags': [{'Key': 'a'}]},
    'UntagCertificateAuthority': {'CertificateAuthorityArn': AUTHORITY, 'Tags': [{'Key': 'a'}]},
    'UpdateCertificateAuthority': {'CertificateAuthorityArn': AUTHORITY, 'Status': 'DISABLED'},
}
OWN_CALLS = {
    'ListIssuedCertificates': {'CertificateAuthorityArn': AUTHORITY, 'SortBy': 'NOT_AFTER', 'Filters': {
        'Serial': 'E8:cb', 'Statuses': ['ISSUED'], 'ExpiresBefore': 1800000000}},
}
SERVICES = [('acm', 'CertificateManager', ACM_CALLS), ('acm-pca', 'ACMPrivateCA', PCA_CALLS),
            ('chancery', 'Chancery', OWN_CALLS)]


@pytest.fixture(scope='module')
def taught(tmp_path_factory):
    """A folder for AWS_DATA_PATH."""
    folder = tmp_path_factory.mktemp('taught')
    for model in MODELS:
        done = generate('--botocore', folder, API / 'traits.smithy', API / f'{model}.smithy')
        assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope='module')
def echo():
    server = echoes.Echo()
    yield server
    server.stop()


def client(taught, echo, monkeypatch, service='acm'):
    monkeypatch.setenv('AWS_DATA_PATH', str(taught))
    session = boto3.session.Session(aws_access_key_id='AKIDEXAMPLE', aws_secret_access_key='secret',
                                    region_name='eu-central-1')
    return session.client(service, endpoint_url=echo.url, config=botocore.config.Config(retries={'max_attempts': 0}))


@pytest.mark.parametrize('service, target, calls', SERVICES, ids=[service for service, _, _ in SERVICES])
def test_teaches_boto3_every_operation(taught, echo, monkeypatch, service, target, calls):
    boto = client(taught, echo, monkeypatch, service)
    assert set(boto.meta.service_model.operation_names) == set(calls)
    methods = {operation: method for method, operation in boto.meta.method_to_api_mapping.items()}
    for operation, arguments in calls.items():
        getattr(boto, methods[operation])(**arguments)
        asked, authorization, body = echo.take()
        assert asked == f'{target}.{operation}'
        assert f'/eu-central-1/{service}/aws4_request' in authorization
        assert set(body) == set(arguments)


@pytest.mark.parametrize('service, pages', [
    ('acm', {'list_certificates', 'search_certificates'}),
    ('acm-pca', {'list_certificate_authorities', 'list_permissions', 'list_tags'}),
    ('chancery', {'list_issued_certificates'}),
])
def test_teaches_boto3_pages(taught, echo, monkeypatch, service, pages):
    boto = client(taught, echo, monkeypatch, service)
    assert {method for method in boto.meta.method_to_api_mapping if boto.can_paginate(method)} == pages
    arguments = {} if service == 'acm' else {'CertificateAuthorityArn': AUTHORITY}
    for method in pages - {'list_certificate_authorities'}:
        assert len(list(boto.get_paginator(method).paginate(**arguments))) == 1
    echo.asked.clear()


def test_teaches_boto3_the_waiters(taught, echo, monkeypatch):
    acm, pca = (client(taught, echo, monkeypatch, service) for service in ('acm', 'acm-pca'))
    assert acm.waiter_names == ['certificate_validated']
    config = acm.get_waiter('certificate_validated').config
    assert (config.delay, config.max_attempts, config.operation) == (60, 5, 'DescribeCertificate')
    assert pca.waiter_names == ['audit_report_created', 'certificate_authority_csr_created', 'certificate_issued']
    config = pca.get_waiter('certificate_issued').config
    assert (config.delay, config.max_attempts, config.operation) == (1, 60, 'GetCertificate')
    # Any answer that is no error ends it.
    pca.get_waiter('certificate_issued').wait(CertificateAuthorityArn=AUTHORITY, CertificateArn=ISSUED)
    assert echo.take()[0] == 'ACMPrivateCA.GetCertificate'


@pytest.mark.parametrize('service, words, target, member, value', [
    ('acm', ['search-certificates', '--filter-statement', f'Filter={{CertificateArn={ARN}}}'],
     'CertificateManager.SearchCertificates', 'FilterStatement', {'Filter': {'CertificateArn': ARN}}),
    ('chancery', ['list-issued-certificates', '--certificate-authority-arn', AUTHORITY, '--filters',
                  'NameContains=a.example,Statuses=ISSUED,REVOKED'],
     'Chancery.ListIssuedCertificates', 'Filters', {'NameContains': 'a.example', 'Statuses': ['ISSUED', 'REVOKED']}),
])
def test_teaches_the_aws_cli_an_operation_it_does_not_have(taught, echo, service, words, target, member, value):
    environment = {**os.environ, 'AWS_DATA_PATH': str(taught), 'AWS_ACCESS_KEY_ID': 'AKIDEXAMPLE',
                   'AWS_SECRET_ACCESS_KEY': 'secret', 'AWS_PAGER': ''}
    done = subprocess.run(['/usr/bin/aws', '--endpoint-url', echo.url, '--region', 'eu-central-1', service, *words],
                          text=True, capture_output=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    asked, _, body = echo.take()
    assert asked == target and body[member] == value


@pytest.mark.parametrize('service, version', [('acm', '2015-12-08'), ('acm-pca', '2017-08-22')])
def test_has_all_that_the_installed_botocore_knows(taught, service, version):
    """An older model than ours: what it has, ours must have too, except that a list or an enum may have grown."""
    theirs = botocore.loaders.Loader().load_service_model(service, 'service-2')
    ours = json.loads((taught / f'{service}/{version}/service-2.json').read_text())
    assert theirs['metadata']['targetPrefix'] == ours['metadata']['targetPrefix']
    for name, operation in theirs['operations'].items():
        for key in ('input', 'output'):
            assert ours['operations'][name].get(key, {}).get('shape') == operation.get(key, {}).get('shape')
        errors = {error['shape'] for error in operation['errors']}
        assert errors <= {error['shape'] for error in ours['operations'][name]['errors']}, name
    for name, shape in theirs['shapes'].items():
        known = ours['shapes'].get(name)
        if known is None:
            continue
        assert known['type'] == shape['type'], name
        assert set(shape.get('required', [])) == set(known.get('required', [])), name
        assert set(shape.get('members', {})) <= set(known.get('members', {})), name
        assert set(shape.get('enum', [])) <= set(known.get('enum', [])), name
        assert shape.get('sensitive') == known.get('sensitive'), name
