"""Prints what the functions of `observers.test.ts` send, as JSON: each in a new session, where every table has one row."""

import inspect
import json
import sys

import sqlalchemy
from sqlalchemy.orm import Session

sys.path.insert(0, sys.argv[1])
import models
import uses


def sent_by(function):
    engine = sqlalchemy.create_engine("sqlite://")
    models.Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add(models.Shop(id=1, sold=0, orders=[models.Order(id=1, note="", lines=[models.Line(id=1, price=1)])]))
        session.commit()
    with Session(engine, expire_on_commit=False) as session:
        arguments = [
            session if name == "session" else session.get(getattr(models, name.title()), 1)
            for name in inspect.signature(function).parameters
        ]
        sent = []
        note = lambda _, __, sql, *rest: sent.append(" ".join(sql.split()))
        sqlalchemy.event.listen(engine, "before_cursor_execute", note)
        function(*arguments)
    return sent


functions = [function for _, function in inspect.getmembers(uses, inspect.isfunction) if function.__module__ == "uses"]
print(json.dumps({function.__name__: sent_by(function) for function in functions}))
