"""Many at once on one authority: each is answered for himself, nobody gets a 5xx, and nothing is there twice."""
import collections
import concurrent.futures
import contextlib
import threading
import time
import uuid

import botocore.exceptions
import house
import pca as ca
import pytest

ISSUERS, SECONDS = 8, 3
# What may happen to who comes at the wrong moment.
MISSED = {'InvalidStateException', 'ConcurrentModificationException'}


@pytest.fixture(scope='module')
def busy(tmp_path_factory):
    """A daemon of these tests alone."""
    url = f'127.0.0.1:{ca.free_port()}'
    running = house.Server(tmp_path_factory.mktemp('busy'), ['--pki-listen', url, '--public-url', f'http://{url}'])
    yield running
    running.stop()


def listed(server, authority):
    pages = server.boto(service='chancery').get_paginator('list_issued_certificates').paginate(
        CertificateAuthorityArn=authority.arn)
    return [one for page in pages for one in page['IssuedCertificates']]


class Crowd:
    """Threads that go on until the time is over, and how often each of them had which answer."""

    def __init__(self):
        self.answers, self.lock, self.end = collections.defaultdict(collections.Counter), threading.Lock(), 0
        self.strange = []

    def note(self, name, code):
        with self.lock:
            self.answers[name][code] += 1

    def go_on(self, name, call, pause=0.0):
        while time.monotonic() < self.end and not self.strange:
            try:
                call()
                self.note(name, 'done')
            except botocore.exceptions.ClientError as refused:
                code = refused.response['Error']['Code']
                self.note(name, code)
                if refused.response['ResponseMetadata']['HTTPStatusCode'] != 400 or code not in MISSED:
                    self.strange.append((name, str(refused)))
            except Exception as other:  # pylint: disable=broad-except
                self.strange.append((name, repr(other)))
            time.sleep(pause)

    def run(self, seconds, *members):
        self.end = time.monotonic() + seconds
        with concurrent.futures.ThreadPoolExecutor(len(members)) as pool:
            for member in members:
                pool.submit(self.go_on, *member)
        assert not self.strange, self.strange[:5]


def test_one_authority_under_many_hands(busy):
    authority = ca.root(busy.boto(service='acm-pca', max_pool_connections=20), 'Busy Root', RevocationConfiguration={
        'CrlConfiguration': {'Enabled': True, 'ExpirationInDays': 7}, 'OcspConfiguration': {'Enabled': True}})
    client, request, crowd = authority.client, ca.csr_of_one(), Crowd()
    issued, revoked, own, turns = [], [], authority.csr().encode(), iter(range(10 ** 9))

    def issue():
        issued.append(authority.issue_arn(request))

    def revoke():
        with contextlib.suppress(IndexError):
            arn = issued[len(revoked)]
            authority.revoke(ca.serial_of(arn))
            revoked.append(arn)

    def toggle():
        authority.update(Status='DISABLED' if next(turns) % 2 else 'ACTIVE')

    def configure():
        authority.update(RevocationConfiguration={'CrlConfiguration': {
            'Enabled': True, 'ExpirationInDays': 7 + next(turns) % 9, 'CrlType': 'COMPLETE'}})

    def tag():
        client.tag_certificate_authority(CertificateAuthorityArn=authority.arn, Tags=[
                                         {'Key': 'k', 'Value': str(next(turns))}])
        client.untag_certificate_authority(CertificateAuthorityArn=authority.arn, Tags=[{'Key': 'k'}])

    def renew():
        arn = authority.issue_arn(own, 'RootCACertificate', days=3650)
        authority.install(authority.get(arn)[0])

    def look():
        authority.describe()
        client.list_tags(CertificateAuthorityArn=authority.arn)
        client.list_permissions(CertificateAuthorityArn=authority.arn)
    crowd.run(SECONDS, *[(f'issue {n}', issue) for n in range(ISSUERS)], ('revoke', revoke), ('toggle', toggle, 0.1),
              ('configure', configure, 0.05), ('tag', tag, 0.02), ('renew', renew, 0.05), ('look', look, 0.02))
    for name in ('revoke', 'toggle', 'configure', 'tag', 'renew', 'look'):
        assert crowd.answers[name]['done'] > 0, (name, crowd.answers[name])
    assert len(issued) > 10 and sum(crowd.answers[f'issue {n}']['done'] for n in range(ISSUERS)) == len(issued)
    # What was acknowledged, and it alone, is there.
    inventory = listed(busy, authority)
    arns = [one['CertificateArn'] for one in inventory]
    assert len(set(arns)) == len(arns) and len({one['Serial'] for one in inventory}) == len(arns)
    leaves = {one['CertificateArn'] for one in inventory if one['TemplateArn'] == ca.template('EndEntityCertificate')}
    assert leaves == set(issued)
    assert {one['CertificateArn'] for one in inventory if one['Status'] == 'REVOKED'} == set(revoked)
    # And the authority is whole: it issues what verifies under the certificate that it has now.
    authority.update(Status='ACTIVE')
    ca.judge(authority.issue(request), authority.path())


