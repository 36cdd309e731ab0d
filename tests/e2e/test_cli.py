"""`chancery acm` against the same server as the AWS CLI: the same command line, the same output byte for byte."""
import base64
import json
import os
import signal
import socket
import subprocess
import time

import house
import pki
import pytest

REGION = 'aa-cli-1'


@pytest.fixture(scope='module')
def shelf(server):
    """Three certificates in a region of their own; {name: ARN}."""
    boto = server.boto(region=REGION)
    leaves = {'rsa': pki.leaf('rsa.example.com', algorithm='RSA_2048', names=['rsa.example.com', 'www.example.com']),
              'ec': pki.leaf('ec.example.com'), 'own': pki.issue('own.example.com', key='RSA_2048',
                                                                names=['own.example.com'])}
    arns = {name: boto.import_certificate(**leaf.arguments(Tags=[{'Key': 'näme', 'Value': f'{name} + @/:=._-'}]))[
        'CertificateArn'] for name, leaf in leaves.items()}
    return arns


def both(server, *words):
    """Runs one command line through both tools."""
    words = [*words, '--region', REGION]
    ours, theirs = server.chancery(*words, text=False), server.aws(*words, text=False)
    for word in house.SANITIZER_WORDS:
        assert word.encode() not in ours.stderr, ours.stderr
    return ours, theirs


ALL = 'keyTypes=RSA_1024,RSA_2048,RSA_3072,RSA_4096,EC_prime256v1,EC_secp384r1,EC_secp521r1'
READS = [
    ['describe-certificate', '--certificate-arn', '{rsa}'],
    ['describe-certificate', '--certificate-arn={ec}'],
    ['describe-certificate', '--cli-input-json', '{{"CertificateArn": "{own}"}}'],
    ['get-certificate', '--certificate-arn', '{rsa}'],
    ['get-certificate', '--certificate-arn', '{own}'],
    ['list-tags-for-certificate', '--certificate-arn', '{rsa}'],
    ['get-account-configuration'],
    ['list-certificates'],
    ['list-certificates', '--includes', ALL, '--sort-by', 'CREATED_AT', '--sort-order', 'DESCENDING'],
    ['list-certificates', '--includes', ALL, '--page-size', '1'],
    ['list-certificates', '--includes', ALL, '--max-items', '2', '--page-size', '3'],
    ['list-certificates', '--includes', ALL, '--max-items', '3'],
    ['list-certificates', '--includes', ALL, '--no-paginate', '--output', 'json'],
    ['list-certificates', '--includes', '{{"keyTypes": ["EC_prime256v1"]}}'],
    ['list-certificates', '--certificate-statuses', 'EXPIRED', 'REVOKED'],
    ['search-certificates'],
    ['search-certificates', '--sort-by', 'COMMON_NAME', '--sort-order', 'ASCENDING'],
    ['search-certificates', '--filter-statement', 'Filter={{X509AttributeFilter={{KeyAlgorithm=EC_prime256v1}}}}'],
    ['search-certificates', '--filter-statement',
     'And=[{{Filter={{AcmCertificateMetadataFilter={{InUse=false}}}}}},{{Not={{Filter={{CertificateArn={ec}}}}}}}]'],
    ['search-certificates', '--filter-statement',
     'Filter={{X509AttributeFilter={{NotAfter={{Start=2020-01-01T00:00:00Z,End=2199-01-01}}}}}}'],
    ['import-certificate', '--generate-cli-skeleton'],
    ['search-certificates', '--generate-cli-skeleton', 'input'],
]


@pytest.mark.parametrize('words', READS, ids=lambda words: ' '.join(words)[:60])
def test_output_is_the_aws_clis_byte_for_byte(server, shelf, words):
    ours, theirs = both(server, *(w.format(**shelf) for w in words))
    assert theirs.returncode == 0, theirs.stderr
    assert (ours.returncode, ours.stderr) == (0, b'')
    assert ours.stdout == theirs.stdout
    assert ours.stdout


