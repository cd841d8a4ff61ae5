"""Compares queries of a project with SQLAlchemy with what its own Python sends: `sqlalchemy_queries.py FOLDER`.

See comparing.py, and ../compareQueries.ts which starts it. Whatever engines and sessions the project has, they all talk to
one SQLite database in memory, which no statement changes for good.
"""

import contextlib
import datetime
import decimal
import gc
import json
import os
import sqlite3
import sys
import types
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../../test/native/sql"))

import sqlalchemy
from databases_library import database_on
from comparing import NotMade, Sent, attribute, compare, imported, read_project
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.orm import Session, configure_mappers, scoped_session
from sqlalchemy.pool import StaticPool
from sqlalchemy_recorder import drain, polymorphic_identities, sample, statement


def main(folder):
    sys.path[:0] = [os.path.join(folder, "src"), folder]
    project = read_project()
    database = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    direct_engines(database)
    for module in project["modules"]:
        try:
            imported(module)
        except BaseException as error:
            print(f"module {module}: {error!r}", file=sys.stderr)
    configure_mappers()
    direct_sessions()
    open_flask()
    compare(project, Library(database))


def direct_engines(database):
    original = sqlalchemy.create_engine

    def create_engine(*_, **__):
        return original("sqlite://", creator=lambda: database, poolclass=StaticPool)

    sqlalchemy.create_engine = sqlalchemy.engine.create_engine = create_engine
    # The transaction is that of the comparison, which takes everything back.
    DefaultDialect.do_commit = DefaultDialect.do_rollback = lambda self, connection: None
    # All engines have the one connection.
    Engine.dispose = lambda self, *_, **__: None


def direct_sessions():
    engine = sqlalchemy.create_engine()

    def get_bind(self, *_, **__):
        return engine

    left = [Session]
    while left:
        cls = left.pop()
        if "get_bind" in vars(cls):
            cls.get_bind = get_bind
        left.extend(cls.__subclasses__())


def open_flask():
    """The context of an application which has nothing but the project's databases."""
    if "flask_sqlalchemy" not in sys.modules:
        return
    from flask import Flask
    from flask_sqlalchemy import SQLAlchemy

    app = Flask("compared")
    app.config.update(SQLALCHEMY_DATABASE_URI="sqlite://", SQLALCHEMY_TRACK_MODIFICATIONS=False, SECRET_KEY="a")
    for database in alive(SQLAlchemy):
        if "sqlalchemy" not in app.extensions:
            database.init_app(app)
    context = app.test_request_context("/")
    context.push()
    for part in ("args", "form", "values", "view_args"):
        setattr(context.request, part, Given())


class Given(dict):
    """What a request brings: whatever one asks for."""

    def get(self, key, default=None, type=str):
        return type("1")

    def __missing__(self, key):
        return "1"

    def __contains__(self, key):
        return True


def alive(cls):
    # Some objects say of themselves that they are of another class, and are not there yet.
    return [one for one in gc.get_objects() if issubclass(type(one), cls)]


class Rows:
    """Rows of every table; those of the same number are related. Tables hold any value, whatever their database's types are."""

    def __init__(self, database):
        self.database = database
        self.dialect = sqlalchemy.create_engine().dialect
        self.identities = polymorphic_identities()
        found = {table.fullname: table for metadata in alive(sqlalchemy.MetaData) for table in metadata.tables.values()}
        self.tables = [table for table in found.values() if table.schema != "pg_catalog"]
        for schema in sorted({table.schema for table in self.tables if table.schema}):
            database.execute(f"ATTACH ':memory:' AS \"{schema}\"")
        for table in self.tables:
            columns = [self.column(column, table._autoincrement_column) for column in table.columns]
            database.execute(f"CREATE TABLE {self.name(table)} ({', '.join(columns)})")

    def name(self, table):
        return self.dialect.identifier_preparer.format_table(table)

    def column(self, column, generated):
        quoted = self.dialect.identifier_preparer.format_column(column)
        return f"{quoted} INTEGER PRIMARY KEY" if column is generated else quoted

    def make(self, count, are_other):
        """The rows from 1 to `count`; with the values that are made up for what is not known, or with others."""
        for table in self.tables:
            for number in range(1, count + 1):
                values = [self.value(column, number, are_other) for column in table.columns]
                places = ", ".join("?" * len(values))
                try:
                    self.database.execute(f"INSERT INTO {self.name(table)} VALUES ({places})", values)
                except sqlite3.Error as error:
                    print(f"row of {table.fullname}: {error!r}", file=sys.stderr)

    def value(self, column, number, are_other):
        value = self.identities.get(column)
        if value is None:
            value = sample(column)
            is_key = column.primary_key or column.foreign_keys
            if not isinstance(column.type, sqlalchemy.Enum):
                value = numbered(value, number if is_key or not are_other else number + 100)
        process = column.type.dialect_impl(self.dialect).bind_processor(self.dialect)
        try:
            value = value if process is None or value is None else process(value)
            return None if isinstance(value, (list, dict)) else value
        except Exception:
            return None


