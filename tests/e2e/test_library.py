"""libchancery as a stranger has it: installed, found by pkg-config, and linked by the examples, which run against a live
server. Under a sanitized build the programs are sanitized too: a leak or a stray read ends them with 99."""
import os
import pathlib
import re
import shutil
import socket
import subprocess
import threading

import house
import pki
import pytest

BUILD = house.BINARY.parent
EXAMPLES = house.ROOT / 'examples'
SUPPORT = house.ROOT / 'tests' / 'support'
REGION = 'aa-lib-1'
# Of <chancery/chancery.h>.
SERVICE, ARGUMENT, CONFIGURATION, UNREACHABLE, TLS, TIMEOUT, CLOSED, ANSWER, WAITER = range(1, 10)


def command(words, expect=0, **more):
    done = subprocess.run([str(w) for w in words], capture_output=True, text=True, check=False, timeout=300, **more)
    assert expect is None or done.returncode == expect, done.stdout + done.stderr
    for word in house.SANITIZER_WORDS:
        assert word not in done.stderr, done.stderr
    return done


class Stage:
    """`meson install` into a folder of its own, and programs built against what is there."""

    def __init__(self, folder):
        self.folder = folder
        self.root = folder / 'root'
        command(['/usr/bin/meson', 'install', '-C', BUILD, '--no-rebuild', '--destdir', self.root])
        (self.pc,) = self.root.rglob('chancery.pc')
        self.library = self.pc.parent.parent / 'libchancery.so.1'
        (self.include,) = [path.parent for path in self.root.rglob('chancery/chancery.h')]

    def pkg_config(self, *words):
        return command(['pkg-config', *words, 'chancery'], env={
            **os.environ, 'PKG_CONFIG_PATH': str(self.pc.parent), 'PKG_CONFIG_SYSROOT_DIR': str(self.root)}).stdout.split()

    def compile(self, source, *options):
        compiler = ['g++', '-std=c++17'] if source.suffix == '.cc' else ['cc', '-std=c11', '-D_GNU_SOURCE']
        if house.is_sanitized():
            compiler += ['-fsanitize=address,undefined', '-fno-sanitize-recover']
        program = self.folder / (source.stem + source.suffix.replace('.', '-'))
        command([*compiler, '-g', '-Wall', '-Wextra', '-Wpedantic', '-Werror', source, '-o', program, '-pthread',
                 *self.pkg_config('--cflags', '--libs'), *options])
        return program


@pytest.fixture(scope='module')
def stage(tmp_path_factory):
    return Stage(tmp_path_factory.mktemp('stage'))


@pytest.fixture(scope='module')
def programs(stage):
    """{name: path} of every example and probe."""
    sources = [*EXAMPLES.glob('*.c'), SUPPORT / 'library_probe.c', SUPPORT / 'library_probe.cc']
    return {source.name: stage.compile(source) for source in sources}


@pytest.fixture(scope='module')
def run(stage, programs):
    """run('list.c', …, url=…): one of the programs, with the environment of a user of the server."""
    def start(name, *words, server=None, url=None, expect=0, wrapper=(), environment=None, **more):
        clean = {k: v for k, v in os.environ.items() if not k.startswith('AWS_')}
        clean |= {'AWS_ACCESS_KEY_ID': house.ACCESS_KEY, 'AWS_SECRET_ACCESS_KEY': house.SECRET_KEY,
                  'AWS_REGION': REGION, 'AWS_CONFIG_FILE': '/nonexistent', 'AWS_SHARED_CREDENTIALS_FILE': '/nonexistent',
                  'AWS_ENDPOINT_URL': url or server.url, 'LD_LIBRARY_PATH': str(stage.library.parent)}
        return command([*wrapper, programs[name], *words], expect=expect, env=clean | (environment or {}), **more)
    return start


