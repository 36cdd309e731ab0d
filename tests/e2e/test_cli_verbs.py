"""`chancery import|check|ls|show|export|rm|tag`: files as people have them, made by openssl, and a real daemon."""
import base64
import datetime
import json
import os
import pty
import re
import select
import shutil
import stat
import subprocess
import uuid

import house
import pki
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID

ARN = re.compile(r'arn:aws:acm:eu-central-1:111122223333:certificate/[0-9a-f-]{36}')


class Verbs:
    """The command line against the daemon; no output may ever hold key material or the passphrase."""

    def __init__(self, server):
        self.server, self.secrets = server, []

    def environment(self, **more):
        kept = {k: v for k, v in self.server.environment().items()
                if k not in ('NO_COLOR', 'CHANCERY_PASSPHRASE', 'LC_ALL', 'LC_CTYPE')}
        return kept | {'AWS_ENDPOINT_URL': self.server.url, 'LANG': 'C.UTF-8', 'TZ': 'UTC', 'TERM': 'xterm'} | more

    def guard(self, text, private=True):
        assert not re.search('AddressSanitizer|LeakSanitizer|runtime error', text), text
        for secret in self.secrets:
            assert secret not in text
        assert not private or not re.search('PRIVATE KEY-----\r?\n', text)

    def __call__(self, *words, code=0, private=True, stdin=None, **more):
        done = subprocess.run([str(house.BINARY), *map(str, words)], env=self.environment(**more), check=False,
                              capture_output=True, input=stdin, **({} if stdin is not None else {'stdin': subprocess.DEVNULL}))
        out, err = done.stdout.decode(), done.stderr.decode()
        self.guard(out + err, private)
        assert done.returncode == code, (done.returncode, out, err)
        done.stdout, done.stderr = out, err
        return done

    def on_terminal(self, *words, answers=(), **more):
        """What a terminal shows, and the exit code. answers: (what is shown last, what is typed then) pairs."""
        master, slave = pty.openpty()
        process = subprocess.Popen([str(house.BINARY), *map(str, words)], env=self.environment(**more), stdin=slave,
                                   stdout=slave, stderr=slave)
        os.close(slave)
        shown, answers = '', list(answers)
        while True:
            ready, _, _ = select.select([master], [], [], 60)
            assert ready, shown
            try:
                piece = os.read(master, 65536)
            except OSError:
                break
            if not piece:
                break
            shown += piece.decode(errors='replace')
            if answers and shown.endswith(answers[0][0]):
                os.write(master, answers.pop(0)[1])
        os.close(master)
        code = process.wait(60)
        self.guard(shown)
        assert not answers, (answers, shown)
        return code, shown

    def described(self, arn):
        return self.server.boto().describe_certificate(CertificateArn=arn)['Certificate']

    def got(self, arn):
        return self.server.boto().get_certificate(CertificateArn=arn)


@pytest.fixture(name='verbs')
def fixture_verbs(server):
    return Verbs(server)


def domain():
    """A name that no other test has."""
    return f'{uuid.uuid4().hex[:12]}.example.com'


def openssl(*words, stdin=None):
    return subprocess.run(['openssl', *map(str, words)], input=stdin, capture_output=True, check=True).stdout


class Files:
    """A leaf with all that belongs to it, in files of many kinds."""

    def __init__(self, folder, leaf=None):
        self.folder, self.leaf = folder, leaf or pki.leaf(domain())
        folder.mkdir(exist_ok=True)
        self.name = self.leaf.certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)[0].value

    def put(self, name, *pieces):
        path = self.folder / name
        path.write_bytes(b''.join(pieces))
        return path

    @property
    def fullchain(self):
        return self.put('fullchain.pem', self.leaf.pem, self.leaf.chain_pem)

    @property
    def privkey(self):
        return self.put('privkey.pem', self.leaf.key_pem)

    def pkcs12(self, *options, password='secret', name='bundle.p12'):
        openssl('pkcs12', '-export', '-out', self.folder / name, '-in', self.fullchain, '-inkey', self.privkey,
                '-passout', f'pass:{password}', *options)
        self.privkey.unlink()
        (self.folder / 'fullchain.pem').unlink()
        return self.folder / name

    def encrypted(self, *options, name='encrypted.key', password='secret'):
        out = openssl('pkey', '-in', self.privkey, '-passout', f'pass:{password}', *(options or ['-aes256']))
        self.privkey.unlink()
        return self.put(name, out)


@pytest.fixture(name='files')
def fixture_files(tmp_path):
    return Files(tmp_path / 'files')


def imported(verbs, files, *words, **more):
    """Imports, and sees that all of it has arrived: the leaf, the chain in order, the key by its proof."""
    arn = verbs('import', *words, '--yes', **more).stdout.strip()
    assert ARN.fullmatch(arn), arn
    got = verbs.got(arn)
    assert got['Certificate'].encode() == files.leaf.pem
    assert got['CertificateChain'].encode().rstrip() == files.leaf.chain_pem.rstrip()
    return arn


# ---- import: what it takes ----

def test_fullchain_and_privkey(verbs, files):
    done = verbs('import', files.privkey, files.fullchain, '--yes', '--tag', 'team=shop', '--tag', 'lonely')
    assert ARN.fullmatch(done.stdout.strip())
    for words in (f'names      {files.name}', 'issuer     CN=Example Issuing CA', 'EC P-256, from', '(in 364 days)',
                  'chain      CN=Example Issuing CA, then CN=Example Root', 'tags       team=shop'):
        assert words in done.stderr, words
    tags = verbs.server.boto().list_tags_for_certificate(CertificateArn=done.stdout.strip())['Tags']
    assert {t['Key']: t.get('Value') for t in tags} == {'team': 'shop', 'lonely': None}


def test_files_in_any_order_with_text_around(verbs, files):
    intermediate, root = files.leaf.chain
    mixed = files.put('mixed.txt', b'Bag Attributes\n  friendlyName: x\n', root.pem.replace(b'\n', b'\r\n'), b'and\n',
                      files.leaf.pem.rstrip(), intermediate.pem, b'\n\nthe key:\n', files.leaf.key_pem, b'bye')
    imported(verbs, files, mixed)


