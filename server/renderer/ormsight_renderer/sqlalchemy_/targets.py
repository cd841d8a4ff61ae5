"""Recording engines: the library's real dialects on a made-up driver."""

from sqlalchemy import create_engine as real_create_engine
from sqlalchemy.engine import URL
from sqlalchemy.pool import NullPool

from ..errors import Refused
from ..recording.dbapi import Anything, Connection, Driver
from . import sending

#: The driver an URL without one means: SQLAlchemy 2.1 changed PostgreSQL's.
_DEFAULT_DRIVERS = {"postgresql": "psycopg2", "sqlite": "pysqlite", "mysql": "mysqldb"}

#: Paramstyle of each driver, and the name of its dialect where SQLAlchemy has another.
_DRIVERS = {
    "postgresql": {
        "psycopg2": "pyformat", "psycopg2cffi": "pyformat", "psycopg": "pyformat", "psycopg_async": "pyformat",
        "asyncpg": "numeric_dollar", "pg8000": "format",
    },
    "sqlite": {"pysqlite": "qmark", "aiosqlite": "qmark", "pysqlcipher": "qmark"},
    "mysql": {
        "mysqldb": "format", "pymysql": "pyformat", "asyncmy": "format", "aiomysql": "format",
        "mysqlconnector": "pyformat", "mariadbconnector": "qmark", "cymysql": "format",
    },
}  # fmt: skip

_SAME_DRIVER = {"psycopg2cffi": "psycopg2", "mysqlclient": "mysqldb", "sqlite3": "pysqlite", "psycopg3": "psycopg"}


class Targets:
    """One engine object for everybody, which is made to speak the dialect of each request."""

    def __init__(self, version):
        self.version = tuple(int(part) for part in version.split(".")[:2])
        self.engines = {}
        self.engine = None
        self.driver = ""
        #: The driver that was asked for; where SQLAlchemy has none of that name, `driver` is the default one.
        self.asked = None

    def choose(self, dialect, driver):
        self.asked = driver
        driver = _SAME_DRIVER.get(driver, driver) or self.default_driver(dialect)
        if driver not in _DRIVERS[dialect]:
            driver = self.default_driver(dialect)
        key = dialect, driver
        if key not in self.engines:
            self.engines[key] = self.make_engine(dialect, driver)
        source = self.engines[key]
        if self.engine is None:
            self.engine = self.make_engine(dialect, driver)
        for name in ("dialect", "pool", "url", "_compiled_cache"):
            setattr(self.engine, name, getattr(source, name))
        self.driver = driver

    def default_driver(self, dialect):
        if dialect == "postgresql" and self.version >= (2, 1):
            return "psycopg"
        return _DEFAULT_DRIVERS[dialect]

    def make_engine(self, dialect, driver):
        drivername = {"mysql+mariadbconnector": "mariadb+mariadbconnector"}.get(f"{dialect}+{driver}", f"{dialect}+{driver}")
        url = URL.create(drivername, database="app" if dialect != "sqlite" else None)
        module = driver_module(dialect, driver, self.version)
        is_async = url.get_dialect().is_async

        class Pool(NullPool):
            _is_asyncio = is_async

        engine = real_create_engine(url, module=module, poolclass=Pool, creator=lambda: Connection(dialect), _initialize=False)
        with engine.connect() as connection:
            engine.dialect.initialize(connection)  # The dialect asks the server what it can do.
        sending.attach(engine)
        return engine


def driver_module(dialect, driver, version):
    """The made-up module of a driver."""
    paramstyle = _DRIVERS[dialect][driver]
    if driver == "asyncpg" and version < (2, 0):
        paramstyle = "format"
    versions = {
        "psycopg2": "2.9.10", "psycopg": "3.2.3", "psycopg_async": "3.2.3", "mysqldb": "2.2.4", "pg8000": "1.31.2",
        "asyncpg": "0.30.0",
    }  # fmt: skip
    attributes = {"__version__": versions.get(driver, "2.0.0"), "adapters": Anything("adapters")}
    if dialect == "sqlite":
        attributes.update(sqlite_version_info=(3, 45, 1), version_info=(2, 6, 0), sqlite_version="3.45.1", has_stop=True)
    if dialect == "mysql":
        attributes.update(version_info=(2, 2, 4, "final", 0))
    return Driver(driver, paramstyle, **attributes)


def create_engine(targets):
    """What programs get as `create_engine` and its like."""

    def create_recording_engine(*arguments, **keywords):
        if targets.engine is None:
            raise Refused("no dialect is chosen")
        return targets.engine

    return create_recording_engine


