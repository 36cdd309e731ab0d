"""`chancery admin`: accounts, access keys, master keys, certificate history; with and without a server."""
import json
import os
import signal
import socket
import sqlite3
import stat
import subprocess
import time

import botocore.exceptions
import pytest

import pki

ACCOUNT, REGION = '111122223333', 'eu-central-1'


class Admin:
    """`chancery admin …` on one data directory."""

    def __init__(self, binary, data_dir):
        self.binary, self.data_dir = binary, data_dir

    def run(self, *words, env=None, data_dir=True):
        place = ['--data-dir', str(self.data_dir)] if data_dir else []
        return subprocess.run([str(self.binary), 'admin', *map(str, words), *place], text=True, capture_output=True,
                              check=False, env={**os.environ, **(env or {})}, stdin=subprocess.DEVNULL)

    def __call__(self, *words, **more):
        """What it answers; it must succeed."""
        done = self.run(*words, **more)
        assert done.returncode == 0, done.stderr
        self.said = done.stderr
        return json.loads(done.stdout)

    def refused(self, *words, code=1, **more):
        """What it says when it refuses: exit code, nothing on stdout, one line."""
        done = self.run(*words, **more)
        assert (done.returncode, done.stdout) == (code, ''), done
        assert done.stderr.startswith('chancery admin: ')
        if code == 1:
            assert done.stderr.count('\n') == 1
        return done.stderr


@pytest.fixture
def admin(chancery, tmp_path):
    return Admin(chancery, tmp_path / 'data')


@pytest.fixture
def served(start_server, chancery, tmp_path):
    """(server, admin) on the same data directory."""
    server = start_server(data_dir=tmp_path / 'data')
    return server, Admin(chancery, server.data_dir)


def refusal(call, **arguments):
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        call(**arguments)
    error = caught.value.response['Error']
    return error['Code'], error['Message']


# ---- Usage ----

def test_help_names_every_command_and_a_command_its_options(admin):
    text = admin.run('help', data_dir=False).stdout
    for command in ('account create [ID]', 'key create', 'key disable KEY', 'rotate-master-key',
                    'certificate rollback ARN', 'rules'):
        assert f'  {command}\n' in text
    options = admin.run('key', 'create', '--help', data_dir=False).stdout
    for option in ('--data-dir DIR', '--credentials-file FILE', '--overwrite\n', '--policy full|read-only'):
        assert option in options
    assert '(required)' in admin.run('key', 'delete', '--help', data_dir=False).stdout
    assert 'key create' not in admin.run('account', '--help', data_dir=False).stdout


@pytest.mark.parametrize('words, expected', [
    ((), 'say what to do'),
    (('acount', 'list'), "there is no 'acount'"),
    (('account', 'lst'), "there is no 'account lst'"),
    (('account',), "say what to do with 'account'. `chancery admin account help` lists what there is"),
    (('key', 'list', '--nme', 'x'), '--nme is no option of this command'),
    (('key', 'delete'), '--access-key-id KEY is missing'),
    (('account', 'create', '--name'), '--name wants a value'),
    (('account', 'create', '--name='), 'The value of --name is empty'),
    (('account', 'create', '--name', 'a', '--name', 'b'), '--name is given twice'),
    (('key', 'create', '--overwrite=yes'), '--overwrite takes no value'),
    (('key', 'list', 'extra'), "'extra' is more than this command takes"),
    (('rules', '--data-dir', 'x'), '--data-dir is no option of this command'),
])
def test_usage_errors_exit_with_two(admin, words, expected):
    assert expected in admin.refused(*words, code=2, data_dir=False)


def test_rules_lists_every_rule_and_says_why_some_stay(admin):
    rules = admin('rules', data_dir=False)['Rules']
    names = [rule['Name'] for rule in rules]
    assert 'chain-required' in names and 'key-match' in names and len(set(names)) == len(names) >= 50
    assert 'ca-chain-required' in names and 'ca-critical-name-constraints' in names
    for rule in rules:
        assert rule['Sentence'] and rule['Source']
        assert rule['Relaxable'] is ('WhyNot' not in rule)


# ---- Accounts ----

