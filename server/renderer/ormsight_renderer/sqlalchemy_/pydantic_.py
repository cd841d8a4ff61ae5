"""Data of pydantic: its classes are made by pydantic itself, and their objects may hold what is not known.

https://docs.pydantic.dev/latest/concepts/models/, https://docs.pydantic.dev/latest/concepts/serialization/
"""

import os
import sys
from typing import get_args

from .. import imports, run
from ..holes import PYTHON_TYPES, Hole, is_hole
from ..library import chosen
from ..operations import holds_hole


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
    """`data.model_dump(exclude_unset=True)`: which fields of an unknown object were set is not known; all are given."""
    original = model.model_dump

    def model_dump(self, **options):
        unknown = self.__dict__.get("__ormsight_hole__")
        if unknown is not None and any(options.get(name) for name in ("exclude_unset", "exclude_defaults", "exclude_none")):
            run.current().note(f"which fields of `{unknown}` are set")
        if holds_hole(fields_of(self)):
            kept = _chosen_fields(self, options.get("include"), options.get("exclude"))
            return {name: getattr(self, name) for name in kept}
        return original(self, **options)

    model_dump.dumps_unknown = True
    model.model_dump = model_dump

def _chosen_fields(model, include, exclude):
    kind = type(model)
    names = [name for name, field in kind.model_fields.items() if name in fields_of(model) and not field.exclude]
    names.extend(getattr(kind, "model_computed_fields", ()))
    if include is not None:
        names = [name for name in names if name in include]
    return [name for name in names if not exclude or name not in exclude]

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
