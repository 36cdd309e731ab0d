"""`chancery ca ls|show|revoke`: what it asks of the two services, and what it shows of their answers."""
import datetime
import json
import os
import pty
import re
import select
import subprocess
import time

import echo as echoes
import house
import pki
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes

NOW = int(time.time())
DAY = 86400
PREFIX = 'arn:aws:acm-pca:eu-central-1:123456789012:certificate-authority/'
IDS = ['01990000-0000-7000-8000-00000000000a', '01990000-0000-7000-8000-00000000000b',
       '0199ffff-0000-7000-8000-00000000000c', '0199ffff-0000-7000-8000-00000000000d']
ENVIRONMENT = {k: v for k, v in os.environ.items() if not k.startswith(('AWS_', 'NO_COLOR'))} | {
    'AWS_ACCESS_KEY_ID': 'AKIDEXAMPLE', 'AWS_SECRET_ACCESS_KEY': 'secret', 'AWS_REGION': 'eu-central-1',
    'AWS_CONFIG_FILE': '/nonexistent', 'AWS_SHARED_CREDENTIALS_FILE': '/nonexistent', 'TZ': 'UTC', 'TERM': 'xterm',
    'AWS_MAX_ATTEMPTS': '1'}


def authority(index, subject, status='ACTIVE', **more):
    return {'Arn': PREFIX + IDS[index], 'OwnerAccount': '123456789012', 'Type': 'ROOT', 'Status': status,
            'CreatedAt': NOW - 3 * DAY - 60, 'NotBefore': NOW - 3 * DAY - 60, 'NotAfter': NOW + 3653 * DAY,
            'Serial': '326494291123486153192532571949008665597', 'UsageMode': 'GENERAL_PURPOSE',
            'KeyStorageSecurityStandard': 'FIPS_140_2_LEVEL_3_OR_HIGHER',
            'CertificateAuthorityConfiguration': {'KeyAlgorithm': 'EC_prime256v1',
                                                  'SigningAlgorithm': 'SHA256WITHECDSA', 'Subject': subject},
            'RevocationConfiguration': {
                'CrlConfiguration': {'Enabled': True, 'ExpirationInDays': 7, 'CrlType': 'PARTITIONED',
                                     'CustomCname': 'pki.example.com'},
                'OcspConfiguration': {'Enabled': False}}} | more


AUTHORITIES = [
    authority(0, {'Country': 'DE', 'CommonName': 'Example Root'}),
    authority(1, {'Organization': 'Ex\x1b[2J\u202e', 'Country': 'DE'}, 'PENDING_CERTIFICATE', NotAfter=None,
              NotBefore=None, Serial=None, Type='SUBORDINATE'),
    authority(2, {'CommonName': 'Reborn'}, 'DELETED'),
    authority(3, {'CustomAttributes': [{'ObjectIdentifier': '2.5.4.3', 'Value': 'Reborn'},
                                       {'ObjectIdentifier': '1.2.3.4', 'Value': 'x'}]}),
]
SERIAL = 'e8:cb:d2:be:db:12:23:29:f9:77:06:bc:fe:c9:90:f8'
PLAIN = SERIAL.replace(':', '')


def issued(number=0, status='ISSUED', **more):
    serial = f'{number:032x}' if number else PLAIN
    colons = ':'.join(re.findall('..', serial))
    return {'CertificateArn': f'{PREFIX}{IDS[0]}/certificate/{serial}', 'Serial': colons,
            'Subject': f'CN=shop{number}.example.com', 'SubjectAlternativeNames': [f'shop{number}.example.com'],
            'Status': status, 'TemplateArn': 'arn:aws:acm-pca:::template/EndEntityCertificate/V1',
            'IssuedAt': NOW - DAY, 'NotBefore': NOW - DAY, 'NotAfter': NOW + 41 * DAY + 3600,
            'RequestedBy': 'arn:aws:iam::123456789012:root'} | more