def error_of(text):
    """What library_probe.c prints of an error."""
    error = dict(line.split(' ', 1) for line in text.strip().splitlines()[-7:])
    return error | {key: int(error[key]) for key in ('kind', 'status', 'attempts', 'retryable')}


def files(tmp_path, leaf):
    for name, text in (('cert', leaf.pem), ('key', leaf.key_pem), ('chain', leaf.chain_pem)):
        (tmp_path / f'{name}.pem').write_bytes(text)
    return [tmp_path / f'{name}.pem' for name in ('cert', 'key', 'chain')]


@pytest.fixture(scope='module')
def arn(server, run, tmp_path_factory):
    """A certificate that examples/import.c has imported."""
    leaf = pki.leaf('library.example.com')
    return run('import.c', *files(tmp_path_factory.mktemp('pem'), leaf), server=server).stdout.strip()


def test_installs_what_a_program_needs(stage):
    assert sorted(path.name for path in stage.include.iterdir()) == ['acm-pca.h', 'acm.h', 'chancery.h', 'own.h']
    assert stage.library.exists() and (stage.library.parent / 'libchancery.so').exists()
    assert stage.pkg_config('--libs')[-1] == '-lchancery'
    version = (house.ROOT / 'VERSION').read_text().strip()
    assert stage.pkg_config('--modversion') == [version]


def test_shows_what_the_headers_declare_and_nothing_else(stage):
    shown = {line.split()[-1].split('@')[0] for line in
             command(['nm', '-D', '--defined-only', stage.library]).stdout.splitlines()}
    headers = ' '.join(path.read_text() for path in stage.include.iterdir())
    declared = set(re.findall(r'\b(chancery_\w+)\(\s*(?!\))', re.sub(r'/\*.*?\*/', '', headers, flags=re.S)))
    assert len(declared) > 150
    assert shown - {'LIBCHANCERY_1'} == declared
    assert 'libchancery.so.1' in command(['readelf', '-d', stage.library]).stdout


def test_an_import_and_a_list(server, run, arn):
    boto = server.boto(region=REGION)
    assert boto.describe_certificate(CertificateArn=arn)['Certificate']['DomainName'] == 'library.example.com'
    assert boto.list_tags_for_certificate(CertificateArn=arn)['Tags'] == [
        {'Key': 'imported-by', 'Value': 'examples/import.c'}]
    others = [boto.import_certificate(**pki.leaf(f'{i}.example.com', algorithm='RSA_2048' if i % 2 else 'EC_prime256v1')
                                      .arguments())['CertificateArn'] for i in range(4)]
    lines = [line.split('\t') for line in run('list.c', server=server).stdout.splitlines()]
    assert sorted(line[3] for line in lines) == sorted([arn, *others])  # 5 in pages of 2
    (mine,) = [line for line in lines if line[3] == arn]
    end = boto.describe_certificate(CertificateArn=arn)['Certificate']['NotAfter']
    assert mine[:3] == ['library.example.com', 'ISSUED', end.astimezone(pki.NOW.tzinfo).strftime('%Y-%m-%d')]
    found = run('library_probe.c', 'search', arn, server=server).stdout.split()
    assert sorted(found) == sorted([others[0], others[2]])


def test_an_import_that_is_refused(server, run, tmp_path):
    certificate, _, chain = files(tmp_path, pki.leaf('refused.example.com'))
    (tmp_path / 'other.pem').write_bytes(pki.new_key_pem())
    done = run('import.c', certificate, tmp_path / 'other.pem', chain, server=server, expect=1)
    assert done.stderr.startswith('ValidationException: ') and 'PRIVATE KEY' not in done.stderr
    missing = run('import.c', certificate, tmp_path / 'nothing.pem', server=server, expect=1)
    assert 'nothing.pem: No such file' in missing.stderr


