"""Man pages: there is one for everything, it says what `help` says, and both readers of man pages find nothing amiss."""
import concurrent.futures
import os
import pathlib
import re
import subprocess

import house
import pytest

BUILD = house.BINARY.parent
MAN1, MAN3 = BUILD / 'manual' / 'man1', BUILD / 'manual' / 'man3'
HEADERS = [house.ROOT / 'include' / 'chancery' / 'chancery.h',
           *(BUILD / 'include' / 'chancery' / name for name in ('acm.h', 'acm-pca.h', 'own.h'))]
SERVICES = ('acm', 'acm-pca', 'chancery')


def chancery(*words):
    return subprocess.run([house.BINARY, *words], capture_output=True, text=True, check=True).stdout


def plain(page):
    """A page as one reads it, in lines so long that nothing is broken."""
    done = subprocess.run(['mandoc', '-T', 'utf8', '-O', 'width=1000', page], capture_output=True, text=True, check=True)
    return re.sub('.\b', '', done.stdout)  # bold is struck twice


def operations(service):
    return re.findall(r'^  ([a-z0-9-]+)  ', chancery(service, 'help'), re.M)


def pages(folder):
    """Those that are pages, and not another name of one."""
    return sorted(p for p in folder.iterdir() if not p.read_text().startswith('.so '))


def all_pages():
    return pages(MAN1) + pages(MAN3)


def test_every_face_has_a_page():
    faces = re.findall(r'^  chancery (\S+)', chancery('help'), re.M)
    assert {'serve', 'acm', 'admin'} <= set(faces)
    text = plain(MAN1 / 'chancery.1')
    for face in faces:
        if face != 'help':
            assert (MAN1 / f'chancery-{face}.1').exists(), face
            assert f'chancery-{face}(1)' in text


@pytest.mark.parametrize('service', SERVICES)
def test_every_operation_has_a_page_with_every_option_of_its_help(service):
    names = operations(service)
    assert names

    def missing(name):
        text, help_ = plain(MAN1 / f'chancery-{service}-{name}.1'), chancery(service, name, 'help')
        options = re.findall(r'^  (--[a-z0-9-]+)', help_, re.M)
        assert len(options) > 10
        lacking = [option for option in options if not re.search(rf'^ +{option}\b(?!-)', text, re.M)]
        # The words of the model, not only its names.
        about = help_.splitlines()[1].strip()
        return lacking if about in text else [about, *lacking]

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        assert [(name, lacks) for name, lacks in zip(names, pool.map(missing, names)) if lacks] == []


@pytest.mark.parametrize('words', [['serve'], ['ca', 'ls'], ['ca', 'show'], ['ca', 'revoke'], ['import'], ['check'], ['ls'],
                                   ['show'], ['export'], ['rm'], ['tag'], ['admin', 'key', 'create']])
def test_pages_of_verbs_have_the_options_of_their_help(words):
    help_ = chancery(*words, '--help' if words[0] == 'admin' else 'help')
    text = plain(MAN1 / f'chancery-{words[0]}.1')
    options = re.findall(r'^  (--[a-z0-9-]+)', help_, re.M)
    assert options
    assert [option for option in options if not re.search(rf'^ +{option}\b(?!-)', text, re.M)] == []


def test_a_page_tells_constraints_choices_and_nested_members():
    text = plain(MAN1 / 'chancery-acm-import-certificate.1')
    assert re.search(r'--certificate blob\n +Required\. .* 1 to 32768 bytes\.', text)
    assert re.search(r'Key \(string\)\n +Required\..*1 to 128 characters', text)
    assert 'Pattern: arn:[\\w+=/,.@-]+:acm:' in text
    assert re.search(r'--sort-order string\n.*One of ASCENDING, DESCENDING', plain(MAN1 / 'chancery-acm-list-certificates.1'))


