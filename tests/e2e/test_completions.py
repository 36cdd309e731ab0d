"""Completions, in the shells themselves: what Tab gives at the end of a line."""
import os
import re
import shutil
import subprocess

import house
import pytest
import terminal

FOLDER = house.BINARY.parent / 'manual'
FILES = {'bash': FOLDER / 'chancery', 'fish': FOLDER / 'chancery.fish', 'zsh': FOLDER / '_chancery'}
# A line, and what Tab offers there or completes it to.
LINES = [
    ('chancery acm imp', ['import-certificate']),
    ('chancery acm-pca wait ', ['audit-report-created', 'certificate-issued']),
    ('chancery acm list-certificates --sort-', ['--sort-by', '--sort-order']),
    ('chancery acm list-certificates --sort-order ', ['ASCENDING', 'DESCENDING']),
    ('chancery acm list-certificates --sort-order=', ['ASCENDING', 'DESCENDING']),
    ('chancery acm list-certificates --certificate-statuses ISSUED EXP', ['EXPIRED']),
    ('chancery acm list-certificates --certificate-statuses ISSUED --max-', ['--max-items']),
    ('chancery acm list-certificates --includes keyT', ['keyTypes=']),
    ('chancery acm list-certificates --output ya', ['yaml', 'yaml-stream']),
    ('chancery acm import-certificate --certificate f', ['file://', 'fileb://']),
    ('chancery acm import-certificate --certificate file://cer', ['file://certificate.pem']),
    ('chancery acm import-certificate --certificate=fileb://su', ['fileb://sub']),
    ('chancery acm describe-certificate --certificate-arn arn:aws:acm:eu-central-1:1:x --endp', ['--endpoint-url']),
    ('chancery acm describe-certificate --ca-bundle ./cer', ['certificate.pem']),
    ('chancery --region eu-central-1 --no-verify-ssl acm imp', ['import-certificate']),
    ('chancery acm --output=json imp', ['import-certificate']),
    ('chancery acm --color ', ['auto', 'off', 'on']),
    ('chancery --endp', ['--endpoint-url']),
    ('chancery serve --relax-rule not-a', ['not-after']),
    ('chancery serve --data-dir su', ['sub']),
    ('chancery admin key ', ['create', 'disable', 'list']),
    ('chancery admin key create --policy ', ['full', 'read-only']),
    ('chancery ca ', ['ls', 'revoke', 'show']),
    ('chancery ca ls --so', ['--sort']),
    ('chancery import cer', ['certificate.pem']),
    ('chancery check --f', ['--fix']),
]


@pytest.fixture(scope='module')
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp('completions')
    (path / 'certificate.pem').write_text('')
    (path / 'sub').mkdir()
    (path / 'functions').mkdir()
    shutil.copy(FILES['zsh'], path / 'functions' / '_chancery')
    return path


@pytest.fixture(scope='module')
def shells(folder):
    """{name: a shell at a terminal, with its completions}"""
    environment = {'PATH': os.environ['PATH'], 'HOME': str(folder), 'TERM': 'dumb', 'PS1': '> ', 'LANG': 'C.UTF-8'}
    bash = terminal.Terminal(['bash', '--norc', '--noprofile', '-i'], environment, folder)
    bash.read('> ')
    bash.type("bind 'set show-all-if-ambiguous on'; bind 'set enable-bracketed-paste off'; "
              "bind 'set page-completions off'; bind 'set completion-query-items 0'; "
              f"stty columns 1000; source {FILES['bash']}; echo rea''dy\n", 'ready\n')
    zsh = terminal.Terminal(['zsh', '-f', '-i'], environment, folder)
    zsh.read('[%#>] ')
    zsh.type("PS1='> '; stty columns 1000; fpath=($HOME/functions $fpath); autoload -Uz compinit && compinit -D -u; "
             "LISTMAX=10000; unsetopt list_ambiguous; unset zle_bracketed_paste; echo rea''dy\n", 'ready\n')
    yield {'bash': bash, 'zsh': zsh}
    bash.close()
    zsh.close()


@pytest.mark.parametrize('shell', ['bash', 'zsh'])
@pytest.mark.parametrize('line, offered', LINES)
def test_tab(shells, shell, line, offered):
    # As it is spread over a list or put into the line; each word as a whole.
    wanted = ''.join(rf'(?=[\s\S]*(?<![\w-]){re.escape(word)}(?![\w-]))' for word in offered)
    try:
        shown = shells[shell].type(f'{line}\t', wanted)
    finally:
        shells[shell].type('\x03', '> ')
    assert 'rror' not in shown


@pytest.mark.parametrize('line, offered', LINES)
def test_fish(folder, line, offered):
    done = subprocess.run(['fish', '--no-config', '-c', f'source {FILES["fish"]}; complete -C "$argv[1]"', line],
                          capture_output=True, text=True, cwd=folder, check=True, env={**os.environ, 'HOME': str(folder)})
    assert done.stderr == ''
    found = [row.split('\t')[0] for row in done.stdout.splitlines()]
    for word in offered:
        assert any(candidate.removesuffix('/').endswith(word.removesuffix('/')) for candidate in found), (word, found)
    if line.endswith('--sort-'):
        assert 'What to sort by; needs SortOrder' in done.stdout


@pytest.mark.parametrize('shell', FILES)
def test_syntax(shell):
    assert subprocess.run([shell, '-n', FILES[shell]], capture_output=True, check=False).stderr == b''


@pytest.mark.parametrize('service', ['acm', 'acm-pca', 'chancery'])
def test_every_operation_and_option_is_offered(service):
    help_ = subprocess.run([house.BINARY, service, 'help'], capture_output=True, text=True, check=True).stdout
    names = re.findall(r'^  ([a-z0-9-]+)  ', help_, re.M)
    script = f'source {FILES["bash"]}; __chancery_words {service}; echo; ' + ''.join(
        f"__chancery_options '{service} {name}'; echo; " for name in names)
    words, *options = [row.split() for row in subprocess.run(
        ['bash', '-c', script], capture_output=True, text=True, check=True).stdout.splitlines()]
    assert set(names) <= set(words)
    for name, offered in zip(names, options, strict=True):
        told = subprocess.run([house.BINARY, service, name, 'help'], capture_output=True, text=True, check=True).stdout
        assert set(re.findall(r'^  (--[a-z0-9-]+)', told, re.M)) <= set(offered), name
