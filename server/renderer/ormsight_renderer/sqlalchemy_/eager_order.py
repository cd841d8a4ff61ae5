"""Eager loads with a statement of their own: which of them SQLAlchemy sends in any order.

The attributes of an object are loaded in the order of a set (`Mapper._prop_set`), which is that of their addresses. Here it
is that in which they are declared, and it is told that this says nothing. Where one brings others with it, its statements
stay together; that is not told.
https://docs.sqlalchemy.org/en/20/orm/queryguide/relationships.html#select-in-loading
"""

import functools

from sqlalchemy import util
from sqlalchemy.orm import Mapper, loading

from .. import run

#: In the caches of a run: of each object whose eager loads are under way, where those begin that were made.
_BLOCKS = "eager loads"


def install():
    post_load = getattr(loading, "_PostLoad", None) or loading.PostLoad
    _as_declared()
    _note_blocks(post_load)
    _tell(post_load)


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
                blocks[-1].append((limit_to_mapper, before))

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
        starts = [start for _, start in blocks]
        ends = [*starts[1:], len(state.tape.entries)]
        sent = [(start, end) for start, end in zip(starts, ends) if end > start]
        if len(sent) < 2 or any(end - start > 1 for start, end in sent):
            return None
        for start, _ in sent:
            entry = state.tape.entries[start]
            entry.any_order = entry.any_order or f"the eager loads of {blocks[0][0].class_.__name__}"
        return None

    post_load.invoke = invoke
