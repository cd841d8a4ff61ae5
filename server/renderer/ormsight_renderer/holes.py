"""Values that only exist when the real program runs.

A `Hole` is named by the Python expression it stands for. Code of the user composes new holes from it (see
`instrument`); a library only meets an opaque object that it carries from where it was given to where it is sent.
That is why a hole has no attributes, compares by identity and is true: whatever asks a question about its value in
the name of the user goes through `operations`, never through these methods.
"""

import itertools

from . import run
from .errors import Unknowable

#: How tightly a text holds together: names, calls, subscripts / products / everything else.
ATOM, PRODUCT, OPERATION = 2, 1, 0

PYTHON_TYPES = ("int", "str", "bool", "float", "bytes", "datetime", "date", "time", "timedelta", "Decimal", "UUID")


class Hole:
    """An unknown value.

    `kind` is a `HoleType.kind` of the protocol, `python` the name of its type for a scalar, `detail` what else is
    known: the element's type of a list, the types of a tuple's parts, the attributes of an object, the parts of an f-string.
    """

    __slots__ = (
        "_text", "level", "kind", "python", "detail", "optional", "owner", "negates",
        "source", "sum", "number", "serial", "why", "lost", "outside", "method", "of", "parents", "is_key", "is_data",
    )  # fmt: skip

    def __init__(self, text, level=ATOM, kind="unknown", python=None, detail=None, optional=False, owner=None):
        self._text = text
        self.level = level
        self.kind = kind
        self.python = python
        self.detail = detail
        self.optional = optional
        #: For an attribute of a loaded row: the row, which may get its name later.
        self.owner = owner
        #: For `not x`: the hole `x`.
        self.negates = None
        #: For what a library answered or a call gave: where it comes from.
        self.source = None
        #: For `start + 10`: the hole `start` and 10.
        self.sum = None
        self.number = None
        self.serial = None
        #: For a definition that could not be made, and what is taken from it: the reason.
        self.why = None
        #: That definition is a model or a relation: what stands for it could be a column as well as a value.
        self.lost = False
        #: For an attribute: what it was taken from.
        self.of = None
        #: Of a value that tells who holds it when it changes: the states of these, and the names of their attributes.
        self.parents = None
        #: Named by a module and not at hand: a function of it may send statements.
        self.outside = False
        #: A method of the program's own that is not at hand, and what calling it gives: what the program calls it.
        self.method = None
        #: The key of a row that is there.
        self.is_key = False
        #: It was read from JSON or from a request: whatever it is, it is no part of a statement.
        self.is_data = False

    @property
    def text(self):
        """The Python expression, in the code's own words."""
        return f"{self.owner.name}.{self._text}" if self.owner is not None else self._text

    @property
    def _parents(self):
        """Where mutable types of SQLAlchemy note who holds the value."""
        if self.parents is None:
            self.parents = {}
        return self.parents

    @property
    def atom(self):
        """The text, in parentheses where it would fall apart beside an operator."""
        return self.text if self.level == ATOM else f"({self.text})"

    def __repr__(self):
        return f"<{self.text}>"

    def __str__(self):
        if self.kind == "text":
            return "".join(str(part) for part in self.detail)
        return run.current().token_of(self)

    def __format__(self, spec):
        return str(self)

    def __bool__(self):
        return True

    def __iter__(self):
        return iter(elements(self))

    def __mro_entries__(self, bases):
        from .unseen import bases_for

        return bases_for(self, bases)

    def __hash__(self):
        # Sets of holes keep the order in which they were made.
        return _age(self)

    def __eq__(self, other):
        return self is other

    # Sorting is by age: libraries sort what they flush by its primary key.
    def __lt__(self, other):
        return _age(self) < _age(other) if isinstance(other, Hole) else True

    def __gt__(self, other):
        return _age(self) > _age(other) if isinstance(other, Hole) else False

    def __add__(self, other):
        return compose(self, "+", other)

    def __radd__(self, other):
        return compose(other, "+", self)

    def __sub__(self, other):
        return compose(self, "-", other)

    def __rsub__(self, other):
        return compose(other, "-", self)

    def __mul__(self, other):
        return compose(self, "*", other)

    def __rmul__(self, other):
        return compose(other, "*", self)


def another(hole):
    """A hole for another value that is written the same."""
    made = Hole(hole._text)
    for name in Hole.__slots__:
        setattr(made, name, getattr(hole, name))
    made.number = made.serial = made.parents = None
    return made


def made_of(hole, *operands):
    """What is made of something of a model that could not be made is as unknown as that."""
    for one in operands:
        if is_hole(one) and one.lost:
            hole.why, hole.lost = one.why, True
    return hole


def unknowable(hole):
    """The exception for a hole of which a library needs the value."""
    if hole.why:
        return Unknowable(f"`{hole.text}` is not known: {hole.why}")
    return Unknowable(f"`{hole.text}` is only known when the program runs")


#: Where an object that was not sent yet keeps the name of its variable.
GIVEN_NAME = "ormsight name"

#: Where an object of a class that is a generic view keeps what the protocol says of it.
VIEW = "ormsight view"


