"""A Debian root filesystem in which nobody has installed anything yet.

What is mounted in it is mounted in a namespace of the command that runs there: nothing is left behind."""
import os
import pathlib
import subprocess
import tarfile
import tempfile

# The smallest Debian is the same every day: it is made once and kept.
KEPT = pathlib.Path(os.environ.get('XDG_CACHE_HOME', pathlib.Path.home() / '.cache')) / 'chancery-tests'
ENVIRONMENT = {'PATH': '/usr/sbin:/usr/bin:/sbin:/bin', 'HOME': '/root', 'LANG': 'C.UTF-8', 'DEBIAN_FRONTEND': 'noninteractive'}
ENTER = 'mount --rbind /dev "$0/dev"; mount -t proc proc "$0/proc"; mount --rbind /sys "$0/sys"; exec chroot "$@"'


def apt_sources():
    """[(mirror, suite, component)] of this machine that are Debian's."""
    done = subprocess.run(['apt-get', 'indextargets', '--format', '$(REPO_URI)|$(RELEASE)|$(COMPONENT)|$(ORIGIN)',
                           'Created-By: Packages'], capture_output=True, text=True, check=True)
    rows = [row.split('|') for row in done.stdout.splitlines()]
    return sorted({tuple(row[:3]) for row in rows if row[3] == 'Debian' and row[2] == 'main'}, key=lambda row: len(row[1]))


def apt_settings():
    """How this machine reaches its mirrors: proxies, and what it does not check."""
    done = subprocess.run(['apt-config', 'dump'], capture_output=True, text=True, check=True)
    wanted = ('Acquire::http', 'Acquire::https', 'Acquire::Check-', 'Acquire::Retries')
    return ''.join(f'{line}\n' for line in done.stdout.splitlines() if line.startswith(wanted))


def base():
    """The tape from which every root is unpacked."""
    mirror, suite, _ = apt_sources()[0]
    tape = KEPT / f'{suite}.tar'
    if not tape.exists():
        KEPT.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=KEPT) as scratch:
            folder, part = pathlib.Path(scratch) / 'root', pathlib.Path(scratch) / 'tape'
            done = subprocess.run(['debootstrap', '--variant=minbase', '--include=ca-certificates', suite, folder, mirror],
                                  capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
            subprocess.run(['tar', '-C', folder, '-cf', part, '.'], check=True)
            part.rename(tape)
    return tape


class Root:
    def __init__(self, path):
        self.path = pathlib.Path(path)
        self.path.mkdir(mode=0o755)
        with tarfile.open(base()) as tape:
            tape.extractall(self.path, numeric_owner=True)
        self.write('etc/apt/sources.list', ''.join(f'deb {" ".join(source)}\n' for source in apt_sources()))
        self.write('etc/apt/apt.conf.d/99machine', apt_settings())
        for name in ('resolv.conf', 'hosts'):
            self.write(f'etc/{name}', pathlib.Path('/etc', name).read_text())

    def write(self, name, content):
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())

    def run(self, *words, environment=None, user=None, check=True):
        """A command in there, as root or as another user."""
        as_user = [f'--userspec={user}:{user}'] if user else []
        done = subprocess.run(['unshare', '--mount', '--propagation', 'private', 'sh', '-ec', ENTER, self.path,
                               *as_user, self.path, '/usr/bin/env', '-C', '/', '-i',
                               *(f'{k}={v}' for k, v in {**ENVIRONMENT, **(environment or {})}.items()), *map(str, words)],
                              capture_output=True, text=True, check=False)
        assert not check or done.returncode == 0, (words, done.stdout[-3000:], done.stderr[-3000:])
        return done

    def remove(self):
        subprocess.run(['rm', '-rf', '--one-file-system', self.path], check=True)
