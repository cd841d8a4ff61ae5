"""Runs cases on the installed SQLAlchemy and a real database, and says what reached the driver's cursor.

Standard input: {"url", "files": {path: text}, "cases": [{"source", "setup", "runs": [{"bind", "expression"}], "holes"}]}
Standard output: for each case either {"holes": [...]} (no url: only holes are evaluated), or {"runs": [[statement]]},
or {"error": text}. A statement is {"sql", "params", "names"}.
"""

import importlib

import sqlalchemy
from common import answer, evaluate_holes, install, namespace_of, plain, read_request
from sqlalchemy import create_engine, event
from sqlalchemy.orm import Query, Session


def main():
    request = read_request()
    modules = [importlib.import_module(name) for name in install(request["files"])]
    metadatas = {id(m): m for module in modules for m in metadatas_of(module)}.values()
    if request["url"] is None:
        engine = create_engine("sqlite://")
        return answer([attempt(lambda case=case: {"holes": evaluate_holes(case, {"engine": engine, "session": Session(engine)})})
                       for case in request["cases"]])
    answer([attempt(lambda case=case: {"runs": [record(request["url"], metadatas, case, run) for run in case["runs"]]})
            for case in request["cases"]])


def attempt(action):
    try:
        return action()
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}


def metadatas_of(module):
    for value in vars(module).values():
        metadata = value if isinstance(value, sqlalchemy.MetaData) else getattr(value, "metadata", None)
        if isinstance(metadata, sqlalchemy.MetaData):
            yield metadata


def record(url, metadatas, case, run):
    engine = create_engine(url)
    sent = []
    try:
        for metadata in metadatas:
            metadata.drop_all(engine)
            metadata.create_all(engine)
            fill(engine, metadata)
        with Session(engine) as session, engine.connect() as connection:
            namespace = namespace_of(case, {"engine": engine, "session": session, "connection": connection})
            exec(run["bind"], namespace)
            session.expunge_all()
            session.rollback()
            event.listen(engine, "before_cursor_execute", lambda *args: sent.append(statement(*args)))
            try:
                drain(eval(run["expression"], namespace), session)
            except sqlalchemy.exc.DBAPIError:
                # The database does not know the syntax; what counts is what it was sent.
                pass
    finally:
        engine.dispose()
    return sent


def statement(_connection, _cursor, sql, parameters, context, executemany):
    values = parameters[0] if executemany else parameters
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


def fill(engine, metadata):
    """One row in every table, all of them related: loaders send their further statements only for rows."""
    with engine.begin() as connection:
        for table in metadata.sorted_tables:
            connection.execute(table.insert().values({column.name: sample(column) for column in table.columns}))


def sample(column):
    import datetime
    import decimal
    import uuid

    # A row that is its own parent would make recursive queries endless.
    if column.nullable and any(key.column.table is column.table for key in column.foreign_keys):
        return None
    if isinstance(column.type, sqlalchemy.Enum):
        return column.type.enum_class and next(iter(column.type.enum_class)) or column.type.enums[0]
    try:
        python = column.type.python_type
    except NotImplementedError:
        return None
    if python is bool:
        return True
    if python is int:
        return 1
    if python is str:
        return "a"
    samples = {
        float: 1.0, decimal.Decimal: decimal.Decimal(1), bytes: b"a", dict: {}, list: [],
        datetime.datetime: datetime.datetime(2024, 1, 1), datetime.date: datetime.date(2024, 1, 1),
        datetime.time: datetime.time(1), datetime.timedelta: datetime.timedelta(1), uuid.UUID: uuid.UUID(int=1),
    }
    return samples.get(python)


main()
