"""The Debian packages: built, judged by lintian, and at work in a root filesystem that has never seen them before."""
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import time

import fresh
import house
import pki
import pytest

pytestmark = pytest.mark.package
VERSION = (house.ROOT / 'VERSION').read_text().strip()
PACKAGES = ('chancery', 'libchancery1', 'libchancery-dev')
HERE = pathlib.Path(__file__).resolve().parent
DATA = '/var/lib/chancery'
UNIT = 'chancery.service'


@pytest.fixture(scope='module')
def built(tmp_path_factory):
    """Where the packages lie; built from the files that git knows, away from the tree."""
    folder = tmp_path_factory.mktemp('built')
    files = subprocess.run(['git', 'ls-files', '-z'], cwd=house.ROOT, capture_output=True, text=True, check=True).stdout
    for name in files.split('\0')[:-1]:
        if (house.ROOT / name).exists():
            (folder / 'source' / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(house.ROOT / name, folder / 'source' / name)
    done = subprocess.run(['dpkg-buildpackage', '-us', '-uc', '-b'], cwd=folder / 'source', capture_output=True, text=True,
                          check=False)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-6000:]
    return folder


def deb(built, package):
    return next(built.glob(f'{package}_{VERSION}_*.deb'))


@pytest.fixture(scope='module')
def root(built, tmp_path_factory):
    """A root filesystem with the packages, and what it takes to build a program with them."""
    if os.geteuid() != 0:
        pytest.skip('only root can make a root filesystem')
    root = fresh.Root(tmp_path_factory.mktemp('fresh') / 'root')
    for package in PACKAGES:
        shutil.copy(deb(built, package), root.path / 'tmp')
    root.run('apt-get', 'update', '-q')
    root.run('sh', '-c', 'apt-get install -y -q --no-install-recommends /tmp/*.deb gcc libc6-dev pkg-config man-db systemd')
    yield root
    root.remove()


