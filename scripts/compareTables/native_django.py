"""Says as JSON what makes the tables of a Django project's own models: `native_django.py FOLDER SETTINGS`.

The project's own Python runs it, with the project's own libraries; psycopg is needed, a server is not.
"""

import inspect
import json
import os
import sys


def main(folder, settings_module):
    sys.path.insert(0, folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = settings_module
    from django.conf import settings

    settings.DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "none"}}
    settings.DATABASE_ROUTERS = []
    import django

    django.setup()
    from django.apps import apps
    from django.db import connection

    connection.__dict__["pg_version"] = 160004
    models = {}
    for model in apps.get_models():
        if os.path.realpath(inspect.getfile(model)).startswith(os.path.realpath(folder) + os.sep):
            models[model._meta.label] = statements(model, connection)
    sys.stdout.write("\n" + json.dumps({"django": django.get_version(), "models": models}))


def statements(model, connection):
    made = []
    if model._meta.managed and not model._meta.proxy:
        with connection.schema_editor(collect_sql=True, atomic=False) as editor:
            editor.execute = lambda sql, params=(): made.append(str(sql))
            editor.create_model(model)
    return [*made, model._default_manager.all().query.get_compiler(connection=connection).as_sql()[0]]


main(*sys.argv[1:])
