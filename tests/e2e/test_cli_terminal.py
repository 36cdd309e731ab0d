"""What `chancery acm` does on a terminal: the pager, the prompt that completes, and what --debug tells."""
import base64
import os
import pty
import re
import select
import subprocess
import time

import house
import pki
import pytest

REGION = 'aa-terminal-1'
BOTH = [str(house.BINARY), '/usr/bin/aws']
# A prompt draws within milliseconds; a sanitized one on a busy machine within this.
PATIENCE_S = 20


class Terminal:
    """A program whose standard streams are a terminal."""

    def __init__(self, environment, *words):
        self.text = ''
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execve(words[0], words, {**environment, 'TERM': 'xterm'})

    def _read(self):
        try:
            piece = os.read(self.fd, 65536)
        except OSError:
            piece = b''
        self.text += piece.decode(errors='replace')
        return bool(piece)

    def wait_for(self, words):
        """Until this is shown since the last key."""
        deadline = time.monotonic() + PATIENCE_S
        while words not in self.text:
            assert time.monotonic() < deadline, (words, self.text)
            if select.select([self.fd], [], [], 0.1)[0]:
                assert self._read(), (words, self.text)

    def type(self, keys):
        self.text = ''
        os.write(self.fd, keys.encode())

    def end(self):
        """Exit code, and all that came since the last key."""
        while self._read():
            pass
        os.close(self.fd)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1]), self.text


@pytest.fixture(scope='module')
def arn(server):
    leaf = pki.leaf('terminal.example.com', algorithm='RSA_2048')
    return server.boto(region=REGION).import_certificate(**leaf.arguments())['CertificateArn']


def listing(server, *more):
    return ['acm', 'list-certificates', '--endpoint-url', server.url, '--region', REGION, *more]


def environment_of(server, **more):
    environment = server.environment()
    environment.pop('AWS_PAGER')
    return {key: value for key, value in (environment | more).items() if value is not None}


@pytest.mark.parametrize('output', ['json', 'table', 'text'])
@pytest.mark.parametrize('variables', [
    {'AWS_PAGER': 'cat'}, {'PAGER': 'sed "s/^/> /"'}, {'AWS_PAGER': '', 'PAGER': 'false'}, {'AWS_PAGER': "sh -c 'echo $LESS'"},
    {'AWS_PAGER': 'head -n 1'}], ids=str)
def test_the_pager_is_the_aws_clis(server, arn, variables, output):
    shown = [Terminal(environment_of(server, LESS=None, **variables), tool, *listing(server, '--output', output)).end()
             for tool in BOTH]
    assert shown[0] == shown[1]
    assert shown[0][0] == 0 and shown[0][1]


def test_a_pager_that_is_not_there(server, arn):
    ends = [Terminal(environment_of(server, AWS_PAGER='/nonexistent/pager'), tool, *listing(server)).end() for tool in BOTH]
    assert [end[0] for end in ends] == [253, 253]
    for _, text in ends:
        assert "Unable to redirect output to pager." in text and "No such file or directory: '/nonexistent/pager'" in text
    code, text = Terminal(environment_of(server, AWS_PAGER='/nonexistent/pager'), BOTH[0],
                          *listing(server, '--no-cli-pager', '--output', 'text')).end()
    assert code == 0 and 'terminal.example.com' in text


def test_a_profile_names_the_pager_and_a_pipe_needs_none(server, arn, tmp_path):
    (tmp_path / 'config').write_text('[default]\ncli_pager = sed s/^/page:/\n')
    environment = environment_of(server, AWS_CONFIG_FILE=str(tmp_path / 'config'), PAGER='false')
    code, text = Terminal(environment, BOTH[0], *listing(server, '--output', 'text')).end()
    assert code == 0 and text.startswith('page:CERTIFICATESUMMARYLIST')
    piped = subprocess.run([BOTH[0], *listing(server, '--output', 'text')], env=environment, capture_output=True,
                           text=True, check=False)
    assert piped.returncode == 0 and piped.stdout.startswith('CERTIFICATESUMMARYLIST')


def test_nothing_to_show_starts_no_pager(server):
    environment = environment_of(server, AWS_PAGER='/nonexistent/pager')
    words = listing(server, '--query', 'Nothing', '--output', 'table')
    ours, theirs = [Terminal(environment, tool, *words).end() for tool in BOTH]
    assert ours == theirs == (0, '\x1b[0m')


def prompt(server, *words, **variables):
    return Terminal(environment_of(server, AWS_PAGER='', **variables), str(house.BINARY), *words)


def test_the_prompt_completes_a_whole_command(server, arn):
    terminal = prompt(server, '--cli-auto-prompt', '--endpoint-url', server.url, '--region', REGION)
    terminal.wait_for('AWS Private Certificate Authority')
    terminal.type('acm ')
    terminal.wait_for('add-tags-to-certificate')
    terminal.type('list-c\t')
    terminal.wait_for('list-certificates ')
    terminal.type('--ou\t')
    terminal.wait_for('yaml-stream')
    terminal.type('tex\t')
    terminal.wait_for('--output text ')
    terminal.type('\r')
    code, text = terminal.end()
    assert code == 0 and 'CERTIFICATESUMMARYLIST\t' + arn in text


