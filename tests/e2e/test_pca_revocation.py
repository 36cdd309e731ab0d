"""Revocation that clients can check: lists by openssl, GnuTLS and curl, OCSP by openssl and ocsptool, and nginx with
both."""
import base64
import datetime
import pathlib
import re
import shutil
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request

import pca as ca
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

UTC = datetime.timezone.utc
REASONS = {'UNSPECIFIED': None, 'KEY_COMPROMISE': 'Key Compromise', 'CERTIFICATE_AUTHORITY_COMPROMISE': 'CA Compromise',
           'AFFILIATION_CHANGED': 'Affiliation Changed', 'SUPERSEDED': 'Superseded',
           'CESSATION_OF_OPERATION': 'Cessation Of Operation', 'PRIVILEGE_WITHDRAWN': 'Privilege Withdrawn',
           'A_A_COMPROMISE': 'AA Compromise'}
NEVER_ISSUED = '0x0123456789abcdef0123456789abcdef'


def crl(**more):
    return {'CrlConfiguration': {'Enabled': True, 'ExpirationInDays': 7} | more}


@pytest.fixture(scope='module')
def authority(pca):
    """A root with lists and OCSP, of this file alone."""
    return ca.root(pca, 'Revoking Root', RevocationConfiguration=crl() | {'OcspConfiguration': {'Enabled': True}})


@pytest.fixture
def leaf(authority):
    """A fresh certificate: its PEM."""
    return authority.issue(ca.csr(names='DNS:www.example.com')[0])


def distribution_point(pem):
    points = ca.load(pem).extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    return points[0].full_name[0].value


def responder(pem):
    return ca.openssl('x509', '-noout', '-ocsp_uri', stdin=pem).stdout.strip()


def fetch(url, data=None, method=None, **headers):
    """(status, headers, body) of a plain HTTP request."""
    asked = urllib.request.Request(url, data=data, method=method,
                                   headers={k.replace('_', '-'): v for k, v in headers.items()})
    try:
        with urllib.request.urlopen(asked, timeout=20) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.headers, refused.read()


def fetch_list(url):
    status, _, body = fetch(url)
    return x509.load_der_x509_crl(body) if status == 200 else None


def list_with(url, pem=None):
    """The list at a URL, once it is there, and holds this certificate."""
    def found():
        got = fetch_list(url)
        if got is None or (pem and not got.get_revoked_certificate_by_serial_number(ca.load(pem).serial_number)):
            return None
        return got
    return ca.wait_for(found)


def pem_of(revocation_list):
    return revocation_list.public_bytes(serialization.Encoding.PEM).decode()


def check_by_list(folder, pem, root, lists, *options, check='-crl_check_all'):
    """`openssl verify -crl_check_all`: what it says."""
    files = {'leaf.pem': pem, 'root.pem': root, 'lists.pem': ''.join(pem_of(one) for one in lists)}
    for name, text in files.items():
        (folder / name).write_text(text)
    return ca.openssl('verify', '-x509_strict', check, *options, '-CAfile', folder / 'root.pem', '-CRLfile',
                      folder / 'lists.pem', folder / 'leaf.pem', check=False)


# ---- Lists ----

def test_a_list_is_there_once_a_certificate_names_it(pca, tmp_path):
    made = ca.root(pca, 'Listed Root', RevocationConfiguration=crl())
    pem = made.issue(ca.csr()[0])
    found = list_with(distribution_point(pem))
    assert list(found) == []
    assert check_by_list(tmp_path, pem, made.pem, [found]).returncode == 0


def test_a_revoked_certificate_is_in_the_list_within_seconds(authority, leaf, tmp_path):
    good = authority.issue(ca.csr()[0])
    start = time.monotonic()
    authority.revoke(ca.serial_of(leaf))
    found = list_with(distribution_point(leaf), leaf)
    assert time.monotonic() - start < 10
    refused = check_by_list(tmp_path, leaf, authority.pem, [found])
    assert refused.returncode != 0 and 'certificate revoked' in refused.stderr
    assert check_by_list(tmp_path, good, authority.pem, [found]).returncode == 0
    # GnuTLS reads and verifies it too.
    (tmp_path / 'list.pem').write_text(pem_of(found))
    described = ca.run('certtool', '--crl-info', '--infile', tmp_path / 'list.pem').stdout
    assert ca.serial_of(leaf) in described.replace(':', '').lower()
    verified = ca.run('certtool', '--verify-crl', '--load-ca-certificate', tmp_path / 'root.pem', '--infile',
                      tmp_path / 'list.pem')
    assert 'Verified. The certificate is trusted' in verified.stdout or 'output: Verified' in verified.stdout
    checked = ca.run('certtool', '--verify', '--load-ca-certificate', tmp_path / 'root.pem', '--load-crl',
                     tmp_path / 'list.pem', '--infile', tmp_path / 'leaf.pem', check=False)
    assert checked.returncode == 0 and 'Verified' in checked.stdout
    (tmp_path / 'leaf.pem').write_text(leaf)
    checked = ca.run('certtool', '--verify', '--load-ca-certificate', tmp_path / 'root.pem', '--load-crl',
                     tmp_path / 'list.pem', '--infile', tmp_path / 'leaf.pem', check=False)
    assert 'revoked' in (checked.stdout + checked.stderr).lower()


