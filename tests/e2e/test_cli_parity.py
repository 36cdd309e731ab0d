"""The same command line through the AWS CLI and through `chancery`, against the same server: standard output byte for
byte, the exit code, and what is said on standard error. What test_cli.py, test_cli_output.py and test_cli_services.py
compare is not compared here again.

A line that begins with "~" is refused by both in words of their own: ours say what is wrong with a number, name the
place in a text or the member of a list, where the AWS CLI shows what its Python says."""
import concurrent.futures
import re
import shlex
import subprocess

import house
import pki
import pytest
from test_cli_output import TAGS, authority

REGION = 'aa-parity-1'
# The AWS CLI takes most of a second of a processor; more at once would only wait.
AT_ONCE = 4

LINES = r'''
acm list-certificates --query CertificateSummaryList[].DomainName
acm list-certificates --query CertificateSummaryList[].DomainName --output text
acm list-certificates --query CertificateSummaryList[].DomainName --output table
acm list-certificates --query CertificateSummaryList[].DomainName --output yaml
acm list-certificates --query CertificateSummaryList[].DomainName --output yaml-stream --page-size 1
acm list-certificates --query CertificateSummaryList[].DomainName --output text --page-size 1
acm list-certificates --query CertificateSummaryList[].[DomainName,Status] --output text
acm list-certificates --query CertificateSummaryList[].[DomainName,Status] --output table
acm list-certificates --query "CertificateSummaryList[].{a:DomainName,b:KeyAlgorithm}" --output table
acm list-certificates --query "CertificateSummaryList[0]" --output table
acm list-certificates --query "CertificateSummaryList[0].DomainName" --output table
acm list-certificates --query "CertificateSummaryList[0].DomainName" --output text
acm list-certificates --query "CertificateSummaryList[0].DomainName" --output yaml
acm list-certificates --query "CertificateSummaryList[0].DomainName"
acm list-certificates --query "length(CertificateSummaryList)"
acm list-certificates --query "length(CertificateSummaryList)" --output text --page-size 1
acm list-certificates --query "length(CertificateSummaryList)" --output yaml-stream --page-size 1
acm list-certificates --query Nothing
acm list-certificates --query Nothing --output text
acm list-certificates --query Nothing --output table
acm list-certificates --query Nothing --output yaml
acm list-certificates --query Nothing --output yaml-stream
acm list-certificates --query "sort_by(CertificateSummaryList,&DomainName)[].DomainName"
acm list-certificates --query "CertificateSummaryList[?KeyAlgorithm=='RSA-2048'].DomainName|[0]"
acm list-certificates --query "CertificateSummaryList[?InUse]"
acm list-certificates --query "to_string(CertificateSummaryList[0].CreatedAt)"
acm list-certificates --query "`literal`"
acm list-certificates --query "@"
acm list-certificates --query "foo("
acm list-certificates --query ""
acm list-certificates --query "foo bar"
acm list-certificates --query "nofunc(@)"
acm list-certificates --query "length(`1`)"
acm list-certificates --query "length(`1`)" --output text
acm list-certificates --query "length(`1`)" --output yaml-stream --page-size 1
acm list-certificates --query "abs(a,b)"
acm list-certificates --query
acm list-certificates --max-items 1 --query NextToken
acm list-certificates --max-items 1 --query CertificateSummaryList[].DomainName --output text
acm list-certificates --max-items 1 --query "[NextToken]" --output text
acm list-certificates --max-items 1 --query CertificateSummaryList[].DomainName --output yaml-stream
acm list-certificates --no-paginate --max-items 1 --query "keys(@)"
acm list-certificates --no-paginate --query NextToken --output text
acm describe-certificate --certificate-arn {rsa} --query Certificate.SubjectAlternativeNames --output text
acm describe-certificate --certificate-arn {rsa} --query Certificate.[Serial,NotAfter] --output yaml
acm describe-certificate --certificate-arn {rsa} --query Certificate.DomainName --output yaml-stream
acm describe-certificate --certificate-arn {rsa}0 --query Certificate
acm get-certificate --certificate-arn {rsa} --query Certificate --output text
acm get-certificate --certificate-arn {rsa} --generate-cli-skeleton output --query Certificate
acm list-certificates --generate-cli-skeleton input
acm list-certificates --generate-cli-skeleton yaml-input
~acm list-certificates --generate-cli-skeleton bogus
acm describe-certificate --generate-cli-skeleton output
acm describe-certificate --generate-cli-skeleton
acm get-account-configuration --generate-cli-skeleton
acm get-account-configuration --generate-cli-skeleton yaml-input
acm delete-certificate --certificate-arn {rsa} --generate-cli-skeleton output
~acm list-certificates --color never
~acm list-certificates --output xml
~acm list-certificates --cli-binary-format hex
acm list-certificates --color
acm list-certificates --region
acm list-certificates --no-verify-ssl --output text
acm list-certificates --no-sign-request
acm list-certificates --no-cli-pager --output text
acm list-certificates --no-cli-auto-prompt --output text
acm list-certificates --cli-auto-prompt --no-cli-auto-prompt
acm list-certificates --cli-read-timeout 5 --cli-connect-timeout 5 --output text
acm list-certificates --cli-read-timeout 0 --cli-connect-timeout 0 --output text
~acm list-certificates --cli-read-timeout x
~acm list-certificates --cli-connect-timeout x
~acm list-certificates --cli-read-timeout -1
acm list-certificates --ca-bundle /nonexistent --output text
acm list-certificates --endpoint-url localhost:1
acm list-certificates --endpoint-url http://
~acm list-certificates --page-size x
~acm list-certificates --max-items x
acm list-certificates --page-size 0
acm list-certificates --page-size -1
acm list-certificates --page-size 5000
acm list-certificates --starting-token bogus
acm list-certificates --starting-token
acm list-certificates --page-size 2 --no-paginate
acm list-certificates --starting-token x --no-paginate
acm list-certificates --next-token x --page-size 1
acm list-certificates --next-token x --max-items 1
acm list-certificates --max 1 --output text
acm list-certificates --out text --max-i 1
acm list-certificates --no-pag --output text
acm list-certificates --cli-input {}
acm --output text list-certificates
--output text acm list-certificates
--output text --region aa-output-9 acm list-certificates --query CertificateSummaryList
acm --no-paginate list-certificates --max-items 1 --output text
acm list-certificates bogus
acm list-certificates bogus more
acm list-certificates --bogus x
acm list-certificates --bogus x --bogus2
acm list-certificates -x
acm wait certificate-validated
~acm wait bogus
acm-pca wait certificate-authority-csr-created --certificate-authority-arn {authority}
acm-pca wait certificate-authority-csr-created --certificate-authority-arn {authority} --query X --output text
acm describe-certificate
acm describe-certificate --certificate-arn
acm describe-certificate --certificate-arn x
acm describe-certificate --certificate-arn ""
acm describe-certificate --certificate-arn=
acm describe-certificate --certificate-arn {rsa} --certificate-arn {own} --query Certificate.DomainName
~acm describe-certificate --certificate-arn -x
acm describe-certificate --certificate-arn --x
~acm describe-certificate --cli-input-json x
~acm describe-certificate --cli-input-json []
~acm describe-certificate --cli-input-json 7
acm describe-certificate --cli-input-json {}
acm describe-certificate --cli-input-json '{"CertificateArn":1}'
acm describe-certificate --cli-input-json '{"certificateArn":"x"}'
acm describe-certificate --cli-input-json file:///nonexistent
acm describe-certificate --cli-input-json {} --cli-input-yaml a
~acm describe-certificate --cli-input-yaml '['
acm describe-certificate --cli-input-yaml 'CertificateArn: {rsa}' --query Certificate.DomainName
acm describe-certificate --certificate-arn file:///nonexistent
acm describe-certificate --certificate-arn file://{folder}/arn --query Certificate.DomainName
acm describe-certificate --certificate-arn file://{folder}/latin
acm describe-certificate --certificate-arn file://{folder}
acm add-tags-to-certificate --certificate-arn {own} --tags Key=a,Value=b Key=c
acm add-tags-to-certificate --certificate-arn {own} --tags Key=a,Value=b, Key=c
acm add-tags-to-certificate --certificate-arn {own} --tags Key=a,Value
acm add-tags-to-certificate --certificate-arn {own} --tags "Key=a,Value='x, y'"
acm add-tags-to-certificate --certificate-arn {own} --tags 'Key=a,Value=x\,y'
acm add-tags-to-certificate --certificate-arn {own} --tags Key=a,Value=[x,y]
acm add-tags-to-certificate --certificate-arn {own} --tags Key=a,Bogus=1
acm add-tags-to-certificate --certificate-arn {own} --tags Key@=file://{folder}/key
acm add-tags-to-certificate --certificate-arn {own} --tags Key@=file:///nonexistent
acm add-tags-to-certificate --certificate-arn {own} --tags Key@=plain
acm add-tags-to-certificate --certificate-arn {own} --tags file://{folder}/tags.json
acm add-tags-to-certificate --certificate-arn {own} --tags '[{"Key":"j","Value":"v"}]'
acm add-tags-to-certificate --certificate-arn {own} --tags '{"Key":"j","Value":"v"}' '{"Key":"k"}'
~acm add-tags-to-certificate --certificate-arn {own} --tags '[{"Key":"j"'
~acm add-tags-to-certificate --certificate-arn {own} --tags '{"Key":"j"'
acm add-tags-to-certificate --certificate-arn {own} --tags
acm add-tags-to-certificate --certificate-arn {own} --tags ''
acm add-tags-to-certificate --certificate-arn {own} --tags Key=a,Key=b
acm add-tags-to-certificate --certificate-arn {own} --tags =
acm add-tags-to-certificate --certificate-arn {own} --tags Key=,Value=
acm list-tags-for-certificate --certificate-arn {rsa2} --query Tags[0]
acm list-certificates --includes keyTypes=RSA_2048,EC_prime256v1 --query length(CertificateSummaryList)
acm list-certificates --includes keyTypes=[RSA_2048,EC_prime256v1],keyUsage=DIGITAL_SIGNATURE --query length(CertificateSummaryList)
acm list-certificates --includes keyTypes=RSA_2048,keyTypes=EC_prime256v1
acm list-certificates --includes keyTypes
acm list-certificates --includes bogus=1
acm list-certificates --certificate-statuses ISSUED EXPIRED --output text
acm list-certificates --certificate-statuses '["ISSUED"]' --output text
acm list-certificates --certificate-statuses ISSUED,EXPIRED
acm list-certificates --certificate-statuses
~acm put-account-configuration --idempotency-token a --expiry-events DaysBeforeExpiry=x
acm put-account-configuration --idempotency-token a --expiry-events DaysBeforeExpiry=30
acm put-account-configuration --idempotency-token a --expiry-events '{"DaysBeforeExpiry":"30"}'
~acm import-certificate --certificate x --private-key y
acm import-certificate --certificate YQ== --private-key YQ==
acm import-certificate --certificate a --private-key YQ== --cli-binary-format raw-in-base64-out
acm import-certificate --certificate fileb:///nonexistent --private-key YQ==
acm import-certificate --certificate fileb://{folder}/key --private-key fileb://{folder}/key
acm import-certificate --private-key a
acm export-certificate --certificate-arn {rsa} --passphrase YWJjZA==
acm request-certificate --domain-name example.com
acm request-certificate --domain-name example.com --options CertificateTransparencyLoggingPreference=ENABLED
acm update-certificate-options --certificate-arn {rsa} --options Bogus=a
acm resend-validation-email --certificate-arn {rsa} --domain a.b --validation-domain b
acm-pca list-certificate-authorities --query "CertificateAuthorities[].Arn" --output text
acm-pca list-certificate-authorities --max-results 1 --query "CertificateAuthorities[].Status"
acm-pca list-certificate-authorities --max-items 0
acm-pca list-certificate-authorities --resource-owner BOGUS
acm-pca list-tags --certificate-authority-arn {authority} --output text --query "Tags[].Key"
acm-pca list-tags --certificate-authority-arn {authority} --output table --query "Tags[].[Key,Value]"
acm-pca describe-certificate-authority --certificate-authority-arn {authority} --query CertificateAuthority.CertificateAuthorityConfiguration --output text
acm-pca describe-certificate-authority --certificate-authority-arn {authority} --query CertificateAuthority.RevocationConfiguration --output yaml
acm-pca get-certificate-authority-certificate --certificate-authority-arn {authority} --query Certificate --output text
~acm-pca issue-certificate --certificate-authority-arn {authority} --csr YQ== --signing-algorithm SHA256WITHECDSA --validity Value=x,Type=DAYS
acm-pca issue-certificate --certificate-authority-arn {authority} --csr YQ== --signing-algorithm SHA256WITHECDSA --validity Value=1
acm-pca issue-certificate --certificate-authority-arn {authority} --csr YQ== --signing-algorithm BOGUS --validity Value=1,Type=DAYS
~acm-pca delete-certificate-authority --certificate-authority-arn {authority} --permanent-deletion-time-in-days x
acm-pca delete-certificate-authority --certificate-authority-arn {authority} --permanent-deletion-time-in-days 1
acm-pca create-permission --certificate-authority-arn {authority} --principal x --actions A B
acm-pca get-policy --resource-arn {authority}
acm-pca tag-certificate-authority --certificate-authority-arn {authority} --tags Key=yes,Value=0123
acm-pca revoke-certificate --certificate-authority-arn {authority} --certificate-serial zz --revocation-reason UNSPECIFIED
acm-pca list-permissions --certificate-authority-arn bogus-arn
chancery list-issued-certificates --certificate-authority-arn {authority} --query "IssuedCertificates[].Subject"
chancery list-issued-certificates --certificate-authority-arn {authority} --query "IssuedCertificates[].[Status]" --output text --page-size 1
chancery list-issued-certificates --certificate-authority-arn {authority} --max-items 1 --query "IssuedCertificates[].Status" --output yaml-stream
acm list-certificates --cli-input-j {} --output text
acm describe-certificate --cli-input-json file://{folder}/input.json --query Certificate.DomainName
--bogus acm list-certificates
acm --region aa-parity-9 list-certificates
--query CertificateSummaryList[].Status acm list-certificates --output text
acm-pca --output yaml list-tags --certificate-authority-arn {authority}
'''.strip().splitlines()


