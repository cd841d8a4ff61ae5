"""Loops: one over something unknown runs as often as the run says, one over rows once for each."""

from .. import run
from ..guard import is_own
from ..holes import Hole, is_hole
from ..kept import used
from ..library import chosen
from .names import named, shaped
from .of_rows import is_of_rows, is_one_of_several


def loop(value, names, text):
    """What a loop goes over; an unknown value gives one element, called by the loop's variable."""
    if is_own(type(value)) and is_own(getattr(type(value), "__iter__", None)):
        # What it gives may be unknown, and Python would not take that for an iterator.
        value = type(value).__iter__(value)
        value = Hole(text) if is_hole(value) else value
    used((value,))
    if is_hole(value):
        state = run.current()
        state.note_loop(f"over `{value.text}`")
        return [shaped(names, value, is_element=True) for _ in range(state.passes)]
    if chosen().shows_numbers_of_rows and (chosen().is_query(value) or is_of_rows(value)):
        return _of_rows(value, names, text)
    return _named_one_by_one(value, names)


def around(value, names, text):
    """What the loop around the expression goes over: one pass of it is under way."""
    return loop(value, names, text) if is_hole(value) else _named_one_by_one(value, names)


def _named_one_by_one(value, names):
    if isinstance(names, str) and not isinstance(value, (list, tuple, dict, set, str, range)):
        return _naming(value, names)
    if isinstance(value, list) and isinstance(names, str):
        for one in value:
            named(one, names)
    return value


def _of_rows(values, names, text):
    """A loop over rows runs once for each."""
    state = run.current()
    for value in values:
        first = value[0] if isinstance(value, tuple) and value else value
        passes = 1
        if is_one_of_several(first):
            state.note_loop(f"over `{text}`")
            passes = state.passes
        for _ in range(passes):
            yield named(value, names) if isinstance(names, str) else value


def _naming(values, name):
    for value in values:
        yield named(value, name)


def again(value, text):
    """The condition of a `while`: an unknown one holds as often as loops run; what something unknown ends, ends too."""
    state = run.current()
    if not is_hole(value):
        rounds = state.caches[_ROUNDS, text] = state.caches.get((_ROUNDS, text), 0) + 1
        if not value or rounds <= _MOST_ROUNDS:
            return bool(value)
        state.note(f"how often the loop `while {text}` runs")
        return False
    state.note_loop(f"`while {text}`")
    held = state.caches.get((_HELD, text), 0)
    if held >= state.passes:
        return False
    state.caches[_HELD, text] = held + 1
    return True


#: How often a condition was asked for, and how often an unknown one held, all loops with that text together.
_ROUNDS, _HELD = "rounds", "held"

#: Loops that build a query end far sooner; one that waits for something unknown would never end.
_MOST_ROUNDS = 2_000
