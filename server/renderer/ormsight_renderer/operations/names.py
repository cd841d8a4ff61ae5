"""Names: what a program binds to them, and what it reads of those that are not let in."""

from .. import run
from ..guard import set_plainly
from ..holes import ATOM, GIVEN_NAME, Hole, element, is_hole
from ..library import chosen
from ..unseen import LEFT_OUT, Unseen


def named(value, name):
    """Gives rows, answers of the database and objects with unknown bases the name of the variable they are kept in."""
    if is_hole(value):
        is_answer = value.source == "answer" or (value.owner is not None and not value.owner.named)
        return _renamed(value, name) if is_answer else value
    row = chosen().row_of(value)
    if row is not None:
        if not row.named:
            row.name, row.named = name, True
    elif chosen().goes_by_its_name(value) or isinstance(value, Unseen):
        value.__dict__.setdefault(GIVEN_NAME, name)
    return value


def _renamed(hole, name):
    copy = Hole(name, ATOM, hole.kind, hole.python, hole.detail, hole.optional)
    copy.source = "answer"
    return copy


def unpacked(value, names):
    value = chosen().unknown_row(value) or value
    if is_hole(value):
        return shaped(names, value)
    if isinstance(value, tuple) and len(value) == len(names) and "*" not in names:
        renamed = [named(one, name) if isinstance(name, str) else one for one, name in zip(value, names)]
        return tuple(renamed)
    is_short = type(value) is list and len(value) == 1 < len(names) and "*" not in names
    if is_short and is_hole(value[0]) and run.current().caches.get(FITTING):
        return shaped(names, value[0])
    return value


#: Among the caches of a run: whether a list of one unknown value has as many as there are names for them, as in
#: `hours, minutes = [int(one) for one in text.split(":")]`.
FITTING = "lists have as many as there are names"


def shaped(names, hole, is_element=False):
    """Holes in the shape of an assignment's target."""
    if isinstance(names, str):
        detail = hole.detail if is_element and hole.kind == "list" and isinstance(hole.detail, dict) else None
        return chosen().materialise(names, detail)
    if names is None:
        return element(hole, 0)
    result = []
    for name in names:
        if isinstance(name, tuple) and name and name[0] == "*":
            result.append(Hole(str(name[1]), kind="list"))
        else:
            result.append(shaped(name, hole))
    return tuple(result)


def parent(text):
    """`super()` in the method that a slice was cut out of: what its object has from the classes above, if it is known."""
    own = run.current().caches.get("self")
    return Hole(text) if own is None or is_hole(own) else super(type(own), own)


def plain_setting():
    """`object.__setattr__`."""
    return set_plainly


def names_in(owner, text):
    """`owner.__dict__`, of which only the names are asked for: those of a class, with what was left out of it."""
    names = vars(owner) if isinstance(owner, type) else {}
    left_out = names.get(LEFT_OUT, ())
    return frozenset((*names, *left_out)) if names and "*" not in left_out else Hole(text)


def unknown(text):
    """What the program reads but is not let in."""
    return Hole(text)
