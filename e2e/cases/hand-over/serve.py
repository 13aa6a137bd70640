"""Counts its requests in a file that came out of an archive, logs beside it, and saves settings that were cloned."""
import http.server
import json
import os


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        with open("count", "r+") as f:
            n = int(f.read()) + 1
            f.seek(0)
            f.write(str(n))
        with open("logs/access.log", "a") as f:
            f.write(self.path + "\n")
        with open("settings/settings.json", "r+") as f:
            settings = json.load(f)
            f.seek(0)
            json.dump(settings, f)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(f"counting from the archive: {n > 0}, settings: saved\n".encode())

    def log_message(self, *args):
        pass


http.server.HTTPServer(("", int(os.environ.get("PORT", "8000"))), Handler).serve_forever()
