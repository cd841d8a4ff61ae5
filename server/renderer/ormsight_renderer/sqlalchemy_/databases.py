"""What `databases` sends for queries of SQLAlchemy Core: it compiles them itself, with dialects of its own.

https://www.encode.io/databases/database_queries/,
https://github.com/encode/databases/tree/master/databases/backends
"""

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.mysql import pymysql
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.dialects.sqlite import pysqlite
from sqlalchemy.sql.ddl import DDLElement
from sqlalchemy.types import NULLTYPE, Numeric

from .. import run
from ..holes import Hole, is_hole
from ..imports import MADE
from ..library import chosen
from . import textual


#: Drivers for which queries that are only built are sent by it: its own ones, and another that only it has.
DRIVERS = ("databases", "aiopg")


def install():
    for module in ("databases", "databases.core"):
        MADE[module, "Database"] = Database
        MADE[module, "Connection"] = Database


class Database:
    """A database and its one connection, which is made when it is needed."""

    def __init__(self, *arguments, **options):
        pass

    def fetch_all(self, query, values=None):
        result = _send(query, values)
        return [Record(row) for row in result.all()] if _has_rows(result) else ()

    def iterate(self, query, values=None):
        with self.transaction():
            yield from self.fetch_all(query, values)

    def fetch_one(self, query, values=None):
        result = _send(query, values)
        row = result.first() if _has_rows(result) else None
        return None if row is None else Record(row)

    def fetch_val(self, query, values=None, column=0):
        row = self.fetch_one(query, values)
        return None if row is None else row[column]

    def execute(self, query, values=None):
        """Gives the first value there is, and where that is not what a driver gives the key of the row that was inserted."""
        result = _send(query, values)
        if chosen().targets.engine.dialect.name != "postgresql":
            return _answer(Hole("lastrowid", kind="scalar", python="int"))
        row = result.first() if _has_rows(result) else None
        if row is not None:
            return row[0]
        # SQLAlchemy has taken the key that came back out of the rows.
        key = result.inserted_primary_key if result is not None and result.context.isinsert else ()
        return _answer(Hole(key[0].text, kind=key[0].kind, python=key[0].python)) if key and is_hole(key[0]) else None

    def execute_many(self, query, values):
        for each in values:
            self.execute(query, each)

    def transaction(self, **options):
        return Transaction(self)

    def connection(self):
        return self

    def connect(self):
        pass

    disconnect = connect

    def __aenter__(self):
        return self

    def __aexit__(self, *error):
        pass


def _send(query, values):
    """The result of SQLAlchemy's own connection, which answers what `databases` has compiled; None for an unknown query."""
    if is_hole(query):
        run.current().note(f"what `{query.text}` is")
        return None
    query = _with_values(query, values)
    caches = run.current().caches
    caches["sent by databases"] = query
    try:
        return chosen().targets.engine.connect().execute(query)
    finally:
        del caches["sent by databases"]


def _has_rows(result):
    return result is not None and result.returns_rows


def _answer(hole):
    """Something that gets the name of the variable it is kept in."""
    hole.source = "answer"
    return hole


class Transaction:
    """Begins at once; one inside another is a savepoint, which has a name of its own each time."""

    def __init__(self, database):
        self.open = run.current().caches.setdefault("transactions of databases", [])

    def start(self):
        self._say("BEGIN", "a savepoint")
        self.open.append(self)
        return self

    def commit(self):
        self.open.remove(self)
        self._say("COMMIT", "the end of a savepoint")

    def rollback(self):
        self.open.remove(self)
        self._say("ROLLBACK", "the return to a savepoint")

    def _say(self, word, inner):
        if self.open:
            run.current().note(f"how `databases` names {inner}")
        elif run.current().tape is not None:
            run.current().tape.record(word, [], "transaction")

    def __enter__(self):
        return self.start()

    def __exit__(self, error, *rest):
        if error is None:
            self.commit()
        else:
            self.rollback()

    def __call__(self, function):
        """As a decorator: https://www.encode.io/databases/connections_and_transactions/#transactions"""

        def within(*arguments, **keywords):
            with self:
                return function(*arguments, **keywords)

        return within


