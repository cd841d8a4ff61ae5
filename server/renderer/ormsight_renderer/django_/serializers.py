"""Serializers of the REST framework whose data only a request brings: each field gives what `validated_data` will have.

The real serializers make their fields, look for rows and write objects; see `forms`, which does the same for forms.
https://www.django-rest-framework.org/api-guide/serializers/
"""

import contextlib
import functools
import sys
from collections.abc import Mapping

from .. import run
from ..asking import or_none
from ..holes import Hole, element, holds_hole, is_hole, note_length
from ..imports import ADAPTED
from ..library import chosen
from .carrying import subclasses
from .finding import finding_nothing
from .forms import aside, called, given, note_invalid, while_named


def install():
    ADAPTED["rest_framework"] = _adapt


def is_kind(cls):
    module = sys.modules.get("rest_framework.serializers")
    return module is not None and issubclass(cls, module.BaseSerializer)


def checked(text, cls, hole_type):
    """A serializer of a class that has checked unknown data; None where it wants to be made otherwise."""
    return given(text, cls, hole_type, sys.modules["rest_framework.serializers"].ModelSerializer, _made, _under_check)


def _made(text, cls, instance):
    return cls(data=Hole(f"{text}.initial_data"), context=Hole(f"{text}.context"), **instance)


def _under_check(serializer):
    """Gives a serializer what it has when its own methods are called, without asking those that check."""
    from rest_framework.fields import SkipField

    serializer._errors, serializer._validated_data = {}, {}
    data = _Data(f"{called(serializer)}.initial_data", f"{called(serializer)}.validated_data")
    for field in serializer._writable_fields:
        with contextlib.suppress(SkipField):
            serializer.set_value(serializer._validated_data, field.source_attrs, field.run_validation(field.get_value(data)))


def _adapt():
    from rest_framework import fields, relations, serializers, validators

    # Unlike `BaseSerializer`, which is a field as well, these have values of their own.
    simple = [cls for cls in subclasses(fields.Field) if not issubclass(cls, serializers.BaseSerializer)]
    for cls in subclasses(fields.Field):
        if "get_value" in cls.__dict__ and cls is not fields.HiddenField:
            cls.get_value = _reading(cls.get_value)
    for cls in simple:
        if "to_internal_value" in cls.__dict__ and not issubclass(cls, (relations.RelatedField, relations.ManyRelatedField)):
            cls.to_internal_value = _passing(cls.to_internal_value)
    for cls in subclasses(relations.RelatedField):
        if "to_internal_value" in cls.__dict__:
            cls.to_internal_value = _looking(cls.to_internal_value)
    relations.ManyRelatedField.to_internal_value = _looking_for_many(relations.ManyRelatedField.to_internal_value)
    serializers.Serializer.to_internal_value = _going_inside(serializers.Serializer.to_internal_value)
    serializers.ListSerializer.to_internal_value = _going_through(serializers.ListSerializer.to_internal_value)
    for name in ("UniqueValidator", "UniqueTogetherValidator", "BaseUniqueForValidator"):
        finding_nothing(getattr(validators, name), "__call__")
    fields.Field.run_validators = _only_with_queries(fields.Field.run_validators, _with_queries(validators))
    _checking(serializers)
    _saving(serializers)
    _TYPES.update(
        {
            fields.CharField: "str", fields.BooleanField: "bool", fields.IntegerField: "int", fields.FloatField: "float",
            fields.DecimalField: "Decimal", fields.DateField: "date", fields.TimeField: "time",
            fields.DateTimeField: "datetime", fields.DurationField: "timedelta", fields.UUIDField: "UUID",
        }
    )  # fmt: skip


#: The Python type of what a field gives, by its class.
_TYPES = {}


class _Data(Mapping):
    """Unknown data of a serializer: what it is called before it is checked, and after."""

    def __init__(self, initial, validated):
        self.initial, self.validated = initial, validated

    def __getitem__(self, name):
        return Hole(f'{self.initial}["{name}"]')

    def __iter__(self):
        return iter(())

    def __len__(self):
        return 0

    def value_of(self, field):
        inside = "".join(f'["{name}"]' for name in field.source_attrs)
        if not _looks_inside(field):
            python = next((_TYPES[cls] for cls in type(field).__mro__ if cls in _TYPES), None)
            hole = Hole(f"{self.validated}{inside}", kind="scalar" if python else "unknown", python=python)
            hole.optional = field.allow_null
            return hole
        hole = Hole(f'{self.initial}["{field.field_name}"]', optional=field.allow_null)
        hole.source = (_VALIDATED, f"{self.validated}{inside}", self.initial)
        return or_none(hole)


#: The source of what a field looks for, or goes into, with the name of what it gives and of the data that it is in.
_VALIDATED = "validated"


def _looks_inside(field):
    from rest_framework import relations, serializers

    return isinstance(field, (relations.RelatedField, relations.ManyRelatedField, serializers.BaseSerializer))


