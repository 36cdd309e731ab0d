"""`--output text|table|yaml|yaml-stream`, `--cli-input-yaml` and samples as YAML: the same command line through the AWS
CLI and through `chancery`, against the same server; the same bytes and the same exit code."""
import base64
import fcntl
import io
import json
import os
import pty
import re
import struct
import subprocess
import termios

import house
import pki
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

REGION = 'aa-output-1'
FORMATS = ['json', 'text', 'table', 'yaml', 'yaml-stream']
TAGS = [{'Key': 'näme', 'Value': 'Schöne Grüße'}, {'Key': 'wide 中文', 'Value': 'ｗｉｄｅ'}, {'Key': 'bare'},
        {'Key': 'yes', 'Value': '0123'}]


def request_pem(subject):
    key = pki.new_key()
    request = x509.CertificateSigningRequestBuilder().subject_name(pki.name(CN=subject)).sign(key, hashes.SHA256())
    return request.public_bytes(serialization.Encoding.PEM)


def authority(pca):
    """A root of its own, with three certificates, one of them revoked."""
    arn = pca.create_certificate_authority(
        CertificateAuthorityType='ROOT', Tags=TAGS,
        CertificateAuthorityConfiguration={
            'KeyAlgorithm': 'EC_prime256v1', 'SigningAlgorithm': 'SHA256WITHECDSA',
            'Subject': {'Country': 'DE', 'Organization': 'Ex, Ämple: "GmbH"', 'CommonName': 'Output Root'}})[
        'CertificateAuthorityArn']
    about = {'CertificateAuthorityArn': arn, 'SigningAlgorithm': 'SHA256WITHECDSA'}
    root = pca.issue_certificate(
        **about, Csr=pca.get_certificate_authority_csr(CertificateAuthorityArn=arn)['Csr'].encode(),
        TemplateArn='arn:aws:acm-pca:::template/RootCACertificate/V1', Validity={'Type': 'DAYS', 'Value': 3650})
    pca.import_certificate_authority_certificate(
        CertificateAuthorityArn=arn, Certificate=pca.get_certificate(
            CertificateAuthorityArn=arn, CertificateArn=root['CertificateArn'])['Certificate'].encode())
    leaves = [pca.issue_certificate(**about, Csr=request_pem(f'shop{i}.example.com'),
                                    Validity={'Type': 'DAYS', 'Value': 30})['CertificateArn'] for i in range(3)]
    serial = ':'.join(re.findall('..', leaves[0].rpartition('/')[2]))
    pca.revoke_certificate(CertificateAuthorityArn=arn, CertificateSerial=serial, RevocationReason='SUPERSEDED')
    return {'authority': arn, 'issued': leaves[1]}


@pytest.fixture(scope='module')
def shelf(server):
    """What there is in a region of its own; {name: ARN}."""
    boto = server.boto(region=REGION)
    leaves = {
        'rsa': pki.leaf('rsa.example.com', algorithm='RSA_2048', names=['rsa.example.com', '*.example.com', '192.0.2.1']),
        'rsa2': pki.leaf('a-rather-long-name-for-a-host.of-a-department.example.com', algorithm='RSA_2048'),
        'own': pki.issue('own.example.com', key='RSA_2048', names=['own.example.com'])}
    arns = {name: boto.import_certificate(**leaf.arguments(Tags=TAGS))['CertificateArn']
            for name, leaf in leaves.items()}
    return arns | authority(server.boto(region=REGION, service='acm-pca'))


def both(server, service, *words, environment=None):
    words = [service, *words, '--endpoint-url', server.url, '--region', REGION]
    env = server.environment() | (environment or {})
    ours, theirs = [subprocess.run([tool, *words], env=env, capture_output=True, check=False)
                    for tool in (str(house.BINARY), '/usr/bin/aws')]
    for word in house.SANITIZER_WORDS:
        assert word.encode() not in ours.stderr, ours.stderr
    return ours, theirs


