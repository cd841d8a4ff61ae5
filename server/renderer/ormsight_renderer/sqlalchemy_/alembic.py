"""Alembic's `op` in a migration: what it sends to the connection that it migrates.

https://alembic.sqlalchemy.org/en/latest/ops.html
"""

from sqlalchemy import text

from ..holes import Hole, is_hole, unknowable
from ..imports import MADE
from ..library import chosen


def install():
    MADE["alembic", "op"] = Operations()


class Operations:
    """`op`, as far as it sends what the program says; what it does to tables is no query."""

    __slots__ = ()

    def get_bind(self):
        return chosen().materialise("op.get_bind()", {"kind": "connection"})

    def execute(self, sqltext, execution_options=None):
        if is_hole(sqltext) and sqltext.python != "str":
            raise unknowable(sqltext)
        statement = text(str(sqltext)) if isinstance(sqltext, str) or is_hole(sqltext) else sqltext
        return self.get_bind().execute(statement)

    def __getattr__(self, name):
        return Hole(f"op.{name}")