def test_the_form_of_a_list(authority, leaf, pki_server, tmp_path):
    before = datetime.datetime.now(UTC).replace(microsecond=0)
    authority.revoke(ca.serial_of(leaf))
    url = distribution_point(leaf)
    found = list_with(url, leaf)
    text = ca.openssl('crl', '-noout', '-text', stdin=pem_of(found)).stdout
    assert 'Version 2' in text and found.issuer == ca.load(authority.pem).subject
    hour = datetime.timedelta(hours=1)
    made = found.last_update.replace(tzinfo=UTC) + hour
    assert before - hour <= made - hour and before <= made + datetime.timedelta(seconds=1)
    assert found.next_update.replace(tzinfo=UTC) - made == datetime.timedelta(days=7)
    # The number is the moment of the list, in milliseconds.
    number = found.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number
    assert abs(number / 1000 - made.timestamp()) < 5
    identifier = found.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value.key_identifier
    own = ca.load(authority.pem).extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    assert identifier == own
    freshest = found.extensions.get_extension_for_class(x509.FreshestCRL)
    assert not freshest.critical and freshest.value[0].full_name[0].value.startswith(pki_server.pki_url + '/crl/')
    assert found.is_signature_valid(ca.load(authority.pem).public_key())
    (tmp_path / 'root.pem').write_text(authority.pem)
    assert 'verify OK' in ca.openssl('crl', '-noout', '-CAfile', tmp_path / 'root.pem', stdin=pem_of(found)).stderr


def test_every_reason_is_told(authority):
    issued = {reason: authority.issue(ca.csr()[0]) for reason in REASONS}
    for reason, pem in issued.items():
        authority.revoke(ca.serial_of(pem), reason)
    found = list_with(distribution_point(pem), pem)
    text = ca.openssl('crl', '-noout', '-text', stdin=pem_of(found)).stdout
    for reason, pem in issued.items():
        entry = re.search(rf'Serial Number: {ca.serial_of(pem)}\n(.*?)(?=Serial Number|Signature Algorithm)', text,
                          re.S | re.I).group(1)
        # UNSPECIFIED is told by silence (RFC 5280, 5.3.1).
        assert ('X509v3 CRL Reason Code' in entry) == (reason != 'UNSPECIFIED')
        if REASONS[reason] and reason not in ('PRIVILEGE_WITHDRAWN', 'A_A_COMPROMISE'):
            assert REASONS[reason] in entry, entry
    reasons = {found.get_revoked_certificate_by_serial_number(ca.load(issued[r]).serial_number)
               .extensions.get_extension_for_class(x509.CRLReason).value.reason.name
               for r in ('PRIVILEGE_WITHDRAWN', 'A_A_COMPROMISE')}
    assert reasons == {'privilege_withdrawn', 'aa_compromise'}


def test_numbers_of_lists_only_grow(authority):
    numbers = []
    for _ in range(3):
        pem = authority.issue(ca.csr()[0])
        authority.revoke(ca.serial_of(pem))
        found = list_with(distribution_point(pem), pem)
        numbers.append(found.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number)
    assert numbers == sorted(set(numbers))


def test_a_delta_tells_what_is_new(pca, tmp_path):
    made = ca.root(pca, 'Delta Root', RevocationConfiguration=crl())
    good, bad = made.issue(ca.csr()[0]), made.issue(ca.csr()[0])
    url = distribution_point(bad)
    base = list_with(url)
    freshest = base.extensions.get_extension_for_class(x509.FreshestCRL).value[0].full_name[0].value
    made.revoke(ca.serial_of(bad))
    delta = list_with(freshest, bad)
    indicator = delta.extensions.get_extension_for_class(x509.DeltaCRLIndicator)
    base_number = base.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number
    assert indicator.critical and indicator.value.crl_number == base_number
    assert delta.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number > base_number
    # With the old base alone nobody knows; with the delta openssl does.
    options = ['-use_deltas', '-extended_crl']
    assert check_by_list(tmp_path, bad, made.pem, [base]).returncode == 0
    refused = check_by_list(tmp_path, bad, made.pem, [base, delta], *options)
    assert refused.returncode != 0 and 'certificate revoked' in refused.stderr
    assert check_by_list(tmp_path, good, made.pem, [base, delta], *options).returncode == 0


