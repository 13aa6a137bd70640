import http.server
import os
import socketserver
import subprocess


class Shop(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = b"from behind nginx"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def address_string(self):
        return "a socket"

    def log_message(self, *args):
        pass


if os.path.exists("/tmp/shop.sock"):
    os.remove("/tmp/shop.sock")
subprocess.run(["nginx", "-c", "nginx.conf", "-p", os.getcwd()], check=True)
socketserver.UnixStreamServer("/tmp/shop.sock", Shop).serve_forever()
