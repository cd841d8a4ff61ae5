"""Executes a slice of a Python program against the real ORM and records what it sends.

`start` is called once, before a snapshot of the memory is taken; then `handle` for every request. Both sides of the
protocol are described in `server/src/render/protocol.ts`.
"""

import importlib
import json

from . import answers, calls, compiled, constants, coroutines, library, operations, seal, standins

__all__ = ["handle", "start"]


def start(library_name: str, version: str) -> None:
    """Imports and configures an ORM (`sqlalchemy` or `django`), which is to be on `sys.path` in this feature release.

    Afterwards nothing leads out of the sandbox.
    """
    compiled.install()
    standins.install()
    answers.install()
    constants.install()
    coroutines.install()
    operations.install(calls.call)
    modules = {"sqlalchemy": "sqlalchemy_", "django": "django_"}
    chosen = importlib.import_module(f"{__name__}.{modules[library_name]}").start(version)
    library.choose(chosen)
    seal.seal(library_name)


def handle(request_json: str) -> str:
    """Answers a `RenderRequest` with a `RenderResult`, both as JSON."""
    from .requests import answer

    return json.dumps(answer(json.loads(request_json)), ensure_ascii=False, separators=(",", ":"))
