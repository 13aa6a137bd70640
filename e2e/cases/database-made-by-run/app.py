"""Counts its visitors in a database."""
import http.server
import os
import sqlite3


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        try:
            with sqlite3.connect("visits.db") as db:
                db.execute("INSERT INTO visit VALUES (?)", (self.path,))
                more = db.execute("SELECT COUNT(*) > 1 FROM visit").fetchone()[0]
            body, code = f"counted: {bool(more)}\n", 200
        except Exception as err:
            body, code = f"error: {err}\n", 500
        self.send_response(code)
        self.end_headers()
        self.wfile.write(body.encode())


http.server.ThreadingHTTPServer(("", int(os.environ.get("PORT", 5000))), Handler).serve_forever()
