"""SQLModel: its classes are made by pydantic itself, its session is the recording one.

https://sqlmodel.tiangolo.com/, https://docs.pydantic.dev/latest/concepts/models/
"""

import os
import sys
from typing import get_args

from sqlalchemy.orm import Session, registry

from .. import imports, run
from ..holes import PYTHON_TYPES, Hole, is_hole
from ..library import chosen
from ..operations import holds_hole
from . import sessions


def install():
    # Plug-ins are looked for among installed distributions, of which the sandbox has none.
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"
    imports.ADAPTED["sqlmodel"] = _adapt
    imports.ADAPTED["pydantic"] = _adapt_pydantic
    for module in ("sqlmodel.ext.asyncio", "sqlmodel.ext.asyncio.session"):
        imports.REPLACED[module, "AsyncSession"] = sessions.AsyncSession


class Tables:
    """The registry that `SQLModel` gives to the tables of one program: those of the next one have names of their own."""

    def __init__(self):
        self.registry = registry()

    def enter(self):
        main = sys.modules.get("sqlmodel.main")
        if main is not None:
            main.SQLModel._sa_registry = self.registry
            main.SQLModel.metadata = self.registry.metadata


def _adapt():
    import sqlmodel
    from sqlmodel.orm import session

    # `exec` is all that SQLModel's session adds; a program may get hold of its session in other ways than by that class.
    Session.exec = _exec
    session.Session.exec = _exec
    for name in ("execute", "query"):
        delattr(session.Session, name)
    model = sqlmodel.SQLModel
    _validating_unknown(model)
    _dumping_unknown(model)
    _updating_from_unknown(model)
    chosen().models.sqlmodel.enter()
    _adapt_pydantic()


def _adapt_pydantic():
    from pydantic import BaseModel, networks

    if not hasattr(BaseModel.model_dump, "dumps_unknown"):
        _dumping_unknown(BaseModel)
        _making_of_unknown(BaseModel)

    # Addresses are only looked at when data is validated, which changes no statement.
    networks.import_email_validator = lambda: None
    networks.EmailStr._validate = classmethod(lambda cls, value, *_: value)


def _exec(self, statement, *, params=None, execution_options=None, bind_arguments=None, **others):
    """https://github.com/fastapi/sqlmodel/blob/main/sqlmodel/orm/session.py"""
    from sqlmodel.sql.expression import SelectOfScalar

    result = self.execute(
        statement, params, execution_options=execution_options or {}, bind_arguments=bind_arguments, **others
    )
    return result.scalars() if isinstance(statement, SelectOfScalar) else result


# Objects made of what is not known


def _validating_unknown(model):
    """`Hero.model_validate(data)`: what is not known cannot be validated, and becomes the fields of the object."""
    original = model.model_validate.__func__

    def model_validate(cls, obj, *, update=None, **options):
        if not (is_hole(obj) or holds_hole(_fields_of(obj)) or holds_hole(update or {})):
            return original(cls, obj, update=update, **options)
        values = {}
        for name in cls.model_fields:
            if update and name in update:
                values[name] = update[name]
            elif is_hole(obj):
                if _comes_from_data(cls, name):
                    values[name] = Hole(f"{obj.atom}.{name}")
            elif name in _fields_of(obj):
                values[name] = _fields_of(obj)[name]
        if is_hole(obj):
            run.current().note(f"what `{obj.text}` holds")
        return cls(**values) if _is_table(cls) else cls.model_construct(**values)

    model.model_validate = classmethod(model_validate)


def _comes_from_data(cls, name):
    """A key that the database gives is not expected among the data."""
    column = cls.__table__.columns.get(name) if _is_table(cls) else None
    return not (column is not None and column.primary_key and cls.model_fields[name].default is None)


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


def _dumping_unknown(model):
    """`data.model_dump(exclude_unset=True)`: which fields of an unknown object were set is not known; all are given."""
    original = model.model_dump

    def model_dump(self, **options):
        unknown = self.__dict__.get("__ormsight_hole__")
        if unknown is not None and any(options.get(name) for name in ("exclude_unset", "exclude_defaults", "exclude_none")):
            run.current().note(f"which fields of `{unknown}` are set")
        if holds_hole(_fields_of(self)):
            kept = _chosen_fields(self, options.get("include"), options.get("exclude"))
            return {name: getattr(self, name) for name in kept}
        return original(self, **options)

    model_dump.dumps_unknown = True
    model.model_dump = model_dump


def _chosen_fields(model, include, exclude):
    kind = type(model)
    names = [name for name, field in kind.model_fields.items() if name in _fields_of(model) and not field.exclude]
    names.extend(getattr(kind, "model_computed_fields", ()))
    if include is not None:
        names = [name for name in names if name in include]
    return [name for name in names if not exclude or name not in exclude]


def _updating_from_unknown(model):
    """`hero.sqlmodel_update(data)`: every field may be set, but for the keys."""
    original = model.sqlmodel_update

    def sqlmodel_update(self, obj, *, update=None):
        if is_hole(obj):
            run.current().note(f"what `{obj.text}` holds")
            columns = type(self).__table__.columns if _is_table(type(self)) else {}
            obj = {
                name: Hole(f"{obj.atom}[{name!r}]")
                for name in type(self).model_fields
                if name not in columns or not columns[name].primary_key
            }
        return original(self, obj, update=update)

    model.sqlmodel_update = sqlmodel_update


def unknown_object(cls, text):
    """An object of a class without a table, `HeroCreate`, its fields unknown; None for other classes."""
    pydantic = sys.modules.get("pydantic.main")
    if pydantic is None or not isinstance(cls, type) or not issubclass(cls, pydantic.BaseModel) or _is_table(cls):
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


def _is_table(cls):
    return "__table__" in cls.__dict__ or getattr(cls, "__table__", None) is not None


def _fields_of(obj):
    if isinstance(obj, dict):
        return obj
    fields = getattr(obj, "__dict__", {})
    return {name: value for name, value in fields.items() if not name.startswith("_")}
