"""Sessions, engines and their asynchronous cousins: all of them the recording ones."""

import contextlib

from sqlalchemy import orm
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import Session, scoped_session, sessionmaker

from ..holes import is_hole
from ..imports import MADE, REPLACED
from ..library import chosen
from . import targets as targets_module


def install(targets):
    """Makes every session use the recording engine, and the asynchronous classes the synchronous ones."""
    _bind_sessions(targets)
    MADE["ormsight", "QueryProperty"] = QueryProperty
    MADE["ormsight", "give_query"] = give_query
    _asynchronous_methods()
    create = targets_module.create_engine(targets)
    for module, name in (
        ("sqlalchemy", "create_engine"),
        ("sqlalchemy.engine", "create_engine"),
        ("sqlalchemy", "engine_from_config"),
        ("sqlalchemy.engine", "engine_from_config"),
        ("sqlalchemy", "create_mock_engine"),
        ("sqlalchemy.future", "create_engine"),
        ("sqlmodel", "create_engine"),
        ("sqlalchemy.ext.asyncio", "create_async_engine"),
        ("sqlalchemy.ext.asyncio", "async_engine_from_config"),
        ("sqlalchemy.ext.asyncio.engine", "create_async_engine"),
    ):
        REPLACED[module, name] = create
    for module in ("sqlalchemy.ext.asyncio", "sqlalchemy.ext.asyncio.session", "sqlalchemy.ext.asyncio.scoping"):
        REPLACED[module, "AsyncSession"] = AsyncSession
        REPLACED[module, "async_sessionmaker"] = AsyncSessionMaker
        REPLACED[module, "async_scoped_session"] = AsyncScopedSession
    for name in ("AsyncEngine", "AsyncConnection"):
        real = {"AsyncEngine": Engine, "AsyncConnection": Connection}[name]
        REPLACED["sqlalchemy.ext.asyncio", name] = REPLACED["sqlalchemy.ext.asyncio.engine", name] = real


class QueryProperty:
    """What `scoped_session.query_property()` gives: a query of the class it is asked of, in the session of the slice.

    That is the scoped session where the slice names it, so that both flush the same.
    """

    def __init__(self, query_cls=None):
        self.query_cls = query_cls

    def __get__(self, _, owner):
        library = chosen()
        session = library.scoped[0]() if len(library.scoped) == 1 else library.session
        return self.query_cls(owner, session=session) if self.query_cls else session.query(owner)


def give_query(base, query_cls=None):
    """`Base.query = session.query_property()`; a base that SQLAlchemy makes is the program's, but no class of it."""
    if isinstance(base, type) and hasattr(base, "registry") and hasattr(base, "metadata"):
        type.__setattr__(base, "query", QueryProperty(query_cls))


class AsyncSession(Session):
    """An asynchronous session as a synchronous one: `await` gives what it is given."""

    def __init__(self, *arguments, **keywords):
        keywords.pop("sync_session_class", None)
        super().__init__(*arguments, **keywords)


class AsyncSessionMaker(sessionmaker):
    def __init__(self, *arguments, **keywords):
        keywords.setdefault("class_", AsyncSession)
        super().__init__(*arguments, **keywords)

    def __class_getitem__(cls, item):
        return cls


class AsyncScopedSession(scoped_session):
    def __init__(self, session_factory, scopefunc=None):
        super().__init__(session_factory)


def _bind_sessions(targets):
    original = Session.__init__

    def __init__(self, bind=None, **keywords):
        keywords = {name: value for name, value in keywords.items() if not is_hole(value)}
        keywords.pop("binds", None)
        original(self, targets.engine, **keywords)

    Session.__init__ = __init__
    attach = Session._before_attach

    def before_attach(self, state, obj):
        """An object of another session moves here; made-up objects belong to none in particular."""
        if state.session_id and state.session_id != self.hash_key:
            other = orm.session._sessions.get(state.session_id)
            if other is not None:
                other._expunge_states([state])
        return attach(self, state, obj)

    Session._before_attach = before_attach
    make_scoped = scoped_session.__init__

    def init_scoped(self, *arguments, **keywords):
        make_scoped(self, *arguments, **keywords)
        chosen().scoped.append(self)

    scoped_session.__init__ = init_scoped


def _asynchronous_methods():
    Session.stream = lambda self, *arguments, **keywords: self.execute(*arguments, **keywords)
    Session.run_sync = Connection.run_sync = lambda self, function, *arguments, **keywords: function(
        self, *arguments, **keywords
    )
    if hasattr(Session, "scalars"):
        Session.stream_scalars = lambda self, *arguments, **keywords: self.scalars(*arguments, **keywords)
    Session.aclose = lambda self: self.close()
    Session.sync_session = property(lambda self: self)
    Session.__aenter__ = lambda self: self
    Connection.stream = lambda self, *arguments, **keywords: self.execute(*arguments, **keywords)
    Connection.aclose = lambda self: self.close()
    Connection.sync_connection = property(lambda self: self)
    Engine.sync_engine = property(lambda self: self)
    scoped_session.aclose = lambda self: self.close()
    for name in ("stream", "stream_scalars", "run_sync"):
        setattr(scoped_session, name, _forwarded(name))
    with contextlib.suppress(ImportError, AttributeError):
        from sqlalchemy.ext.asyncio import AsyncAttrs

        AsyncAttrs.awaitable_attrs = property(lambda self: self)


def _forwarded(name):
    def forward(self, *arguments, **keywords):
        return getattr(self.registry(), name)(*arguments, **keywords)

    return forward


