"""Rows of a SELECT that is written as text: their columns are called what the text calls them."""

import re

from sqlalchemy.engine import Row as SqlRow

from ..holes import Hole, Row

try:
    from sqlalchemy.engine import RowMapping
except ImportError:  # Before 1.4.
    RowMapping = SqlRow

_READS = re.compile(r"[\s(]*(SELECT|WITH|SHOW|PRAGMA|VALUES|TABLE|EXPLAIN|DESCRIBE)\b", re.IGNORECASE)
_HEAD = re.compile(r"\s*SELECT\s+(?:ALL\s+|DISTINCT\s+(?:ON\s*\([^)]*\)\s*)?)?", re.IGNORECASE)
_RETURNS = re.compile(r"^\s*(?:INSERT|UPDATE|DELETE|MERGE)\b.*\bRETURNING\b", re.IGNORECASE | re.DOTALL)
_END = re.compile(r"(?:FROM|UNION|INTERSECT|EXCEPT|LIMIT|ORDER|WHERE|GROUP)\b|;", re.IGNORECASE)
_QUOTED = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|`[^`]*`")
_NAME = re.compile(r"""(?:^|\.|\s|\))\s*(?:AS\s+)?["`]?([A-Za-z_]\w*)["`]?\s*$""", re.IGNORECASE)
_FUNCTION = re.compile(r"(?:\w+\.)*([A-Za-z_]\w*)\s*\(")

#: The one column of a row of which nobody knows the columns: `SELECT *`.
ANY = "*"


class TextRow(Row):
    """The row behind the values of one row of textual SQL."""

    __slots__ = ()


def has_rows(statement):
    return bool(_READS.match(statement) or _RETURNS.search(statement))


def answer(statement, count):
    """Names of the columns and `count` rows of a statement that has some, for a cursor."""
    names = columns_of(statement)
    rows = []
    for _ in range(count):
        row = TextRow("row")
        rows.append(tuple(Hole(name, owner=row) for name in names))
    return names, rows


def columns_of(statement):
    """What the columns of a SELECT, or behind RETURNING, are called, in order; `[ANY]` where the text does not tell."""
    head = _HEAD.match(statement) or _RETURNS.search(statement)
    names = [_name_of(column) for column in _columns(statement, head.end())] if head else [ANY]
    return [ANY] if ANY in names else names


def _columns(text, start):
    depth, begin, at = 0, start, start
    while at < len(text):
        quoted = _QUOTED.match(text, at)
        if quoted:
            at = quoted.end()
            continue
        sign = text[at]
        depth += (sign in "([") - (sign in ")]")
        is_between_words = not (text[at - 1].isalnum() or text[at - 1] == "_")
        if depth < 0 or (depth == 0 and is_between_words and _END.match(text, at)):
            break
        if depth == 0 and sign == ",":
            yield text[begin:at]
            begin = at + 1
        at += 1
    yield text[begin:at]


def _name_of(column):
    column = column.strip()
    if column.endswith("*") or not column or "\ue000" in column:
        return ANY
    name = _NAME.search(column) or _FUNCTION.match(column)
    return name[1] if name else "?column?"


def row_of(value):
    """The `TextRow` behind a row of textual SQL, None for everything else."""
    if isinstance(value, (SqlRow, RowMapping)):
        for one in value._data:
            if type(one) is Hole and type(one.owner) is TextRow:
                return one.owner
    return None


def unknown_row(value):
    """The `TextRow` behind a row of which the columns are not known, else None."""
    row = row_of(value)
    return row if row is not None and value._data[0]._text == ANY else None


def item(row, key):
    """A value of a row of which the columns are not known."""
    return Hole(key, owner=row) if isinstance(key, str) and key.isidentifier() else Hole(f"{row.name}[{key!r}]")