def numbered(value, number):
    """The value of another row than the first."""
    if number == 1 or value is None:
        return value
    if isinstance(value, bool):
        return value if number < 100 else not value
    if isinstance(value, (int, float, decimal.Decimal)):
        return value + number - 1
    if isinstance(value, str):
        return f"{value}{number}"
    if isinstance(value, uuid.UUID):
        return uuid.UUID(int=number)
    return value + datetime.timedelta(days=number) if isinstance(value, datetime.date) else value


class Library:
    again = ("differs", "not run")
    refused = ("NoResultFound", "MultipleResultsFound", "NotFound", "IntegrityError", "OperationalError", "HTTPException")

    def __init__(self, database):
        self.database = database
        self.engine = sqlalchemy.create_engine()
        self.rows = Rows(database)
        self.sent = None
        self.scoped = alive(scoped_session)
        event.listen(Engine, "before_cursor_execute", self.execute)

    def execute(self, connection, cursor, sql, parameters, context, executemany):
        if self.sent is not None:
            one = statement(sql, parameters, context, executemany)
            self.sent.append(Sent(sql, one["params"], raw_values(context, one["names"])))

    def note(self, sql, params):
        """A statement of `databases`, which has made its values ready by then."""
        if self.sent is not None:
            self.sent.append(Sent(sql, params, [moment(one) for one in params]))

    @contextlib.contextmanager
    def opened(self, slice_, are_other):
        self.is_async = "await " in slice_["body"] + slice_["expression"]
        self.open()
        self.database.execute("BEGIN")
        try:
            self.given = 0
            self.rows.make(max(1, json.dumps(slice_["holes"]).count('"kind": "instance"')), are_other)
            yield
        finally:
            self.close()

    @contextlib.contextmanager
    def listening(self, sent):
        self.sent = sent
        yield
        self.sent = None

    def open(self):
        """One session for all that the project has."""
        self.session = None
        for scoped in self.scoped:
            if self.session is None:
                self.session = scoped()
            scoped.registry.set(self.session)
        if self.session is None:
            self.session = Session(self.engine)

    def close(self):
        self.sent = None
        self.session.close()
        for scoped in self.scoped:
            scoped.registry.clear()
        if self.database.in_transaction:
            self.database.rollback()

    def force(self, value):
        if isinstance(value, types.GeneratorType):
            list(value)
        drain(value, self.session)

    @staticmethod
    def adapted(value):
        return []

    def of_rows(self, cls, name):
        mapper = sqlalchemy.inspect(cls, raiseerr=False)
        if mapper is None or name not in getattr(mapper, "columns", ()):
            return None
        return [value for (value,) in self.session.connection().execute(sqlalchemy.select(getattr(cls, name)))]

    def made_up(self, hole_type):
        kind = hole_type["kind"]
        if kind == "session":
            return self.async_session() if self.is_async else self.session
        if kind == "sessionFactory":
            return scoped_session(self.async_session if self.is_async else lambda: self.session)
        if kind == "engine":
            return self.engine
        if kind == "connection":
            return self.engine.connect()
        if kind == "database":
            return database_on(self.database, self.note)
        if kind == "instance":
            cls = attribute(hole_type)
            # Another one for each.
            found = self.session.query(cls).order_by(*sqlalchemy.inspect(cls).primary_key).all()
            if not found:
                raise NotMade(f"no row of {hole_type['name']}")
            self.given += 1
            return found[min(self.given, len(found)) - 1]
        raise NotMade(f"a value of the kind {kind}")

    def async_session(self):
        from sqlalchemy.ext.asyncio import AsyncSession

        made = AsyncSession()
        made.sync_session = made._proxied = self.session
        return made


def moment(value):
    """The moment that a text of SQLite says."""
    try:
        return datetime.datetime.strptime(value, "%Y-%m-%d %H:%M:%S.%f")
    except (TypeError, ValueError):
        return value


def raw_values(context, names):
    """The values before they were made ready for the driver, in the order of the text."""
    given = getattr(context, "compiled_parameters", None)
    if not given or names is None or len(given) * len(given[0]) < len(names):
        return None
    size = len(names) // len(given)
    return [given[index // size].get(name) for index, name in enumerate(names)] if size else None


main(*sys.argv[1:])
