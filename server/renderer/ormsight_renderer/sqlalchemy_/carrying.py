"""Lets holes travel through SQLAlchemy: from where a program gives one to the parameter it becomes."""

import copy
import datetime
import decimal
import functools
import uuid

from sqlalchemy import util
from sqlalchemy.engine import Connection
from sqlalchemy.sql import coercions, default_comparator, elements, functions, operators, roles, sqltypes, type_api
from sqlalchemy.sql import util as sql_util
from sqlalchemy.sql.type_api import NULLTYPE, TypeDecorator, TypeEngine
from sqlalchemy.util import langhelpers

from .. import guard, run
from ..asking import ask, or_none
from ..calls import take_mapping
from ..holes import Hole, describe, element, holds_hole, is_hole, note_length, unknowable
from ..library import chosen
from . import given, sending

_TYPES = {
    "int": int, "str": str, "bool": bool, "float": float, "bytes": bytes, "datetime": datetime.datetime,
    "date": datetime.date, "time": datetime.time, "timedelta": datetime.timedelta, "Decimal": decimal.Decimal,
    "UUID": uuid.UUID,
}  # fmt: skip


def install():
    _numbers()
    _keys()
    _types_of_literals()
    _aggregates()
    _processors()
    _comparisons()
    _escaping()
    _objects()
    _clauses()
    _statements()
    _texts()


def _numbers():
    """`limit(size)`: SQLAlchemy wants an integer."""
    original = langhelpers.asint

    def asint(value):
        if is_hole(value):
            if value.python is None:
                value = copy.copy(value)
                value.kind, value.python = "scalar", "int"
            return value
        return original(value)

    langhelpers.asint = util.asint = asint
    original_slice = sql_util._make_slice

    def make_slice(limit_clause, offset_clause, start, stop):
        start, stop = (run.current().number_of(one) if is_hole(one) else one for one in (start, stop))
        return original_slice(limit_clause, offset_clause, start, stop)

    sql_util._make_slice = make_slice


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
                # An object of a class of the program's, such as an enumeration, has no type that SQLAlchemy would guess.
                state = run.current()
                if chosen().writes_types and value.kind != "object" and _whole(value) not in state.unknown:
                    state.note(f"the type of `{value.text}`")
                return NULLTYPE
            return sqltypes._type_map[python]
        return original(value)

    for module in (type_api, sqltypes, elements, coercions):
        if hasattr(module, "_resolve_value_to_type"):
            module._resolve_value_to_type = resolve
    original_coerced = TypeEngine.coerce_compared_value

    def coerce_compared_value(self, op, value):
        """A value of an unknown type that is compared with a column is one of the column's."""
        if is_hole(value) and value.python not in _TYPES:
            return self
        return original_coerced(self, op, value)

    TypeEngine.coerce_compared_value = coerce_compared_value


#: Functions of SQL over the values of many rows: over one that is given, nobody needs them.
_AGGREGATES = frozenset(
    """
    any_value array_agg avg bit_and bit_or bool_and bool_or count every group_concat json_agg json_arrayagg json_group_array
    jsonb_agg max min std stddev stddev_pop stddev_samp string_agg sum total var_pop var_samp variance
    """.split()
)


def _aggregates():
    """`func.count(column)`: what is not known there is a column, and no value."""
    generator = functions._FunctionGenerator
    original = generator.__call__

    def call(self, *clauses, **keywords):
        if clauses and is_hole(clauses[0]) and clauses[0].python is None:
            if vars(self)["_FunctionGenerator__names"][-1].lower() in _AGGREGATES:
                run.current().note(_whole(clauses[0]))
        return original(self, *clauses, **keywords)

    generator.__call__ = call


def _whole(hole):
    """What is said of a value of which nothing is known, not even whether it is one."""
    return f"what `{hole.text}` is"


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
        try:
            return processor(value)
        except (TypeError, AttributeError) as error:
            # Deep inside of an object, or of what a type makes of it, is something that is not known.
            if "Hole" not in str(error):
                raise
            return Hole(describe(value))

    return process


