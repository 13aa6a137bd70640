"""Adds a line to the tally in DATA_DIR and in a directory of its own below."""
import http.server
import os

PLACES = [os.environ["DATA_DIR"], "/data/days"]


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        try:
            os.makedirs("/data/days", exist_ok=True)
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