def test_a_partition_says_which_it_is(pca, tmp_path):
    roots = [ca.root(pca, f'Partitioned Root {n}', RevocationConfiguration=crl(CrlType='PARTITIONED')) for n in (1, 2)]
    urls = set()
    for made in roots:
        bad, good = made.issue(ca.csr()[0]), made.issue(ca.csr()[0])
        made.revoke(ca.serial_of(bad))
        url = distribution_point(bad)
        urls.add(url)
        assert distribution_point(good) == url and made.id not in url
        found = list_with(url, bad)
        scope = found.extensions.get_extension_for_class(x509.IssuingDistributionPoint)
        assert scope.critical and scope.value.full_name[0].value == url
        assert not scope.value.indirect_crl and not scope.value.only_contains_attribute_certs
        # A root names no partition: it is not asked about.
        refused = check_by_list(tmp_path, bad, made.pem, [found], check='-crl_check')
        assert refused.returncode != 0 and 'certificate revoked' in refused.stderr
        assert check_by_list(tmp_path, good, made.pem, [found], check='-crl_check').returncode == 0
        # A delta has its base's scope.
        freshest = found.extensions.get_extension_for_class(x509.FreshestCRL).value[0].full_name[0].value
        delta = list_with(freshest)
        assert delta.extensions.get_extension_for_class(x509.IssuingDistributionPoint).value == scope.value
    assert len(urls) == 2


@pytest.mark.parametrize('settings, wanted', [
    ({'CustomCname': 'pki.example.com'}, 'http://pki.example.com/crl/{id}.crl'),
    ({'CustomCname': 'pki.example.com/lists'}, 'http://pki.example.com/lists/crl/{id}.crl'),
    ({'CustomPath': 'our/lists'}, '{url}/our/lists/{id}.crl'),
    ({'CustomPath': 'our/lists', 'CustomCname': 'pki.example.com'}, 'http://pki.example.com/our/lists/{id}.crl'),
    ({'S3BucketName': 'bucket'}, '{url}/crl/{id}.crl')], ids=lambda s: '+'.join(s) if isinstance(s, dict) else '')
def test_a_certificate_names_the_list_as_configured(pca, pki_server, settings, wanted):
    made = ca.root(pca, 'Configured Root', RevocationConfiguration=crl(**settings))
    pem = made.issue(ca.csr()[0])
    assert distribution_point(pem) == wanted.format(id=made.id, url=pki_server.pki_url)
    path = settings.get('CustomPath', 'crl')
    assert list_with(f'{pki_server.pki_url}/{path}/{made.id}.crl').issuer == ca.load(made.pem).subject


def test_a_list_may_be_kept_out_of_certificates(pca, pki_server):
    made = ca.root(pca, 'Omitting Root', RevocationConfiguration=crl(
        CrlDistributionPointExtensionConfiguration={'OmitExtension': True}))
    pem = made.issue(ca.csr()[0])
    assert 'CRL Distribution Points' not in ca.certificate_text(pem)
    made.revoke(ca.serial_of(pem))
    assert list_with(f'{pki_server.pki_url}/crl/{made.id}.crl', pem)


def test_without_a_public_url_the_bucket_names_the_list(server):
    client = server.boto(service='acm-pca')
    made = ca.root(client, 'Bucket Root', RevocationConfiguration=crl(S3BucketName='lists.bucket'))
    pem = made.issue(ca.csr()[0])
    assert distribution_point(pem) == f'http://lists.bucket.s3.{server.region}.amazonaws.com/crl/{made.id}.crl'
    # And it is served here.
    assert list_with(f'{server.url}/crl/{made.id}.crl').issuer == ca.load(made.pem).subject


def test_without_any_url_an_authority_is_made_with_a_warning(server):
    made = ca.root(server.boto(service='acm-pca'), 'Silent Root', RevocationConfiguration=crl() | {
        'OcspConfiguration': {'Enabled': True}})
    assert any(made.id in e.get('warning', '') for e in server.events())
    text = ca.certificate_text(made.issue(ca.csr()[0]))
    assert 'CRL Distribution' not in text and 'Authority Information Access' not in text


def test_revocation_can_be_turned_on_later(pca):
    made = ca.root(pca, 'Later Root')
    assert 'CRL Distribution' not in ca.certificate_text(made.issue(ca.csr()[0]))
    made.update(RevocationConfiguration=crl() | {'OcspConfiguration': {'Enabled': True}})
    pem = made.issue(ca.csr()[0])
    made.revoke(ca.serial_of(pem))
    assert list_with(distribution_point(pem), pem)
    made.update(RevocationConfiguration={'CrlConfiguration': {'Enabled': False}})
    text = ca.certificate_text(made.issue(ca.csr()[0]))
    assert 'CRL Distribution' not in text and 'OCSP - URI' in text


# ---- HTTP ----

