"""Runs cases on the installed Django and a real database, and says what reached the driver's cursor.

Standard input: {"database": settings or null, "settings": {...}, "apps": [...], "files": {path: text}, "cases": [...]},
the rest as in sqlalchemy_recorder.py.
"""

import contextlib
import os
import re

import django
from common import answer, evaluate_holes, install, namespace_of, plain, read_request, with_ordered_scalars

from django.core.management.color import no_style

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
    from django.db import connections

    connection = connections["default"]
    if connection.vendor == "mysql":
        # The server is MariaDB, which anybody can install; the text that is wanted is the one for MySQL.
        connection.__dict__.update(mysql_is_mariadb=False, mysql_version=(8, 4, 0))
    models = ordered([model for model in apps.get_models(include_auto_created=True) if model._meta.managed and not model._meta.proxy])
    if request["database"] is None:
        # Values are read from objects, which bind lines get from tables; a dialect's own types may not have one here.
        models = [model for model in models if attempt(lambda: create(connection, [model]) or True) is True]
        return answer([attempt(lambda case=case: {"holes": holes(connection, models, case)}) for case in request["cases"]])
    create(connection, models)
    # Django asks SQLite once.
    assert connection.features.supports_json_field
    answer([attempt(lambda case=case: {"runs": [record(connection, models, case, run) for run in case["runs"]]})
            for case in request["cases"]])
    with connection.constraint_checks_disabled():
        drop(connection, models)


def holes(connection, models, case):
    if not case["holes"]:
        return [{} for _ in case["runs"]]
    with Rows(connection, models):
        rows = {model._meta.object_name: model._base_manager.first() for model in models}
        return [{hole: of_row(rows, hole, value) for hole, value in run.items()} for run in evaluate_holes(case, {})]


def of_row(rows, hole, value):
    """A row that the program gives no name is called after its model (`Sale.id`): it is the one row of the table."""
    name, _, attribute = hole.partition(".")
    return plain(getattr(rows[name], attribute)) if name in rows and "DeferredAttribute object" in str(value) else value


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
    sent = []

    def wrapper(execute, sql, params, many, context):
        values = params[0] if many and params else params
        sent.append({"sql": with_ordered_scalars(_SAVEPOINT.sub("s1_", sql)), "params": plain(list(values or [])), "names": None})
        return execute(sql, params, many, context)

    def reach(is_behind, variables):
        """What was sent before the statement with the cursor is not asked for; a queryset is sent later than it is made."""
        if not is_behind:
            sent.clear()

    with Rows(connection, models) as rows:
        namespace = namespace_of(case, {}, reach)
        exec(run["bind"], namespace)
        rows.transaction = lambda sql: sent.append({"sql": sql, "params": [], "names": None})
        with connection.execute_wrapper(wrapper):
            drain(eval(run["expression"], namespace))
    return sent


#: Savepoints are named after the thread.
_SAVEPOINT = re.compile(r"\bs\d+_(?=x\d)")


class Rows:
    """One row in every table, as long as it is entered.

    Everything happens in one transaction that is rolled back, of which Django knows nothing: to it, the connection is
    in autocommit mode as in a project, and what it asks of the driver (`BEGIN`, `COMMIT`) goes to `transaction`.
    """

    def __init__(self, connection, models):
        self.connection, self.models = connection, models
        self.transaction = lambda sql: None

    def __enter__(self):
        try:
            return self._enter()
        except BaseException:
            self.__exit__()
            raise

    def _enter(self):
        connection = self.connection
        connection.set_autocommit(False)
        with connection.constraint_checks_disabled():
            for model in self.models:
                fill(model)
        with connection.cursor() as cursor:
            for sql in connection.ops.sequence_reset_sql(no_style(), self.models):
                cursor.execute(sql)
        from django.contrib.contenttypes.models import ContentType

        ContentType.objects.clear_cache()
        for model in self.models:
            ContentType.objects.get_for_model(model)
        ContentType.objects.clear_cache()
        connection.savepoint_state = 0
        connection.autocommit = True
        connection._set_autocommit = lambda autocommit: None if autocommit else self.transaction("BEGIN")
        connection._start_transaction_under_autocommit = lambda: self.transaction("BEGIN")
        connection._commit = lambda: self.transaction("COMMIT")
        connection._rollback = lambda: self.transaction("ROLLBACK")
        return self

    def __exit__(self, *error):
        connection = self.connection
        for name in ("_set_autocommit", "_start_transaction_under_autocommit", "_commit", "_rollback"):
            connection.__dict__.pop(name, None)
        connection.in_atomic_block = connection.needs_rollback = False
        connection.atomic_blocks, connection.savepoint_ids, connection.savepoint_state = [], [], 0
        connection.run_on_commit = []
        connection.autocommit = False
        connection.rollback()
        connection.set_autocommit(True)


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
    with unnoticed():
        instance.save_base(raw=True, force_insert=True)


@contextlib.contextmanager
def unnoticed():
    """Receivers of signals would write rows of their own."""
    from django.db.models import signals

    both = (signals.pre_save, signals.post_save)
    for signal in both:
        signal.send = lambda *arguments, **keywords: []
    try:
        yield
    finally:
        for signal in both:
            del signal.send


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
    return None if field.null and not isinstance(field, (models.CharField, models.TextField)) else "a"


if __name__ == "__main__":
    main()