def test_an_account_is_made_listed_disabled_enabled_and_deleted(admin):
    made = admin('account', 'create', '--account-id', ACCOUNT, '--name', 'lab')['Account']
    assert made == {'AccountId': ACCOUNT, 'Name': 'lab', 'Status': 'Active', 'CreateDate': made['CreateDate']}
    assert admin('account', 'list') == {'Accounts': [made]}
    assert admin('account', 'disable', ACCOUNT)['Status'] == 'Inactive'
    assert admin('account', 'list')['Accounts'][0]['Status'] == 'Inactive'
    assert admin('account', 'enable', f'--account-id={ACCOUNT}')['Status'] == 'Active'
    assert admin('account', 'list')['Accounts'] == [made]
    assert admin('account', 'delete', '--account', ACCOUNT)['Status'] == 'Deleted'
    assert admin('account', 'list') == {'Accounts': []}


def test_an_account_without_an_id_gets_one(admin):
    one, two = (admin('account', 'create')['Account']['AccountId'] for _ in range(2))
    assert one != two and len(one) == 12 and one.isdigit()


def test_accounts_are_refused_with_a_reason(admin):
    assert 'There is no Chancery in' in admin.refused('account', 'list')
    assert 'There is no Chancery in' in admin.refused('account', 'disable', ACCOUNT)
    assert not admin.data_dir.exists()
    assert 'it has 12 digits' in admin.refused('account', 'create', '123')
    assert 'no account name' in admin.refused('account', 'create', ACCOUNT, '--name', 'a b')
    admin('account', 'create', ACCOUNT)
    assert f'There is an account {ACCOUNT} already' in admin.refused('account', 'create', ACCOUNT)
    assert 'There is no account 000000000001' in admin.refused('account', 'delete', '000000000001')
    admin('key', 'create')
    assert 'still has certificates, authorities or access keys' in admin.refused('account', 'delete', ACCOUNT)


# ---- Access keys ----

def test_a_key_shows_its_secret_once(admin):
    admin('account', 'create', ACCOUNT)
    made = admin('key', 'create', '--user', 'alice', '--policy', 'read-only')['AccessKey']
    assert made.pop('SecretAccessKey').__len__() == 40
    assert made == {'AccountId': ACCOUNT, 'UserName': 'alice', 'AccessKeyId': made['AccessKeyId'],
                    'Policy': 'read-only', 'Status': 'Active', 'CreateDate': made['CreateDate']}
    assert made['AccessKeyId'].startswith('AKIA') and len(made['AccessKeyId']) == 20
    assert admin('key', 'list') == {'AccessKeys': [made]}
    assert admin('key', 'disable', made['AccessKeyId'])['Status'] == 'Inactive'
    assert admin('key', 'list', '--account', ACCOUNT)['AccessKeys'][0]['Status'] == 'Inactive'
    admin('key', 'enable', made['AccessKeyId'])
    assert admin('key', 'list', '--account', '999999999999') == {'AccessKeys': []}
    admin('key', 'delete', made['AccessKeyId'])
    assert admin('key', 'list') == {'AccessKeys': []}


def test_the_secret_is_nowhere_in_the_data_directory(admin):
    admin('account', 'create', ACCOUNT)
    secret = admin('key', 'create')['AccessKey']['SecretAccessKey'].encode()
    files = [path for path in admin.data_dir.rglob('*') if path.is_file()]
    assert files and not any(secret in path.read_bytes() for path in files)


def test_keys_are_refused_with_a_reason(admin):
    assert 'There is no account yet' in admin.refused('key', 'create')
    admin('account', 'create', ACCOUNT)
    assert "There is no policy 'most': there are full and read-only" in admin.refused('key', 'create', '--policy', 'most')
    assert 'no user name' in admin.refused('key', 'create', '--user', 'a/b')
    assert 'There is no account 000000000001' in admin.refused('key', 'create', '--account', '000000000001')
    assert 'no access key id' in admin.refused('key', 'create', '--access-key-id', 'short')
    assert 'The environment has no NOT_THERE' in admin.refused('key', 'create', '--secret-from-env', 'NOT_THERE')
    assert '8 to 128 printable' in admin.refused('key', 'create', '--secret-from-env', 'S', env={'S': 'short'})
    assert 'which is not given' in admin.refused('key', 'create', '--profile', 'p')
    assert 'There is no access key AKIANOBODY' in admin.refused('key', 'disable', 'AKIANOBODY')
    admin('account', 'create')
    assert 'There are 2 accounts' in admin.refused('key', 'create')
    assert admin('key', 'list') == {'AccessKeys': []}