def test_a_list_is_cached_by_its_tag_and_its_date(authority, leaf):
    url = distribution_point(leaf)
    list_with(url)
    status, headers, body = fetch(url)
    assert status == 200 and headers['Content-Type'] == 'application/pkix-crl'
    assert 'max-age' in headers['Cache-Control'] and int(headers['Content-Length']) == len(body)
    assert fetch(url, If_None_Match=headers['ETag'])[0::2] == (304, b'')
    assert fetch(url, If_None_Match=f'"other", {headers["ETag"]}')[0] == 304
    assert fetch(url, If_None_Match='"other"')[0] == 200
    assert fetch(url, If_Modified_Since=headers['Last-Modified'])[0] == 304
    assert fetch(url, If_Modified_Since='Mon, 02 Jan 2006 15:04:05 GMT')[0] == 200
    status, head, nothing = fetch(url, method='HEAD')
    assert (status, nothing) == (200, b'') and head['Content-Length'] == headers['Content-Length']
    assert head['ETag'] == headers['ETag']
    authority.revoke(ca.serial_of(leaf))
    list_with(url, leaf)
    status, changed, _ = fetch(url, If_None_Match=headers['ETag'])
    assert status == 200 and changed['ETag'] != headers['ETag']


def test_curl_fetches_a_list_once(authority, leaf, tmp_path):
    url = distribution_point(leaf)
    list_with(url)
    words = ['curl', '-s', '-o', tmp_path / 'list', '-w', '%{http_code}', '--etag-save', tmp_path / 'tag',
             '--etag-compare', tmp_path / 'tag', url]
    assert [ca.run(*words).stdout for _ in range(2)] == ['200', '304']


@pytest.mark.parametrize('path', ['/crl/nothing.crl', '/crl/../crl/x', '/crl/', '/', '/ocsp', '/audit-report/x',
                                  '/crl/%2e%2e/x',
                                  '/s3/', '/crl/00000000-0000-0000-0000-000000000000.crl'])
def test_the_public_port_has_nothing_else(pki_server, path):
    assert fetch(pki_server.pki_url + path)[0] in (400, 404, 405)


def test_the_public_port_is_no_api(pki_server):
    status, _, body = fetch(pki_server.pki_url + '/', data=b'{}',
                            X_Amz_Target='ACMPrivateCA.ListCertificateAuthorities',
                            Content_Type='application/x-amz-json-1.1')
    assert 400 <= status < 500 and b'CertificateAuthorities' not in body


# ---- RevokeCertificate ----

def test_a_serial_may_have_colons_and_capitals_and_lack_its_zeros(authority):
    """Terraform sends %x."""
    pem = authority.issue(ca.csr()[0])
    serial = ca.serial_of(pem).upper()
    authority.revoke(':'.join(serial[i:i + 2] for i in range(0, 32, 2)))
    for _ in range(400):
        arn = authority.issue_arn(ca.csr_of_one())
        if ca.serial_of(arn).startswith('0'):
            break
    authority.revoke(ca.serial_of(arn).lstrip('0'))
    assert authority.refuses_revocation(ca.serial_of(arn))[0] == 'RequestAlreadyProcessedException'


def test_what_is_revoked_stays_revoked(authority, leaf):
    authority.revoke(ca.serial_of(leaf))
    assert authority.refuses_revocation(ca.serial_of(leaf))[0] == 'RequestAlreadyProcessedException'


def test_a_root_cannot_revoke_itself(authority):
    code, words = authority.refuses_revocation(ca.serial_of(authority.pem))
    assert code == 'InvalidRequestException'
    assert 'Self-signed certificate can not be revoked' in words


def test_a_serial_of_nothing_is_not_found(authority):
    assert authority.refuses_revocation(NEVER_ISSUED[2:])[0] == 'ResourceNotFoundException'
    other = ca.root(authority.client, 'Other Issuer')
    assert authority.refuses_revocation(ca.serial_of(other.issue(ca.csr()[0])))[0] == 'ResourceNotFoundException'


@pytest.mark.parametrize('serial', ['xyz', '', 'ab:', ':', '0x12', '12 34', 'a' * 128])
def test_a_serial_that_is_none_is_refused(authority, serial):
    assert authority.refuses_revocation(serial)[0] in (
        'InvalidArgsException', 'ValidationException', 'InvalidRequestException', 'ResourceNotFoundException')


def test_an_expired_certificate_cannot_be_revoked(authority):
    pem = authority.issue(ca.csr()[0], Validity={'Type': 'ABSOLUTE', 'Value': int(time.time()) + 2})
    time.sleep(max(0, ca.load(pem).not_valid_after.replace(tzinfo=UTC).timestamp() - time.time() + 1.1))
    assert authority.refuses_revocation(ca.serial_of(pem))[0] in ('InvalidRequestException', 'InvalidStateException')


