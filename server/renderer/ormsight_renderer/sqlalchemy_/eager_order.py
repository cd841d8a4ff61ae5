"""Eager loads with a statement of their own: which of them SQLAlchemy sends in any order.

The attributes of an object are loaded in the order of a set (`Mapper._prop_set`), which is that of their addresses. Here it
is that in which they are declared, and it is told that this says nothing. Where one brings others with it, its statements
stay together; that is not told.
https://docs.sqlalchemy.org/en/20/orm/queryguide/relationships.html#select-in-loading
"""

import functools

from sqlalchemy import util
from sqlalchemy.orm import Mapper, RelationshipProperty, loading, strategies

from .. import run

#: In the caches of a run: of each object whose eager loads are under way, what each of them has sent.
_BLOCKS = "eager loads"

#: The same of loads by subqueries, by how deep they are nested, with the mapper of the objects they are for.
_SUBQUERIES = "loads by subqueries"


def install():
    post_load = getattr(loading, "_PostLoad", None) or loading.PostLoad
    _as_declared()
    _note_blocks(post_load)
    _tell(post_load)
    subquery = getattr(strategies, "_SubqueryLoader", None) or strategies.SubqueryLoader
    _tell_subqueries(subquery._SubqCollections)


def _as_declared():
    def in_order(self):
        return util.OrderedSet(self._props.values())

    in_order.__name__ = "_prop_set"
    Mapper._prop_set = util.HasMemoized.memoized_attribute(in_order)


def _note_blocks(post_load):
    original = post_load.callable_for_path.__func__

    @functools.wraps(original)
    def callable_for_path(cls, context, path, limit_to_mapper, token, loader, *arguments, **keywords):
        @functools.wraps(loader)
        def noted(*given, **named):
            state = run.current()
            before = len(state.tape.entries) if state.tape is not None else 0
            loader(*given, **named)
            blocks = state.caches.get(_BLOCKS)
            if blocks:
                blocks[-1].append((limit_to_mapper, state.tape.entries[before:]))

        return original(cls, context, path, limit_to_mapper, token, noted, *arguments, **keywords)

    post_load.callable_for_path = classmethod(callable_for_path)


def _tell(post_load):
    original = post_load.invoke

    @functools.wraps(original)
    def invoke(self, context, path):
        state = run.current()
        if state.tape is None:
            return original(self, context, path)
        stack = state.caches.setdefault(_BLOCKS, [])
        stack.append(blocks := [])
        try:
            original(self, context, path)
        finally:
            stack.pop()
        if blocks:
            _mark([sent for _, sent in blocks if sent], blocks[0][0])
        return None

    post_load.invoke = invoke


def _tell_subqueries(collections):
    """Each is sent when the first row asks for what it finds, and the attributes of a row ask one after the other."""
    original = collections._load

    @functools.wraps(original)
    def load(self):
        state = run.current()
        if state.tape is None:
            return original(self)
        entries, nested = state.tape.entries, state.caches.setdefault(_SUBQUERIES, [[]])
        before = len(entries)
        last = entries[-1] if entries else None
        nested.append([])
        try:
            original(self)
        finally:
            nested.pop()
        beside, owner = nested[-1], _owner_of(self)
        # Something else was sent since, or it is loaded for other objects.
        if beside and (beside[-1][1][-1] is not last or beside[-1][0] is not owner):
            beside.clear()
        sent = entries[before:]
        if sent and owner is not None:
            beside.append((owner, sent))
            _mark([each for _, each in beside], owner)
        return None

    collections._load = load


def _owner_of(collections):
    """The mapper of the objects for which something is loaded; None where the library does not say it."""
    options = getattr(collections.subq, "_compile_options", None)
    path = getattr(getattr(options, "_current_path", None), "path", ())
    return next((one.parent for one in reversed(path) if isinstance(one, RelationshipProperty)), None)


def _mark(blocks, mapper):
    """Tells of the eager loads of objects that they are sent in any order, where each of them is one statement."""
    is_told = len(blocks) > 1 and all(len(block) == 1 for block in blocks)
    name = f"the eager loads of {mapper.class_.__name__}"
    for first, *_ in blocks:
        if is_told:
            first.any_order = first.any_order or name
        elif first.any_order == name:
            first.any_order = None
