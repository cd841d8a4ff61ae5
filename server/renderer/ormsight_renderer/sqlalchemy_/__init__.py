"""SQLAlchemy, and what is built on it."""

import os
import sys
import warnings

from .. import library, older, run
from ..calls import value_in
from ..decide import OPPOSITES
from ..holes import Hole, is_hole, typed
from ..recording import drivers


def start(version):
    """Imports SQLAlchemy and makes it record; gives the `Library`."""
    # The sandbox has neither compiled extensions nor greenlet: do without them everywhere.
    os.environ["DISABLE_SQLALCHEMY_CEXT_RUNTIME"] = "1"
    sys.modules.setdefault("greenlet", None)
    warnings.simplefilter("ignore")
    drivers.install()
    older.install_for_sqlalchemy()
    import sqlalchemy

    from . import alembic, carrying, collected, databases, flask, given, marshmallow, mutables, observers, pydantic_, sending, sessions, sqlmodel, targets, unknown_types

    made = targets.Targets(sqlalchemy.__version__)
    carrying.install()
    sending.install()
    flask.install()
    alembic.install()
    unknown_types.install()
    mutables.install()
    collected.install()
    given.install()
    sessions.install(made)
    pydantic_.install()
    marshmallow.install()
    observers.install()
    sqlmodel.install()
    databases.install()
    return SqlAlchemy(sqlalchemy.__version__, made, sending)


