"""Ranges of PostgreSQL as its drivers have them: `NumericRange(4, 8)` is the parameter `[4, 8)`.

https://www.psycopg.org/psycopg3/docs/basic/pgtypes.html#range-adaptation
"""


class Range:
    """One class for those of psycopg, and for the one of each type in psycopg2."""

    def __init__(self, lower=None, upper=None, bounds="[)", empty=False):
        self._lower, self._upper = (None, None) if empty else (lower, upper)
        self._bounds = None if empty else bounds

    @property
    def lower(self):
        return self._lower

    @property
    def upper(self):
        return self._upper

    @property
    def bounds(self):
        return self._bounds

    @property
    def isempty(self):
        return self._bounds is None

    @property
    def lower_inf(self):
        return not self.isempty and self._lower is None

    @property
    def upper_inf(self):
        return not self.isempty and self._upper is None

    @property
    def lower_inc(self):
        return not self.isempty and self._lower is not None and self._bounds[0] == "["

    @property
    def upper_inc(self):
        return not self.isempty and self._upper is not None and self._bounds[1] == "]"

    def __str__(self):
        if self.isempty:
            return "empty"
        return f"{self._bounds[0]}{self._lower}, {self._upper}{self._bounds[1]}"

    def __eq__(self, other):
        return isinstance(other, Range) and vars(self) == vars(other)

    def __hash__(self):
        return hash((self._lower, self._upper, self._bounds))


#: The classes by the module that has them.
OF_TYPES = dict.fromkeys(("Range", "NumericRange", "DateRange", "DateTimeRange", "DateTimeTZRange"), Range)
MODULES = {
    "psycopg.types.range": {"Range": Range},
    "psycopg2.extras": OF_TYPES,
    "psycopg2._range": OF_TYPES,
    "django.db.backends.postgresql.psycopg_any": OF_TYPES,
}
