"""Answers with the word of its configuration."""
import configparser
import http.server
import os

config = configparser.ConfigParser()
with open("/etc/gate/gate.ini") as f:
    config.read_file(f)


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(f"come in, {config['gate']['word']}\n".encode())


http.server.ThreadingHTTPServer(("", int(os.environ.get("PORT", 5000))), Handler).serve_forever()
