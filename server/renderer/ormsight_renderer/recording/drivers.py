"""Made-up driver packages, importable under their real names: ORMs look into them for types and constants."""

import sys
from importlib.machinery import ModuleSpec
from types import ModuleType

from ..imports import MADE
from . import ranges
from .dbapi import EXCEPTIONS, Connection

_PACKAGES = {
    "psycopg": {"__version__": "3.2.3", "paramstyle": "pyformat"},
    "psycopg2": {"__version__": "2.9.10 (dt dec pq3 ext lo64)", "paramstyle": "pyformat", "apilevel": "2.0"},
    "MySQLdb": {"__version__": "2.2.4", "version_info": (2, 2, 4, "final", 0), "paramstyle": "format"},
    "pymysql": {"__version__": "1.1.1", "paramstyle": "pyformat"},
    "asyncpg": {"__version__": "0.30.0"},
    "asyncmy": {"__version__": "0.2.9"},
    "aiomysql": {"__version__": "0.2.0"},
    "aiosqlite": {"__version__": "0.20.0"},
    "pg8000": {"__version__": "1.31.2"},
}

_CONTENTS = {**_PACKAGES, "MySQLdb.converters": {"conversions": {}}, **ranges.MODULES}


class _Permissive(type):
    def __getattr__(cls, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return stub(name)

    def __getitem__(cls, key):
        return stub(str(key))

    def __ror__(cls, flags):
        return flags


class Stub(metaclass=_Permissive):
    """Any class, function or constant of a driver. Made with a value (`Jsonb(value)`), it stands for that value."""

    def __init__(self, *arguments, **keywords):
        if arguments:
            self.ormsight_value = arguments[0]

    def __getattr__(self, name):
        if name.startswith(("__", "as_")) or name == "ormsight_value" or "ormsight_value" in self.__dict__:
            raise AttributeError(name)
        return stub(name)

    def __call__(self, *arguments, **keywords):
        return self

    @classmethod
    def fetch(cls, *arguments):
        """`TypeInfo.fetch`: the server has no such type."""
        return None

    @classmethod
    def get_oids(cls, *arguments):
        """`HstoreAdapter.get_oids`, likewise."""
        return None


def stub(name):
    return _Permissive(name, (Stub,), {})


class _Package(ModuleType):
    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        value = EXCEPTIONS.get(name) or stub(name)
        setattr(self, name, value)
        return value


class _Finder:
    """Finds the packages above and whatever is imported from inside of them."""

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in _PACKAGES:
            return ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec):
        return _Package(spec.name)

    def exec_module(self, module):
        module.__dict__.update(EXCEPTIONS)
        module.__dict__.update(_CONTENTS.get(module.__name__, {}))
        module.__dict__["connect"] = lambda *arguments, **keywords: Connection()


def install():
    """Makes the packages importable, before any real ones."""
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())
    for module, classes in ranges.MODULES.items():
        for name, cls in classes.items():
            MADE[module, name] = cls
