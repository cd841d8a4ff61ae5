"""Conditions on which database a program runs: what is shown is for one dialect, so that they are known.

They are told by what they compare: something of the settings or of a connection that is called after a database or an
engine, with the name of a dialect, as in `settings.database_engine is Engine.POSTGRES` or `settings.DATABASES["default"]["ENGINE"] == "django.db.backends.mysql"`.
"""

import enum
import re

from . import run
from .holes import is_hole
from .library import chosen

_OF_DATABASE = re.compile(r"engine|dialect|vendor|backend|database|\bdb\b|\bdb_|_db\b", re.IGNORECASE)

#: What settings, environments and connections are called; a row or a parameter may be about another database.
_OF_PROGRAM = re.compile(
    r"(\w*settings|\w*config|\w*engine|connection|conn|bind|environ|getenv|env|os|(?-i:[A-Z][A-Z0-9_]+))\b", re.IGNORECASE
)
_OTHER_ALIAS = re.compile(r"""DATABASES\[(?!["']default["'])""")

_NAMES = {
    **dict.fromkeys(("postgresql", "postgres", "postgresql_psycopg2", "psql", "pgsql"), "postgresql"),
    **dict.fromkeys(("sqlite", "sqlite3"), "sqlite"),
    **dict.fromkeys(("mysql", "mariadb"), "mysql"),
}


def said_by_dialect(hole):
    """The truth of a comparison with the name of a dialect; None for all else."""
    sign, left, right = hole.source
    asked, value = (left, right) if is_hole(left) else (right, left)
    is_comparison = sign in ("==", "is") or (sign == "in" and asked is right)
    name = _name_of(value)
    if not is_comparison or not is_hole(asked) or name not in _NAMES:
        return None
    is_of_program = asked.owner is None and _OF_PROGRAM.match(asked.text)
    if not is_of_program or not _OF_DATABASE.search(asked.text) or _OTHER_ALIAS.search(asked.text):
        return None
    dialect = chosen().dialect()
    if name == "mariadb" and dialect == "mysql":
        return None  # It may be either.
    run.current().asks_dialect = True
    return _NAMES[name] == dialect


def _name_of(value):
    """`postgresql` of `"postgresql+psycopg2"`, of `"django.db.backends.postgresql"` and of `Engine.POSTGRESQL`."""
    if isinstance(value, enum.Enum):
        value = value.name
    return value.lower().partition("+")[0].rpartition(".")[2] if isinstance(value, str) else None