def test_a_certbot_directory(verbs, tmp_path):
    files = Files(tmp_path / 'archive')
    live = tmp_path / 'live'
    live.mkdir()
    files.put('cert1.pem', files.leaf.pem), files.put('chain1.pem', files.leaf.chain_pem)
    for name in ('cert', 'chain', 'fullchain', 'privkey'):
        (files.fullchain, files.privkey)
        (live / f'{name}.pem').symlink_to(files.folder / (f'{name}1.pem' if name in ('cert', 'chain') else f'{name}.pem'))
    (live / 'README').write_text('This directory contains your keys and certificates.\n')
    done = verbs('import', live, '--yes')
    assert verbs.got(done.stdout.strip())['CertificateChain'].encode().rstrip() == files.leaf.chain_pem.rstrip()
    assert 'README' not in done.stderr and 'came more than once: 3' in done.stderr


@pytest.mark.parametrize('options', [[], ['-legacy'], ['-certpbe', 'NONE', '-keypbe', 'NONE', '-nomac'],
                                     ['-keypbe', 'AES-256-CBC', '-certpbe', 'NONE', '-iter', '100000'], ['-nomaciter'],
                                     ['-name', 'K\u00f6ln']], ids=str)
def test_pkcs12(verbs, files, options):
    verbs.secrets = ['secret']
    bundle = files.pkcs12(*options)
    imported(verbs, files, bundle, CHANCERY_PASSPHRASE='secret')


def test_pkcs12_without_a_passphrase_asks_for_none(verbs, files):
    imported(verbs, files, files.pkcs12(password=''))
    whole = pkcs12.serialize_key_and_certificates(b'x', files.leaf.key, files.leaf.certificate,
                                                  [c.certificate for c in files.leaf.chain],
                                                  serialization.NoEncryption())
    imported(verbs, files, files.put('java.p12', whole))


@pytest.mark.parametrize('form', ['PEM', 'DER'])
def test_pkcs7_and_a_key_beside_it(verbs, files, form):
    bundle = files.put('bundle.p7b', openssl('crl2pkcs7', '-nocrl', '-certfile', files.fullchain, '-outform', form))
    imported(verbs, files, files.privkey, bundle)


@pytest.mark.parametrize('form', ['pkcs8', 'traditional', 'rsa'])
def test_der_of_everything(verbs, tmp_path, form):
    files = Files(tmp_path / 'f', pki.leaf(domain(), 'RSA_2048' if form == 'rsa' else 'EC_prime256v1'))
    format_ = (serialization.PrivateFormat.PKCS8 if form == 'pkcs8' else serialization.PrivateFormat.TraditionalOpenSSL)
    key = files.leaf.key.private_bytes(serialization.Encoding.DER, format_, serialization.NoEncryption())
    intermediate, root = files.leaf.chain
    imported(verbs, files, files.put('k', key), files.put('r.cer', root.der), files.put('l.cer', files.leaf.der),
             files.put('i.cer', intermediate.der))
    imported(verbs, files, files.put('k', key), files.put('all.cer', root.der, files.leaf.der, intermediate.der))


def test_what_windows_and_mail_do_to_files(verbs, files):
    utf16 = files.put('utf16.pem', (files.leaf.pem + files.leaf.chain_pem).decode().encode('utf-16'))
    twice = files.put('twice.txt', base64.encodebytes(files.leaf.key_pem))
    imported(verbs, files, utf16, twice)
    bare = files.put('bare.b64', base64.encodebytes(files.leaf.der))
    marked = files.put('bom.pem', b'\xef\xbb\xbf', files.leaf.chain_pem)
    imported(verbs, files, bare, marked, twice)


def test_a_trusted_certificate_of_openssl(verbs, files):
    trusted = files.put('trusted.pem', openssl('x509', '-trustout', '-addtrust', 'serverAuth', stdin=files.leaf.pem))
    assert b'TRUSTED' in trusted.read_bytes()
    imported(verbs, files, trusted, files.put('chain.pem', files.leaf.chain_pem), files.privkey)


def test_standard_input(verbs, files):
    imported(verbs, files, '-', stdin=files.leaf.key_pem + files.leaf.chain_pem + files.leaf.pem)


ENCRYPTIONS = {'pbes2': ['-aes256'], 'scrypt': ['pkcs8', '-scrypt'], 'old': ['ec', '-aes128'], 'des': ['pkcs8', '-v1', 'PBE-MD5-DES'],
               'many': ['pkcs8', '-iter', '600000']}


@pytest.mark.parametrize('kind', ENCRYPTIONS)
def test_encrypted_keys(verbs, files, kind):
    verbs.secrets = ['secret']
    words = ENCRYPTIONS[kind]
    if words[0] == 'pkcs8':
        out = openssl('pkcs8', '-topk8', '-in', files.privkey, '-passout', 'pass:secret', *words[1:],
                      *(['-provider', 'legacy', '-provider', 'default'] if kind == 'des' else []))
    elif words[0] == 'ec':
        out = openssl('ec', '-in', files.privkey, '-passout', 'pass:secret', words[1])
    else:
        out = openssl('pkey', '-in', files.privkey, '-passout', 'pass:secret', *words)
    files.privkey.unlink()
    key = files.put('encrypted.key', out)
    passphrase = files.put('passphrase', b'secret\r\nmore\n')
    imported(verbs, files, files.fullchain, key, '--passphrase-file', passphrase)
    imported(verbs, files, files.fullchain, key, '--passphrase-file', '-', stdin=b'secret')
    done = verbs('import', files.fullchain, key, '--yes', code=252, CHANCERY_PASSPHRASE='wrong')
    assert 'the passphrase does not open it' in done.stderr
    done = verbs('import', files.fullchain, key, '--yes', code=252)
    assert 'It holds a private key, and no passphrase for it is known' in done.stderr


# ---- import: what it asks ----

def test_a_passphrase_is_asked_for_without_an_echo(verbs, files):
    verbs.secrets = ['secret', 'sexret']
    bundle = files.pkcs12()
    code, shown = verbs.on_terminal('import', bundle, answers=[
        (' (a PKCS #12 file): ', b'sexret\x7f\x7f\x7f\x7f\x7f\x7f\x7fwrong\n'),
        ('That was not it. Passphrase of ' + str(bundle) + ' (a PKCS #12 file): ', b'oops\x15sex\x7fcret\r'),
        ('Import it? [y/N] ', b'y\n')])
    assert code == 0, shown
    arn = ARN.search(shown)[0]
    assert verbs.got(arn)['Certificate'].encode() == files.leaf.pem


@pytest.mark.parametrize('typed, code', [(b'y\n', 0), (b'Yes\n', 0), (b'n\n', 255), (b'\n', 255), (b'\x04', 255)])
def test_it_asks_before_it_imports(verbs, files, typed, code):
    done, shown = verbs.on_terminal('import', files.fullchain, files.privkey, answers=[('Import it? [y/N] ', typed)])
    assert done == code and bool(ARN.search(shown)) == (code == 0), shown
    assert code == 0 or 'Nothing was imported.' in shown


