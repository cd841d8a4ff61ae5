"""Prints what the installed releases make of the expressions of `installed.test.ts`, as JSON: no database is opened."""

import json
import pathlib
import sys

folder = pathlib.Path(sys.argv[1])
queries = json.loads(sys.argv[2])


def of_django():
    import django
    from django.conf import settings

    sys.path.insert(0, str(folder / "django"))
    settings.configure(
        INSTALLED_APPS=["shop"], DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
    )
    django.setup()
    names = {}
    exec((folder / "django/queries.py").read_text(), names)
    for query in queries["django"]:
        sql, parameters = eval(query, names).query.sql_with_params()
        yield django.get_version(), sql


def of_sqlalchemy():
    import sqlalchemy
    from sqlalchemy.dialects.sqlite import pysqlite

    sys.path.insert(0, str(folder / "sqlalchemy"))
    names = {}
    exec((folder / "sqlalchemy/queries.py").read_text(), names)
    for query in queries["sqlalchemy"]:
        yield sqlalchemy.__version__, str(
            eval(query, names).compile(dialect=pysqlite.dialect(), compile_kwargs={"render_postcompile": True})
        )


print(json.dumps({"django": list(of_django()), "sqlalchemy": list(of_sqlalchemy())}))
