"""Data of pydantic: its classes are made by pydantic itself, and their objects may hold what is not known.

https://docs.pydantic.dev/latest/concepts/models/, https://docs.pydantic.dev/latest/concepts/serialization/
"""

import os
import sys
from typing import get_args

from .. import imports, run
from ..errors import Unknowable
from ..holes import PYTHON_TYPES, Hole, holds_hole, is_hole
from ..library import chosen


def install():
    # Plug-ins are looked for among installed distributions, of which the sandbox has none.
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"
    imports.ADAPTED["pydantic"] = adapt


def adapt():
    """Changes the base class once it is imported, by the program or by SQLModel."""
    from pydantic import BaseModel, networks

    # Addresses are only looked at when data is validated, which changes no statement.
    networks.import_email_validator = lambda: None
    networks.EmailStr._validate = classmethod(lambda cls, value, *_: value)
    if not hasattr(BaseModel.model_dump, "dumps_unknown"):
        dumping_unknown(BaseModel)
        _making_of_unknown(BaseModel)
        _validating_rows(BaseModel)


def _making_of_unknown(model):
    """`EventCreate(name=name)`: what is not known cannot be validated, and becomes the fields as it is."""
    original = model.__init__

    def __init__(self, /, **data):
        if not holds_hole(data):
            return original(self, **data)
        made = type(self).model_construct(**data)
        for name in ("__dict__", "__pydantic_fields_set__", "__pydantic_extra__", "__pydantic_private__"):
            object.__setattr__(self, name, getattr(made, name))
        changing = type(self).__pydantic_decorators__
        if changing.field_validators or changing.model_validators or changing.validators or changing.root_validators:
            run.current().note(f"what the validators of `{type(self).__name__}` do")

    # pydantic asks whether a class has one of its own.
    __init__.__pydantic_base_init__ = True
    model.__init__ = __init__


def _validating_rows(model):
    """`UserRead.model_validate(user)`: every field is read of a row, which loads what is not loaded yet."""
    original = model.model_validate.__func__

    def model_validate(cls, obj, **options):
        if chosen().is_instance(obj):
            return _of_attributes(cls, obj)
        if is_hole(obj):
            run.current().note(f"what `{obj.text}` holds")
            return unknown_object(cls, obj.text)
        return cls(**obj) if isinstance(obj, dict) and holds_hole(obj) else original(cls, obj, **options)

    model.model_validate = model.from_orm = classmethod(model_validate)


def _of_attributes(cls, row):
    values = {}
    for name, field in cls.model_fields.items():
        source = field.validation_alias if isinstance(field.validation_alias, str) else name
        if hasattr(row, source):
            values[name] = _nested(field.annotation, getattr(row, source))
    return cls.model_construct(**values)


def _nested(annotation, value):
    """A row, or rows, where a field is data itself: `author: UserRead`, `posts: list[PostRead]`."""
    base = sys.modules["pydantic.main"].BaseModel
    inner = annotation
    while not isinstance(inner, type) or get_args(inner):
        inner = next((one for one in get_args(inner) if one is not type(None)), None)
        if inner is None:
            return value
    if not issubclass(inner, base):
        return value
    if chosen().is_instance(value):
        return _of_attributes(inner, value)
    if isinstance(value, list):
        return [_of_attributes(inner, one) if chosen().is_instance(one) else one for one in value]
    return value


def dumping_unknown(model):
    """`data.model_dump(exclude_unset=True)`: pydantic itself dumps what is not known, which it hands on as it is."""
    original = model.model_dump

    def model_dump(self, **options):
        if self.__dict__.get("__ormsight_hole__") is None and not holds_hole(fields_of(self)):
            return original(self, **options)
        _note_what_is_dumped(self, options)
        try:
            # That a value is not of the field's type would be a warning.
            return original(self, **{**options, "warnings": False})
        except _serialization_error() as error:
            run.current().note(f"what the serializers of `{type(self).__name__}` make of it")
            raise Unknowable(str(error)) from error

    model_dump.dumps_unknown = True
    model.model_dump = model_dump


def _note_what_is_dumped(data, options):
    """Which entries there are, where it hangs on what the values are or on what the caller gave."""
    state, unknown, kind = run.current(), data.__dict__.get("__ormsight_hole__"), type(data)
    values = [(name, value) for name, value in fields_of(data).items() if is_hole(value)]
    if unknown is not None:
        if kind.model_config.get("extra") == "allow":
            state.note(f"which other fields `{unknown}` has")
        if options.get("exclude_unset"):
            state.note(f"which fields of `{unknown}` are set")
    called = unknown or kind.__name__
    fields = [kind.model_fields[name] for name, _ in values if name in kind.model_fields]
    if options.get("exclude_defaults") and not all(field.is_required() for field in fields):
        state.note(f"which fields of `{called}` have their defaults")
    if options.get("exclude_none") and any(value.optional or value.kind == "unknown" for _, value in values):
        state.note(f"which fields of `{called}` are None")


def _serialization_error():
    from pydantic_core import PydanticSerializationError

    return PydanticSerializationError


def unknown_object(cls, text):
    """An object of a class without a table, `HeroCreate`, its fields unknown; None for other classes."""
    pydantic = sys.modules.get("pydantic.main")
    if pydantic is None or not isinstance(cls, type) or not issubclass(cls, pydantic.BaseModel) or is_table(cls):
        return None
    made = cls.model_construct(**{name: _field(f"{text}.{name}", field) for name, field in cls.model_fields.items()})
    made.__dict__["__ormsight_hole__"] = text
    return made


def _field(text, field):
    """What a field holds, as far as its annotation says."""
    optional = isinstance(None, field.annotation) if isinstance(field.annotation, type) else _allows_none(field.annotation)
    kinds = [one for one in get_args(field.annotation) or (field.annotation,) if one is not type(None)]
    python = getattr(kinds[0], "__name__", None) if len(kinds) == 1 else None
    is_scalar = python in PYTHON_TYPES
    return Hole(text, kind="scalar" if is_scalar else "unknown", python=python if is_scalar else None, optional=optional)


def _allows_none(annotation):
    return type(None) in get_args(annotation)


def is_table(cls):
    return "__table__" in cls.__dict__ or getattr(cls, "__table__", None) is not None


def fields_of(obj):
    if isinstance(obj, dict):
        return obj
    fields = getattr(obj, "__dict__", {})
    return {name: value for name, value in fields.items() if not name.startswith("_")}
