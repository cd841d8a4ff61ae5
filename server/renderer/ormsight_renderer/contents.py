"""What is in a list, a dict, a set or an object: taken note of, and put back as it was.

Classes of a program that inherit from these may have methods of their own for it; none of them is called.
"""

import weakref
from collections import OrderedDict, deque

CONTAINERS = (dict, list, set, deque)
WEAK = (weakref.WeakValueDictionary, weakref.WeakKeyDictionary, weakref.WeakSet)

_KINDS = frozenset(map(id, (*CONTAINERS, *WEAK)))

#: Methods that only keep what they are given.
FILLING = frozenset(("append", "extend", "insert", "add", "update", "setdefault", "__setitem__"))

#: Methods that change what they are called on; `containers.ts` of the server has those among them that a program writes.
CHANGING = FILLING | frozenset(
    """
    clear pop popitem remove discard sort reverse intersection_update difference_update symmetric_difference_update
    appendleft extendleft popleft rotate move_to_end subtract __delitem__ __ior__ __iadd__
    """.split()
)


def is_container(kind):
    """Whether objects of a class hold others, and can be changed in place."""
    # Asked so often that `issubclass`, which abstract classes answer for themselves, would take a good part of the time.
    return any(id(base) in _KINDS for base in kind.__mro__)


def content_of(value):
    """What a container holds now."""
    kind = type(value)
    if issubclass(kind, dict):
        return dict(dict.items(value))
    if issubclass(kind, list):
        return list.__getitem__(value, slice(None))
    if issubclass(kind, set):
        return set.copy(value)
    return deque.copy(value) if issubclass(kind, deque) else value.copy()


def put_into(value, content):
    """Makes a container hold what `content_of` gave."""
    kind = type(value)
    if issubclass(kind, OrderedDict):
        OrderedDict.clear(value)
        for key, one in content.items():
            OrderedDict.__setitem__(value, key, one)
    elif issubclass(kind, dict):
        dict.clear(value)
        dict.update(value, content)
    elif issubclass(kind, list):
        list.__setitem__(value, slice(None), content)
    elif issubclass(kind, set):
        set.clear(value)
        set.update(value, content)
    elif issubclass(kind, deque):
        deque.clear(value)
        deque.extend(value, content)
    else:
        value.clear()
        value.update(content)


def attributes_of(value):
    """The attributes an object has of its own by their names, also where its class has a slot for each."""
    held = getattr(value, "__dict__", None)
    found = dict(held) if type(held) is dict else {}
    for cls in type(value).__mro__:
        slots = vars(cls).get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            try:
                found[name] = vars(cls)[name].__get__(value)
            except (AttributeError, KeyError):
                pass
    return found
