"""What statements do with something unknown: `with`, `await`, `raise`, `except`, `match`, decorators."""

import sys
from types import FunctionType, GeneratorType

from .. import run
from ..errors import NotReached
from ..guard import DECORATORS
from ..holes import Hole, is_hole
from ..library import chosen


def hashing():
    """The innermost decorator of a `__hash__`: one of something unknown is that of how it is written."""

    def computed(function):
        def __hash__(self):
            value = function(self)
            state, cls = run.current(), type(self).__name__
            hashed = state.caches.setdefault(("hashed", cls), {})
            hashed[value.text if is_hole(value) else value] = is_hole(value)
            if len(hashed) > 1 and any(hashed.values()):
                state.note(f"which of several `{cls}` are the same")
            return hash(value.text) if is_hole(value) else value

        return __hash__

    return computed


def context(value, name):
    """What a `with` enters."""
    if is_hole(value):
        return _Entered(Hole(name or value.text) if value.kind == "unknown" else value)
    if isinstance(value, GeneratorType):
        # Of a function whose `contextmanager` is not to be had: what it yields.
        return _Entered(next(value, None))
    if not hasattr(type(value), "__enter__") and hasattr(type(value), "__aenter__"):
        return _AsyncEntered(value)
    return value


class _Entered:
    def __init__(self, value):
        self.value = value

    def __enter__(self):
        return self.value

    def __exit__(self, *error):
        return False


class _AsyncEntered:
    def __init__(self, value):
        self.value = value

    def __enter__(self):
        return chosen().settled(self.value.__aenter__())

    def __exit__(self, *error):
        return chosen().settled(self.value.__aexit__(*error))


def done(value):
    """What a call gave that nobody takes: it was made for what it does."""
    if is_hole(value) and value.method:
        run.current().note(f"what `{value.method}` does")
    return value


def awaited(value):
    return chosen().settled(value)


class Raised(Exception):
    """An exception whose class is not known."""


def raised(text, make=None, error=None):
    """What a `raise` raises; an exception that cannot be made here leaves all the same."""
    state = run.current()
    if make is not None:
        try:
            error = make()
        except Exception:
            error = Raised(text)
    if error is None:
        raise NotReached
    if is_hole(error):
        error = Raised(error.text)
    elif isinstance(error, type) and issubclass(error, BaseException):
        error = error()
    state.caches["raised"] = error
    return error


class trying:
    """The body of a `try`, with the classes that it handles; None for all."""

    def __init__(self, classes):
        self.classes = classes

    def __enter__(self):
        run.current().handlers.append(self.classes)

    def __exit__(self, *error):
        run.current().handlers.pop()


def is_handled(error):
    """Whether one of the `try` statements around would handle errors of a class."""
    return any(_handles(classes, error) for classes in run.current().handlers)


def _handles(make, error):
    try:
        classes = make()
    except Exception:
        return False
    flat = [one for each in classes for one in (each if isinstance(each, tuple) else (each,))]
    return any(one is None or (isinstance(one, type) and issubclass(error, one)) for one in flat)


def handled(value):
    """The classes of an `except`."""
    chosen().handles(sys.exception())
    if isinstance(value, tuple):
        return tuple(one for one in value if not is_hole(one))
    return () if is_hole(value) else value


def left(*value):
    raise NotReached


def decorator(value):
    """An unknown decorator leaves what it decorates as it is: the class says so, a function where it is called."""
    if not is_hole(value):
        return value

    def decorated(target):
        if isinstance(target, type):
            if value.outside:
                run.current().note(f"what the decorator `{value.text}` does to `{target.__name__}`")
        elif type(function := getattr(target, "__func__", target)) is FunctionType:
            function.__dict__.setdefault(DECORATORS, []).append(value)
        return target

    return decorated


def subject(value, text):
    if is_hole(value):
        run.current().note(f"which case of `match {text}` applies")
    return value