def test_a_fixed_key_is_not_echoed_and_not_made_twice(admin):
    admin('account', 'create', ACCOUNT)
    words = ('key', 'create', '--access-key-id', 'AKIAFIXED0000000EXAMPLE', '--secret-from-env', 'S')
    made = admin(*words, env={'S': 'of-our-own-choice'})['AccessKey']
    assert made['AccessKeyId'] == 'AKIAFIXED0000000EXAMPLE' and 'SecretAccessKey' not in made
    assert 'There is an access key AKIAFIXED0000000EXAMPLE already' in admin.refused(*words, env={'S': 'another-one'})


# ---- The credentials file ----

def test_a_credentials_file_is_made_private_and_readable_by_the_sdk(admin, tmp_path):
    import botocore.session
    admin('account', 'create', ACCOUNT)
    path = tmp_path / 'credentials'
    made = admin('key', 'create', '--credentials-file', path, '--profile', 'chancery')
    assert made['CredentialsFile'] == str(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith('credentials')] == ['credentials']
    session = botocore.session.Session(profile='chancery')
    session.set_config_variable('credentials_file', str(path))
    session.set_config_variable('config_file', '/nonexistent')
    found = session.get_credentials()
    assert (found.access_key, found.secret_key) == (made['AccessKey']['AccessKeyId'],
                                                    made['AccessKey']['SecretAccessKey'])


def test_other_profiles_stay_byte_for_byte(admin, tmp_path):
    admin('account', 'create', ACCOUNT)
    path = tmp_path / 'credentials'
    before = '# mine\r\n[one]\r\naws_access_key_id=1\r\n\r\n [ two ] ; note\naws_access_key_id = 2'
    path.write_bytes(before.encode())
    path.chmod(0o644)
    admin('key', 'create', '--credentials-file', path, '--profile', 'three')
    text = path.read_bytes().decode()
    assert text.startswith(before + '\n\n[three]\naws_access_key_id = AKIA')
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    said = admin.refused('key', 'create', '--credentials-file', path, '--profile', 'two')
    assert 'has a profile two already' in said and '--overwrite' in said
    assert path.read_bytes().decode() == text and len(admin('key', 'list')['AccessKeys']) == 1
    admin('key', 'create', '--credentials-file', path, '--profile', 'one', '--overwrite')
    text = path.read_bytes().decode()
    assert text.startswith('# mine\r\n [ two ] ; note\naws_access_key_id = 2\n\n[three]\n')
    assert text.count('[one]\n') == 1 and 'aws_access_key_id=1' not in text


def test_a_link_to_a_credentials_file_stays_a_link(admin, tmp_path):
    admin('account', 'create', ACCOUNT)
    (tmp_path / 'real').write_text('')
    (tmp_path / 'link').symlink_to('real')
    admin('key', 'create', '--credentials-file', tmp_path / 'link')
    assert (tmp_path / 'link').is_symlink() and '[default]' in (tmp_path / 'real').read_text()


def test_no_key_is_made_when_the_file_cannot_be(admin, tmp_path):
    admin('account', 'create', ACCOUNT)
    os.mkfifo(tmp_path / 'pipe')
    for path in (tmp_path, tmp_path / 'pipe', tmp_path / 'no' / 'folder', '/dev/null'):
        assert 'credentials file' in admin.refused('key', 'create', '--credentials-file', path)
    assert 'no profile name' in admin.refused('key', 'create', '--credentials-file', tmp_path / 'c', '--profile', 'a]b')
    path = tmp_path / 'credentials'
    assert 'There is no account' in admin.refused('key', 'create', '--account', '000000000001', '--credentials-file', path)
    assert not list(tmp_path.glob('credentials*')) and admin('key', 'list') == {'AccessKeys': []}


# ---- With a server ----

def test_a_server_serves_what_was_made_before_it(admin, start_server):
    admin('account', 'create', ACCOUNT)
    key = admin('key', 'create')['AccessKey']
    server = start_server(data_dir=admin.data_dir, credentials=False)
    assert server.boto(key['AccessKeyId'], key['SecretAccessKey']).list_certificates()['CertificateSummaryList'] == []


