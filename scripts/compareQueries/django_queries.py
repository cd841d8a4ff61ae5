"""Compares queries of a Django project with what its own Python sends: `django_queries.py FOLDER SETTINGS`.

See comparing.py, and ../compareQueries.ts which starts it.
"""

import contextlib
import datetime
import decimal
import json
import os
import sys
import tempfile
import types
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../../test/native/sql"))

from comparing import NotMade, Sent, Unknown, attribute, compare, read_project, value_of
from common import with_ordered_scalars


def main(folder, settings):
    sys.path.insert(0, folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = settings
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    project = read_project()
    configure(project["database"])
    Rows()
    compare(project, Django())


class Done(Exception):
    pass


class Django:
    #: Where the rows do not stand in the way, what differs does so.
    again = ("not run",)
    refused = ("DoesNotExist", "MultipleObjectsReturned", "Http404", "IntegrityError", "DataError", "IndexError")

    #: What is asked now is no part of the query.
    is_aside = False

    def __init__(self):
        relate_unknown(self)

    @contextlib.contextmanager
    def opened(self, slice_, are_other):
        from django.contrib.contenttypes.models import ContentType
        from django.db import connections, transaction

        ContentType.objects.clear_cache()
        with contextlib.suppress(Done), contextlib.ExitStack() as stack:
            restart_numbers()
            for alias in connections:
                stack.enter_context(transaction.atomic(alias))
            if are_other:
                stack.enter_context(self.finding())
            yield
            raise Done

    @contextlib.contextmanager
    def finding(self):
        """What is looked for by any value is the row that there is."""
        from django.core.exceptions import ObjectDoesNotExist
        from django.db.models import QuerySet

        original = QuerySet.get

        def get(queryset, *arguments, **keywords):
            try:
                return original(queryset, *arguments, **keywords)
            except ObjectDoesNotExist:
                found = self.row_of(queryset.model)
                if found is None:
                    raise
                return found

        QuerySet.get = get
        try:
            yield
        finally:
            QuerySet.get = original

    def row_of(self, model):
        self.is_aside = True
        try:
            return model._base_manager.first()
        finally:
            self.is_aside = False

    @contextlib.contextmanager
    def listening(self, sent):
        from django.db import connections

        def wrapper(execute, sql, params, many, context):
            if not self.is_aside:
                given = [one for each in params for one in each] if many else params or ()
                raw = [inside(one) for one in given]
                text, alias = with_ordered_scalars(str(sql)), context["connection"].alias
                sent.append(Sent(text, [as_text(one) for one in given], raw, alias))
            return execute(sql, params, many, context)

        with contextlib.ExitStack() as stack:
            for connection in connections.all():
                stack.enter_context(connection.execute_wrapper(wrapper))
            yield

    def made_up(self, hole_type):
        if hole_type["kind"] != "instance":
            raise NotMade(f"a value of the kind {hole_type['kind']}")
        found = self.row_of(attribute(hole_type))
        if found is None:
            raise NotMade(f"no row of {hole_type['name']}")
        return found

    @staticmethod
    def adapted(value):
        from django.db import connection
        from django.db.models import DateField, DateTimeField, TimeField

        if isinstance(value, str):
            written = [json.dumps(value)]  # By a field of JSON.
            with contextlib.suppress(ValueError):
                written.append(uuid.UUID(value).hex)
            return written
        if isinstance(value, datetime.datetime):
            # A field of dates takes the day of it.
            fields = (DateTimeField(), DateField())
        elif isinstance(value, datetime.date):
            fields = (DateField(), DateTimeField())
        else:
            fields = (TimeField(),) if isinstance(value, datetime.time) else ()
        return [one.get_db_prep_value(value, connection) for one in fields]

    @staticmethod
    def of_rows(cls, name):
        from django.db.models import Model

        if not issubclass(cls, Model):
            return None
        return list(cls._base_manager.values_list(name, flat=True))

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


def inside(value):
    """What a `Jsonb` of psycopg, or of psycopg2, makes JSON of."""
    return getattr(value, "obj", getattr(value, "adapted", value))


def as_text(value):
    """The JSON is made when it is sent."""
    return (getattr(value, "dumps", None) or json.dumps)(inside(value)) if inside(value) is not value else value


def relate_unknown(library):
    """What is not known is an object where a relation is set to it."""
    from django.db.models.fields.related_descriptors import ForwardManyToOneDescriptor

    original = ForwardManyToOneDescriptor.__set__

    def set_related(self, instance, value):
        if isinstance(value, Unknown):
            value = library.row_of(self.field.remote_field.model)
        original(self, instance, value)

    ForwardManyToOneDescriptor.__set__ = set_related


def restart_numbers():
    """The next row gets the next number: no transaction takes numbers back that PostgreSQL has given."""
    from django.apps import apps
    from django.core.management.color import no_style
    from django.db import Error, connection

    with connection.cursor() as cursor:
        for sql in connection.ops.sequence_reset_sql(no_style(), apps.get_models(include_auto_created=True)):
            with contextlib.suppress(Error):
                cursor.execute(sql)


def configure(database):
    """The project's settings, with a database that is empty."""
    from django.conf import settings

    if database is None:
        path = os.path.join(tempfile.mkdtemp(), "db.sqlite3")
        database = {"ENGINE": "django.db.backends.sqlite3", "NAME": path}
    settings.DATABASES = {alias: dict(database) for alias in settings.DATABASES}
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

        if connection.introspection.table_names():
            return  # Of an earlier process.
        models = [one for one in apps.get_models(include_auto_created=True) if not one._meta.proxy]
        for model in models:
            if model._meta.auto_created:
                continue  # It comes with the field.
            try:
                with connection.schema_editor() as editor:
                    editor.create_model(model)
                    # Keys of tables that are not there yet, and indexes, which no statement needs.
                    editor.deferred_sql.clear()
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
            made.__dict__[field.attname] = self.fitting(field, connection)
        query = InsertQuery(model)
        query.insert_values(fields, [made], raw=True)
        query.get_compiler(connection=connection).execute_sql()

    def fitting(self, field, connection):
        """The first value that the field takes."""
        for value in (self.value(field), field.get_default(), [], None):
            try:
                field.get_db_prep_save(value, connection)
                return value
            except Exception:
                continue

    def value(self, field):
        while field.remote_field and hasattr(field, "target_field"):
            field = field.target_field
        if field.choices and not field.primary_key:
            first = next((one for one in field.flatchoices if one[0] not in ("", None)), None)
            if first:
                return first[0]
        kind = field.get_internal_type()
        if kind == "ArrayField":
            return []
        python = {
            "BooleanField": bool, "NullBooleanField": bool, "DateTimeField": datetime.datetime, "DateField": datetime.date,
            "TimeField": datetime.time, "DurationField": datetime.timedelta, "DecimalField": decimal.Decimal,
            "UUIDField": uuid.UUID, "FloatField": float, "JSONField": dict, "BinaryField": bytes,
            "GenericIPAddressField": "address", "HStoreField": dict,
        }.get(kind)  # fmt: skip
        if python is None:
            python = int if "Integer" in kind or "AutoField" in kind else str
        return value_of(python)


main(*sys.argv[1:])