def test_an_authority_that_issues(server, run, tmp_path):
    authority = run('authority.c', 'Library Root', server=server).stdout.strip()
    assert ':certificate-authority/' in authority
    csr = command(['openssl', 'req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout',
                   tmp_path / 'key.pem', '-subj', '/CN=issued.example.com']).stdout
    done = run('issue.c', authority, '30', server=server, input=csr)
    assert done.stdout.count('BEGIN CERTIFICATE') == 2
    (tmp_path / 'issued.pem').write_text(done.stdout)
    (tmp_path / 'root.pem').write_text(done.stdout[done.stdout.rindex('-----BEGIN'):])
    command(['openssl', 'verify', '-CAfile', tmp_path / 'root.pem', tmp_path / 'issued.pem'])
    wrong = run('issue.c', authority, '30', server=server, input='nonsense', expect=1)
    assert wrong.stderr.startswith('MalformedCSRException: ') and re.search(r' Request [0-9a-f-]{36}$', wrong.stderr.strip())
    listed = run('library_probe.c', 'issued', authority, server=server).stdout
    assert 'CN=issued.example.com ISSUED\n' in listed and listed.endswith('45 days\n')


def test_waiting_in_vain(server, run, arn):
    # An imported certificate has no validation to wait for.
    done = run('wait.c', arn, '2', '10', server=server, expect=3)
    assert done.stderr == 'WaiterError: Waiter CertificateValidated failed: Max attempts exceeded\n'
    gone = run('wait.c', arn[:-4] + '0000', '2', '10', server=server, expect=3)
    assert gone.stderr.startswith('WaiterError: Waiter CertificateValidated failed: ')
    assert 'ResourceNotFoundException' in gone.stderr


def test_cpp_and_sixteen_threads(server, run, arn):
    assert run('library_probe.cc', arn, server=server).stdout == 'library.example.com\n'
    assert run('library_probe.cc', arn[:-4] + '0000', server=server, expect=1).stdout == 'ResourceNotFoundException\n'
    assert run('library_probe.c', 'threads', arn, server=server).stdout == '0 failures\n'


def test_an_operation_that_answers_with_nothing(server, run, tmp_path):
    arn = run('import.c', *files(tmp_path, pki.leaf('gone.example.com')), server=server).stdout.strip()
    assert run('library_probe.c', 'rm', arn, server=server).stdout == ''
    error = error_of(run('library_probe.c', 'rm', arn, server=server, expect=1).stdout)
    assert (error['kind'], error['code'], error['status'], error['attempts'], error['retryable']) == (
        SERVICE, 'ResourceNotFoundException', 400, 1, 0)
    assert re.fullmatch('[0-9a-f-]{36}', error['request']) and arn in error['message']


def test_answers_and_errors_that_nobody_wants(server, run, arn):
    assert run('library_probe.c', 'describe', arn, server=server).stdout == 'library.example.com\n'


def test_walks_that_fail(server, run, arn):
    done = run('library_probe.c', 'walk', arn, server=server).stdout
    first, second = error_of(''.join(done.splitlines(True)[:7])), error_of(done)
    assert (first['kind'], first['code'], first['attempts']) == (ARGUMENT, 'ParamValidationError', 0)
    assert first['message'] == 'NextToken is not valid UTF-8.'
    assert second['kind'] == SERVICE and second['status'] == 400


def test_nobody_listens(run):
    with socket.create_server(('127.0.0.1', 0)) as probe:
        url = f'http://127.0.0.1:{probe.getsockname()[1]}'
    error = error_of(run('library_probe.c', 'describe', 'arn:a', url=url, expect=1).stdout)
    assert (error['kind'], error['code'], error['status'], error['attempts'], error['retryable'], error['request']) == (
        UNREACHABLE, 'EndpointConnectionError', 0, 2, 1, '-')
    assert error['message'].startswith(f'Could not connect to the endpoint URL "{url}/": ')


