"""Lets holes travel through Django: from where a program gives one to the parameter it becomes."""

import functools
import re

from django.db import models
from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.models import fields, query
from django.db.models.expressions import Expression, OrderBy, ResolvedOuterRef, Value
from django.db.models.sql.compiler import SQLCompiler
from django.db.models.sql.query import Query
from django.utils.functional import cached_property

from .. import run, standins
from ..asking import ask, or_none
from ..calls import GIVEN_MAPPING, value_in
from ..decide import OPPOSITES
from ..holes import Hole, holds_hole, is_hole, scalar, text_of
from ..library import chosen
from .rows import STORED_KEY

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
    _users()
    _files()
    _pages()
    _querysets()
    _creating()
    _checking()
    _json()
    _operations()
    _clock()


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
    for cls in _subclasses(models.Field):
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


def _subclasses(cls):
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
    _given_by_mapping(related.ForwardManyToOneDescriptor)


def _given_by_mapping(cls):
    """`Line.objects.create(**data)`: what the program reads of the new object must be in the unknown mapping."""
    original = cls.__get__

    def __get__(self, instance, owner=None):
        try:
            return original(self, instance, owner)
        except self.RelatedObjectDoesNotExist:
            mapping = run.current().caches.get(GIVEN_MAPPING)
            if mapping is None:
                raise
            related = chosen().made_up(self.field.remote_field.model, value_in(mapping, self.field.name).text)
            setattr(instance, self.field.name, related)
            return related

    cls.__get__ = __get__


def _setting(cls, model_of):
    original = cls.__set__

    def __set__(self, instance, value):
        if is_hole(value):
            value = or_none(value) and chosen().made_up(model_of(self), value.text)
        return original(self, instance, value)

    cls.__set__ = __set__


def _users():
    """Names, addresses and passwords of new users are normalized first."""
    from django.contrib.auth import base_user, hashers

    for owner, name, text in (
        (base_user.AbstractBaseUser, "normalize_username", "{}"),
        (base_user.BaseUserManager, "normalize_email", "{}"),
    ):
        _class_method(owner, name, text)

    def make_password(password, *arguments, **keywords):
        # The salt differs each time, and so does what stands for no password.
        return scalar(f"make_password({text_of(password)})", "str")

    hashers.make_password = base_user.make_password = make_password


def _class_method(owner, name, text):
    original = getattr(owner, name).__func__

    def method(cls, value):
        return value if is_hole(value) else original(cls, value)

    setattr(owner, name, classmethod(method))


def _files():
    """An unknown file is stored already, and has no size that could be looked up."""
    from django.db.models.fields import files

    saved, measured = files.FileField.pre_save, files.ImageField.update_dimension_fields

    def pre_save(self, instance, add):
        value = getattr(instance, self.attname)
        return value if is_hole(value) else saved(self, instance, add)

    def update_dimension_fields(self, instance, *arguments, **keywords):
        if not is_hole(instance.__dict__.get(self.attname)):
            measured(self, instance, *arguments, **keywords)

    files.FileField.pre_save = pre_save
    files.ImageField.update_dimension_fields = update_dimension_fields


def _pages():
    """A page of an unknown number, of an unknown number of pages."""
    from django.core.paginator import Paginator

    original_pages, original_page = Paginator.num_pages.func, Paginator.page
    original_validate = Paginator.validate_number

    def num_pages(self):
        return scalar("paginator.num_pages", "int") if is_hole(self.count) else original_pages(self)

    def validate_number(self, number):
        if is_hole(self.num_pages) or is_hole(number):
            return number if is_hole(number) else int(number)
        return original_validate(self, number)

    def page(self, number):
        number = self.validate_number(number)
        if not (is_hole(number) or is_hole(self.count)):
            return original_page(self, number)
        bottom = (number - 1) * self.per_page
        run.current().note("whether it is the last page")
        chunk = chosen().index(self.object_list, slice(bottom, bottom + self.per_page))
        return self._get_page(self.object_list[chunk], number, self)

    Paginator.num_pages = cached_property(num_pages)
    Paginator.num_pages.__set_name__(Paginator, "num_pages")
    Paginator.validate_number, Paginator.page = validate_number, page


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


