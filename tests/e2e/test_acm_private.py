"""Private certificates in ACM: requested from an authority, exported, renewed, revoked."""
import datetime
import json
import subprocess

import house
import pca as ca
import pki
import pytest
from cryptography import x509

UTC = datetime.timezone.utc
KEYS = {'RSA_2048': 'RSA Public-Key: (2048 bit)', 'RSA_3072': '3072 bit', 'RSA_4096': '4096 bit',
        'EC_prime256v1': 'prime256v1',
        'EC_secp384r1': 'secp384r1', 'EC_secp521r1': 'secp521r1'}


@pytest.fixture(scope='module')
def acm(pki_server):
    return pki_server.boto()


@pytest.fixture(scope='module')
def authority(own_root):
    """A subordinate that lets ACM renew."""
    made = ca.subordinate(own_root, 'Private Issuing CA', 0, days=1000, RevocationConfiguration={
        'CrlConfiguration': {'Enabled': True, 'ExpirationInDays': 7}, 'OcspConfiguration': {'Enabled': True}})
    permit(made)
    return made


def permit(authority):
    authority.client.create_permission(CertificateAuthorityArn=authority.arn, Principal='acm.amazonaws.com',
                                       Actions=['IssueCertificate', 'GetCertificate', 'ListPermissions'])


def request(acm, authority, domain='private.example.com', **more):
    arguments = {'DomainName': domain, 'CertificateAuthorityArn': authority.arn, 'KeyAlgorithm': 'EC_prime256v1'}
    return acm.request_certificate(**(arguments | more))['CertificateArn']


def describe(acm, arn):
    return acm.describe_certificate(CertificateArn=arn)['Certificate']


def export(acm, arn, passphrase=b'a passphrase'):
    return acm.export_certificate(CertificateArn=arn, Passphrase=passphrase)


# ---- Requests ----

def test_a_private_certificate_is_issued_by_the_first_describe(acm, authority):
    before = datetime.datetime.now(UTC) - datetime.timedelta(milliseconds=1)
    arn = request(acm, authority, SubjectAlternativeNames=['www.private.example.com', 'private.example.com'],
                  Tags=[{'Key': 'team', 'Value': 'shop'}])
    described = describe(acm, arn)
    got = acm.get_certificate(CertificateArn=arn)
    certificate = ca.judge(got['Certificate'], got['CertificateChain'], purpose='sslserver')
    assert ca.pem_certificates(got['CertificateChain']) == ca.pem_certificates(authority.path())
    assert (described['Status'], described['Type']) == ('ISSUED', 'PRIVATE')
    assert described['CertificateAuthorityArn'] == authority.arn
    assert described['DomainName'] == 'private.example.com'
    assert described['SubjectAlternativeNames'] == ['private.example.com', 'www.private.example.com']
    assert described['Subject'] == 'CN=private.example.com'
    assert described['Issuer'] == 'Example Trust'
    assert described['KeyAlgorithm'] == 'EC-prime256v1'
    assert described['RenewalEligibility'] == 'INELIGIBLE' and described['InUseBy'] == []
    assert described['NotAfter'] == certificate.not_valid_after.replace(tzinfo=UTC)
    assert described['Serial'].replace(':', '') == f'{certificate.serial_number:032x}'
    assert before <= described['CreatedAt'] <= described['IssuedAt'] <= datetime.datetime.now(UTC)
    assert 'ImportedAt' not in described and 'FailureReason' not in described
    assert described['Options']['CertificateTransparencyLoggingPreference'] in ('ENABLED', 'DISABLED')
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ['private.example.com', 'www.private.example.com']
    period = certificate.not_valid_after - certificate.not_valid_before
    assert period == datetime.timedelta(days=395, hours=1)
    assert acm.list_tags_for_certificate(CertificateArn=arn)['Tags'] == [{'Key': 'team', 'Value': 'shop'}]
    # The authority's own books have it.
    issued = authority.get(f'{authority.arn}/certificate/{certificate.serial_number:032x}')[0]
    assert ca.load(issued) == certificate


