"""Which functions are `async def` in the program: here they are ordinary ones, whose calls need no event loop."""

import weakref

from .holes import Hole, is_hole
from .imports import REPLACED

_declared = weakref.WeakSet()


def asynchronous():
    """The innermost decorator of an `async def`."""

    def declared(function):
        _declared.add(function)
        return function

    return declared


def iscoroutinefunction(function):
    """https://docs.python.org/3/library/inspect.html#inspect.iscoroutinefunction"""
    return Hole(f"iscoroutinefunction({function.text})") if is_hole(function) else function in _declared


def install():
    for module in ("asyncio", "inspect"):
        REPLACED[module, "iscoroutinefunction"] = iscoroutinefunction