def _validated(hole):
    """What becomes of unknown data: called so where the serializer is what knows it, by itself where the program gave it."""
    return hole.source[1] if _is_named(hole) else hole.text


def _is_named(hole):
    return isinstance(hole.source, tuple) and hole.source[0] == _VALIDATED


def _reading(method):
    @functools.wraps(method)
    def get_value(self, dictionary):
        return dictionary.value_of(self) if type(dictionary) is _Data else method(self, dictionary)

    return get_value


def _passing(method):
    @functools.wraps(method)
    def to_internal_value(self, data):
        return data if is_hole(data) else method(self, data)

    return to_internal_value


def _looking(method):
    """A row by its key or another column, which the address of a hyperlink is made of."""

    @functools.wraps(method)
    def to_internal_value(self, data):
        from rest_framework.relations import HyperlinkedRelatedField

        if not is_hole(data):
            return method(self, data)
        if isinstance(self, HyperlinkedRelatedField):
            found = self.get_queryset().get(**{self.lookup_field: Hole(f"{data.atom}.{self.lookup_field}")})
        else:
            found = method(self, data)
        row = chosen().row_of(found)
        if row is not None:
            row.name, row.named = _validated(data), True
        return found

    return to_internal_value


def _looking_for_many(method):
    @functools.wraps(method)
    def to_internal_value(self, data):
        if not is_hole(data):
            return method(self, data)
        _skip_missing(self, data)
        return [self.child_relation.to_internal_value(one) for one in _elements(data)]

    return to_internal_value


def _skip_missing(field, data):
    """Goes on without what need not be among the data, where it is not."""
    from rest_framework.fields import SkipField

    oracle, name = run.current().oracle, field.field_name
    if oracle is None or not name or not _is_named(data) or (field.required and not getattr(field.root, "partial", False)):
        return
    if not oracle.decide(f'"{name}" in {data.source[2]}'):
        raise SkipField


def _elements(data):
    note_length(data)
    made = [element(data, 0), element(data, 1)]
    for index, one in enumerate(made):
        one.source = (_VALIDATED, f"{_validated(data)}[{index}]", data.text)
    return made


def _going_inside(method):
    @functools.wraps(method)
    def to_internal_value(self, data):
        if is_hole(data):
            is_root = self.parent is None
            if not is_root:
                _skip_missing(self, data)
            validated = f"{called(self, 'serializer')}.validated_data" if is_root else _validated(data)
            data = _Data(f"{called(self, 'serializer')}.initial_data" if is_root else data.text, validated)
        return method(self, data)

    return to_internal_value


def _going_through(method):
    @functools.wraps(method)
    def to_internal_value(self, data):
        if not is_hole(data):
            return method(self, data)
        if self.parent is None:
            named = Hole(f"{called(self, 'serializer')}.initial_data")
            named.source = (_VALIDATED, f"{called(self, 'serializer')}.validated_data", None)
            data = named
        else:
            _skip_missing(self, data)
        return [self.child.run_validation(one) for one in _elements(data)]

    return to_internal_value


def _with_queries(validators):
    return validators.UniqueValidator, validators.UniqueTogetherValidator, validators.BaseUniqueForValidator


def _only_with_queries(method, querying):
    """What is unknown is as it should be; only whether there is another row like it is looked for."""

    @functools.wraps(method)
    def run_validators(self, value):
        if not is_hole(value) and chosen().row_of(value) is None:
            return method(self, value)
        for validator in self.validators:
            if isinstance(validator, querying):
                validator(value, self)
        return None

    return run_validators


def _is_unknown(serializer):
    return holds_hole(getattr(serializer, "initial_data", None))


def _checking(serializers):
    for cls in (serializers.BaseSerializer, serializers.ListSerializer):
        original = cls.is_valid

        def is_valid(self, *, original=original, **options):
            sent = len(run.current().tape.entries) if run.current().tape is not None else 0
            try:
                valid = original(self, **options)
            except serializers.ValidationError as error:
                # A check of the program's own says so.
                run.current().caches["raised"] = error
                raise
            return valid if not _is_unknown(self) else note_invalid(called(self, "serializer"), valid, sent)

        cls.is_valid = is_valid
    # What was checked in a part of the program that is not among these statements.
    for name in ("validated_data", "errors"):
        original = getattr(serializers.BaseSerializer, name).fget
        setattr(serializers.BaseSerializer, name, property(_after_check(original)))


def _after_check(method):
    @functools.wraps(method)
    def read(self):
        _check_aside(self)
        return method(self)

    return read


def _check_aside(serializer):
    if _is_unknown(serializer) and not hasattr(serializer, "_validated_data"):
        aside(serializer.is_valid)


def _saving(serializers):
    for cls in (serializers.BaseSerializer, serializers.ListSerializer):
        original = cls.save

        @functools.wraps(original)
        def save(self, *, original=original, **values):
            _check_aside(self)
            return while_named(self, "serializer", lambda: original(self, **values))

        cls.save = save