def test_an_interrupt_leaves_the_terminal_as_it_was(verbs, files):
    bundle = files.pkcs12()
    master, slave = pty.openpty()
    import termios
    before = termios.tcgetattr(slave)
    process = subprocess.Popen([str(house.BINARY), 'import', str(bundle)], env=verbs.environment(), stdin=slave,
                               stdout=slave, stderr=slave)
    shown = b''
    while not shown.endswith(b'file): '):
        shown += os.read(master, 1000)
    assert not termios.tcgetattr(slave)[3] & termios.ECHO
    os.write(master, b'sec\x03')
    assert process.wait(60) == 130 and termios.tcgetattr(slave) == before
    os.close(master), os.close(slave)


def test_nobody_to_ask(verbs, files):
    done = verbs('import', files.fullchain, files.privkey, code=252)
    assert 'Say --yes' in done.stderr and done.stdout == ''


# ---- import: replacing ----

def test_replacing_what_has_the_same_names(verbs, files, tmp_path):
    first = imported(verbs, files, files.fullchain, files.privkey)
    renewed = Files(tmp_path / 'renewed', pki.leaf(files.name, key=pki.new_key()))
    other = Files(tmp_path / 'other', pki.leaf(files.name, names=[files.name, 'more.example.com']))
    rsa_twin = Files(tmp_path / 'rsa', pki.leaf(files.name, 'RSA_2048'))
    for unlike in (other, rsa_twin):
        imported(verbs, unlike, unlike.fullchain, unlike.privkey, '--replace')
    done = verbs('import', renewed.fullchain, renewed.privkey, '--yes', '--replace', '--tag', 'a=b')
    assert done.stdout.strip() == first and f'replaces   {first}' in done.stderr
    assert verbs.got(first)['Certificate'].encode() == renewed.leaf.pem
    assert verbs.server.boto().list_tags_for_certificate(CertificateArn=first)['Tags'] == [{'Key': 'a', 'Value': 'b'}]
    done = verbs('import', files.fullchain, files.privkey, '--yes')
    second = done.stdout.strip()
    assert second != first and '--replace puts this one in its place' in done.stderr and first[-36:] in done.stderr
    done = verbs('import', renewed.fullchain, renewed.privkey, '--yes', '--replace', code=255)
    assert '2 imported certificates have these names' in done.stderr and '--arn' in done.stderr
    assert first[-36:] in done.stderr and second[-36:] in done.stderr and done.stdout == ''
    for word in (second, second[-36:]):
        assert verbs('import', renewed.fullchain, renewed.privkey, '--yes', '--arn', word).stdout.strip() == second


def test_the_service_s_refusal_is_told(verbs, tmp_path):
    old = Files(tmp_path / 'old', pki.leaf(domain(), not_before=pki.NOW - 9 * pki.DAY, not_after=pki.NOW - 3 * pki.DAY))
    done = verbs('import', old.fullchain, old.privkey, '--yes', code=254)
    assert 'An error occurred (ValidationException) when calling the ImportCertificate operation' in done.stderr
    assert 'The certificate has expired' in done.stderr and done.stdout == ''


# ---- import: what makes no sense ----

def test_the_wrong_key_goes_nowhere(verbs, files):
    wrong = files.put('wrong.key', pki.new_key_pem())
    done = verbs('import', files.fullchain, wrong, '--yes', code=252)
    assert f'The private key in {wrong} does not belong to the certificate in' in done.stderr
    done = verbs('import', files.fullchain, wrong, files.privkey, '--yes')
    assert f'{wrong}: A private key was left out' in done.stderr


def test_strangers_and_copies_are_left_out_and_told(verbs, files):
    stranger = pki.issue('Other CA', ca=True, key=pki.new_key())
    keyless = pki.leaf('keyless.example.com', key=pki.new_key())
    extra = files.put('extra.pem', stranger.pem, keyless.pem, files.leaf.pem, files.leaf.chain[0].pem)
    done = verbs('import', extra, files.fullchain, files.privkey, '--yes')
    assert verbs.got(done.stdout.strip())['CertificateChain'].encode().rstrip() == files.leaf.chain_pem.rstrip()
    assert 'CN=Other CA was left out: it belongs to no chain here.' in done.stderr
    assert 'CN=keyless.example.com was left out: there is no private key for it here.' in done.stderr
    assert 'came more than once: 2' in done.stderr


def test_an_authority_s_key_beside_its_leaf_s(verbs, files):
    root = pki.issue('Own Root', ca=True, key=pki.new_key())
    own = Files(files.folder / 'own', root.issue(files.name, names=[files.name], key=pki.new_key()))
    ca_key = own.put('ca.key', root.key_pem)
    done = verbs('import', own.folder, own.fullchain, own.privkey, ca_key, '--yes')
    assert verbs.got(done.stdout.strip())['Certificate'].encode() == own.leaf.pem
    assert f'{ca_key}: A private key was left out' in done.stderr


def test_a_self_signed_authority_by_itself_is_a_leaf(verbs, files):
    own = Files(files.folder / 'own', pki.issue(files.name, ca=True, names=[files.name], key=pki.new_key()))
    done = verbs('import', own.fullchain, own.privkey, '--yes')
    assert 'none: it is self-signed' in done.stderr and 'CertificateChain' not in verbs.got(done.stdout.strip())


def test_cross_signed_roots_end_in_the_valid_one(verbs, files):
    key = pki.new_key()
    name = pki.name(CN='Twice Signed')
    old_root = pki.issue('Old Root', ca=True, key=pki.new_key(), not_before=pki.NOW - 900 * pki.DAY,
                         not_after=pki.NOW - pki.DAY)
    expired = old_root.issue(name, ca=True, key=key, not_before=pki.NOW - 900 * pki.DAY, not_after=pki.NOW - pki.DAY)
    valid = pki.issue(name, ca=True, key=key)
    leaf = valid.issue(files.name, names=[files.name], key=pki.new_key())
    folder = Files(files.folder / 'x', leaf)
    mixed = folder.put('all.pem', expired.pem, old_root.pem, leaf.pem, leaf.key_pem)
    done = verbs('import', mixed, folder.put('root.pem', valid.pem), '--yes')
    assert verbs.got(done.stdout.strip())['CertificateChain'].encode().rstrip() == valid.pem.rstrip()