def refused(code, message):
    return lambda body: (400, {'__type': code, 'message': message})


class Fake:
    """The authorities above, and certificates that a test names, as the services answer them."""

    def __init__(self):
        self.echo = echoes.Echo()
        self.certificates, self.pem, self.page = [issued()], {}, 2
        self.echo.answers |= {
            'ListCertificateAuthorities': lambda body: self.list(body, 'CertificateAuthorities', AUTHORITIES),
            'ListIssuedCertificates': self.list_issued,
            'DescribeCertificateAuthority': self.describe,
            'GetCertificate': lambda body: (200, self.pem),
            'GetCertificateAuthorityCertificate': lambda body: (200, self.pem),
            'RevokeCertificate': self.revoke,
        }

    def list(self, body, member, items):
        start, n = int(body.get('NextToken', 0)), min(self.page, body.get('MaxResults', 100))
        answer = {member: items[start:start + n]}
        return 200, answer | ({'NextToken': str(start + n)} if start + n < len(items) else {})

    def list_issued(self, body):
        serial = body.get('Filters', {}).get('Serial', '').replace(':', '').lower()
        found = [c for c in self.certificates if not serial or c['Serial'].replace(':', '') == serial]
        return self.list(body, 'IssuedCertificates', found)

    def describe(self, body):
        (found,) = [a for a in AUTHORITIES if a['Arn'] == body['CertificateAuthorityArn']]
        return 200, {'CertificateAuthority': found}

    def revoke(self, body):
        for certificate in self.certificates:
            if certificate['Serial'] == body['CertificateSerial']:
                certificate |= {'Status': 'REVOKED', 'RevokedAt': NOW + .159, 'RevocationReason': body['RevocationReason']}
        return 200, {}

    def asked(self, operation):
        return [body for target, _, body in self.echo.asked if target.endswith('.' + operation)]

    def __call__(self, *words, code=0, **more):
        self.echo.asked.clear()
        done = subprocess.run([str(house.BINARY), 'ca', *map(str, words), '--endpoint-url', self.echo.url],
                              env=ENVIRONMENT | more, capture_output=True, text=True, check=False,
                              stdin=subprocess.DEVNULL)
        assert done.returncode == code, (done.stdout, done.stderr)
        return done


@pytest.fixture(name='ca')
def fixture_ca():
    fake = Fake()
    yield fake
    fake.echo.stop()


def on_terminal(ca, *words, typed=None, **more):
    """What a terminal shows, and the exit code."""
    master, slave = pty.openpty()
    process = subprocess.Popen([str(house.BINARY), 'ca', *words, '--endpoint-url', ca.echo.url],
                               env=ENVIRONMENT | more, stdin=slave, stdout=slave, stderr=slave)
    os.close(slave)
    shown = b''
    while True:
        ready, _, _ = select.select([master], [], [], 60)
        assert ready, shown
        try:
            piece = os.read(master, 65536)
        except OSError:
            break
        if not piece:
            break
        shown += piece
        if typed is not None and shown.endswith(b'[y/N] '):
            os.write(master, typed)
            typed = None
    os.close(master)
    return process.wait(60), shown.decode()


# ---- ls ----

def test_authorities_are_listed(ca):
    assert ca('ls').stdout.splitlines() == [
        'NAME                    TYPE         STATUS               KEY            ENDS         ID',
        'Example Root            ROOT         ACTIVE               EC_prime256v1  in 10 years  ' + IDS[0],
        'C=DE,O=Ex\\x1b[2J\\u202e  SUBORDINATE  PENDING_CERTIFICATE  EC_prime256v1               ' + IDS[1],
        'Reborn                  ROOT         DELETED              EC_prime256v1  in 10 years  ' + IDS[2],
        'Reborn                  ROOT         ACTIVE               EC_prime256v1  in 10 years  ' + IDS[3]]
    assert [body.get('NextToken') for body in ca.asked('ListCertificateAuthorities')] == [None, '2']