def test_a_disabled_authority_revokes_and_answers_and_issues_nothing(pca, tmp_path):
    made = ca.root(pca, 'Resting Root', RevocationConfiguration=crl() | {'OcspConfiguration': {'Enabled': True}})
    pem = made.issue(ca.csr()[0])
    made.update(Status='DISABLED')
    made.revoke(ca.serial_of(pem))
    assert list_with(distribution_point(pem), pem)
    assert 'leaf.pem: revoked' in ask(tmp_path, pem, made.pem).stdout
    assert made.refuses(ca.csr()[0])[0] == 'InvalidStateException'


# ---- OCSP ----

def ask(folder, pem, issuer, *options, url=None, trust=None, check=True):
    """`openssl ocsp` about one certificate; once more while the responder's certificate is being made."""
    (folder / 'leaf.pem').write_text(pem)
    (folder / 'issuer.pem').write_text(issuer)
    (folder / 'trust.pem').write_text(trust or issuer)

    def asked():
        done = ca.openssl('ocsp', '-issuer', 'issuer.pem', *options, '-cert', 'leaf.pem', '-url', url or responder(pem),
                          '-CAfile', 'trust.pem', cwd=folder, check=False)
        return None if 'trylater' in done.stdout else done

    done = ca.wait_for(asked, seconds=10)
    assert not check or done.returncode == 0, (done.stdout, done.stderr)
    return done


@pytest.mark.parametrize('options', [(), ('-no_nonce',), ('-sha256',), ('-sha256', '-no_nonce'), ('-sha1',)],
                         ids=lambda o: ' '.join(o) or 'plain')
def test_ocsp_tells_good_then_revoked_the_moment_it_is(authority, leaf, tmp_path, options):
    answer = ask(tmp_path, leaf, authority.pem, *options)
    assert 'leaf.pem: good' in answer.stdout and 'Response verify OK' in answer.stderr
    assert 'nonce' not in answer.stderr
    authority.revoke(ca.serial_of(leaf), 'SUPERSEDED')
    answer = ask(tmp_path, leaf, authority.pem, *options)
    assert 'leaf.pem: revoked' in answer.stdout and 'Reason: superseded' in answer.stdout
    assert 'Response verify OK' in answer.stderr


def test_ocsp_never_says_good_after_the_revocation_returned(authority, tmp_path):
    """Answers from the cache, asked for over and over before and after."""
    for _ in range(5):
        pem = authority.issue(ca.csr_of_one())
        request = ocsp_request(tmp_path, pem, authority.pem)
        url = responder(pem)
        assert ocsp_status(fetch(url, data=request, Content_Type='application/ocsp-request')[2]) == 'GOOD'
        assert ocsp_status(fetch(url, data=request, Content_Type='application/ocsp-request')[2]) == 'GOOD'
        authority.revoke(ca.serial_of(pem))
        assert ocsp_status(fetch(url, data=request, Content_Type='application/ocsp-request')[2]) == 'REVOKED'


def ocsp_request(folder, pem, issuer, *options):
    (folder / 'leaf.pem').write_text(pem)
    (folder / 'issuer.pem').write_text(issuer)
    ca.openssl('ocsp', '-issuer', 'issuer.pem', '-cert', 'leaf.pem', *(options or ['-no_nonce']), '-reqout',
               'request.der',
               cwd=folder)
    return (folder / 'request.der').read_bytes()


def ocsp_status(der):
    from cryptography.x509 import ocsp
    answer = ocsp.load_der_ocsp_response(der)
    if answer.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
        return answer.response_status.name
    return answer.certificate_status.name


def test_ocsp_knows_nothing_of_a_serial_that_was_never_issued(authority, leaf, tmp_path):
    (tmp_path / 'issuer.pem').write_text(authority.pem)
    for options in ((), ('-no_nonce',)):
        answer = ca.openssl('ocsp', '-issuer', 'issuer.pem', '-serial', NEVER_ISSUED, '-url', responder(leaf),
                            '-CAfile', 'issuer.pem',
                            *options, cwd=tmp_path)
        assert f'{NEVER_ISSUED}: unknown' in answer.stdout and 'Response verify OK' in answer.stderr


def test_ocsp_answers_for_no_other_issuer(authority, leaf, pca, tmp_path):
    other = ca.root(pca, 'Foreign Issuer', RevocationConfiguration={'OcspConfiguration': {'Enabled': True}})
    answer = ask(tmp_path, other.issue(ca.csr()[0]), other.pem, url=responder(leaf), check=False)
    assert 'unauthorized (6)' in answer.stdout + answer.stderr
    elsewhere = ca.ExternalRoot(tmp_path / 'elsewhere')
    foreign = elsewhere.sign(ca.csr()[0].decode(), 'basicConstraints=CA:FALSE')
    answer = ask(tmp_path, foreign, elsewhere.pem, url=responder(leaf), check=False)
    assert 'unauthorized (6)' in answer.stdout + answer.stderr


