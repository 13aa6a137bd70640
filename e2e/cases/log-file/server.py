"""Answers, and logs to the file that it is told."""
import http.server
import logging
import os
import sys

logging.basicConfig(filename=sys.argv[2], level=logging.INFO)


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        logging.info(self.path)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"logged\n")


http.server.ThreadingHTTPServer(("", int(os.environ.get("PORT", 5000))), Handler).serve_forever()