def _result(type_, processor, dialect):
    def process(value):
        return value if is_hole(value) else processor(value)

    return process


def _comparisons():
    """Truth values and None are written into the SQL, where other values become parameters."""
    original = default_comparator._boolean_compare

    def boolean_compare(expr, op, obj, *arguments, **keywords):
        if is_hole(obj):
            obj = _decided(expr, op, obj)
        return original(expr, op, obj, *arguments, **keywords)

    default_comparator._boolean_compare = boolean_compare
    default_comparator.operator_lookup = {
        name: (boolean_compare, *rest) if function is original else (function, *rest)
        for name, (function, *rest) in default_comparator.operator_lookup.items()
    }


def _decided(expr, op, hole):
    if op not in _EQUALITY:
        return hole
    is_truth = hole.python == "bool" or (hole.python is None and isinstance(expr.type, sqltypes.Boolean))
    if is_truth and not expr._is_collection_aggregate if hasattr(expr, "_is_collection_aggregate") else is_truth:
        return ask(hole)
    if or_none(hole) is None:
        return None
    return shown(hole) if op.__name__ in ("is_", "is_not", "isnot") else hole


_EQUALITY = frozenset(
    getattr(operators, name)
    for name in ("eq", "ne", "is_", "is_not", "isnot", "is_distinct_from", "is_not_distinct_from")
    if hasattr(operators, name)
)


def _escaping():
    """`contains(q, autoescape=True)`: the escapes are in the value."""
    original = operators._escaped_like_impl

    def escaped_like_impl(fn, other, escape, autoescape):
        if is_hole(other) and autoescape:
            return fn(other, escape=escape or "/")
        return original(fn, other, escape, autoescape)

    operators._escaped_like_impl = escaped_like_impl


def _objects():
    """`Post.author == user`, `post.author = user`: an unknown object is one of the model that belongs there."""
    from sqlalchemy.orm import Session, attributes, relationships

    prop = relationships.RelationshipProperty
    original_compare = prop._optimized_compare

    def optimized_compare(self, state, *arguments, **keywords):
        return original_compare(self, _object_for(self.mapper, state), *arguments, **keywords)

    prop._optimized_compare = optimized_compare
    scalar = getattr(attributes, "_ScalarObjectAttributeImpl", None) or attributes.ScalarObjectAttributeImpl
    original_set = scalar.set

    def set_(self, state, dict_, value, *arguments, **keywords):
        return original_set(self, state, dict_, _object_for_attribute(self, value), *arguments, **keywords)

    scalar.set = set_
    collection = getattr(attributes, "_CollectionAttributeImpl", None) or attributes.CollectionAttributeImpl
    _of_unknown_lists(collection)
    for each in (collection, _not_loaded()):
        for name in ("fire_append_event", "fire_remove_event"):
            if name in vars(each):
                _giving_objects(each, name)
    for name in ("add", "delete", "refresh", "merge", "expire", "expunge"):
        _noting(Session, name)


def _of_unknown_lists(collection):
    """`user.roles = roles`: an unknown list holds objects of the model that belongs there, one of which stands for all."""
    original = collection.set

    @functools.wraps(original)
    def set_(self, state, dict_, value, *arguments, **keywords):
        if is_hole(value) and self._duck_typed_as in (list, set):
            note_length(value)
            value = self._duck_typed_as([_object_for_attribute(self, element(value, 0))])
        return original(self, state, dict_, value, *arguments, **keywords)

    collection.set = set_


def _not_loaded():
    """What collections that are never loaded as a whole are made of: write-only ones, and dynamic ones of version 1.4."""
    try:
        from sqlalchemy.orm import writeonly
    except ImportError:
        from sqlalchemy.orm import dynamic

        return dynamic.DynamicAttributeImpl
    return getattr(writeonly, "_WriteOnlyAttributeImpl", None) or writeonly.WriteOnlyAttributeImpl


def _giving_objects(cls, name):
    """An unknown value that is put into a collection, or taken out of one, is an object of its model."""
    original = getattr(cls, name)

    def fire(self, state, dict_, value, *arguments, **keywords):
        return original(self, state, dict_, _object_for_attribute(self, value), *arguments, **keywords)

    setattr(cls, name, fire)