class Row:
    """The row a hole was read from: named after its model until the program gives it a name."""

    __slots__ = ("name", "named", "is_one_of_several", "is_there", "is_looped_over")

    def __init__(self, name, named=False, is_one_of_several=False, is_there=False):
        self.name = name
        self.named = named
        #: A query gave it, and could have given more.
        self.is_one_of_several = is_one_of_several
        #: A query gave it or it was inserted; one that was only made up may be new.
        self.is_there = is_there or is_one_of_several
        #: It is what a loop goes over: there is one for each pass.
        self.is_looped_over = False


def element(hole, index):
    """One element of an unknown list."""
    return typed(f"{hole.atom}[{index}]", hole.detail if hole.kind == "list" and isinstance(hole.detail, dict) else None)


def elements(hole):
    """What a library finds that goes through an unknown list: as many values as the run says, none where it is empty."""
    state = run.current()
    # What is of no known kind may be a subquery as well.
    if not (hole.kind == "list" or hole.is_data) or state.oracle is None or not state.has_room(hole.text):
        note_length(hole)
        return [element(hole, 0), element(hole, 1)]
    if not state.oracle.has_values(hole.text):
        return []
    return [_parts(element(hole, index)) for index in range(state.note_list(hole.text, 2))]


def _parts(value):
    """A tuple of unknown parts where that is known, as a library may count them; else the value itself."""
    if value.kind != "unknown" or not isinstance(value.detail, list):
        return value
    return tuple(typed(f"{value.text}[{index}]", part) for index, part in enumerate(value.detail))


def note_length(hole):
    """Says that the number of elements of `hole` decides the SQL."""
    run.current().note(run.how_many(hole.text))


def typed(text, hole_type, optional=False):
    """A hole of a `HoleType` of the protocol; instances, sessions and the like are made by the library's module."""
    kind = hole_type["kind"] if hole_type else "unknown"
    if kind == "tuple":
        return Hole(text, detail=hole_type["items"], optional=optional)
    if kind == "scalar":
        return Hole(text, kind=kind, python=hole_type["python"], optional=optional)
    detail = hole_type.get("of") if kind == "list" else hole_type.get("attributes") if kind == "object" else hole_type
    return Hole(text, kind=kind, detail=detail, optional=optional)


def scalar(text, python=None, level=ATOM):
    """A hole of a Python type, or of none that is known."""
    return Hole(text, level, "scalar" if python else "unknown", python)


def is_hole(value):
    return type(value) is Hole


def is_plain(value):
    """Whether a value is data of the program: no part of a statement, so that an operator on it only computes."""
    return value is None or isinstance(value, _PLAIN)


def holds_hole(value):
    """Whether something of a value is not known."""
    if is_hole(value):
        return True
    if type(value) in (list, tuple, set, frozenset):
        return any(map(holds_hole, value))
    return type(value) is dict and any(map(holds_hole, value.values()))


def may_have(owner, key):
    """Whether a dict has unknown keys, of which one may be the one that is looked for and not found."""
    return key not in owner and any(map(is_hole, owner))


def compose(left, operator, right):
    """The hole of `left operator right`, where one of them is a hole; NotImplemented when the other is no plain value."""
    for side in (left, right):
        if not is_hole(side) and not is_plain(side):
            return NotImplemented
    hole = Hole(f"{atom_of(left)} {operator} {atom_of(right)}", level_of(operator))
    remember_sum(hole, left, operator, right)
    return hole


def remember_sum(hole, left, operator, right):
    """Notes of `start + 10` what it is a sum of, so that `start + 10 - start` is 10."""
    if operator in ("+", "-") and is_hole(left) and type(right) is int:
        base, known = left.sum or (left, 0)
        hole.sum = (base, known + (right if operator == "+" else -right))


def level_of(operator):
    return PRODUCT if operator in ("*", "/", "//", "%") else OPERATION


def atom_of(value):
    """How a value is written as an operand."""
    return value.atom if is_hole(value) else describe(value)


def text_of(value):
    return value.text if is_hole(value) else describe(value)


def describe(value, limit=60):
    """How a value that is no hole is written inside of a hole's text."""
    if value is None or isinstance(value, (bool, int, float, str, bytes)):
        text = repr(value)
    elif isinstance(value, type):
        text = value.__name__
    elif isinstance(value, (list, tuple)):
        inside = ", ".join([*map(text_of, value[:3]), *(["…"] if len(value) > 3 else [])])
        text = f"[{inside}]" if isinstance(value, list) else f"({inside})"
    else:
        text = getattr(value, "__name__", None) or type(value).__name__
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _age(hole):
    if hole.serial is None:
        hole.serial = next(_Ages.next)
    return hole.serial


class _Ages:
    next = itertools.count()


def begin_ages():
    """Before a program: its holes get the ages they get whenever it is asked, as the order of sets follows from them."""
    _Ages.next = itertools.count(_AGES_OF_A_PROGRAM)


#: Holes of models that are kept are older.
_AGES_OF_A_PROGRAM = 2**24


def _plain_types():
    import datetime
    import decimal
    import enum
    import uuid

    return (
        bool, int, float, complex, str, bytes, list, tuple, dict, set, frozenset, enum.Enum,
        datetime.date, datetime.time, datetime.timedelta, decimal.Decimal, uuid.UUID,
    )  # fmt: skip


_PLAIN = _plain_types()
