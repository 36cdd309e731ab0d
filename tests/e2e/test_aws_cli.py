"""The seeds' scenarios with the AWS CLI, as its manual has them."""
import json

import pki
import pytest

REGION = 'aa-awscli-1'


@pytest.fixture
def aws(server):
    """aws(words…): parsed JSON of a command that must succeed."""
    def run(*words):
        done = server.aws(*words, '--region', REGION)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout) if done.stdout else None
    return run


@pytest.fixture
def files(tmp_path):
    """Writes a leaf's three files; returns the options that import them."""
    def write(leaf):
        parts = {'certificate': leaf.pem, 'private-key': leaf.key_pem}
        if leaf.issuer is not None:
            parts['certificate-chain'] = leaf.chain_pem
        words = []
        for name, text in parts.items():
            path = tmp_path / f'{name}.pem'
            path.write_bytes(text)
            words += [f'--{name}', f'fileb://{path}']
        return words
    return write


def test_the_life_of_a_certificate(aws, server, files, tmp_path):
    leaf = pki.leaf('cli.example.com', algorithm='RSA_2048')
    arn = aws('import-certificate', *files(leaf), '--tags', 'Key=team,Value=shop', 'Key=bare')['CertificateArn']
    assert arn.startswith(f'arn:aws:acm:{REGION}:{server.account}:certificate/')

    assert aws('describe-certificate', '--certificate-arn', arn)['Certificate']['DomainName'] == 'cli.example.com'
    assert [s['CertificateArn'] for s in aws('list-certificates')['CertificateSummaryList']] == [arn]
    got = aws('get-certificate', '--certificate-arn', arn)
    assert got == {'Certificate': leaf.pem.decode(), 'CertificateChain': leaf.chain_pem.decode()}
    assert aws('list-tags-for-certificate', '--certificate-arn', arn)['Tags'] == [
        {'Key': 'bare'}, {'Key': 'team', 'Value': 'shop'}]

    again = pki.leaf('cli2.example.com', algorithm='RSA_2048')
    assert aws('import-certificate', '--certificate-arn', arn, *files(again))['CertificateArn'] == arn
    assert aws('get-certificate', '--certificate-arn', arn)['Certificate'] == again.pem.decode()

    assert aws('add-tags-to-certificate', '--certificate-arn', arn, '--tags', 'Key=new,Value=1') is None
    assert aws('remove-tags-from-certificate', '--certificate-arn', arn, '--tags', 'Key=team', 'Key=bare') is None
    assert aws('list-tags-for-certificate', '--certificate-arn', arn)['Tags'] == [{'Key': 'new', 'Value': '1'}]

    passphrase = tmp_path / 'passphrase'
    passphrase.write_text('secret')
    refused = server.aws('export-certificate', '--certificate-arn', arn, '--passphrase', f'fileb://{passphrase}',
                         '--region', REGION)
    assert refused.returncode == 254 and 'ValidationException' in refused.stderr

    assert aws('delete-certificate', '--certificate-arn', arn) is None
    gone = server.aws('get-certificate', '--certificate-arn', arn, '--region', REGION)
    assert gone.returncode == 254
    assert 'An error occurred (ResourceNotFoundException) when calling the GetCertificate operation' in gone.stderr


def test_search_by_shorthand(aws, files):
    arn = aws('import-certificate', *files(pki.leaf('find.example.com', serial=0x5ea4c4)))['CertificateArn']
    found = aws('search-certificates', '--filter-statement', 'Filter={X509AttributeFilter={SerialNumber=5e:a4:c4}}')
    assert [r['CertificateArn'] for r in found['Results']] == [arn]
    assert aws('search-certificates', '--filter-statement',
               'Not={Filter={CertificateArn=%s}}' % arn, '--query', f"Results[?CertificateArn=='{arn}']") == []


def test_account_configuration(aws):
    assert aws('put-account-configuration', '--idempotency-token', 'a', '--expiry-events', 'DaysBeforeExpiry=7') is None
    assert aws('get-account-configuration') == {'ExpiryEvents': {'DaysBeforeExpiry': 7}}
