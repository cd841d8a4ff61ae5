"""Runs cases on the installed SQLAlchemy and a real database, and says what reached the driver's cursor.

Standard input: {"url", "library", "files": {path: text}, "cases": [{"source", "setup", "runs": [{"bind", "expression"}], "holes"}]}
Standard output: for each case either {"holes": [...]} (no url: only holes are evaluated), or {"runs": [[statement]]},
or {"error": text}. A statement is {"sql", "params", "names"}.
"""

import contextlib
import importlib
import re
import sys

import sqlalchemy
from common import answer, evaluate_holes, install, namespace_of, plain, read_request
from sqlalchemy import create_engine, event, exc, func, select
from sqlalchemy.orm import Query, Session, configure_mappers, mapperlib


def main():
    request = read_request()
    modules = [importlib.import_module(name) for name in install(request["files"])]
    open_database = {"sqlmodel": open_sqlmodel, "flask-sqlalchemy": open_flask}.get(request["library"], open_sqlalchemy)
    if request["url"] is None:
        with open_database("sqlite://", modules) as (session, engines):
            create_and_fill(engines)
            names = {"engine": next(iter(engines.values())), "session": session}
            return answer([attempt(lambda case=case: {"holes": evaluate_holes(case, names)}) for case in request["cases"]])
    answer([attempt(lambda case=case: {"runs": [record_in(request, modules, open_database, case, run) for run in case["runs"]]})
            for case in request["cases"]])


def record_in(request, modules, open_database, case, run):
    if request["library"] != "databases":
        return record(open_database(request["url"], modules), case, run)
    import databases_recorder

    def fill_all(engine):
        create_and_fill({metadata: engine for metadata in metadatas_of(modules)})

    return databases_recorder.record(request["url"], fill_all, case, run)


def attempt(action):
    try:
        return action()
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}


def metadatas_of(modules):
    found = {}
    for module in modules:
        for value in vars(module).values():
            metadata = value if isinstance(value, sqlalchemy.MetaData) else getattr(value, "metadata", None)
            if isinstance(metadata, sqlalchemy.MetaData):
                found[id(metadata)] = metadata
    return found.values()


@contextlib.contextmanager
def open_sqlalchemy(url, modules, session_class=Session):
    """A session and all engines, by the metadata of which they have the tables."""
    engine = create_engine(url)
    try:
        with session_class(engine) as session:
            yield session, {metadata: engine for metadata in metadatas_of(modules)}
    finally:
        engine.dispose()


def open_sqlmodel(url, modules):
    import sqlmodel

    return open_sqlalchemy(url, modules, sqlmodel.Session)


@contextlib.contextmanager
def open_flask(url, modules):
    """The session of an application of Flask; every bind is the same server."""
    from flask import Flask
    from flask_sqlalchemy import SQLAlchemy

    db = next(value for module in modules for value in vars(module).values() if isinstance(value, SQLAlchemy))
    app = Flask("case")
    binds = {key: url for key in db.metadatas if key is not None}
    app.config.update(SQLALCHEMY_DATABASE_URI=url, SQLALCHEMY_BINDS=binds)
    db.init_app(app)
    with app.app_context():
        try:
            yield db.session, {metadata: db.engines[key] for key, metadata in db.metadatas.items()}
        finally:
            db.session.remove()
            for engine in db.engines.values():
                engine.dispose()


def record(database, case, run):
    sent = Sent()
    with database as (session, engines):
        engine = next(iter(engines.values()))
        if not _Last.only_read:
            create_and_fill(engines)
        _Last.only_read = False
        with engine.connect() as connection:
            namespace = namespace_of(case, {"engine": engine, "session": session, "connection": connection}, sent.reach)
            sent.listen(set(engines.values()))
            exec(run["bind"], namespace)
            session.expunge_all()
            session.rollback()
            sent.reach(False)
            try:
                with contextlib.redirect_stdout(sys.stderr):
                    drain(eval(run["expression"], namespace), session)
            except (exc.DBAPIError, exc.NoResultFound, exc.MultipleResultsFound, exc.ResourceClosedError):
                # The database does not know the syntax or has other rows; what counts is what it was sent.
                pass
            sent.is_over = True
    event.remove(Session, "before_flush", sent.on_flush)
    # A database in memory is gone with its engine.
    _Last.only_read = sent.only_read and engine.dialect.name != "sqlite"
    return sent.statements


class _Last:
    """Whether the run before left the database as it was: then it need not be filled again."""

    only_read = False


