"""Lists and dicts with one value of the one row that stands for several: how many they have is not known."""

from ..holes import Row, is_hole
from ..library import chosen


def is_of_rows(value):
    """Whether a list or a dict has one item, of the one row that stands for several."""
    if isinstance(value, dict):
        return len(value) == 1 and any(map(is_one_of_several, (*value.keys(), *value.values())))
    if not isinstance(value, (list, tuple, set, frozenset)) or len(value) != 1:
        return False
    (only,) = value
    return is_one_of_several(only)


def is_one_of_several(value):
    row = row_behind(value)
    return row is not None and row.is_one_of_several


def row_behind(value):
    """The `Row` that a value was read from, or that an object stands for; else None."""
    row = value.owner if is_hole(value) else chosen().row_of(value) if chosen().is_instance(value) else None
    return row if isinstance(row, Row) else None