def test_the_authoritys_books_say_that_acm_asked(acm, authority, pki_server):
    serial = ca.serial_of(acm.get_certificate(CertificateArn=request(acm, authority))['Certificate'])
    own = pki_server.boto(service='chancery')
    found = own.list_issued_certificates(CertificateAuthorityArn=authority.arn,
                                         Filters={'Serial': serial})['IssuedCertificates']
    assert [c['RequestedBy'] for c in found] == ['acm.amazonaws.com']
    report = authority.client.create_certificate_authority_audit_report(
        CertificateAuthorityArn=authority.arn, S3BucketName='audit-bucket', AuditReportResponseFormat='JSON')
    authority.client.get_waiter('audit_report_created').wait(
        CertificateAuthorityArn=authority.arn, AuditReportId=report['AuditReportId'],
        WaiterConfig={'Delay': 1, 'MaxAttempts': 20})
    rows = json.loads(ca.run('curl', '-sS', f'{pki_server.url}/{report["S3Key"]}').stdout)
    row = next(r for r in rows if r['serial'].replace(':', '') == serial)
    assert row['requestedByServicePrincipal'] == 'acm.amazonaws.com'
    assert row['templateArn'] == ca.template('EndEntityCertificate')


@pytest.mark.parametrize('algorithm', KEYS)
def test_every_key_algorithm_can_be_asked_for(acm, authority, algorithm):
    arn = request(acm, authority, KeyAlgorithm=algorithm)
    got = acm.get_certificate(CertificateArn=arn)
    ca.judge(got['Certificate'], got['CertificateChain'])
    assert describe(acm, arn)['KeyAlgorithm'] == algorithm.replace('_', '-', 1)
    assert KEYS[algorithm].replace('RSA Public-Key: (', '').rstrip(')') in ca.certificate_text(got['Certificate'])


def test_rsa_2048_is_what_nobody_asked_for(acm, authority):
    arn = acm.request_certificate(DomainName='default.example.com',
                                  CertificateAuthorityArn=authority.arn)['CertificateArn']
    assert describe(acm, arn)['KeyAlgorithm'] == 'RSA-2048'
    listed = acm.list_certificates()['CertificateSummaryList']
    found = next(c for c in listed if c['CertificateArn'] == arn)
    assert (found['Type'], found['Status'], found['Exported']) == ('PRIVATE', 'ISSUED', False)


def test_a_wildcard_can_be_asked_for(acm, authority):
    arn = request(acm, authority, '*.private.example.com')
    assert describe(acm, arn)['DomainName'] == '*.private.example.com'
    got = acm.get_certificate(CertificateArn=arn)
    ca.judge(got['Certificate'], got['CertificateChain'])


def test_a_token_gives_the_same_request_again(acm, authority):
    first = request(acm, authority, IdempotencyToken='token1')
    assert request(acm, authority, IdempotencyToken='token1') == first
    assert request(acm, authority, IdempotencyToken='token2') != first
    assert request(acm, authority) != request(acm, authority)


def test_a_first_name_over_64_characters_is_refused(acm, authority):
    code, words = ca.refusal(acm.request_certificate, DomainName='a' * 60 + '.example.com',
                             CertificateAuthorityArn=authority.arn)
    assert code == 'InvalidDomainValidationOptionsException'
    assert words.startswith('The first domain name can be no longer than 64 characters.')
    arn = request(acm, authority, SubjectAlternativeNames=['a' * 60 + '.example.com'])
    assert describe(acm, arn)['Status'] == 'ISSUED'


def test_a_request_without_an_authority_is_refused_honestly(acm):
    code, words = ca.refusal(acm.request_certificate, DomainName='public.example.com')
    assert code and 'ImportCertificate' in words


def test_it_waits_for_nothing(acm, authority):
    acm.get_waiter('certificate_validated').wait(CertificateArn=request(
        acm, authority), WaiterConfig={'Delay': 1, 'MaxAttempts': 1})


# ---- Failures ----

def failed(acm, authority, **more):
    """Why a request failed."""
    arn = request(acm, authority, **more)
    described = describe(acm, arn)
    assert described['Status'] == 'FAILED' and described['Type'] == 'PRIVATE'
    assert 'NotAfter' not in described and 'Serial' not in described
    assert ca.refusal(acm.get_certificate, CertificateArn=arn)[0] == 'RequestInProgressException'
    acm.delete_certificate(CertificateArn=arn)
    return described['FailureReason']


def test_an_authority_that_is_not_there(acm, pca):
    nobody = ca.Authority(pca, 'arn:aws:acm-pca:eu-central-1:111122223333:certificate-authority/'
                               '00000000-0000-4000-8000-000000000000')
    assert failed(acm, nobody) == 'PCA_RESOURCE_NOT_FOUND'


def test_an_authority_that_cannot_issue(acm, pca):
    waiting = ca.create(pca, 'ROOT', 'Waiting')
    assert failed(acm, waiting) == 'PCA_INVALID_STATE'
    disabled = ca.root(pca, 'Disabled')
    disabled.update(Status='DISABLED')
    assert failed(acm, disabled) == 'PCA_INVALID_STATE'


