"""Says that it was started, from the file that the start script leaves."""
import http.server
import os

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        try:
            ready = os.path.getsize("state/started") > 0
        except OSError:
            ready = False
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"started\n" if ready else b"not ready\n")

http.server.HTTPServer(("", int(os.environ["PORT"])), Handler).serve_forever()
