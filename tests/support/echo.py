"""A server that remembers what it is asked, and answers {} or what a test wants: what do clients send?"""
import http.server
import json
import threading


class Echo:
    """`asked` holds (X-Amz-Target, Authorization, parsed body) of each request."""

    def __init__(self):
        self.asked = asked = []
        self.answer = answer = [200, {}]  # status and body; tests may change it

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers['Content-Length']))
                asked.append((self.headers['X-Amz-Target'], self.headers['Authorization'], json.loads(body)))
                text = json.dumps(answer[1]).encode()
                self.send_response(answer[0])
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
