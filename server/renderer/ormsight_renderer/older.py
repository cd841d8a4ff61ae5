"""What older releases of the libraries expect of Python and today's has no more.

The sandbox has one Python, newer than the one a project runs. Nothing here changes what a release does with a query.
"""

import sys
from datetime import timezone
from importlib.machinery import PathFinder
from threading import get_ident
from types import ModuleType
from typing import Union
from zoneinfo import ZoneInfo


def install_for_sqlalchemy():
    """SQLAlchemy before 2.0.31 stumbles over attributes that every class has now, later ones over the new `Union`.

    https://docs.python.org/3/whatsnew/3.13.html (``__static_attributes__``, ``__firstlineno__``),
    https://docs.python.org/3/whatsnew/3.14.html (``typing.Union``)
    Flask-SQLAlchemy 2 keeps what it counts where Flask before 2.3 did: https://flask.palletsprojects.com/en/stable/changes/
    """
    changes = {
        "sqlalchemy.util.langhelpers": _ignoring_attributes_of_python,
        "sqlalchemy.util.typing": _making_unions,
        "flask": _with_stack_of_contexts,
    }
    sys.meta_path.insert(0, _Finder(changes))


def install_for_django(version):
    """Django 4.1 and older read forms with `cgi`, 3.2 knows time zones from `pytz`; neither matters to SQL."""
    if tuple(int(part) for part in version.split(".")) < (4, 2):
        _provide("cgi", parse_header=_unavailable, FieldStorage=type("FieldStorage", (), {}))
        _provide(
            "pytz", utc=timezone.utc, UTC=timezone.utc, timezone=ZoneInfo, FixedOffset=_unavailable,
            UnknownTimeZoneError=KeyError, _FixedOffset=type("_FixedOffset", (), {}), __version__="",
            tzinfo=_provide("pytz.tzinfo", BaseTzInfo=type("BaseTzInfo", (), {})),
        )  # fmt: skip


def _ignoring_attributes_of_python(langhelpers):
    marker, flags = getattr(langhelpers, "TypingOnly", None), getattr(langhelpers, "_IntFlagMeta", None)
    if marker is None or "__firstlineno__" in repr(marker.__init_subclass__.__func__.__code__.co_consts):
        return
    marker.__init_subclass__ = classmethod(lambda cls, **options: super(marker, cls).__init_subclass__(**options))
    original = flags.__init__

    def __init__(cls, name, bases, contents, **options):
        original(cls, name, bases, {key: contents[key] for key in contents if not key.startswith("__")}, **options)

    flags.__init__ = __init__


def _making_unions(typing):
    try:
        typing.make_union_type(int, str)
    except TypeError:
        typing.make_union_type = lambda *types: Union[types]
    except AttributeError:
        pass  # It has none.


def _with_stack_of_contexts(flask):
    """There is no application, so nothing is on it."""
    if not hasattr(flask, "_app_ctx_stack"):
        flask._app_ctx_stack = type("_AppContextStack", (), {"top": None, "__ident_func__": staticmethod(get_ident)})()


def _unavailable(*arguments, **keywords):
    raise NotImplementedError("Python has this no more")


def _provide(name, **contents):
    """A module that is there unless Python or the project has one."""
    module = ModuleType(name)
    module.__dict__.update(contents)
    return sys.modules.setdefault(name, module)


class _Finder:
    """Changes modules right after they were executed, before others import from them."""

    def __init__(self, changes):
        self.changes = changes

    def find_spec(self, name, path=None, target=None):
        change = self.changes.pop(name, None)
        spec = change and PathFinder.find_spec(name, path, target)
        if spec:
            spec.loader = _Loader(spec.loader, change)
        return spec


class _Loader:
    def __init__(self, loader, change):
        self.loader = loader
        self.change = change

    def create_module(self, spec):
        return self.loader.create_module(spec)

    def exec_module(self, module):
        module.__loader__ = module.__spec__.loader = self.loader
        self.loader.exec_module(module)
        self.change(module)
