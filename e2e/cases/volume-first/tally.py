"""Adds a line to the tally in DATA_DIR and keeps an index in /var/lib/tally."""
import http.server
import os

PLACES = [os.environ["DATA_DIR"], "/var/lib/tally"]


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        try:
            for place in PLACES:
                with open(os.path.join(place, "tally"), "a") as f:
                    f.write("|")
            code, text = 200, "tallied\n"
        except OSError as err:
            code, text = 500, f"{err}\n"
        self.send_response(code)
        self.end_headers()
        self.wfile.write(text.encode())


http.server.HTTPServer(("", int(os.environ["PORT"])), Handler).serve_forever()
