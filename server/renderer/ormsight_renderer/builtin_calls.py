"""Calls of builtins that need to know of holes. Each gives NotImplemented where the real one will do."""

import functools
import sys
from types import new_class

from . import guard, holes, run
from .asking import ask
from .errors import Refused
from .holes import ATOM, Hole, holds_hole, is_hole
from .library import chosen
from .operations.conditions import truth_of
from .operations.of_rows import is_of_rows


def _type(site, *arguments, **keywords):
    if len(arguments) == 1 and not keywords:
        return guard.class_of(arguments[0])
    return _new_class(site, *arguments, **keywords)


def _new_class(site, name, bases, namespace, **keywords):
    """`type(name, bases, namespace)`: what a class statement may make, made by name."""
    if is_hole(name) or is_hole(bases) or is_hole(namespace) or any(map(is_hole, bases)):
        return Hole(site[0])
    # A copy: a mapping of the program may hold other names the next time it is asked.
    body = {"__module__": _module_of_program(), **namespace}
    for key in body:
        if is_hole(key):
            return Hole(site[0])
        if type(key) is not str:
            raise Refused("a class has names that are no plain texts")
        if key != "__module__":
            guard.check_attribute(key)
    return new_class(name, tuple(bases), keywords, lambda names: names.update(body))


def _module_of_program():
    """The name of the program's module that is executed."""
    frame = sys._getframe()
    while frame.f_globals.get("__builtins__") is not guard.BUILTINS:
        frame = frame.f_back
    return frame.f_globals["__name__"]


def _isinstance(site, value, kinds):
    if not is_hole(value):
        return Hole(site[0]) if holds_hole(kinds) else NotImplemented
    if value.python and not value.optional and not holds_hole(kinds):
        known = {kind.__name__ for kind in (kinds if isinstance(kinds, tuple) else (kinds,)) if isinstance(kind, type)}
        if value.python in known or "object" in known:
            return True
        if known <= set(holes.PYTHON_TYPES) | {"list", "dict", "tuple", "set"}:
            return False
    return Hole(site[0])


def _any_or_all(word):
    def checked(site, values):
        if is_hole(values):
            return Hole(site[0])
        for value in values:
            if is_hole(value):
                return Hole(site[0])
            if truth_of(value) == (word == "any"):
                return word == "any"
        return word == "all"

    return checked


def _callable(site, value):
    return Hole(site[0]) if is_hole(value) else NotImplemented


def _filter(site, function, values):
    if is_hole(values):
        return Hole(site[0], ATOM, "list", None, values.detail)
    test = (lambda value: value) if function is None else function
    return iter([value for value in values if _kept_by(test(value))])


def _kept_by(value):
    return ask(value) if is_hole(value) else truth_of(value)


def _len(site, value):
    if chosen().is_unknown_truth(value):
        len(value)  # Sends what it sends.
        hole = Hole(site[0], ATOM, "scalar", "int")
        hole.source = "answer"
        return hole
    if is_of_rows(value):
        # It has as many as there are rows.
        return Hole(site[0], ATOM, "scalar", "int")
    return NotImplemented


def _bool(site, value=False):
    if is_hole(value):
        hole = Hole(site[0], ATOM, "scalar", "bool")
        hole.negates = Hole(f"not {value.atom}")
        hole.negates.negates = value
        return hole
    return NotImplemented


def _dict(site, *arguments, **keywords):
    is_unknown = arguments and (is_hole(arguments[0]) or chosen().unknown_row(arguments[0]) is not None)
    return Hole(site[0]) if is_unknown else NotImplemented


def _str(site, *arguments, **keywords):
    """A program's own `__str__` may find something unknown."""
    if len(arguments) == 1 and guard.is_own(type(arguments[0])):
        try:
            return str(arguments[0])
        except TypeError:
            return Hole(site[0], ATOM, "scalar", "str")
    return NotImplemented


def _next(site, values, *default):
    return Hole(site[0]) if is_hole(values) else NotImplemented


def _range(site, *ends):
    """A loop over it runs an unknown number of times."""
    if any(map(is_hole, ends)):
        return Hole(site[0], ATOM, "list", None, {"kind": "scalar", "python": "int"})
    return NotImplemented


def _iter(site, values, *sentinel):
    if is_hole(values):
        return Hole(site[0])
    return _until(site[0], values, *sentinel) if sentinel else NotImplemented


def _until(text, function, sentinel):
    """`iter(read, b"")`: what is not known may never be the sentinel."""
    while True:
        value = function()
        if is_hole(value):
            for _ in range(run.current().note_loop(f"how often the loop over `{text}` runs", text)):
                yield value
            return
        if value == sentinel:
            return
        yield value


def _super(site, *arguments):
    """`super(Base, self)` where an object is of a class that stands for part of the real one: by the name of the base."""
    if len(arguments) != 2 or not isinstance(arguments[0], type) or isinstance(arguments[1], (arguments[0], type)):
        return NotImplemented
    named, own = arguments
    for base in type(own).__mro__:
        if (base.__module__, base.__name__) == (named.__module__, named.__name__):
            return super(base, own)
    return NotImplemented


def _higher_order(site, function, *arguments, **keywords):
    if function is type or function is guard.BUILTINS["__build_class__"]:
        raise Refused("`type` with three arguments is not let into the sandbox")
    return NotImplemented


def _specials():
    return {
        type: _type,
        isinstance: _isinstance,
        issubclass: _isinstance,
        any: _any_or_all("any"),
        all: _any_or_all("all"),
        callable: _callable,
        filter: _filter,
        len: _len,
        dict: _dict,
        str: _str,
        bool: _bool,
        next: _next,
        iter: _iter,
        range: _range,
        super: _super,
        map: _higher_order,
        functools.partial: _higher_order,
        functools.reduce: _higher_order,
    }


#: By the identity of a builtin: what is called in its place.
SPECIAL = {id(function): special for function, special in _specials().items()}
