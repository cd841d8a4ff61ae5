"""What a session holds already is not loaded again: a row that is asked for by its key may be one of those.

https://docs.sqlalchemy.org/en/20/orm/session_basics.html#get-by-primary-key
"""

import functools

from sqlalchemy.orm import Session

from .. import run
from ..decide import OPPOSITES
from ..holes import Hole, atom_of, describe, is_hole
from ..operations import ask

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
            state.note(f"which object of the session has the key {', '.join(map(describe, key))}")
            return found
        for other in held:
            if _is_same(other, key):
                return original(self, mapper, other, *arguments, **keywords)
        return found

    Session._identity_lookup = identity_lookup


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
