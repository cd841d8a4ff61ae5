"""Lets holes travel through SQLAlchemy: from where a program gives one to the parameter it becomes."""

import datetime
import decimal
import uuid

from sqlalchemy import util
from sqlalchemy.sql import coercions, elements, roles, sqltypes, type_api
from sqlalchemy.sql.type_api import NULLTYPE, TypeDecorator, TypeEngine
from sqlalchemy.util import langhelpers

from .. import guard, run
from ..holes import Hole, is_hole
from ..operations import holds_hole

_TYPES = {
    "int": int, "str": str, "bool": bool, "float": float, "bytes": bytes, "datetime": datetime.datetime,
    "date": datetime.date, "time": datetime.time, "timedelta": datetime.timedelta, "Decimal": decimal.Decimal,
    "UUID": uuid.UUID,
}  # fmt: skip


def install():
    _numbers()
    _keys()
    _types_of_literals()
    _processors()
    _clauses()
    _texts()


def _numbers():
    """`limit(size)`: SQLAlchemy wants an integer."""
    original = langhelpers.asint

    def asint(value):
        if is_hole(value):
            if value.optional:
                run.current().note(f"whether `{value.text}` is None")
            return value
        return original(value)

    langhelpers.asint = util.asint = asint


def _keys():
    """`session.get(User, user_id)`: one value, although a hole can be iterated over."""
    original = util.to_list

    def to_list(value, default=None):
        return [value] if is_hole(value) else original(value, default)

    util.to_list = to_list


def _types_of_literals():
    """`literal(x)`, `func.lower(x)`: the type comes from the value."""
    original = type_api._resolve_value_to_type

    def resolve(value):
        if is_hole(value):
            python = _TYPES.get(value.python)
            if python is None:
                return NULLTYPE
            return sqltypes._type_map[python]
        return original(value)

    for module in (type_api, sqltypes, elements, coercions):
        if hasattr(module, "_resolve_value_to_type"):
            module._resolve_value_to_type = resolve


def _processors():
    """What converts values for the driver and back has nothing to convert in a hole."""
    _wrap_processor("_cached_bind_processor", _bind)
    _wrap_processor("_cached_result_processor", _result)


def _wrap_processor(name, wrap):
    original = getattr(TypeEngine, name)

    def cached_processor(self, *arguments):
        try:
            processor = original(self, *arguments)
        except TypeError:
            # A made-up row has no type code of its driver; its values need no conversion.
            return None
        return wrap(self, processor, arguments[0]) if processor is not None else None

    setattr(TypeEngine, name, cached_processor)


def _bind(type_, processor, dialect):
    decorated = isinstance(type_, TypeDecorator) and guard.is_own(getattr(type_.process_bind_param, "__func__", None))

    def process(value):
        if is_hole(value):
            return type_.process_bind_param(value, dialect) if decorated else value
        if isinstance(value, (list, tuple, dict)) and holds_hole(value):
            return value
        return processor(value)

    return process


def _result(type_, processor, dialect):
    def process(value):
        return value if is_hole(value) else processor(value)

    return process


#: Where an unknown part of a statement can be shown by its name.
_SHOWN = (
    roles.WhereHavingRole, roles.OrderByRole, roles.GroupByRole, roles.ColumnsClauseRole, roles.ByOfRole,
    roles.LabeledColumnExprRole, roles.OnClauseRole, roles.DDLExpressionRole,
)  # fmt: skip


def _clauses():
    original = coercions.expect

    def expect(role, element, *arguments, **keywords):
        if is_hole(element) and role in _SHOWN:
            return shown(element)
        return original(role, element, *arguments, **keywords)

    coercions.expect = expect


def shown(hole):
    """An unknown part of a statement, as a text that is named as unknown when it is sent."""
    return elements.ColumnClause(str(hole), NULLTYPE, is_literal=True)


def _texts():
    """`text(f"… {table}")`."""
    for owner in (elements.TextClause, elements.ColumnClause):
        _with_text(owner)


def _with_text(owner):
    original = owner.__init__

    def __init__(self, text, *arguments, **keywords):
        original(self, str(text) if type(text) is Hole else text, *arguments, **keywords)

    owner.__init__ = __init__
