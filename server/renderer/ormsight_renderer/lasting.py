"""Objects of modules and classes that change by being used, and outlive a run.

A queryset keeps its rows, a lazy object what it found, an object what a `cached_property` of its class computed.
"""

from .contents import attributes_of
from .guard import is_own
from .library import chosen


def take_note(state, namespaces):
    """Before a run: the attributes of such objects, to be put back after it."""
    if namespaces.lasting is None:
        namespaces.lasting = _lasting_objects(namespaces.modules.values())
    state.lasting = [(value, attributes_of(value)) for value in namespaces.lasting]


def _lasting_objects(modules):
    found = {}
    for module in modules:
        for value in module.__dict__.values():
            kind = type(value)
            if issubclass(kind, type):
                if is_own(value):
                    _find_results(vars(value).values(), found)
            elif chosen().keeps_results(kind):
                found[id(value)] = value
            elif is_own(kind) and not chosen().is_instance(value):
                found[id(value)] = value
                _find_results(attributes_of(value).values(), found)
    return list(found.values())


def _find_results(values, found):
    for value in values:
        if chosen().keeps_results(type(value)):
            found[id(value)] = value
