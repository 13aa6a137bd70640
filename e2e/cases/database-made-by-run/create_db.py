"""Makes the database that the image ships with."""
import sqlite3

with sqlite3.connect("visits.db") as db:
    db.execute("CREATE TABLE visit (path)")
    db.execute("INSERT INTO visit VALUES ('first')")
