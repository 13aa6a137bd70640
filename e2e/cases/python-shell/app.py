"""Keeps what it is asked for in the box."""
import http.server
import os


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        try:
            with open("/srv/box/last", "w") as f:
                f.write(self.path)
            body, code = "in the box\n", 200
        except OSError as err:
            body, code = f"error: {err}\n", 500
        self.send_response(code)
        self.end_headers()
        self.wfile.write(body.encode())


http.server.ThreadingHTTPServer(("", int(os.environ.get("PORT", 5000))), Handler).serve_forever()
