"""Opens for the word in settings.ini, which only its owner may read."""
import configparser
import http.server

PLACES = ["settings.ini", "/etc/gate/extra.ini"]


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        config = configparser.ConfigParser()
        try:
            for name in PLACES:
                with open(name) as f:
                    config.read_file(f)
            code, text = 200, f"{config['gate']['answer']}, {config['extra']['name']}\n"
        except OSError as err:
            code, text = 500, f"{err}\n"
        self.send_response(code)
        self.end_headers()
        self.wfile.write(text.encode())


http.server.HTTPServer(("", int(__import__("os").environ["PORT"])), Handler).serve_forever()
