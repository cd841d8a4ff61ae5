"""Runs a script on the installed SQLAlchemy, as Python does, and says which of its lines sent what.

Argument: the script. Standard output: a list of {"line", "sql", "params"}; the line counts from zero.
"""

import contextlib
import io
import json
import runpy
import sys

from sqlalchemy import event
from sqlalchemy.engine import Engine

script = sys.argv[1]
sent = []


@event.listens_for(Engine, "before_cursor_execute")
def note(connection, cursor, sql, parameters, context, executemany):
    frame = sys._getframe()
    while frame.f_code.co_filename != script:
        frame = frame.f_back
    # Several rows for `executemany`; one row for a batch of INSERT that gives something back.
    is_many = executemany and isinstance(parameters, list)
    values = [value for row in parameters for value in row] if is_many else list(parameters)
    sent.append({"line": frame.f_lineno - 1, "sql": sql, "params": values})


with contextlib.redirect_stdout(io.StringIO()):
    runpy.run_path(script, run_name="__main__")
json.dump(sent, sys.stdout, default=str)
