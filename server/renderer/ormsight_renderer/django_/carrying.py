"""Lets holes travel through Django: from where a program gives one to the parameter it becomes."""

import functools
import re

from django.db import models
from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.models import fields, query
from django.db.models.expressions import Expression, OrderBy, ResolvedOuterRef, Value
from django.db.models.sql.compiler import SQLCompiler, SQLUpdateCompiler
from django.db.models.sql.query import Query
from django.utils.functional import cached_property

from .. import run
from ..asking import ask, or_none
from ..holes import Hole, holds_hole, is_hole, scalar
from ..library import chosen

_FIELDS = {
    "str": fields.CharField, "bool": fields.BooleanField, "int": fields.IntegerField, "float": fields.FloatField,
    "datetime": fields.DateTimeField, "date": fields.DateField, "time": fields.TimeField,
    "timedelta": fields.DurationField, "Decimal": fields.DecimalField, "bytes": fields.BinaryField,
    "UUID": fields.UUIDField,
}  # fmt: skip

#: Noted while a queryset that the program does not send is sent to be looked at.
SHOWN_ALONE = "shown alone"


def install():
    _orderings()
    _outer_references()
    _fields()
    _lookups()
    _values()
    _objects()
    _querysets()
    _updates()
    _json()
    _operations()


class Unknown(Expression):
    """An unknown part of a statement, shown by its name."""

    conditional = True
    contains_aggregate = False

    def __init__(self, hole):
        super().__init__(output_field=fields.BooleanField())
        self.hole = hole

    def as_sql(self, compiler, connection):
        return str(self.hole), []


class UnknownOrder(OrderBy):
    template = "%(expression)s"


class _OrderingParts:
    """Django takes `ASC` and `DESC` off an ordering; an unknown one may have none."""

    def __init__(self, pattern):
        self.pattern = pattern

    def search(self, sql):
        return self.pattern.search(sql) or re.search("(.*)", sql, re.DOTALL)


def _orderings():
    SQLCompiler.ordering_parts = _OrderingParts(SQLCompiler.ordering_parts)


def _outer_references():
    """A queryset that is meant for a subquery, looked at by itself: the column of the query around it is not known.

    https://docs.djangoproject.com/en/5.2/ref/models/expressions/#referencing-columns-from-the-outer-queryset
    """
    original = ResolvedOuterRef.as_sql

    def as_sql(self, *arguments, **keywords):
        state = run.current()
        if SHOWN_ALONE not in state.caches:
            return original(self, *arguments, **keywords)
        written = f'OuterRef("{self.name}")'
        state.note(f"which column of the query around it `{written}` is")
        return "%s", [Hole(written)]

    ResolvedOuterRef.as_sql = as_sql


def _fields():
    """Fields convert values for the database; there is nothing to convert in a hole."""
    for cls in subclasses(models.Field):
        for name in ("get_prep_value", "get_db_prep_value", "get_db_prep_save", "to_python"):
            if name in cls.__dict__:
                setattr(cls, name, _passing(cls.__dict__[name]))


def _passing(method):
    @functools.wraps(method)
    def convert(self, value, *arguments, **keywords):
        if is_hole(value):
            return value
        try:
            return method(self, value, *arguments, **keywords)
        except TypeError:
            row = chosen().row_of(value)
            if row is None:
                raise
            # `username=post.author`: the text of an object, whose `__str__` finds something unknown.
            return scalar(f"str({row.name})", "str")

    return convert


def subclasses(cls):
    """A class and all that inherit from it."""
    found = [cls]
    for one in found:
        found.extend(sub for sub in one.__subclasses__() if sub not in found)
    return found


def _lookups():
    original_build = Query.build_lookup

    def build_lookup(self, names, lhs, rhs):
        if is_hole(rhs):
            rhs = _decided(names, lhs, rhs)
        return original_build(self, names, lhs, rhs)

    Query.build_lookup = build_lookup
    original_check = Query.check_related_objects

    def check_related_objects(self, field, value, opts):
        return None if is_hole(value) else original_check(self, field, value, opts)

    Query.check_related_objects = check_related_objects


def _decided(names, lhs, hole):
    """Truth values and None decide the SQL, where other values become a parameter."""
    name = names[-1] if names else "exact"
    if name == "isnull":
        return ask(hole)
    if name == "exact":
        try:
            field = lhs.output_field
        except Exception:
            field = None
        if isinstance(field, models.BooleanField) or (hole.python == "bool" and field is None):
            return ask(hole)
        return or_none(hole)
    return hole


