"""What a program keeps for as long as its process lives: dicts and lists of its modules and classes.

Where the expression itself fills one (`if key not in _known: _known[key] = Setting.objects.get(key=key)`), an earlier
call may have done so before, and then nothing is sent.
"""

from . import run
from .contents import is_container
from .guard import is_own
from .namespaces import Namespaces
from .registries import name_of_registry


def looked_into(container):
    """A program asks a container for something it names: what it finds there is what was put in before."""
    state = run.current()
    if state.oracle is not None and "in expression" in state.caches and is_container(type(container)):
        state.caches.setdefault(_LOOKED_INTO, set()).add(id(container))


def filled(container):
    """Before a program puts something into a container that it looked into."""
    state = run.current()
    name = _name_of(container) if is_container(type(container)) else None
    if name is None:
        return
    state.caches.setdefault(_FILLED, set()).add(id(container))
    if id(container) in state.caches.get(_LOOKED_INTO, ()):
        state.note(f"what `{name}` holds from before")


def missed(container):
    """A program does not find in a container what it looks for: in a registry it may be all the same."""
    name = name_of_registry(container)
    if name is not None:
        run.current().note(f"what `{name}` holds from before")


def used(values):
    """A program goes through these, or hands them to a library: of what it filled, more may be in it."""
    state = run.current()
    for value in values:
        missed(value)
    known = state.caches.get(_FILLED)
    for value in values if known else ():
        if id(value) in known:
            state.note(f"what `{_name_of(value)}` holds from before")


_LOOKED_INTO, _FILLED = "looked into", "filled"


def _name_of(container):
    """The name of a module or class that has it; None for one that lives no longer than a call."""
    if Namespaces.active is None:
        return None
    if Namespaces.active.held is None:
        Namespaces.active.held = _held(Namespaces.active.modules.values())
    return Namespaces.active.held.get(id(container))


def _held(modules):
    """The names of what modules and their classes have, by its identity."""
    names = {}
    for module in modules:
        for name, value in module.__dict__.items():
            if is_container(type(value)):
                names.setdefault(id(value), name)
            elif issubclass(type(value), type) and is_own(value):
                for attribute, held in vars(value).items():
                    if is_container(type(held)):
                        names.setdefault(id(held), f"{value.__name__}.{attribute}")
    return names
