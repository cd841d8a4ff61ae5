"""Writes down what the library gives to the driver's cursor, and answers it."""

import re

from sqlalchemy import event
from sqlalchemy.sql import visitors
from sqlalchemy.sql.compiler import SQLCompiler

from .. import run
from ..holes import GIVEN_NAME, is_hole
from ..recording.tape import role
from . import cascades, databases, eager_order, identity, refreshed, rows, schema

_TRANSACTION = re.compile(r"\s*(SAVEPOINT|RELEASE|ROLLBACK)\b", re.IGNORECASE)
_NAMED = re.compile(r"%\((.+?)\)s|(?<!%)%%")


def attach(engine):
    """Makes a dialect hand its statements to the tape of the current run."""
    dialect = engine.dialect
    dialect.do_execute = _do_execute
    dialect.do_executemany = _do_executemany
    dialect.do_execute_no_params = lambda cursor, statement, context=None: _do_execute(cursor, statement, (), context)


def listen(engine):
    """Transactions are reported by the engine that programs use."""
    event.listen(engine, "begin", _on_begin)
    event.listen(engine, "commit", lambda connection: _on_end("COMMIT"))
    event.listen(engine, "rollback", lambda connection: _on_end("ROLLBACK"))


def _do_execute(cursor, statement, parameters, context=None):
    tape = run.current().tape
    if tape is None or context is None:
        cursor.execute(statement, parameters)
        return
    _record(tape, statement, parameters, context)
    rows.answer(cursor, context, parameters, tape)


def _do_executemany(cursor, statement, parameters, context=None):
    tape = run.current().tape
    if tape is None or context is None:
        cursor.executemany(statement, parameters)
        return
    _record(tape, statement, parameters, context, many=True)
    cursor.answer(None, [], rowcount=len(parameters))


def remember_unknown(before, statement, sentences):
    """Notes of a statement what is not known of it: that is only said where it is sent."""
    sentences = (*getattr(before, _UNKNOWN, ()), *sentences)
    if sentences:
        setattr(statement, _UNKNOWN, sentences)
        run.current().caches[_UNKNOWN] = True


_UNKNOWN = "_ormsight_unknown"


def _note_unknown(context):
    caches, statement = run.current().caches, getattr(context, "invoked_statement", None)
    if _UNKNOWN not in caches or "in expression" not in caches or statement is None:
        return
    for part in visitors.iterate(statement):
        for sentence in getattr(part, _UNKNOWN, ()):
            run.current().note(sentence)


def _record(tape, statement, parameters, context, many=False):
    _note_unknown(context)
    word = _TRANSACTION.match(statement)
    writes = context.isinsert or context.isupdate or context.isdelete or getattr(context, "isddl", False)
    if writes or word:
        tape.written = True
    # A transaction is shown around a unit of work; a statement by itself begins one without the driver being told.
    if tape.begun and (word or (writes and tape.role == "flush")):
        tape.begun = False
        tape.record("BEGIN", [], "transaction")
    if word:
        tape.record(statement, [], "transaction")
        return
    by_databases = databases.sent()
    if by_databases is not None:
        tape.record(*by_databases)
        return
    sets = parameters if many else [parameters]
    tape.record(statement, [one for each in sets for one in _named(statement, each, context)], sets=len(sets))


def _named(statement, parameters, context):
    """The parameters with their names, in the order of the text."""
    if isinstance(parameters, dict):
        order = [match[1] for match in _NAMED.finditer(statement) if match[1] is not None]
        names = [name for name in dict.fromkeys(order) if name in parameters]
        return [(name, parameters[name]) for name in names]
    names = _names_of_positions(context, len(parameters))
    return list(zip(names, parameters))


def _names_of_positions(context, count):
    compiled = getattr(context, "compiled", None)
    expanded = getattr(compiled, "_ormsight_expanded", None)
    names = expanded.positiontup if expanded is not None else getattr(compiled, "positiontup", None)
    if names is None or len(names) != count:
        return [None] * count
    return list(names)


def _on_begin(connection):
    tape = run.current().tape
    if tape is not None:
        tape.begun, tape.written = True, False


def _on_end(word):
    tape = run.current().tape
    if tape is not None:
        if tape.written:
            tape.record(word, [], "transaction")
        tape.begun = tape.written = False


def _on_persistent(session, instance):
    """A new object got its key: the key is called after the variable that holds the object."""
    name = instance.__dict__.get(GIVEN_NAME)
    caches = run.current().caches
    if caches.get("in expression") and any(one is instance for one in caches.get("perhaps new", ())):
        run.current().note(f"which columns of `{name}` are set")
    for value in instance._sa_instance_state.key[1]:
        if name and is_hole(value) and value.owner is not None and not value.owner.named:
            value.owner.name, value.owner.named = name, True


def install():
    """Remembers how lists were expanded, and which part of the library sends what."""
    original = SQLCompiler._process_parameters_for_postcompile

    def process_parameters(self, *arguments, **keywords):
        self._ormsight_expanded = state = original(self, *arguments, **keywords)
        return state

    SQLCompiler._process_parameters_for_postcompile = process_parameters

    from sqlalchemy.orm import Session, loading, strategies

    cascades.install()
    identity.install()
    schema.install()

    _in_role(Session, "_flush", "flush")
    event.listen(Session, "pending_to_persistent", _on_persistent)
    _in_role(getattr(loading, "_PostLoad", None) or loading.PostLoad, "invoke", "eager")
    subquery = getattr(strategies, "_SubqueryLoader", None) or strategies.SubqueryLoader
    _in_role(subquery._SubqCollections, "_load", "eager")
    rows.for_parents(subquery._SubqCollections)
    lazy = getattr(strategies, "_LazyLoader", None) or strategies.LazyLoader
    lazy._emit_lazyload = rows.for_owner(lazy._emit_lazyload)
    _in_role(lazy, "_emit_lazyload", "lazy")
    scalars = "_load_scalar_attributes" if hasattr(loading, "_load_scalar_attributes") else "load_scalar_attributes"
    _in_role(loading, scalars, "lazy")
    eager_order.install()
    refreshed.install()


def _in_role(owner, name, word):
    setattr(owner, name, _wrapped(getattr(owner, name), word))


def _wrapped(function, word):
    def in_role(*arguments, **keywords):
        tape = run.current().tape
        inside = tape.roles[-1] if tape is not None and tape.roles else None
        with role(tape, inside if word == "lazy" and inside == "eager" else word):
            return function(*arguments, **keywords)

    in_role.__name__ = function.__name__
    return in_role