def _values():
    original = Value._resolve_output_field

    def resolve_output_field(self):
        if is_hole(self.value):
            field = _FIELDS.get(self.value.python)
            return field() if field else None
        return original(self)

    Value._resolve_output_field = resolve_output_field
    original_field, original_or_none = Value.output_field.func, _getter(Value._output_field_or_none)

    def output_field(self):
        if _is_untyped(self):
            return fields.Field()
        return original_field(self)

    def output_field_or_none(self):
        return None if _is_untyped(self) else original_or_none(self)

    Value.output_field = cached_property(output_field)
    Value.output_field.__set_name__(Value, "output_field")
    Value._output_field_or_none = property(output_field_or_none)


def _getter(attribute):
    return attribute.fget if isinstance(attribute, property) else attribute.func


def _is_untyped(value):
    return is_hole(value.value) and value.value.python not in _FIELDS and "output_field" not in value.__dict__


def _objects():
    """`Post(author=request.user)`: an unknown object is one of the model that belongs there."""
    from django.db.models.fields import related_descriptors as related

    for cls, model_of in (
        (related.ForwardManyToOneDescriptor, lambda descriptor: descriptor.field.remote_field.model),
        (related.ReverseOneToOneDescriptor, lambda descriptor: descriptor.related.related_model),
    ):
        _setting(cls, model_of)


def _setting(cls, model_of):
    original = cls.__set__

    def __set__(self, instance, value):
        if is_hole(value):
            value = or_none(value) and chosen().made_up(model_of(self), value.text)
        return original(self, instance, value)

    cls.__set__ = __set__


def _querysets():
    """Methods to which a program may give an unknown part of a statement."""
    for name in ("filter", "exclude"):
        _replace_arguments(query.QuerySet, name, Unknown)
    _replace_arguments(query.QuerySet, "order_by", lambda hole: UnknownOrder(Unknown(hole)))
    for name in (
        "values", "values_list", "only", "defer", "select_related", "prefetch_related", "distinct", "annotate", "alias",
        "aggregate",
    ):  # fmt: skip
        _drop_arguments(query.QuerySet, name)


def _replace_arguments(cls, name, replace):
    original = getattr(cls, name)

    @functools.wraps(original)
    def method(self, *arguments, **keywords):
        if any(map(is_hole, arguments)):
            arguments = [replace(one) if is_hole(one) else one for one in arguments]
        return original(self, *arguments, **keywords)

    setattr(cls, name, method)


def _drop_arguments(cls, name):
    original = getattr(cls, name)

    @functools.wraps(original)
    def method(self, *arguments, **keywords):
        if any(map(is_hole, arguments)):
            for one in arguments:
                if is_hole(one):
                    run.current().note(f"what `{one.text}` is, which is given to `{name}`")
            arguments = [one for one in arguments if not is_hole(one)]
        return original(self, *arguments, **keywords)

    setattr(cls, name, method)


def _updates():
    """`SET "published" = NULL` has no parameter."""
    original = SQLUpdateCompiler.as_sql

    def as_sql(self):
        values = self.query.values
        self.query.values = [(field, model, or_none(one) if is_hole(one) else one) for field, model, one in values]
        return original(self)

    SQLUpdateCompiler.as_sql = as_sql


def _json():
    """Lookups into JSON write and read the text of the value."""
    from django.db.models.fields import json as json_field

    json_field.json = _JsonOfHoles(json_field.json)


class _JsonOfHoles:
    def __init__(self, module):
        self.module = module

    def loads(self, value, **keywords):
        return value if is_hole(value) else self.module.loads(value, **keywords)

    def dumps(self, value, **keywords):
        return f'"{value}"' if is_hole(value) else self.module.dumps(value, **keywords)

    def __getattr__(self, name):
        return getattr(self.module, name)


def _operations():
    for cls in subclasses(BaseDatabaseOperations):
        if "adapt_json_value" in cls.__dict__:
            original = cls.adapt_json_value
            cls.adapt_json_value = lambda self, value, encoder, original=original: (
                value if holds_hole(value) else original(self, value, encoder)
            )
    for name, kind in (("year_lookup_bounds_for_date_field", "date"), ("year_lookup_bounds_for_datetime_field", "datetime")):
        _bounds(name, kind)


def _bounds(name, kind):
    original = getattr(BaseDatabaseOperations, name)

    def year_lookup_bounds(self, value, *arguments, **keywords):
        if is_hole(value):
            last = "12, 31" if kind == "date" else "12, 31, 23, 59, 59, 999999"
            return [scalar(f"{kind}({value.text}, 1, 1)", kind), scalar(f"{kind}({value.text}, {last})", kind)]
        return original(self, value, *arguments, **keywords)

    setattr(BaseDatabaseOperations, name, year_lookup_bounds)
