"""unit.py ROOT NAME: starts a unit of a root filesystem as systemd would, where no systemd runs: as its user, with its
environment, behind those of its walls that a process can be put behind from outside. In a mount namespace of its own.

What it does not know of a unit it leaves alone; what it does know it does for real."""
import ctypes
import os
import pathlib
import re
import resource
import shlex
import subprocess
import sys

PR_SET_NO_NEW_PRIVS, PR_CAPBSET_DROP, LAST_CAPABILITY = 38, 24, 40
ALLOW, ERRNO, EQUAL, MASKED = 0x7FFF0000, 0x00050000, 4, 7
PROT_WRITE, PROT_EXEC, ENOSYS, EPERM = 2, 4, 38, 1
FAMILIES = {'AF_UNIX': 1, 'AF_INET': 2, 'AF_INET6': 10}


def read_unit(text):
    """{key: [values]} of [Service]; an empty value empties."""
    found = {}
    for key, value in re.findall(r'^(\w+)=(.*)$', text.split('[Service]')[1].split('\n[')[0], re.M):
        found.setdefault(key, []).append(value) if value else found.__setitem__(key, [])
    return found


def read_environment(root, unit):
    """What EnvironmentFile= says; a file with a minus before it may be missing."""
    found = {}
    for name in unit.get('EnvironmentFile', []):
        path = root / name.removeprefix('-').lstrip('/')
        if not (name.startswith('-') and not path.exists()):
            for line in shlex.split(path.read_text(), comments=True):
                key, _, value = line.partition('=')
                found[key] = value
    return found


def words_of(line, environment):
    """The words of ExecStart=; a $NAME that stands alone is as many words as its value has."""
    words = []
    for word in shlex.split(line):
        words += environment.get(word[1:], '').split() if word.startswith('$') else [word]
    return words


# ---- System calls ----


def sets():
    """{'@system-service': names} as systemd has them."""
    done = subprocess.run(['systemd-analyze', 'syscall-filter'], capture_output=True, text=True, check=True)
    found, name = {}, None
    for line in re.sub(r'\x1b\[[0-9;]*m', '', done.stdout).splitlines():
        if line.startswith('@'):
            name = line.strip()
            found[name] = []
        elif name and line.startswith('    ') and not line.strip().startswith('#'):
            found[name].append(line.strip())
    return found


def expand(names, known):
    return {call for name in names for call in (expand(known[name], known) if name.startswith('@') else {name})}


def allowed_calls(unit):
    known, allowed = sets(), set()
    for line in unit['SystemCallFilter']:
        calls = expand(line.removeprefix('~').split(), known)
        allowed = allowed - calls if line.startswith('~') else allowed | calls
    return allowed


class Argument(ctypes.Structure):
    _fields_ = [('arg', ctypes.c_uint), ('op', ctypes.c_int), ('a', ctypes.c_uint64), ('b', ctypes.c_uint64)]


class Filter:
    """libseccomp's; made before chroot, loaded after."""

    def __init__(self, unit):
        self.lib = ctypes.CDLL('libseccomp.so.2')
        self.lib.seccomp_init.restype = ctypes.c_void_p
        self.context = ctypes.c_void_p(self.lib.seccomp_init(ERRNO | EPERM))
        conditional = {}
        if unit.get('MemoryDenyWriteExecute') == ['yes']:
            conditional['mmap'] = [Argument(2, MASKED, PROT_EXEC, 0), Argument(2, MASKED, PROT_WRITE, 0)]
            conditional['mprotect'] = conditional['pkey_mprotect'] = [Argument(2, MASKED, PROT_EXEC, 0)]
        if 'RestrictAddressFamilies' in unit:
            conditional['socket'] = [Argument(0, EQUAL, FAMILIES[name], 0)
                                     for name in unit['RestrictAddressFamilies'][0].split()]
        for name in sorted(allowed_calls(unit)):
            number = self.lib.seccomp_syscall_resolve_name(name.encode())
            if number < 0:
                continue  # of another architecture
            if name == 'clone3' and unit.get('RestrictNamespaces') == ['yes']:
                # Its flags cannot be seen from outside: it is as if there were none.
                self.add(ERRNO | ENOSYS, number)
                continue
            for argument in conditional.get(name, [None]):
                self.add(ALLOW, number, argument)

    def add(self, action, number, argument=None):
        count, array = (1, ctypes.byref(argument)) if argument else (0, None)
        if self.lib.seccomp_rule_add_array(self.context, action, number, count, array) != 0:
            raise SystemExit(f'no rule for call {number}')

    def load(self):
        if self.lib.seccomp_load(self.context) != 0:
            raise SystemExit('the filter was refused')


# ---- Mounts, privileges ----


def mount(*words):
    subprocess.run(['mount', *map(str, words)], check=True)


def raise_mounts(root, unit):
    """ProtectSystem=strict, StateDirectory=, PrivateTmp=, ProtectHome=, PrivateDevices=."""
    state = root / 'var/lib' / unit['StateDirectory'][0]
    mount('--bind', root, root)
    mount('--bind', state, state)
    mount('-t', 'proc', 'proc', root / 'proc')
    for name in ('tmp', 'home', 'root', 'dev'):
        mount('-t', 'tmpfs', 'tmpfs', root / name)
    for name in ('null', 'zero', 'random', 'urandom'):
        (root / 'dev' / name).touch()
        mount('--bind', f'/dev/{name}', root / 'dev' / name)
    assert unit['ProtectSystem'] == ['strict']
    mount('-o', 'remount,bind,ro', root)


def give_up(name, group):
    libc = ctypes.CDLL(None, use_errno=True)
    for capability in range(LAST_CAPABILITY + 1):
        libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
    os.setgroups([])
    os.setgid(group)
    os.setuid(name)
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        raise SystemExit('privileges could not be given up')


def identity(root, name):
    fields = next(line.split(':') for line in (root / 'etc/passwd').read_text().splitlines()
                  if line.startswith(f'{name}:'))
    return int(fields[2]), int(fields[3])


def main():
    root = pathlib.Path(sys.argv[1])
    unit = read_unit((root / 'lib/systemd/system' / sys.argv[2]).read_text())
    environment = read_environment(root, unit)
    words = words_of(unit['ExecStart'][0], environment)
    user, group = identity(root, unit['User'][0])
    calls = Filter(unit)
    raise_mounts(root, unit)
    os.chroot(root)
    os.chdir('/')
    os.umask(int(unit['UMask'][0], 8))
    for key, what in (('LimitNOFILE', resource.RLIMIT_NOFILE), ('LimitCORE', resource.RLIMIT_CORE)):
        wanted, highest = int(unit[key][0]), resource.getrlimit(what)[1]
        # Where even root may not raise a limit, it stays.
        wanted = wanted if highest == resource.RLIM_INFINITY else min(wanted, highest)
        resource.setrlimit(what, (wanted, wanted))
    give_up(user, group)
    calls.load()
    os.execve(words[0], words, {'PATH': '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin', 'LANG': 'C.UTF-8',
                                'USER': unit['User'][0], 'STATE_DIRECTORY': f'/var/lib/{unit["StateDirectory"][0]}',
                                **environment})


if __name__ == '__main__':
    main()