@pytest.fixture(scope='module')
def shelf(server, tmp_path_factory):
    """{name: what stands for {name} in a line}."""
    folder = tmp_path_factory.mktemp('parity')
    boto = server.boto(region=REGION)
    leaves = {
        'rsa': pki.leaf('rsa.example.com', algorithm='RSA_2048', names=['rsa.example.com', '*.example.com']),
        'rsa2': pki.leaf('a-rather-long-name.example.com', algorithm='RSA_2048'),
        'own': pki.issue('own.example.com', key='RSA_2048', names=['own.example.com'])}
    arns = {name: boto.import_certificate(**leaf.arguments(Tags=TAGS))['CertificateArn']
            for name, leaf in leaves.items()}
    (folder / 'arn').write_text(arns['rsa'])
    (folder / 'latin').write_bytes(b'\xe4')
    (folder / 'key').write_text('fromfile')
    (folder / 'tags.json').write_text('[{"Key": "f", "Value": "g"}]')
    (folder / 'input.json').write_text(f'{{"CertificateArn": "{arns["rsa2"]}"}}')
    return arns | authority(server.boto(region=REGION, service='acm-pca')) | {'folder': str(folder)}


def words_of(line, server, shelf):
    words = shlex.split(re.sub(r'\{(\w+)\}', lambda m: shelf.get(m[1], m[0]), line.removeprefix('~')))
    here = ['--endpoint-url', server.url] if '--endpoint-url' not in words else []
    return words + here + ([] if '--region' in words else ['--region', REGION])


