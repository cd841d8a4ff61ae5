"""Texts that a library evaluates or loads by: annotations, arguments of relationships, dotted names.

What a program says in Python is checked and instrumented; these come in as strings, which it may have put together
when it ran. They are let in by the same rules, or not at all.
"""

import builtins
import sys
from types import ModuleType, SimpleNamespace

from . import imports, run
from .errors import Refused
from .guard import BUILTINS, is_namespace, is_own
from .holes import is_hole
from .namespaces import compiled

try:
    import annotationlib
except ImportError:  # Before Python 3.14.
    annotationlib = None


def install(library_name):
    """Puts our functions in the place of the library's and Python's own. Called once, after all imports."""
    if annotationlib is not None:
        annotationlib.ForwardRef.evaluate = _evaluate_reference
    {"sqlalchemy": _install_sqlalchemy, "django": _install_django}[library_name]()


def evaluate(source, names, local=None):
    """The value of an expression, as if the program had it in its own text."""
    if not isinstance(source, str):
        raise Refused("compiled code is not let into the sandbox")
    names = {**names, "__builtins__": BUILTINS}
    if names.get("builtins") is builtins:
        # SQLModel writes `builtins.dict[str, Any]`.
        names["builtins"] = SimpleNamespace(**BUILTINS)
    return eval(compiled(source, "a text", mode="eval"), names, _Names({} if local is None else local))


class _Names:
    """A mapping of names to values, without modules of which a program may not have everything."""

    def __init__(self, names):
        self.names = names

    def __getitem__(self, name):
        value = self.names[name]
        if isinstance(value, ModuleType) and not is_namespace(value) and not imports.is_allowed(value.__name__):
            raise KeyError(name)
        return value


def _evaluate_reference(self, *, globals=None, locals=None, type_params=None, owner=None, format=None):
    """`typing.ForwardRef.evaluate`: the names are those of the module that is meant, if it is one of the program's."""
    if globals is None:
        module = sys.modules.get(getattr(owner, "__module__", None) or self.__forward_module__ or "")
        globals = module.__dict__ if module is not None and is_namespace(module) else {}
    return evaluate(self.__forward_arg__, dict(globals), locals)


# SQLAlchemy


def _install_sqlalchemy():
    from sqlalchemy.event import api
    from sqlalchemy.orm import clsregistry

    # The functions say `eval(text, globals(), …)`: a name of their module comes before the built-in one.
    clsregistry.eval, clsregistry.globals = evaluate, dict
    try:
        from sqlalchemy.util import typing
    except ImportError:  # Version 1.4 evaluates no annotations.
        pass
    else:
        typing.eval = evaluate
    for module_name in ("sqlalchemy.event", "sqlalchemy.event.api"):
        imports.REPLACED[module_name, "listen"] = _listen(api.listen)
        imports.REPLACED[module_name, "listens_for"] = _listens_for(api.listen)


def _listen(listen):
    from .sqlalchemy_ import session_events

    def function(target, identifier, fn, *arguments, **keywords):
        if is_hole(fn):
            fn = session_events.unknown(identifier, fn)
        if session_events.hear(target, identifier, fn, *arguments, **keywords):
            return
        if isinstance(target, type) and not is_own(target):
            # It would hear of the statements of other programs too.
            run.current().note(f"the event `{identifier}` of every `{target.__name__}`")
        else:
            listen(target, identifier, fn, *arguments, **keywords)

    return function


def _listens_for(listen):
    listen = _listen(listen)

    def function(target, identifier, *arguments, **keywords):
        def decorate(fn):
            listen(target, identifier, fn, *arguments, **keywords)
            return fn

        return decorate

    return function


# Django


def _install_django():
    from django.apps import config
    from django.utils import module_loading

    import_module = config.import_module
    # Django 3.2 has none, and imports each time.
    cached_import = getattr(module_loading, "cached_import", None)

    def loaded(module_path, class_name):
        _check_module(module_path)
        return cached_import(module_path, class_name)

    def imported(name, package=None):
        _check_module(name)
        return import_module(name, package)

    config.import_module = imported
    if cached_import is None:
        module_loading.import_module = imported
    else:
        module_loading.cached_import = loaded


def _check_module(name):
    """Django loads what settings name; they may name parts of Django and modules of the program."""
    module = sys.modules.get(name)
    if module is not None and is_namespace(module):
        return
    if not name.startswith("django.") or name.startswith(("django.core.management", "django.utils.autoreload")):
        raise ImportError(f"No module named {name!r}", name=name)