def at_once(count, call):
    """The call, from so many threads in one moment: what each was given, or the code of its refusal."""
    start = threading.Barrier(count)

    def one():
        start.wait()
        try:
            return call()
        except botocore.exceptions.ClientError as refused:
            assert refused.response['ResponseMetadata']['HTTPStatusCode'] == 400, refused
            return refused.response['Error']['Code']
    with concurrent.futures.ThreadPoolExecutor(count) as pool:
        return [future.result() for future in [pool.submit(one) for _ in range(count)]]


@pytest.fixture(scope='module')
def quiet(busy):
    return ca.root(busy.boto(service='acm-pca', max_pool_connections=20), 'Quiet Root')


def test_one_token_by_eight_is_one_certificate(busy, quiet):
    given = set()
    for _ in range(12):
        token = uuid.uuid4().hex
        answers = at_once(8, lambda token=token: quiet.issue_arn(ca.csr_of_one(), IdempotencyToken=token))
        assert len(set(answers)) == 1 and answers[0].startswith('arn:'), answers
        given.add(answers[0])
        assert quiet.get(answers[0])[0]
    leaves = {one['CertificateArn']
        for one in listed(busy, quiet) if one['TemplateArn'] == ca.template('EndEntityCertificate')}
    assert leaves == given and len(given) == 12


def test_one_token_by_eight_is_one_authority(quiet):
    client = quiet.client
    for _ in range(4):
        token = uuid.uuid4().hex
        answers = at_once(8, lambda token=token: ca.create(
            client, 'SUBORDINATE', f'Twin {token[:8]}', IdempotencyToken=token).arn)
        assert len(set(answers)) == 1 and answers[0].startswith('arn:'), answers
    pages = client.get_paginator('list_certificate_authorities').paginate()
    names = [one['CertificateAuthorityConfiguration']['Subject'].get('CommonName', '') for page in pages
             for one in page['CertificateAuthorities']]
    twins = [name for name in names if name.startswith('Twin')]
    assert len(twins) == 4 and len(set(twins)) == 4


def test_one_revocation_by_eight_is_one(quiet):
    for _ in range(6):
        serial = ca.serial_of(quiet.issue_arn(ca.csr_of_one()))
        answers = at_once(8, lambda serial=serial: quiet.revoke(serial))
        assert sorted(answers, key=str) == [None] + ['RequestAlreadyProcessedException'] * 7, answers


def test_one_end_by_eight_is_one(quiet):
    """Deleted and restored by many at once: once each."""
    pending = ca.create(quiet.client, 'SUBORDINATE', 'Short-lived')
    for call in ('delete_certificate_authority', 'restore_certificate_authority') * 2:
        answers = at_once(8, lambda call=call: getattr(quiet.client, call)
                          (CertificateAuthorityArn=pending.arn) and None)
        assert answers.count(None) == 1 and set(answers) - {None} <= MISSED, answers


def test_one_certificate_imported_by_eight(quiet):
    """The same certificate: at least one is told that it is in; the others that, or to come again."""
    made = ca.create(quiet.client, 'SUBORDINATE', 'Crowded Sub')
    certificate, chain = quiet.get(quiet.issue_arn(made.csr().encode(), 'SubordinateCACertificate_PathLen0'))
    answers = at_once(8, lambda: made.install(certificate, chain))
    assert None in answers and set(answers) - {None} <= MISSED, answers
    assert made.status == 'ACTIVE' and ca.load(made.pem) == ca.load(certificate)
    ca.judge(made.issue(ca.csr_of_one(), days=10), made.path())
