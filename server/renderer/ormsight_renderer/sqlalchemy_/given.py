"""Objects of models that a program is given: rows that stand in the database, or perhaps new ones.

https://docs.sqlalchemy.org/en/20/orm/session_state_management.html
"""

import functools

from sqlalchemy import Column
from sqlalchemy.orm import Session, attributes, make_transient, make_transient_to_detached, object_mapper
from sqlalchemy.orm.state import InstanceState

from .. import run
from ..calls import take_mapping, value_in
from ..holes import GIVEN_NAME, Hole, Row
from ..library import chosen
from . import mutables, rows

#: Among the caches of a run: what was given, by identity, and the objects that are kept, as a session holds them weakly.
_GIVEN, _KEPT = "given", "made up"

#: What methods of a model call the object they are called on.
_OWN = "self"

#: Settings of `lazy=` by which a relation comes with its object.
_LOADED_AT_ONCE = ("joined", "selectin", "subquery", "immediate", False)


def install():
    merge = Session.merge

    @functools.wraps(merge)
    def merge_given(self, instance, *arguments, **keywords):
        _from_elsewhere(instance)
        return merge(self, instance, *arguments, **keywords)

    Session.merge = merge_given
    initialize = InstanceState._initialize_instance

    def initialize_instance(*mixed, **keywords):
        mapping = take_mapping()
        initialize(*mixed, **keywords)
        if mapping is not None:
            _fill(mixed[0], mapping)

    InstanceState._initialize_instance = initialize_instance


def _fill(state, mapping):
    """`Post(**data)`: a column that is given no value and has none of its own gets what the unknown mapping has for it."""
    generated = rows.generated_by(state.mapper.local_table)
    for attribute in state.mapper.column_attrs:
        column = attribute.columns[0]
        is_open = isinstance(column, Column) and column.default is None and column.server_default is None
        if is_open and column is not generated and column is not state.mapper.polymorphic_on and attribute.key not in state.dict:
            value = value_in(mapping, attribute.key)
            value.python = rows.python_type(column.type)
            value.kind = "scalar" if value.python else "unknown"
            attributes.set_attribute(state.obj(), attribute.key, value)


def give(instance, text):
    """Notes that a program was given an object, and how it calls it."""
    run.current().caches.setdefault(_GIVEN, {})[id(instance)] = text


def made_up(mapper, text):
    """An object of a model that stands in the database, its columns unknown."""
    made = mapper.class_manager.new_instance()
    row = Row(text, True)
    for attribute in mapper.column_attrs:
        if attribute.deferred:
            continue
        column = attribute.columns[0]
        if mapper.polymorphic_on is not None and column is mapper.polymorphic_on:
            value = rows.identity_of(mapper)
        else:
            python = rows.python_type(column.type)
            value = Hole(attribute.key, kind="scalar" if python else "unknown", python=python, owner=row)
        attributes.set_committed_value(made, attribute.key, value)
    mutables.loaded(made)
    make_transient_to_detached(made)
    chosen().session.add(made)
    run.current().caches.setdefault(_KEPT, []).append(made)
    _load_with(mapper, made)
    return made


def _load_with(mapper, made):
    """What the model loads with every object was loaded with this one, before the program got it."""
    tape, session = run.current().tape, chosen().session
    with_every = [one.key for one in mapper.relationships if one.lazy in _LOADED_AT_ONCE]
    if tape is None or not with_every:
        return
    is_first, sent = not tape.begun and not tape.written, len(tape.entries)
    with session.no_autoflush:
        for key in with_every:
            getattr(made, key)
    if is_first:
        # The transaction in which it was loaded is over.
        held = list(session)
        session.expunge_all()
        session.rollback()
        session.add_all(held)
        tape.begun = tape.written = False
    del tape.entries[sent:]


def perhaps_new(instance):
    """Who adds an object that it was given, and did nothing else with it, may have been given a new one.

    Whoever changes one first knows that it is stored, but for a method of the model: `self.changed = now()` is
    said of both. Where the code found that it has no key (`if self.id: …`), it is a new one in any case.
    """
    state, (text, oracle) = attributes.instance_state(instance), _given(instance)
    if text is None or oracle is None or not state.persistent or instance in state.session.deleted:
        return
    is_new = any(_says_none(f"{text}.{key}", oracle.path) for key in _key_names(state.mapper))
    if state.modified and not is_new and text != _OWN:
        return
    if is_new or oracle.choose(text, f"{text} is new", (text, f"{text} is stored already")):
        make_transient(instance)
        state.dict[GIVEN_NAME] = text
        run.current().caches.setdefault("perhaps new", []).append(instance)
        generated = rows.generated_by(state.mapper.local_table)
        if generated is not None:
            state.dict.pop(state.mapper.get_property_by_column(generated).key, None)


def _from_elsewhere(instance):
    """Who merges an object that it was given was given one of another session, or of none."""
    text, oracle = _given(instance)
    if text is None or oracle is None:
        return
    state = attributes.instance_state(instance)
    if state.persistent and instance not in state.session.deleted:
        state.session.expunge(instance)
        version = state.mapper.version_id_col
        if version is not None:
            # It is that of its row: another one would be an error.
            state.dict.pop(state.mapper.get_property_by_column(version).key, None)
        run.current().note(f"which columns of `{text}` are set, and differ from its row")


def _key_names(mapper):
    return [mapper.get_property_by_column(column).key for column in mapper.primary_key]


def _given(instance):
    return run.current().caches.get(_GIVEN, {}).get(id(instance)), run.current().oracle


def _says_none(text, path):
    """Whether tests that were made say that a value is not there."""
    absent = {(text, False), (f"not {text}", True), (f"{text} is None", True), (f"{text} is not None", False)}
    return any((tested, outcome) in absent for tested, outcome, _ in path)


def set_any(instance, value):
    """Every column may be the one, but for the keys; where it is another in each pass of a loop, all are."""
    for attribute in object_mapper(instance).column_attrs:
        column = attribute.columns[0]
        if isinstance(column, Column) and not column.primary_key:
            attributes.set_attribute(instance, attribute.key, value)
