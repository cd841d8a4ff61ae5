"""Lists and dicts with one value of the one row that stands for several: how many they have is not known."""

from ..holes import Row, is_hole
from ..library import chosen


def is_of_rows(value):
    """Whether a list or a dict has one value, of the one row that stands for several."""
    if type(value) is dict:
        value = list(value.values())
    if type(value) not in (list, tuple, set, frozenset) or len(value) != 1:
        return False
    (only,) = value
    return is_one_of_several(only)


def is_one_of_several(value):
    row = value.owner if is_hole(value) else chosen().row_of(value) if chosen().is_instance(value) else None
    return isinstance(row, Row) and row.is_one_of_several
