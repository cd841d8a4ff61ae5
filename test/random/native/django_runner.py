"""Runs random programs with the installed Django on SQLite, and says what reached the driver's cursor.

Standard input and output are those of sqlalchemy_runner.py.
"""

import importlib
import os
import sys
import warnings

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../../native/sql"))

import django
from common import answer, install, plain, read_request, with_ordered_scalars
from django.conf import settings
from evaluation import Places

warnings.simplefilter("ignore")


def main():
    request = read_request()
    for world in request["worlds"]:
        install(world["files"])
    settings.configure(
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", *(world["package"] for world in request["worlds"])],
        USE_TZ=True,
    )
    django.setup()
    answer([run_world(world) for world in request["worlds"]])


def run_world(world):
    from django.apps import apps
    from django.db import connections

    from django_recorder import create, drop, ordered

    connection = connections["default"]
    app = apps.get_app_config(world["package"])
    models = ordered(list(app.get_models(include_auto_created=True)))
    models = [model for model in models if not model._meta.proxy]
    create(connection, models)
    fill(connection, models, world["rows"])
    assert connection.features.supports_json_field
    filled = connection.connection.serialize()
    answers = []
    for program in world["programs"]:
        answers.append([])
        for run in program["runs"]:
            refill(connection, filled)
            answers[-1].append(run_program(connection, program, run))
    refill(connection, filled)
    with connection.constraint_checks_disabled():
        drop(connection, models)
    return answers


def fill(connection, models, rows):
    """One row in every table, all of them related; written past signals and checks."""
    from django_recorder import sample

    with connection.constraint_checks_disabled():
        for model in models:
            known = rows.get(model._meta.db_table, {})
            values = {field.attname: known.get(field.column, sample(field)) for field in model._meta.concrete_fields}
            model(**values).save_base(raw=True, force_insert=True)


def refill(connection, filled):
    connection.connection.rollback()
    connection.connection.deserialize(filled)
    connection.connection.execute("PRAGMA foreign_keys = ON")
    connection.in_atomic_block = connection.needs_rollback = connection.closed_in_transaction = False
    connection.atomic_blocks, connection.savepoint_ids, connection.savepoint_state = [], [], 0
    connection.run_on_commit, connection.commit_on_exit, connection.autocommit = [], True, True


def run_program(connection, program, run):
    from django.core.exceptions import MultipleObjectsReturned, ObjectDoesNotExist
    from django.db import Error
    from django.http import Http404

    from django_recorder import _SAVEPOINT, drain

    sent = Sent(connection, lambda sql: with_ordered_scalars(_SAVEPOINT.sub("s1_", sql)))
    places = Places(program, sent.reach)
    error, stopped = None, False
    try:
        namespace = places.namespace({})
        exec(run["bind"], namespace)
    except Exception as raised:
        return {"statements": [], "error": f"{type(raised).__name__}: {raised}", "reached": False, "stopped": False, "holding": {}, "values": {}}
    places.evaluate_before(namespace)
    with sent:
        try:
            drain(eval(run["expression"], namespace))
        except (Error, ObjectDoesNotExist, MultipleObjectsReturned, IndexError, Http404) as raised:
            # Other rows would do; what counts is what was sent until then. What Django raises by itself is no such thing.
            stopped = not isinstance(raised, Error) or raised.__cause__ is not None
            error = None if stopped else f"{type(raised).__name__}: {raised}"
            if sent.statements and sent.statements[-1]["sql"].startswith("ROLLBACK"):
                sent.statements.pop()
        except Exception as raised:
            error = f"{type(raised).__name__}: {raised}"
        sent.is_over = True
    holding = places.holding(namespace)
    values = places.evaluate(namespace)
    return {"statements": sent.statements, "error": error, "reached": places.is_reached, "stopped": stopped, "holding": holding, "values": values}


class Sent:
    """What reaches the cursor once the statement with the cursor is reached, with the ends of transactions."""

    def __init__(self, connection, written):
        self.connection, self.written = connection, written
        self.statements = []
        self.is_over = False

    def reach(self, is_behind):
        if is_behind:
            self.is_over = True
            return
        self.statements.clear()
        self.is_over = False

    def __enter__(self):
        self.wrapping = self.connection.execute_wrapper(self.execute)
        self.wrapping.__enter__()
        for name, word in (("_commit", "COMMIT"), ("_rollback", "ROLLBACK")):
            setattr(self.connection, name, self.ending(getattr(type(self.connection), name), word))
        return self

    def __exit__(self, *error):
        for name in ("_commit", "_rollback"):
            self.connection.__dict__.pop(name, None)
        self.wrapping.__exit__(*error)

    def ending(self, original, word):
        def end():
            self.say(word, [])
            return original(self.connection)

        return end

    def say(self, sql, params):
        if not self.is_over:
            self.statements.append({"sql": self.written(sql), "params": plain(list(params))})

    def execute(self, execute, sql, params, many, context):
        if not sql.startswith("PRAGMA"):
            self.say(sql, (params[0] if many and params else params) or [])
        return execute(sql, params, many, context)


main()
