"""Makes models with the real libraries and says what tables, relations and managers they have.

Reads a list of jobs from standard input, each in one of two modes: "native" imports the project's files,
"steps" runs the steps that the renderer would be given. Every job runs in a process of its own, for both libraries
keep their models in one place.
"""

import gc
import json
import os
import shutil
import sys
import tempfile
import traceback
import types


class Hole:
    """Stands for a value that is not known: it can be called, read from and inherited from."""

    def __call__(self, *args, **kwargs):
        return self

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __getitem__(self, key):
        return self

    def __mro_entries__(self, bases):
        return ()


def namespace(name):
    if name not in sys.modules:
        module = types.ModuleType(name)
        module.__path__ = []
        sys.modules[name] = module
    return sys.modules[name]


def run_steps(steps):
    pending = []
    future = {}
    for step in steps:
        module = namespace(step["module"])
        if step["op"] == "import":
            if step["from"] == "__future__":
                future[step["module"]] = "from __future__ import annotations\n"
                continue
            target = __import__(step["from"], fromlist=["_"])
            setattr(module, step["as"], target if step["name"] is None else getattr(target, step["name"]))
        elif step["op"] == "link":
            pending.append(step)
        elif step["op"] == "hole":
            setattr(module, step["as"], Hole())
        else:
            source = future.get(step["module"], "") + step["source"]
            exec(compile(source, f"<{step['module']}:{step['name']}>", "exec"), module.__dict__)
        pending = [link for link in pending if not try_link(link)]
    if pending:
        raise RuntimeError(f"never linked: {pending}")


def try_link(step):
    module = namespace(step["module"])
    target = namespace(step["from"])
    if step["name"] is None:
        setattr(module, step["as"], target)
    elif hasattr(target, step["name"]):
        setattr(module, step["as"], getattr(target, step["name"]))
    else:
        return False
    return True


