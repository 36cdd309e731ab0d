"""What time does to authorities: lists and responders made anew, expiry, the end of a restore window. On the release
build, whose clock libfaketime moves."""
import json
import subprocess
import urllib.request

import house
import pca as ca
import pytest
from cryptography import x509
from cryptography.x509 import ocsp

pytestmark = [pytest.mark.release,
              pytest.mark.skipif(house.BINARY.exists() and house.is_sanitized(), reason='needs the release build')]
DAY = 86400


class Later:
    """The same data under a clock that stands some days ahead, and the AWS CLI with the same clock."""

    def __init__(self, start_server, data_dir, days, options):
        self.moved = house.faketime(days * DAY)
        # libfaketime's own files are behind the walls.
        self.server = start_server('--no-walls', *options, data_dir=data_dir, environment=self.moved)

    def aws(self, *words, check=True):
        done = subprocess.run(['/usr/bin/aws', 'acm-pca', *words, '--endpoint-url', self.server.url],
                              env=self.server.environment() | self.moved, capture_output=True, text=True, check=False)
        assert not check or done.returncode == 0, done.stderr
        return json.loads(done.stdout) if check and done.stdout else done.stderr

    def status(self, arn):
        return self.aws('describe-certificate-authority', '--certificate-authority-arn',
                        arn)['CertificateAuthority']['Status']


@pytest.fixture
def aged(start_server, tmp_path):
    """aged(prepare, days): runs prepare(client) today, then returns what it returned and the server of that day."""
    def age(prepare, days):
        url = f'127.0.0.1:{ca.free_port()}'
        options = ['--pki-listen', url, '--public-url', f'http://{url}']
        server = start_server(*options, data_dir=tmp_path / 'data')
        made = prepare(server.boto(service='acm-pca'))
        server.stop()
        return made, Later(start_server, tmp_path / 'data', days, options)
    return age


def fetch(url, data=None):
    with urllib.request.urlopen(urllib.request.Request(url, data=data, headers={
            'Content-Type': 'application/ocsp-request'} if data else {}), timeout=20) as answer:
        return answer.read()


def test_lists_and_responders_are_made_anew_in_time(aged, tmp_path):
    def prepare(client):
        made = ca.root(client, 'Ageing Root', RevocationConfiguration={
            'CrlConfiguration': {'Enabled': True, 'ExpirationInDays': 7}, 'OcspConfiguration': {'Enabled': True}})
        pem = made.issue(ca.csr_of_one(), days=300)
        made.revoke(ca.serial_of(pem))
        points = ca.load(pem).extensions.get_extension_for_class(x509.CRLDistributionPoints).value
        url = points[0].full_name[0].value
        ca.wait_for(lambda: len(x509.load_der_x509_crl(fetch(url))) == 1)
        for name, text in (('leaf.pem', pem), ('issuer.pem', made.pem)):
            (tmp_path / name).write_text(text)
        ca.openssl('ocsp', '-issuer', 'issuer.pem', '-cert', 'leaf.pem',
                   '-no_nonce', '-reqout', 'request', cwd=tmp_path)
        responder = ca.openssl('x509', '-noout', '-ocsp_uri', stdin=pem).stdout.strip()
        request = (tmp_path / 'request').read_bytes()

        def answered():
            answer = ocsp.load_der_ocsp_response(fetch(responder, request))
            return answer if answer.response_status is ocsp.OCSPResponseStatus.SUCCESSFUL else None

        return url, x509.load_der_x509_crl(fetch(url)), responder, request, ca.wait_for(answered)

    (url, first, responder, request, answer), later = aged(prepare, 40)

    def anew():
        found = x509.load_der_x509_crl(fetch(url))
        return found if found.last_update > first.next_update else None

    second = ca.wait_for(anew)
    assert len(second) == 1
    assert (second.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number
            > first.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number)

    def answered():
        found = ocsp.load_der_ocsp_response(fetch(responder, request))
        return found if found.response_status is ocsp.OCSPResponseStatus.SUCCESSFUL else None

    renewed = ca.wait_for(answered)
    assert renewed.certificates[0] != answer.certificates[0]
    assert renewed.certificates[0].not_valid_before > answer.certificates[0].not_valid_before
    assert renewed.certificate_status is ocsp.OCSPCertStatus.REVOKED
    # By its own clock it is asked and verified as ever.
    done = subprocess.run(['/usr/bin/openssl', 'ocsp', '-issuer', 'issuer.pem', '-cert', 'leaf.pem', '-url', responder,
                           '-CAfile',
                           'issuer.pem'], cwd=tmp_path, env=later.server.environment() | later.moved,
                           capture_output=True, text=True,
                          check=False)
    assert 'leaf.pem: revoked' in done.stdout and 'Response verify OK' in done.stderr


def test_an_authority_expires_and_one_that_was_deleted_is_gone(aged):
    def prepare(client):
        short, deleted, kept = (ca.root(client, n, days=d) for n, d in (('Short', 5), ('Deleted', 100), ('Kept', 100)))
        resting = ca.root(client, 'Resting', days=5)
        resting.update(Status='DISABLED')
        for one, days in ((deleted, 7), (kept, 30)):
            one.update(Status='DISABLED')
            client.delete_certificate_authority(CertificateAuthorityArn=one.arn, PermanentDeletionTimeInDays=days)
        return short.arn, resting.arn, deleted.arn, kept.arn

    (short, resting, deleted, kept), later = aged(prepare, 8)
    assert later.status(short) == 'EXPIRED' and later.status(resting) == 'EXPIRED'
    assert later.status(kept) == 'DELETED'
    later.aws('restore-certificate-authority', '--certificate-authority-arn', kept)
    assert later.status(kept) == 'DISABLED'
    for operation in ('restore', 'describe'):
        assert 'ResourceNotFoundException' in later.aws(f'{operation}-certificate-authority',
                                                        '--certificate-authority-arn', deleted,
                                                        check=False)
    listed = later.aws('list-certificate-authorities')['CertificateAuthorities']
    assert {a['Arn'] for a in listed} == {short, resting, kept}