def test_an_authority_that_ends_too_soon(acm, pca):
    assert failed(acm, ca.root(pca, 'Short', days=100)) == 'PCA_INVALID_DURATION'


def test_an_authority_of_short_lives(acm, pca):
    short = ca.root(pca, 'Short Lived', UsageMode='SHORT_LIVED_CERTIFICATE')
    assert failed(acm, short) in ('PCA_INVALID_ARGS', 'PCA_INVALID_DURATION', 'PCA_INVALID_STATE')


def test_an_authority_of_somebody_else(acm, pca):
    other = ca.Authority(
        pca, 'arn:aws:acm-pca:eu-central-1:999999999999:certificate-authority/00000000-0000-4000-8000-000000000000')
    assert failed(acm, other) in ('PCA_ACCESS_DENIED', 'PCA_RESOURCE_NOT_FOUND')


@pytest.mark.parametrize('arn', ['arn:aws:acm-pca:eu-central-1:111122223333:certificate-authority/nothing',
                                 'arn:aws:s3:eu-central-1:111122223333:bucket'])
def test_an_arn_of_no_authority_is_refused(acm, arn):
    assert ca.refusal(acm.request_certificate, DomainName='a.example.com', CertificateAuthorityArn=arn)[0] in (
        'InvalidArnException', 'ValidationException')


# ---- Export ----

@pytest.mark.parametrize('algorithm', ['EC_prime256v1', 'RSA_2048'])
def test_an_exported_key_is_opened_by_openssl(acm, authority, tmp_path, algorithm):
    arn = request(acm, authority, KeyAlgorithm=algorithm)
    exported = export(acm, arn)
    got = acm.get_certificate(CertificateArn=arn)
    assert (exported['Certificate'], exported['CertificateChain']) == (got['Certificate'], got['CertificateChain'])
    assert exported['PrivateKey'].startswith('-----BEGIN ENCRYPTED PRIVATE KEY-----\n')
    public = ca.openssl('pkey', '-passin', 'pass:a passphrase', '-pubout', stdin=exported['PrivateKey']).stdout
    assert public == ca.openssl('x509', '-noout', '-pubkey', stdin=exported['Certificate']).stdout
    assert ca.openssl('pkey', '-passin', 'pass:another', '-noout',
                      stdin=exported['PrivateKey'], check=False).returncode != 0
    # As AWS has it: PBES2 with PBKDF2 of 2048 rounds and AES-256.
    parsed = ca.openssl('asn1parse', '-i', stdin=exported['PrivateKey']).stdout
    assert all(word in parsed for word in (':PBES2', ':PBKDF2', ':aes-256-cbc', 'INTEGER           :0800'))
    # GnuTLS opens it too.
    (tmp_path / 'key.pem').write_text(exported['PrivateKey'])
    opened = ca.run('certtool', '--key-info', '--pkcs8', '--password', 'a passphrase', '--infile', tmp_path / 'key.pem')
    assert 'Public Key Info' in opened.stdout


def test_two_exports_of_a_key_share_nothing_to_see(acm, authority):
    arn = request(acm, authority)
    assert export(acm, arn)['PrivateKey'] != export(acm, arn)['PrivateKey']


@pytest.mark.parametrize('passphrase', [b'with#', b'with$', b'with%', 'schlüssel'.encode(), b'\xff\xfe\xfd\xfc'])
def test_a_passphrase_of_other_characters_is_refused(acm, authority, passphrase):
    code, words = ca.refusal(acm.export_certificate, CertificateArn=request(acm, authority), Passphrase=passphrase)
    assert code == 'ValidationException' and passphrase.decode('latin-1') not in words


def test_a_passphrase_under_four_bytes_is_refused(acm, authority, pki_server):
    import base64
    status, answer = pki_server.post({'CertificateArn': request(acm, authority),
                                      'Passphrase': base64.b64encode(b'abc').decode()},
                                     'ExportCertificate')
    assert status == 400
    assert answer['message'] == ("1 validation error detected: Value at 'passphrase' failed to satisfy constraint: "
                                 'Member must have length greater than or equal to 4')


def test_an_exported_certificate_is_eligible_for_renewal(acm, authority):
    arn = request(acm, authority, KeyAlgorithm='RSA_2048')
    export(acm, arn)
    assert describe(acm, arn)['RenewalEligibility'] == 'ELIGIBLE'
    summary = next(c for c in acm.list_certificates()['CertificateSummaryList'] if c['CertificateArn'] == arn)
    assert summary['Exported'] is True and summary['RenewalEligibility'] == 'ELIGIBLE'


