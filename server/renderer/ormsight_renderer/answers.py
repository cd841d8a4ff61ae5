"""Functions that keep their answers: `functools.cache`, and what libraries for caching have for the purpose.

What such a function sends for an answer is sent by the first call alone, and which that is depends on what ran before:
both are shown.
https://docs.python.org/3/library/functools.html#functools.cache
https://flask-caching.readthedocs.io/en/latest/#memoization
https://cachetools.readthedocs.io/en/stable/#memoizing-decorators
https://dogpilecache.sqlalchemy.org/en/latest/api.html#dogpile.cache.region.CacheRegion.cache_on_arguments
"""

import functools

from . import run
from .decide import OPPOSITES
from .holes import Hole, is_hole, scalar
from .imports import MADE, REPLACED
from .library import chosen

#: In the caches of a run: the answers by function and arguments.
_ANSWERS = "answers"


def keeping(function):
    """A function of the program that remembers its answers, in each run anew."""

    @functools.wraps(function)
    def kept(*arguments, **keywords):
        answers = run.current().caches.setdefault(_ANSWERS, {})
        key = (kept, arguments, tuple(keywords.items()))
        if key not in answers:
            answers[key] = _first(function, arguments, keywords)
        return answers[key]

    for name in ("cache_clear", "delete_memoized", "invalidate", "refresh"):
        setattr(kept, name, _nothing)
    return kept


def _first(function, arguments, keywords):
    """The answer to the first call of the program, for which nothing is sent if it is kept from before."""
    state = run.current()
    tape = state.tape
    before = len(tape.entries) if tape is not None else 0
    value = function(*arguments, **keywords)
    sent = tape.entries[before:] if tape is not None and "in expression" in state.caches else []
    held = [one for one in _objects(value) if chosen().is_held(one)]
    if state.oracle is None or not (sent or held):
        return value
    if any(entry.role in ("flush", "transaction") for entry in sent):
        # What is written meanwhile would be written later.
        state.note(f"whether `{function.__name__}` has its answer from before")
    elif not _asks_first(_in_words(function, arguments, keywords)):
        del tape.entries[len(tape.entries) - len(sent) :]
        for one in held:
            chosen().let_go(one)
    return value


def _asks_first(call):
    first = f"{call} is not cached"
    OPPOSITES[first] = f"{call} is cached"
    return run.current().oracle.decide(first)


def _objects(value):
    return value if isinstance(value, (list, tuple, set)) else (value,)


def _in_words(function, arguments, keywords):
    given = [_shown(one) for one in arguments] + [f"{name}={_shown(value)}" for name, value in keywords.items()]
    return f"{function.__name__}({', '.join(given)})"


def _shown(value):
    row = chosen().row_of(value)
    if row is not None or is_hole(value):
        return row.name if row is not None else value.text
    if value is None or isinstance(value, (str, int, float)):
        text = repr(value)
        return text if len(text) <= _LONGEST else "…"
    return value.__name__ if isinstance(value, type) else "…"


#: Of an argument that is shown, in characters.
_LONGEST = 30


def _nothing(*arguments, **keywords):
    pass


def _decorator(*arguments, **options):
    """`@cache` and `@cache(timeout=60)`."""
    is_bare = len(arguments) == 1 and not options and callable(arguments[0]) and not is_hole(arguments[0])
    return keeping(arguments[0]) if is_bare else keeping


class Cache:
    """An object that has such decorators; what else is in it is not known."""

    def __init__(self, *arguments, **options):
        pass

    memoize = cached = cache_on_arguments = staticmethod(lambda *arguments, **options: keeping)
    init_app = delete = delete_many = delete_memoized = clear = set = set_many = staticmethod(_nothing)

    def configure(self, *arguments, **options):
        return self

    def get(self, key, *default, **options):
        return Hole(f"cache.get({_shown(key)})", optional=True)

    def has(self, key):
        return scalar(f"cache.has({_shown(key)})", "bool")

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Hole(f"cache.{name}")


def install():
    REPLACED["functools", "lru_cache"] = _decorator
    REPLACED["functools", "cache"] = keeping
    for name in ("cached", "cachedmethod"):
        MADE["cachetools", name] = _decorator
    for name in ("lru_cache", "ttl_cache", "lfu_cache", "fifo_cache", "rr_cache"):
        MADE["cachetools.func", name] = _decorator
    MADE["async_lru", "alru_cache"] = MADE["aiocache", "cached"] = MADE["fastapi_cache.decorator", "cache"] = _decorator
    MADE["flask_caching", "Cache"] = Cache
    MADE["dogpile.cache", "make_region"] = MADE["dogpile.cache.region", "make_region"] = Cache
