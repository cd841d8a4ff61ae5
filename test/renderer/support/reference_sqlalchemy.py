"""Runs programs with the untouched SQLAlchemy on a real SQLite database and says what reached the cursor.

Standard input: {"models", "programs": [{"bind", "body", "expression"}]}; standard output: for each, the statements
[[sql, [parameters]]], or {"error": text}. `bind` gives the holes their values.
"""

import datetime
import decimal
import json
import sys
import types
import uuid

import sqlalchemy
from sqlalchemy import create_engine, event
from sqlalchemy.orm import Query, Session, close_all_sessions
from sqlalchemy.pool import StaticPool


def main():
    request = json.load(sys.stdin)
    module = types.ModuleType("shop.models")
    sys.modules["shop.models"] = module
    exec(compile(request["models"], "models.py", "exec"), module.__dict__)
    metadata = module.Base.metadata
    engine = create_engine("sqlite://", poolclass=StaticPool)
    sent = []
    event.listen(engine, "before_cursor_execute", lambda *arguments: sent.append(statement(*arguments)))
    json.dump([run(module, metadata, engine, sent, program) for program in request["programs"]], sys.stdout)


def run(module, metadata, engine, sent, program):
    close_all_sessions()
    metadata.drop_all(engine)
    metadata.create_all(engine)
    with engine.begin() as connection:
        for table in metadata.sorted_tables:
            connection.execute(table.insert().values({column.key: sample(column) for column in table.columns}))
    try:
        with Session(engine) as session:
            names = dict(module.__dict__, session=session, engine=engine)
            exec(program["bind"], names)
            exec(program["body"], names)
            sent.clear()
            drain(eval(program["expression"], names), session)
            found = list(sent)
        holes = {}
        for text in program.get("holes", ()):
            try:
                holes[text] = plain(eval(text, names))
            except Exception as error:
                holes[text] = f"{type(error).__name__}: {error}"
        return {"statements": found, "holes": holes}
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}", "statements": list(sent)}


def statement(connection, cursor, sql, parameters, context, executemany):
    sets = parameters if executemany else [parameters]
    return [sql, [plain(value) for one in sets for value in one]]


def drain(value, session):
    if isinstance(value, Query):
        value.all()
    elif isinstance(value, sqlalchemy.sql.Executable):
        drain(session.execute(value), session)
    elif hasattr(value, "unique") and getattr(value, "returns_rows", True) and not getattr(value, "closed", False):
        value.unique().all()


def sample(column):
    if column.nullable and any(key.column.table is column.table for key in column.foreign_keys):
        return None
    if isinstance(column.type, sqlalchemy.Enum):
        return column.type.enum_class and next(iter(column.type.enum_class)) or column.type.enums[0]
    if column.key in ("kind", "type"):
        return column.info.get("kind", "a")
    try:
        python = column.type.python_type
    except NotImplementedError:
        return None
    samples = {
        bool: True, int: 1, str: "a", float: 1.0, decimal.Decimal: decimal.Decimal(1), bytes: b"a", dict: {}, list: [],
        datetime.datetime: datetime.datetime(2024, 1, 1), datetime.date: datetime.date(2024, 1, 1),
        datetime.time: datetime.time(1), datetime.timedelta: datetime.timedelta(1), uuid.UUID: uuid.UUID(int=1),
    }  # fmt: skip
    return samples.get(python)


def plain(value):
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, bytes):
        return "\\x" + value.hex()
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    return str(value)


if __name__ == "__main__":
    main()