def test_an_imported_key_is_not_exported(acm):
    arn = acm.import_certificate(**pki.leaf().arguments())['CertificateArn']
    code, words = ca.refusal(acm.export_certificate, CertificateArn=arn, Passphrase=b'a passphrase')
    assert code == 'ValidationException'
    assert words.startswith(f'Certificate ARN: {arn} is not a private certificate')
    assert ca.refusal(acm.renew_certificate, CertificateArn=arn)[0] == 'ValidationException'
    assert ca.refusal(acm.revoke_certificate, CertificateArn=arn,
                      RevocationReason='SUPERSEDED')[0] == 'ValidationException'


# ---- Renewal ----

def test_a_renewal_keeps_the_arn_and_makes_a_new_certificate(acm, authority):
    arn = request(acm, authority, SubjectAlternativeNames=['b.example.com'], Tags=[{'Key': 'kept'}])
    export(acm, arn)
    before, first = describe(acm, arn), acm.get_certificate(CertificateArn=arn)['Certificate']
    acm.renew_certificate(CertificateArn=arn)
    summary = ca.wait_for(lambda: describe(acm, arn).get('RenewalSummary'))
    assert ca.wait_for(lambda: describe(acm, arn)['RenewalSummary']['RenewalStatus'] == 'SUCCESS')
    after, second = describe(acm, arn), acm.get_certificate(CertificateArn=arn)
    assert summary['UpdatedAt'] >= before['IssuedAt']
    assert after['Serial'] != before['Serial'] and after['CreatedAt'] == before['CreatedAt']
    assert after['IssuedAt'] > before['IssuedAt'] and after['NotAfter'] >= before['NotAfter']
    assert after['SubjectAlternativeNames'] == before['SubjectAlternativeNames']
    assert second['Certificate'] != first
    ca.judge(second['Certificate'], second['CertificateChain'])
    assert acm.list_tags_for_certificate(CertificateArn=arn)['Tags'] == [{'Key': 'kept'}]
    exported = export(acm, arn)
    assert ca.openssl('pkey', '-passin', 'pass:a passphrase', '-pubout',
                      stdin=exported['PrivateKey']).stdout == ca.openssl(
        'x509', '-noout', '-pubkey', stdin=second['Certificate']).stdout


def test_what_was_never_exported_is_not_renewed(acm, authority):
    arn = request(acm, authority)
    code, words = ca.refusal(acm.renew_certificate, CertificateArn=arn)
    assert code == 'ValidationException' and words.startswith(f'Certificate {arn} is not eligible for renewal')


def test_a_renewal_without_acms_permission_says_so(acm, pca):
    made = ca.root(pca, 'Not Permitting')
    arn = request(acm, made)
    export(acm, arn)
    pem = acm.get_certificate(CertificateArn=arn)['Certificate']
    acm.renew_certificate(CertificateArn=arn)
    ca.wait_for(lambda: describe(acm, arn).get('RenewalSummary', {}).get('RenewalStatus') == 'FAILED')
    assert describe(acm, arn)['RenewalSummary']['RenewalStatusReason'] == 'PCA_ACCESS_DENIED'
    assert describe(acm, arn)['Status'] == 'ISSUED' and acm.get_certificate(CertificateArn=arn)['Certificate'] == pem
    permit(made)
    acm.renew_certificate(CertificateArn=arn)
    ca.wait_for(lambda: describe(acm, arn)['RenewalSummary']['RenewalStatus'] == 'SUCCESS')


# ---- Revocation ----

def test_a_revoked_private_certificate_is_revoked_at_its_authority(acm, authority, tmp_path):
    arn = request(acm, authority)
    export(acm, arn)
    pem = acm.get_certificate(CertificateArn=arn)['Certificate']
    assert acm.revoke_certificate(CertificateArn=arn, RevocationReason='KEY_COMPROMISE')['CertificateArn'] == arn
    described = describe(acm, arn)
    assert (described['Status'], described['RevocationReason']) == ('REVOKED', 'KEY_COMPROMISE')
    assert isinstance(described['RevokedAt'], datetime.datetime)
    (tmp_path / 'leaf.pem').write_text(pem)
    (tmp_path / 'issuer.pem').write_text(authority.pem)
    (tmp_path / 'all.pem').write_text(authority.path())
    answer = ca.openssl('ocsp', '-issuer', 'issuer.pem', '-cert', 'leaf.pem', '-url', ca.openssl(
        'x509', '-noout', '-ocsp_uri', stdin=pem).stdout.strip(), '-CAfile', 'all.pem', cwd=tmp_path)
    assert 'leaf.pem: revoked' in answer.stdout and 'Reason: keyCompromise' in answer.stdout
    assert authority.refuses_revocation(ca.serial_of(pem))[0] == 'RequestAlreadyProcessedException'
    assert ca.refusal(acm.revoke_certificate, CertificateArn=arn,
                      RevocationReason='KEY_COMPROMISE')[0] == 'ConflictException'
    assert ca.refusal(acm.renew_certificate, CertificateArn=arn)[0] == 'ValidationException'
    acm.delete_certificate(CertificateArn=arn)


