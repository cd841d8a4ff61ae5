"""What a program keeps for as long as its process lives: dicts and lists of its modules and classes.

Where the expression itself fills one (`if key not in _known: _known[key] = Setting.objects.get(key=key)`), an earlier
call may have done so before, and then nothing is sent.
"""

import weakref

from . import run
from .guard import is_own
from .namespaces import Namespaces

CONTAINERS = (dict, list, set, weakref.WeakValueDictionary, weakref.WeakKeyDictionary)


def looked_into(container):
    """A program asks a container for something it names: what it finds there is what was put in before."""
    state = run.current()
    if state.oracle is not None and "in expression" in state.caches and type(container) in CONTAINERS:
        state.caches.setdefault(_LOOKED_INTO, set()).add(id(container))


def filled(container):
    """Before a program puts something into a container that it looked into."""
    state = run.current()
    if id(container) in state.caches.get(_LOOKED_INTO, ()) and (name := _name_of(container)) is not None:
        state.note(f"what `{name}` holds from before")


_LOOKED_INTO = "looked into"


def _name_of(container):
    """The name of a module or class that has it; None for one that lives no longer than a call."""
    for module in Namespaces.active.modules.values() if Namespaces.active else ():
        for name, value in module.__dict__.items():
            if value is container:
                return name
            if issubclass(type(value), type) and is_own(value):
                for attribute, held in vars(value).items():
                    if held is container:
                        return f"{value.__name__}.{attribute}"
    return None
