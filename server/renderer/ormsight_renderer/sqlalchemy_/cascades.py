"""Where a unit of work depends on what the database holds: the slice is run again for each way it can turn out.

A session that deletes, flushes or merges looks for what else is concerned (https://docs.sqlalchemy.org/en/20/orm/cascades.html):
the rows of a collection, the row that a merged object already has. Whether it finds any decides what it sends next.
"""

from sqlalchemy.orm import RelationshipProperty, Session, dynamic, strategies
from sqlalchemy.orm.attributes import instance_state, set_committed_value
from sqlalchemy.orm.collections import InstrumentedList, InstrumentedSet, collection_adapter

from .. import run
from ..asking import ask
from ..holes import GIVEN_NAME, Hole, is_hole, text_of
from ..library import chosen


def install():
    for name in ("delete", "_flush", "_merge", "merge"):
        _working(Session, name)
    _seeking(getattr(strategies, "_LazyLoader", None) or strategies.LazyLoader, "_emit_lazyload", _collection)
    _seeking(Session, "get", _merged)
    dynamic_impl = getattr(dynamic, "_DynamicAttributeImpl", None) or dynamic.DynamicAttributeImpl
    history = "_get_collection_history"
    _seeking(next(cls for cls in dynamic_impl.__mro__ if history in vars(cls)), history, _dynamic)
    _deleting_more()
    for collection in (InstrumentedList, InstrumentedSet):
        collection.remove = _holding(collection.remove)


#: So many things that are looked for are asked about one by one: together they make the eight variants that are shown.
_MOST_SOUGHT = 3


#: What is looked for where nothing is to be found.
NOTHING = "nothing"


def finds(sought):
    """Whether a unit of work finds what it looks for: any of it may be there without the others."""
    if sought is NOTHING:
        return False
    state = run.current()
    answers = state.caches.setdefault("finds", {})
    if sought not in answers and len(answers) >= _MOST_SOUGHT:
        state.note(f"whether there are rows in `{sought}`")
        answers[sought] = next(iter(answers.values()))
    if sought not in answers:
        answers[sought] = ask(Hole(sought))
    return answers[sought]


def _working(owner, name):
    """Notes that a session is at such work."""
    original = getattr(owner, name)

    def working(*arguments, **keywords):
        caches = run.current().caches
        before = caches.get("at work")
        caches["at work"] = name
        try:
            if name == "delete":
                _loaded_before(arguments[1])
            return original(*arguments, **keywords)
        finally:
            caches["at work"] = before

    working.__name__ = name
    setattr(owner, name, working)


def _deleting_more():
    """What is deleted along with an object may have come with others, too: they may have been none."""
    original = RelationshipProperty.cascade_iterator

    def cascade_iterator(self, type_, state, *arguments, **keywords):
        if type_ == "delete" and run.current().caches.get("at work") == "delete":
            _loaded_before(state.obj())
        return original(self, type_, state, *arguments, **keywords)

    RelationshipProperty.cascade_iterator = cascade_iterator


def _loaded_before(value):
    """What was loaded with an object that is deleted now may have been nothing, as what is looked for only now."""
    state = instance_state(value) if chosen().is_instance(value) else None
    for relation in state.mapper.relationships if state is not None and run.current().tape is not None else ():
        loaded = state.dict.get(relation.key)
        if loaded is None or relation.direction.name == "MANYTOONE":
            continue
        rows = list(collection_adapter(loaded)) if relation.uselist else [loaded]
        is_made_up = rows and all(chosen().row_of(row) is not None for row in rows)
        if is_made_up and not finds(f"{name_of(value)}.{relation.key}"):
            set_committed_value(value, relation.key, [] if relation.uselist else None)


def _seeking(owner, name, what):
    """Says to the tape what the statement inside looks for."""
    original = getattr(owner, name)

    def seeking(*arguments, **keywords):
        state = run.current()
        work = state.caches.get("at work")
        if state.tape is None or work is None:
            return original(*arguments, **keywords)
        before = state.tape.sought
        state.tape.sought = what(work, *arguments)
        try:
            return original(*arguments, **keywords)
        finally:
            state.tape.sought = before

    seeking.__name__ = name
    setattr(owner, name, seeking)


def _collection(work, loader, session, state, *more):
    """`user.posts`, of an object the program has a name for; the target of a foreign key is there."""
    relation = loader.parent_property
    if not loader.uselist and relation.direction.name == "MANYTOONE":
        return None
    row = chosen().row_of(state.obj())
    if relation.mapper.common_parent(relation.parent) and row is not None and not row.named:
        # A tree: what is found in it is not asked again without an end.
        run.current().note(f"whether what is found has `{loader.key}` of its own")
        return NOTHING
    return f"{name_of(state.obj())}.{loader.key}"


def _dynamic(work, attribute, state, *more):
    """The same of a dynamic or write-only collection, which no lazy loader loads."""
    return f"{name_of(state.obj())}.{attribute.key}"


def _merged(work, session, entity, key, *more):
    if not work.endswith("merge"):
        return None
    keys = ", ".join(text_of(one) for one in key) if isinstance(key, (tuple, list)) and not is_hole(key) else text_of(key)
    return f"session.get({entity.__name__}, {keys})"


def _holding(remove):
    """What a program takes out of a collection was in it, or it would have raised: the row we made up is another."""

    def holding(self, value, *more):
        if value not in self and chosen().is_instance(value):
            collection_adapter(self).append_without_event(value)
            _loaded_with(value)
        return remove(self, value, *more)

    return holding


def _loaded_with(value):
    """What had expired of an object came with the collection that holds it."""
    state, tape = instance_state(value), run.current().tape
    key = next((one.key for one in state.mapper.column_attrs if one.key in state.expired_attributes), None)
    if key is None or not state.expired or tape is None:
        return
    sent = len(tape.entries)
    # One brings all of them.
    getattr(value, key)
    del tape.entries[sent:]


def name_of(value):
    """How the program calls an object."""
    row = chosen().row_of(value)
    return row.name if row is not None else value.__dict__.get(GIVEN_NAME) or type(value).__name__.lower()
