"""A made-up DB-API 2.0 driver: it remembers nothing and answers what a dialect asks of a server when it connects."""

import re


class Error(Exception):
    pass


class Driver:
    """The module of a driver as an ORM sees it; a name nobody thought of is a harmless stand-in."""

    apilevel = "2.0"
    threadsafety = 1

    def __init__(self, name, paramstyle, **attributes):
        self.__name__ = name
        self.paramstyle = paramstyle
        self.__dict__.update(EXCEPTIONS)
        self.__dict__.update(attributes)

    def connect(self, *arguments, **keywords):
        return Connection()

    def Binary(self, value):
        return value

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        value = self.__dict__[name] = Anything(f"{self.__name__}.{name}")
        return value


class Anything:
    """A stand-in for a constant, a class or a function of a driver."""

    def __init__(self, name):
        self.__name__ = name

    def __call__(self, *arguments, **keywords):
        return arguments[0] if arguments else self

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Anything(f"{self.__name__}.{name}")

    def __repr__(self):
        return self.__name__


class Connection:
    """A connection whose cursors answer as a current server would."""

    autocommit = False
    isolation_level = None
    charset = "utf8mb4"
    encoding = "UTF8"
    closed = False

    def __init__(self, server=None):
        #: Which database answers; None where no dialect asks what another one asks too.
        self.server = server
        self.info = Anything("info")
        self.notices = []

    def cursor(self, *arguments, **keywords):
        return Cursor(self)

    def commit(self):
        pass

    def rollback(self):
        pass

    def close(self):
        pass

    def terminate(self):
        pass

    def character_set_name(self):
        return self.charset

    def get_server_info(self):
        return "8.4.0"

    def create_function(self, *arguments, **keywords):
        pass

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Anything(name)


class Cursor:
    """Gives the rows it was told to give."""

    arraysize = 1
    rowcount = -1
    lastrowid = None
    description = None

    def __init__(self, connection):
        self.connection = connection
        self.rows = []

    def execute(self, sql, parameters=None, *more):
        self.answer(*_answer_of_server(sql, self.connection.server))
        return self

    def executemany(self, sql, parameters, *more):
        self.answer(None, [])

    def answer(self, names, rows, rowcount=None, lastrowid=None):
        """What the next fetches give; `names` is None for a statement without rows."""
        self.description = None if names is None else [(name, None, None, None, None, None, None) for name in names]
        self.rows = list(rows)
        self.rowcount = len(self.rows) if rowcount is None else rowcount
        self.lastrowid = lastrowid

    def fetchone(self):
        return self.rows.pop(0) if self.rows else None

    def fetchmany(self, size=None):
        size = self.arraysize if size is None else size
        rows, self.rows = self.rows[:size], self.rows[size:]
        return rows

    def fetchall(self):
        rows, self.rows = self.rows, []
        return rows

    def __iter__(self):
        return iter(self.fetchall())

    def setinputsizes(self, *sizes):
        pass

    def close(self):
        pass

    def nextset(self):
        return None

    def _soft_close_memoized(self):
        pass

    async def _async_soft_close(self):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass


#: What servers answer while a dialect finds out about them: PostgreSQL 16, MySQL 8.4, SQLite 3.45.
_ANSWERS = [
    (r"select pg_catalog\.version\(\)", "PostgreSQL 16.4 on x86_64-pc-linux-gnu"),
    (r"select current_schema\(\)", "public"),
    (r"show transaction isolation level", "read committed"),
    (r"show standard_conforming_strings", "on"),
    (r"select version\(\)", "8.4.0"),
    (r"select database\(\)", "app"),
    (r"select @@(transaction_isolation|tx_isolation)", "REPEATABLE-READ"),
    (r"select @@sql_mode", "ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION"),
    (r"select @@lower_case_table_names", "0"),
    (r"pragma read_uncommitted", 0),
]
_SETTINGS = {
    "sql_mode": "ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION",
    "lower_case_table_names": "0",
}


def _answer_of_server(sql, server):
    if server == "postgresql" and re.match(r"\s*select version\(\)", sql, re.IGNORECASE):
        sql = "select pg_catalog.version()"  # So SQLAlchemy 1.4 asked before 1.4.41.
    for pattern, value in _ANSWERS:
        if re.match(pattern, sql.strip(), re.IGNORECASE):
            return ["?column?"], [(value,)]
    setting = re.match(r"show variables like '(\w+)'", sql.strip(), re.IGNORECASE)
    if setting:
        value = _SETTINGS.get(setting[1])
        return ["Variable_name", "Value"], [(setting[1], value)] if value is not None else []
    if re.match(r"\s*(select|show|pragma|with)\b", sql, re.IGNORECASE):
        return ["?column?"], []
    return None, []


EXCEPTIONS = {"Error": Error, "Warning": type("Warning", (Exception,), {})}
for _name in ("InterfaceError", "DatabaseError"):
    EXCEPTIONS[_name] = type(_name, (Error,), {})
for _name in ("DataError", "OperationalError", "IntegrityError", "InternalError", "ProgrammingError", "NotSupportedError"):
    EXCEPTIONS[_name] = type(_name, (EXCEPTIONS["DatabaseError"],), {})
