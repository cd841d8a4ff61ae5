"""Recording connections: the library's real backends on a made-up driver."""

import importlib
import re

from django.db import DEFAULT_DB_ALIAS

from .. import run
from ..holes import is_hole
from ..recording.dbapi import Connection, Cursor
from . import rows
from .databases import Databases

#: The driver Django takes when it is installed.
DEFAULT_DRIVERS = {"postgresql": "psycopg", "sqlite": "sqlite3", "mysql": "mysqlclient"}
_BACKENDS = {
    "postgresql": "django.db.backends.postgresql",
    "sqlite": "django.db.backends.sqlite3",
    "mysql": "django.db.backends.mysql",
}
_TRANSACTION = re.compile(r"\s*(BEGIN|START|SAVEPOINT|RELEASE|ROLLBACK|COMMIT)\b", re.IGNORECASE)
_NAMED = re.compile(r"%\((.+?)\)s")

#: What a current MySQL says of itself.
_MYSQL = {
    "version": "8.4.0",
    "sql_mode": "ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION",
    "default_storage_engine": "InnoDB",
    "sql_auto_is_null": False,
    "lower_case_table_names": False,
    "has_zoneinfo_database": True,
}  # fmt: skip


class Targets:
    """A connection for each database; the dialect of the default one is chosen, the others are what settings say."""

    def __init__(self):
        self.made = {}
        self.current = None
        self.dialect = None
        self.databases = Databases({})

    def choose(self, dialect):
        self.dialect = dialect
        self.current = self._made(DEFAULT_DB_ALIAS, dialect)

    def connection(self, alias):
        """That of an alias, which may be a hole."""
        if alias == DEFAULT_DB_ALIAS:
            return self.current
        dialect = self.databases.dialect_of(alias, self.dialect)
        name = alias.text if is_hole(alias) else alias
        connection = self._made(name, dialect)
        connection.database = {"alias": name, "dialect": dialect}
        if connection is not self.current:
            used = run.current().caches.setdefault("databases", set())
            if name not in used:
                used.add(name)
                connection.ensure_connection()
                self.reset(connection)
        return connection

    def _made(self, alias, dialect):
        connection = self.made.get((alias, dialect))
        if connection is None:
            connection = self.made[alias, dialect] = make_connection(dialect, alias)
        return connection

    def reset(self, connection):
        """Leaves no transaction open."""
        connection.in_atomic_block = False
        connection.autocommit = True
        connection.needs_rollback = False
        connection.savepoint_ids = []
        connection.savepoint_state = 0
        connection.run_on_commit = []
        connection.atomic_blocks = []
        connection.commit_on_exit = True
        connection.closed_in_transaction = False


def make_connection(dialect, alias=DEFAULT_DB_ALIAS):
    backend = importlib.import_module(f"{_BACKENDS[dialect]}.base")

    class RecordingWrapper(Recording, backend.DatabaseWrapper):
        pass

    RecordingWrapper.__name__ = RecordingWrapper.__qualname__ = "DatabaseWrapper"
    connection = RecordingWrapper(settings_of(_BACKENDS[dialect]), alias)
    connection.__dict__["pg_version"] = 160004
    connection.__dict__["mysql_server_data"] = _MYSQL
    connection.features.__dict__["supports_json_field"] = True
    return connection


def settings_of(engine):
    return {
        "ENGINE": engine, "NAME": "app", "USER": "", "PASSWORD": "", "HOST": "", "PORT": "", "TIME_ZONE": None,
        "CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": False, "AUTOCOMMIT": True, "ATOMIC_REQUESTS": False, "OPTIONS": {},
        "TEST": {"CHARSET": None, "COLLATION": None, "MIGRATE": True, "MIRROR": None, "NAME": None},
    }  # fmt: skip


class Recording:
    """What a backend does with a server, done with the tape of the current run."""

    #: Which of several databases it is; None for the default one.
    database = None

    def connect(self):
        self.connection = ServerConnection()
        self.in_atomic_block = False
        self.savepoint_ids = []
        self.atomic_blocks = []
        self.needs_rollback = False
        self.autocommit = True
        self.run_on_commit = []

    def create_cursor(self, name=None):
        cursor = RecordingCursor(self.connection)
        cursor.database = self.database
        cursor.several = type(self.features.empty_fetchmany_value)
        return cursor

    def chunked_cursor(self):
        return self.cursor()

    def get_autocommit(self):
        """`select_for_update` wants a transaction; the one around the slice may be a decorator or a middleware."""
        work = rows.at_work()
        if getattr(getattr(work, "query", None), "select_for_update", False):
            return False
        return super().get_autocommit()

    def is_usable(self):
        return True

    def _close(self):
        pass

    def _set_autocommit(self, autocommit):
        if not autocommit:
            _record_transaction("BEGIN", self.database)

    def _start_transaction_under_autocommit(self):
        _record_transaction("BEGIN", self.database)

    def _commit(self):
        _record_transaction("COMMIT", self.database)

    def _rollback(self):
        _record_transaction("ROLLBACK", self.database)

    def check_constraints(self, table_names=None):
        pass


class ServerConnection(Connection):
    def getlimit(self, which):
        return 250_000


class RecordingCursor(Cursor):
    several = list
    database = None
    #: It has the rows of SQL that is written as text; also before that is sent, which may be no part of the slice.
    is_textual = True

    def fetchmany(self, size=None):
        return self.several(super().fetchmany(size))

    def execute(self, sql, parameters=None, *more):
        tape = run.current().tape
        if tape is None:
            return super().execute(sql, parameters)
        sql = str(sql)
        if _TRANSACTION.match(sql):
            _record_transaction(_THREAD.sub("s1_", sql), self.database)
            return self
        tape.record(sql, _named(sql, parameters), database=self.database)
        rows.answer(self, sql, tape)
        return self

    def executemany(self, sql, parameters, *more):
        self.execute(sql, [value for one in parameters for value in one])


#: Savepoints are named after the thread: `s140245_x1`.
_THREAD = re.compile(r"\bs\d+_(?=x\d)")


def _record_transaction(sql, database):
    tape = run.current().tape
    if tape is not None:
        tape.record(sql, [], "transaction", database)


def _named(sql, parameters):
    if isinstance(parameters, dict):
        names = dict.fromkeys(match[1] for match in _NAMED.finditer(sql))
        return [(name, parameters[name]) for name in names if name in parameters]
    return [(None, value) for value in parameters or ()]
