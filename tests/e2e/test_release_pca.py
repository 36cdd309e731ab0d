"""Private CAs on the release build: what time does to them (libfaketime moves the clock), and that all of their work is
done behind the process walls."""
import contextlib
import datetime
import json
import os
import pathlib
import sqlite3
import subprocess
import urllib.error
import urllib.request

import house
import pca as ca
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

pytestmark = [pytest.mark.release,
              pytest.mark.skipif(house.BINARY.exists() and house.is_sanitized(), reason='needs the release build')]
DAY_S = 86400
UTC = datetime.timezone.utc
BOTH = {'CrlConfiguration': {'Enabled': True, 'ExpirationInDays': 8}, 'OcspConfiguration': {'Enabled': True}}


def faketime(days):
    """The environment that moves a program's clock by so many days."""
    library = next(pathlib.Path('/usr/lib').glob('*/faketime/libfaketimeMT.so.1'))
    return {'LD_PRELOAD': str(library), 'FAKETIME': f'+{int(days * DAY_S)}s', 'FAKETIME_DONT_FAKE_MONOTONIC': '1'}


def list_at(url):
    """The list as it is served; None: there is none."""
    try:
        with urllib.request.urlopen(url, timeout=20) as answer:
            return x509.load_der_x509_crl(answer.read())
    except urllib.error.HTTPError as missing:
        assert missing.code == 404
        return None


class Later:
    """The same data, so many days later; asked by our own command line, whose clock is moved as well."""

    def __init__(self, house_, days):
        self.days, self.environment = days, faketime(days) if days else {}
        # No walls: libfaketime's shared memory and its reading of /proc are not in the daemon's allow list.
        self.server = house.Server(house_.data_dir, ['--no-walls', *house_.options], environment=self.environment)
        self.url = house_.url

    def ask(self, *words, service='acm-pca'):
        """(answer, None), or (None, what it said)."""
        done = subprocess.run([str(house.BINARY), service, *map(str, words), '--endpoint-url', self.server.url, '--output',
                               'json'], env=self.server.environment() | self.environment, capture_output=True, text=True,
                              check=False)
        if done.returncode != 0:
            return None, done.stderr
        return json.loads(done.stdout or '{}'), None

    def get(self, *words, **more):
        answer, refused = self.ask(*words, **more)
        assert refused is None, refused
        return answer

    def describe(self, authority):
        return self.get('describe-certificate-authority', '--certificate-authority-arn', authority.arn)['CertificateAuthority']

    def now(self):
        return datetime.datetime.now(UTC) + datetime.timedelta(days=self.days)

    def fetch(self, authority):
        return list_at(f'{self.url}/crl/{authority.id}.crl')

    def new_list(self, authority, number):
        """The first list whose number is another."""
        return ca.wait_for(lambda: (lambda found: found if found and number_of(found) != number else None)(
            self.fetch(authority)), 10)

    def ocsp(self, authority, issuer, serial, folder):
        """What openssl is told at that time, and the certificate that signed it. It verifies the answer."""
        (folder / 'issuer.pem').write_text(issuer)
        done = subprocess.run([ca.OPENSSL, 'ocsp', '-issuer', folder / 'issuer.pem', '-CAfile', folder / 'issuer.pem',
                               '-partial_chain', '-serial', f'0x{serial}', '-url', f'{self.url}/ocsp/{authority.id}',
                               '-resp_text'], env={**os.environ, **self.environment}, capture_output=True, text=True,
                              timeout=30, check=False)
        if done.returncode != 0:
            return done.stdout + done.stderr, None
        assert 'Response verify OK' in done.stderr, done.stderr
        return done.stdout, ca.load(ca.pem_certificates(done.stdout)[-1])


class House:
    """One data directory, at one address."""

    def __init__(self, folder):
        address = f'127.0.0.1:{ca.free_port()}'
        self.data_dir, self.url = folder / 'data', f'http://{address}'
        self.options = ['--pki-listen', address, '--public-url', self.url]

    @contextlib.contextmanager
    def after(self, days):
        later = Later(self, days)
        try:
            yield later
        finally:
            later.server.stop()

    def rows(self, *tables):
        """What is stored, table by table."""
        with contextlib.closing(sqlite3.connect(next(self.data_dir.glob('*.db')))) as database:
            return {table: database.execute(f'select count(*) from {table}').fetchone()[0] for table in tables}

    def everything(self):
        """All rows of all tables, as text."""
        with contextlib.closing(sqlite3.connect(next(self.data_dir.glob('*.db')))) as database:
            tables = database.execute(
                "select name from sqlite_master where type = 'table' and sql not like 'create virtual%'")
            return '\n'.join(repr(row) for table, in tables.fetchall() for row in database.execute(f'select * from "{table}"'))

    def lists(self):
        return [path for path in (self.data_dir / 'objects').rglob('*.crl') if path.is_file()]