def agree(ours, theirs):
    assert ours.stdout.decode() == theirs.stdout.decode(), (ours.stderr, theirs.stderr)
    assert ours.returncode == theirs.returncode, (ours.stderr, theirs.stderr)


READS = [
    'acm describe-certificate --certificate-arn {rsa}',
    'acm describe-certificate --certificate-arn {own}',
    'acm get-certificate --certificate-arn {rsa}',
    'acm list-tags-for-certificate --certificate-arn {rsa}',
    'acm list-certificates',
    'acm list-certificates --page-size 1',
    'acm list-certificates --page-size 2 --max-items 1',
    'acm list-certificates --page-size 1 --max-items 2',
    'acm list-certificates --max-items 0',
    'acm list-certificates --no-paginate --max-items 2',
    'acm list-certificates --certificate-statuses REVOKED',
    'acm search-certificates --page-size 2',
    'acm get-account-configuration',
    'acm add-tags-to-certificate --certificate-arn {own} --tags Key=näme,Value=again',
    'acm get-certificate --certificate-arn {rsa} --generate-cli-skeleton output',
    'acm get-certificate --certificate-arn {rsa}0',
    'acm-pca describe-certificate-authority --certificate-authority-arn {authority}',
    'acm-pca list-certificate-authorities',
    'acm-pca list-tags --certificate-authority-arn {authority} --page-size 1',
    'acm-pca list-permissions --certificate-authority-arn {authority}',
    'acm-pca get-certificate --certificate-authority-arn {authority} --certificate-arn {issued}',
    'acm-pca get-certificate-authority-csr --certificate-authority-arn {authority}',
    'chancery list-issued-certificates --certificate-authority-arn {authority} --page-size 2',
]


@pytest.mark.parametrize('output', FORMATS)
@pytest.mark.parametrize('line', READS, ids=lambda line: line[:60])
def test_output_is_the_aws_clis_byte_for_byte(server, shelf, line, output):
    ours, theirs = both(server, *line.format(**shelf).split(), '--output', output)
    agree(ours, theirs)
    assert theirs.returncode == 254 if '{rsa}0' in line else theirs.returncode == 0


@pytest.mark.parametrize('color', ['on', 'off', 'auto'])
def test_colours(server, shelf, color):
    ours, theirs = both(server, 'acm', 'describe-certificate', '--certificate-arn', shelf['rsa'], '--output', 'table',
                        '--color', color)
    agree(ours, theirs)
    assert (b'\x1b[34m' in ours.stdout) == (color == 'on')


@pytest.mark.parametrize('output', ['text', 'yaml-stream'])
def test_a_cut_list_goes_on_where_it_ended(server, output):
    first, _ = both(server, 'acm', 'list-certificates', '--max-items', '1', '--page-size', '2', '--output', 'text')
    token = first.stdout.decode().splitlines()[-1].split('\t')[1]
    agree(*both(server, 'acm', 'list-certificates', '--starting-token', token, '--page-size', '2', '--output', output))


def on_terminal(tool, server, words, columns):
    """What a command writes to a terminal."""
    leader, follower = pty.openpty()
    attributes = termios.tcgetattr(follower)
    attributes[1] &= ~termios.OPOST
    termios.tcsetattr(follower, termios.TCSANOW, attributes)
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack('HHHH', 24, columns, 0, 0))
    process = subprocess.Popen([tool, *words, '--endpoint-url', server.url, '--region', REGION], stdout=follower,
                               stdin=subprocess.DEVNULL, env=server.environment() | {'TERM': 'xterm'})
    os.close(follower)
    taken = b''
    try:
        while piece := os.read(leader, 65536):
            taken += piece
    except OSError:
        pass  # the other end has closed
    os.close(leader)
    assert process.wait() == 0
    return taken


