"""Compares queries of a Django project with what its own Python sends: `django_queries.py FOLDER SETTINGS`.

See comparing.py, and ../compareQueries.ts which starts it.
"""

import contextlib
import datetime
import decimal
import os
import sys
import tempfile
import types
import uuid

from comparing import NotMade, Sent, attribute, compare, read_project, value_of


def main(folder, settings):
    sys.path.insert(0, folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = settings
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    project = read_project()
    configure()
    Rows()
    compare(project, Django())


class Done(Exception):
    pass


class Django:
    refused = ("DoesNotExist", "MultipleObjectsReturned", "Http404", "IntegrityError")

    @contextlib.contextmanager
    def opened(self, slice_, are_other):
        from django.contrib.contenttypes.models import ContentType
        from django.db import transaction

        ContentType.objects.clear_cache()
        with contextlib.suppress(Done), transaction.atomic():
            yield
            raise Done

    def listening(self, sent):
        from django.db import connection

        def wrapper(execute, sql, params, many, context):
            sent.append(Sent(str(sql), [one for each in params for one in each] if many else params or ()))
            return execute(sql, params, many, context)

        return connection.execute_wrapper(wrapper)

    def made_up(self, hole_type):
        if hole_type["kind"] != "instance":
            raise NotMade(f"a value of the kind {hole_type['kind']}")
        found = attribute(hole_type)._base_manager.first()
        if found is None:
            raise NotMade(f"no row of {hole_type['name']}")
        return found

    @staticmethod
    def force(value):
        from django.core.paginator import Page
        from django.db.models import Manager, QuerySet
        from django.db.models.query import RawQuerySet

        if isinstance(value, Page):
            value = value.object_list
        if isinstance(value, Manager) or (hasattr(value, "get_queryset") and not isinstance(value, (QuerySet, type))):
            value = value.all()
        if isinstance(value, (QuerySet, RawQuerySet, types.GeneratorType)):
            list(value)


def configure():
    """The project's settings, with a database that is empty."""
    from django.conf import settings

    path = os.path.join(tempfile.mkdtemp(), "db.sqlite3")
    database = {"ENGINE": "django.db.backends.sqlite3", "NAME": path}
    settings.DATABASES = {alias: database for alias in settings.DATABASES}
    settings.DATABASE_ROUTERS = []
    settings.CACHES = {alias: {"BACKEND": "django.core.cache.backends.dummy.DummyCache"} for alias in settings.CACHES}
    import django

    django.setup()
    from django.urls import get_resolver

    # What a project does when its URLs are read, such as connecting what its views define.
    with contextlib.suppress(BaseException):
        get_resolver().url_patterns


class Rows:
    """One row in every table, all of them related."""

    def __init__(self):
        from django.apps import apps
        from django.contrib.auth.management import create_permissions
        from django.contrib.contenttypes.management import create_contenttypes
        from django.db import connection

        models = [one for one in apps.get_models(include_auto_created=True) if one._meta.managed and not one._meta.proxy]
        for model in models:
            if model._meta.auto_created:
                continue  # It comes with the field.
            try:
                with connection.schema_editor() as editor:
                    editor.create_model(model)
            except Exception as error:
                print(f"table of {model._meta.label}: {error!r}", file=sys.stderr)
        for config in apps.get_app_configs():
            # As after a migration.
            create_contenttypes(config, verbosity=0)
            create_permissions(config, verbosity=0)
        connection.disable_constraint_checking()
        for model in models:
            try:
                self.make(model, connection)
            except Exception as error:
                print(f"row of {model._meta.label}: {error!r}", file=sys.stderr)

    def make(self, model, connection):
        from django.db import models
        from django.db.models.sql import InsertQuery

        made = model.__new__(model)
        made._state = models.base.ModelState()
        fields = [one for one in model._meta.local_concrete_fields if not getattr(one, "generated", False)]
        for field in fields:
            made.__dict__[field.attname] = self.value(field)
        query = InsertQuery(model)
        query.insert_values(fields, [made], raw=True)
        query.get_compiler(connection=connection).execute_sql()

    def value(self, field):
        while field.remote_field and hasattr(field, "target_field"):
            field = field.target_field
        if field.choices and not field.primary_key:
            first = next((one for one in field.flatchoices if one[0] not in ("", None)), None)
            if first:
                return first[0]
        kind = field.get_internal_type()
        python = {
            "BooleanField": bool, "NullBooleanField": bool, "DateTimeField": datetime.datetime, "DateField": datetime.date,
            "TimeField": datetime.time, "DurationField": datetime.timedelta, "DecimalField": decimal.Decimal,
            "UUIDField": uuid.UUID, "FloatField": float, "JSONField": dict, "BinaryField": bytes,
            "GenericIPAddressField": "address",
        }.get(kind)  # fmt: skip
        if python is None:
            python = int if "Integer" in kind or "AutoField" in kind else str
        return value_of(python)


main(*sys.argv[1:])