@pytest.mark.parametrize('content, says', [
    (b'', 'It is empty.'), (b'hello\n', 'No line -----BEGIN CERTIFICATE-----'), (b'\xfe\xed\xfe\xed\0\0\0\2', 'Java key store'),
    (b'-----BEGIN CERTIFICATE-----\nMIIB\n', 'its END line is missing'),
    (b'-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n', 'its base64 is broken'),
    (b'-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n', 'A certificate in it cannot be read'),
    (b'-----BEGIN CERTIFICATE REQUEST-----\nMAA=\n-----END CERTIFICATE REQUEST-----\n', 'signing request'),
    (b'-----BEGIN OPENSSH PRIVATE KEY-----\nMAA=\n-----END OPENSSH PRIVATE KEY-----\n', 'ssh-keygen -p -m PKCS8'),
    (b'-----BEGIN PKCS7-----\nMAA=\n-----END PKCS7-----\n', 'PKCS #7 bundle in it is damaged'),
    (b'-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAA=\n-----END ENCRYPTED PRIVATE KEY-----\n', 'is damaged'),
])
def test_files_that_hold_nothing(verbs, files, content, says):
    path = files.put('odd', content)
    done = verbs('import', path, '--yes', code=252)
    assert f'{path}: ' in done.stderr and says in done.stderr and done.stdout == ''
    assert 'There is no certificate in what was given.' in done.stderr
    assert says in verbs('check', path, code=255).stderr


@pytest.mark.parametrize('words, says, code', [
    (['import'], 'it wants PATH...', 252), (['import', '/nonexistent.pem', '--yes'], 'No such file or directory', 252),
    (['import', '/dev/null', '--yes'], 'It is empty.', 252), (['import', 'x', '--yess'], 'did you mean --yes?', 252),
    (['import', 'x', '--yes', '--tag', '=b'], "'=b' has no key", 252),
    (['import', '/dev/null', '--yes', '--passphrase-file', '/nonexistent'], '/nonexistent cannot be read', 252),
    (['check', 'x', '--at', 'someday'], "'someday' is no moment", 252), (['check'], 'it wants PATH...', 252),
    (['check', '/nonexistent.pem'], 'No such file or directory', 252),
    (['ls', 'x'], "'x' is one word too many", 252), (['ls', '--limit', '0'], 'no number from 1 up', 252),
    (['ls', '--status', 'isued'], 'did you mean issued?', 252), (['ls', '--expires-within', '3m'], 'no span of time', 252),
    (['ls', '--type', 'x'], 'valid choices are: imported, amazon-issued, private', 252),
    (['ls', '--sort', 'size'], "Invalid choice 'size'", 252),
    (['show', 'nothing.example.org'], "There is no certificate 'nothing.example.org' here.", 255),
    (['show', 'x', '--pem', '--output', 'json'], 'not both', 252),
    (['show', 'arn:aws:acm-pca:eu-central-1:1:certificate-authority/x'], 'is not the ARN of a certificate', 252),
    (['show', ''], 'An empty word', 252), (['export', 'x', '--plain-key'], '--plain-key wants --out', 252),
    (['export', 'x', '--plain-key', '--no-key'], 'not both', 252), (['rm', 'x'], 'Say --yes', 252),
    (['rm', '--yes', 'nothing.example.org'], 'There is no certificate', 255),
    (['tag', 'x', 'word'], 'Write word=VALUE', 252), (['tag', 'x', '-'], "'-' is no tag", 252),
    (['tag', 'x', '=v'], "'=v' is no tag", 252),
])
def test_what_makes_no_sense(verbs, words, says, code):
    done = verbs(*words, code=code)
    assert says in done.stderr and done.stdout == ''


def test_a_refused_connection(verbs, files):
    done = verbs('import', files.fullchain, files.privkey, '--yes', code=255, AWS_ENDPOINT_URL='http://127.0.0.1:9')
    assert 'Could not connect' in done.stderr
    assert verbs('ls', code=253, AWS_ACCESS_KEY_ID='').stderr.strip()


# ---- import: many ----

@pytest.fixture(name='many')
def fixture_many(tmp_path):
    """Twelve in a directory: nine as they should be, one expired, one without its key, one in a locked bundle."""
    folder = tmp_path / 'many'
    folder.mkdir()
    leaves = []
    for i in range(12):
        key = pki.new_key()
        more = {'not_before': pki.NOW - 9 * pki.DAY, 'not_after': pki.NOW - pki.DAY} if i == 4 else {}
        leaf = pki.leaf(domain(), key=key, **more)
        leaves.append(leaf)
        host = Files(folder / f'host{i:02}', leaf)
        if i == 7:
            host.pkcs12()
            continue
        host.put('cert.pem', leaf.pem + leaf.chain[0].pem)
        if i != 9:
            host.put('key.pem', leaf.key_pem)
    (folder / 'root.pem').write_bytes(leaves[0].chain[1].pem)
    return folder, leaves


def test_a_directory_of_many(verbs, many):
    folder, leaves = many
    done = verbs('import', folder, '--yes', code=254)
    lines = done.stdout.splitlines()
    assert len(lines) == 9 and all(ARN.match(line) for line in lines)
    assert 'Imported: 9. Replaced: 0. Failed: 1.' in done.stderr
    assert re.search(r'host04/cert.pem\): ValidationException: The certificate has expired', done.stderr)
    assert 'host09/cert.pem: CN=' in done.stderr and 'there is no private key for it here' in done.stderr
    assert 'host07/bundle.p12: It holds a PKCS #12 file' in done.stderr and '\r' not in done.stderr
    arn, name = lines[0].split()
    assert verbs.got(arn)['CertificateChain'].encode().rstrip() == leaves[0].chain_pem.rstrip()
    assert name == verbs.described(arn)['DomainName']
    for broken in (4, 9):
        shutil.rmtree(folder / f'host{broken:02}')
    done = verbs('import', folder, '--yes', '--replace', CHANCERY_PASSPHRASE='secret')
    assert 'Imported: 1. Replaced: 9. Failed: 0.' in done.stderr
    assert {line.split()[0] for line in lines} < {line.split()[0] for line in done.stdout.splitlines()}
    told = json.loads(verbs('import', folder, '--yes', '--replace', '--output', 'json', CHANCERY_PASSPHRASE='secret').stdout)
    assert len(told['Certificates']) == 10 and all(c['Replaced'] for c in told['Certificates'])
    assert 'name the files of one' in verbs('import', folder, '--yes', '--arn', arn, code=252).stderr


def test_a_bar_on_a_terminal(verbs, many):
    folder, _ = many
    code, shown = verbs.on_terminal('import', folder, answers=[('(a PKCS #12 file): ', b'secret\n'),
                                                               ('Import these 11? [y/N] ', b'y\n')])
    assert code == 254, shown
    assert re.search(r'\r\[=*\.+\] \d+ of 11', shown) and '\r\033[K' in shown
    assert len(set(ARN.findall(shown))) == 10 and 'Imported: 10. Replaced: 0. Failed: 1.' in shown
    assert 'NAME' in shown and 'ISSUER' in shown