@pytest.mark.parametrize('words, columns', [(['--page-size', '1'], 60), ([], 132), ([], 4000),
                                            (['--certificate-statuses', 'REVOKED'], 80)])
def test_a_terminal_gives_width_and_colours(server, shelf, words, columns):
    words = ['acm', 'list-certificates', *words, '--max-items', '1', '--output', 'table', '--no-cli-pager']
    ours, theirs = (on_terminal(tool, server, words, columns) for tool in (str(house.BINARY), '/usr/bin/aws'))
    assert ours.decode() == theirs.decode()
    assert (b'\x1b[34m' in ours) == ('REVOKED' not in words)
    # Upright where it is narrow: a name and a value a line.
    assert (b'  \x1b[1m\x1b[34mDomainName\x1b[0m' in ours) == (columns < 1000 and 'REVOKED' not in words)


@pytest.mark.parametrize('words, environment', [
    ([], {}),
    ([], {'AWS_DEFAULT_OUTPUT': 'yaml'}),
    (['--output', 'table'], {'AWS_DEFAULT_OUTPUT': 'yaml'}),
    (['--profile', 'work'], {}),
    ([], {'AWS_PROFILE': 'work'}),
    (['--profile', 'work'], {'AWS_DEFAULT_OUTPUT': 'yaml'}),
    (['--profile', 'work', '--output', 'json'], {}),
    (['--profile', 'wrong'], {}),
    (['--output', 'xml'], {}),
    ([], {'AWS_DEFAULT_OUTPUT': 'xml'}),
], ids=str)
def test_who_says_the_format(server, shelf, tmp_path, words, environment):
    config, keys = tmp_path / 'config', tmp_path / 'credentials'
    config.write_text('[profile work]\noutput = text\n[profile wrong]\noutput = xml\n')
    keys.write_text(''.join(f'[{name}]\naws_access_key_id = {server.access_key}\naws_secret_access_key = '
                            f'{server.secret_key}\n' for name in ('work', 'wrong')))
    ours, theirs = both(server, 'acm', 'list-tags-for-certificate', '--certificate-arn', shelf['rsa'], *words, environment={
        'AWS_CONFIG_FILE': str(config), 'AWS_SHARED_CREDENTIALS_FILE': str(keys), **environment})
    agree(ours, theirs)
    if 'xml' in str(words) + str(environment) or 'wrong' in words:
        assert b'xml' in ours.stderr and ours.returncode in (252, 255)
    else:
        assert ours.returncode == 0 and ours.stdout


YAMLS = [
    '{}',
    'Includes: {keyTypes: [RSA_2048]}',
    'Includes:\n  keyTypes: &k\n  - EC_prime256v1 # none\nCertificateStatuses: [ISSUED]\n',
    '---\n"Includes":\n  "keyTypes":\n    - RSA_2048\nSortBy: CREATED_AT\nSortOrder: !!str DESCENDING\n...\n',
    'MaxItems: 2',
    'MaxItems: 0x2',
    'MaxItems: "2"',
    'CertificateStatuses: [yes]',
    'CertificateStatuses: [true]',
    'Bogus: 1',
    '',
    '- a',
    'a: b: c',
    '{',
    'SortBy: CREATED_AT\nSortBy: CREATED_AT',
    '!bogus a',
]


@pytest.mark.parametrize('text', YAMLS)
def test_input_as_yaml(server, shelf, text):
    agree(*both(server, 'acm', 'list-certificates', '--cli-input-yaml', text, '--output', 'text'))


def test_input_as_yaml_from_a_file_under_options(server, shelf, tmp_path):
    path = tmp_path / 'input.yaml'
    path.write_text(f'CertificateArn: {shelf["own"]}\n')
    ours, theirs = both(server, 'acm', 'describe-certificate', '--cli-input-yaml', f'file://{path}', '--certificate-arn',
                        shelf['rsa'])
    agree(ours, theirs)
    assert b'rsa.example.com' in ours.stdout
    agree(*both(server, 'acm', 'describe-certificate', '--cli-input-yaml', f'file://{path}', '--cli-input-json', '{}'))
    path.write_text('CertificateArn: "x\n')
    ours, _ = both(server, 'acm', 'describe-certificate', '--cli-input-yaml', f'file://{path}')
    assert b'at line 2 column 1' in ours.stderr and ours.returncode == 252