def test_authorities_as_json_are_the_api_s(ca):
    ours = json.loads(ca('ls', '--output', 'json').stdout)
    assert [a['Arn'] for a in ours['CertificateAuthorities']] == [PREFIX + i for i in IDS]
    assert ours['CertificateAuthorities'][0]['NotAfter'].startswith('20')
    plain = subprocess.run([str(house.BINARY), 'acm-pca', 'list-certificate-authorities', '--endpoint-url',
                            ca.echo.url], env=ENVIRONMENT, capture_output=True, text=True, check=True)
    assert ca('ls', '--output', 'json').stdout == plain.stdout


def test_certificates_are_listed(ca):
    ca.certificates = [issued(), issued(1, 'REVOKED'), issued(2, 'EXPIRED', NotAfter=NOW - 3 * DAY - 60),
                       issued(3, Subject='', TemplateArn='arn:aws:acm-pca:::template/SubordinateCACertificate_PathLen0/V1')]
    lines = ca('ls', IDS[0]).stdout.splitlines()
    assert lines[0].split() == ['SERIAL', 'SUBJECT', 'STATUS', 'EXPIRES', 'TEMPLATE']
    assert lines[1] == f'{PLAIN}  CN=shop0.example.com  ISSUED   in 41 days  EndEntityCertificate/V1'
    assert lines[2].split() == [f'{1:032x}', 'CN=shop1.example.com', 'REVOKED', 'in', '41', 'days',
                                'EndEntityCertificate/V1']
    assert ' EXPIRED  3 days ago  ' in lines[3]
    assert f'{3:032x}  shop3.example.com ' in lines[4] and lines[4].endswith('SubordinateCACertificate_PathLen0/V1')
    assert len(lines) == 5 and '\033' not in ''.join(lines)
    assert ca.asked('ListIssuedCertificates')[0] == {'CertificateAuthorityArn': PREFIX + IDS[0], 'MaxResults': 1000}


def test_nothing_is_told_apart_from_everything(ca):
    ca.certificates = []
    done = ca('ls', PREFIX + IDS[0])
    assert done.stdout == '' and done.stderr == 'There is none.\n'
    assert json.loads(ca('ls', PREFIX + IDS[0], '--output', 'json').stdout) == {'IssuedCertificates': []}
    assert not ca.asked('ListCertificateAuthorities')


def test_filters_are_sent(ca):
    ca('ls', PREFIX + IDS[0], '--subject', 'shop', '--name=example', '--serial', SERIAL, '--template',
       'EndEntityCertificate', '--status', 'issued', '--status', 'revoked', '--expires-after', '2030-01-01T00:00:00Z',
       '--expires-before', '2031-01-01T00:00:00Z', '--sort', 'expires', '--descending')
    assert ca.asked('ListIssuedCertificates') == [{
        'CertificateAuthorityArn': PREFIX + IDS[0], 'MaxResults': 1000, 'SortBy': 'NOT_AFTER',
        'SortOrder': 'DESCENDING', 'Filters': {
            'SubjectContains': 'shop', 'NameContains': 'example', 'Serial': SERIAL,
            'TemplateArn': 'arn:aws:acm-pca:::template/EndEntityCertificate/V1', 'Statuses': ['ISSUED', 'REVOKED'],
            'ExpiresAfter': 1893456000, 'ExpiresBefore': 1924992000}}]
    ca('ls', PREFIX + IDS[0], '--expires-within', '30d', '--sort', 'issued', '--template',
       'arn:aws:acm-pca:::template/X/V2')
    (body,) = ca.asked('ListIssuedCertificates')
    assert (body['SortBy'], body['SortOrder']) == ('ISSUED_AT', 'ASCENDING')
    assert body['Filters']['TemplateArn'] == 'arn:aws:acm-pca:::template/X/V2'
    assert body['Filters']['ExpiresBefore'] - body['Filters']['ExpiresAfter'] == 30 * DAY
    assert abs(body['Filters']['ExpiresAfter'] - time.time()) < 60