def test_the_prompt_shows_help_while_one_types(server):
    terminal = prompt(server, 'acm', 'import-certificate', '--cli-auto-prompt')
    terminal.wait_for('--certificate  required: ')
    terminal.type('--private-key ')
    terminal.wait_for('file://')
    terminal.type('\x03')
    assert terminal.end()[0] == 130


def test_the_prompt_completes_file_names_and_choices(server, tmp_path):
    (tmp_path / 'folder').mkdir()
    (tmp_path / 'folder' / 'privkey.pem').touch()
    (tmp_path / 'folder' / '.hidden').touch()
    terminal = prompt(server, 'acm', 'import-certificate', '--cli-auto-prompt')
    terminal.wait_for('required: ')
    terminal.type(f'--private-key file://{tmp_path}/fo\t')
    terminal.wait_for('privkey.pem')
    assert '.hidden' not in terminal.text
    terminal.type('\t')
    terminal.wait_for('folder/privkey.pem ')
    terminal.type('\x15acm list-certificates --sort-order ')
    terminal.wait_for('DESCENDING')
    assert 'ASCENDING' in terminal.text
    terminal.type('\x1b[B\x1b[B\r')
    terminal.wait_for('--sort-order DESCENDING ')
    terminal.type('\x15\x04')
    assert terminal.end()[0] == 130


def test_the_prompt_edits(server):
    terminal = prompt(server, '--cli-auto-prompt', '--no-sign-request')
    terminal.wait_for('--no-sign-request')
    terminal.type('\x15acm  ä\x7flist-certificatesx\x1b[D\x1b[3~\x01\x1b[C\x05 --version\x17--version\r')
    code, text = terminal.end()
    assert code == 0 and 'chancery/' in text


@pytest.mark.parametrize('variables, words, asks', [
    ({'AWS_CLI_AUTO_PROMPT': 'on'}, ['acm'], True),
    ({'AWS_CLI_AUTO_PROMPT': 'on'}, ['acm', 'list-certificates', '--no-cli-auto-prompt', '--bogus'], False),
    ({'AWS_CLI_AUTO_PROMPT': 'on'}, ['acm', 'list-certificates', '--version'], False),
    ({'AWS_CLI_AUTO_PROMPT': 'on-partial'}, ['acm', 'describe-certificate'], True),
    ({'AWS_CLI_AUTO_PROMPT': 'on-partial'}, ['acm', 'list-certificates', '--profile', 'nobody'], False),
    ({}, ['acm', 'describe-certificate'], False),
])
def test_who_wants_a_prompt(server, variables, words, asks):
    terminal = prompt(server, *words, **variables)
    if asks:
        terminal.wait_for('> chancery acm')
        terminal.type('\x03')
    code, text = terminal.end()
    assert (code == 130) == asks
    if 'nobody' in words:
        assert code == 255 and 'The config profile (nobody) could not be found' in text


def test_no_prompt_without_a_terminal(server):
    done = server.chancery('list-certificates', '--cli-auto-prompt', stdin=subprocess.DEVNULL)
    assert done.returncode == 252 and 'needs a terminal' in done.stderr


def test_debug_tells_everything_but_secrets(server, arn):
    leaf = pki.issue('debug.example.com')
    body = ''.join(leaf.key_pem.decode().splitlines()[1:-1])
    key = base64.b64encode(leaf.key_pem).decode()
    done = server.chancery('import-certificate', '--certificate', base64.b64encode(leaf.pem).decode(), '--private-key', key,
                           '--tags', 'Key=tell,Value=me', '--debug', '--region', REGION)
    assert done.returncode == 0 and done.stdout.startswith('{'), done.stderr
    for words in ('CLI version: chancery/', 'Region: aa-terminal-1 (--region)', '(env)', f'POST {server.url}/',
                  'x-amz-target: CertificateManager.ImportCertificate', 'Signature=(not shown)', '"Key":"tell"',
                  'HTTP status 200', '"CertificateArn":"arn:'):
        assert words in done.stderr, done.stderr
    for secret in (key[:40], key[100:140], body[40:60], server.secret_key):
        assert secret not in done.stderr
    assert not re.search(r'Signature=[0-9a-f]', done.stderr)


def test_debug_keeps_the_token_and_the_passphrase(server, arn):
    environment = server.environment() | {'AWS_SESSION_TOKEN': 'very-secret-token'}
    done = subprocess.run([str(house.BINARY), 'acm', 'export-certificate', '--certificate-arn', arn, '--passphrase',
                           'dmVyeS1zZWNyZXQ=', '--debug', '--endpoint-url', server.url, '--region', REGION],
                          env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 254 and 'x-amz-security-token: (17 characters, not shown)' in done.stderr
    assert 'very-secret-token' not in done.stderr and 'dmVyeS1z' not in done.stderr
