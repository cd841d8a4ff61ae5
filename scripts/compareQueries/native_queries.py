"""Runs queries of a Django project and says as JSON whether they send what is shown: `native_queries.py FOLDER SETTINGS`.

The project's own Python runs it, with the project's own libraries. Standard input has the queries: the statements that lead
to an expression, the values they need by type, and the statements that are shown for each variant.
"""

import ast
import asyncio
import datetime
import decimal
import importlib
import inspect
import json
import os
import re
import signal
import sys
import tempfile
import types
import uuid

MOMENT = datetime.datetime(2024, 5, 17, 12, 30, tzinfo=datetime.timezone.utc)
TRANSACTION = re.compile(r"\s*(BEGIN|START|SAVEPOINT|RELEASE|ROLLBACK|COMMIT)\b", re.IGNORECASE)


def main(folder, settings):
    sys.path.insert(0, folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = settings
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    configure()
    queries = json.load(sys.stdin)
    rows = Rows()
    verdicts = []
    signal.signal(signal.SIGALRM, too_long)
    for query in queries:
        signal.alarm(20)
        verdict, why = judge(query, rows)
        signal.alarm(0)
        verdicts.append({"place": query["place"], "verdict": verdict, "why": why})
    sys.stdout.write("\n" + json.dumps(verdicts or [{"place": "-", "verdict": "not run", "why": "no query"}]))


def too_long(*_):
    raise TimeoutError("it takes too long")


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
    import contextlib

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


def value_of(python):
    if python == "address":
        return "10.0.0.1"
    return {
        bool: True, int: 1, float: 1.5, str: "a", bytes: b"a", dict: {}, datetime.datetime: MOMENT,
        datetime.date: MOMENT.date(), datetime.time: MOMENT.time(), datetime.timedelta: datetime.timedelta(hours=1),
        decimal.Decimal: decimal.Decimal("1.5"), uuid.UUID: uuid.UUID(int=1),
    }[python]  # fmt: skip


SCALARS = {
    "int": int, "str": str, "bool": bool, "float": float, "bytes": bytes, "datetime": datetime.datetime,
    "date": datetime.date, "time": datetime.time, "timedelta": datetime.timedelta, "Decimal": decimal.Decimal,
    "UUID": uuid.UUID,
}  # fmt: skip


#: What differs each time it is asked.
CHANGING = re.compile(r"\brandom\b|\buuid[14]\b|\bsecrets\b|make_password")


class NotMade(Exception):
    """A value that cannot be made up."""


def made_up(hole_type):
    kind = hole_type["kind"]
    if kind == "instance":
        found = attribute(hole_type)._base_manager.first()
        if found is None:
            raise NotMade(f"no row of {hole_type['name']}")
        return found
    if kind == "class":
        return attribute(hole_type)
    if kind == "scalar":
        return value_of(SCALARS[hole_type["python"]])
    if kind == "list":
        return [made_up(hole_type["of"])]
    if kind == "unknown":
        return Unknown(1)
    if kind == "choice":
        return made_up(hole_type["of"][0])
    if kind == "object":
        cls = attribute(hole_type["cls"]) if hole_type.get("cls") else object
        cls = type(cls)(cls.__name__, (cls,), {"__getattr__": Unknown.__getattr__, "__module__": cls.__module__})
        cls.__abstractmethods__ = frozenset()
        made = cls.__new__(cls)
        for name, inner in hole_type["attributes"].items():
            put(made, name, made_up(inner))
        return made
    raise NotMade(f"a value of the kind {kind}")


#: Django asks a value for these to know what it is.
DUCK_TYPED = frozenset(
    """
    resolve_expression get_source_expressions as_sql pk query filterable conditional contains_aggregate output_field
    prepare_database_save replace_expressions relabeled_clone get_queryset add_to_query isoformat utcoffset tzinfo
    """.split()
)


class Unknown(int):
    """A number whose parts are numbers too."""

    def __getattr__(self, name):
        if name.startswith("_") or name in DUCK_TYPED:
            raise AttributeError(name)
        return Unknown(1)

    def __getitem__(self, key):
        return Unknown(1)

    def __call__(self, *arguments, **keywords):
        return Unknown(1)

    def __iter__(self):
        return iter([Unknown(1)])


def put(owner, path, value):
    *before, last = path.split(".")
    for name in before:
        if not hasattr(owner, name):
            setattr(owner, name, types.SimpleNamespace())
        owner = getattr(owner, name)
    setattr(owner, last, value)


def attribute(named):
    return getattr(importlib.import_module(named["module"]), named["name"])


def judge(query, rows):
    from django.contrib.contenttypes.models import ContentType
    from django.db import connection, transaction

    slice_ = query["slice"]
    try:
        names = dict(module_of(query).__dict__)
        fill(names, slice_)
    except BaseException as error:
        return "not run", repr(error)
    sent = []
    ContentType.objects.clear_cache()

    def wrapper(execute, sql, params, many, context):
        if not TRANSACTION.match(str(sql)):
            sent.append((str(sql), [one for each in params for one in each] if many else list(params or ())))
        return execute(sql, params, many, context)

    try:
        with transaction.atomic():
            for hole in slice_["holes"]:
                names[hole["name"]] = made_up(hole["hole"]["type"])
            perform(slice_["body"], "exec", names)
            with connection.execute_wrapper(wrapper):
                before = dict(names)
                force(perform(slice_["expression"], "eval", names))
            raise Done
    except Done:
        pass
    except BaseException as error:
        # What is sent may be refused by the rows that there are.
        if not sent or not isinstance(error, Exception):
            return "not run", repr(error)
        if type(error).__name__ not in ("DoesNotExist", "MultipleObjectsReturned", "Http404", "IntegrityError"):
            return "not run", f"{error!r} after {sent}"
    for variant in query["shown"]:
        shown = [one for one in variant if not TRANSACTION.match(one["sql"])]
        if [one["sql"] for one in shown] == [sql for sql, _ in sent]:
            wrong = [
                f"    {given!r} where {param} is shown"
                for one, (_, params) in zip(shown, sent)
                for param, given in zip(one["params"], params)
                if not is_same(param, given, before)
            ]
            return ("differs", "\n".join(wrong)) if wrong else ("agrees", "")
    native = "\n".join(f"    native {sql} {params}" for sql, params in sent)
    ours = "\n".join(f"    ours   {one['sql']} {one['params']}" for variant in query["shown"] for one in variant)
    return "differs", f"    {query['source']}\n{native or '    native sends nothing'}\n{ours}"


def module_of(query):
    """The module of a file, also of one whose name cannot be imported: `send-mails.py`."""
    path = query["place"].rpartition(":")[0]
    name = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    return importlib.import_module(name if "-" in name else query["slice"]["module"])


class Done(Exception):
    pass


def fill(names, slice_):
    """Names that a function imports for itself."""
    for step in slice_["steps"]:
        if step["module"] != slice_["module"] or step.get("as", "-") in names:
            continue
        if step["op"] == "import" or step["op"] == "link":
            module = importlib.import_module(step["from"])
            if step["name"] is None:
                names[step["as"]] = module
            elif hasattr(module, step["name"]):
                names[step["as"]] = getattr(module, step["name"])
            else:
                names[step["as"]] = importlib.import_module(f"{step['from']}.{step['name']}")


def perform(source, mode, names):
    if not source.strip():
        return None
    code = compile(f"({source}\n)" if mode == "eval" else source, "<query>", mode, flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    result = eval(code, names)
    return asyncio.run(result) if inspect.iscoroutine(result) else result


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


def is_same(param, given, names):
    if "hole" in param:
        try:
            given_there = eval(param["hole"], dict(names))
        except BaseException:
            return True  # The words are about a value that has no name here.
        if CHANGING.search(param["hole"]) or not isinstance(given_there, (str, int)):
            return True
        if isinstance(given_there, int) and given == uuid.UUID(int=given_there).hex:
            return True  # A number is as good as an id.
        return plain(given_there) == plain(given)
    return plain(param["value"]) == plain(given)


def plain(value):
    if isinstance(value, bool):
        return str(int(value))
    if getattr(value, "pk", None) is not None:
        value = value.pk
    if isinstance(value, uuid.UUID):
        return value.hex
    return str(value)


main(*sys.argv[1:])
