"""Lists that a statement compares with: it has as many parameters as there are rows that the list was made of."""

import ast
from functools import lru_cache

from . import run
from .holes import is_hole, text_of
from .library import chosen
from .operations.loops import further
from .operations.of_rows import is_of_rows, is_one_of_several, row_behind


def lists_of_rows(written, function, arguments, keywords):
    """The arguments of a call, with as many values in lists of rows as the run says; none where none are to be found.

    `written` has the arguments as the program writes them.
    """
    library = chosen()
    if arguments and library.compares_with_all(function):
        arguments = (_as_many(arguments[0], written[0] if written else None), *arguments[1:])
    if arguments and library.writes_all(function):
        if is_of_rows(arguments[0]):
            run.current().note(run.how_many(written[0] if written else text_of(arguments[0])))
        if written and written[0].startswith("*") and any(map(is_one_of_several, arguments)):
            run.current().note(run.how_many(written[0][1:]))
    if any(map(library.is_lookup_of_all, keywords)):
        texts = [*written[len(arguments) :], *[""] * len(keywords)]
        keywords = {
            name: _as_many(value, text.partition("=")[2]) if library.is_lookup_of_all(name) else value
            for (name, value), text in zip(keywords.items(), texts)
        }
    return arguments, keywords


def _as_many(values, text):
    state = run.current()
    if not isinstance(values, _LISTS) or state.oracle is None:
        return values
    if _is_in_any_order(values, text):
        state.note(f"in which order `{text or text_of(values)}` has its values")
    if text and _is_display(text):
        return values
    text = text or text_of(values)
    if is_of_rows(values):
        if not state.has_room(text):
            state.note(run.how_many(text))
            return values
        (only,) = values
        kind = next(kind for kind in _LISTS if isinstance(values, kind))
        by_loop = row_behind(only).is_looped_over
        if by_loop and text not in state.oracle.known:
            _note_filled(text, True)
        elif not state.oracle.has_values(text):
            return kind()
        return kind([only, *(further(only, number) for number in range(1, state.note_list(text, 1, by_loop)))])
    if state.loops:
        _note_filled(text, bool(values))
    return values


def _is_in_any_order(values, text):
    """Whether Python has the values in another order each time that it is started, as their hashes differ.

    Of values of which none is known, it is said that they are those of the set, as it has them.
    https://docs.python.org/3/using/cmdline.html#envvar-PYTHONHASHSEED
    """
    if not isinstance(values, (set, frozenset)) or len(values) < 2:
        return False
    is_written = bool(text) and _is_display(text)
    return any(is_written if is_hole(one) else not isinstance(one, int) for one in values)


def _note_filled(text, has_values):
    """A loop that fills a list may have no pass in another run."""
    state = run.current()
    state.filled.setdefault(text)
    state.oracle.tell_known(text, has_values)


_LISTS = (list, tuple, set, frozenset)


@lru_cache(1_000)
def _is_display(text):
    """Whether a list is written out, `[first.id, second.id]`: then it has as many values as are written."""
    try:
        node = ast.parse(text, mode="eval").body
    except SyntaxError:
        return False
    return isinstance(node, (ast.List, ast.Tuple, ast.Set)) and not any(isinstance(one, ast.Starred) for one in node.elts)
