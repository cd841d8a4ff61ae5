"""Runs random programs with the installed SQLAlchemy on SQLite, and says what reached the driver's cursor.

Standard input: {"worlds": [{"package", "files", "rows", "programs": [{"source", "cursor", "setup", "runs", "conditions", "expressions"}]}]}.
Standard output: for each world the runs of its programs, or {"error": text}; see native.ts.
"""

import importlib
import os
import sqlite3
import sys
import warnings

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../../native/sql"))

from common import answer, install, read_request
from evaluation import Places
from sqlalchemy import create_engine, event, exc
from sqlalchemy import util
from sqlalchemy.orm import Mapper, Session, configure_mappers
from sqlalchemy.pool import StaticPool
from sqlalchemy_recorder import Sent, drain, metadatas_of, sample

warnings.simplefilter("ignore")


def main():
    in_declared_order()
    request = read_request()
    answer([attempt(world) for world in request["worlds"]])


def in_declared_order():
    """SQLAlchemy loads attributes in the order of a set of objects: any order is right, and one has to be compared."""

    def _prop_set(self):
        return util.OrderedSet(self._props.values())

    Mapper._prop_set = util.HasMemoized.memoized_attribute(_prop_set)


def attempt(world):
    try:
        return run_world(world)
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}


def run_world(world):
    install(world["files"])
    models = importlib.import_module(f"{world['package']}.models")
    configure_mappers()
    connection = sqlite3.connect(":memory:", check_same_thread=False)
    fill(engine_on(connection), models, world["rows"])
    filled = connection.serialize()
    answers = []
    for program in world["programs"]:
        answers.append([])
        for run in program["runs"]:
            connection.rollback()
            connection.deserialize(filled)
            answers[-1].append(run_program(engine_on(connection), program, run))
    return answers


def engine_on(connection):
    return create_engine("sqlite://", creator=lambda: connection, poolclass=StaticPool)


def fill(engine, models, rows):
    """One row in every table, all of them related."""
    for metadata in metadatas_of([models]):
        metadata.create_all(engine)
        with engine.begin() as connection:
            for table in metadata.sorted_tables:
                values = {column.name: sample(column) for column in table.columns}
                connection.execute(table.insert().values({**values, **rows.get(table.name, {})}))


def attach_again(session):
    """Objects that a program is given are loaded, and the transaction in which they were is over."""
    held = list(session)
    session.expunge_all()
    session.rollback()
    session.add_all(held)


def run_program(engine, program, run):
    sent = Sent()
    places = Places(program, sent.reach)
    error, stopped = None, False
    with Session(engine) as session, engine.connect() as connection:
        sent.listen({engine})
        namespace = places.namespace({"engine": engine, "session": session, "connection": connection})
        exec(run["bind"], namespace)
        attach_again(session)
        places.evaluate_before(namespace)
        try:
            drain(eval(run["expression"], namespace), session)
        except exc.ResourceClosedError:
            # A write that gives no rows back has nothing to drain.
            pass
        except (exc.DBAPIError, exc.NoResultFound, exc.MultipleResultsFound):
            # Other rows would do; what counts is what was sent until then.
            stopped = True
            if sent.statements and sent.statements[-1]["sql"] == "ROLLBACK":
                sent.statements.pop()
        except Exception as raised:
            error = f"{type(raised).__name__}: {raised}"
        sent.is_over = True
        holding = places.holding(namespace)
        values = places.evaluate(namespace)
    event.remove(Session, "before_flush", sent.on_flush)
    return {"statements": sent.statements, "error": error, "reached": places.is_reached, "stopped": stopped, "holding": holding, "values": values}


main()
