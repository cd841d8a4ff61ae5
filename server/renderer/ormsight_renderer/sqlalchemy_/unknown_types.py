"""Column types of libraries that are not there: where a statement uses one, it may look otherwise.

A type of one's own may wrap a column that is selected and a value that is bound in SQL of its own, and give operators a
meaning (https://docs.sqlalchemy.org/en/20/core/custom_types.html); what never comes near one does not depend on it.
"""

from sqlalchemy.types import UserDefinedType

from .. import run
from ..imports import MADE


def install():
    MADE["ormsight", "UnknownType"] = UnknownType


def forget_compiled(engine, models):
    """After a run: where such a type was named, statements are compiled again.

    The key of a compiled statement names its models, and says nothing of their types.
    """
    if not run.current().caches.pop(_NOTED, False):
        return
    for cache in (engine._compiled_cache, *(vars(mapper).get("_compiled_cache") for mapper in models.state or ())):
        if cache is not None:
            cache.clear()


#: Among the caches of a run: whether a statement was compiled with such a type.
_NOTED = "unknown type"


class UnknownType(UserDefinedType):
    """Stands for the type that `missing` says is missing; takes any arguments and leaves values alone."""

    #: What was compiled once is not compiled again, and would not be named; see `forget_compiled` for what is kept anyway.
    cache_ok = False
    missing = ""
    written = ""

    def __init__(self, *arguments, **options):
        pass

    def note(self):
        run.current().caches[_NOTED] = True
        run.current().note(self.missing)

    def get_col_spec(self, **options):
        self.note()
        return self.written

    def column_expression(self, column):
        self.note()
        return column

    def bind_expression(self, value):
        self.note()
        return value

    class Comparator(UserDefinedType.Comparator):
        def operate(self, operator, *other, **options):
            self.type.note()
            return super().operate(operator, *other, **options)

        def reverse_operate(self, operator, other, **options):
            self.type.note()
            return super().reverse_operate(operator, other, **options)

    comparator_factory = Comparator