def number_of(found):
    return found.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number


def serials(found):
    return {f'{one.serial_number:032x}' for one in found}


def test_what_time_does_to_an_authority(tmp_path):
    """A list is made anew in the middle of its period; who has ended leaves it after one more; responders are renewed
    before their thirty days are over; and at its end an authority is EXPIRED, and is alive again when it is renewed."""
    place = House(tmp_path)
    with place.after(0) as today:
        root = ca.root(today.server.boto(service='acm-pca'), 'Old Root', RevocationConfiguration=BOTH)
        sub = ca.subordinate(root, 'Brief Sub', days=21, RevocationConfiguration=BOTH)
        csr = ca.csr_of_one()
        short, long = root.issue_arn(csr, days=2), root.issue_arn(csr, days=300)
        for arn in (short, long):
            root.revoke(ca.serial_of(arn))
        of_sub = sub.issue_arn(csr, days=20)
        pem, sub_pem, sub_csr = root.pem, sub.pem, sub.csr()
        both, one = {ca.serial_of(short), ca.serial_of(long)}, {ca.serial_of(long)}
        first = ca.wait_for(lambda: (lambda found: found if found and serials(found)
                            == both else None)(today.fetch(root)))
        told, signer = ca.wait_for(lambda: (lambda a: a if a[1] else None)(
            today.ocsp(root, pem, ca.serial_of(long), tmp_path)))
        assert f'0x{ca.serial_of(long)}: revoked' in told
        lifetime = signer.not_valid_after - signer.not_valid_before
        assert lifetime <= datetime.timedelta(days=30)
    with place.after(3.9) as later:
        # Before the middle nothing is due.
        assert later.describe(root)['Status'] == 'ACTIVE'
        assert number_of(later.fetch(root)) == number_of(first)
    with place.after(4.1) as later:
        second = later.new_list(root, number_of(first))
        assert number_of(second) > number_of(first)
        made = second.last_update.replace(tzinfo=UTC) + datetime.timedelta(hours=1)
        assert abs(made - later.now()) < datetime.timedelta(minutes=2)
        assert second.next_update.replace(tzinfo=UTC) - made == datetime.timedelta(days=8)
        assert serials(second) == both  # the one more (RFC 5280, 3.3)
    with place.after(8.3) as later:
        third = later.new_list(root, number_of(second))
        assert serials(third) == one and number_of(third) > number_of(second)
        _, same = later.ocsp(root, pem, ca.serial_of(long), tmp_path)
        assert same == signer
    with place.after(20.5) as later:
        # Ten days before its end the responder has a successor, and nobody had to ask for it.
        told, successor = ca.wait_for(lambda: (lambda a: a if a[1] and a[1] != signer else None)(
            later.ocsp(root, pem, ca.serial_of(long), tmp_path)), 10)
        assert f'0x{ca.serial_of(long)}: revoked' in told and successor.public_key(
        ).public_numbers() != signer.public_key().public_numbers()
        assert successor.not_valid_after - successor.not_valid_before <= datetime.timedelta(days=30)
        assert later.describe(sub)['Status'] == 'ACTIVE'
    with place.after(21.5) as later:
        assert later.describe(sub)['Status'] == 'EXPIRED'
        (tmp_path / 'csr.pem').write_bytes(csr)
        issue = ['issue-certificate', '--certificate-authority-arn', sub.arn, '--csr', f'fileb://{tmp_path}/csr.pem',
                 '--signing-algorithm', 'SHA256WITHECDSA', '--validity', 'Value=1,Type=DAYS']
        _, refused = later.ask(*issue)
        assert 'InvalidStateException' in refused and 'EXPIRED' in refused
        _, refused = later.ask('update-certificate-authority', '--certificate-authority-arn',
                               sub.arn, '--status', 'DISABLED')
        assert 'InvalidStateException' in refused
        told, signed_by = later.ocsp(sub, sub_pem, ca.serial_of(of_sub), tmp_path)
        assert signed_by is None and 'unauthorized' in told
        # Renewed for the same key it is what it was.
        (tmp_path / 'sub.pem').write_text(sub_csr)
        arn = later.get('issue-certificate', '--certificate-authority-arn', root.arn, '--csr', f'fileb://{tmp_path}/sub.pem',
                        '--signing-algorithm', 'SHA256WITHECDSA', '--validity', 'Value=100,Type=DAYS', '--template-arn',
                        ca.template('SubordinateCACertificate_PathLen0'))['CertificateArn']
        got = later.get('get-certificate', '--certificate-authority-arn', root.arn, '--certificate-arn', arn)
        (tmp_path / 'cert.pem').write_text(got['Certificate'])
        (tmp_path / 'chain.pem').write_text(got['CertificateChain'])
        later.get('import-certificate-authority-certificate', '--certificate-authority-arn', sub.arn, '--certificate',
                  f'fileb://{tmp_path}/cert.pem', '--certificate-chain', f'fileb://{tmp_path}/chain.pem')
        assert later.describe(sub)['Status'] == 'ACTIVE'
        later.get(*issue)


