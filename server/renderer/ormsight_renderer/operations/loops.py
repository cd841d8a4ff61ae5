"""Loops: one over something unknown runs as often as the run says, one over rows once for each."""

from collections.abc import Sequence

from .. import run
from ..errors import NotReached
from ..guard import is_own
from ..holes import Hole, is_hole, text_of
from ..kept import used
from ..library import chosen
from ..rebound import content_changes
from .names import named, shaped, unpacked
from .of_rows import is_one_of_several, row_behind


def loop(value, names, text):
    """What a loop goes over; an unknown value gives one element, called by the loop's variable."""
    used((value,))
    if is_own(type(value)) and is_own(getattr(type(value), "__iter__", None)):
        # What it gives may be unknown, and Python would not take that for an iterator.
        value = type(value).__iter__(value)
        value = Hole(text) if is_hole(value) else value
    if is_hole(value):
        passes = _passes(value.text, _over(value.text), f"{_target(names)} in {value.text}")
        return [shaped(names, value, is_element=True) for _ in range(passes)]
    if type(value) is zip:
        # What a row meets in the other list is not known.
        return _paired(value, names, text)
    if type(value) is enumerate:
        return _of_rows(_numbered(value, names), names, text)
    is_data = isinstance(value, (list, tuple, set, frozenset, dict))
    if chosen().gives_rows(value) or type(value) in _ITERATORS or is_data and any(map(_is_of_several, value)):
        return _of_rows(value, names, text)
    return _named_one_by_one(value, names)


def around(value, names, text):
    """What the loop around the expression goes over: one pass of it is under way."""
    if is_hole(value):
        return loop(value, names, text)
    if type(value) in _VIEWS:
        value = list(value)
    if type(value) in (list, tuple) and len(value) > 1 and not any(map(_is_of_several, value)):
        return [_one_of(value, names, text)]
    return _named_one_by_one(value, names)


def _one_of(values, names, text):
    """Each element in turn is the one of the pass under way."""
    oracle, subject = run.current().oracle, _target(names)
    if oracle is None or len(values) > _MOST_ELEMENTS:
        run.current().note(f"which of `{text}` `{subject}` is")
        return values[0]
    words = [_in_words(names, one) for one in values]
    if len(set(words)) < len(words):
        words = [f"{subject} is {text}[{index}]" for index in range(len(words))]
    last = len(words) - 1
    for index in range(last):
        if oracle.choose(subject, words[index], (subject, words[last]) if index == last - 1 else None):
            return values[index]
    return values[last]


def _in_words(names, value):
    if isinstance(names, tuple) and isinstance(value, (tuple, list)) and len(names) == len(value):
        return " and ".join(_in_words(name, one) for name, one in zip(names, value))
    return f"{_target(names)} is {text_of(value)}"


def _named_one_by_one(value, names):
    if isinstance(names, str) and not isinstance(value, (list, tuple, dict, set, str, range)):
        return _naming(value, names)
    if isinstance(value, list) and isinstance(names, str):
        for one in value:
            named(one, names)
    return value


def _of_rows(values, names, text):
    """A loop over rows runs once for each."""
    if isinstance(values, (list, set)):
        rows = [row for value in values for row in as_often(value, _over(text), f"{_target(names)} in {text}", text)]
        if len(rows) != len(values):
            # Who asks later how many there are finds as many.
            content_changes(values)
            chosen().replace_rows(values, rows)
        yield from (_called(row, names) for row in rows)
        return
    for value in values:
        # All of them before the first is changed.
        for row in list(as_often(value, _over(text), f"{_target(names)} in {text}", text)):
            yield _called(row, names)


def as_often(value, sentence, head, over=None):
    """The value, and others like it if it is one row of several, as often as the run says for that sentence.

    `over` is what the program calls the list that it is of, where it may have asked whether that has any.
    """
    passes = 1
    if _is_of_several(value):
        # Whether a relation has rows is asked of each object: only what a variable holds is one list.
        passes = _passes(over if over and over.isidentifier() else None, sentence, head)
        _note_loop_over(value)
    for number in range(passes):
        yield further(value, number) if number else value


def _passes(over, sentence, head):
    """How often a loop over a list runs: not at all where the program has found that this is empty."""
    state = run.current()
    passes = state.note_loop(sentence, head)
    known = state.oracle.known.get(over) if state.oracle is not None else None
    if known and not passes:
        raise NotReached
    return 0 if known is False else passes


def _note_loop_over(value):
    row = row_behind(value)
    if row is not None:
        row.is_looped_over = True
    elif isinstance(value, Sequence) and not isinstance(value, (str, list)):
        for part in value:
            _note_loop_over(part)


def further(value, number):
    """The row that comes `number` after this one; the same one in each loop over these rows."""
    return chosen().other_row(value, run.current().caches.setdefault((_OTHERS, number), {}))


def _over(text):
    return f"how often the loop over `{text}` runs"


def _called(value, names):
    return named(value, names) if isinstance(names, str) else unpacked(value, names)


def _is_of_several(value):
    """Whether it is a row that stands for several, or has one as a part."""
    if is_one_of_several(value):
        return True
    return isinstance(value, Sequence) and not isinstance(value, (str, list)) and any(map(_is_of_several, value))


def _numbered(pairs, names):
    """`enumerate(rows)`: which number a row has is not known."""
    for number, value in pairs:
        if not _is_of_several(value):
            yield number, value
        elif isinstance(names, tuple) and isinstance(names[0], str) and names[0] != "*":
            yield Hole(names[0], kind="scalar", python="int"), value
        else:
            yield Hole("number", kind="scalar", python="int"), value


def _paired(pairs, names, text):
    for pair in pairs:
        if _is_of_several(pair):
            run.current().note(_over(text))
        yield pair


def _target(names):
    """The variables of a loop, as they are written."""
    if names is None:
        return "…"
    if isinstance(names, str):
        return names
    if names and names[0] == "*":
        return f"*{names[1]}"
    return ", ".join(_target(one) if isinstance(one, str) or one is None else f"({_target(one)})" for one in names)


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
    passes = state.note_loop(f"how often the loop `while {text}` runs", f"while {text}")
    held = state.caches.get((_HELD, text), 0)
    if held >= passes:
        return False
    state.caches[_HELD, text] = held + 1
    return True


#: Among the caches of a run: further rows, by how far they are from the first.
_OTHERS = "other rows"

#: What gives what it is made of, or some of it.
_VIEWS = tuple(map(type, ({}.keys(), {}.values(), {}.items())))
_ITERATORS = (reversed, map, filter, *_VIEWS)

#: The loop around the expression is shown for each element of a list that has no more of them.
_MOST_ELEMENTS = 8

#: How often a condition was asked for, and how often an unknown one held, all loops with that text together.
_ROUNDS, _HELD = "rounds", "held"

#: Loops that build a query end far sooner; one that waits for something unknown would never end.
_MOST_ROUNDS = 2_000