def test_waiters_and_rules_are_told():
    text = plain(MAN1 / 'chancery-acm-pca-wait.1')
    for name in re.findall(r'^  wait (\S+)', chancery('acm-pca', 'help'), re.M):
        assert re.search(rf'^ +{name}$', text, re.M)
    assert re.search(r'^ +key-match$', plain(MAN1 / 'chancery-serve.1'), re.M)


def test_every_function_of_the_library_has_a_page():
    functions = [name for header in HEADERS
                 for name in re.findall(r'^CHANCERY_API [^;]*?(\w+)\(', header.read_text(), re.M)]
    assert len(functions) > 150
    for name in functions:
        page = MAN3 / f'{name}.3'
        assert page.exists(), name
        if page.read_text().startswith('.so '):
            page = MAN3.parent / page.read_text().split()[1]
        assert name in page.read_text().replace('\\:', ''), name


def test_the_library_s_pages_hold_declaration_comment_and_members():
    text = plain(MAN3 / 'chancery_acm_list_certificates.3')
    assert 'const struct chancery_acm_list_certificates_request *request,' in text
    assert 'The next page; it lives until the next call' in text
    assert re.search(r'int64_t max_items; bool has_max_items;\n +How many certificates a page holds at most', text)
    assert 'CHANCERY_ERROR_TLS' in plain(MAN3 / 'chancery_error_kind.3')
    assert 'chancery_client_new(NULL, &client, &error)' in plain(MAN3 / 'chancery.3')


def test_what_pages_refer_to_is_there():
    for page in all_pages():
        for name, section in re.findall(r'^\.BR ([^ ]+) \((\d)\)', page.read_text().replace('\\-', '-').replace('\\:', ''),
                                        re.M):
            if name.startswith('chancery'):
                assert (BUILD / 'manual' / f'man{section}' / f'{name}.{section}').exists(), (page.name, name)


@pytest.mark.parametrize('words', [['mandoc', '-T', 'lint'], ['groff', '-man', '-ww', '-z', '-Tutf8']])
def test_readers_of_man_pages_find_nothing_amiss(words):
    def complaints(page):
        done = subprocess.run([*words, page], capture_output=True, text=True, check=False)
        return done.stdout + done.stderr

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        assert ''.join(pool.map(complaints, all_pages())) == ''


def test_the_installed_tree(tmp_path):
    done = subprocess.run(['meson', 'install', '-C', BUILD, '--no-rebuild', '--destdir', tmp_path],
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    prefix = tmp_path / 'usr' / 'local'
    version = (house.ROOT / 'VERSION').read_text().strip()
    binary = prefix / 'bin' / 'chancery'
    assert subprocess.run([binary, '--version'], capture_output=True, text=True, check=True).stdout.startswith(
        f'chancery/{version}')
    found = {str(p.relative_to(prefix)) for p in prefix.rglob('*') if p.is_file()}
    for name in ('include/chancery/acm-pca.h', 'lib/systemd/system/chancery.service', 'etc/default/chancery',
                 'share/man/man1/chancery-acm-import-certificate.1', 'share/man/man3/chancery_acm_import_certificate.3',
                 'share/bash-completion/completions/chancery', 'share/zsh/site-functions/_chancery',
                 'share/fish/vendor_completions.d/chancery.fish', 'share/licenses/chancery/LICENSE',
                 'share/doc/chancery/README.md', 'share/doc/libchancery-dev/examples/import.c'):
        assert name in found, name
    assert any(re.fullmatch(r'lib(64)?/(.+/)?libchancery\.so\.1', name) for name in found)
    unit = (prefix / 'lib' / 'systemd' / 'system' / 'chancery.service').read_text()
    assert '\nExecStart=/usr/local/bin/chancery serve ' in unit
    assert '@' not in re.sub(r'~?@(system-service|privileged)', '', unit)
    pc = pathlib.Path(next(p for p in prefix.rglob('chancery.pc'))).read_text()
    assert '-lchancery' in pc