def test_ocsp_answers_about_several_certificates_at_once(authority, tmp_path):
    pems = [authority.issue(ca.csr()[0]) for _ in range(3)]
    authority.revoke(ca.serial_of(pems[1]))
    (tmp_path / 'issuer.pem').write_text(authority.pem)
    words = []
    for n, pem in enumerate(pems):
        (tmp_path / f'{n}.pem').write_text(pem)
        words += ['-cert', f'{n}.pem']
    answer = ca.openssl('ocsp', '-issuer', 'issuer.pem', *words, '-serial', NEVER_ISSUED, '-url', responder(pems[0]),
                        '-CAfile',
                        'issuer.pem', cwd=tmp_path)
    assert re.findall(r'^(\S+): (good|revoked|unknown)', answer.stdout, re.M) == [
        ('0.pem', 'good'), ('1.pem', 'revoked'), ('2.pem', 'good'), (NEVER_ISSUED, 'unknown')]
    assert 'Response verify OK' in answer.stderr


def test_ocsp_answers_a_get(authority, leaf, tmp_path):
    request = ocsp_request(tmp_path, leaf, authority.pem)
    url = f'{responder(leaf)}/{urllib.parse.quote(base64.b64encode(request).decode(), safe="")}'
    got = ca.run('curl', '-sS', '-D', tmp_path / 'headers', '-o', tmp_path / 'answer.der', '-w',
                 '%{http_code} %{content_type}', url)
    assert got.stdout == '200 application/ocsp-response'
    headers = (tmp_path / 'headers').read_text().lower()
    assert 'cache-control:' in headers and 'max-age' in headers
    read = ca.openssl('ocsp', '-issuer', 'issuer.pem', '-cert', 'leaf.pem', '-respin', 'answer.der', '-CAfile',
                      'issuer.pem',
                      '-no_nonce', cwd=tmp_path)
    assert 'leaf.pem: good' in read.stdout and 'Response verify OK' in read.stderr


def test_ocsp_is_signed_by_a_responder_of_the_authoritys_own(authority, leaf, tmp_path):
    from cryptography.x509 import ocsp
    body = fetch(responder(leaf), data=ocsp_request(tmp_path, leaf, authority.pem),
                 Content_Type='application/ocsp-request')[2]
    answer = ocsp.load_der_ocsp_response(body)
    signer = answer.certificates[0]
    issuer = ca.load(authority.pem)
    ca.verify_signature(signer, issuer)
    usages = signer.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(usages) == [x509.ExtendedKeyUsageOID.OCSP_SIGNING]
    assert signer.extensions.get_extension_for_class(x509.OCSPNoCheck)
    assert signer.not_valid_after - signer.not_valid_before <= datetime.timedelta(days=30)
    assert answer.this_update <= datetime.datetime.utcnow() < answer.next_update


def test_a_nonce_is_returned_and_makes_a_fresh_answer(authority, leaf, tmp_path):
    from cryptography.x509 import ocsp
    nonces = set()
    for _ in range(2):
        request = ocsp_request(tmp_path, leaf, authority.pem, '-nonce')
        answer = ocsp.load_der_ocsp_response(
            fetch(responder(leaf), data=request, Content_Type='application/ocsp-request')[2])
        nonce = answer.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce
        assert nonce in request
        nonces.add(nonce)
    assert len(nonces) == 2


@pytest.mark.parametrize('garbage', [b'x', b'\x30\x00', b'\x30\x80', b'\x00' * 999, b'\x30\x82\xff\xff' + b'a' * 99],
                         ids=['letter', 'empty', 'indefinite', 'zeros', 'cut'])
def test_ocsp_of_garbage_is_malformed(authority, leaf, garbage):
    status, _, body = fetch(responder(leaf), data=garbage, Content_Type='application/ocsp-request')
    assert status == 400 or ocsp_status(body) == 'MALFORMED_REQUEST'
    status, _, body = fetch(f'{responder(leaf)}/{urllib.parse.quote(base64.b64encode(garbage).decode(), safe="")}')
    assert status == 400 or ocsp_status(body) == 'MALFORMED_REQUEST'
    assert ocsp_status is not None and authority.status == 'ACTIVE'


def test_ocsptool_asks_and_verifies(authority, leaf, tmp_path):
    (tmp_path / 'leaf.pem').write_text(leaf)
    (tmp_path / 'root.pem').write_text(authority.pem)
    words = ['ocsptool', f'--ask={responder(leaf)}', '--load-cert', tmp_path / 'leaf.pem', '--load-issuer',
             tmp_path / 'root.pem',
             '--load-trust', tmp_path / 'root.pem']
    answer = ca.run(*words)
    assert 'Certificate Status: good' in answer.stdout
    assert 'Verifying OCSP Response: Success' in answer.stdout + answer.stderr
    authority.revoke(ca.serial_of(leaf))
    assert 'Certificate Status: revoked' in ca.run(*words, check=False).stdout


