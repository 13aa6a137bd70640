"""Counts its requests in a file that came out of an archive, and writes beside one that came out of another."""
import http.server
import os


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        with open("count", "r+") as f:
            n = int(f.read()) + 1
            f.seek(0)
            f.write(str(n))
        with open("more/extra/new", "w") as f:
            f.write("new")
        extra = os.path.exists("more/extra/text")
        self.send_response(200)
        self.end_headers()
        self.wfile.write(f"counting from the archive: {n > 0}, extra: {extra}\n".encode())

    def log_message(self, *args):
        pass


http.server.HTTPServer(("", int(os.environ.get("PORT", "8000"))), Handler).serve_forever()