def test_a_running_server_is_told_of_every_change(served):
    server, admin = served
    told = f'The server (pid {server.pid}) is running; it was told of the change.\n'
    key = admin('key', 'create', '--account', server.account)['AccessKey']
    assert admin.said == told
    client = server.boto(key['AccessKeyId'], key['SecretAccessKey'])
    invalid = ('UnrecognizedClientException', 'The security token included in the request is invalid.')

    def eventually(expected):
        """The server is told by a signal: what it does next follows at once, not at the same instant."""
        deadline = time.monotonic() + 10
        while True:
            try:
                client.list_certificates()
                seen = None
            except botocore.exceptions.ClientError as error:
                seen = (error.response['Error']['Code'], error.response['Error']['Message'])
            if seen == expected:
                return
            assert time.monotonic() < deadline, seen
            time.sleep(0.02)

    eventually(None)
    for words, expected in [(('key', 'disable', key['AccessKeyId']), invalid),
                            (('key', 'enable', key['AccessKeyId']), None),
                            (('account', 'disable', server.account), invalid),
                            (('account', 'enable', server.account), None),
                            (('key', 'delete', key['AccessKeyId']), invalid)]:
        admin(*words)
        assert admin.said == told
        eventually(expected)
    admin('key', 'list')
    assert admin.said == f'The server (pid {server.pid}) is running.\n'


def test_read_only_reads_and_is_refused_in_the_words_of_aws(served):
    server, admin = served
    key = admin('key', 'create', '--account', server.account, '--user', 'x', '--policy', 'read-only')['AccessKey']
    client = server.boto(key['AccessKeyId'], key['SecretAccessKey'])
    arn = server.boto().import_certificate(**pki.leaf().arguments())['CertificateArn']
    assert client.describe_certificate(CertificateArn=arn)['Certificate']['CertificateArn'] == arn
    user = f'User: arn:aws:iam::{server.account}:user/x'
    assert refusal(client.import_certificate, **pki.leaf().arguments()) == (
        'AccessDeniedException',
        f'{user} is not authorized to perform: acm:ImportCertificate on resource: arn:aws:acm:{server.region}:'
        f'{server.account}:certificate/* because no identity-based policy allows the acm:ImportCertificate action')
    assert refusal(client.put_account_configuration, IdempotencyToken='a') == (
        'AccessDeniedException',
        f'{user} is not authorized to perform: acm:PutAccountConfiguration because no identity-based policy allows the '
        'acm:PutAccountConfiguration action')
    for name, more in [('delete_certificate', {}), ('export_certificate', {'Passphrase': b'abcd'})]:
        action = name.title().replace('_', '')
        assert refusal(getattr(client, name), CertificateArn=arn, **more) == (
            'AccessDeniedException',
            f'{user} is not authorized to perform: acm:{action} on resource: {arn} because no identity-based policy '
            f'allows the acm:{action} action')


# ---- History and rollback ----

def serial_of(client, arn):
    return client.describe_certificate(CertificateArn=arn)['Certificate']['Serial']


def test_a_rollback_makes_an_old_version_current_as_a_new_one(served):
    server, admin = served
    client = server.boto()
    first, second = pki.leaf(), pki.leaf(key=pki.new_key())
    arn = client.import_certificate(**first.arguments(), Tags=[{'Key': 'k', 'Value': 'v'}])['CertificateArn']
    before = client.describe_certificate(CertificateArn=arn)['Certificate']
    client.import_certificate(CertificateArn=arn, **second.arguments())
    replaced = serial_of(client, arn)
    assert replaced != before['Serial']

    history = admin('certificate', 'history', arn)
    assert history['CertificateArn'] == arn
    assert [(v['Version'], v['Current'], v['Serial']) for v in history['Versions']] == [
        (2, True, replaced), (1, False, before['Serial'])]

    assert admin('certificate', 'rollback', arn, '--version', 1) == {
        'CertificateArn': arn, 'Version': 3, 'RolledBackTo': 1}
    after = client.describe_certificate(CertificateArn=arn)['Certificate']
    assert after.pop('ImportedAt') > before.pop('ImportedAt')
    assert after == before
    assert client.get_certificate(CertificateArn=arn)['Certificate'].encode() == first.pem
    assert client.list_tags_for_certificate(CertificateArn=arn)['Tags'] == [{'Key': 'k', 'Value': 'v'}]

    # That version 3 can be the source of another proves that its key was sealed anew for the version it is.
    admin('certificate', 'rollback', arn, '--version', 2)
    assert admin('certificate', 'rollback', arn, '--version', 3)['Version'] == 5
    assert [v['Version'] for v in admin('certificate', 'history', arn)['Versions']] == [5, 4, 3, 2, 1]
    client.import_certificate(CertificateArn=arn, **second.arguments())
    assert serial_of(client, arn) == replaced