def test_limit_stops(ca):
    ca.certificates = [issued(i + 1) for i in range(7)]
    done = ca('ls', PREFIX + IDS[0], '--limit', '3')
    assert len(done.stdout.splitlines()) == 4 and done.stderr == 'There are more than these 3.\n'
    assert [body['MaxResults'] for body in ca.asked('ListIssuedCertificates')] == [3, 1]
    done = ca('ls', PREFIX + IDS[0], '--limit', '7', '--output', 'json')
    assert len(json.loads(done.stdout)['IssuedCertificates']) == 7 and done.stderr == ''
    assert len(ca('ls', PREFIX + IDS[0]).stdout.splitlines()) == 8


def test_half_a_list_is_no_list(ca):
    ca.certificates = [issued(i + 1) for i in range(4)]
    whole = ca.list_issued
    ca.echo.answers['ListIssuedCertificates'] = lambda body: (
        (400, {'__type': 'AccessDeniedException', 'Message': 'Enough.'}) if 'NextToken' in body else whole(body))
    done = ca('ls', PREFIX + IDS[0], '--output', 'json', code=254)
    assert '(AccessDeniedException) when calling the ListIssuedCertificates operation' in done.stderr
    with pytest.raises(ValueError):
        json.loads(done.stdout)
    assert len(ca('ls', PREFIX + IDS[0], code=254).stdout.splitlines()) == 3


@pytest.mark.parametrize('words, says', [
    (['ls', 'Example Root', '--expires-within', '30'], '12h, 30d, 2w, 1y'),
    (['ls', 'Example Root', '--expires-within', '3m'], "'3m' is no span of time"),
    (['ls', 'Example Root', '--expires-within', '1d', '--expires-before', '2030-01-01'], 'not both'),
    (['ls', 'Example Root', '--expires-after', 'tomorrow'], "--expires-after: 'tomorrow' is no moment"),
    (['ls', 'Example Root', '--status', 'gone'], "'gone', valid choices are: issued, revoked, expired"),
    (['ls', 'Example Root', '--limit', '0'], "--limit: '0' is no number from 1 up"),
    (['ls', 'Example Root', '--sort', 'name'], "Invalid choice 'name', valid choices are: issued expires"),
    (['ls', 'Example Root', '--subjet', 'x'], 'Unknown options: --subjet (did you mean --subject?)'),
    (['ls', 'Example Root', '--profil', 'x'], '(did you mean --profile?)'),
    (['ls', 'Example Root', '--cli-input-json', '{}'], 'Unknown options: --cli-input-json'),
    (['ls', 'Example Root', '-v'], 'Unknown options: -v'),
    (['ls', 'a', 'b'], "'b' is one word too many"),
    (['ls', '--status', 'issued'], 'Say which authority'),
    (['ls', PREFIX + IDS[0] + '/certificate/' + PLAIN], 'is the ARN of a certificate'),
    (['ls', 'Example Root', '--serial', '0x12'], "'0x12' is no serial number"),
    (['revoke', 'Example Root', 'xyz', '--yes'], "'xyz' is no serial number"),
    (['show'], 'it wants CA [SERIAL]'),
    (['show', 'Example Root', 'xyz'], "'xyz' is no serial number"),
    (['show', 'Example Root', '--pem', '--output', 'json'], 'not both'),
    (['revoke', 'Example Root', PLAIN], 'Say --yes'),
    (['revoke', 'Example Root', PLAIN, '--yes', '--reason', 'key-compromised'], 'did you mean key-compromise?'),
    (['lst'], 'Did you mean ls?'),
    (['destroy-everything'], '`chancery ca help` lists'),
    ([], 'usage: chancery ca <ls|show|revoke>'),
])
def test_what_makes_no_sense_is_told_before_anything_is_sent(ca, words, says):
    if not words:
        done = subprocess.run([str(house.BINARY), 'ca'], env=ENVIRONMENT, capture_output=True, text=True, check=False)
        assert done.returncode == 252
    else:
        done = ca(*words, code=252)
    assert says in done.stderr and done.stdout == '' and not ca.echo.asked


