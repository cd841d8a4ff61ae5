"""Lists, dicts and sets that definitions fill: what a decorator registers, what `__init_subclass__` gathers.

A program has of them what the definitions in its reach put in, and there may be others. Some are known from the code
that fills them (`Slice.registries`), the others from what definitions did here.
"""

from .contents import attributes_of, is_container
from .guard import BUILTINS, is_own
from .library import chosen
from .namespaces import Namespaces
from .run import current


def name_of_registry(value):
    """The name of the registry that a container is, or is in; None for every other value."""
    namespaces = Namespaces.active
    if namespaces is None or current().tape is None or not is_container(type(value)):
        return None
    if namespaces.registered is None:
        namespaces.registered = _registered(namespaces)
    return namespaces.registered.get(id(value))


def _registered(namespaces):
    found = {}
    for value, name in namespaces.filled.values():
        _add(value, name, found)
    for cls, name in namespaces.given:
        value = vars(cls).get(name)
        if is_container(type(value)) and not value:
            _add(value, f"{cls.__name__}.{name}", found)
    for module, name in namespaces.registries:
        owner, _, attribute = name.partition(".")
        value = namespaces.module(module).__dict__.get(owner)
        if attribute:
            value = vars(value).get(attribute) if isinstance(value, type) else None
        _add(value, name, found)
        if is_own(type(value)):
            for inner in attributes_of(value).values():
                _add(inner, name, found)
    return found


def _add(value, name, found):
    if not is_container(type(value)) or id(value) in found:
        return
    found[id(value)] = name
    if issubclass(type(value), dict):
        for inner in dict.values(value):
            _add(inner, name, found)


#: Among the caches of a run: what the definition under way gave to classes.
GIVEN = "given to classes"


def note_held(namespaces, name, value):
    """After a definition: the containers that are there from now on, for others to fill."""
    namespaces.given.extend(current().caches.pop(GIVEN, ()))
    kind = type(value)
    if is_container(kind):
        _hold(namespaces, value, name)
    elif issubclass(kind, type) or is_own(kind) and not chosen().is_instance(value):
        if issubclass(kind, type) and not is_own(value):
            return
        for attribute, inner in (vars(value) if issubclass(kind, type) else attributes_of(value)).items():
            if is_container(type(inner)):
                _hold(namespaces, inner, f"{name}.{attribute}")


def _hold(namespaces, value, name):
    if id(value) in namespaces.there:
        return
    namespaces.there[id(value)] = value, name
    if issubclass(type(value), dict):
        for inner in dict.values(value):
            if is_container(type(inner)):
                _hold(namespaces, inner, name)


def note_given(cls, name):
    """Before a definition gives a class an attribute, as a metaclass does: a container that is empty is there to be filled."""
    current().caches.setdefault(GIVEN, []).append((cls, name))


def note_filled(value, frame):
    """Before a definition changes a container: in a function, it is one that others may change as well."""
    namespaces = Namespaces.active
    known = namespaces.there.get(id(value)) if namespaces is not None else None
    if known is None or id(value) in namespaces.filled:
        return
    while frame is not None and frame.f_globals.get("__builtins__") is not BUILTINS:
        frame = frame.f_back
    if frame is not None and frame.f_code.co_flags & _OF_FUNCTION:
        namespaces.filled[id(value)] = known
        namespaces.registered = None


#: CO_OPTIMIZED: https://docs.python.org/3/library/inspect.html#inspect.CO_OPTIMIZED
_OF_FUNCTION = 0x1