class Sent:
    """What reaches the cursor once the statement with the cursor is reached.

    A transaction is said to begin where a flush first writes or a savepoint is set in it, and to end if there was any of
    it: drivers begin one before any statement without being told.
    """

    def __init__(self):
        self.statements = []
        self.begun = self.written = self.is_over = False
        self.only_read = True
        self.session = None

    def reach(self, is_behind, variables=None):
        if is_behind:
            self.is_over = True
            return
        self.statements.clear()
        self.begun = self.is_over = False

    def listen(self, engines):
        for engine in engines:
            event.listen(engine, "before_cursor_execute", self.execute)
            event.listen(engine, "begin", self.on_begin)
            event.listen(engine, "commit", lambda connection: self.on_end("COMMIT"))
            event.listen(engine, "rollback", lambda connection: self.on_end("ROLLBACK"))
        event.listen(Session, "before_flush", self.on_flush)

    def on_begin(self, connection):
        self.begun, self.written = True, False

    def on_end(self, word):
        if self.written:
            self.say(word)
        self.begun = self.written = False

    def on_flush(self, session, context, instances):
        self.session = session

    def say_begin(self):
        if self.begun:
            self.begun = False
            self.say("BEGIN")

    def say(self, word):
        if not self.is_over:
            self.statements.append({"sql": word, "params": [], "names": []})

    def execute(self, connection, cursor, sql, parameters, context, executemany):
        self.only_read = self.only_read and re.match(r"\s*\(*(SELECT|WITH)\b", sql) is not None
        if context is not None and (context.isinsert or context.isupdate or context.isdelete or context.isddl):
            if self.session is not None and self.session._flushing:
                self.say_begin()
            self.written = True
        elif sql.startswith("SAVEPOINT"):
            self.say_begin()
            self.written = True
        if not self.is_over:
            self.statements.append(statement(sql, parameters, context, executemany))


def statement(sql, parameters, context, executemany):
    sets = parameters if executemany and isinstance(parameters, list) else [parameters]
    names, values = [], []
    for one in sets:
        if isinstance(one, dict):
            order = [name for name in dict.fromkeys(re.findall(r"%\((.+?)\)s", sql)) if name in one]
            names.extend(order)
            values.extend(one[name] for name in order)
            continue
        values.extend(one or [])
        positions = getattr(context.compiled, "positiontup", None) if context is not None else None
        # Lists are expanded after that, and their names with them.
        if positions is None or "POSTCOMPILE" in context.compiled.string or len(positions) != len(one or []):
            names = None
        elif names is not None:
            names.extend(positions)
    return {"sql": sql, "params": plain(values), "names": names}


def drain(value, session):
    """Sends what was only built, and reads what is still to be read."""
    if isinstance(value, Query):
        value.all()
    elif isinstance(value, sqlalchemy.sql.Executable):
        drain(session.execute(value), session)
    elif hasattr(value, "unique") and getattr(value, "returns_rows", True):
        try:
            value.all()
        except exc.InvalidRequestError:
            value.unique().all()


def create_and_fill(engines):
    for metadata, engine in engines.items():
        metadata.drop_all(engine)
        metadata.create_all(engine)
        fill(engine, metadata)


def fill(engine, metadata):
    """One row in every table, all of them related: loaders send their further statements only for rows."""
    identities = polymorphic_identities()
    with engine.begin() as connection:
        for table in metadata.sorted_tables:
            values = {column.name: identities.get(column) or sample(column) for column in table.columns if not column.computed}
            connection.execute(table.insert().values(values))
            if engine.dialect.name == "postgresql" and table.autoincrement_column is not None:
                # The row brought its own number, of which the sequence does not know.
                sequence = func.pg_get_serial_sequence(table.fullname, table.autoincrement_column.name)
                connection.execute(select(func.setval(sequence, 1)))


def polymorphic_identities():
    """By column, which class its one row is of: the last of those that have tables of their own."""
    configure_mappers()
    mappers = [mapper for registry in mapperlib._all_registries() for mapper in registry.mappers]
    mappers.sort(key=lambda mapper: (len(list(mapper.iterate_to_root())), mapper.class_.__name__))
    return {
        mapper.polymorphic_on: mapper.polymorphic_identity
        for mapper in mappers
        if mapper.polymorphic_on is not None and mapper.polymorphic_identity and not mapper.single
    }


def sample(column):
    import datetime
    import decimal
    import uuid

    # A row that is its own parent would make recursive queries endless.
    if column.nullable and any(key.column.table is column.table for key in column.foreign_keys):
        return None
    if isinstance(column.type, sqlalchemy.Enum):
        return column.type.enum_class and next(iter(column.type.enum_class)) or column.type.enums[0]
    type_ = column.type
    if isinstance(type_, sqlalchemy.types.TypeDecorator):
        type_ = type_.impl
    try:
        python = type_.python_type
    except NotImplementedError:
        return None
    if python is bool:
        return True
    if python is int:
        return 1
    if python is str:
        return "a"
    zone = datetime.timezone.utc if getattr(type_, "timezone", False) else None
    samples = {
        float: 1.0, decimal.Decimal: decimal.Decimal(1), bytes: b"a", dict: {}, list: [],
        datetime.datetime: datetime.datetime(2024, 1, 1, tzinfo=zone), datetime.date: datetime.date(2024, 1, 1),
        datetime.time: datetime.time(1), datetime.timedelta: datetime.timedelta(1), uuid.UUID: uuid.UUID(int=1),
    }
    return samples.get(python)


if __name__ == "__main__":
    main()