def test_many_stop_when_nobody_answers(verbs, many):
    folder, _ = many
    done = verbs('import', folder, '--yes', code=255, AWS_ENDPOINT_URL='http://127.0.0.1:9')
    assert 'Could not connect' in done.stderr and 'Not tried: 9.' in done.stderr and done.stdout == ''


# ---- check ----

def broken(done):
    """The rules with a cross, and what is said of each."""
    return dict(re.findall(r'^  \u2717   (\S+) .*\n      (.*)$', done.stdout, re.M))


def test_all_is_well(verbs, files):
    intermediate, root = files.leaf.chain
    paths = [files.put('c.pem', files.leaf.pem), files.privkey, files.put('i.pem', intermediate.pem), files.put('r.pem', root.pem)]
    done = verbs('check', *paths)
    assert done.stdout.count('  \u2713   ') == 25 and not broken(done) and 'All is well' in done.stdout
    assert done.stdout.startswith(files.name + '\n') and '\033' not in done.stdout
    ascii_ = verbs('check', *paths, '--ascii').stdout
    assert ascii_.count('\n  ok  ') == 25 and ascii_.isascii()
    assert verbs('check', *paths, LANG='C').stdout == ascii_ == verbs('check', *paths, LC_ALL='de_DE.ISO-8859-1').stdout
    assert '\033[32m\u2713' in verbs('check', *paths, '--color', 'on').stdout
    assert '\033[32m\u2713' in verbs.on_terminal('check', *paths)[1]


def test_check_asks_no_service(verbs, files):
    verbs('check', files.put('c.pem', files.leaf.pem), files.privkey, files.put('i.pem', files.leaf.chain_pem),
          AWS_ENDPOINT_URL='http://127.0.0.1:9', AWS_ACCESS_KEY_ID='', AWS_DEFAULT_REGION='')


def test_check_goes_on_after_the_first_cross(verbs, files):
    leaf = pki.authority().issue(pki.name(O='nobody'), key=pki.shared_key('EC_prime256v1'), extended=[ExtendedKeyUsageOID.CODE_SIGNING],
                                 not_before=pki.NOW - 9 * pki.DAY, not_after=pki.NOW - pki.DAY)
    wrong = files.put('wrong.key', pki.new_key_pem())
    done = verbs('check', files.put('l.pem', leaf.pem), wrong, files.put('chain.pem', leaf.chain[1].pem, leaf.chain[0].pem),
                 code=255)
    assert set(broken(done)) == {'key-match', 'not-after', 'tls-usage', 'domain-name', 'chain-order'}
    assert done.stdout.count('This cannot be repaired here.') == 4 and done.stdout.count('This can be repaired.') == 1
    assert 'Rules broken: 5. To be repaired: 1' in done.stdout


def test_check_at_another_time(verbs, files):
    paths = [files.put('c.pem', files.leaf.pem), files.privkey, files.put('i.pem', files.leaf.chain_pem)]
    later = (pki.NOW + 366 * pki.DAY).isoformat() + 'Z'
    assert set(broken(verbs('check', *paths, '--at', later, code=255))) == {'not-after', 'chain-validity'}
    assert set(broken(verbs('check', *paths, '--at', '2001-01-01', code=255))) == {'not-before', 'chain-validity'}


def fixed(verbs, files, *words, code=0, **more):
    """--fix, and that an import field by field then takes what was written."""
    out = files.folder / 'fixed'
    shutil.rmtree(out, ignore_errors=True)
    done = verbs('check', *words, '--fix', out, code=code, **more)
    assert (out / 'certificate.pem').read_bytes() == files.leaf.pem
    if code == 0:
        assert stat.S_IMODE((out / 'private-key.pem').stat().st_mode) == 0o600
        fields = {'Certificate': out / 'certificate.pem', 'PrivateKey': out / 'private-key.pem'}
        if (out / 'chain.pem').exists():
            fields['CertificateChain'] = out / 'chain.pem'
        arn = verbs.server.boto().import_certificate(**{k: v.read_bytes() for k, v in fields.items()})['CertificateArn']
        assert verbs.got(arn)['Certificate'].encode() == files.leaf.pem
    return done


def test_what_can_be_repaired_is(verbs, files):
    intermediate, root = files.leaf.chain
    leaf, key = files.put('l.pem', files.leaf.pem), files.privkey
    chain = files.put('chain.pem', files.leaf.chain_pem)
    wrong_way = files.put('back.pem', root.pem, intermediate.pem)
    stranger = files.put('more.pem', pki.issue('Other', ca=True, key=pki.new_key()).pem, files.leaf.chain_pem)
    for words, rules in [
            ([files.fullchain, key], {'certificate-count', 'chain-required'}), ([leaf, key, wrong_way], {'chain-order'}),
            ([leaf, key, stranger], {'chain-order'}),
            ([files.put('all.pem', files.leaf.pem, files.leaf.key_pem, files.leaf.chain_pem)],
             {'certificate-count', 'certificate-pem', 'key-count', 'chain-required'}),
            ([files.put('l.der', files.leaf.der), key, chain], {'certificate-pem', 'certificate-count'}),
            ([files.put('l2.pem', files.leaf.pem[:-1]), key, files.put('c2.pem', intermediate.pem[:-1], root.pem[:-1])], set())]:
        done = fixed(verbs, files, *words)
        assert set(broken(done)) <= rules and bool(broken(done)) == bool(rules), (words, broken(done))
        assert 'An import takes these files.' in done.stdout


def test_repair_takes_the_passphrase_off(verbs, files):
    verbs.secrets = ['secret']
    leaf, chain = files.put('l.pem', files.leaf.pem), files.put('chain.pem', files.leaf.chain_pem)
    key = files.encrypted()
    done = fixed(verbs, files, leaf, key, chain, CHANCERY_PASSPHRASE='secret')
    assert set(broken(done)) == {'key-unencrypted'}
    done = verbs('check', leaf, key, chain, code=255)
    assert 'The key is encrypted' in broken(done)['key-unencrypted'] and 'cannot be repaired' in done.stdout
    fixed(verbs, files, files.pkcs12(), CHANCERY_PASSPHRASE='secret')