def test_ocsp_of_a_subordinate_is_its_own(own_root, tmp_path):
    made = ca.subordinate(own_root, 'OCSP Subordinate', 0, RevocationConfiguration={
                          'OcspConfiguration': {'Enabled': True}})
    pem = made.issue(ca.csr()[0])
    answer = ask(tmp_path, pem, made.pem, trust=own_root.pem)
    assert 'leaf.pem: good' in answer.stdout and 'Response verify OK' in answer.stderr
    # And the subordinate's certificate is asked for at the root's.
    answer = ask(tmp_path, made.pem, own_root.pem)
    assert 'leaf.pem: good' in answer.stdout
    own_root.revoke(ca.serial_of(made.pem), 'CESSATION_OF_OPERATION')
    assert 'leaf.pem: revoked' in ask(tmp_path, made.pem, own_root.pem).stdout


def test_an_rsa_authority_answers_too(pca, tmp_path):
    made = ca.root(pca, 'RSA Responder Root', algorithm='RSA_2048', RevocationConfiguration=crl() | {
        'OcspConfiguration': {'Enabled': True}})
    pem = made.issue(ca.csr()[0])
    made.revoke(ca.serial_of(pem))
    assert 'leaf.pem: revoked' in ask(tmp_path, pem, made.pem).stdout
    found = list_with(distribution_point(pem), pem)
    assert found.is_signature_valid(ca.load(made.pem).public_key())


def test_a_change_of_the_authority_does_not_silence_its_responder(pca, tmp_path):
    """The responder's certificate is made in the background just while the authority is updated."""
    made = []
    for n in range(8):
        one = ca.root(pca, f'Changed Root {n}', RevocationConfiguration={'OcspConfiguration': {'Enabled': True}})
        made.append((one.pem, one.issue(ca.csr_of_one())))
        one.update(Status='DISABLED')
    for root, pem in made:
        assert 'leaf.pem: good' in ask(tmp_path, pem, root).stdout


def test_ocsp_at_a_custom_name(pca):
    made = ca.root(pca, 'Named Responder Root', RevocationConfiguration={
        'OcspConfiguration': {'Enabled': True, 'OcspCustomCname': 'ocsp.example.com'}})
    assert responder(made.issue(ca.csr()[0])) == 'http://ocsp.example.com'


def test_a_restart_keeps_what_was_revoked(start_server, tmp_path):
    url = f'127.0.0.1:{ca.free_port()}'
    options = ('--pki-listen', url, '--public-url', f'http://{url}')
    server = start_server(*options, data_dir=tmp_path / 'data')
    made = ca.root(server.boto(service='acm-pca'), 'Restarted Root', RevocationConfiguration=crl() | {
        'OcspConfiguration': {'Enabled': True}})
    bad, good, root = made.issue(ca.csr()[0]), made.issue(ca.csr()[0]), made.pem
    made.revoke(ca.serial_of(bad))
    server.kill()
    start_server(*options, data_dir=tmp_path / 'data')
    assert list_with(distribution_point(bad), bad)
    assert 'leaf.pem: revoked' in ask(tmp_path, bad, root).stdout
    assert 'leaf.pem: good' in ask(tmp_path, good, root).stdout


def test_answers_that_must_be_signed_have_a_rate_and_those_from_the_cache_have_none(start_server, tmp_path):
    """Beyond the rate a nonce is left unanswered if there is an answer without; otherwise it is tryLater."""
    from cryptography.x509 import ocsp
    url = f'127.0.0.1:{ca.free_port()}'
    server = start_server('--pki-listen', url, '--public-url', f'http://{url}', '--ocsp-sign-rate', '3')
    made = ca.root(server.boto(service='acm-pca'), 'Rated Root',
                   RevocationConfiguration={'OcspConfiguration': {'Enabled': True}})
    root, known, other = made.pem, made.issue(ca.csr()[0]), made.issue(ca.csr()[0])
    ask(tmp_path, known, root, '-no_nonce')
    requests = {name: ocsp_request(tmp_path, pem, root, option) for name, pem, option in (
        ('plain', known, '-no_nonce'), ('fresh', known, '-nonce'), ('other', other, '-nonce'))}

    def answers(name):
        return [fetch(responder(known), data=requests[name], Content_Type='application/ocsp-request')[2]
                for _ in range(30)]

    def has_nonce(der):
        return any(isinstance(e.value, x509.OCSPNonce) for e in ocsp.load_der_ocsp_response(der).extensions)

    start = time.monotonic()
    fresh = answers('fresh')
    allowed = 3 * (int(time.monotonic() - start) + 2)
    assert {ocsp_status(der) for der in fresh} == {'GOOD'}
    assert 1 <= sum(map(has_nonce, fresh)) <= allowed
    assert 'TRY_LATER' in {ocsp_status(der) for der in answers('other')}
    assert {ocsp_status(der) for der in answers('plain')} == {'GOOD'}


# ---- nginx ----

