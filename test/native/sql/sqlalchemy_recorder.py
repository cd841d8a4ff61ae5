"""Runs cases on the installed SQLAlchemy and a real database, and says what reached the driver's cursor.

Standard input: {"url", "library", "files": {path: text}, "cases": [{"source", "setup", "runs": [{"bind", "expression"}], "holes"}]}
Standard output: for each case either {"holes": [...]} (no url: only holes are evaluated), or {"runs": [[statement]]},
or {"error": text}. A statement is {"sql", "params", "names"}.
"""

import contextlib
import importlib

import sqlalchemy
from common import answer, evaluate_holes, install, namespace_of, plain, read_request
from sqlalchemy import create_engine, event, func, select
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
    answer([attempt(lambda case=case: {"runs": [record(open_database(request["url"], modules), case, run) for run in case["runs"]]})
            for case in request["cases"]])


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
    sent = []
    with database as (session, engines):
        create_and_fill(engines)
        engine = next(iter(engines.values()))
        with engine.connect() as connection:
            namespace = namespace_of(case, {"engine": engine, "session": session, "connection": connection})
            exec(run["bind"], namespace)
            session.expunge_all()
            session.rollback()
            for engine in set(engines.values()):
                event.listen(engine, "before_cursor_execute", lambda *args: sent.append(statement(*args)))
            try:
                drain(eval(run["expression"], namespace), session)
            except sqlalchemy.exc.DBAPIError:
                # The database does not know the syntax; what counts is what it was sent.
                pass
    return sent


def statement(_connection, _cursor, sql, parameters, context, executemany):
    # One INSERT of several rows counts as many, too, but has its parameters in one piece.
    values = parameters[0] if executemany and isinstance(parameters, list) else parameters
    names = None
    if isinstance(values, dict):
        names = list(values)
        values = list(values.values())
    elif context is not None and context.compiled is not None and context.compiled.positiontup is not None:
        names = list(context.compiled.positiontup)
        # Lists are expanded after that, and their names with them.
        if "POSTCOMPILE" in context.compiled.string:
            names = None
    return {"sql": sql, "params": plain(list(values or [])), "names": names}


def drain(value, session):
    """Sends what was only built, and reads what is still to be read."""
    if isinstance(value, Query):
        value.all()
    elif isinstance(value, sqlalchemy.sql.Executable):
        drain(session.execute(value), session)
    elif hasattr(value, "unique") and getattr(value, "returns_rows", True):
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
            values = {column.name: identities.get(column) or sample(column) for column in table.columns}
            connection.execute(table.insert().values(values))
            if engine.dialect.name == "postgresql" and table.autoincrement_column is not None:
                # The row brought its own number, of which the sequence does not know.
                sequence = func.pg_get_serial_sequence(table.fullname, table.autoincrement_column.name)
                connection.execute(select(func.setval(sequence, 1)))


def polymorphic_identities():
    """By column, which class its one row is of: the last of those that have tables of their own."""
    configure_mappers()
    mappers = [mapper for registry in mapperlib._all_registries() for mapper in registry.mappers]
    mappers.sort(key=lambda mapper: len(list(mapper.iterate_to_root())))
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


main()
