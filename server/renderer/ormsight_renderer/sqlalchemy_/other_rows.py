"""A further row of a query: like the first one, with other values."""

from sqlalchemy import engine
from sqlalchemy.orm.attributes import instance_state, set_committed_value

from .. import run
from ..holes import another, is_hole
from ..library import chosen


def other_row(value, made):
    """The row after this one. `made` has, by their identity, what was made for others and these themselves, as they are kept."""
    if id(value) in made:
        return made[id(value)][1]
    if is_hole(value):
        return another(value)
    if isinstance(value, engine.Row):
        return _record(value, made)
    if isinstance(value, tuple):
        return tuple(other_row(one, made) for one in value)
    return _object(value, made) if chosen().is_instance(value) else value


def _record(record, made):
    other = object.__new__(type(record))
    for cls in type(record).__mro__:
        for name in getattr(cls, "__slots__", ()):
            if hasattr(record, name):
                object.__setattr__(other, name, getattr(record, name))
    object.__setattr__(other, "_data", tuple(other_row(one, made) for one in record._data))
    return other


def _object(value, made):
    """An object of the same class, loaded as this one was."""
    state, row = instance_state(value), chosen().row_of(value)
    session, mapper = state.session, state.mapper
    if session is None or row is None:
        return value
    other = mapper.class_manager.new_instance()
    # The first one is kept, as others take its place in memory.
    made[id(value)] = value, other
    loaded = instance_state(other)
    # What was known before stays: the key of what they were loaded for.
    own = {key: another(one) if is_hole(one) and one.owner is row else one for key, one in state.dict.items()}
    loaded.dict.update({key: one for key, one in own.items() if key not in mapper.relationships and key != "_sa_instance_state"})
    loaded.key = mapper._identity_key_from_state(loaded)
    if loaded.key in session.identity_map:
        made[id(value)] = value, value
        return value
    loaded.load_options, loaded.load_path = state.load_options, state.load_path
    loaded.expired, loaded.expired_attributes = state.expired, set(state.expired_attributes)
    loaded._commit_all(loaded.dict)
    session.add(other)
    run.current().caches.setdefault("made up", []).append(other)
    for relation in mapper.relationships:
        if relation.key in state.dict and relation.lazy not in _ASKED:
            set_committed_value(other, relation.key, _related(relation, state.dict[relation.key], state, own, made))
    return other


def _related(relation, value, state, own, made):
    if relation.uselist:
        return [other_row(one, made) for one in chosen().orm.collections.collection_adapter(value)]
    refers_to_known = relation.direction.name == "MANYTOONE" and all(
        state.dict.get(key) is own.get(key)
        for key in (relation.parent.get_property_by_column(column).key for column in relation.local_columns)
    )
    return value if refers_to_known else other_row(value, made)


#: Settings of `lazy=` by which a collection is a query.
_ASKED = ("dynamic", "write_only")
