"""Keeps notes in SQLite, uploads in a directory, a log in /var/log/notes."""
import http.server
import logging
import os
import sqlite3

logging.basicConfig(filename="/var/log/notes/app.log", level=logging.INFO)


def save(text):
    with sqlite3.connect("instance/notes.db") as db:
        db.execute("CREATE TABLE IF NOT EXISTS note (text)")
        db.execute("INSERT INTO note VALUES (?)", (text,))
        known = db.execute("SELECT COUNT(*) > 0 FROM note WHERE text = ?", (text,)).fetchone()[0]
    with open("uploads/last.txt", "w") as f:
        f.write(text)
    with open("instance/cache/last", "w") as f:
        f.write(text)
    logging.info("saved %s", text)
    return bool(known)


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        try:
            body, code = f"saved: {save(self.path)}\n", 200
        except Exception as err:
            body, code = f"error: {err}\n", 500
        self.send_response(code)
        self.end_headers()
        self.wfile.write(body.encode())


http.server.ThreadingHTTPServer(("", int(os.environ.get("PORT", 5000))), Handler).serve_forever()
