"""Audit reports: their bytes in both forms, and their download over HTTP."""
import csv
import io
import json
import re
import urllib.error
import urllib.request

import pca as ca
import pytest

MEMBERS = ['awsAccountId', 'requestedByServicePrincipal', 'certificateArn', 'serial', 'subject', 'notBefore',
           'notAfter',
           'issuedAt', 'revokedAt', 'revocationReason', 'templateArn']
SUBJECT = ('/C=US/ST=Washington/L=Seattle/O=Example Company/OU=Sales/CN=www.example1.com/serialNumber=012345')
WRITTEN = '2.5.4.5=#1306303132333435,CN=www.example1.com,OU=Sales,O=Example Company,L=Seattle,ST=Washington,C=US'


@pytest.fixture(scope='module')
def audited(pca):
    """(authority, ARN of a good certificate, ARN of a revoked one)."""
    made = ca.root(pca, 'Audited Root')
    good = made.issue_arn(ca.csr('/CN=good.example.com')[0])
    bad = made.issue_arn(with_printable_serial(), 'EndEntityServerAuthCertificate')
    made.revoke(ca.serial_of(bad), 'KEY_COMPROMISE')
    return made, good, bad


def with_printable_serial():
    """serialNumber is a PrintableString in RFC 5280, whatever the string mask of a request says."""
    return ca.csr(SUBJECT)[0]


def report(server, authority, form):
    """A report once it is there: (what Describe says, its bytes, its type)."""
    client = authority.client
    made = client.create_certificate_authority_audit_report(CertificateAuthorityArn=authority.arn,
                                                            S3BucketName='audit-bucket',
                                                            AuditReportResponseFormat=form)
    client.get_waiter('audit_report_created').wait(CertificateAuthorityArn=authority.arn,
                                                   AuditReportId=made['AuditReportId'],
                                                   WaiterConfig={'Delay': 1, 'MaxAttempts': 20})
    described = client.describe_certificate_authority_audit_report(CertificateAuthorityArn=authority.arn,
                                                                   AuditReportId=made['AuditReportId'])
    assert made['S3Key'] == f'audit-report/{authority.id}/{made["AuditReportId"]}.{form.lower()}'
    assert described['AuditReportStatus'] == 'SUCCESS'
    assert described['S3BucketName'] == 'audit-bucket' and described['S3Key'] == made['S3Key']
    with urllib.request.urlopen(f'{server.url}/{made["S3Key"]}', timeout=20) as answer:
        return answer.read().decode(), answer.headers['Content-Type']


