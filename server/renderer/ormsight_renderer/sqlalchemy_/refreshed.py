"""An object that has expired comes back with any row of it that a query finds meanwhile: each way is shown.

https://docs.sqlalchemy.org/en/20/orm/session_state_management.html#refreshing-expiring
"""

import functools

from sqlalchemy import event
from sqlalchemy.orm import Session, loading
from sqlalchemy.orm.state import InstanceState

from .. import run
from ..asking import ask
from ..decide import OPPOSITES
from ..holes import GIVEN_NAME, Hole
from ..library import chosen

#: What queries have found, one entry for each row that made an object: the class, and what the query was.
_FOUND = "found by queries"

#: Where an object keeps how much was found before it expired.
_EXPIRED_AT = "ormsight expired at"


def install():
    event.listen(Session, "loaded_as_persistent", _note_found)
    for name in ("_expire", "_expire_attributes"):
        setattr(InstanceState, name, _noting_when(getattr(InstanceState, name)))
    name = "_load_scalar_attributes" if hasattr(loading, "_load_scalar_attributes") else "load_scalar_attributes"
    setattr(loading, name, _unless_found(getattr(loading, name)))
    original = Session._get_impl

    @functools.wraps(original)
    def get_impl(*arguments, **keywords):
        caches = run.current().caches
        before, caches["by key"] = caches.get("by key"), True
        try:
            return original(*arguments, **keywords)
        finally:
            caches["by key"] = before

    Session._get_impl = get_impl


def _note_found(session, instance):
    caches = run.current().caches
    # Which object has a key is asked when it is looked for: see `identity`.
    if caches.get("by key"):
        return
    prop, state = caches.get("loaded for") or (None, None)
    if prop is not None and not prop.uselist:
        return
    where = f"{_name_of(state.obj())}.{prop.key}" if prop is not None else None
    caches.setdefault(_FOUND, []).append((instance._sa_instance_state.mapper.base_mapper, where))


def _noting_when(original):
    @functools.wraps(original)
    def expire(self, *arguments, **keywords):
        self.__dict__[_EXPIRED_AT] = len(run.current().caches.get(_FOUND, ()))
        return original(self, *arguments, **keywords)

    return expire


def _unless_found(original):
    @functools.wraps(original)
    def load_scalar_attributes(mapper, state, attribute_names, *arguments):
        tape = run.current().tape
        sent = len(tape.entries) if tape is not None else 0
        is_found = tape is not None and _is_found(state, attribute_names)
        original(mapper, state, attribute_names, *arguments)
        if is_found:
            del tape.entries[sent:]

    return load_scalar_attributes


def _is_found(state, attribute_names):
    """Whether a query of the program has found the row of an expired object since then."""
    current = run.current()
    # Before the expression, either will do.
    if current.oracle is None or "in expression" not in current.caches or not set(attribute_names) <= state.expired_attributes:
        return False
    since = current.caches.get(_FOUND, ())[state.__dict__.get(_EXPIRED_AT, 0) :]
    places = dict.fromkeys(where for mapper, where in since if mapper is state.mapper.base_mapper)
    return any(_asked(where, _name_of(state.obj())) for where in places)


def _asked(where, name):
    condition = f"{name} not in {where}" if where else f"no query since then has found `{name}`"
    OPPOSITES[condition] = f"{name} in {where}" if where else f"a query since then has found `{name}`"
    return not ask(Hole(condition))


def _name_of(instance):
    row = chosen().row_of(instance)
    return row.name if row is not None else instance.__dict__.get(GIVEN_NAME) or type(instance).__name__.lower()