# ---- which authority ----

@pytest.mark.parametrize('word, index', [
    (PREFIX + IDS[0], 0), (IDS[0], 0), (IDS[1].upper(), 1), ('0199ffff-0000-7000-8000-00000000000c', 2),
    ('Example Root', 0), ('Reborn', 3)])
def test_an_authority_is_found(ca, word, index):
    ca('ls', word)
    assert ca.asked('ListIssuedCertificates')[0]['CertificateAuthorityArn'] == PREFIX + IDS[index]


def test_a_beginning_is_enough_if_it_is_one_s_own(ca, monkeypatch):
    monkeypatch.setitem(AUTHORITIES[0], 'Arn', PREFIX + '0198' + IDS[0][4:])
    ca('ls', '0198')
    assert ca.asked('ListIssuedCertificates')[0]['CertificateAuthorityArn'].startswith(PREFIX + '0198')


def test_candidates_are_named(ca):
    done = ca('ls', '0199ffff', code=255)
    assert "'0199ffff' is not one authority, but 2." in done.stderr
    assert f'\n  {IDS[2]}  Reborn (DELETED)\n  {IDS[3]}  Reborn (ACTIVE)\n' in done.stderr
    done = ca('show', 'example root', code=255)
    assert "There is no authority 'example root'. There are:" in done.stderr
    assert all(i in done.stderr for i in IDS) and '\033' not in done.stderr
    assert not ca.asked('DescribeCertificateAuthority')
    ca.echo.answers['ListCertificateAuthorities'] = lambda body: (200, {'CertificateAuthorities': []})
    assert 'none at all in this region' in ca('ls', 'x', code=255).stderr


# ---- show ----

def test_an_authority_is_shown(ca):
    shown = ca('show', 'Example Root').stdout
    assert shown.startswith(f'Example Root\n  id                {IDS[0]}\n')
    for line in ('subject           C=DE,CN=Example Root', 'status            ACTIVE', 'OCSP              off',
                 'CRL               on, PARTITIONED, each valid for 7 days', 'CRL host          pki.example.com',
                 'serial (decimal)  326494291123486153192532571949008665597', 'signs with        SHA256WITHECDSA'):
        assert f'\n  {line}\n' in shown
    assert re.search(r'\n  valid until       20\S+\+00:00 \(in 10 years\)\n', shown)
    assert re.search(r'\n  created           20\S+\+00:00 \(3 days ago\)\n', shown)
    assert 'restorable' not in shown
    assert json.loads(ca('show', 'Example Root', '--output', 'json').stdout)['CertificateAuthority']['Type'] == 'ROOT'
    custom = ca('show', IDS[3]).stdout
    assert custom.startswith('Reborn\n') and '\n  subject           CN=Reborn,1.2.3.4=x\n' in custom


CRL = x509.CRLDistributionPoints([x509.DistributionPoint(
    [x509.UniformResourceIdentifier('http://pki.example.com/crl/1.crl')], None, None, None)])
OCSP = x509.AuthorityInformationAccess([x509.AccessDescription(
    x509.oid.AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier('http://pki.example.com/ocsp'))])


