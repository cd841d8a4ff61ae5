"""Branches by replay: a program is run again for each way that its unknown conditions can turn out.

The first run takes every condition as true; then the last decision that was not yet turned is turned, and so on. What a
query finds is decided too, but only where the program asks (`user = …first()`, `if user is None:`): then the program is
run again, and that query finds nothing.
"""

from typing import NamedTuple

from .decide import Oracle
from .run import Run
from .variants import texts_in_full, variants_of, with_texts

#: All runs together: the deletion of an object that half of a project refers to sends hundreds each time.
_MOST_STATEMENTS = 1_000


class Way(NamedTuple):
    """One run that came to the expression."""

    #: Its tests, also those within others, and what it sent.
    path: tuple
    sent: list
    #: With these it goes the same way again.
    decisions: tuple
    missing: frozenset
    #: The lists of unknown length that it used, by their sentences.
    lists: frozenset


class Explored(NamedTuple):
    """All ways through a program."""

    #: Pairs of conditions and result.
    variants: list
    #: Those that are not among them, as too many to show; None where there may be more.
    others: list | None
    ways: list
    #: Whether one raised.
    has_failed: bool
    #: How many variants are not among them.
    left_out: int
    #: The sentences about what could not be known; those among them about how often a loop runs, with its head, and
    #: about how many values a list has, with the `UnknownList`.
    unknown: list
    loops: dict
    lists: dict
    #: How lists are written that loops may have filled.
    filled: list
    #: By what the program calls something that is one of many: how many of them no run looked at.
    choices: dict
    #: How tests of several operands are said, see `texts_in_full`.
    texts: dict
    #: How many runs it took.
    runs: int
    #: What runs give to classes, see `Run`.
    rebound: dict


def explore(execute, max_variants, passes=None, first=None):
    """Runs `execute(run)` for each combination of decisions, loops of unknown length once or as often as `passes` says.

    `execute` gives what one run sends, or None when it never came to the expression; `first` is what was explored of the
    same program before, whose words are used. Gives an `Explored`.
    """
    rebound, known = {}, None
    # What a run gives to a class, an earlier call may have given it before: then that is a decision, too.
    while known != (known := len(rebound)):
        explored = _explore(execute, max_variants, passes, rebound, first.texts if first else {})
    return explored


def again(execute, way, explored, passes):
    """Runs one way once more with other `passes`; gives what it sends, None where it is no longer the same way."""
    oracle = Oracle(way.decisions, way.missing)
    sent = execute(Run(oracle, passes=passes, rebound=dict(explored.rebound)))
    outcomes = [outcome for _, outcome, _ in oracle.path_within]
    is_same = tuple(oracle.decisions) == way.decisions and outcomes == [outcome for _, outcome, _ in way.path]
    return sent if is_same else None


def _explore(execute, max_variants, passes, rebound, texts):
    found, found_within, ways, has_failed = [], [], [], False
    unknown, loops, lists, filled, choices = {}, {}, {}, {}, {}
    stack = [((), frozenset())]
    seen = set(stack)
    most_runs, statements = 8 * max_variants, 0
    while stack and len(found) < most_runs and statements < _MOST_STATEMENTS:
        forced, missing = stack.pop()
        oracle = Oracle(forced, missing)
        run = Run(oracle, passes=passes, rebound=rebound)
        result = execute(run)
        has_failed = has_failed or run.failed
        if result is not None:
            unknown.update(run.unknown)
            loops.update(run.loops)
            lists.update(run.lists)
            filled.update(run.filled)
            choices.update(run.left_out)
            statements += len(result)
            ways.append((len(found), tuple(oracle.decisions), missing, frozenset(run.lists)))
        found.append((tuple(oracle.path), result))
        found_within.append((tuple(oracle.path_within), result))
        others = [(tuple(oracle.decisions[: oracle.calls[number]]), missing | {number}) for number in oracle.tested]
        for index in range(len(forced), len(oracle.decisions)):
            others.append(((*oracle.decisions[:index], not oracle.decisions[index]), missing))
        for other in others:
            if other not in seen:
                seen.add(other)
                stack.append(other)
    texts = texts_in_full(found_within, texts)
    found, found_within = (with_texts(each, texts) for each in (found, found_within))
    variants = variants_of(found, found_within, not stack)
    others = variants[max_variants:]
    left_out = len(others) + len(stack)
    return Explored(
        variants=variants[:max_variants],
        others=None if stack else others,
        ways=[Way(*found_within[index], *how) for index, *how in ways],
        has_failed=has_failed,
        left_out=left_out,
        unknown=list(unknown),
        loops=loops,
        lists=lists,
        filled=list(filled),
        choices=choices,
        texts=texts,
        runs=len(found),
        rebound=rebound,
    )
