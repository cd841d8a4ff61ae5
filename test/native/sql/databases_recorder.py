"""Records what `databases` sends: what reaches the methods of asyncpg, aiosqlite and aiomysql."""

import asyncio
import inspect
import tempfile

import aiomysql
import aiosqlite
import asyncpg
import databases
from common import namespace_of, plain
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url


def record(url, fill, case, run):
    """Runs a case on a database that `fill` has filled through an engine of SQLAlchemy."""
    with tempfile.TemporaryDirectory() as folder:
        if url == "sqlite://":
            url = f"sqlite:///{folder}/case.db"
        engine = create_engine(url)
        fill(engine)
        engine.dispose()
        address = make_url(url)
        address = address.set(drivername=address.get_backend_name()).render_as_string(hide_password=False)
        sent = Sent()
        asyncio.run(_run(address, sent, case, run))
        return sent.statements


async def _run(address, sent, case, run):
    async with databases.Database(address) as db:
        namespace = namespace_of(case, {"db": db}, sent.reach)
        exec(run["bind"], namespace)
        with Listening(sent):
            value = eval(run["expression"], namespace)
            if inspect.isasyncgen(value):
                async for _ in value:
                    pass
            elif inspect.isawaitable(value):
                await value


class Sent:
    """What the driver is given once the statement with the cursor is reached."""

    def __init__(self):
        self.statements = []
        self.is_over = False

    def reach(self, is_behind, variables=None):
        self.is_over = is_behind
        if not is_behind:
            self.statements.clear()

    def say(self, sql, parameters):
        if not self.is_over:
            values = parameters.values() if isinstance(parameters, dict) else parameters or ()
            # Drivers end the words that they send for a transaction in different ways.
            self.statements.append({"sql": sql.removesuffix(";"), "params": plain(list(values)), "names": None})


class Listening:
    """Wraps what `databases` calls of the drivers."""

    STATEMENTS = (
        *((asyncpg.Connection, name) for name in ("fetch", "fetchrow", "fetchval", "execute", "cursor")),
        (aiosqlite.Connection, "execute"),
        (aiosqlite.Cursor, "execute"),
        (aiomysql.Cursor, "execute"),
    )
    #: Methods that send a word without being given it.
    WORDS = {"begin": "BEGIN", "commit": "COMMIT", "rollback": "ROLLBACK"}

    def __init__(self, sent):
        self.sent = sent
        self.originals = []

    def __enter__(self):
        for owner, name in self.STATEMENTS:
            self.replace(owner, name, self.saying_statement(owner, getattr(owner, name)))
        for name, word in self.WORDS.items():
            self.replace(aiomysql.Connection, name, self.saying_word(word, getattr(aiomysql.Connection, name)))

        self.replace(asyncpg.Connection, "reset", self.silent(asyncpg.Connection.reset))

    def silent(self, original):
        """What the pool sends when it gets a connection back is nothing that the program asked for."""

        async def method(*arguments, **keywords):
            was_over, self.sent.is_over = self.sent.is_over, True
            try:
                return await original(*arguments, **keywords)
            finally:
                self.sent.is_over = was_over

        return method

    def replace(self, owner, name, method):
        self.originals.append((owner, name, getattr(owner, name)))
        setattr(owner, name, method)

    def saying_statement(self, owner, original):
        def method(connection, sql, *arguments, **keywords):
            given = arguments if owner is asyncpg.Connection else arguments[0] if arguments else keywords.get("args", ())
            self.sent.say(sql, given)
            return original(connection, sql, *arguments, **keywords)

        return method

    def saying_word(self, word, original):
        def method(connection):
            self.sent.say(word, ())
            return original(connection)

        return method

    def __exit__(self, *error):
        for owner, name, original in self.originals:
            setattr(owner, name, original)