class SqlAlchemy(library.Library):
    def __init__(self, version, targets, sending):
        from sqlalchemy.orm import Session
        from sqlalchemy.orm.exc import NoResultFound

        self.version = version
        self.NoResultFound = NoResultFound
        self.targets = targets
        self.listen = sending.listen
        self.session = None
        self.Session = Session
        self.models = None
        #: The scoped sessions that the slice at work has made.
        self.scoped = []
        self._import_names()

    def _import_names(self):
        import types

        from sqlalchemy import engine, orm, sql
        from sqlalchemy.orm import attributes, base

        from . import databases, given, marshmallow, mutables, observers, other_rows, pydantic_, readings, rows
        from . import session_events, sqlmodel, textual, unknown_types

        self.database, self.record = databases.Database, databases.Record
        self.drivers_of_databases = databases.DRIVERS
        self.rows = rows
        self.given, self.made_up = given, given.made_up
        self.mutables = mutables
        self.result_of = marshmallow.result_of
        self.other_rows = other_rows.other_row
        self.readings = readings
        self.session_events = session_events
        self.observers = observers
        self.sqlmodel = sqlmodel
        self.unknown_object = pydantic_.unknown_object
        self.textual, self.unknown_types = textual, unknown_types
        self.orm = orm
        self.attributes = attributes
        self.manager_of = base.manager_of_class
        self.executable = sql.base.Executable
        self.cte, self.select = sql.selectable.CTE, sql.expression.select
        self.visitors = sql.visitors
        self.function = sql.functions.FunctionElement
        self.expression = sql.ColumnElement
        self.insert, self.update = sql.expression.Insert, sql.expression.Update
        self.results = tuple(
            getattr(engine, name) for name in ("Result", "ScalarResult", "MappingResult") if hasattr(engine, name)
        ) + (engine.CursorResult,)
        self.query = orm.Query
        self.connection = engine.Connection
        self.generators = (types.GeneratorType,)

    # The course of a request

    def dialect(self):
        name = self.targets.engine.dialect.name
        return "mysql" if name == "mariadb" else name

    def prepare(self, target):
        first = self.targets.engine is None
        self.targets.choose(target["dialect"], target["driver"])
        self.driver = self.targets.driver
        # These drivers send `$1::VARCHAR`, with the type of each value.
        self.writes_types = getattr(self.targets.engine.dialect, "_bind_typing_render_casts", False)
        if first:
            self.listen(self.targets.engine)
            self.session = self.Session()

    def begin_models(self, models):
        self.models = models
        models.session_listeners = []
        models.observers = self.observers.Observers()
        models.sqlmodel = self.sqlmodel.Tables()
        models.sqlmodel.enter()

    def models_loaded(self, models):
        registries = []
        for module in models.namespaces.modules.values():
            for value in list(module.__dict__.values()):
                mapper = value.__dict__.get("__mapper__") if isinstance(value, type) else None
                if mapper is not None and mapper.registry not in registries:
                    registries.append(mapper.registry)
        for registry in registries:
            self._configure(registry, models)
        models.observers.gather()
        models.state = [mapper for registry in registries for mapper in registry.mappers]
        # A base class stands for its table rather than a subclass does.
        models.state.sort(key=lambda mapper: (len(list(mapper.iterate_to_root())), mapper.class_.__name__))

    def _configure(self, registry, models):
        """Connects the mappers of a registry, without the relations that cannot be made: to a class that is unknown."""
        while True:
            try:
                return registry.configure()
            except Exception as error:
                if not any(self._without_broken(mapper, models, error) for mapper in registry.mappers):
                    raise

    def _without_broken(self, mapper, models, error):
        """Takes the property away in which the configuration of a mapper ended; false when there is none."""
        if not getattr(mapper, "_configure_failed", False):
            return False
        broken = [one for one in mapper._props.values() if one._configure_started and not one._configure_finished]
        if len(broken) != 1 or broken[0].parent is not mapper:
            return False
        cls, key = mapper.class_, broken[0].key
        del mapper._configure_failed
        del mapper._props[key]
        mapper._expire_memoizations()
        for manager in (one.class_manager for one in mapper.self_and_descendants):
            manager.pop(key, None)
            manager.local_attrs.pop(key, None)
        unknown = Hole(f"{cls.__name__}.{key}")
        unknown.why, unknown.lost = f"{type(error).__name__}: {error}", True
        type.__setattr__(cls, key, unknown)
        models.namespaces.doubts.add(cls.__module__, cls.__name__, f"`{unknown.text}`: {unknown.why}")
        return True

    def enter_models(self, models):
        self.models = models
        self.scoped.clear()
        models.sqlmodel.enter()
        self.rows.learn(models.state)

    def drop_models(self, models):
        for mapper in models.state or ():
            # Flask-SQLAlchemy takes `__table__` from classes that share one, which SQLAlchemy would take away again.
            originals = mapper.class_manager.originals
            for name in [name for name in originals if name not in mapper.class_.__dict__]:
                del originals[name]
        for mapper in models.state or ():
            mapper.registry.dispose()

    def begin_run(self, models):
        # A program may leave its session in the middle of a block.
        self.session = self.Session()
        self.session_events.listen(models)

    def end_run(self):
        # What a program listens to is over, also where its sessions cannot be closed.
        self.session_events.ignore()
        self.orm.close_all_sessions()
        self.unknown_types.forget_compiled(self.targets.engine, self.models)

    def begin_expression(self):
        run.current().tape.begun = False
        run.current().caches["in expression"] = True

    # Values

    def is_expression(self, value):
        return hasattr(value, "__clause_element__") or hasattr(value, "_annotations") or hasattr(value, "prop")

    def gives_rows(self, value):
        return isinstance(value, (*self.results, self.query))

    def is_instance(self, value):
        return "_sa_instance_state" in getattr(value, "__dict__", ())

    def finds_or_not(self, function):
        return getattr(function, "__name__", None) in _FINDING

    def compares_with_all(self, function):
        return getattr(function, "__name__", None) in _AMONG

    def changed_in_place(self, hole, method=None):
        self.mutables.changed(hole, method)

    def row_of(self, value):
        state = getattr(value, "__dict__", _NOTHING).get("_sa_instance_state")
        for one in state.key[1] if state is not None and state.key else ():
            if type(one) is Hole and one.owner is not None:
                return one.owner
        return self.textual.row_of(value)

    def error_without_row(self, function):
        owner = getattr(function, "__self__", None)
        is_asking = getattr(function, "__name__", None) in ("one", "scalar_one", "get_one")
        return self.NoResultFound if is_asking and type(owner).__module__.startswith("sqlalchemy.") else None

    def is_key(self, instance, name):
        mapper = type(instance).__mapper__
        keys = mapper.primary_key
        return len(keys) == 1 and mapper.get_property_by_column(keys[0]).key == name

    def other_row(self, value, made):
        return self.other_rows(value, made)

    def replace_rows(self, values, rows):
        adapter = getattr(values, "_sa_adapter", None)
        if adapter is None:
            super().replace_rows(values, rows)
            return
        if adapter.owner_state is not None and adapter._key in adapter.owner_state.committed_state:
            return  # The program has changed it: what it did shows against what was loaded.
        adapter.clear_without_event()
        for row in rows:
            adapter.append_without_event(row)

    def unknown_row(self, value):
        row = self.textual.unknown_row(value._row if type(value) is self.record else value)
        return None if row is None else Hole(row.name)

    def materialise(self, text, hole_type, optional=False):
        kind = hole_type["kind"] if hole_type else "unknown"
        if kind == "session":
            return self._expiring(hole_type["expires"])
        if kind == "sessionFactory":
            return self._session_factory(hole_type)
        if kind == "engine":
            return self.targets.engine
        if kind == "connection":
            caches = run.current().caches
            if "connection" not in caches:
                caches["connection"] = self.targets.engine.connect()
            return caches["connection"]
        if kind == "database":
            return self.database()
        if kind == "data":
            made = self.unknown_object(self._class_named(hole_type), text)
            return Hole(text, optional=optional) if made is None else library.found_or_none(optional, lambda: made)
        if kind == "instance":
            return self.instance(text, hole_type, optional)
        return typed(text, hole_type, optional)

    def _session_factory(self, hole_type):
        expires = hole_type["expires"]
        if not hole_type["isScoped"]:
            return self.orm.sessionmaker(expire_on_commit=_Unknown() if expires is None else expires)
        # The session of the slice, so that its other parts use the same.
        session = self._expiring(expires)
        made = self.orm.scoped_session(lambda: session)
        # It is none that the slice makes itself.
        self.scoped.remove(made)
        return made

    def _expiring(self, expires):
        """The session of the slice, with its `expire_on_commit`."""
        self.session.expire_on_commit = _Unknown() if expires is None else expires
        return self.session

    def _class_named(self, hole_type):
        module = self.models.namespaces.modules.get(hole_type["module"]) if self.models else None
        return module.__dict__.get(hole_type["name"]) if module else None

    def instance(self, text, hole_type, optional):
        """An object of a model that stands in the database, its columns unknown."""
        cls = self._class_named(hole_type)
        mapper = self.rows.mapper_of(cls) if isinstance(cls, type) else None
        if mapper is None:
            made = self.unknown_object(cls, text)
            return Hole(text, optional=optional) if made is None else made
        made = library.found_or_none(optional, lambda: self.made_up(mapper, text))
        if made is not None:
            self.given.give(made, text)
        return made

    def set_any(self, instance, value):
        self.given.set_any(instance, value)

    def is_held(self, value):
        return self.is_instance(value) and value in self.session

    def let_go(self, instance):
        self.session.expunge(instance)

    def reading(self, owner, name):
        if not self.is_instance(owner):
            return None
        return self.readings.reading(owner, name)

    def owner_of_call(self, site, function, arguments):
        """`db.execute(select(…))`, `db.query(User)` with an unknown `db`: a session, or else something that sends."""
        owner, _, method = function.text.rpartition(".")
        sessions = run.current().caches.setdefault("sessions", set())
        if owner in sessions:
            return getattr(self.session, method, None)
        written = run.current().caches.get("written sessions")
        if written and site[1].rpartition(".")[0] in written["written"]:
            # Where it comes from is not known; that it is a session is.
            sessions.add(owner)
            return getattr(self._expiring(written["expires"]), method, None)
        first = arguments[0] if arguments else None
        is_statement = isinstance(first, self.executable) and method in _SENDING
        is_model = method in ("query", "get") and self._is_entity(first)
        if not is_statement and not is_model:
            return None
        if method in ("execute", "scalar") or method in _AS_EXECUTE:
            run.current().note(f"what `{owner}` is")
        else:
            sessions.add(owner)
        return getattr(self.session, _AS_EXECUTE.get(method, method))

    def missing(self, owner, name):
        if isinstance(owner, (self.Session, self.connection)):
            return Hole(f"session.{name}")
        if name == "_get_current_object" and self.is_instance(owner):
            # `current_user` stands for the object: https://werkzeug.palletsprojects.com/en/stable/local/
            return lambda: owner
        if self.is_instance(owner):
            return self.result_of(owner, name)
        row = self.textual.unknown_row(owner)
        return None if row is None else self.textual.item(row, name)

    def _is_entity(self, value):
        if isinstance(value, type):
            return self.rows.mapper_of(value) is not None
        return isinstance(value, (self.orm.QueryableAttribute, self.expression))

    def settled(self, value):
        return value

    # Sending

    def send(self, value):
        if is_hole(value) or value is None:
            return
        if isinstance(value, self.results):
            self.drain(value)
        elif isinstance(value, self.query):
            if value.session is None:
                value = value.with_session(self.session)
            for _ in value:
                pass
        elif isinstance(value, self.cte):
            self.drain(self.session.execute(self.select(value)))
        elif isinstance(value, self.executable) and not isinstance(value, self.function):
            value = self.with_values(value, "which values the statement gets before it is sent")
            if self.targets.asked in self.drivers_of_databases:
                given = self._given_later(value)
                self.database().execute(value.params(given) if given else value)
            else:
                self.drain(self.session.execute(value, self._given_later(value)))
        elif isinstance(value, self.generators):
            for _ in value:
                pass

    def with_values(self, statement, sentence=None):
        """`insert(User)`: what is only built gets its values in a later line, or from whoever executes it.

        It is shown as SQLAlchemy prints it, with all columns, but for the key that the database makes.
        """
        if not isinstance(statement, (self.insert, self.update)) or not _has_no_values(statement):
            return statement
        if sentence:
            run.current().note(sentence)
        return statement.values(self.each_value(statement))

    def each_value(self, statement, mapping=None):
        """By its key a value for each column that an INSERT or UPDATE of unknown values may give one."""
        generated, columns = self.rows.generated_by(statement.table), statement.table.columns
        if isinstance(statement, self.update):
            columns = [column for column in columns if not column.primary_key]
        return {
            column.key: Hole(column.key) if mapping is None else value_in(mapping, column.key)
            for column in columns
            if column is not generated
        }

    def _given_later(self, statement):
        """A value for each `bindparam("name")` that whoever executes the statement gives: here it is only built."""
        given = {}
        for part in self.visitors.iterate(statement):
            if getattr(part, "required", False) is True:
                python = self.rows.python_type(part.type)
                given[part.key] = Hole(f"bindparam({part.key!r})", kind="scalar" if python else "unknown", python=python)
        return given

    def drain(self, result):
        """Fetches everything, so that eager loads are sent too."""
        if getattr(result, "returns_rows", True) is False or getattr(result, "closed", False):
            return
        try:
            # Objects with eagerly loaded collections are only given once each; rows may hold what cannot be compared.
            # What comes in batches cannot be made unique, and need not be: it has no collections from joins.
            in_batches = getattr(getattr(result, "_real_result", result), "_yield_per", None)
            is_unique = getattr(result, "_unique_filter_state", None) and not in_batches
            unique = result.unique() if is_unique else result
            unique.all()
        except _closed():
            pass


