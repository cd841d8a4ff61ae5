"""Names that functions of a program give values to, and that hold them for as long as the process lives: attributes of
classes (`cls.known = …`), and what a function declares `global`.

What such a name holds when the expression is reached depends on what ran before. Both are shown: what the module or the
class says at first, and a value of the kind that the program gives it.
"""

import contextlib
import sys

from . import run
from .contents import attributes_of, content_of, is_container, put_into
from .decide import OPPOSITES
from .holes import Hole, describe, is_hole, is_plain
from .library import chosen


def attribute_of_class(cls, name):
    """Before a program reads an attribute of a class, which functions may have set before."""
    state = run.current()
    for base in cls.__mro__:
        if (base, name) in state.rebound:
            _decide(state, base, name)
        if name in vars(base):
            return


def class_changes(cls, name):
    """Before a program gives an attribute of a class a value, or takes it away."""
    state = run.current()
    if state.oracle is None:
        from .registries import note_given

        note_given(cls, name)
    if not state.takes_back:
        return
    if state.oracle is not None:
        state.rebound.setdefault((cls, name))
    # From now on it is what the program says.
    state.caches.setdefault(_DECIDED, set()).add((cls, name))
    if (cls, name) not in state.before:
        state.before[cls, name] = vars(cls).get(name, _MISSING)


def declared_global(*names):
    """At the start of a function that gives names of its module values."""
    from .namespaces import Namespaces

    state = run.current()
    module = sys._getframe(1).f_globals
    known = Namespaces.active.initially if Namespaces.active else {}
    for name in names:
        key = module["__name__"], name
        if state.oracle is None or key in state.caches.setdefault(_DECIDED, set()):
            continue
        state.caches[_DECIDED].add(key)
        state.before[key] = module, module.get(name, _MISSING)
        if key in known and _is_first(state, name, known[key]):
            module[name] = known[key]


def content_changes(value):
    """Before a program changes a list, a dict or a set, which may live longer than a run."""
    state = run.current()
    if state.oracle is None and is_container(type(value)):
        from .registries import note_filled

        note_filled(value, sys._getframe(1))
    if state.takes_back and is_container(type(value)) and id(value) not in state.changed:
        # The container is kept as well: its identity is the key.
        state.changed[id(value)] = value, content_of(value)


def object_changes(value):
    """Before a program gives an attribute to an object that is none of a model: one of its own classes, or of a library."""
    state = run.current()
    if not state.takes_back or (id(value), "attributes") in state.changed or chosen().is_instance(value):
        return
    held = attributes_of(value)
    state.changed[id(value), "attributes"] = value, held
    for inner in held.values():
        content_changes(inner)


def _put_attributes(value, held):
    now = attributes_of(value)
    # What a class in C does not let go of, it does not let be set.
    with contextlib.suppress(AttributeError, TypeError):
        for name in now.keys() - held.keys():
            object.__delattr__(value, name)
        for name, one in held.items():
            if now.get(name, _MISSING) is not one:
                object.__setattr__(value, name, one)


def put_back(state):
    """After a run: the next one finds what this one found."""
    for value, held in state.lasting:
        _put_attributes(value, held)
    for key, (value, before) in state.changed.items():
        if isinstance(key, tuple):
            _put_attributes(value, before)
        else:
            put_into(value, before)
    for (owner, name), value in state.before.items():
        if isinstance(owner, str):
            module, value = value
            if value is _MISSING:
                module.pop(name, None)
            else:
                module[name] = value
            continue
        held = vars(owner).get(name)
        if held is not value and not is_hole(held) and held is not None:
            state.rebound[owner, name] = _kind_of(held)
        if value is not _MISSING:
            type.__setattr__(owner, name, value)
        elif name in vars(owner):
            type.__delattr__(owner, name)


_MISSING = object()

#: Among the caches of a run: what it was asked about already, or says itself.
_DECIDED = "decided what is held from before"


def _decide(state, cls, name):
    key, decided = (cls, name), state.caches.setdefault(_DECIDED, set())
    initial = next((vars(base)[name] for base in cls.__mro__ if name in vars(base)), _MISSING)
    if key in decided or state.oracle is None or is_hole(initial):
        return
    decided.add(key)
    state.before.setdefault(key, vars(cls).get(name, _MISSING))
    text = f"{cls.__name__}.{name}"
    if not _is_first(state, text, initial):
        type.__setattr__(cls, name, _like(text, state.rebound[key]))


def _is_first(state, text, initial):
    """Whether a name holds what it held at first, as a condition of its own."""
    is_single = initial is None or isinstance(initial, bool)
    if is_single or is_plain(initial) and not isinstance(initial, (dict, list, set, tuple)):
        first = f"{text} {'is' if is_single else '=='} {describe(initial)}"
        OPPOSITES[first] = f"{text} {'is not' if is_single else '!='} {describe(initial)}"
    else:
        first = f"`{text}` was not set before"
        OPPOSITES[first] = f"`{text}` was set before"
    return state.oracle.decide(first)


def _kind_of(value):
    """What is remembered of a value, to make one like it."""
    if chosen().is_instance(value):
        return {"kind": "instance", "module": type(value).__module__, "name": type(value).__name__}
    return type(value).__name__


def _like(text, kind):
    if isinstance(kind, dict):
        return chosen().materialise(text, kind)
    made = Hole(text)
    made.python = kind
    return made