REFUSALS = [
    ['describe-certificate', '--certificate-arn', '{rsa}0'],
    ['describe-certificate', '--certificate-arn', 'too short'],
    ['get-certificate', '--certificate-arn', 'arn:aws:acm:aa-cli-1:111122223333:certificate/'
                                             '01234567-89ab-7cde-8f01-23456789abcd'],
    ['export-certificate', '--certificate-arn', '{rsa}', '--passphrase', 'c2VjcmV0'],
    ['list-certificates', '--max-items', '5', '--next-token', 'nonsense'],
    ['list-certificates', '--sort-by', 'CREATED_AT'],
    ['list-certificates', '--certificate-statuses', 'BOGUS'],
    ['request-certificate', '--domain-name', 'a.example.com'],
    ['add-tags-to-certificate', '--certificate-arn', '{rsa}', '--tags', 'Key=a,Key=b'],
    ['add-tags-to-certificate', '--certificate-arn', '{rsa}', '--tags', '[{{"Key": 1}}, {{"Value": "x"}}]'],
    ['add-tags-to-certificate', '--certificate-arn', '{rsa}', '--tags', 'Key'],
    ['put-account-configuration', '--idempotency-token', 'a', '--expiry-events', '{{"DaysBeforeExpiry": 0}}'],
]


@pytest.mark.parametrize('words', REFUSALS, ids=lambda words: ' '.join(words)[:60])
def test_errors_are_the_aws_clis_word_for_word(server, shelf, words):
    ours, theirs = both(server, *(w.format(**shelf) for w in words))
    assert ours.returncode == theirs.returncode != 0
    assert ours.stdout == theirs.stdout == b''
    assert ours.stderr == theirs.stderr


@pytest.mark.parametrize('words', [
    ['describe-certificate'], ['describe-certificate', '--certificate-arn'], ['describe-certificat'],
    ['list-certificates', '--output', 'xml'], ['list-certificates', '--bogus'], ['list-certificates', 'stray'],
    ['import-certificate', '--certificate', 'fileb:///nonexistent', '--private-key', 'YQ=='],
    ['list-certificates', '--cli-input-json', '{"broken'], ['list-certificates', '--page-size', '2', '--no-paginate'],
], ids=' '.join)
def test_usage_errors_have_the_aws_clis_exit_code(server, words):
    ours, theirs = both(server, *words)
    assert ours.returncode == theirs.returncode == 252
    assert ours.stdout == b'' and ours.stderr


def test_a_cut_list_goes_on_where_the_other_tool_stopped(server, shelf):
    words = ['list-certificates', '--includes', ALL, '--sort-by', 'CREATED_AT', '--sort-order', 'ASCENDING', '--region',
             REGION]
    first = json.loads(server.chancery(*words, '--max-items', '1').stdout)
    rest = json.loads(server.aws(*words, '--starting-token', first['NextToken']).stdout)
    arns = [s['CertificateArn'] for part in (first, rest) for s in part['CertificateSummaryList']]
    assert arns == list(shelf.values())
    first = json.loads(server.aws(*words, '--max-items', '2').stdout)
    rest = json.loads(server.chancery(*words, '--starting-token', first['NextToken']).stdout)
    arns = [s['CertificateArn'] for part in (first, rest) for s in part['CertificateSummaryList']]
    assert arns == list(shelf.values())