def test_what_was_never_exported_is_not_revoked(acm, authority):
    assert ca.refusal(acm.revoke_certificate, CertificateArn=request(acm, authority),
                      RevocationReason='SUPERSEDED')[0] == 'ValidationException'


@pytest.mark.parametrize('reason', ['CERTIFICATE_HOLD', 'REMOVE_FROM_CRL'])
def test_a_revocation_is_for_good(acm, authority, reason):
    arn = request(acm, authority)
    export(acm, arn)
    assert ca.refusal(acm.revoke_certificate, CertificateArn=arn, RevocationReason=reason)[0] in (
        'ValidationException', 'InvalidParameterException', 'InvalidArgsException')
    assert describe(acm, arn)['Status'] == 'ISSUED'


# ---- It lasts, and renews itself ----

def test_a_restart_keeps_the_key(start_server, tmp_path):
    server = start_server(data_dir=tmp_path / 'data')
    made = ca.root(server.boto(service='acm-pca'), 'Kept')
    arn = request(server.boto(), made)
    before = describe(server.boto(), arn)
    server.kill()
    server = start_server(data_dir=tmp_path / 'data')
    acm = server.boto()
    assert describe(acm, arn) == before
    exported = export(acm, arn)
    assert ca.openssl('pkey', '-passin', 'pass:a passphrase', '-pubout',
                      stdin=exported['PrivateKey']).stdout == ca.openssl(
        'x509', '-noout', '-pubkey', stdin=exported['Certificate']).stdout


@pytest.mark.release
@pytest.mark.skipif(house.BINARY.exists() and house.is_sanitized(), reason='needs the release build')
def test_a_certificate_is_renewed_60_days_before_its_end(start_server, tmp_path):
    """By the server alone, on a clock that stands 340 days ahead; not on one that stands 330 days ahead."""
    server = start_server(data_dir=tmp_path / 'data')
    client = server.boto(service='acm-pca')
    permitting, silent = ca.root(client, 'Permitting'), ca.root(client, 'Not Permitting')
    permit(permitting)
    acm = server.boto()
    arns = {name: request(acm, made) for name, made in (
        ('renewed', permitting), ('denied', silent), ('kept', permitting))}
    for name in ('renewed', 'denied'):
        export(acm, arns[name])
    before = {name: describe(acm, arn) for name, arn in arns.items()}
    server.stop()

    def later(days):
        """What each certificate is when the clock stands so far ahead."""
        moved = house.faketime(days * 86400)
        # libfaketime's own files are behind the walls.
        running = start_server('--no-walls', data_dir=tmp_path / 'data', environment=moved)

        def one(arn):
            done = subprocess.run(['/usr/bin/aws', 'acm', 'describe-certificate', '--certificate-arn', arn,
                                   '--endpoint-url',
                                   running.url], env=running.environment() | moved, capture_output=True, text=True,
                                   check=False)
            assert done.returncode == 0, done.stderr
            return json.loads(done.stdout)['Certificate']

        def settled():
            described = one(arns['denied'])
            return days < 335 or 'RenewalSummary' in described

        ca.wait_for(settled)
        found = {name: one(arn) for name, arn in arns.items()}
        running.stop()
        return found

    early = later(330)
    assert {n: d['Serial'] for n, d in early.items()} == {n: d['Serial'] for n, d in before.items()}
    late = later(340)
    assert late['renewed']['RenewalSummary']['RenewalStatus'] == 'SUCCESS'
    assert late['renewed']['Serial'] != before['renewed']['Serial']
    assert late['renewed']['NotAfter'] > before['renewed']['NotAfter'].isoformat()
    assert late['denied']['RenewalSummary']['RenewalStatus'] == 'FAILED'
    assert late['denied']['RenewalSummary']['RenewalStatusReason'] == 'PCA_ACCESS_DENIED'
    assert late['denied']['Serial'] == before['denied']['Serial']
    # Nobody has its key: there is nothing to renew.
    assert late['kept']['Serial'] == before['kept']['Serial'] and 'RenewalSummary' not in late['kept']