def _creating():
    """`get_or_create` and the like find a row or make one; both are shown."""
    for name in ("get_or_create", "update_or_create"):
        _finding_or_not(query.QuerySet, name)
    original = models.Model._do_update

    def do_update(self, *arguments):
        """An object with a key that it was not loaded with is updated first, and inserted when there was no such row."""
        updated = original(self, *arguments)
        is_stored = not self._state.adding and self.pk == getattr(self._state, STORED_KEY, self.pk)
        if not updated or is_stored or run.current().oracle is None:
            return updated
        name = self._meta.object_name
        return bool(rows_where(f"the {name} exists", f"no {name} exists", 1))

    models.Model._do_update = do_update
    original_save = models.Model.save_base

    @functools.wraps(original_save)
    def save_base(self, *arguments, **keywords):
        original_save(self, *arguments, **keywords)
        setattr(self._state, STORED_KEY, self.pk)

    models.Model.save_base = save_base


def _checking():
    """`full_clean` looks for other rows with the same unique values: where it goes on, there is none.

    https://docs.djangoproject.com/en/5.2/ref/models/instances/#validating-objects
    """
    for owner, name in ((models.Model, "_perform_unique_checks"), (models.UniqueConstraint, "validate")):
        _finding_nothing(owner, name)
    for name in ("run_validators", "validate"):
        _passing_holes(models.Field, name)


def _passing_holes(cls, name):
    """What is unknown is as it should be."""
    original = getattr(cls, name)

    @functools.wraps(original)
    def method(self, value, *arguments):
        return None if is_hole(value) else original(self, value, *arguments)

    setattr(cls, name, method)


def _finding_nothing(cls, name):
    original = getattr(cls, name)

    @functools.wraps(original)
    def method(self, *arguments, **keywords):
        tape = run.current().tape
        if tape is None:
            return original(self, *arguments, **keywords)
        rows, tape.rows = tape.rows, 0
        try:
            return original(self, *arguments, **keywords)
        finally:
            tape.rows = rows

    setattr(cls, name, method)


def _finding_or_not(cls, name):
    original = getattr(cls, name)

    @functools.wraps(original)
    def method(self, *arguments, **keywords):
        state = run.current()
        for name in _MAPPINGS & keywords.keys():
            if is_hole(mapping := keywords[name]):
                state.note(f"what `{mapping.text}` holds")
                state.caches[GIVEN_MAPPING], keywords[name] = mapping, {}
        if state.tape is None or state.oracle is None or "looking" in state.caches:
            return original(self, *arguments, **keywords)
        # Each call may find something else.
        number = state.caches["creating"] = state.caches.get("creating", 0) + 1
        again = f" (call {number})" if number > 1 else ""
        rows, state.caches["looking"] = state.tape.rows, True
        model = self.model._meta.object_name
        state.tape.rows = rows_where(f"the {model} exists{again}", f"no {model} exists{again}", rows)
        try:
            return original(self, *arguments, **keywords)
        finally:
            state.tape.rows = rows
            del state.caches["looking"]

    setattr(cls, name, method)


#: What the row that is made or changed gets.
_MAPPINGS = frozenset(("defaults", "create_defaults"))


def rows_where(condition, opposite, rows):
    """How many rows are found, as the oracle says for this run."""
    OPPOSITES[condition] = opposite
    return rows if ask(scalar(condition, "bool")) else 0


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
    for cls in _subclasses(BaseDatabaseOperations):
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


def _clock():
    """`auto_now` reads the clock, as programs do."""
    from django.utils import timezone

    activate = timezone.activate

    def activate_known(zone):
        if is_hole(zone):
            run.current().note(f"which time zone `{zone.text}` is")
        else:
            activate(zone)

    timezone.activate = activate_known
    timezone.now = standins.stand_in("timezone.now", "datetime")
    for name, python in (("localtime", "datetime"), ("localdate", "date")):
        standins.register("django.utils.timezone", name, f"timezone.{name}", python)
    standins.register("django.utils.timezone", "now", "timezone.now", "datetime")
    # The language is that of the request.
    standins.register("django.utils.translation", "get_language", "get_language", "str")
    standins.register("django.utils.translation", "get_language_bidi", "get_language_bidi", "bool")
    standins.register("django.utils.translation", "get_language_from_request", "get_language_from_request", "str")
    original = fields.DateField.pre_save

    def pre_save(self, model_instance, add):
        if self.auto_now or (self.auto_now_add and add):
            value = scalar("date.today()", "date")
            setattr(model_instance, self.attname, value)
            return value
        return original(self, model_instance, add)

    fields.DateField.pre_save = pre_save