def test_configuration_that_is_wrong(run, server):
    def error(**environment):
        return error_of(run('library_probe.c', 'describe', 'arn:a', server=server, environment=environment,
                            expect=1).stdout)
    region = error(AWS_REGION='')
    assert (region['kind'], region['code']) == (CONFIGURATION, 'ConfigurationError')
    assert 'chancery_config_set_region()' in region['message']
    keys = error(AWS_SECRET_ACCESS_KEY='')
    assert 'Partial credentials found in env, missing: AWS_SECRET_ACCESS_KEY' in keys['message']
    assert error(AWS_ENDPOINT_URL='gopher://x')['message'].startswith('Invalid endpoint: gopher://x')
    assert 'could not be found' in error(AWS_PROFILE='nobody')['message']


def test_without_libcurl(run, server, tmp_path, stage):
    (tmp_path / 'libcurl.so.4').write_text('no library')
    folders = f'{tmp_path}:{stage.library.parent}'
    error = error_of(run('library_probe.c', 'describe', 'arn:a', server=server, expect=1,
                         environment={'LD_LIBRARY_PATH': folders}).stdout)
    assert error['kind'] == CONFIGURATION and error['message'].startswith('libcurl cannot be loaded')
    done = command([house.BINARY, 'acm', 'list-certificates', '--endpoint-url', server.url], expect=255,
                   env=server.environment() | {'LD_LIBRARY_PATH': folders})
    assert 'libcurl cannot be loaded' in done.stderr and 'libcurl4' in done.stderr


def test_a_profile_brings_everything(server, run, arn, tmp_path):
    (tmp_path / 'credentials').write_text(
        f'[work]\naws_access_key_id={server.access_key}\naws_secret_access_key={server.secret_key}\n')
    (tmp_path / 'config').write_text(f'[profile work]\nregion = {REGION}\nendpoint_url = {server.url}\n')
    environment = {'AWS_CONFIG_FILE': str(tmp_path / 'config'),
                   'AWS_SHARED_CREDENTIALS_FILE': str(tmp_path / 'credentials'), 'AWS_ENDPOINT_URL': '',
                   'AWS_REGION': '', 'AWS_ACCESS_KEY_ID': '', 'AWS_SECRET_ACCESS_KEY': ''}
    assert arn in run('list.c', 'work', server=server, environment=environment).stdout


def test_tls(start_server, run, tmp_path):
    authority = pki.issue(pki.name(CN='Listener CA'), ca=True)
    listener = authority.issue('127.0.0.1', names=['127.0.0.1', 'localhost'])
    (tmp_path / 'tls.pem').write_bytes(listener.pem)
    (tmp_path / 'tls.key').write_bytes(listener.key_pem)
    (tmp_path / 'ca.pem').write_bytes(authority.pem)
    (tmp_path / 'tls.key').chmod(0o600)
    server = start_server('--tls-certificate', tmp_path / 'tls.pem', '--tls-key', tmp_path / 'tls.key', scheme='https')
    arn = f'arn:aws:acm:{REGION}:{house.ACCOUNT}:certificate/01234567-89ab-7cde-8f01-23456789abcd'
    trusted = error_of(run('library_probe.c', 'describe', arn, tmp_path / 'ca.pem', server=server, expect=1).stdout)
    assert (trusted['kind'], trusted['code']) == (SERVICE, 'ResourceNotFoundException')
    refused = error_of(run('library_probe.c', 'describe', arn, server=server, expect=1).stdout)
    assert (refused['kind'], refused['code'], refused['attempts'], refused['retryable']) == (TLS, 'SSLError', 1, 0)
    assert 'certificate' in refused['message']
    missing = error_of(run('library_probe.c', 'describe', arn, tmp_path / 'no.pem', server=server, expect=1).stdout)
    assert missing['kind'] == TLS and 'no.pem' in missing['message']


def answer(body, status='200 OK'):
    return f'HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}'.encode()