def test_repair_says_what_it_cannot_do(verbs, files, tmp_path):
    old = Files(tmp_path / 'old', pki.leaf(domain(), not_before=pki.NOW - 9 * pki.DAY, not_after=pki.NOW - pki.DAY))
    done = fixed(verbs, old, old.fullchain, old.privkey, code=255)
    assert 'An import still refuses them: not-after.' in done.stdout
    wrong = files.put('wrong.key', pki.new_key_pem())
    assert 'still refuses them: key-match.' in fixed(verbs, files, files.fullchain, wrong, code=255).stdout


def test_repair_overwrites_nothing(verbs, files):
    out = files.folder / 'out'
    out.mkdir()
    (out / 'private-key.pem').write_bytes(b'precious')
    words = ['check', files.fullchain, files.privkey, '--fix', out]
    assert 'private-key.pem is there already' in verbs(*words, code=255).stderr
    assert (out / 'private-key.pem').read_bytes() == b'precious'
    verbs(*words, '--force')
    assert (out / 'private-key.pem').read_bytes() == files.leaf.key_pem
    assert stat.S_IMODE((out / 'private-key.pem').stat().st_mode) == 0o600
    assert sorted(p.name for p in out.iterdir()) == ['certificate.pem', 'chain.pem', 'private-key.pem']
    assert 'cannot be made' in verbs('check', files.fullchain, files.privkey, '--fix', '/proc/x/y', code=255).stderr


def test_many_are_checked_one_by_one(verbs, many):
    folder, leaves = many
    done = verbs('check', folder, code=255, CHANCERY_PASSPHRASE='secret')
    assert done.stdout.count('All is well') == 10 and set(broken(done)) == {'not-after'}
    assert 'here are 11' in verbs('check', folder, '--fix', folder / 'out', code=252, CHANCERY_PASSPHRASE='secret').stderr


def hostile_cases():
    """Fields that the service refuses, and a few that it takes: (name, certificate, key, chain)."""
    leaf, inter, root = pki.leaf('hostile.example.com'), *pki.leaf().chain
    chain, key = leaf.chain_pem, leaf.key_pem
    yield 'good', leaf.pem, key, chain
    yield 'self-signed', (own := pki.issue('own.example.com', names=['own.example.com'])).pem, own.key_pem, None
    for name, bad in {'empty': b' ', 'zeros': b'\0' * 100, 'begin': b'-----BEGIN CERTIFICATE-----', 'utf16': b'\xff\xfe-\0-\0',
                      'tiny': b'-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'}.items():
        yield f'certificate {name}', bad, key, chain
        yield f'key {name}', leaf.pem, bad, chain
        yield f'chain {name}', leaf.pem, key, bad
    for at in (40, 120, 200, 260, -20):
        bent = bytearray(leaf.der)
        bent[at] ^= 4
        pem = b'-----BEGIN CERTIFICATE-----\n' + base64.encodebytes(bytes(bent)) + b'-----END CERTIFICATE-----\n'
        yield f'bent at {at}', pem, key, chain
    yield 'cut', b'-----BEGIN CERTIFICATE-----\n' + base64.encodebytes(leaf.der[:-9]) + b'-----END CERTIFICATE-----\n', key, chain
    yield 'wrong key', leaf.pem, pki.new_key_pem(), chain
    yield 'wrong kind of key', leaf.pem, pki.shared_key('RSA_2048') and pki.leaf(algorithm='RSA_2048').key_pem, chain
    yield 'two keys', leaf.pem, key + pki.new_key_pem(), chain
    yield 'no chain', leaf.pem, key, None
    yield 'reversed chain', leaf.pem, key, root.pem + inter.pem
    yield 'doubled chain', leaf.pem, key, inter.pem + inter.pem + root.pem
    yield 'root alone', leaf.pem, key, root.pem
    yield 'chain with a stranger', leaf.pem, key, inter.pem + pki.issue('Other', ca=True, key=pki.new_key()).pem
    yield 'der', leaf.der, key, chain
    fields = {
        'expired': {'not_before': pki.NOW - 9 * pki.DAY, 'not_after': pki.NOW - pki.DAY},
        'not yet': {'not_before': pki.NOW + pki.DAY}, 'code signing': {'extended': [ExtendedKeyUsageOID.CODE_SIGNING]}}
    for name, options in fields.items():
        yield name, (odd := pki.leaf('odd.example.com', **options)).pem, odd.key_pem, odd.chain_pem
    nameless = pki.authority().issue(pki.name(O='x'))
    yield 'nameless', nameless.pem, nameless.key_pem, nameless.chain_pem
    for name, options in {'not a ca': {'ca': False}, 'no key usage for it': {'ca': True, 'usage': {'digital_signature'}},
                          'expired ca': {'ca': True, 'not_before': pki.NOW - 9 * pki.DAY, 'not_after': pki.NOW - pki.DAY}}.items():
        bad = root.issue('Bad CA', key=pki.shared_key('EC_prime256v1', 5), **options)
        under = bad.issue('under.example.com', names=['under.example.com'])
        yield name, under.pem, under.key_pem, under.chain_pem
    deep = inter.issue('Too Deep', ca=True, key=pki.shared_key('EC_prime256v1', 6)).issue('deep.example.com', names=['deep.example.com'])
    yield 'path length', deep.pem, deep.key_pem, deep.chain_pem
    mixed = inter.issue('rsa.example.com', names=['rsa.example.com'], key='RSA_2048')
    yield 'families', mixed.pem, mixed.key_pem, mixed.chain_pem
    for name, made in {'secp256k1': ec.generate_private_key(ec.SECP256K1()), 'rsa 2050': rsa.generate_private_key(65537, 2050)}.items():
        odd = pki.issue('odd.example.com', key=made)
        yield name, odd.pem, odd.key_pem, None
    edwards = ed25519.Ed25519PrivateKey.generate()
    builder = (x509.CertificateBuilder().subject_name(pki.name(CN='x.example')).issuer_name(inter.certificate.subject)
               .public_key(edwards.public_key()).serial_number(77).not_valid_before(pki.NOW - pki.DAY).not_valid_after(pki.NOW + pki.DAY))
    odd = pki.Certificate(builder.sign(inter.key, pki.hashes.SHA256()), edwards, inter)
    yield 'ed25519', odd.pem, odd.key_pem, odd.chain_pem
    negative = bytearray(pki.leaf(serial=0x11223344556677).der)
    negative[bytes(negative).index(bytes.fromhex('11223344556677'))] = 0x91
    yield 'negative serial', b'-----BEGIN CERTIFICATE-----\n' + base64.encodebytes(bytes(negative)) + b'-----END CERTIFICATE-----\n', key, chain
    yield 'request', openssl('req', '-new', '-key', '/dev/stdin', '-subj', '/CN=x', stdin=key), key, chain


