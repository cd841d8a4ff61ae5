"""Runs programs with the untouched Django on a real SQLite database and says what reached its cursor.

Standard input and output as in `reference_sqlalchemy`; the SQL is Django's, with `%s`.
"""

import datetime
import decimal
import json
import os
import re
import sys
import tempfile
import types
import uuid

import django
from django.conf import settings

settings.configure(
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "shop"],
    USE_TZ=True,
)


def main():
    request = json.load(sys.stdin)
    with tempfile.TemporaryDirectory() as folder:
        os.mkdir(os.path.join(folder, "shop"))
        for name, text in (("__init__.py", ""), ("models.py", request["models"])):
            with open(os.path.join(folder, "shop", name), "w", encoding="utf-8") as file:
                file.write(text)
        sys.path.insert(0, folder)
        django.setup()
    module = sys.modules["shop.models"]
    from django.apps import apps
    from django.db import connection, models

    tables = [model for model in apps.get_models(include_auto_created=True) if model._meta.managed and not model._meta.proxy]
    with connection.schema_editor() as editor:
        for model in tables:
            if not model._meta.auto_created:
                editor.create_model(model)
    sent = []
    connection.execute_wrappers.append(lambda execute, sql, params, many, context: note(sent, execute, sql, params, many, context))
    json.dump([run(module, tables, models, connection, sent, program) for program in request["programs"]], sys.stdout)


def run(module, tables, models, connection, sent, program):
    fill(tables, models, connection)
    try:
        names = dict(module.__dict__)
        exec(program["bind"], names)
        exec(program["body"], names)
        sent.clear()
        drain(eval(program["expression"], names), models)
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


def fill(tables, models, connection):
    connection.disable_constraint_checking()
    with connection.cursor() as cursor:
        for model in tables:
            cursor.execute(f'DELETE FROM "{model._meta.db_table}"')
        for model in tables:
            fields = model._meta.local_concrete_fields
            columns = ", ".join(f'"{field.column}"' for field in fields)
            marks = ", ".join("%s" for _ in fields)
            values = [field.get_db_prep_save(sample(field, model), connection) for field in fields]
            cursor.execute(f'INSERT INTO "{model._meta.db_table}" ({columns}) VALUES ({marks})', values)


def sample(field, model):
    if field.remote_field is not None:
        return None if field.null and field.remote_field.model is model else 1
    kind = field.get_internal_type()
    if kind.endswith("AutoField") or "Integer" in kind:
        return 1
    samples = {
        "BooleanField": True, "FloatField": 1.0, "DecimalField": decimal.Decimal(1), "JSONField": {},
        "DateTimeField": datetime.datetime(2024, 1, 1, tzinfo=datetime.timezone.utc), "DateField": datetime.date(2024, 1, 1),
        "TimeField": datetime.time(1), "DurationField": datetime.timedelta(1), "UUIDField": uuid.UUID(int=1),
        "BinaryField": b"a", "GenericIPAddressField": "127.0.0.1",
    }  # fmt: skip
    return samples.get(kind, "a")


def note(sent, execute, sql, params, many, context):
    values = [value for one in params for value in one] if many else params
    if isinstance(values, dict):
        values = list(values.values())
    sent.append([re.sub(r"\bs\d+_(?=x\d)", "s1_", sql), [plain(value) for value in values or ()]])
    return execute(sql, params, many, context)


def drain(value, models):
    from django.db.models.manager import BaseManager
    from django.db.models.query import RawQuerySet

    if isinstance(value, BaseManager):
        value = value.all()
    if isinstance(value, (models.QuerySet, RawQuerySet, types.GeneratorType)):
        list(value)


def plain(value):
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, (bytes, memoryview)):
        return "\\x" + bytes(value).hex()
    return str(value)


if __name__ == "__main__":
    main()