def test_a_certificate_is_shown(ca):
    leaf = pki.leaf('shop.example.com', names=['shop.example.com', '10.0.0.1'], serial=int(PLAIN, 16),
                    not_after=pki.NOW + datetime.timedelta(days=41, hours=1),
                    extensions=[(CRL, False), (OCSP, False)])
    ca.pem = {'Certificate': leaf.pem.decode().rstrip(), 'CertificateChain': leaf.chain_pem.decode()}
    ca.certificates = [issued(status='REVOKED', RevokedAt=NOW - 2 * DAY - 60, RevocationReason='KEY_COMPROMISE')]
    shown = ca('show', 'Example Root', PLAIN.upper()).stdout
    fingerprint = leaf.certificate.fingerprint(hashes.SHA256()).hex(':')
    assert shown.startswith('CN=shop.example.com\n  status            REVOKED, 20')
    assert re.search(r'REVOKED, \S+ \(2 days ago\), KEY_COMPROMISE\n', shown)
    for line in (f'serial            {SERIAL}', 'issuer            O=Example Trust,CN=Example Issuing CA',
                 'names             DNS shop.example.com', '                  IP 10.0.0.1', 'key               EC P-256',
                 'signed with       SHA256WITHECDSA', 'key usage         digitalSignature, keyEncipherment',
                 'extended usage    serverAuth, clientAuth', 'CRL               http://pki.example.com/crl/1.crl',
                 'OCSP              http://pki.example.com/ocsp', f'SHA-256           {fingerprint}',
                 'template          EndEntityCertificate/V1', 'requested by      arn:aws:iam::123456789012:root'):
        assert f'\n  {line}\n' in shown, line
    assert re.search(r'\n  valid until       20\S+\+00:00 \(in 41 days\)\n', shown)
    assert ca.asked('GetCertificate') == [{'CertificateAuthorityArn': PREFIX + IDS[0],
                                           'CertificateArn': ca.certificates[0]['CertificateArn']}]
    assert ca('show', IDS[0], SERIAL, '--pem').stdout == (leaf.pem + leaf.chain_pem).decode()
    both = json.loads(ca('show', IDS[0], SERIAL, '--output', 'json').stdout)
    assert both['IssuedCertificate']['RevocationReason'] == 'KEY_COMPROMISE'
    assert both['Certificate'] == ca.pem['Certificate'] and both['CertificateChain'] == ca.pem['CertificateChain']


def test_an_authority_s_own_certificate_is_printed(ca):
    ca.pem = {'Certificate': pki.authority().pem.decode(), 'CertificateChain': pki.authority().chain_pem.decode()}
    assert ca('show', 'Example Root', '--pem').stdout == (pki.authority().pem + pki.authority().chain_pem).decode()


@pytest.mark.parametrize('pem, why', [
    ('-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n', 'it cannot be read: it is DER, but not a certificate'),
    ('-----BEGIN CERTIFICATE-----\nM!A=\n-----END CERTIFICATE-----\n', 'it cannot be read: its base64 is broken'),
    ('nothing', 'it cannot be read: there is none'),
])
def test_what_cannot_be_read_is_shown_as_far_as_it_goes(ca, pem, why):
    ca.pem = {'Certificate': pem}
    shown = ca('show', IDS[0], PLAIN).stdout
    assert shown.startswith('CN=shop0.example.com\n  status            ISSUED\n') and why in shown


def test_what_was_never_issued_is_told(ca):
    done = ca('show', IDS[0], 'ab:cd', code=255)
    assert 'has issued no certificate with the serial number ab:cd.' in done.stderr and not ca.asked('GetCertificate')
    ca.echo.answers['ListIssuedCertificates'] = refused('ResourceNotFoundException', 'No such authority.')
    done = ca('show', PREFIX + IDS[0], 'ab', code=254)
    assert done.stderr == ('\nAn error occurred (ResourceNotFoundException) when calling the ListIssuedCertificates '
                           'operation (reached max retries: 0): No such authority.\n')


# ---- revoke ----

def test_a_certificate_is_revoked(ca):
    done = ca('revoke', 'Example Root', PLAIN, '--reason', 'key-compromise', '--yes')
    assert done.stdout == f'Revoked {PLAIN}.\n' and done.stderr == ''
    assert ca.asked('RevokeCertificate') == [{'CertificateAuthorityArn': PREFIX + IDS[0], 'CertificateSerial': SERIAL,
                                              'RevocationReason': 'KEY_COMPROMISE'}]
    done = ca('revoke', 'Example Root', PLAIN, '--yes', code=255)
    assert re.search(r'It is revoked already, 20[-0-9T:]+\+00:00 \(\S+.*\), for the reason KEY_COMPROMISE\.', done.stderr)
    assert not ca.asked('RevokeCertificate')