FIELDS = ('empty', 'zeros', 'begin', 'utf16', 'tiny')
HOSTILE = ['good', 'self-signed', *(f'{field} {how}' for how in FIELDS for field in ('certificate', 'key', 'chain')),
           *(f'bent at {at}' for at in (40, 120, 200, 260, -20)), 'cut', 'wrong key', 'wrong kind of key', 'two keys', 'no chain',
           'reversed chain', 'doubled chain', 'root alone', 'chain with a stranger', 'der', 'expired', 'not yet', 'code signing',
           'nameless', 'not a ca', 'no key usage for it', 'expired ca', 'path length', 'families', 'secp256k1', 'rsa 2050',
           'ed25519', 'negative serial', 'request']


@pytest.fixture(name='hostile', scope='module')
def fixture_hostile():
    return {name: fields for name, *fields in hostile_cases()}


def test_no_hostile_case_is_forgotten(hostile):
    assert list(hostile) == HOSTILE


@pytest.mark.parametrize('name', HOSTILE)
def test_check_says_what_the_service_says(verbs, tmp_path, hostile, name):
    """Whatever the service says of three fields, check says of three files: word for word, times aside."""
    certificate, key, chain = hostile[name]
    (tmp_path / 'certificate').write_bytes(certificate), (tmp_path / 'key').write_bytes(key)
    if chain is not None:
        (tmp_path / 'chain').write_bytes(chain)
    fields = {'Certificate': certificate, 'PrivateKey': key} | ({'CertificateChain': chain} if chain is not None else {})
    status, answer = verbs.server.post({k: base64.b64encode(v).decode() for k, v in fields.items()})
    paths = [tmp_path / n for n in ('certificate', 'key', 'chain') if (tmp_path / n).exists()]
    done = verbs('check', *paths, code=0 if status == 200 else 255)
    crosses = broken(done)
    assert bool(crosses) == (status != 200)
    if status != 200:
        def timeless(text):
            return re.sub(r'it is now \S+', '', text)
        message = answer.get('message', answer.get('Message'))
        assert timeless(message) == timeless(next(iter(crosses.values()))), crosses


# ---- ls, show, export, rm, tag ----

@pytest.fixture(name='house_of_three', scope='module')
def fixture_house_of_three(server):
    """Three certificates that end at different times, by name."""
    verbs = Verbs(server)
    arns = {}
    for prefix, days, algorithm in (('soon', 10, 'EC_prime256v1'), ('later', 100, 'RSA_2048'), ('last', 300, 'EC_secp384r1')):
        mark = uuid.uuid4().hex[:8]
        leaf = pki.leaf(f'{prefix}-{mark}.verbs.example', algorithm=algorithm, names=[f'{prefix}-{mark}.verbs.example', '10.1.2.3'],
                        not_after=pki.NOW + days * pki.DAY + datetime.timedelta(hours=1))
        if algorithm == 'EC_secp384r1':
            leaf = pki.authority().issue(f'{prefix}-{mark}.verbs.example', names=[f'{prefix}-{mark}.verbs.example', '10.1.2.3'],
                                         key=algorithm, not_after=pki.NOW + days * pki.DAY + datetime.timedelta(hours=1))
        arns[prefix] = (verbs.server.boto().import_certificate(**leaf.arguments())['CertificateArn'], leaf)
    return arns


def names_in(done):
    return [line.split('-')[0] for line in done.stdout.splitlines()[1:]]


def test_ls(verbs, house_of_three):
    done = verbs('ls', '--name', 'verbs.example', '--sort', 'expires')
    lines = done.stdout.splitlines()
    assert lines[0].split() == ['NAME', 'EXPIRES', 'STATUS', 'TYPE', 'KEY', 'ISSUER', 'ID']
    assert names_in(done) == ['soon', 'later', 'last']
    assert re.fullmatch(r'soon-\w+\.verbs\.example \+1 +in 10 days +ISSUED  IMPORTED  EC[-_]prime256v1  Example Issuing CA  '
                        + house_of_three['soon'][0][-36:], lines[1]), lines[1]
    assert names_in(verbs('ls', '--name', 'verbs.example')) == ['last', 'later', 'soon']
    assert names_in(verbs('ls', '--name', 'verbs.example', '--descending')) == ['soon', 'later', 'last']
    assert names_in(verbs('ls', '--name', 'verbs.example', '--expires-within', '30d')) == ['soon']
    assert names_in(verbs('ls', '--name', 'verbs.example', '--sort', 'expires', '--descending', '--status', 'issued',
                          '--status', 'expired', '--type', 'imported')) == ['last', 'later', 'soon']
    assert verbs('ls', '--name', 'verbs.example', '--type', 'private').stderr == 'There is none.\n'
    done = verbs('ls', '--name', 'verbs.example', '--limit', '2')
    assert names_in(done) == ['last', 'later'] and done.stderr == 'There are more than these 2.\n'
    told = json.loads(verbs('ls', '--name', 'verbs.example', '--output', 'json').stdout)
    assert {r['CertificateArn'] for r in told['Results']} == {arn for arn, _ in house_of_three.values()}
    assert '\033[33min 10 days' in verbs('ls', '--name', 'verbs.example', '--color', 'on').stdout


def test_show(verbs, house_of_three):
    arn, leaf = house_of_three['soon']
    verbs.server.boto().add_tags_to_certificate(CertificateArn=arn, Tags=[{'Key': 'team', 'Value': 'sh\u00f6p'}, {'Key': 'x'}])
    name = leaf.certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)[0].value
    shown = verbs('show', name).stdout
    assert shown.startswith(f'{name}\n  id                {arn[-36:]}\n')
    fingerprint = leaf.certificate.fingerprint(pki.hashes.SHA256()).hex(':')
    for line in (f'ARN               {arn}', 'status            ISSUED', 'type              IMPORTED', f'names             DNS {name}',
                 '                  IP 10.1.2.3', 'key               EC P-256', f'SHA-256           {fingerprint}',
                 'issuer            O=Example Trust,CN=Example Issuing CA'):
        assert f'\n  {line}\n' in shown, (line, shown)
    assert re.search(r'\n  tags              (team=sh\u00f6p, x|x, team=sh\u00f6p)\n', shown)
    tree = shown[shown.index('\n\n') + 2:].splitlines()
    assert [re.sub(r'  until 20.*', '', line) for line in tree] == [
        '  CN=Example Root', '  \u2514\u2500 CN=Example Issuing CA', f'     \u2514\u2500 CN={name}'], tree
    assert all(re.search(r'  until 20\S+ \(in .*\)$', line) for line in tree)
    assert '`- CN=Example Issuing CA' in verbs('show', arn, '--ascii').stdout
    for word in (arn, arn[-36:], arn[-36:].upper(), name.upper()):
        assert verbs('show', word).stdout == shown
    assert verbs('show', arn, '--pem').stdout.encode() == leaf.pem + leaf.chain_pem
    told = json.loads(verbs('show', arn, '--output', 'json').stdout)
    assert told['Certificate']['CertificateArn'] == arn and told['CertificateBody'].encode() == leaf.pem
    assert {t['Key'] for t in told['Tags']} == {'team', 'x'}