def _object_for_attribute(attribute, value):
    return _object_for(attribute.class_.__mapper__.relationships[attribute.key].mapper, value) if is_hole(value) else value


def _object_for(mapper, value):
    if not is_hole(value):
        return value
    return or_none(value) and chosen().made_up(mapper, value.text)


def _noting(cls, name):
    original = getattr(cls, name)

    @functools.wraps(original)
    def method(self, instance, *arguments, **keywords):
        if is_hole(instance):
            run.current().note(f"what `{instance.text}` is")
            return instance
        if name == "add":
            given.perhaps_new(instance)
        return original(self, instance, *arguments, **keywords)

    setattr(cls, name, method)


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
        if is_hole(element) and role is roles.LimitOffsetRole:
            element = or_none(element)
        return original(role, element, *arguments, **keywords)

    coercions.expect = expect


def shown(hole):
    """An unknown part of a statement, as a text that is named as unknown when it is sent."""
    return elements.ColumnClause(str(hole), NULLTYPE, is_literal=True)


def _statements():
    """Statements about nothing that is known, and values of which not even the columns are."""
    from sqlalchemy.orm import Query, Session
    from sqlalchemy.sql import dml, selectable

    _refusing_unknown(selectable.Select, "__init__" if "__init__" in selectable.Select.__dict__ else "_create_future_select")
    _refusing_unknown(Query, "__init__")
    for cls in (dml.Insert, dml.Update):
        _without_unknown(cls, "values")
    for cls in (Session, Connection):
        _without_unknown(cls, "execute")
        _not_of_unknown(cls, "execute")


def _refusing_unknown(cls, name):
    original = getattr(cls, name)

    @functools.wraps(original)
    def method(*arguments, **keywords):
        entities = arguments[1:]
        if entities and isinstance(entities[0], (list, tuple)):
            entities = entities[0]
        if entities and all(is_hole(one) or one is None for one in entities) and any(map(is_hole, entities)):
            unknown = next(one for one in entities if is_hole(one))
            raise unknowable(unknown)
        return original(*arguments, **keywords)

    setattr(cls, name, method)


def _without_unknown(cls, name):
    original = getattr(cls, name)

    @functools.wraps(original)
    def method(self, *arguments, **keywords):
        kept, unknown = [one for one in arguments if not is_hole(one)], list(filter(is_hole, arguments))
        mapping = take_mapping() if name == "values" else None
        if mapping is not None:
            keywords = {**chosen().each_value(self, mapping), **keywords}
        elif name == "values" and unknown and not kept and not keywords:
            kept = [chosen().each_value(self)]
        if name == "execute" and unknown and len(kept) == 1:
            kept = [chosen().with_values(kept[0])]
        result = original(self, *kept, **keywords)
        sentences = [f"what `{one.text}` holds" for one in unknown]
        if name == "values":
            sending.remember_unknown(self, result, sentences)
        elif "in expression" in run.current().caches:
            for sentence in sentences:
                run.current().note(sentence)
        return result

    setattr(cls, name, method)


def _not_of_unknown(cls, name):
    """A statement of which nothing is known ends the program where it is asked for, and is passed over before."""
    original = getattr(cls, name)

    @functools.wraps(original)
    def method(self, statement, *arguments, **keywords):
        if not is_hole(statement):
            return original(self, statement, *arguments, **keywords)
        if run.current().caches.get("in expression"):
            raise unknowable(statement)
        run.current().note(f"what `{statement.text}` sends")
        return Hole(f"{name}({statement.text})")

    setattr(cls, name, method)


def _texts():
    """`text(f"… {table}")`."""
    for owner in (elements.TextClause, elements.ColumnClause):
        _with_text(owner)


def _with_text(owner):
    original = owner.__init__

    def __init__(self, text, *arguments, **keywords):
        original(self, str(text) if type(text) is Hole else text, *arguments, **keywords)

    owner.__init__ = __init__
