"""What a program reads from a cursor behind SQL of its own: unknown values, of which nobody knows how many there are."""

from django.db.backends.utils import CursorWrapper

from .. import run
from ..holes import Hole
from ..standins import stand_in

_FETCHING = ("fetchone", "fetchmany", "fetchall")


def part_of(owner, name):
    """What stands for an attribute of such a cursor, or None."""
    if not _has_rows(owner):
        return None
    if name in _FETCHING:
        return stand_in(f"cursor.{name}", None)
    return Hole("cursor.description") if name == "description" else None


def note_loop(value):
    """A loop over the cursor itself goes over rows that it was not given."""
    if _has_rows(value):
        run.current().note("which rows the cursor gives")


def _has_rows(value):
    return issubclass(type(value), CursorWrapper) and getattr(value.cursor, "is_textual", False)
