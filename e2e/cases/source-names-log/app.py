import http.server
import logging

logging.basicConfig(filename="/var/log/shop.log", level=logging.INFO)


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        logging.info("served %s", self.path)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"shop")


http.server.HTTPServer(("", 8000), Handler).serve_forever()