def test_words_that_mean_several(verbs, house_of_three):
    prefix = os.path.commonprefix([arn[-36:] for arn, _ in house_of_three.values()])
    done = verbs('show', prefix[:4], code=255)
    assert f"'{prefix[:4]}' is not one certificate, but " in done.stderr and 'Say more of the id' in done.stderr
    done = verbs('show', '10.1.2.3', code=255)
    assert 'but 3' in done.stderr and all(arn[-36:] in done.stderr for arn, _ in house_of_three.values())


def test_export_of_an_imported_one(verbs, house_of_three, tmp_path):
    arn, leaf = house_of_three['later']
    assert verbs('export', arn).stdout.encode() == leaf.pem + leaf.chain_pem
    out = tmp_path / 'out'
    done = verbs('export', arn, '--out', out)
    assert done.stdout.splitlines() == [f'{out}/certificate.pem', f'{out}/chain.pem']
    assert (out / 'certificate.pem').read_bytes() == leaf.pem and (out / 'chain.pem').read_bytes() == leaf.chain_pem
    assert 'is there already' in verbs('export', arn, '--out', out, code=252).stderr
    verbs('export', arn, '--out', out, '--force')
    assert 'it was imported' in verbs('export', arn, '--out', tmp_path / 'x', '--plain-key', code=252).stderr


@pytest.fixture(name='private', scope='module')
def fixture_private(server):
    """A private certificate, with its name and the CA that issued it."""
    import pca as authorities
    client = server.boto(service='acm-pca')
    root = authorities.root(client, 'Verbs Root')
    name = domain()
    arn = server.boto().request_certificate(DomainName=name, CertificateAuthorityArn=root.arn)['CertificateArn']
    for _ in range(100):
        if server.boto().describe_certificate(CertificateArn=arn)['Certificate']['Status'] == 'ISSUED':
            return arn, name
    raise AssertionError('not issued')


def test_export_of_a_private_one(verbs, private, tmp_path):
    verbs.secrets = ['correct horse']
    arn, name = private
    done = verbs('export', name, code=252)
    assert '--plain-key' in done.stderr and done.stdout == ''
    out = verbs('export', name, CHANCERY_PASSPHRASE='correct horse', private=False).stdout
    key = out[out.index('-----BEGIN ENCRYPTED PRIVATE KEY-----'):]
    opened = serialization.load_pem_private_key(key.encode(), b'correct horse')
    certificate = x509.load_pem_x509_certificate(verbs.got(arn)['Certificate'].encode())
    assert opened.public_key().public_numbers() == certificate.public_key().public_numbers()
    plain = tmp_path / 'plain'
    verbs('export', name, '--plain-key', '--out', plain)
    assert stat.S_IMODE((plain / 'private-key.pem').stat().st_mode) == 0o600
    opened = serialization.load_pem_private_key((plain / 'private-key.pem').read_bytes(), None)
    assert opened.public_key().public_numbers() == certificate.public_key().public_numbers()
    assert 'PRIVATE KEY' not in verbs('export', name, '--no-key').stdout
    sealed = tmp_path / 'sealed'
    code, shown = verbs.on_terminal('export', name, '--out', sealed, answers=[
        ('Passphrase for the private key: ', b'correct horse\n'), ('Once more: ', b'correct horse\n')])
    assert code == 0, shown
    serialization.load_pem_private_key((sealed / 'private-key.pem').read_bytes(), b'correct horse')
    code, shown = verbs.on_terminal('export', name, answers=[('key: ', b'correct horse\n'), ('Once more: ', b'horse\n')])
    assert code == 252 and 'differ' in shown
    assert 'at least' in verbs('export', name, code=252, CHANCERY_PASSPHRASE='abc').stderr
    assert f'{name}\n' in verbs('show', name).stdout


def test_rm(verbs, files, tmp_path):
    other = Files(tmp_path / 'o')
    one, two = imported(verbs, files, files.fullchain, files.privkey), imported(verbs, other, other.fullchain, other.privkey)
    code, shown = verbs.on_terminal('rm', one, files.name, answers=[('Delete it? [y/N] ', b'n\n')])
    assert code == 255 and 'Nothing was deleted.' in shown and files.name in shown
    done = verbs('rm', '--yes', files.name, 'nothing.example.org', code=255)
    assert done.stdout == '' and verbs.got(one)
    code, shown = verbs.on_terminal('rm', one, two, answers=[('Delete these 2? [y/N] ', b'y\n')])
    assert code == 0 and shown.count('Deleted ') == 2
    assert 'ResourceNotFoundException' in verbs('rm', '--yes', one, code=254).stderr


def test_tag(verbs, files):
    arn = imported(verbs, files, files.fullchain, files.privkey)
    done = verbs('tag', files.name)
    assert done.stdout == '' and done.stderr == 'It has no tags.\n'
    assert sorted(verbs('tag', arn, 'team=shop', 'empty=', 'path=a=b').stdout.splitlines()) == ['empty=', 'path=a=b', 'team=shop']
    assert verbs('tag', arn[-36:], '-team', '-empty', 'new=x').stdout.splitlines() == ['new=x', 'path=a=b']
    assert json.loads(verbs('tag', arn, '--output', 'json').stdout)['Tags'][0] == {'Key': 'new', 'Value': 'x'}
    assert 'InvalidTagException' in verbs('tag', arn, 'aws:x=y', code=254).stderr


def test_help():
    for verb in ('import', 'check', 'ls', 'show', 'export', 'rm', 'tag'):
        done = subprocess.run([str(house.BINARY), verb, 'help'], capture_output=True, text=True, check=True)
        assert done.stdout.startswith(f'chancery {verb} ') and '--endpoint-url URL' in done.stdout
        assert done.stdout == subprocess.run([str(house.BINARY), verb, '--help'], capture_output=True, text=True, check=True).stdout
        listed = subprocess.run([str(house.BINARY), 'help'], capture_output=True, text=True, check=True).stdout
        assert f'\n  chancery {verb} ' in listed
