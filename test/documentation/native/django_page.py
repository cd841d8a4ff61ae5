"""Runs a page of Django: see page.py. Further input: "database", "apps" and "isCheck": whether only the models are tried."""

import ast
import os
import sys
import types
import warnings

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../../native/sql"))

import django
from common import answer, install, read_request, with_ordered_scalars
from django.conf import settings
from page import Page, written

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
warnings.simplefilter("ignore")

ROWS = 3


def main():
    request = read_request()
    install(request["files"])
    settings.configure(
        DATABASES={"default": request["database"]},
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", *request["apps"]],
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        USE_TZ=True,
    )
    django.setup()
    if request["isCheck"]:
        return answer(working(request["statements"]))
    answer(Page(request, Library()).run())


def working(statements):
    """Which of the statements of a module of models Python takes, by their numbers."""
    module = types.ModuleType("blog.models")
    sys.modules["blog.models"] = module
    found = []
    for number, code in enumerate(statements):
        try:
            exec(compile(code, "models.py", "exec"), module.__dict__)
            found.append(number)
        except Exception as error:
            print(f"{type(error).__name__}: {error}: {code[:80]}", file=sys.stderr)
    return found


class Library:
    def __init__(self):
        from django.apps import apps
        from django.db import connection

        from django_recorder import create, ordered

        self.connection = connection
        self.names = {"__name__": "blog.page", "__package__": "blog"}
        models = ordered([model for model in apps.get_models(include_auto_created=True) if not model._meta.proxy])
        for model in models:
            attempt(lambda: create(connection, [model]))
        for model in models:
            if model._meta.app_label == "blog" and not model._meta.auto_created:
                attempt(lambda: fill(model))

    def listen(self, say):

        def wrapper(execute, sql, params, many, context):
            if not sql.startswith(("BEGIN", "SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO", "PRAGMA")):
                values = params[0] if many and params else params
                target = say if self.is_sending is None else lambda sql, params: self.is_sending.append({"sql": sql, "params": written(params)})
                target(with_ordered_scalars(sql), list(values or []))
            return execute(sql, params, many, context)

        self.listening = self.connection.execute_wrapper(wrapper)
        self.listening.__enter__()

    is_sending = None

    def before_example(self, names):
        """A transaction that was left open stays so only on this page's database."""
        if self.connection.needs_rollback:
            self.connection.set_rollback(False)

    def swallowed(self):
        return None

    def provide(self, error, code, names):
        """What the example gets is the only row there is, with the values it is asked for by."""
        from django.core.exceptions import MultipleObjectsReturned, ObjectDoesNotExist

        if not isinstance(error, (ObjectDoesNotExist, MultipleObjectsReturned)):
            return False
        for node in ast.walk(ast.parse(code)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("get", "aget"):
                try:
                    values = {word.arg: ast.literal_eval(word.value) for word in node.keywords}
                    model = eval(ast.unparse(node.func.value).split(".")[0], names)._meta.model
                except Exception:
                    continue
                if isinstance(error, MultipleObjectsReturned):
                    # The page added its rows last.
                    model._base_manager.exclude(pk=model._base_manager.order_by("pk").last().pk).delete()
                else:
                    attempt(lambda: fill(model, {"pk" if name == "id" else name: value for name, value in values.items()}))
                return True
        return False

    def show(self, value):
        from django.db.models import Manager

        from django_recorder import drain

        if not isinstance(value, Manager):
            drain(value)

    @staticmethod
    def is_row(value):
        from django.db.models import Model

        return isinstance(value, Model)

    def send(self, value, names):
        from django.db import models, transaction
        from django.db.models.query import RawQuerySet

        if not isinstance(value, (models.QuerySet, RawQuerySet, models.Manager)):
            return {}
        self.is_sending = []
        try:
            with transaction.atomic():
                # A copy: the page's own is not to know the rows before it asks for them.
                list(value.all() if isinstance(value, (models.QuerySet, models.Manager)) else value)
        except Exception as error:
            if not self.is_sending:
                return {"error": f"{type(error).__name__}: {error}"}
        finally:
            sent, self.is_sending = self.is_sending, None
        return {"sent": sent}


def attempt(action):
    try:
        return action()
    except Exception as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)


def fill(model, values=None):
    """Rows of a model; or one, with these values."""
    from django.db import models, transaction

    from django_recorder import sample

    for number in range(1, 2 if values else ROWS + 1):
        row = {}
        for field in model._meta.concrete_fields:
            if field.primary_key and isinstance(field, models.AutoField):
                continue
            if field.is_relation:
                row[field.attname] = number if field.one_to_one or field.primary_key else 1
            elif not field.has_default():
                value = sample(field)
                row[field.attname] = f"{value}{number}" if isinstance(value, str) and not field.choices else value
        with transaction.atomic():
            model(**{**row, **(values or {})}).save()


main()
