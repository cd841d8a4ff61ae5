"""`create_all` finds no table yet, `drop_all` finds all of them: what they look for first decides what they send."""

import contextlib

from sqlalchemy import MetaData, Table

from .. import run
from ..library import chosen


def install():
    for owner, name, exist in (
        (MetaData, "create_all", False), (MetaData, "drop_all", True), (Table, "create", False), (Table, "drop", True),
    ):  # fmt: skip
        setattr(owner, name, _finding(getattr(owner, name), exist))


def _finding(original, exist):
    def finding(owner, *arguments, **keywords):
        if isinstance(owner, MetaData) and len(owner.tables) > 1:
            run.current().note("the order of tables that do not refer to each other")
        if not exist and any(len(table.indexes) > 1 for table in _tables_of(owner)):
            # They are kept in a set of objects.
            run.current().note("the order of the indexes of a table")
        if chosen().targets.engine is not None and chosen().targets.engine.dialect.name in ("mysql", "mariadb"):
            run.current().note("the name of the database, which stands before the tables that are looked for")
        with _tables(exist):
            return original(owner, *arguments, **keywords)

    finding.__name__ = original.__name__
    return finding


def _tables_of(owner):
    return owner.tables.values() if isinstance(owner, MetaData) else [owner]


@contextlib.contextmanager
def _tables(exist):
    tape = run.current().tape
    if tape is None:
        yield
        return
    before, tape.tables_exist = tape.tables_exist, exist
    try:
        yield
    finally:
        tape.tables_exist = before