def moment(text):
    assert re.fullmatch(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0000', text), text
    return text


def test_a_report_in_json(pki_server, audited):
    made, good, bad = audited
    text, kind = report(pki_server, made, 'JSON')
    assert kind.startswith('application/json')
    rows = json.loads(text, object_pairs_hook=list)
    assert isinstance(rows, list) and len(rows) == 3
    for row in rows:
        # In this order, whatever is absent.
        names = [name for name, _ in row]
        assert names == [m for m in MEMBERS if m in names]
    by_arn = {dict(row)['certificateArn']: dict(row) for row in rows}
    serial = ca.serial_of(bad)
    certificate = ca.load(made.get(bad)[0])
    assert by_arn[bad] == {
        'awsAccountId': '111122223333', 'certificateArn': bad,
        'serial': ':'.join(serial[i:i + 2] for i in range(0, 32, 2)),
        'subject': by_arn[bad]['subject'], 'notBefore': certificate.not_valid_before.strftime('%Y-%m-%dT%H:%M:%S+0000'),
        'notAfter': certificate.not_valid_after.strftime('%Y-%m-%dT%H:%M:%S+0000'),
        'issuedAt': moment(by_arn[bad]['issuedAt']),
        'revokedAt': moment(by_arn[bad]['revokedAt']), 'revocationReason': 'KEY_COMPROMISE',
        'templateArn': ca.template('EndEntityServerAuthCertificate')}
    assert 'revokedAt' not in by_arn[good] and 'revocationReason' not in by_arn[good]
    assert by_arn[good]['subject'] == 'CN=good.example.com'


def test_a_subject_is_written_backwards_and_by_oid_where_it_has_no_name(pki_server, audited):
    made, _, bad = audited
    text, _ = report(pki_server, made, 'JSON')
    subject = next(r['subject'] for r in json.loads(text) if r['certificateArn'] == bad)
    # openssl writes the serialNumber of a request as a PrintableString.
    assert subject == WRITTEN


def test_a_report_in_csv(pki_server, audited):
    made, good, bad = audited
    text, kind = report(pki_server, made, 'CSV')
    assert kind.startswith('text/csv')
    lines = text.splitlines()
    assert lines[0] == ','.join(MEMBERS)
    assert len(lines) == 4
    rows = {row['certificateArn']: row for row in csv.DictReader(io.StringIO(text))}
    assert rows[bad]['subject'] == WRITTEN and rows[bad]['revocationReason'] == 'KEY_COMPROMISE'
    assert rows[good]['revokedAt'] == rows[good]['revocationReason'] == rows[good]['requestedByServicePrincipal'] == ''
    # The subject is quoted; nothing else needs to be.
    line = next(one for one in lines if bad in one)
    assert f'"{WRITTEN}"' in line and line.startswith('111122223333,,arn:')
    as_json = {r['certificateArn']: r for r in json.loads(report(pki_server, made, 'JSON')[0])}
    assert {arn: {k: v for k, v in row.items() if v} for arn, row in rows.items()} == as_json


def test_a_subject_with_quotes_survives_csv(pki_server, pca):
    made = ca.root(pca, 'Quoting Root')
    arn = made.issue_arn(ca.csr('/O=Say "hello", twice/CN=one\\+one')[0])
    rows = {row['certificateArn']: row for row in csv.DictReader(io.StringIO(report(pki_server, made, 'CSV')[0]))}
    as_json = {r['certificateArn']: r for r in json.loads(report(pki_server, made, 'JSON')[0])}
    assert rows[arn]['subject'] == as_json[arn]['subject']
    assert 'hello' in rows[arn]['subject']


def test_reports_are_not_for_everybody(pki_server):
    """The public port has lists and OCSP, nothing else."""
    for url in (f'{pki_server.pki_url}/audit-report/x/y.json', f'{pki_server.url}/audit-report/x/y.json',
                f'{pki_server.url}/audit-report/../chancery.db'):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(url, timeout=20)
        assert refused.value.code in (400, 403, 404)


def test_a_made_report_is_not_served_on_the_public_port(pki_server, audited):
    made, _, _ = audited
    key = made.client.create_certificate_authority_audit_report(
        CertificateAuthorityArn=made.arn, S3BucketName='audit-bucket', AuditReportResponseFormat='JSON')
    made.client.get_waiter('audit_report_created').wait(CertificateAuthorityArn=made.arn,
                                                        AuditReportId=key['AuditReportId'],
                                                        WaiterConfig={'Delay': 1, 'MaxAttempts': 20})
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f'{pki_server.pki_url}/{key["S3Key"]}', timeout=20)
    assert refused.value.code == 404


def test_a_report_that_was_never_made(pca, audited):
    made, _, _ = audited
    code, _ = ca.refusal(pca.describe_certificate_authority_audit_report, CertificateAuthorityArn=made.arn,
                         AuditReportId='00000000-0000-4000-8000-000000000000')
    assert code == 'ResourceNotFoundException'
    other = ca.root(pca, 'Other Audited')
    mine = pca.create_certificate_authority_audit_report(CertificateAuthorityArn=made.arn, S3BucketName='audit-bucket',
                                                         AuditReportResponseFormat='JSON')['AuditReportId']
    assert ca.refusal(pca.describe_certificate_authority_audit_report, CertificateAuthorityArn=other.arn,
                      AuditReportId=mine)[0] == 'ResourceNotFoundException'