def _has_no_values(statement):
    return not any(getattr(statement, name, None) for name in _GIVING_VALUES) and getattr(statement, "select", None) is None


class _Unknown:
    """An `expire_on_commit` that is not known: both ways are shown where it matters."""

    def __bool__(self):
        expires, keeps = "a commit expires what the session has loaded", "a commit leaves what the session has loaded"
        OPPOSITES[expires] = keeps
        oracle = run.current().oracle
        return oracle is None or oracle.decide(expires)


def _closed():
    from sqlalchemy.exc import ResourceClosedError

    return ResourceClosedError


#: Where an INSERT or UPDATE keeps its values.
_GIVING_VALUES = ("_values", "_multi_values", "_ordered_values")
_NOTHING = {}
#: What objects of other libraries call it: `database.fetch_all(select(…))`.
_AS_EXECUTE = dict.fromkeys(("fetch_one", "fetch_all", "fetch_val", "iterate"), "execute")
#: Methods whose answer is an object, or None or an error where there is none.
_FINDING = frozenset("get first one_or_none scalar scalar_one_or_none".split())
#: Operators that compare with each value of a list.
_AMONG = frozenset(("in_", "not_in", "notin_"))
_SENDING = ("execute", "scalars", "scalar", "stream", "stream_scalars", "exec", *_AS_EXECUTE)
