"""Writes database.sql of the sample in the current folder: run it with the Python that has its requirements.

It runs the sample's own migrations on a new database, adds the rows of rows.sql and writes down what came out.
The last migration is left for "Ormsight: Upgrade Database".
"""

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

sample = json.loads(Path("sample.json").read_text())
database = Path(sample["database"])
database.unlink(missing_ok=True)
# Django numbers the content types of new models in the order of a set.
same_each_time = {**os.environ, "PYTHONHASHSEED": "0"}
for command in sample["migrate"]:
    subprocess.run([sys.executable, *command], check=True, env=same_each_time)

with sqlite3.connect(database) as connection:
    connection.executescript("PRAGMA foreign_keys = ON;\n" + Path(sample["rows"]).read_text())
    if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'django_migrations'").fetchone():
        # The same file each time.
        connection.execute("UPDATE django_migrations SET applied = '2026-05-01 09:00:00'")

dump = "\n".join(connection.iterdump())
connection.close()
header = "-- Made by examples/make_database.py; change the migrations or rows.sql instead.\nPRAGMA foreign_keys = OFF;\n"
Path(sample["sql"]).write_text(f"{header}{dump}\n")
