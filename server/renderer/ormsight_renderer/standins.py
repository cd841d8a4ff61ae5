"""Functions whose answer differs from call to call: the clock and randomness. Programs get a hole instead."""

import datetime
import random
import secrets
import time
import uuid

from .holes import scalar
from .imports import REPLACED


def stand_in(text, python):
    """A function that gives a hole named by its call."""

    def function(*arguments, **keywords):
        return scalar(f"{text}()", python)

    function.__name__ = function.__qualname__ = text.rpartition(".")[2]
    function.ormsight_gives = python
    return function


#: Methods of classes, by the class and the method's name.
_METHODS = {
    (datetime.datetime, "now"): "datetime",
    (datetime.datetime, "utcnow"): "datetime",
    (datetime.datetime, "today"): "datetime",
    (datetime.date, "today"): "date",
}
_STAND_INS = {key: stand_in(f"{key[0].__name__}.{key[1]}", python) for key, python in _METHODS.items()}

_FUNCTIONS = {
    uuid: {"uuid1": "UUID", "uuid4": "UUID", "uuid7": "UUID"},
    time: {"time": "float", "monotonic": "float", "perf_counter": "float", "time_ns": "int"},
    secrets: {"token_hex": "str", "token_urlsafe": "str", "token_bytes": "bytes", "choice": None, "randbelow": "int"},
    random: {
        **dict.fromkeys(random.__all__),  # Also `SystemRandom().choice(…)`.
        "random": "float", "randint": "int", "randrange": "int", "uniform": "float", "getrandbits": "int", "gauss": "float",
    },
}  # fmt: skip


def method_of(owner, name, written):
    """The stand-in for a method of a class as it is written in the program, or None."""
    found = _STAND_INS.get((owner, name))
    if found is None or not written or written == f"{owner.__name__}.{name}":
        return found
    return stand_in(written, found.ormsight_gives)


def is_stand_in(function):
    return hasattr(function, "ormsight_gives")


def register(module_name, name, text, python):
    """Gives programs a stand-in for a function of a module."""
    REPLACED[module_name, name] = stand_in(text, python)


def install():
    """Registers the stand-ins of the standard library. A snapshot of memory must not hold a clock's reading."""
    for module, functions in _FUNCTIONS.items():
        for name, python in functions.items():
            if hasattr(module, name):
                register(module.__name__, name, f"{name}" if module is uuid else f"{module.__name__}.{name}", python)


