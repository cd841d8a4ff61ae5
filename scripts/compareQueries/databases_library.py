"""A `Database` of the library `databases` that talks to a connection of `sqlite3`, for sqlalchemy_queries.py."""


def database_on(connection, note):
    """Compiles as the library does; `note` is called with each text and its parameters."""
    from databases import Database

    made = Database("sqlite:///compared")
    made._backend._pool = Pool(connection, note)
    made.is_connected = True
    return made


class Pool:
    """What stands for the threads of `aiosqlite`."""

    def __init__(self, connection, note):
        self.connection, self.note = connection, note

    async def acquire(self):
        return self

    async def release(self, connection):
        pass

    def cursor(self):
        return Cursor(self, None, ())

    def execute(self, sql, params=()):
        return Cursor(self, sql, params)


class Cursor:
    def __init__(self, pool, sql, params):
        self.pool, self.sql, self.params = pool, sql, params

    async def __aenter__(self):
        if self.sql is not None:
            await self.execute(self.sql, self.params)
        return self

    async def __aexit__(self, *error):
        pass

    async def execute(self, sql, params=()):
        self.pool.note(sql, list(params))
        self.cursor = self.pool.connection.cursor()
        # The transaction is that of the comparison, which takes everything back.
        if sql.split(" ", 1)[0] not in ("BEGIN", "COMMIT", "ROLLBACK"):
            self.cursor.execute(sql, params)

    async def fetchall(self):
        return self.cursor.fetchall()

    async def fetchone(self):
        return self.cursor.fetchone()

    async def close(self):
        pass

    def __getattr__(self, name):
        return getattr(self.cursor, name)
