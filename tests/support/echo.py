"""A server that remembers what it is asked, and answers {} or what a test wants: what do clients send, and show?"""
import http.server
import json
import threading


class Echo:
    """`asked` holds (X-Amz-Target, Authorization, parsed body) of each request. `answers` may hold, by operation, what
    makes an answer of a body: a function that gives (status, body)."""

    def __init__(self):
        self.asked = asked = []
        self.answer = answer = [200, {}]  # status and body; tests may change it
        self.answers = answers = {}

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers['Content-Length']))
                target, body = self.headers['X-Amz-Target'], json.loads(body)
                asked.append((target, self.headers['Authorization'], body))
                operation = answers.get(target.split('.')[1])
                status, said = operation(body) if operation else answer
                text = json.dumps(said).encode()
                self.send_response(status)
                self.send_header('Content-Type', 'application/x-amz-json-1.1')
                self.send_header('Content-Length', str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_):
                pass

        self.server = http.server.HTTPServer(('127.0.0.1', 0), Handler)
        self.url = f'http://127.0.0.1:{self.server.server_port}'
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def take(self):
        """The one request since the last time."""
        (request,), self.asked[:] = list(self.asked), []
        return request

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
