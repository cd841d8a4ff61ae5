"""Runs a page of SQLAlchemy, SQLModel or Flask-SQLAlchemy: see page.py. Further input: "urls", by dialect."""

import os
import sys
import tempfile
import warnings

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../../native/sql"))

import sqlalchemy
from common import answer, install, read_request
from page import Page
from sqlalchemy import event
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.exc import UnboundExecutionError
from sqlalchemy.orm import Mapper, Query, Session, mapperlib
from sqlalchemy_recorder import create_and_fill, drain, metadatas_of, sample, statement

warnings.simplefilter("ignore")


def main():
    in_declared_order()
    request = read_request()
    os.chdir(tempfile.mkdtemp(prefix="ormsight-page-"))
    install(request["files"])
    answer(Page(request, Library(request)).run())


def in_declared_order():
    """SQLAlchemy loads attributes in the order of a set of objects: any order is right, and one has to be compared."""

    def _prop_set(self):
        return sqlalchemy.util.OrderedSet(self._props.values())

    Mapper._prop_set = sqlalchemy.util.HasMemoized.memoized_attribute(_prop_set)


class Library:
    def __init__(self, request):
        self.url = request["url"]
        self.names = {"__name__": "__main__" if request["isProgram"] else request["name"]}
        self.creates_tables = request["createsTables"]
        self.is_sending = None
        self.engine = None
        self.created = set()
        self.unbound = None
        direct_engines(self.url)
        self.watch_binds()

    def watch_binds(self):
        """Pages for 1.x have sessions that find their engine by the metadata, which 2.0 does not know any more."""
        original = Session.get_bind

        def get_bind(session, *arguments, **keywords):
            try:
                return original(session, *arguments, **keywords)
            except UnboundExecutionError as error:
                self.unbound = error
                raise

        Session.get_bind = get_bind

    def swallowed(self):
        error, self.unbound = self.unbound, None
        return error

    def listen(self, say):
        @event.listens_for(Engine, "before_cursor_execute")
        def execute(connection, cursor, sql, parameters, context, executemany):
            one = statement(sql, parameters, context, executemany)
            if self.is_sending is not None:
                if connection.engine is self.engine:
                    self.is_sending.append({"sql": sql, "params": one["params"]})
            else:
                say(sql, one["params"])

    def before_example(self, names):
        """Tables that the page speaks of are there."""
        if "app" in names and "db" in names and not self.created:
            self.created.add(None)
            try:
                names["app"].app_context().push()
            except Exception:
                pass
        if not self.creates_tables or not isinstance(names.get("engine"), Engine):
            return
        for metadata in metadatas_of([_Namespace(names)]):
            if set(metadata.tables) - self.created:
                self.created.update(metadata.tables)
                try:
                    metadata.create_all(names["engine"])
                except Exception:
                    pass

    def provide(self, error, code, names):
        return False

    def show(self, value):
        if isinstance(value, Query):
            value.all()

    @staticmethod
    def is_row(value):
        return hasattr(value, "_sa_instance_state")

    def send(self, value, names):
        """Sends it on a database of its own, with a row in every table."""
        if hasattr(value, "select") and not isinstance(value, sqlalchemy.sql.Executable):
            value = value.select()
        if not isinstance(value, (Query, sqlalchemy.sql.Executable)) and not isinstance(value, sqlalchemy.schema.ExecutableDDLElement):
            return {}
        self.open(names)
        self.is_sending = []
        try:
            with Session(self.engine) as session:
                try:
                    if isinstance(value, Query):
                        value = value.with_session(session)
                    drain(value, session)
                finally:
                    session.rollback()
        except Exception as error:
            if not self.is_sending:
                return {"error": f"{type(error).__name__}: {error}"}
        finally:
            sent, self.is_sending = self.is_sending, None
        return {"sent": sent}

    def open(self, names):
        metadatas = list(metadatas_of([_Namespace(names)]))
        known = frozenset(id(table) for metadata in metadatas for table in metadata.tables.values())
        if self.engine is None or known != self.known:
            self.known = known
            self.engine = sqlalchemy.create_engine("sqlite://") if self.url is None else sqlalchemy.create_engine(self.url)
            self.is_sending = []
            try:
                create_and_fill({metadata: self.engine for metadata in metadatas})
                fill_classes(self.engine)
            except Exception:
                pass
            self.is_sending = None


def fill_classes(engine):
    """A row of each class of a hierarchy with tables of their own: what is loaded for one class is sent for its rows alone."""
    mappers = {mapper for registry in mapperlib._all_registries() for mapper in registry.mappers}
    several = [mapper for mapper in mappers if mapper.polymorphic_identity is not None and len(mapper.tables) > 1]
    with engine.begin() as connection:
        for number, mapper in enumerate(sorted(several, key=lambda each: each.class_.__name__), 2):
            for table in mapper.tables:
                values = {column.name: number if column.primary_key else sample(column) for column in table.columns}
                if mapper.polymorphic_on in set(table.columns):
                    values[mapper.polymorphic_on.name] = mapper.polymorphic_identity
                connection.execute(table.insert().values(values))


class _Namespace:
    """As a module."""

    def __init__(self, names):
        self.__dict__ = names


def direct_engines(url):
    """What a page connects to is the database of the test."""
    original = sqlalchemy.create_engine

    def create_engine(asked, **options):
        target = url or "sqlite://"
        if make_url(asked).get_backend_name() == make_url(target).get_backend_name():
            return original(url or asked, **options)
        return original(target)

    sqlalchemy.create_engine = sqlalchemy.engine.create_engine = create_engine


main()
