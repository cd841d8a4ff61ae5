"""Classes of a program of which a base or a part is not known."""

import abc
from types import FunctionType

from . import run
from .guard import BUILTINS, DECORATORS, OWN_MODULES
from .holes import GIVEN_NAME, Hole, is_hole
from .library import chosen


#: Names of a class of the program that the sandbox does not have of it.
LEFT_OUT = "_ormsight_left_out"

#: Methods of a class of the program that a library calls when objects of it are written.
OBSERVERS = "_ormsight_observers"


class Unseen:
    """Stands for the bases that are not known: an object may have got any attribute from them."""

    def __init__(self, *arguments, **keywords):
        pass


def bases_for(hole, bases):
    """What a class statement takes in place of an unknown base; only a class of plain Python can make do with `Unseen`."""
    sentence = f"the base class `{hole.text}`"
    known = [base for base in bases if isinstance(base, type)]
    if hole.why and hole.detail:
        # The class itself could not be made.
        run.current().note(sentence)
        return tuple(base for base in hole.detail if not any(issubclass(other, base) for other in known))
    if not all(type(base) in _METACLASSES and _is_plain(base) for base in known):
        run.current().note(sentence)
        return ()
    run.current().mentioned[sentence] = None
    is_first = next(base for base in bases if is_hole(base)) is hole
    return (Unseen,) if is_first and not any(issubclass(base, Unseen) for base in known) else ()


_METACLASSES = (type, abc.ABCMeta)


def _is_plain(cls):
    """Whether a class only inherits from classes of programs and of Python itself."""
    return all(
        base in (object, Unseen) or base.__module__ in ("abc", "typing") or base.__module__ in OWN_MODULES
        for base in cls.__mro__
    )


def attribute_of(owner, name):
    """The hole of an attribute that an object, its class or a `super()` may have from an unknown base; else None.

    A function may have it from an unknown decorator: `send_mail.delay`.
    """
    if type(owner) is FunctionType:
        return _of_decorated(owner, name)
    if isinstance(owner, super):
        above = _above(owner)
        if Unseen in above:
            return chosen().inherited(owner.__self__, name) or _outside(f"super().{name}")
        return _outside(f"super().{name}") if _is_left_out(name, above, owner.__self__) else None
    cls = owner if isinstance(owner, type) else type(owner)
    if issubclass(cls, Unseen):
        inherited = chosen().inherited(owner, name) if owner is not cls else None
        if inherited is not None:
            return inherited
    elif not _is_left_out(name, cls.__mro__, owner):
        return None
    hole = _outside(f"{called(owner)}.{name}")
    if any(name in vars(base).get(LEFT_OUT, ()) for base in cls.__mro__):
        hole.method = hole.text
    return hole


def note_refused(cls, names):
    """Methods of a class that the sandbox does not let in: where a base has one instead, it is named when it is called."""
    for name in names:
        if name not in vars(cls) and type(getattr(cls, name, None)) is FunctionType:
            type.__setattr__(cls, name, _noting(cls, name, FunctionType))


def note_left_out(cls, name):
    """Where a base has a method of a name that was left out of a class, it is not what is called; gives whether it is so."""
    if name in vars(cls) or name.startswith("__") or name not in vars(cls).get(LEFT_OUT, ()):
        return False
    inherited = next((vars(base)[name] for base in cls.__mro__ if name in vars(base)), None)
    function = getattr(inherited, "fget", None) or getattr(inherited, "__func__", inherited)
    if type(function) is not FunctionType or function.__globals__.get("__builtins__") is not BUILTINS:
        return False
    type.__setattr__(cls, name, _noting(cls, name, type(inherited)))
    return True


def _noting(cls, name, kind):
    def method(self, *arguments, **keywords):
        run.current().note(f"what `{cls.__name__}.{name}` does")
        inherited = getattr(super(cls, self), name)
        return inherited if kind is property else inherited(*arguments, **keywords)

    method.__name__ = name
    if kind is staticmethod:
        return staticmethod(lambda *arguments, **keywords: method(cls, *arguments, **keywords))
    return method if kind is FunctionType else kind(method)


def called(owner):
    """What the program calls an object or a class, as far as that is known."""
    if isinstance(owner, type):
        return owner.__name__
    row = chosen().row_of(owner)
    return row.name if row is not None else getattr(owner, "__dict__", {}).get(GIVEN_NAME) or type(owner).__name__


def _above(owner):
    """The classes in which a `super()` looks for an attribute."""
    order = owner.__self_class__.__mro__ if owner.__self_class__ else ()
    return order[order.index(owner.__thisclass__) + 1 :] if owner.__thisclass__ in order else order


def _is_left_out(name, classes, owner):
    is_object = not isinstance(owner, type)
    return any(_is_among(name, vars(base).get(LEFT_OUT, ()), is_object) for base in classes)


def _is_among(name, left_out, of_object):
    """Whether a name is one of those left out; `*` is any that objects may have from a base that is not made."""
    return name in left_out or (of_object and "*" in left_out and not name.startswith("_"))


def _of_decorated(function, name):
    decorators = function.__dict__.get(DECORATORS)
    if not decorators:
        return None
    hole = Hole(f"{function.__name__}.{name}")
    hole.outside = any(one.outside for one in decorators)
    return hole


def _outside(text):
    hole = Hole(text)
    hole.outside = True
    return hole