def run(tool, words, environment):
    return subprocess.run([tool, *words], env=environment, capture_output=True, stdin=subprocess.DEVNULL, check=False,
                          timeout=100)


@pytest.fixture(scope='module')
def ends(server, shelf):
    """{line: (ours, theirs)}, all of them run at once."""
    def both(line):
        words = words_of(line, server, shelf)
        return [run(tool, words, server.environment()) for tool in (str(house.BINARY), '/usr/bin/aws')]

    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        return dict(zip(LINES, pool.map(both, LINES)))


def said(stderr):
    """What is said, without the usage, the program's name, and the neighbour that only we know."""
    text = re.sub(r'\nusage: .*\n(To see help text, you can run:\n\n(  .* help\n)+)?', '', stderr.decode())
    return re.sub(r' \(did you mean --[a-z-]+\?\)', '', re.sub(r'(chancery|aws): error: ', '', text)).strip()


def test_there_are_enough_of_them():
    assert len(LINES) == len(set(LINES)) >= 150


@pytest.mark.parametrize('line', LINES)
def test_the_same_line_ends_the_same(ends, line):
    ours, theirs = ends[line]
    for word in house.SANITIZER_WORDS:
        assert word.encode() not in ours.stderr, ours.stderr
    assert ours.stdout.decode() == theirs.stdout.decode(), (ours.stderr, theirs.stderr)
    assert ours.returncode == theirs.returncode, (ours.stderr, theirs.stderr)
    if line.startswith('~'):
        assert said(ours.stderr) and said(theirs.stderr)
    else:
        assert said(ours.stderr) == said(theirs.stderr)


