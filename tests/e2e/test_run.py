"""./run, as a newcomer meets it. On the release build, which is what it makes."""
import os
import pathlib
import re
import signal
import socket
import stat
import subprocess
import time

import house
import pki
import pytest

# `./run` builds the release build; elsewhere that would take minutes.
pytestmark = [pytest.mark.release,
              pytest.mark.skipif(house.BINARY.resolve() != (house.ROOT / 'build' / 'chancery').resolve(),
                                 reason='builds and runs build/chancery')]
TIMEOUT_S = 300


def free_port():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


@pytest.fixture
def place(tmp_path):
    """The environment of a user who keeps everything in a folder of the test, and wrong AWS settings besides."""
    return {**os.environ, 'CHANCERY_DATA_DIR': str(tmp_path / 'data dir'), 'CHANCERY_PORT': str(free_port()),
            'AWS_ACCESS_KEY_ID': 'wrong', 'AWS_SECRET_ACCESS_KEY': 'wrong', 'AWS_PROFILE': 'nobody'}


def run(place, *words):
    return subprocess.run([str(house.ROOT / 'run'), *map(str, words)], env=place, capture_output=True, text=True,
                          timeout=TIMEOUT_S, check=False, cwd='/')


def test_once_and_again(place):
    first = run(place, '--once')
    assert first.returncode == 0, first.stderr
    assert 'secret access key' in first.stdout
    assert '"CertificateArn": "arn:aws:acm:' in first.stdout
    assert '"DomainName": "www.chancery.example"' in first.stdout
    credentials = pathlib.Path(place['CHANCERY_DATA_DIR']) / 'credentials'
    assert stat.S_IMODE(credentials.stat().st_mode) == 0o600
    secret = re.search(r'aws_secret_access_key = (\S+)', credentials.read_text())[1]
    assert first.stdout.count(secret) == 1

    second = run(place, '--once')
    assert second.returncode == 0, second.stderr
    assert 'Certificates in this store: 1' in second.stdout
    assert 'of an earlier run is among them' in second.stdout
    assert secret not in second.stdout
    third = run(place, '--once')
    assert 'Certificates in this store: 1' in third.stdout


def test_a_key_of_another_store_is_replaced(place):
    credentials = pathlib.Path(place['CHANCERY_DATA_DIR']) / 'credentials'
    credentials.parent.mkdir(mode=0o700)
    credentials.write_text('[chancery]\naws_access_key_id = AKIAXXXXXXXXXXXXXXXX\naws_secret_access_key = x\n'
                           '[mine]\naws_access_key_id = AKIAMINE\n')
    credentials.chmod(0o600)
    done = run(place, '--once')
    assert done.returncode == 0, done.stderr
    assert 'AKIAXXXXXXXXXXXXXXXX' not in credentials.read_text()
    assert 'AKIAMINE' in credentials.read_text()


def test_serves_until_ctrl_c_what_it_says_to_paste(place, request):
    process = subprocess.Popen([str(house.ROOT / 'run')], env=place, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                               text=True)
    request.addfinalizer(process.terminate)
    lines = []
    for line in process.stdout:
        lines.append(line)
        if 'Serving until Ctrl-C' in line:
            break
    text = ''.join(lines)
    clean = {k: v for k, v in os.environ.items() if not k.startswith('AWS_')}
    exports = re.search(r'^  export (.*)$', text, re.M)[1]
    command = re.search(r'^  (aws acm list-certificates.*)$', text, re.M)[1]
    listed = subprocess.run(['bash', '-c', f'export {exports} AWS_PAGER=; {command}'], env=clean, capture_output=True,
                            text=True, timeout=TIMEOUT_S, check=False)
    assert listed.returncode == 0, listed.stderr
    assert 'www.chancery.example' in listed.stdout
    program = re.search(r'^  import boto3\n(?:  .*\n)*', text, re.M)[0].replace('  ', '')
    fetched = subprocess.run(['bash', '-c', f'export {exports}; /usr/bin/python3 -'], input=program, env=clean,
                             capture_output=True, text=True, timeout=TIMEOUT_S, check=False)
    assert fetched.stdout.startswith('-----BEGIN CERTIFICATE-----'), fetched.stderr

    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 0
    process.stdout.close()
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            socket.create_connection(('127.0.0.1', int(place['CHANCERY_PORT']))).close()
        except ConnectionRefusedError:
            return
        time.sleep(0.1)
    pytest.fail('the daemon outlives ./run')


def test_ones_own_files(place, tmp_path):
    leaf = pki.leaf('own.example.com', algorithm='RSA_2048')
    for name, text in (('cert.pem', leaf.pem), ('my key.pem', leaf.key_pem), ('chain.pem', leaf.chain_pem)):
        (tmp_path / name).write_bytes(text)
    done = run(place, '--once', tmp_path / 'cert.pem', tmp_path / 'my key.pem', tmp_path / 'chain.pem')
    assert done.returncode == 0, done.stderr
    assert '"DomainName": "own.example.com"' in done.stdout
    assert 'www.chancery.example' not in done.stdout

    (tmp_path / 'other.pem').write_bytes(pki.new_key_pem('RSA_2048'))
    refused = run(place, '--once', tmp_path / 'cert.pem', tmp_path / 'other.pem', tmp_path / 'chain.pem')
    assert refused.returncode == 1
    assert 'The private key does not match the public key in the certificate' in refused.stderr


def test_a_data_directory_that_is_served_is_left_alone(place, tmp_path):
    server = house.Server(tmp_path / 'data dir')
    log = tmp_path / 'data dir' / 'log'
    log.write_text('of the daemon that serves\n')
    done = run(place, '--once')
    assert done.returncode == 1
    assert f'a daemon (process {server.pid}) serves' in done.stderr
    assert log.read_text() == 'of the daemon that serves\n'
    server.stop()


def test_a_taken_port_is_explained(place):
    with socket.create_server(('127.0.0.1', int(place['CHANCERY_PORT']))):
        done = run(place, '--once')
    assert done.returncode == 1
    assert 'Choose another port: CHANCERY_PORT=' in done.stderr


@pytest.mark.parametrize('words, what', [(['--bogus'], '--bogus'), (['nothing.pem', 'x'], 'nothing.pem'),
                                         ([__file__], 'CERT and KEY')])
def test_words_that_make_no_sense(place, words, what):
    done = run(place, *words)
    assert done.returncode == 1 and what in done.stderr
    assert not pathlib.Path(place['CHANCERY_DATA_DIR']).exists()