@pytest.mark.parametrize('said, kind, code, attempts', [
    (b'', CLOSED, 'ConnectionClosedError', 2),
    (b'SSH-2.0-OpenSSH_9\r\n', ANSWER, 'ResponseParserError', 1),
    (answer('<html>'), ANSWER, 'ResponseParserError', 1),
    (answer('{"Certificate":7}'), ANSWER, 'ResponseParserError', 1),
    (answer('{"Certificate":{"KeyUsages":[null]'), ANSWER, 'ResponseParserError', 1),
    (answer('<html>', '404 Not Found'), ANSWER, 'ResponseParserError', 1),
    (answer('', '503 Service Unavailable'), ANSWER, 'ResponseParserError', 2),
    (answer('{"__type":"ThrottlingException","message":"slow down"}', '400 Bad'), SERVICE, 'ThrottlingException', 2),
    (answer('{"a":' * 5000), ANSWER, 'ResponseParserError', 1),
    (b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{', CLOSED, 'ConnectionClosedError', 2),
])
def test_a_server_that_answers_garbage(liar, run, said, kind, code, attempts):
    error = error_of(run('library_probe.c', 'describe', 'arn:a', url=liar(said), expect=1).stdout)
    assert (error['kind'], error['code'], error['attempts'], error['retryable']) == (kind, code, attempts, attempts - 1)
    assert len(error['message']) > 3


def test_a_server_that_says_nothing(liar, run):
    error = error_of(run('library_probe.c', 'describe', 'arn:a', '', '1000', url=liar(None), expect=1).stdout)
    assert (error['kind'], error['code'], error['attempts'], error['retryable']) == (TIMEOUT, 'ReadTimeoutError', 1, 0)


def test_tells_the_service_who_asks(run, liar):
    heard = []
    listener = socket.create_server(('127.0.0.1', 0))

    def serve():
        connection, _ = listener.accept()
        heard.append(connection.recv(65536).decode())
        connection.sendall(answer('{}'))
        connection.close()
    thread = threading.Thread(target=serve)
    thread.start()
    run('library_probe.c', 'rm', 'arn:a', url=f'http://127.0.0.1:{listener.getsockname()[1]}',
        environment={'AWS_SESSION_TOKEN': 'temporary'})
    thread.join()
    listener.close()
    version = (house.ROOT / 'VERSION').read_text().strip()
    assert f'User-Agent: probe/1 libchancery/{version}\r\n' in heard[0]
    assert 'x-amz-security-token: temporary\r\n' in heard[0] and 'x-amz-security-token' in heard[0].split('SignedHeaders')[1]


@pytest.mark.release
@pytest.mark.skipif(shutil.which('valgrind') is None, reason='needs valgrind')
@pytest.mark.parametrize('words', [['list.c'], ['library_probe.c', 'describe'], ['library_probe.c', 'search'],
                                   ['library_probe.c', 'walk'], ['wait.c']], ids=' '.join)
def test_valgrind_finds_nothing(server, run, arn, words):
    valgrind = ['valgrind', '--quiet', '--error-exitcode=9', '--leak-check=full', '--errors-for-leak-kinds=definite']
    more = {'list.c': [], 'library_probe.c': [arn], 'wait.c': [arn, '1']}[words[0]]
    done = run(*words, *more, server=server, wrapper=valgrind, expect=3 if words[0] == 'wait.c' else 0)
    assert '==' not in done.stderr


@pytest.mark.release
def test_libcurl_is_loaded_late(server):
    """It costs milliseconds and megabytes: neither `--version` nor the daemon has it."""
    libraries = command(['ldd', house.BINARY]).stdout
    assert 'libcurl' not in libraries and 'libcrypto' in libraries
    assert 'libcurl' not in pathlib.Path(f'/proc/{server.pid}/maps').read_text()
    trace = command([house.BINARY, 'acm', 'list-certificates', '--endpoint-url', server.url, '--region', REGION],
                    env=server.environment() | {'LD_DEBUG': 'files'})
    assert 'libcurl.so.4' in trace.stderr