class Record:
    """A row: its values by name, by position, and as attributes."""

    def __init__(self, row):
        self._row = row
        self._mapping = row._mapping

    def __getitem__(self, key):
        row = textual.unknown_row(self._row)
        if row is not None:
            return textual.item(row, key)
        return self._row[key] if isinstance(key, (int, slice)) else self._mapping[key]

    def __getattr__(self, name):
        if name.startswith("__") or name in ("_row", "_mapping"):
            raise AttributeError(name)
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None

    def __iter__(self):
        return iter(self._mapping)

    def __len__(self):
        return len(self._row)

    def keys(self):
        return self._mapping.keys()

    def values(self):
        return self._mapping.values()

    def items(self):
        return self._mapping.items()


def sent():
    """Text and parameters, by name, of the query that `databases` is sending; None where it sends none."""
    query = run.current().caches.get("sent by databases")
    if query is None:
        return None
    library = chosen()
    library.driver = library.targets.asked if library.targets.asked in DRIVERS else DRIVERS[0]
    return _compiled(query, library.targets)


def _with_values(query, values):
    if isinstance(query, str) or is_hole(query):
        query = text(str(query))
        return query if values is None else query.bindparams(*_bound(_by_name(query, values)))
    if is_hole(values):
        run.current().note(f"what `{values.text}` holds")
        return query
    return query.values(**values) if values else query


def _by_name(query, values):
    """The values of a text; those of an unknown dict are its entries."""
    if is_hole(values):
        values = {name: Hole(f'{values.atom}["{name}"]') for name in query._bindparams}
    for value in values.values():
        if is_hole(value) and value.kind == "unknown" and value.python is None:
            _note_type(value)
    return values


def _bound(values):
    """As the library makes them of the values, but that an unknown one is of no type."""
    return [bindparam(name, value, NULLTYPE if is_hole(value) and value.python is None else None) for name, value in values.items()]


def _note_type(value):
    """The dialect for PostgreSQL writes the type of UUIDs behind them, and of nothing else that a program has."""
    caches = run.current().caches
    if chosen().targets.engine.dialect.name == "postgresql" and caches.get("in expression") and caches.get("has uuids") is not False:
        run.current().note(f"whether `{value.text}` is a UUID")


def _compiled(query, targets):
    """As `_compile` of its connections does."""
    dialect = _dialect(targets.engine.dialect.name)
    compiled = query.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
    if isinstance(query, DDLElement):
        return compiled.string, []
    if targets.asked == "aiopg" and compiled.prefetch:
        # Some releases of it have a compiler of their own that does; others have it and use another.
        run.current().note("which defaults `databases` fills in with aiopg")
    given = compiled.construct_params()
    processors = compiled._bind_processors
    values = {key: processors[key](value) if key in processors else value for key, value in given.items()}
    names = sorted(values)
    # It writes the numbers for every dialect, and fails where the text has a lone `%`; only asyncpg gets what it wrote.
    numbered = compiled.string % {name: f"${number}" for number, name in enumerate(names, start=1)}
    if dialect.positional:
        return compiled.string, [(key, values[key]) for key in compiled.positiontup]
    if dialect.name == "postgresql" and targets.asked != "aiopg":
        return numbered, [(name, values[name]) for name in names]
    return compiled.string, list(values.items())


def _dialect(name):
    if name not in _dialects:
        _dialects[name] = _DIALECTS[name]()
    return _dialects[name]


class _AsText(Numeric):
    """Numbers go to the server as text."""

    def bind_processor(self, dialect):
        return lambda value: value if value is None or is_hole(value) else str(value)


class _Postgres(PGDialect):
    colspecs = {**PGDialect.colspecs, Numeric: _AsText}


def _postgresql():
    dialect = _Postgres(paramstyle="pyformat")
    dialect.implicit_returning = dialect.supports_native_enum = dialect.supports_native_decimal = True
    dialect._backslash_escapes = False
    return dialect


_DIALECTS = {
    "postgresql": _postgresql,
    "sqlite": lambda: pysqlite.dialect(paramstyle="qmark"),
    "mysql": lambda: pymysql.dialect(paramstyle="pyformat"),
}
_dialects = {}
