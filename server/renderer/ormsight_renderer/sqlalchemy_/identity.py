"""What a session holds already is not loaded again: a row that is asked for by its key may be one of those.

https://docs.sqlalchemy.org/en/20/orm/session_basics.html#get-by-primary-key
"""

import functools
from operator import eq

from sqlalchemy.orm import Mapper, Session, loading, persistence
from sqlalchemy.orm.session import _sessions

from .. import run
from ..asking import ask
from ..decide import OPPOSITES
from ..holes import Hole, atom_of, is_hole, text_of
from ..library import chosen

#: Of more objects in one session not each is tried.
_MOST_TRIED = 4


def install():
    original = Session._identity_lookup

    @functools.wraps(original)
    def identity_lookup(self, mapper, key, *arguments, **keywords):
        found = original(self, mapper, key, *arguments, **keywords)
        state = run.current()
        # Before the expression, either will do. What a relation refers to is taken to be none of them.
        is_other = any(map(is_hole, key)) and not state.caches.get("by key")
        if found is not None or "in expression" not in state.caches or state.oracle is None or is_other:
            return found
        held = [one.key[1] for one in self.identity_map.all_states() if _may_be(one, mapper, key)]
        if len(held) > _MOST_TRIED:
            state.note(f"which object of the session has the key {_words(key)}")
            return found
        for other in held:
            if _is_same(other, key):
                return original(self, mapper, other, *arguments, **keywords)
        return found

    Session._identity_lookup = identity_lookup
    _noting_subclasses()


def _noting_subclasses():
    """What is loaded as one of a base class may be one of a subclass, of which other tables are read and written."""
    deleting = "_delete_obj" if hasattr(persistence, "_delete_obj") else "delete_obj"
    loading_again = "_load_scalar_attributes" if hasattr(loading, "_load_scalar_attributes") else "load_scalar_attributes"
    delete, load = getattr(persistence, deleting), getattr(loading, loading_again)

    @functools.wraps(delete)
    def delete_obj(base_mapper, states, *arguments, **keywords):
        states = list(states)
        for state in states:
            _note_subclass(state)
        return delete(base_mapper, states, *arguments, **keywords)

    @functools.wraps(load)
    def load_scalar_attributes(mapper, state, *arguments, **keywords):
        _note_subclass(state)
        return load(mapper, state, *arguments, **keywords)

    setattr(persistence, deleting, delete_obj)
    setattr(loading, loading_again, load_scalar_attributes)


def _note_subclass(state):
    mapper, row = state.mapper, chosen().row_of(state.obj())
    # What the program made itself is what it made.
    if mapper.polymorphic_on is None or row is None:
        return
    other = next((one for one in mapper.self_and_descendants if one.tables != mapper.tables), None)
    is_one = other and f"is a `{other.class_.__name__}`"
    # That may be said of its key already.
    if other is not None and not any(said.endswith(is_one) for said in run.current().unknown):
        run.current().note(f"whether `{row.name}` {is_one}")


def _is_same(other, key):
    """Whether two keys are equal, as the oracle says for this run: of two that are not known, first not."""
    same, differs = _compared(other, key, "==", " and "), _compared(other, key, "!=", " or ")
    if any(map(is_hole, key)):
        OPPOSITES[differs] = same
        return not ask(Hole(differs))
    OPPOSITES[same] = differs
    return ask(Hole(same))


def _may_be(state, mapper, key):
    """Whether an object that is held has a key that may be this one."""
    if not state.mapper.isa(mapper):
        return False
    pairs = list(zip(state.key[1], key))
    return len(pairs) == len(key) and all(is_hole(own) or is_hole(other) or own == other for own, other in pairs)


def _compared(key, other, sign, between):
    pairs = [(one, value) for one, value in zip(key, other) if is_hole(one) or is_hole(value)]
    return between.join(f"{atom_of(one)} {sign} {atom_of(value)}" for one, value in pairs)


def _words(key):
    return ", ".join(f"`{text_of(one)}`" for one in key)


class Sought:
    """The object that a query asks for by its key: `filter_by(id=user.id)`. There is one of it in a session.

    Its rows have the key of the object that the session holds already, or that the same value found before.
    """

    @classmethod
    def of(cls, context):
        """None where the conditions of a query do not tell the whole key of its first model."""
        state = getattr(getattr(context, "compiled", None), "compile_state", None)
        mapper = getattr(next(iter(getattr(state, "_entities", ())), None), "mapper", None)
        if not isinstance(mapper, Mapper):
            return None
        given = {}
        for condition in getattr(context.invoked_statement, "_where_criteria", ()):
            value = getattr(condition, "right", None)
            if getattr(condition, "operator", None) is eq and hasattr(value, "effective_value"):
                # What is written about a column is the column with notes: another object of the same hash.
                given[hash(condition.left)] = value.effective_value
        columns = [mapper.get_property_by_column(column).columns for column in mapper.primary_key]
        values = [next((given[hash(one)] for one in same if hash(one) in given), None) for same in columns]
        return None if None in values else cls(mapper, columns, tuple(values))

    def __init__(self, mapper, columns, values):
        self.mapper, self.columns, self.values = mapper, columns, values
        self.found = run.current().caches.setdefault("found by key", {})

    def key(self, columns):
        """The values of a row that are known, None for the others; empty where nothing is."""
        key = self.found.get((self.mapper.base_mapper, self.values))
        identity = self.mapper.identity_key_from_primary_key(self.values)
        held = next((one.identity_map[identity] for one in _sessions.values() if identity in one.identity_map), None)
        if held is not None:
            key = self.values
            if not isinstance(held, self.mapper.class_):
                run.current().note(f"whether the object with the key {_words(key)} is a `{self.mapper.class_.__name__}`")
        places = self._places(columns)
        return [None if place is None else key[place] for place in places] if key is not None else []

    def remember(self, columns, row):
        places = self._places(columns)
        if all(place in places for place in range(len(self.values))):
            key = tuple(row[places.index(place)] for place in range(len(self.values)))
            self.found.setdefault((self.mapper.base_mapper, self.values), key)

    def _places(self, columns):
        """Which part of the key each column of the result is."""
        return [
            next((at for at, same in enumerate(self.columns) if any(one is part for one in column[2] for part in same)), None)
            for column in columns
        ]
