"""Prints what an installed release makes of the expressions of `installed.test.ts`, as JSON."""

import json
import pathlib
import sys

orm, folder = sys.argv[1], pathlib.Path(sys.argv[2])
queries = json.loads(sys.argv[3])


def names_of_queries():
    names = {}
    exec((folder / "queries.py").read_text(), names)
    return names


def of_django():
    import django
    from django.conf import settings

    settings.configure(
        INSTALLED_APPS=["shop"], DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
    )
    django.setup()
    names = names_of_queries()
    return django.get_version(), [[eval(query, names).query.sql_with_params()[0]] for query in queries]


def of_sqlalchemy():
    import sqlalchemy
    from sqlalchemy.dialects.sqlite import pysqlite

    names = names_of_queries()
    options = {"dialect": pysqlite.dialect(), "compile_kwargs": {"render_postcompile": True}}
    return sqlalchemy.__version__, [[str(eval(query, names).compile(**options))] for query in queries]


def of_flask_sqlalchemy():
    """Each query runs in a new session, on tables with enough rows to find one, and to make several pages of."""
    import flask
    import sqlalchemy

    names = names_of_queries()
    db = names["db"]
    app = flask.Flask("shop")
    app.config.update(SQLALCHEMY_DATABASE_URI="sqlite://", SQLALCHEMY_TRACK_MODIFICATIONS=False)
    db.init_app(app)
    sent = []
    with app.app_context():
        db.create_all()
        db.session.add(names["Author"](books=[names["Book"](title="A") for _ in range(20)]))
        db.session.commit()
        for query in queries:
            db.session.remove()
            sent.append([])
            note = lambda _, __, sql, *rest: sent[-1].append(sql)
            sqlalchemy.event.listen(db.engine, "before_cursor_execute", note)
            eval(query, names)
            sqlalchemy.event.remove(db.engine, "before_cursor_execute", note)
    return sqlalchemy.__version__, sent


sys.path.insert(0, str(folder))
version, sent = {"django": of_django, "sqlalchemy": of_sqlalchemy, "flask-sqlalchemy": of_flask_sqlalchemy}[orm]()
print(json.dumps({"version": version, "sent": sent}))