TABLES = ('authority', 'authority_tag', 'permission', 'issued',
          'revocation', 'crl', 'responder', 'audit_report', 'intention')


def test_a_deleted_authority_is_gone_after_its_window(tmp_path):
    """Until then it can be restored, and is what it was; then nothing of it is left: no rows, no key, no files."""
    place = House(tmp_path)
    with place.after(0) as today:
        client = today.server.boto(service='acm-pca')
        gone = ca.root(client, 'Gone Root', RevocationConfiguration={
            'CrlConfiguration': {'Enabled': True, 'ExpirationInDays': 60, 'S3BucketName': 'lists.example'},
            'OcspConfiguration': {'Enabled': True}})
        stays = ca.root(client, 'Lasting Root', RevocationConfiguration=BOTH)
        for authority in (gone, stays):
            arn = authority.issue_arn(ca.csr_of_one())
            authority.revoke(ca.serial_of(arn))
            client.tag_certificate_authority(CertificateAuthorityArn=authority.arn, Tags=[{'Key': 'a'}])
            client.create_permission(CertificateAuthorityArn=authority.arn, Principal='acm.amazonaws.com',
                                     Actions=['IssueCertificate'])
            ca.wait_for(lambda authority=authority, arn=arn: (lambda found: found and serials(found) == {ca.serial_of(arn)})(
                today.fetch(authority)))
            ca.wait_for(lambda authority=authority, arn=arn: today.ocsp(
                authority, authority.pem, ca.serial_of(arn), tmp_path)[1])
        gone.update(Status='DISABLED')
        client.delete_certificate_authority(CertificateAuthorityArn=gone.arn, PermanentDeletionTimeInDays=7)
        assert gone.status == 'DELETED'
    before = place.rows(*TABLES)
    assert before['authority'] == 2 and before['responder'] == 2
    about = ('--certificate-authority-arn', gone.arn)
    with place.after(6.9) as later:
        assert later.describe(gone)['Status'] == 'DELETED'
        later.get('restore-certificate-authority', *about)
        assert later.describe(gone)['Status'] == 'DISABLED'
        assert 'RestorableUntil' not in later.describe(gone)
        later.get('update-certificate-authority', *about, '--status', 'ACTIVE')
        (tmp_path / 'csr.pem').write_bytes(ca.csr_of_one())
        later.get('issue-certificate', *about, '--csr', f'fileb://{tmp_path}/csr.pem', '--signing-algorithm',
                  'SHA256WITHECDSA', '--validity', 'Value=1,Type=DAYS')
        later.get('update-certificate-authority', *about, '--status', 'DISABLED')
        later.get('delete-certificate-authority', *about, '--permanent-deletion-time-in-days', 7)
    with place.after(13.8) as later:
        assert later.describe(gone)['Status'] == 'DELETED'
    assert place.rows(*TABLES)['authority'] == 2
    with place.after(14) as later:
        for words in (['describe-certificate-authority'], ['restore-certificate-authority'], ['list-tags'],
                      ['get-certificate-authority-certificate'], ['get-certificate-authority-csr']):
            _, refused = later.ask(*words, *about)
            assert 'ResourceNotFoundException' in refused, refused
        listed = later.get('list-certificate-authorities')['CertificateAuthorities']
        assert [one['Arn'] for one in listed] == [stays.arn]
        ca.wait_for(lambda: later.fetch(gone) is None)
        assert later.fetch(stays) is not None
        ca.wait_for(lambda: not [path for path in place.lists() if gone.id in path.name])
    left = place.rows(*TABLES)
    assert left['authority'] == left['authority_tag'] == left['permission'] == left['revocation'] == 1
    assert left['responder'] == 1 and left['crl'] == before['crl'] // 2 and left['intention'] == 0
    everything = place.everything()
    assert gone.id not in everything and stays.id in everything


# ---- Behind the walls ----