def test_a_pem_file_goes_as_it_is(server, tmp_path):
    """The one deliberate difference: file:// before a blob. The AWS CLI takes PEM for base64, and what it decodes of
    it is no certificate."""
    leaf = pki.issue('pem.example.com')
    (tmp_path / 'cert.pem').write_bytes(leaf.pem)
    (tmp_path / 'key.pem').write_bytes(leaf.key_pem)
    words = ['acm', 'import-certificate', '--certificate', f'file://{tmp_path}/cert.pem', '--private-key',
             f'file://{tmp_path}/key.pem', '--query', 'CertificateArn', '--output', 'text', '--endpoint-url',
             server.url, '--region', 'aa-parity-2']
    ours, theirs = [run(tool, words, server.environment()) for tool in (str(house.BINARY), '/usr/bin/aws')]
    assert ours.returncode == 0 and ours.stdout.startswith(b'arn:aws:acm:aa-parity-2:'), ours.stderr
    assert theirs.returncode in (254, 255) and not theirs.stdout


CONFIGURATIONS = {
    'output': (f'output = text\nregion = {REGION}',
               ['acm', 'list-certificates', '--query', 'CertificateSummaryList[].DomainName'], {}),
    'region': (f'region = {REGION}', ['acm', 'list-certificates', '--query', 'length(CertificateSummaryList)'], {}),
    'AWS_REGION first': ('region = aa-parity-8', ['acm', 'list-certificates', '--query', 'length(CertificateSummaryList)'],
                         {'AWS_REGION': REGION, 'AWS_DEFAULT_REGION': 'aa-parity-9'}),
    'AWS_DEFAULT_REGION': ('region = aa-parity-8', ['acm', 'list-certificates', '--query',
                                                    'length(CertificateSummaryList)'], {'AWS_DEFAULT_REGION': REGION}),
    'wire times': (f'region = {REGION}\ncli_timestamp_format = wire', ['acm', 'describe-certificate', '--certificate-arn',
                                                                      '{rsa}'], {}),
    'unknown times': (f'region = {REGION}\ncli_timestamp_format = sundial', ['acm', 'list-certificates'], {}),
    'raw blobs': (f'region = {REGION}\ncli_binary_format = raw-in-base64-out',
                  ['acm', 'export-certificate', '--certificate-arn', '{rsa}', '--passphrase', 'a b c d'], {}),
    'blobs by option': (f'region = {REGION}\ncli_binary_format = raw-in-base64-out',
                        ['acm', 'export-certificate', '--certificate-arn', '{rsa}', '--passphrase', 'YWJjZA==',
                         '--cli-binary-format', 'base64'], {}),
    'no validation': (f'region = {REGION}\nparameter_validation = false',
                      ['acm', 'describe-certificate', '--certificate-arn', 'short'], {}),
    'retry mode': (f'region = {REGION}\nretry_mode = never', ['acm', 'list-certificates'], {}),
    'AWS_RETRY_MODE': (f'region = {REGION}\nretry_mode = never',
                       ['acm', 'list-certificates', '--query', 'length(CertificateSummaryList)'],
                       {'AWS_RETRY_MODE': 'adaptive'}),
    'attempts': (f'region = {REGION}\nmax_attempts = 0', ['acm', 'list-certificates'], {'AWS_MAX_ATTEMPTS': None}),
    'prompt off': (f'region = {REGION}\ncli_auto_prompt = off', ['acm', 'list-certificates', '--output', 'text'], {}),
    'token': (f'region = {REGION}', ['acm', 'list-certificates'], {'AWS_SESSION_TOKEN': 'nobody'}),
    'no profile': ('', ['acm', 'list-certificates', '--profile', 'nobody'], {}),
    'no keys': (f'region = {REGION}', ['acm', 'list-certificates', '--no-sign-request'],
                {'AWS_ACCESS_KEY_ID': None, 'AWS_SECRET_ACCESS_KEY': None}),
}


@pytest.mark.parametrize('name', CONFIGURATIONS)
def test_a_profile_counts_as_much(server, shelf, tmp_path, name):
    text, words, variables = CONFIGURATIONS[name]
    (tmp_path / 'config').write_text(f'[default]\n{text}\n')
    environment = server.environment() | {'AWS_CONFIG_FILE': str(tmp_path / 'config')}
    environment.pop('AWS_DEFAULT_REGION')
    environment = {key: value for key, value in (environment | variables).items() if value is not None}
    words = [word.format(**shelf) if word.startswith('{') else word for word in words]
    ours, theirs = [run(tool, [*words, '--endpoint-url', server.url], environment)
                    for tool in (str(house.BINARY), '/usr/bin/aws')]
    assert ours.stdout.decode() == theirs.stdout.decode(), (ours.stderr, theirs.stderr)
    assert ours.returncode == theirs.returncode, (ours.stderr, theirs.stderr)
    assert said(ours.stderr) == said(theirs.stderr)