def test_history_and_rollback_are_refused_with_a_reason(served):
    server, admin = served
    arn = server.boto().import_certificate(**pki.leaf().arguments())['CertificateArn']
    missing = arn[:-12] + '0' * 12
    elsewhere = arn.replace('arn:aws:', 'arn:aws-cn:')
    assert 'Version 1 is the current one' in admin.refused('certificate', 'rollback', arn, '--version', '1')
    assert 'There is no version 7' in admin.refused('certificate', 'rollback', arn, '--version', '7')
    assert "not 'one'" in admin.refused('certificate', 'rollback', arn, '--version', 'one')
    for other in (missing, elsewhere, arn.replace(REGION, 'eu-central-2')):
        assert f'Could not find certificate {other}' in admin.refused('certificate', 'history', other)
        assert f'Could not find certificate {other}' in admin.refused('certificate', 'rollback', other, '--version', '1')
    assert 'Invalid ARN' in admin.refused('certificate', 'history', 'x')


def make_root(client):
    configuration = {'KeyAlgorithm': 'EC_prime256v1', 'SigningAlgorithm': 'SHA256WITHECDSA',
                     'Subject': {'CommonName': 'Root'}}
    root = client.create_certificate_authority(
        CertificateAuthorityType='ROOT', CertificateAuthorityConfiguration=configuration)['CertificateAuthorityArn']
    own = {'CertificateAuthorityArn': root}
    csr = client.get_certificate_authority_csr(**own)['Csr'].encode()
    issued = client.issue_certificate(
        **own, Csr=csr, SigningAlgorithm='SHA256WITHECDSA', Validity={'Type': 'DAYS', 'Value': 3650},
        TemplateArn='arn:aws:acm-pca:::template/RootCACertificate/V1')['CertificateArn']
    pem = client.get_certificate(**own, CertificateArn=issued)['Certificate'].encode()
    client.import_certificate_authority_certificate(**own, Certificate=pem)
    client.create_permission(**own, Principal='acm.amazonaws.com', Actions=['IssueCertificate'])
    return root


def test_a_private_certificate_has_a_history_but_no_way_back(served):
    server, admin = served
    acm, root = server.boto(), make_root(server.boto(service='acm-pca'))
    arn = acm.request_certificate(DomainName='www.example.com', CertificateAuthorityArn=root)['CertificateArn']
    acm.export_certificate(CertificateArn=arn, Passphrase=b'correct horse')
    acm.renew_certificate(CertificateArn=arn)
    assert [(v['Version'], v['Current']) for v in admin('certificate', 'history', arn)['Versions']] == [
        (2, True), (1, False)]
    assert 'was issued by a certificate authority' in admin.refused('certificate', 'rollback', arn, '--version', '1')
    failed = acm.request_certificate(
        DomainName='www.example.com', CertificateAuthorityArn=root[:-12] + '0' * 12)['CertificateArn']
    assert 'was never issued' in admin.refused('certificate', 'history', failed)


# ---- Rotation ----

def master_key_count(admin):
    return sum(1 for line in (admin.data_dir / 'master-keys').read_text().splitlines() if line and line[0] != '#')


def test_a_rotation_without_a_server_leaves_one_master_key(admin):
    admin('account', 'create', ACCOUNT)
    for _ in range(3):
        admin('key', 'create')
    before = (admin.data_dir / 'master-keys').read_text()
    done = admin('rotate-master-key')
    assert done == {'ActiveMasterKeyId': done['ActiveMasterKeyId'], 'NewMasterKey': True, 'RecordsRewrapped': 3,
                    'OldMasterKeysRetired': True}
    assert done['ActiveMasterKeyId'] not in before and done['ActiveMasterKeyId'] in (
        admin.data_dir / 'master-keys').read_text()
    assert master_key_count(admin) == 1
    assert stat.S_IMODE((admin.data_dir / 'master-keys').stat().st_mode) == 0o600


def test_keys_sign_and_certificates_roll_back_after_rotations(admin, start_server):
    server = start_server(data_dir=admin.data_dir)
    client = server.boto()
    arn = client.import_certificate(**pki.leaf().arguments())['CertificateArn']
    client.import_certificate(CertificateArn=arn, **pki.leaf().arguments())
    for _ in range(2):
        assert admin('rotate-master-key')['OldMasterKeysRetired'] is False
        assert f'The server (pid {server.pid}) is running' in admin.said and 'next start removes' in admin.said
    assert master_key_count(admin) == 3
    client.list_certificates()
    server.stop()

    server = start_server(data_dir=admin.data_dir, credentials=False)
    assert master_key_count(admin) == 1
    client = server.boto()
    admin('certificate', 'rollback', arn, '--version', '1')
    client.import_certificate(CertificateArn=arn, **pki.leaf().arguments())
    assert len(admin('certificate', 'history', arn)['Versions']) == 4


