"""Requests written by hand, byte by byte, and signed by a SigV4 of the tests' own: no client stands in between."""
import datetime
import hashlib
import hmac
import json
import socket

TARGET = 'CertificateManager.ListCertificates'
CONTENT_TYPE = 'application/x-amz-json-1.1'
EMPTY_LIST = b'{"CertificateSummaryList":[]}'


def _hmac(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def now(offset_s=0):
    moment = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=offset_s)
    return moment.strftime('%Y%m%dT%H%M%SZ')


class Request:
    """One signed POST. Everything can be bent before, or after, it is signed."""

    def __init__(self, server, body=b'{}', target=TARGET, headers=(), date=None, region=None, service='acm',
                 access_key=None, secret_key=None, scope_date=None, content_type=CONTENT_TYPE, unsigned=(), path='/',
                 terminator='aws4_request', signed_body=None):
        self.body, self.path = body, path
        self.date = date or now()
        self.scope = '/'.join([scope_date or self.date[:8], region or server.region, service, terminator])
        self.access_key = access_key or server.access_key
        self.headers = [('Host', f'{server.host}:{server.port}'), ('X-Amz-Date', self.date)]
        if content_type is not None:
            self.headers.append(('Content-Type', content_type))
        if target is not None:
            self.headers.append(('X-Amz-Target', target))
        self.headers += list(headers)
        self._sign(secret_key or server.secret_key, body if signed_body is None else signed_body)
        self.headers += list(unsigned)

    def _sign(self, secret, body):
        values = {}
        for name, value in self.headers:
            values.setdefault(name.lower(), []).append(' '.join(value.split()))
        self.signed = ';'.join(sorted(values))
        payload = values.get('x-amz-content-sha256', [hashlib.sha256(body).hexdigest()])[0]
        path, _, query = self.path.partition('?')
        canonical = '\n'.join(['POST', path, query, *(f'{n}:{",".join(values[n])}' for n in sorted(values)), '',
                               self.signed, payload])
        to_sign = '\n'.join(['AWS4-HMAC-SHA256', self.date, self.scope,
                             hashlib.sha256(canonical.encode()).hexdigest()])
        key = ('AWS4' + secret).encode()
        for part in self.scope.split('/'):
            key = _hmac(key, part)
        self.signature = hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()
        self.authorization = (f'AWS4-HMAC-SHA256 Credential={self.access_key}/{self.scope}, '
                              f'SignedHeaders={self.signed}, Signature={self.signature}')

    def without(self, *names):
        self.headers = [(n, v) for n, v in self.headers if n.lower() not in names]
        return self

    def head(self, framing=None, authorization=True, extra=b''):
        """The head's bytes. `framing` replaces the Content-Length line; `extra` is put in raw."""
        lines = [f'POST {self.path} HTTP/1.1'.encode()]
        lines += [f'{n}: {v}'.encode() for n, v in self.headers]
        if authorization:
            lines.append(b'Authorization: ' + self.authorization.encode())
        lines.append(f'Content-Length: {len(self.body)}'.encode() if framing is None else framing)
        return b'\r\n'.join(line for line in lines if line) + b'\r\n' + extra + b'\r\n'

    def bytes(self, **how):
        return self.head(**how) + self.body


class Answer:
    """A parsed answer."""

    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def type(self):
        return self.json['__type']

    @property
    def message(self):
        return self.json.get('message', self.json.get('Message'))

    def __repr__(self):
        return f'{self.status} {self.headers} {self.body!r}'


class Wire:
    """A raw connection that reads answers."""

    def __init__(self, server, timeout=20):
        self.socket = server.connect(timeout)
        self.pending = b''

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)
        return self

    def _more(self):
        try:
            data = self.socket.recv(65536)
        except ConnectionResetError:
            data = b''
        self.pending += data
        return bool(data)

    def closed(self):
        """True once the server has closed and nothing is left to read; an answer that comes instead is a failure."""
        assert self.until_closed() == b'', self.pending
        return True

    def until_closed(self):
        """All that comes until the server closes."""
        while self._more():
            pass
        return self.pending

    def answer(self, head=False):
        """The next answer; None when the connection ended before one came."""
        while b'\r\n\r\n' not in self.pending:
            if not self._more():
                assert self.pending == b'', self.pending
                return None
        text, _, rest = self.pending.partition(b'\r\n\r\n')
        lines = text.decode('latin-1').split('\r\n')
        status = int(lines[0].split(' ')[1])
        headers = {n.lower(): v for n, v in (line.split(': ', 1) for line in lines[1:])}
        length = 0 if head or status == 100 else int(headers['content-length'])
        while len(rest) < length:
            self.pending = rest
            assert self._more(), (headers, rest)
            rest = self.pending
        self.pending = rest[length:]
        return Answer(status, headers, rest[:length])


def ask(server, data, timeout=20):
    """One request on a connection of its own."""
    with Wire(server, timeout) as wire:
        return wire.send(data).answer()


def reads_as_ended(answer):
    """After a refusal the server says that it closes."""
    return answer.headers.get('connection', '').lower() == 'close'


def shut_write(wire):
    wire.socket.shutdown(socket.SHUT_WR)
