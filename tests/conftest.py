"""Fixtures that every end-to-end test shares: a running daemon, and the real clients pointed at it."""
import os
import pathlib
import signal
import socket
import sys
import threading

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / 'support'))
import house  # noqa: E402
import pca as authorities  # noqa: E402

# What a shell starts in the background ignores Ctrl-C, and so would all that it starts: no program of ours could be interrupted.
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_configure(config):
    config.addinivalue_line('markers', 'release: needs the release build (sanitizers do not mix with what it tests)')
    config.addinivalue_line('markers', 'package: builds Debian packages and a root filesystem for them')


@pytest.fixture(scope='session')
def chancery():
    """The path of the binary under test."""
    return house.BINARY


@pytest.fixture(scope='session')
def server(tmp_path_factory):
    """One daemon for all tests that do not need one of their own. Ended cleanly, and looked at for complaints."""
    running = house.Server(tmp_path_factory.mktemp('server'))
    yield running
    running.stop()


@pytest.fixture(scope='session')
def pki_server(tmp_path_factory):
    """One daemon that also serves revocation lists and OCSP, where its certificates say: .pki_url."""
    url = f'127.0.0.1:{authorities.free_port()}'
    running = house.Server(tmp_path_factory.mktemp('pki-server'),
                           ['--pki-listen', url, '--public-url', f'http://{url}'])
    running.pki_url = f'http://{url}'
    yield running
    running.stop()


@pytest.fixture(scope='session')
def pca(pki_server):
    """A boto3 ACM-PCA client of it."""
    return pki_server.boto(service='acm-pca')


@pytest.fixture(scope='session')
def own_root(pca):
    """A root at work, with a complete list and OCSP."""
    return authorities.root(pca, 'Shared Root', RevocationConfiguration={
        'CrlConfiguration': {'Enabled': True, 'ExpirationInDays': 7, 'S3BucketName': 'lists.example'},
        'OcspConfiguration': {'Enabled': True}})


@pytest.fixture
def start_server(tmp_path):
    """start_server('--option', 'value', data_dir=…): a daemon of one's own, ended with the test."""
    started = []

    def start(*options, data_dir=None, **more):
        started.append(house.Server(data_dir or tmp_path / f'data{len(started)}', options, **more))
        return started[-1]

    yield start
    for running in started:
        running.stop()


@pytest.fixture
def boto(server):
    """A boto3 ACM client."""
    return server.boto()


@pytest.fixture
def aws(server):
    """aws('list-certificates', '--max-items', '1'): the AWS CLI; returns the finished process."""
    return server.aws


@pytest.fixture
def liar():
    """liar(bytes): a server that answers everything with these; None says nothing. Returns its URL."""
    listeners = []

    def start(answer):
        listener = socket.create_server(('127.0.0.1', 0))
        listeners.append(listener)

        def serve():
            held = []
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                held.append(connection)
                connection.recv(65536)
                if answer is not None:
                    connection.sendall(answer)
                    connection.close()
        threading.Thread(target=serve, daemon=True).start()
        return f'http://127.0.0.1:{listener.getsockname()[1]}'

    yield start
    for listener in listeners:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