def test_all_of_the_work_is_done_behind_the_walls(start_server, tmp_path):
    """Every way that an authority goes to the disk, to the signer and to its clients: a call that the walls forbid would
    end the process."""
    address = f'127.0.0.1:{ca.free_port()}'
    options = ['--pki-listen', address, '--public-url', f'http://{address}']
    server = start_server(*options, data_dir=tmp_path / 'data')
    walls = next(e for e in server.events() if e.get('event') == 'walls')
    assert walls['seccomp'].startswith('on'), walls
    landlock = pathlib.Path('/sys/kernel/security/lsm')
    if landlock.exists() and 'landlock' in landlock.read_text():
        assert walls['landlock'].startswith('on') or 'ABI 1' in walls['landlock'], walls
    client = server.boto(service='acm-pca')
    external = ca.ExternalRoot(tmp_path / 'elsewhere')
    for algorithm in ('RSA_2048', 'RSA_4096', 'EC_secp384r1', 'EC_secp521r1'):
        made = ca.root(client, f'Walled {algorithm}', algorithm=algorithm, RevocationConfiguration=BOTH)
        made.issue(ca.csr_of_one())
    sub = ca.create(client, 'SUBORDINATE', 'Walled Sub', RevocationConfiguration={
        'CrlConfiguration': {'Enabled': True, 'ExpirationInDays': 7, 'S3BucketName': 'lists.example', 'CrlType': 'PARTITIONED'},
        'OcspConfiguration': {'Enabled': True}})
    sub.install(external.sign(sub.csr(), days=3000), external.pem)  # ACM's certificates last 395 days
    arn = sub.issue_arn(ca.csr_of_one())
    leaf = sub.get(arn)[0]
    ca.judge(leaf, sub.path())
    sub.revoke(ca.serial_of(arn))
    point = ca.load(leaf).extensions.get_extension_for_class(x509.CRLDistributionPoints).value[0].full_name[0].value

    def revoked():
        found = list_at(point)
        return found and ca.serial_of(arn) in serials(found)
    ca.wait_for(revoked)
    (tmp_path / 'sub.pem').write_text(sub.pem)
    ca.wait_for(lambda: 'revoked' in ca.openssl(
        'ocsp', '-issuer', tmp_path / 'sub.pem', '-serial', f'0x{ca.serial_of(arn)}', '-partial_chain', '-CAfile',
        tmp_path / 'sub.pem', '-url', f'http://{address}/ocsp', check=False).stdout)
    for form in ('JSON', 'CSV'):
        report = client.create_certificate_authority_audit_report(
            CertificateAuthorityArn=made.arn if form == 'CSV' else sub.arn, S3BucketName='reports.example',
            AuditReportResponseFormat=form)
        with_id = {'CertificateAuthorityArn': made.arn if form ==
            'CSV' else sub.arn, 'AuditReportId': report['AuditReportId']}
        client.get_waiter('audit_report_created').wait(**with_id, WaiterConfig={'Delay': 1, 'MaxAttempts': 20})
        with urllib.request.urlopen(f'{server.url}/{report["S3Key"]}', timeout=20) as answer:
            assert b'certificateArn' in answer.read()
    # Private certificates in ACM: made, exported, renewed, revoked.
    client.create_permission(CertificateAuthorityArn=sub.arn, Principal='acm.amazonaws.com', Actions=[
        'IssueCertificate', 'GetCertificate', 'ListPermissions'])
    acm = server.boto()
    own = acm.request_certificate(DomainName='walled.example.com', CertificateAuthorityArn=sub.arn)['CertificateArn']
    exported = acm.export_certificate(CertificateArn=own, Passphrase=b'passphrase')
    key = serialization.load_pem_private_key(exported['PrivateKey'].encode(), b'passphrase')
    certificate = ca.load(exported['Certificate'])
    assert key.public_key().public_numbers() == certificate.public_key().public_numbers()
    acm.renew_certificate(CertificateArn=own)
    renewed = ca.wait_for(lambda: (lambda now: now if now != certificate else None)(
        ca.load(acm.get_certificate(CertificateArn=own)['Certificate'])))
    assert renewed.serial_number != certificate.serial_number
    # And the end of an authority.
    sub.update(Status='DISABLED')
    client.delete_certificate_authority(CertificateAuthorityArn=sub.arn, PermanentDeletionTimeInDays=7)
    client.restore_certificate_authority(CertificateAuthorityArn=sub.arn)
    for status in pathlib.Path(f'/proc/{server.pid}/task').glob('*/status'):
        assert 'Seccomp:\t2' in status.read_text()
    server.stop()
    # What was left behind is taken up again behind new ones.
    again = start_server(*options, data_dir=tmp_path / 'data')
    assert again.boto(service='acm-pca').describe_certificate_authority(
        CertificateAuthorityArn=sub.arn)['CertificateAuthority']['Status'] == 'DISABLED'
    assert not [e for e in again.events() if e.get('level') == 'error']
