"""Statements about tables: whether these are there already decides what is sent, and each way is shown."""

import contextlib
import functools

from sqlalchemy import Index, MetaData, Table
from sqlalchemy.engine.reflection import Inspector
from sqlalchemy.sql.ddl import SchemaGenerator
from sqlalchemy.util import OrderedSet

from .. import run
from ..asking import ask
from ..decide import OPPOSITES
from ..errors import Unknowable
from ..holes import is_hole, scalar
from ..library import chosen


def install():
    for owner in (MetaData, Table):
        for verb in ("create", "drop"):
            name = f"{verb}_all" if owner is MetaData else verb
            setattr(owner, name, _asking(getattr(owner, name), verb))
    _modules_of_tables()
    _indexes_in_any_order()
    _without_reflection()


def _without_reflection():
    """What only the database knows: https://docs.sqlalchemy.org/en/20/core/reflection.html"""

    def reflect_table(self, table, *arguments, **keywords):
        raise Unknowable(f"the columns of `{table.fullname}` are only known to the database")

    def reflect(self, *arguments, **keywords):
        raise Unknowable("which tables there are is only known to the database")

    def has_table(self, table_name, *arguments, **keywords):
        return scalar(f"has_table({table_name!r})", "bool")

    MetaData.reflect = reflect
    for name, method in (("reflect_table", reflect_table), ("has_table", has_table)):
        if hasattr(Inspector, name):
            setattr(Inspector, name, method)


def _asking(original, verb):
    @functools.wraps(original)
    def asking(owner, bind=None, *arguments, **keywords):
        if is_hole(bind):
            bind = chosen().targets.engine  # All of them are the recording one.
        if isinstance(owner, MetaData) and len({_module_of(table) for table in owner.tables.values()}) > 1:
            run.current().note("the order of tables that do not refer to each other")
        with _tables(functools.partial(_exist, verb, isinstance(owner, Table))):
            return original(owner, bind, *arguments, **keywords)

    return asking


def _exist(verb, is_one):
    """Whether the tables are found: all of them or none."""
    if chosen().targets.engine.dialect.name in ("mysql", "mariadb"):
        run.current().note("the name of the database, which stands before the tables that are looked for")
    there, missing = (f"the {'table is' if is_one else 'tables are'} {word}" for word in ("there already", "not there yet"))
    if verb == "drop":
        there, missing = there.removesuffix(" already"), missing.removesuffix(" yet")
    expected, other = (missing, there) if verb == "create" else (there, missing)
    OPPOSITES[expected] = other
    return ask(scalar(expected, "bool")) == (verb == "drop")


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


def _modules_of_tables():
    """Remembers which module of the program made a table: in the order of the modules, tables are created."""
    original = MetaData._add_table

    @functools.wraps(original)
    def add_table(self, name, schema, table):
        table.__dict__.setdefault(_MODULE, run.current().caches.get("module"))
        return original(self, name, schema, table)

    MetaData._add_table = add_table


def _module_of(table):
    return table.__dict__.get(_MODULE)


_MODULE = "ormsight module"


def _indexes_in_any_order():
    """The indexes of a table are kept in a set of objects, which has them in the order of their addresses.

    Here they come as they are declared, and it is told that this says nothing.
    """
    original, visit_index = Index._set_parent, SchemaGenerator.visit_index

    @functools.wraps(original)
    def set_parent(self, parent, **keywords):
        if isinstance(parent, Table) and not isinstance(parent.indexes, OrderedSet):
            parent.indexes = OrderedSet(parent.indexes)
        return original(self, parent, **keywords)

    @functools.wraps(visit_index)
    def visit(self, index, create_ok=False):
        tape = run.current().tape
        # With the table, that is: an index that is created alone is one statement.
        if tape is None or not create_ok or len(index.table.indexes) < 2:
            return visit_index(self, index, create_ok)
        tape.any_order = f"the indexes of {index.table.fullname}"
        try:
            return visit_index(self, index, create_ok)
        finally:
            tape.any_order = None

    Index._set_parent = set_parent
    SchemaGenerator.visit_index = visit