def write_files(files):
    folder = tempfile.mkdtemp(prefix="ormsight-native-")
    for path, source in files.items():
        full = os.path.join(folder, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w", encoding="utf-8") as file:
            file.write(source)
    sys.path.insert(0, folder)
    # What is installed in the project's environment is installed here too.
    for packages in {path.partition("/site-packages/")[0] for path in files if "/site-packages/" in path}:
        sys.path.append(os.path.join(folder, packages, "site-packages"))
    return folder


def module_names(files):
    own = [path for path in files if path.endswith(".py") and "/site-packages/" not in path]
    names = [path.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for path in own]
    return [name for name in names if name not in ("manage", "config.settings")]


# ---------------------------------------------------------------- SQLAlchemy


def sqlalchemy_result(make):
    import sqlalchemy
    from sqlalchemy.dialects import postgresql
    from sqlalchemy.schema import CreateTable

    make()
    sqlalchemy.orm.configure_mappers()
    tables = {}
    for metadata in instances_of(sqlalchemy.MetaData):
        for table in metadata.tables.values():
            if table.schema in ("pg_catalog", "information_schema"):  # SQLAlchemy's own
                continue
            tables[table.fullname] = sqlalchemy_table(table, create_text(CreateTable(table), postgresql.dialect()))
    models = {}
    for registry in instances_of(sqlalchemy.orm.registry):
        for mapper in registry.mappers:
            relations = {relation.key: sqlalchemy_relation(relation) for relation in mapper.relationships}
            fields = [
                attr.key
                for attr in mapper.column_attrs
                if any(isinstance(column, sqlalchemy.Column) for column in attr.columns)
            ]
            models[f"{mapper.class_.__module__}.{mapper.class_.__name__}"] = {"fields": fields, "relations": relations}
    return {"tables": tables, "models": models}


def create_text(create, dialect):
    try:
        return str(create.compile(dialect=dialect))
    except Exception as error:  # a column whose type is not known
        return repr(error)


def instances_of(cls):
    # Lazy objects of Django answer isinstance() by waking up.
    return [each for each in gc.get_objects() if issubclass(type(each), cls)]


def sqlalchemy_table(table, create):
    from sqlalchemy import UniqueConstraint

    uniques = [[c.name for c in each.columns] for each in table.constraints if isinstance(each, UniqueConstraint)]
    return {
        "create": create,
        "columns": [[column.name, column.nullable] for column in table.columns],
        "primaryKey": [column.name for column in table.primary_key.columns],
        "foreignKeys": sorted(
            [
                [column.name for column in key.columns],
                key.elements[0].target_fullname.rpartition(".")[0],
                [element.target_fullname.rpartition(".")[2] for element in key.elements],
            ]
            for key in table.foreign_key_constraints
        ),
        "uniques": sorted(uniques),
        "indexes": sorted([[str(getattr(e, "name", e)) for e in index.expressions], bool(index.unique)] for index in table.indexes),
    }


def sqlalchemy_relation(relation):
    direction = "through" if relation.secondary is not None else {"MANYTOONE": "forward"}.get(relation.direction.name, "reverse")
    target = relation.mapper.class_
    return {
        "target": f"{target.__module__}.{target.__name__}",
        "direction": direction,
        "many": bool(relation.uselist),
        "columns": sorted(column.name for column in relation.local_columns) if direction == "forward" else [],
        "lazy": {True: "select", False: "joined", None: "noload"}.get(relation.lazy, relation.lazy),
    }


# ---------------------------------------------------------------- Django


def django_result(job, make):
    from django.apps import AppConfig, apps
    from django.conf import settings

    configs = types.ModuleType("ormsight_configs")
    sys.modules["ormsight_configs"] = configs
    installed = []
    for number, app in enumerate(job["django"]["apps"]):
        if app["package"].startswith("django.contrib."):
            installed.append(app["package"])
            continue
        if job["mode"] == "native" and app["package"].replace(".", "/") + "/apps.py" in job["files"]:
            installed.append(app["package"])
            continue
        if job["mode"] == "steps":
            parts = app["package"].split(".")
            for end in range(1, len(parts) + 1):
                namespace(".".join(parts[:end]))
        attributes = {"name": app["package"], "label": app["label"], "path": "/nowhere"}
        setattr(configs, f"Config{number}", type(f"Config{number}", (AppConfig,), attributes))
        installed.append(f"ormsight_configs.Config{number}")
    settings.configure(
        INSTALLED_APPS=installed,
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        **job["django"]["settings"],
    )
    if job["mode"] == "steps":
        forget_ready()
    apps.populate(settings.INSTALLED_APPS)
    make()
    apps.clear_cache()
    tables = {}
    models = {}
    for model in apps.get_models(include_auto_created=True):
        if model._meta.app_label in ("auth", "contenttypes") and model.__module__.startswith("django."):
            continue
        if not model._meta.proxy:
            tables[model._meta.db_table] = django_table(model)
        if not model._meta.auto_created:
            models[f"{model.__module__}.{model.__name__}"] = django_model(model)
    return {"tables": tables, "models": models}


def forget_ready():
    # It asks for the user model, which the steps have still to make.
    from django.contrib.auth.apps import AuthConfig

    AuthConfig.ready = lambda self: None


def django_table(model):
    from django.db import connection
    from django.db.models import UniqueConstraint

    with connection.schema_editor(collect_sql=True) as editor:
        editor.create_model(model)
    meta = model._meta
    columns = [field for field in meta.local_concrete_fields]
    return {
        "create": "\n".join(editor.collected_sql),
        "columns": [[field.column, field.null] for field in columns],
        "primaryKey": [field.column for field in columns if field.primary_key],
        "foreignKeys": sorted(
            [[field.column], field.target_field.model._meta.db_table, [field.target_field.column]]
            for field in columns
            if field.is_relation and field.target_field is not None
        ),
        "uniques": sorted(
            [[field.column] for field in columns if field.unique and not field.primary_key]
            + [[meta.get_field(name).column for name in group] for group in meta.unique_together]
            + [
                [meta.get_field(name).column for name in each.fields]
                for each in meta.constraints
                if isinstance(each, UniqueConstraint) and each.condition is None
            ]
        ),
        "indexes": sorted(
            [[[field.column], False] for field in columns if field.db_index and not field.unique]
            + [[[meta.get_field(name.lstrip("-")).column for name in index.fields], False] for index in meta.indexes]
            + [
                [[meta.get_field(name).column for name in each.fields], True]
                for each in meta.constraints
                if isinstance(each, UniqueConstraint) and each.condition is not None
            ]
        ),
    }


def django_model(model):
    meta = model._meta
    relations = {}
    for field in meta.get_fields():
        if not field.is_relation:
            continue
        if field.auto_created and not field.concrete:
            name = field.get_accessor_name()
            if name is None:
                continue
            many = field.one_to_many or field.many_to_many
            direction = "through" if field.many_to_many else "reverse"
            query_name = field.name
        else:
            name = query_name = field.name
            many = bool(field.one_to_many or field.many_to_many)
            direction = "through" if field.many_to_many else "generic" if not field.concrete else "forward"
        target = field.related_model
        relations[name] = {
            "target": f"{target.__module__}.{target.__name__}" if target else None,
            "direction": direction,
            "many": many,
            "queryName": query_name,
        }
    return {
        "fields": [field.name for field in meta.concrete_fields],
        "relations": relations,
        "managers": [manager.name for manager in meta.managers],
        "default": meta.default_manager.name if meta.default_manager else None,
    }


# ---------------------------------------------------------------- jobs


def result_of(job):
    if job["mode"] == "steps":
        make = lambda: run_steps(job["steps"])
    else:
        write_files(job["files"])
        make = lambda: [__import__(name, fromlist=["_"]) for name in module_names(job["files"])]
    return django_result(job, make) if job["orm"] == "django" else sqlalchemy_result(make)


def in_own_process(job):
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            answer = result_of(job)
        except BaseException:
            answer = {"error": traceback.format_exc()}
        with os.fdopen(writing, "w") as pipe:
            json.dump(answer, pipe)
        for path in sys.path:
            if "ormsight-native-" in path:
                shutil.rmtree(path, ignore_errors=True)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        answer = json.load(pipe)
    os.waitpid(child, 0)
    return answer


if __name__ == "__main__":
    import django.db.models  # noqa: F401
    import flask_sqlalchemy  # noqa: F401
    import sqlalchemy.orm  # noqa: F401
    import sqlmodel  # noqa: F401

    json.dump([in_own_process(job) for job in json.load(sys.stdin)], sys.stdout)