def test_the_manuals_own_example_works(server, tmp_path):
    """`--certificate file://Certificate.pem`, as AWS's command reference has it."""
    leaf = pki.leaf('manual.example.com')
    for name, text in (('Certificate', leaf.pem), ('CertificateChain', leaf.chain_pem), ('PrivateKey', leaf.key_pem)):
        (tmp_path / f'{name}.pem').write_bytes(text)
    done = server.chancery('import-certificate', '--certificate', 'file://Certificate.pem', '--certificate-chain',
                           'file://CertificateChain.pem', '--private-key', 'file://PrivateKey.pem', '--region',
                           'aa-manual-1', cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    arn = json.loads(done.stdout)['CertificateArn']
    got = server.chancery('get-certificate', '--certificate-arn', arn, '--region', 'aa-manual-1')
    assert json.loads(got.stdout)['Certificate'].encode() == leaf.pem
    gone = server.chancery('delete-certificate', '--certificate-arn', arn, '--region', 'aa-manual-1')
    assert (gone.returncode, gone.stdout, gone.stderr) == (0, '', '')


def test_blobs_come_as_base64_or_in_json(server):
    own = pki.issue('blob.example.com', names=['blob.example.com'])
    texts = {'Certificate': base64.b64encode(own.pem).decode(), 'PrivateKey': base64.b64encode(own.key_pem).decode()}
    line = server.chancery('import-certificate', '--certificate', texts['Certificate'], '--private-key',
                           texts['PrivateKey'], '--region', 'aa-blob-1')
    assert line.returncode == 0, line.stderr
    whole = server.chancery('import-certificate', '--cli-input-json', json.dumps(texts), '--region', 'aa-blob-1')
    assert whole.returncode == 0, whole.stderr
    raw = server.chancery('import-certificate', '--certificate', own.pem.decode(), '--private-key',
                          own.key_pem.decode(), '--cli-binary-format', 'raw-in-base64-out', '--region', 'aa-blob-1')
    assert raw.returncode == 0, raw.stderr


@pytest.mark.parametrize('key_option', [
    lambda key: key, lambda key: '-----BEGIN PRIVATE KEY-----' + key, lambda key: key[:-1] + '*'])
def test_no_key_material_in_any_words(server, tmp_path, key_option):
    own = pki.issue('words.example.com')
    body = ''.join(own.key_pem.decode().splitlines()[1:-1])
    inputs = tmp_path / 'input.json'
    inputs.write_text(json.dumps({'Certificate': 'YQ==', 'PrivateKey': key_option(body), 'Tags': 7})[:-1])
    for words in (['--certificate', 'YQ==', '--private-key', key_option(body)],
                  ['--cli-input-json', f'file://{inputs}'],
                  ['--cli-input-json', inputs.read_text() + '}'],
                  ['--certificate', 'YQ==', '--private-key', 'YQ==', '--tags', 'Key']):
        done = server.chancery('import-certificate', *words, '--region', REGION)
        assert done.returncode in (252, 254, 255)
        assert body[40:60] not in done.stderr + done.stdout


def run(*words, environment=None, **more):
    """`chancery acm` with nothing set but what the test says."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith('AWS_')}
    clean |= {'AWS_CONFIG_FILE': '/nonexistent', 'AWS_SHARED_CREDENTIALS_FILE': '/nonexistent', 'AWS_MAX_ATTEMPTS': '1'}
    return subprocess.run([str(house.BINARY), 'acm', *words], env=clean | (environment or {}), capture_output=True,
                          text=True, check=False, timeout=60, **more)


def free_port():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


def test_configuration_that_is_missing(server):
    keys = {'AWS_ACCESS_KEY_ID': 'x', 'AWS_SECRET_ACCESS_KEY': 'y'}
    no_region = run('list-certificates', environment=keys)
    assert no_region.returncode == 253 and 'You must specify a region' in no_region.stderr
    no_keys = run('list-certificates', '--region', 'a-b-1')
    assert no_keys.returncode == 253 and 'Unable to locate credentials' in no_keys.stderr
    no_profile = run('list-certificates', '--profile', 'nobody')
    assert no_profile.returncode == 255 and no_profile.stderr == '\nThe config profile (nobody) could not be found\n'
    unsigned = run('list-certificates', '--no-sign-request', '--endpoint-url', server.url)
    assert unsigned.returncode == 254 and 'MissingAuthenticationTokenException' in unsigned.stderr


def test_a_profile_brings_everything(server, tmp_path, shelf):
    (tmp_path / 'credentials').write_text(
        f'[work]\naws_access_key_id={server.access_key}\naws_secret_access_key={server.secret_key}\n')
    (tmp_path / 'config').write_text(f'[profile work]\nregion = {REGION}\nservices = here\n'
                                     f'[services here]\nacm =\n  endpoint_url = {server.url}\n')
    files = {'AWS_CONFIG_FILE': str(tmp_path / 'config'), 'AWS_SHARED_CREDENTIALS_FILE': str(tmp_path / 'credentials')}
    done = run('describe-certificate', '--certificate-arn', shelf['rsa'], '--profile', 'work', environment=files)
    assert done.returncode == 0, done.stderr
    done = run('describe-certificate', '--certificate-arn', shelf['rsa'], environment=files | {'AWS_PROFILE': 'work'})
    assert done.returncode == 0, done.stderr


def test_nobody_listens():
    port = free_port()
    done = run('list-certificates', '--no-sign-request', '--endpoint-url', f'http://127.0.0.1:{port}')
    assert done.returncode == 255
    assert done.stderr == f'\nCould not connect to the endpoint URL: "http://127.0.0.1:{port}/"\n'


def answer(body, status='200 OK'):
    return f'HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}'.encode()


@pytest.mark.parametrize('said', [
    b'', b'SSH-2.0-OpenSSH_9\r\n', answer('<html>'), answer('[]'), answer('{"CertificateSummaryList":7}'),
    answer('{"CertificateSummaryList":[{"NotAfter":"soon"}]}'), answer('<html>', '404 Not Found'),
    answer('{"CertificateSummaryList":[],"NextToken":"always"}'), answer('', '503 Service Unavailable'),
    answer('{"a":' * 5000), b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{'])
def test_a_server_that_answers_garbage(liar, said):
    done = run('list-certificates', '--no-sign-request', '--endpoint-url', liar(said))
    assert done.returncode == 255
    assert done.stderr.startswith('\n') and len(done.stderr) > 20
    for word in house.SANITIZER_WORDS:
        assert word not in done.stderr


def test_a_server_that_says_nothing(liar):
    begin = time.monotonic()
    done = run('list-certificates', '--no-sign-request', '--cli-read-timeout', '1', '--endpoint-url', liar(None))
    assert done.returncode == 255 and 'Read timeout on endpoint URL' in done.stderr
    assert time.monotonic() - begin < 20


def test_interrupted(liar):
    process = subprocess.Popen([str(house.BINARY), 'acm', 'list-certificates', '--no-sign-request', '--endpoint-url',
                                liar(None)], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 130
    process.communicate()


def test_tls(start_server, tmp_path):
    authority = pki.issue(pki.name(CN='Listener CA'), ca=True)
    listener = authority.issue('127.0.0.1', names=['127.0.0.1', 'localhost'])
    (tmp_path / 'tls.pem').write_bytes(listener.pem)
    (tmp_path / 'tls.key').write_bytes(listener.key_pem)
    (tmp_path / 'ca.pem').write_bytes(authority.pem)
    (tmp_path / 'tls.key').chmod(0o600)
    server = start_server('--tls-certificate', tmp_path / 'tls.pem', '--tls-key', tmp_path / 'tls.key', scheme='https')
    trusted = server.chancery('list-certificates', '--ca-bundle', tmp_path / 'ca.pem')
    assert trusted.returncode == 0, trusted.stderr
    unverified = server.chancery('list-certificates', '--no-verify-ssl')
    assert unverified.returncode == 0, unverified.stderr
    refused = server.chancery('list-certificates')
    assert refused.returncode == 255
    assert refused.stderr.startswith(f'\nSSL validation failed for {server.url}/ ')
    missing = server.chancery('list-certificates', '--ca-bundle', tmp_path / 'nothing.pem')
    assert missing.returncode == 255 and 'nothing.pem' in missing.stderr


def test_help_names_every_operation_and_option():
    service = run('help')
    assert service.returncode == 0
    for word in ('import-certificate', 'search-certificates', 'update-certificate-options'):
        assert word in service.stdout
    operation = run('import-certificate', 'help')
    for word in ('--certificate (blob) required', '--tags (list)', 'Key=string,Value=string', '--endpoint-url'):
        assert word in operation.stdout
    assert run('list-certificates', '--version').stdout.startswith('chancery/')