class Daemon:
    """The unit's process, started as the unit says."""

    def __init__(self, root, log):
        self.root, self.log = root, log
        with open(log, 'ab') as out:
            self.process = subprocess.Popen(
                ['unshare', '--mount', '--propagation', 'private', sys.executable, HERE / 'unit.py', root.path, UNIT],
                stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        self.port = int(self.event('serving')['address'].rpartition(':')[2])

    def events(self):
        return [json.loads(line) for line in self.log.read_text().splitlines() if line.startswith('{')]

    def event(self, name, number=1):
        """The last of so many events of a name, when there are as many."""
        deadline = time.monotonic() + house.START_TIMEOUT_S
        while time.monotonic() < deadline:
            found = [event for event in self.events() if event.get('event') == name]
            if len(found) >= number:
                return found[-1]
            assert self.process.poll() is None, self.log.read_text()
            time.sleep(0.05)
        raise AssertionError(f'no {name}: {self.log.read_text()}')

    def status(self, pid=None):
        text = pathlib.Path('/proc', str(pid or self.process.pid), 'status').read_text()
        return dict(re.findall(r'^(\w+):\s+(.*)$', text, re.M))

    def environment(self):
        key = json.loads(self.root.run('chancery', 'admin', 'key', 'create', '--data-dir', DATA, user='chancery').stdout)
        return {'AWS_ACCESS_KEY_ID': key['AccessKey']['AccessKeyId'], 'AWS_REGION': house.REGION,
                'AWS_SECRET_ACCESS_KEY': key['AccessKey']['SecretAccessKey'],
                'AWS_ENDPOINT_URL': f'http://127.0.0.1:{self.port}'}


@pytest.fixture(scope='module')
def daemon(root, tmp_path_factory):
    root.write('etc/default/chancery', '# Where nobody else listens.\nCHANCERY_OPTIONS="--listen 127.0.0.1:0 --workers 2"\n')
    root.run('chancery', 'admin', 'account', 'create', '--data-dir', DATA, user='chancery')
    daemon = Daemon(root, tmp_path_factory.mktemp('daemon') / 'log')
    yield daemon
    if daemon.process.poll() is None:
        daemon.process.kill()
        daemon.process.wait()


def test_the_version_is_that_of_the_file(built):
    changelog = subprocess.run(['dpkg-parsechangelog', '-S', 'Version'], cwd=house.ROOT, capture_output=True, text=True,
                               check=True).stdout.strip()
    assert changelog == VERSION
    for package in PACKAGES:
        assert deb(built, package).exists()


def test_lintian_finds_nothing(built):
    changes = next(built.glob('*.changes'))
    done = subprocess.run(['lintian', '--allow-root', '--fail-on', 'error,warning', changes], capture_output=True, text=True,
                          check=False)
    assert done.returncode == 0, done.stdout


def test_the_binary_is_hardened(built, tmp_path):
    subprocess.run(['dpkg-deb', '-x', deb(built, 'chancery'), tmp_path], check=True)
    told = subprocess.run(['readelf', '-Wlhd', tmp_path / 'usr/bin/chancery'], capture_output=True, text=True,
                          check=True).stdout
    assert re.search(r'Type:\s+DYN', told)
    assert re.search(r'GNU_STACK.*RW ', told)
    assert 'GNU_RELRO' in told
    assert 'BIND_NOW' in told


def test_systemd_understands_the_unit_and_finds_it_well_protected(root):
    # The manual pages are those of the root, which systemd would look up on this machine.
    done = subprocess.run(['systemd-analyze', 'verify', '--man=no', f'--root={root.path}', UNIT], capture_output=True,
                          text=True, check=False)
    assert UNIT not in done.stdout + done.stderr, done.stdout + done.stderr
    done = subprocess.run(['systemd-analyze', 'security', '--offline=true', '--threshold=20', '--no-pager',
                           root.path / 'lib/systemd/system' / UNIT], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_installing_makes_the_user_and_its_directory(root):
    # Name, password, uid, gid, words, home, shell.
    user = root.run('getent', 'passwd', 'chancery').stdout.strip().split(':')
    assert int(user[2]) < 1000
    assert user[5:] == [DATA, '/usr/sbin/nologin']
    assert root.run('stat', '-c', '%U:%G %a', DATA).stdout == 'chancery:chancery 700\n'
    assert root.run('stat', '-c', '%U:%G %a', '/usr/bin/chancery').stdout == 'root:root 755\n'


def test_the_unit_is_enabled(root):
    assert (root.path / 'etc/systemd/system/multi-user.target.wants' / UNIT).is_symlink()


@pytest.mark.parametrize('page', ['chancery', 'chancery-serve', 'chancery-acm-import-certificate', 'chancery-import',
                                  'chancery_client_new', 'chancery_acm_import_certificate_response'])
def test_man_finds_and_shows_pages(root, page):
    text = root.run('man', page).stdout
    assert 'NAME' in text
    assert page in re.sub('.\b', '', text)


def test_whatis_knows_them(root):
    assert 'Checks a certificate' in root.run('whatis', '-l', 'chancery-acm-import-certificate').stdout


def test_completions_are_where_the_shells_look(root):
    assert root.run('bash', '-c', '. /usr/share/bash-completion/completions/chancery && complete -p chancery').stdout == \
        'complete -F _chancery chancery\n'
    for name in ('zsh/vendor-completions/_chancery', 'fish/vendor_completions.d/chancery.fish'):
        assert (root.path / 'usr/share' / name).exists()


def test_the_daemon_runs_as_its_user_behind_all_walls(daemon, root):
    uid = root.run('id', '-u', 'chancery').stdout.strip()
    signer, = subprocess.run(['pgrep', '-P', str(daemon.process.pid)], capture_output=True, text=True,
                             check=True).stdout.split()
    for status in (daemon.status(), daemon.status(signer)):
        assert status['Uid'].split() == [uid] * 4
        assert status['NoNewPrivs'] == '1'
        assert int(status['CapEff'], 16) == int(status['CapBnd'], 16) == 0
        # The unit's filter and its own.
        assert status['Seccomp'] == '2'
        assert int(status['Seccomp_filters']) >= 2
    assert daemon.event('walls')['seccomp'].startswith('on')


def test_the_command_line_imports_and_lists(daemon, root):
    subject = pki.leaf('shop.example.com')
    root.write('srv/certificate.pem', subject.pem)
    root.write('srv/key.pem', subject.key_pem)
    root.write('srv/chain.pem', subject.chain_pem)
    environment = daemon.environment()
    arn = json.loads(root.run('chancery', 'acm', 'import-certificate', '--certificate', 'file:///srv/certificate.pem',
                              '--private-key', 'file:///srv/key.pem', '--certificate-chain', 'file:///srv/chain.pem',
                              environment=environment).stdout)['CertificateArn']
    assert arn in root.run('chancery', 'acm', 'list-certificates', '--includes', 'keyTypes=EC_prime256v1',
                           environment=environment).stdout


def test_a_program_is_built_with_the_library_and_works(daemon, root):
    root.run('sh', '-ec', 'cd /srv && cp /usr/share/doc/libchancery-dev/examples/list.c . && '
             'gcc -Wall -Werror list.c -o list $(pkg-config --cflags --libs chancery)')
    assert root.run('pkg-config', '--modversion', 'chancery').stdout.strip() == VERSION
    assert 'shop.example.com\tISSUED' in root.run('/srv/list', environment=daemon.environment()).stdout


def test_nothing_is_written_but_in_the_data_directory(daemon, root):
    uid = int(root.run('id', '-u', 'chancery').stdout)
    ours = {str(path.relative_to(root.path)) for path in root.path.rglob('*') if path.lstat().st_uid == uid}
    assert 'var/lib/chancery/chancery.db' in ours
    assert [name for name in ours if not name.startswith('var/lib/chancery')] == []
    for name in ours:
        assert (root.path / name).lstat().st_mode & 0o077 == 0, name


def test_a_reload_and_an_orderly_end(daemon, root):
    unit = (root.path / 'lib/systemd/system' / UNIT).read_text()
    assert '\nExecReload=/bin/kill -HUP $MAINPID\n' in unit
    reloads = [event for event in daemon.events() if event.get('event') == 'reloaded']
    daemon.process.send_signal(signal.SIGHUP)
    daemon.event('reloaded', len(reloads) + 1)
    daemon.process.send_signal(signal.SIGTERM)
    assert daemon.process.wait(house.STOP_TIMEOUT_S) == 0


def test_purging_leaves_keys_where_they_are(daemon, root):
    if daemon.process.poll() is None:
        daemon.process.kill()
        daemon.process.wait()
    done = root.run('apt-get', 'purge', '-y', '-q', 'chancery')
    assert f'Certificates and keys are left in {DATA}.' in done.stdout + done.stderr
    assert (root.path / 'var/lib/chancery/master-keys').exists()
    assert not (root.path / 'etc/default/chancery').exists()
    assert root.run('getent', 'passwd', 'chancery').stdout != ''
