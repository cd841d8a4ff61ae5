"""SQLModel: its classes are made by pydantic itself, its session is the recording one.

https://sqlmodel.tiangolo.com/, https://docs.pydantic.dev/latest/concepts/models/
"""

import sys

from sqlalchemy.orm import Session, registry

from .. import imports, run
from ..holes import Hole, holds_hole, is_hole
from ..library import chosen
from . import pydantic_, sessions
from .pydantic_ import fields_of, is_table


def install():
    imports.ADAPTED["sqlmodel"] = _adapt
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
    pydantic_.dumping_unknown(model)
    _updating_from_unknown(model)
    chosen().models.sqlmodel.enter()
    pydantic_.adapt()


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
        if not (is_hole(obj) or holds_hole(fields_of(obj)) or holds_hole(update or {})):
            return original(cls, obj, update=update, **options)
        values = {}
        for name in cls.model_fields:
            if update and name in update:
                values[name] = update[name]
            elif is_hole(obj):
                if _comes_from_data(cls, name):
                    values[name] = Hole(f"{obj.atom}.{name}")
            elif name in fields_of(obj):
                values[name] = fields_of(obj)[name]
        if is_hole(obj):
            run.current().note(f"what `{obj.text}` holds")
        return cls(**values) if is_table(cls) else cls.model_construct(**values)

    model.model_validate = classmethod(model_validate)


def _comes_from_data(cls, name):
    """A key that the database gives is not expected among the data."""
    column = cls.__table__.columns.get(name) if is_table(cls) else None
    return not (column is not None and column.primary_key and cls.model_fields[name].default is None)


def _updating_from_unknown(model):
    """`hero.sqlmodel_update(data)`: every field may be set, but for the keys."""
    original = model.sqlmodel_update

    def sqlmodel_update(self, obj, *, update=None):
        if is_hole(obj):
            run.current().note(f"what `{obj.text}` holds")
            columns = type(self).__table__.columns if is_table(type(self)) else {}
            obj = {
                name: Hole(f"{obj.atom}[{name!r}]")
                for name in type(self).model_fields
                if name not in columns or not columns[name].primary_key
            }
        return original(self, obj, update=update)

    model.sqlmodel_update = sqlmodel_update