def test_yaml_carries_bytes(server, shelf, tmp_path):
    leaf = pki.leaf('yaml.example.com')
    words = []
    for tool in ('/usr/bin/aws', str(house.BINARY)):
        path = tmp_path / 'import.yaml'
        parts = {'Certificate': leaf.pem, 'PrivateKey': leaf.key_pem, 'CertificateChain': leaf.chain_pem}
        path.write_text(''.join(f'{key}: !!binary |\n' + ''.join(
            f'  {line}\n' for line in base64.encodebytes(pem).decode().splitlines())
            for key, pem in parts.items()))
        done = subprocess.run([tool, 'acm', 'import-certificate', '--cli-input-yaml', f'file://{path}', '--output', 'text',
                               '--endpoint-url', server.url, '--region', 'aa-output-2'], env=server.environment(),
                              capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        words.append(done.stdout.strip())
        got = server.boto(region='aa-output-2').get_certificate(CertificateArn=words[-1])
        assert got['Certificate'] == leaf.pem.decode()
    assert len(set(words)) == 2


def test_samples_as_yaml(server):
    ours, theirs = both(server, 'acm', 'import-certificate', '--generate-cli-skeleton', 'yaml-input')
    agree(ours, theirs)
    assert b'# [REQUIRED] ' in ours.stdout


@pytest.mark.parametrize('service', ['acm', 'acm-pca', 'chancery'])
def test_all_samples_as_yaml(server, service, monkeypatch):
    """Every operation, by the AWS CLI's generator in this process, which is quicker."""
    # The AWS CLI has a botocore of its own, which takes the first value of an enum; boto3's, loaded here, any of them.
    monkeypatch.setattr('random.choice', lambda values: values[0])
    pytest.importorskip('awscli')
    from awscli.botocore.model import ServiceModel
    from awscli.customizations.generatecliskeleton import YAMLArgumentGenerator, _Bytes
    from ruamel.yaml import YAML
    (path,) = (house.BOTOCORE / service).glob('*/service-2.json')
    model = ServiceModel(json.loads(path.read_text()), service)
    yaml = YAML()
    yaml.representer.add_representer(_Bytes, _Bytes.represent)
    for name in model.operation_names:
        shape = model.operation_model(name).input_shape
        expected = io.StringIO()
        yaml.dump(YAMLArgumentGenerator().generate_skeleton(shape) if shape else yaml.map(), expected)
        command = re.sub(r'(?<=[a-z0-9])(?=[A-Z])', '-', name).lower()
        done = subprocess.run([str(house.BINARY), service, command, '--generate-cli-skeleton', 'yaml-input'],
                              env=server.environment(), capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, '')
        assert done.stdout == expected.getvalue(), name


def test_a_sample_is_an_input(server, shelf):
    """What was printed can be filled in and sent."""
    done = server.chancery('list-tags-for-certificate', '--generate-cli-skeleton', 'yaml-input')
    text = done.stdout.replace("''", shelf['rsa'])
    agree(*both(server, 'acm', 'list-tags-for-certificate', '--cli-input-yaml', text))


def test_nothing_is_written_to_a_full_disk_in_silence(server, shelf):
    with open('/dev/full', 'wb') as full:
        done = subprocess.run([str(house.BINARY), 'acm', 'list-certificates', '--output', 'table', '--endpoint-url',
                               server.url, '--region', REGION], env=server.environment(), stdout=full,
                              stderr=subprocess.PIPE, check=False)
    assert done.returncode == 255 and b'could not be written' in done.stderr
