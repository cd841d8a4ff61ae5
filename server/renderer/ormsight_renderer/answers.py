"""`functools.cache` and `lru_cache`: a function keeps its answers for as long as the process lives.

What it sends for an answer is sent by the first call alone, and which that is depends on what ran before.
"""

import functools

from . import run
from .imports import REPLACED

#: In the caches of a run: the answers by function and arguments.
_ANSWERS = "answers"


def keeping(function):
    """A function of the program that remembers its answers, in each run anew."""

    @functools.wraps(function)
    def kept(*arguments, **keywords):
        state = run.current()
        answers = state.caches.setdefault(_ANSWERS, {})
        key = (kept, arguments, tuple(keywords.items()))
        if key not in answers:
            sent = _sent(state)
            answers[key] = function(*arguments, **keywords)
            if _sent(state) > sent and "in expression" in state.caches:
                state.note(f"whether `{function.__name__}` has its answer from before")
        return answers[key]

    kept.cache_clear = lambda: None
    return kept


def _sent(state):
    return len(state.tape.entries) if state.tape is not None else 0


def _lru_cache(maxsize=128, typed=False):
    return keeping(maxsize) if callable(maxsize) else keeping


def install():
    REPLACED["functools", "lru_cache"] = _lru_cache
    REPLACED["functools", "cache"] = keeping