def test_revocation_as_json_shows_what_became_of_it(ca):
    shown = json.loads(ca('revoke', IDS[0], SERIAL, '--yes', '--output', 'json').stdout)['IssuedCertificate']
    assert (shown['Status'], shown['RevocationReason']) == ('REVOKED', 'UNSPECIFIED')


@pytest.mark.parametrize('typed, code', [(b'y\n', 0), (b'YES\n', 0), (b'n\n', 255), (b'\n', 255), (b'\x04', 255),
                                         (b'yellow\n', 255)])
def test_it_asks_before_it_revokes(ca, typed, code):
    done, shown = on_terminal(ca, 'revoke', IDS[0], SERIAL, '--reason', 'superseded', typed=typed)
    assert done == code, shown
    for words in (PLAIN, 'CN=shop0.example.com', 'in 41 days', 'SUPERSEDED', PREFIX + IDS[0], 'Revoke it? [y/N]'):
        assert words in shown
    assert len(ca.asked('RevokeCertificate')) == (1 if code == 0 else 0)
    assert (f'Revoked {PLAIN}.' if code == 0 else 'Nothing was revoked.') in shown


# ---- colours, help, settings ----

def test_statuses_are_coloured_on_a_terminal_alone(ca):
    code, shown = on_terminal(ca, 'ls')
    assert code == 0 and '\033[32mACTIVE\033[0m  ' in shown and '\033[2mDELETED\033[0m' in shown
    assert 'Ex\\x1b[2J' in shown
    for plain in ({'NO_COLOR': '1'}, {'TERM': 'dumb'}):
        assert '\033' not in on_terminal(ca, 'ls', **plain)[1]
    assert '\033' not in on_terminal(ca, 'ls', '--color', 'off')[1]
    assert '\033[32m' in ca('ls', '--color', 'on').stdout
    assert re.sub('\033\\[[0-9]*m', '', ca('ls', '--color', 'on').stdout) == ca('ls').stdout


def test_help_tells_verbs_and_options():
    def page(*words):
        done = subprocess.run([str(house.BINARY), *words], env=ENVIRONMENT, capture_output=True, text=True, check=True)
        assert done.stderr == ''
        return done.stdout

    assert '\n  chancery ca ' in page('help')
    for verb in ('ls', 'show', 'revoke'):
        assert re.search(rf'\n  {verb} +', page('ca', 'help'))
        told = page('ca', verb, 'help')
        assert told.startswith(f'chancery ca {verb} ') and '--endpoint-url URL' in told and '--output table|json' in told
        assert told == page('ca', verb, '--help') == page('ca', 'help', verb)
        assert told.count('  --color ') == 1 and '--cli-input-json' not in told
    assert page('ca', 'ls', '--version').startswith('chancery/') and page('ca', 'revoke', '--version')


def test_settings_are_those_of_acm_pca(ca):
    done = subprocess.run([str(house.BINARY), 'ca', 'ls', IDS[0]],
                          env=ENVIRONMENT | {'AWS_ENDPOINT_URL_ACM_PCA': ca.echo.url}, capture_output=True, text=True,
                          check=False)
    assert done.returncode == 0, done.stderr
    scopes = [re.search(r'/eu-central-1/([a-z-]+)/aws4_request', a)[1] for _, a, _ in ca.echo.asked]
    assert scopes == ['acm-pca', 'acm-pca', 'chancery']
    assert ca('ls', AWS_REGION='', code=253).stderr.strip()
    done = subprocess.run([str(house.BINARY), 'ca', 'ls', '--endpoint-url', 'http://127.0.0.1:9'], env=ENVIRONMENT,
                          capture_output=True, text=True, check=False)
    assert done.returncode == 255 and 'Could not connect' in done.stderr
