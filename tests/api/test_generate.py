"""api/generate.py: what it makes of a model, what it refuses, and that the AWS clients understand the result."""
import http.server
import json
import os
import pathlib
import subprocess
import threading

import boto3
import botocore.config
import botocore.loaders
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
GOLDEN = pathlib.Path(__file__).resolve().parent / 'golden'
API = ROOT / 'api'


def generate(*arguments):
    return subprocess.run(['/usr/bin/python3', str(API / 'generate.py'), *map(str, arguments)], text=True,
                          capture_output=True, check=False)


def test_makes_what_the_golden_files_show(tmp_path):
    done = generate('--output', tmp_path / 'model', '--botocore', tmp_path, API / 'traits.smithy',
                    GOLDEN / 'tiny.smithy')
    assert (done.returncode, done.stderr) == (0, '')
    made = {path.name: path for path in tmp_path.rglob('*') if path.is_file()}
    expected = sorted(GOLDEN.glob('*.expected'))
    assert len(expected) == 6
    for golden in expected:
        assert made[golden.stem].read_text() == golden.read_text(), golden.name


@pytest.mark.parametrize('compiler', ['gcc', 'clang'])
def test_makes_c_without_a_warning(tmp_path, compiler):
    generate('--output', tmp_path / 'model', API / 'traits.smithy', GOLDEN / 'tiny.smithy')
    generate('--output', tmp_path / 'model', API / 'traits.smithy', API / 'acm.smithy')
    done = subprocess.run([compiler, '-std=c17', '-Wall', '-Wextra', '-Wpedantic', '-Wshadow', '-Wmissing-prototypes',
                           '-fsyntax-only', f'-I{ROOT / "src"}', f'-I{tmp_path}', tmp_path / 'model/tiny.c',
                           tmp_path / 'model/acm.c'], text=True, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, '')


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
@cPrefix("t") @service(sdkId: "T", arnNamespace: "t", endpointPrefix: "t") @sigv4(name: "t") @awsJson1_1 @title("T")
service T { version: "1" operations: [Do] }
'''
# Line 10 and after: what is put in; the sentence it is refused with.
REFUSED = [
    ('operation Do { input: DoRequest } structure DoRequest { A: Nowhere }', '10: there is no shape Nowhere'),
    ('operation Do { input: DoRequest } structure DoRequest { A: Do }', '10: there is no shape Do'),
    ('operation Do { input: In } structure In { A: String }', '10: the input must be called DoRequest'),
    ('operation Do { input: DoRequest } union DoRequest { A: String }', '10: DoRequest must be a structure'),
    ('operation Do { input: DoRequest } structure DoRequest {}', '10: DoRequest has no members'),
    ('operation Do { input: DoRequest }\nstructure DoRequest { A: String A: String }',
     '11: the member A is given twice'),
    ('operation Do { input: DoRequest } structure DoRequest { A: M }\nmap M { key: String value: String }',
     "11: 'map' is not known here"),
    ('operation Do { input: DoRequest } structure DoRequest { A: M }\ndocument M', "11: 'document' is not known here"),
    ('operation Do { input: DoRequest } structure DoRequest { A: L }\nlist L { member: Integer }',
     '11: lists of integer are not known here'),
    ('operation Do { input: DoRequest } structure DoRequest { A: L }\nlist L { element: String }',
     '11: a list has one member, called `member`'),
    ('operation Do { input: DoRequest } structure DoRequest { @idempotencyToken A: String }',
     '10: the trait smithy.api#idempotencyToken is not known'),
    ('operation Do { input: DoRequest } structure DoRequest { @required("yes") A: String }',
     '10: @required needs no argument'),
    ('operation Do { input: DoRequest } structure DoRequest { @required @required A: String }',
     '10: @required is given twice'),
    ('operation Do { input: DoRequest } structure DoRequest { A: U } union U { @required A: String }',
     '10: @required does not belong on a member of a union'),
    ('operation Do { input: DoRequest } structure DoRequest { A: S } @range(min: 1) string S',
     '10: @range does not belong on a string'),
    ('operation Do { input: DoRequest } structure DoRequest { A: S } @length(least: 1) string S',
     '10: @length takes max, min'),
    ('operation Do { input: DoRequest } structure DoRequest { A: S } @pattern("a+") string S',
     '10: a pattern must begin with ^ and end with $'),
    ('operation Do { input: DoRequest } structure DoRequest { A: S } @pattern("^\\d$") string S',
     "10: escape '\\\\d' is not known"),
    ('operation Do { input: DoRequest } structure DoRequest { A: String }\nstring Unused', '11: nothing uses Unused'),
    ('operation Do { input: DoRequest } structure DoRequest { A: String } operation Other { input: DoRequest }',
     '10: the input must be called OtherRequest'),
    ('operation Do { input: DoRequest } structure DoRequest { A: String }\noperation Other {}',
     '11: the service does not list Other'),
    ('operation Do { input: DoRequest errors: [E] } structure DoRequest { A: String } structure E { m: String }',
     '10: E is no @error'),
    ('operation Do { input := { A: String } }', "10: expected a shape, found '='"),
    ('operation Do { input: DoRequest } structure DoRequest { A: String } string DoRequest',
     '10: DoRequest is defined twice'),
    ('operation Do { input: DoRequest }\nstructure DoRequest { A: String',
     "12: expected a member, found 'the end of the file'"),
    ('operation Do { input: DoRequest }\nstructure DoRequest { A: %String }', "11: cannot read '%String"),
    ('operation Do { input: DoRequest } structure DoRequest { default: String }', '10: default is a word of C'),
    ('operation Do {}', '10: an operation needs an input or an output'),
    ('operation Do { input: DoRequest } structure DoRequest { A: E B: F }\nenum E { F_A }\nenum E_F { A }',
     'there is no shape F'),
    ('operation Do { input: DoRequest } structure DoRequest { A: E B: E_F }\nenum E { F_A }\nenum E_F { A }',
     '12: T_E_F_A would be defined twice'),
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
CALLS = {
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


@pytest.fixture(scope='module')
def taught(tmp_path_factory):
    """A folder for AWS_DATA_PATH."""
    folder = tmp_path_factory.mktemp('taught')
    done = generate('--botocore', folder, API / 'traits.smithy', API / 'acm.smithy')
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope='module')
def echo():
    """A server that remembers what it is asked, and answers {} to everything."""
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers['Content-Length']))
            self.server.asked.append((self.headers['X-Amz-Target'], self.headers['Authorization'], json.loads(body)))
            self.send_response(200)
            self.send_header('Content-Type', 'application/x-amz-json-1.1')
            self.send_header('Content-Length', '2')
            self.end_headers()
            self.wfile.write(b'{}')

        def log_message(self, *_):
            pass

    server = http.server.HTTPServer(('127.0.0.1', 0), Handler)
    server.asked = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def client(taught, echo, monkeypatch):
    monkeypatch.setenv('AWS_DATA_PATH', str(taught))
    session = boto3.session.Session(aws_access_key_id='AKIDEXAMPLE', aws_secret_access_key='secret',
                                    region_name='eu-central-1')
    return session.client('acm', endpoint_url=f'http://127.0.0.1:{echo.server_port}',
                          config=botocore.config.Config(retries={'max_attempts': 0}))


def test_teaches_boto3_every_operation(taught, echo, monkeypatch):
    acm = client(taught, echo, monkeypatch)
    assert set(acm.meta.service_model.operation_names) == set(CALLS)
    methods = {operation: method for method, operation in acm.meta.method_to_api_mapping.items()}
    for operation, arguments in CALLS.items():
        del echo.asked[:]
        getattr(acm, methods[operation])(**arguments)
        (target, authorization, body), = echo.asked
        assert target == f'CertificateManager.{operation}'
        assert '/eu-central-1/acm/aws4_request' in authorization
        assert set(body) == set(arguments)


def test_teaches_boto3_pages_and_the_waiter(taught, echo, monkeypatch):
    acm = client(taught, echo, monkeypatch)
    assert acm.can_paginate('search_certificates') and acm.can_paginate('list_certificates')
    assert list(acm.get_paginator('search_certificates').paginate()) != []
    assert acm.waiter_names == ['certificate_validated']
    config = acm.get_waiter('certificate_validated').config
    assert (config.delay, config.max_attempts, config.operation) == (60, 5, 'DescribeCertificate')


def test_teaches_the_aws_cli_an_operation_it_does_not_have(taught, echo):
    environment = {**os.environ, 'AWS_DATA_PATH': str(taught), 'AWS_ACCESS_KEY_ID': 'AKIDEXAMPLE',
                   'AWS_SECRET_ACCESS_KEY': 'secret', 'AWS_PAGER': ''}
    del echo.asked[:]
    done = subprocess.run(['/usr/bin/aws', '--endpoint-url', f'http://127.0.0.1:{echo.server_port}', '--region',
                           'eu-central-1', 'acm', 'search-certificates', '--filter-statement',
                           'Filter={CertificateArn=' + ARN + '}'], text=True, capture_output=True, check=False,
                          env=environment)
    assert done.returncode == 0, done.stderr
    assert echo.asked[0][0] == 'CertificateManager.SearchCertificates'
    assert echo.asked[0][2]['FilterStatement'] == {'Filter': {'CertificateArn': ARN}}


def test_has_all_that_the_installed_botocore_knows_of_acm(taught):
    """An older model than ours: what it has, ours must have too, except that a list or an enum may have grown."""
    theirs = botocore.loaders.Loader().load_service_model('acm', 'service-2')
    ours = json.loads((taught / 'acm/2015-12-08/service-2.json').read_text())
    assert theirs['metadata']['targetPrefix'] == ours['metadata']['targetPrefix']
    for name, operation in theirs['operations'].items():
        for key in ('input', 'output'):
            assert ours['operations'][name].get(key, {}).get('shape') == operation.get(key, {}).get('shape')
    for name, shape in theirs['shapes'].items():
        known = ours['shapes'].get(name)
        if known is None:
            continue
        assert known['type'] == shape['type'], name
        assert set(shape.get('required', [])) == set(known.get('required', [])), name
        assert set(shape.get('members', {})) <= set(known.get('members', {})), name
        assert set(shape.get('enum', [])) <= set(known.get('enum', [])), name
        assert shape.get('sensitive') == known.get('sensitive'), name