class Nginx:
    """One nginx on a free port, in a folder of its own."""

    def __init__(self, folder, lines):
        self.folder, self.port = folder, ca.free_port()
        folder.mkdir(exist_ok=True)
        (folder / 'conf').write_text(f'''
            daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log info;
            events {{ worker_connections 64; }}
            http {{
                access_log off;
                client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
                uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
                server {{ listen 127.0.0.1:{self.port} ssl; {lines} location / {{ return 200 "hello\\n"; }} }}
            }}''')
        program = shutil.which('nginx') or '/usr/sbin/nginx'
        self.process = subprocess.Popen([program, '-p', str(folder), '-c', str(folder / 'conf'), '-e',
                                         str(folder / 'error.log')],
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        ca.wait_for(self.answers)

    def answers(self):
        import socket
        assert self.process.poll() is None, self.log()
        try:
            socket.create_connection(('127.0.0.1', self.port), 1).close()
            return True
        except OSError:
            return False

    def log(self):
        return (self.folder / 'error.log').read_text(errors='replace')

    def stop(self):
        self.process.terminate()
        self.process.wait(20)


@pytest.fixture
def nginx(tmp_path):
    """nginx(lines of its server): one that listens."""
    running = []

    def start(lines):
        running.append(Nginx(tmp_path / f'nginx{len(running)}', lines))
        return running[-1]

    yield start
    for one in running:
        one.stop()


@pytest.fixture
def site(authority, tmp_path):
    """A site's files: (folder, PEM)."""
    request, key = ca.csr('/CN=localhost', names='DNS:localhost,IP:127.0.0.1')
    pem = authority.issue(request)
    # curl looks for the issuer of what is stapled in what the server sends.
    files = {'site.pem': pem + '\n' + authority.pem, 'site.key': key.decode(), 'root.pem': authority.pem}
    for name, text in files.items():
        pathlib.Path(tmp_path / name).write_text(text)
    return tmp_path, pem


def stapled(port, root):
    answer = ca.openssl('s_client', '-connect', f'127.0.0.1:{port}', '-status', '-CAfile', root, '-verify_return_error',
                        stdin='Q\n',
                        check=False)
    found = re.search(r'Cert Status: (\w+)', answer.stdout)
    return found and found.group(1)


def test_nginx_staples_what_the_responder_says(nginx, site, authority):
    folder, pem = site
    running = nginx(f'ssl_certificate {folder}/site.pem; ssl_certificate_key {folder}/site.key; ssl_stapling on; '
                    f'ssl_stapling_verify on; ssl_trusted_certificate {folder}/root.pem;')
    # The first handshake makes nginx ask; a later one has the answer.
    assert ca.wait_for(lambda: stapled(running.port, folder / 'root.pem')) == 'good', running.log()
    got = ca.run('curl', '-sS', '--cacert', folder / 'root.pem', '--cert-status', f'https://localhost:{running.port}/',
                 '--resolve',
                 f'localhost:{running.port}:127.0.0.1')
    assert got.stdout == 'hello\n'
    assert 'OCSP' not in running.log(), running.log()
    authority.revoke(ca.serial_of(pem))
    again = nginx(f'ssl_certificate {folder}/site.pem; ssl_certificate_key {folder}/site.key; ssl_stapling on; '
                  f'ssl_stapling_verify on; ssl_trusted_certificate {folder}/root.pem;')
    stapled(again.port, folder / 'root.pem')
    # nginx does not staple what is not good; it says so.
    ca.wait_for(lambda: 'certificate status "revoked"' in again.log())


def test_nginx_refuses_a_revoked_client_by_our_list(nginx, site, authority):
    folder, _ = site
    clients = {}
    for name in ('good', 'bad'):
        request, key = ca.csr(f'/CN={name} client')
        clients[name] = authority.issue(request, 'EndEntityClientAuthCertificate')
        (folder / f'{name}.pem').write_text(clients[name])
        (folder / f'{name}.key').write_bytes(key)
    authority.revoke(ca.serial_of(clients['bad']))
    (folder / 'list.pem').write_text(pem_of(list_with(distribution_point(clients['bad']), clients['bad'])))
    running = nginx(f'ssl_certificate {folder}/site.pem; ssl_certificate_key {folder}/site.key; ssl_verify_client on; '
                    f'ssl_client_certificate {folder}/root.pem; ssl_crl {folder}/list.pem;')

    def visit(name):
        words = ['--cert', folder / f'{name}.pem', '--key', folder / f'{name}.key'] if name else []
        return ca.run('curl', '-sS', '--cacert', folder / 'root.pem', *words, '-w', '%{http_code}',
                      f'https://127.0.0.1:{running.port}/',
                      check=False).stdout

    assert visit('good') == 'hello\n200'
    assert visit('bad').endswith('400') and 'certificate revoked' in running.log()
    assert visit(None).endswith('400')