def test_a_rotation_rewraps_everything_while_the_server_imports(served):
    server, admin = served
    client, leaf = server.boto(), pki.leaf().arguments()
    for _ in range(300):  # more than one batch
        client.import_certificate(**leaf)
    rotation = subprocess.Popen([str(admin.binary), 'admin', 'rotate-master-key', '--data-dir', str(admin.data_dir)],
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    imported = 0
    while rotation.poll() is None:
        client.import_certificate(**leaf)
        imported += 1
    output, errors = rotation.communicate()
    assert rotation.returncode == 0, errors
    assert imported > 0 and json.loads(output)['RecordsRewrapped'] >= 300
    server.stop()
    # Nothing was left behind under the old key: with the server gone, the next one has only its own to do.
    done = admin('rotate-master-key')
    assert done['NewMasterKey'] is True and done['OldMasterKeysRetired'] is True
    assert done['RecordsRewrapped'] >= 300 + imported
    assert master_key_count(admin) == 1


def multiply_keys(admin, count):
    """That many copies of the one key there is, under other names: records like any other to a rotation."""
    with sqlite3.connect(admin.data_dir / 'chancery.db') as store:
        store.execute('CREATE TEMP TABLE one AS SELECT * FROM access_key')
        for n in range(count):
            store.execute('UPDATE one SET id = ?', (f'AKIACOPY{n:012}',))
            store.execute('INSERT INTO access_key SELECT * FROM one')
    store.close()


def test_a_rotation_that_was_killed_goes_on_where_it_stopped(admin):
    admin('account', 'create', ACCOUNT)
    admin('key', 'create')
    multiply_keys(admin, 20000)
    keys = admin.data_dir / 'master-keys'
    before = keys.read_text()
    rotation = subprocess.Popen([str(admin.binary), 'admin', 'rotate-master-key', '--data-dir', str(admin.data_dir)],
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 30
    while keys.read_text() == before:
        assert time.monotonic() < deadline and rotation.poll() is None
        time.sleep(0.001)
    rotation.send_signal(signal.SIGKILL)
    rotation.wait()
    made = keys.read_text()
    done = admin('rotate-master-key')
    assert done['NewMasterKey'] is False and 'had not come to its end' in admin.said
    assert done['ActiveMasterKeyId'] in made and done['ActiveMasterKeyId'] not in before
    assert 0 < done['RecordsRewrapped'] <= 20001
    assert done['OldMasterKeysRetired'] is True and master_key_count(admin) == 1
    assert ' records rewrapped …\n' in admin.said
    assert admin('rotate-master-key')['RecordsRewrapped'] == 20001


def test_a_record_that_cannot_be_rewrapped_is_named_and_nothing_is_retired(admin):
    admin('account', 'create', ACCOUNT)
    admin('key', 'create', '--access-key-id', 'AKIABROKEN000000EXAMPLE')
    with sqlite3.connect(admin.data_dir / 'chancery.db') as store:
        (sealed,) = store.execute('SELECT sealed_secret FROM access_key').fetchone()
        broken = sealed[:20] + bytes([sealed[20] ^ 1]) + sealed[21:]
        store.execute('UPDATE access_key SET sealed_secret = ?', (broken,))
    store.close()
    assert 'AKIABROKEN000000EXAMPLE' in admin.refused('rotate-master-key')
    assert master_key_count(admin) == 2
    with sqlite3.connect(admin.data_dir / 'chancery.db') as store:
        store.execute('UPDATE access_key SET sealed_secret = ?', (sealed,))
    store.close()
    done = admin('rotate-master-key')
    assert (done['NewMasterKey'], done['RecordsRewrapped'], master_key_count(admin)) == (False, 1, 1)


def test_a_closed_standard_stream_is_no_place_for_a_file(chancery, tmp_path):
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        port = probe.getsockname()[1]
    daemon = subprocess.Popen(['sh', '-c', 'exec "$0" "$@" >&- 2>&-', str(chancery), 'serve', '--data-dir',
                               str(tmp_path / 'data'), '--listen', f'127.0.0.1:{port}'])
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                socket.create_connection(('127.0.0.1', port)).close()
                break
            except ConnectionRefusedError:
                time.sleep(0.05)
        assert [os.readlink(f'/proc/{daemon.pid}/fd/{fd}') for fd in (1, 2)] == ['/dev/null', '/dev/null']
    finally:
        daemon.terminate()
        assert daemon.wait(60) == 0
