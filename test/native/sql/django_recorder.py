"""Runs cases on the installed Django and a real database, and says what reached the driver's cursor.

Standard input: {"database": settings or null, "settings": {...}, "apps": [...], "files": {path: text}, "cases": [...]},
the rest as in sqlalchemy_recorder.py.
"""

import os

import django
from common import answer, evaluate_holes, install, namespace_of, plain, read_request

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
try:
    # A driver without a compiler; Django asks for mysqlclient's name and version. Both get the same text.
    import pymysql

    pymysql.version_info = (2, 2, 4, "final", 0)
    pymysql.install_as_MySQLdb()
except ImportError:
    pass


def main():
    request = read_request()
    install(request["files"])
    from django.conf import settings

    settings.configure(
        DATABASES={"default": request["database"] or {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", *request["apps"]],
        **request["settings"],
    )
    django.setup()
    from django.apps import apps
    from django.db import connection

    if request["database"] is None:
        return answer([attempt(lambda case=case: {"holes": evaluate_holes(case, {})}) for case in request["cases"]])
    models = ordered([model for model in apps.get_models(include_auto_created=True) if model._meta.managed and not model._meta.proxy])
    create(connection, models)
    answer([attempt(lambda case=case: {"runs": [record(connection, models, case, run) for run in case["runs"]]})
            for case in request["cases"]])
    with connection.constraint_checks_disabled():
        drop(connection, models)


def attempt(action):
    try:
        return action()
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}


def ordered(models):
    """Tables before those that refer to them, as far as there is such an order."""
    found = []

    def visit(model, path):
        if model in found or model in path:
            return
        for field in model._meta.local_fields:
            if field.remote_field and isinstance(field.remote_field.model, type):
                visit(field.remote_field.model, [*path, model])
        found.append(model)

    for model in models:
        visit(model, [])
    return [model for model in found if model in models]


def create(connection, models):
    with connection.schema_editor() as editor:
        # Tables of automatic many-to-many fields come with their model.
        for model in models:
            if not model._meta.auto_created:
                editor.create_model(model)


def drop(connection, models):
    with connection.cursor() as cursor:
        cascade = " CASCADE" if connection.vendor == "postgresql" else ""
        for model in reversed(models):
            cursor.execute(f"DROP TABLE IF EXISTS {connection.ops.quote_name(model._meta.db_table)}{cascade}")


def record(connection, models, case, run):
    from django.db import transaction

    sent = []

    def wrapper(execute, sql, params, many, context):
        values = params[0] if many and params else params
        sent.append({"sql": sql, "params": plain(list(values or [])), "names": None})
        return execute(sql, params, many, context)

    with transaction.atomic():
        with connection.constraint_checks_disabled():
            for model in models:
                fill(model)
            namespace = namespace_of(case, {})
            exec(run["bind"], namespace)
            with connection.execute_wrapper(wrapper):
                drain(eval(run["expression"], namespace))
        transaction.set_rollback(True)
    return sent


def drain(value):
    from django.db.models import Manager, QuerySet
    from django.db.models.query import RawQuerySet

    if isinstance(value, Manager):
        value = value.all()
    if isinstance(value, (QuerySet, RawQuerySet)) or hasattr(value, "__next__"):
        list(value)


def fill(model):
    """One row, related to the one row of every other table; written past signals and checks."""
    if model._meta.app_label in ("auth", "contenttypes") and model._meta.object_name not in ("User",):
        return
    values = {field.attname: sample(field) for field in model._meta.concrete_fields}
    instance = model(**values)
    instance.save_base(raw=True, force_insert=True)


def sample(field):
    import datetime
    import decimal
    import uuid

    from django.db import models

    # A row that is its own parent would make recursive queries endless.
    if field.null and field.related_model is field.model:
        return None
    if field.choices:
        return field.flatchoices[0][0]
    if field.is_relation:
        return sample(field.target_field)
    kinds = [
        (models.BooleanField, True), (models.DateTimeField, datetime.datetime(2024, 1, 1, tzinfo=datetime.timezone.utc)),
        (models.DateField, datetime.date(2024, 1, 1)), (models.TimeField, datetime.time(1)),
        (models.DurationField, datetime.timedelta(1)), (models.UUIDField, uuid.UUID(int=1)),
        (models.DecimalField, decimal.Decimal(1)), (models.FloatField, 1.0), (models.IntegerField, 1), (models.AutoField, 1),
        (models.JSONField, {}), (models.BinaryField, b"a"), (models.GenericIPAddressField, "127.0.0.1"),
    ]
    for kind, value in kinds:
        if isinstance(field, kind):
            return value
    return "a"


main()
