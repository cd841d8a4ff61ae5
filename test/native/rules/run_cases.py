"""Runs programs with the real libraries, each in a process of its own, and says what they print, raise and warn of.

Reads a list of jobs from standard input: {"orm", "files"}, where `main.py` is what runs, or `run.py` when there is one:
it makes rows, and then its function `run()` is called, whose SELECT statements are counted. With Django, every folder that
holds a `models.py` is an app, its tables are there before `main.py` runs, and Django's own checks run after it.
"""

import collections
import contextlib
import io
import json
import os
import runpy
import shutil
import sys
import tempfile
import warnings


def django_setup(files, folder):
    import django
    from django.conf import settings

    apps = sorted({path.split("/")[0] for path in files if path.endswith("/models.py")})
    has_admin = "django.contrib import admin" in files["main.py"]
    settings.configure(
        INSTALLED_APPS=[
            "django.contrib.contenttypes",
            "django.contrib.auth",
            *(["django.contrib.admin"] if has_admin else []),
            *apps,
        ],
        ROOT_URLCONF="urls" if "urls.py" in files else None,
        # A file, because asynchronous code has its own thread, and so its own connection.
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.path.join(folder, "cases.sqlite3")}},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "DIRS": [os.path.join(folder, "templates")],
            }
        ],
    )
    django.setup()
    from django.apps import apps as registry
    from django.db import connection

    with connection.schema_editor() as editor:
        for model in registry.get_models():
            if not model._meta.proxy:
                editor.create_model(model)


def django_checks():
    from django.core.checks import ERROR, run_checks
    from django.core.management.base import SystemCheckError

    # What the admin needs besides its models nobody asks for here.
    problems = [problem for problem in run_checks() if not problem.id.startswith("admin.E4")]
    serious = [problem for problem in problems if problem.level >= ERROR]
    for problem in problems:
        if problem.level < ERROR:
            warnings.warn(f"{problem.id}: {problem.msg}")
    if serious:
        raise SystemCheckError("; ".join(f"{problem.id}: {problem.msg}" for problem in serious))


@contextlib.contextmanager
def counted_selects(orm):
    sent = []

    def note(statement):
        if statement.lstrip().upper().startswith("SELECT"):
            sent.append(statement)

    if orm == "django":
        from django.db import connection

        def wrapper(execute, sql, params, many, context):
            note(sql)
            return execute(sql, params, many, context)

        with connection.execute_wrapper(wrapper):
            yield sent
    else:
        from sqlalchemy import event
        from sqlalchemy.engine import Engine

        def before(connection, cursor, statement, parameters, context, executemany):
            note(statement)

        event.listen(Engine, "before_cursor_execute", before)
        try:
            yield sent
        finally:
            event.remove(Engine, "before_cursor_execute", before)


def result_of(job):
    folder = tempfile.mkdtemp(prefix="ormsight-rules-")
    output = io.StringIO()
    answer = {"raised": None, "sent": None}
    try:
        for path, text in job["files"].items():
            full = os.path.join(folder, path)
            os.makedirs(os.path.dirname(full), exist_ok=True)
            with open(full, "w", encoding="utf-8") as file:
                file.write(text)
        sys.path.insert(0, folder)
        with warnings.catch_warnings(record=True) as caught, contextlib.redirect_stdout(output):
            warnings.simplefilter("always")
            try:
                if job["orm"] == "django":
                    django_setup(job["files"], folder)
                if "run.py" in job["files"]:
                    run = runpy.run_path(os.path.join(folder, "run.py"), run_name="run")["run"]
                    with counted_selects(job["orm"]) as sent:
                        run()
                    answer["sent"] = len(sent)
                else:
                    runpy.run_path(os.path.join(folder, "main.py"), run_name="main")
                if job["orm"] == "django":
                    django_checks()
                else:
                    from sqlalchemy.orm import configure_mappers

                    configure_mappers()
            except Exception as error:
                answer["raised"] = f"{type(error).__name__}: {error}"
        answer["warned"] = [f"{each.category.__name__}: {each.message}" for each in caught]
        answer["printed"] = output.getvalue()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return answer


def start(job):
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        answer = {"raised": "the process ended", "sent": None, "warned": [], "printed": ""}
        try:
            answer = result_of(job)
        finally:
            with os.fdopen(writing, "w") as pipe:
                json.dump(answer, pipe)
            os._exit(0)
    os.close(writing)
    return child, reading


def finish(child, reading):
    with os.fdopen(reading) as pipe:
        answer = json.load(pipe)
    os.waitpid(child, 0)
    return answer


def answers(jobs):
    """In the order of the jobs, of which as many run at once as there are processors."""
    running = collections.deque()
    for job in jobs:
        if len(running) >= (os.cpu_count() or 1):
            yield finish(*running.popleft())
        running.append(start(job))
    while running:
        yield finish(*running.popleft())


if __name__ == "__main__":
    import django.core.management  # noqa: F401
    import django.db.models  # noqa: F401
    import sqlalchemy.ext.asyncio  # noqa: F401
    import sqlalchemy.orm  # noqa: F401
    import sqlmodel  # noqa: F401

    json.dump(list(answers(json.load(sys.stdin))), sys.stdout)
