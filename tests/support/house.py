"""A running daemon and the real clients of it, for the end-to-end tests."""
import json
import os
import pathlib
import signal
import socket
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = pathlib.Path(os.environ.get('CHANCERY_BINARY', ROOT / 'build-test' / 'chancery'))
TARGETS = {'acm': 'CertificateManager', 'acm-pca': 'ACMPrivateCA', 'chancery': 'Chancery'}
BOTOCORE = pathlib.Path(os.environ.get('CHANCERY_BOTOCORE', BINARY.parent / 'botocore'))
ACCOUNT, REGION = '111122223333', 'eu-central-1'
ACCESS_KEY, SECRET_KEY = 'AKIAIOSFODNN7EXAMPLE', 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'
# A sanitized daemon on a busy machine starts in about a second.
START_TIMEOUT_S = 60
STOP_TIMEOUT_S = 60
SANITIZER_WORDS = ('AddressSanitizer', 'LeakSanitizer', 'runtime error:')


def is_sanitized(binary=BINARY):
    """True when the binary carries AddressSanitizer."""
    return b'__asan_init' in pathlib.Path(binary).read_bytes()


def faketime(seconds):
    """The environment that moves a program's clock by so much."""
    library = next(pathlib.Path('/usr/lib').glob('*/faketime/libfaketimeMT.so.1'))
    return {'LD_PRELOAD': str(library), 'FAKETIME': f'+{seconds}s', 'FAKETIME_DONT_FAKE_MONOTONIC': '1'}


class Server:
    """`chancery serve` on a free port of loopback. Its stderr is in .log_path."""

    def __init__(self, data_dir, options=(), environment=None, credentials=True, wrapper=(), binary=BINARY, port=0,
                 expect_start=True, scheme='http'):
        self.data_dir = pathlib.Path(data_dir)
        self.data_dir.parent.mkdir(parents=True, exist_ok=True)
        self.log_path = self.data_dir.parent / (self.data_dir.name + '.log')
        self.account, self.region = ACCOUNT, REGION
        self.access_key, self.secret_key = ACCESS_KEY, SECRET_KEY
        self.host, self.scheme = '127.0.0.1', scheme
        env = {**os.environ, **(environment or {})}
        if credentials:
            env |= {'CHANCERY_ROOT_ACCESS_KEY_ID': ACCESS_KEY, 'CHANCERY_ROOT_SECRET_ACCESS_KEY': SECRET_KEY,
                    'CHANCERY_ROOT_ACCOUNT_ID': ACCOUNT}
        with open(self.log_path, 'ab') as log:
            offset = log.tell()
            self.process = subprocess.Popen(
                [*wrapper, str(binary), 'serve', '--data-dir', str(self.data_dir), '--listen', f'127.0.0.1:{port}',
                 *map(str, options)], env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.pid = self.process.pid
        if expect_start:
            self.port = self._wait_for_port(offset)
            self.url = f'{scheme}://{self.host}:{self.port}'

    def _wait_for_port(self, offset):
        deadline = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < deadline:
            with open(self.log_path, 'rb') as log:
                log.seek(offset)
                for line in log.read().decode(errors='replace').splitlines():
                    try:
                        event = json.loads(line)
                    except ValueError:
                        continue
                    if event.get('event') == 'serving':
                        self.serving = event
                        return int(event['address'].rpartition(':')[2])
            if self.process.poll() is not None:
                raise RuntimeError(f'the daemon ended with {self.process.returncode}: {self.log()}')
            time.sleep(0.01)
        self.process.kill()
        raise RuntimeError(f'the daemon did not start: {self.log()}')

    def log(self):
        return self.log_path.read_text(errors='replace')

    def events(self):
        """The log's lines as objects."""
        found = []
        for line in self.log().splitlines():
            try:
                found.append(json.loads(line))
            except ValueError:
                pass
        return found

    def stop(self):
        """Ends it as an operator would; refuses an unclean end."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
                raise AssertionError(f'the daemon did not stop: {self.log()[-4000:]}') from None
            assert self.process.returncode == 0, f'exit {self.process.returncode}: {self.log()[-4000:]}'
        self.check_log()

    def kill(self):
        """Ends it as a power cut would."""
        self.process.kill()
        self.process.wait()

    def check_log(self):
        text = self.log()
        for word in SANITIZER_WORDS:
            assert word not in text, text[max(text.find(word) - 500, 0):][:6000]

    def environment(self):
        """What a client needs to find it."""
        env = {k: v for k, v in os.environ.items() if not k.startswith('AWS_')}
        return env | {'AWS_ACCESS_KEY_ID': self.access_key, 'AWS_SECRET_ACCESS_KEY': self.secret_key,
                      'AWS_DEFAULT_REGION': self.region, 'AWS_DATA_PATH': str(BOTOCORE), 'AWS_PAGER': '',
                      'AWS_CONFIG_FILE': '/nonexistent', 'AWS_SHARED_CREDENTIALS_FILE': '/nonexistent',
                      'AWS_EC2_METADATA_DISABLED': 'true', 'AWS_MAX_ATTEMPTS': '1'}

    def boto(self, access_key=None, secret_key=None, region=None, service='acm', **config):
        """A boto3 client; without retries, so that a test sees the first answer."""
        import boto3
        import botocore.config
        import botocore.session
        session = botocore.session.get_session()
        session.get_component('data_loader').search_paths.insert(0, str(BOTOCORE))
        retries = config.pop('retries', {'max_attempts': 0})
        return boto3.session.Session(botocore_session=session).client(
            service, endpoint_url=self.url, region_name=region or self.region,
            aws_access_key_id=access_key or self.access_key, aws_secret_access_key=secret_key or self.secret_key,
            config=botocore.config.Config(retries=retries, **config))

    def aws(self, *words, text=True, service='acm', **more):
        """The AWS CLI: `aws acm WORDS…`."""
        return subprocess.run(['/usr/bin/aws', service, *map(str, words), '--endpoint-url', self.url],
                              env=self.environment(), capture_output=True, text=text, check=False, **more)

    def chancery(self, *words, text=True, service='acm', **more):
        """Our own command line: `chancery acm WORDS…`."""
        return subprocess.run([str(BINARY), service, *map(str, words), '--endpoint-url', self.url],
                              env=self.environment(), capture_output=True, text=text, check=False, **more)

    def connect(self, timeout=20):
        """A raw connection, for what no client would send."""
        return socket.create_connection((self.host, self.port), timeout=timeout)

    def post(self, body, operation='ImportCertificate', headers=None, timeout=60, service='acm'):
        """One signed request with any body at all: (status, parsed answer). No client's own checks stand before it."""
        import http.client
        import botocore.auth
        import botocore.awsrequest
        import botocore.credentials
        body = body if isinstance(body, bytes) else json.dumps(body).encode()
        request = botocore.awsrequest.AWSRequest('POST', self.url + '/', data=body, headers={
            'Content-Type': 'application/x-amz-json-1.1', 'X-Amz-Target': f'{TARGETS[service]}.{operation}',
            **(headers or {})})
        botocore.auth.SigV4Auth(botocore.credentials.Credentials(self.access_key, self.secret_key), service,
                                self.region).add_auth(request)
        connection = http.client.HTTPConnection(self.host, self.port, timeout=timeout)
        try:
            connection.request('POST', '/', body, dict(request.headers))
            answer = connection.getresponse()
            text = answer.read()
            return answer.status, json.loads(text) if text else {}
        finally:
            connection.close()
