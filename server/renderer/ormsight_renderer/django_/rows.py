"""Rows that a server could have answered, made of holes named after the fields."""

import functools
import re

from django.db.models import Field, Model, deletion
from django.db.models.expressions import Col
from django.db.models.sql import compiler as compilers

from .. import run
from ..guard import is_own
from ..holes import GIVEN_NAME, Hole, Row
from ..recording.tape import role

_SELECT = re.compile(r"[\s(]*(SELECT|WITH|VALUES|SHOW|PRAGMA|EXPLAIN)\b", re.IGNORECASE)

_TYPES = {
    "AutoField": "int", "BigAutoField": "int", "SmallAutoField": "int", "IntegerField": "int", "BigIntegerField": "int",
    "SmallIntegerField": "int", "PositiveIntegerField": "int", "PositiveSmallIntegerField": "int",
    "PositiveBigIntegerField": "int", "CharField": "str", "TextField": "str", "SlugField": "str", "URLField": "str",
    "EmailField": "str", "FilePathField": "str", "BooleanField": "bool", "FloatField": "float", "BinaryField": "bytes",
    "DateTimeField": "datetime", "DateField": "date", "TimeField": "time", "DurationField": "timedelta",
    "DecimalField": "Decimal", "UUIDField": "UUID",
}  # fmt: skip


#: Where the state of an object keeps the key under which the database has it.
STORED_KEY = "ormsight_stored_key"


class _Work:
    """The compiler or the raw model whose statement is being sent."""

    stack = []


def at_work():
    return _Work.stack[-1] if _Work.stack else None


def install():
    """Lets cursors know what they are asked for."""
    for cls in (compilers.SQLCompiler, compilers.SQLInsertCompiler):
        _remember(cls)
    _raw()
    _converters()
    _cascades()
    _loading()


def _loading():
    """A row becomes an object of its own, also where a metaclass of the program keeps those it made before."""
    original = Model.from_db.__func__

    def from_db(cls, *arguments, **keywords):
        made = original(_Plainly(cls) if has_own_call(cls) else cls, *arguments, **keywords)
        setattr(made._state, STORED_KEY, made.__dict__.get(cls._meta.pk.attname))
        return made

    Model.from_db = classmethod(from_db)


def has_own_call(model):
    """Whether `Model(…)` is for a metaclass of the program to answer."""
    return any("__call__" in vars(one) and is_own(one) for one in type(model).__mro__)


class _Plainly:
    """A model of which objects are made as Python makes them."""

    def __init__(self, model):
        self.model = model

    def __getattr__(self, name):
        return getattr(self.model, name)

    def __call__(self, *values):
        return type.__call__(self.model, *values)


class _Cascade:
    """The deletion that collects its rows."""

    #: The statements it sent so far.
    sent = None


def _cascades():
    """What is deleted with a row is looked for; a table that points to itself would be found to do so without end."""
    original = deletion.Collector.collect

    def collect(self, *arguments, **keywords):
        if _Cascade.sent is not None:
            return original(self, *arguments, **keywords)
        _Cascade.sent = set()
        try:
            return original(self, *arguments, **keywords)
        finally:
            _Cascade.sent = None

    deletion.Collector.collect = collect


def _is_cascade_again(sql, tape):
    if _Cascade.sent is None:
        return False
    is_again = sql in _Cascade.sent
    _Cascade.sent.add(sql)
    return is_again


def _remember(cls):
    original = cls.__dict__["execute_sql"]

    def execute_sql(self, *arguments, **keywords):
        _Work.stack.append(self)
        try:
            return original(self, *arguments, **keywords)
        finally:
            _Work.stack.pop()

    cls.execute_sql = execute_sql


def _raw():
    from django.db.models import query

    # Before Django 4.1, a raw queryset did this itself.
    owner, name = getattr(query, "RawModelIterable", query.RawQuerySet), "__iter__"
    if owner is query.RawQuerySet:
        name = "iterator"
    original = getattr(owner, name)

    def iterate(self):
        _Work.stack.append(self.model if owner is query.RawQuerySet else self.queryset.model)
        try:
            found = list(original(self))
        finally:
            _Work.stack.pop()
        return iter(found)

    setattr(owner, name, iterate)


def _converters():
    """What the database gives is converted to Python; there is nothing to convert in a hole."""
    original = compilers.SQLCompiler.get_converters

    def get_converters(self, expressions):
        found = original(self, expressions)
        return {at: ([_skipping(one) for one in converters], expression) for at, (converters, expression) in found.items()}

    compilers.SQLCompiler.get_converters = get_converters


def _skipping(converter):
    def convert(value, *arguments):
        return value if type(value) is Hole else converter(value, *arguments)

    return convert


def answer(cursor, sql, tape):
    """Gives the cursor what the statement would find."""
    work = at_work()
    cursor.is_textual = work is None and bool(_SELECT.match(sql))
    if isinstance(work, compilers.SQLInsertCompiler):
        made = _inserted(work)
        cursor.answer(_names(made), made, rowcount=len(made), lastrowid=made[0][0] if made else None)
    elif isinstance(work, (compilers.SQLUpdateCompiler, compilers.SQLDeleteCompiler)):
        cursor.answer(None, [], rowcount=1)
    elif isinstance(work, compilers.SQLCompiler):
        made = [_row(work, tape) for _ in range(0 if tape.is_repeated() or _is_cascade_again(sql, tape) else tape.rows)]
        cursor.answer(_names(made), made)
    elif isinstance(work, type):
        fields = work._meta.concrete_fields
        made = [_row_of_model(work) for _ in range(tape.rows)]
        cursor.answer([field.column for field in fields], made)
    elif cursor.is_textual:
        cursor.answer(["?column?"], [])
    else:
        cursor.answer(None, [], rowcount=1)


def _names(made):
    return [f"column{index}" for index in range(len(made[0]))] if made else ["?column?"]


def _inserted(compiler):
    """The columns an INSERT gives back, for each object."""
    meta = compiler.query.get_meta()
    fields = compiler.returning_fields or [meta.pk]
    made, rows = [], run.current().caches.setdefault(_INSERTED, {}).setdefault(meta.db_table, [])
    for one in compiler.query.objs:
        name = getattr(one, "__dict__", {}).get(GIVEN_NAME)
        row = Row(name or type(one)._meta.object_name, bool(name), is_there=True)
        rows.append(row)
        made.append(tuple(_hole(field, row) for field in fields))
    return made


#: Among the caches of a run: by table, the rows that were inserted.
_INSERTED = "inserted"


def is_alone(row, table):
    """Whether a row was inserted before any of that table was: none of these refers to it."""
    inserted = run.current().caches.get(_INSERTED, {})
    return table not in inserted and any(one is row for rows in inserted.values() for one in rows)


def _row_of_model(model):
    return tuple(values_of(model, Row(model._meta.object_name, is_one_of_several=True)))


def values_of(model, row):
    """A hole for each column of a model."""
    keys = {}
    return [_hole(field, row, keys) for field in model._meta.concrete_fields]


def _row(compiler, tape):
    if isinstance(compiler, compilers.SQLAggregateCompiler):
        return tuple(_named_answer(name) for name in compiler.query.annotation_select)
    owners = _Owners(compiler)
    is_content_type = _is_of_content_types(compiler.query.model)
    # What a prefetch or a cascade looks for by a key has that key.
    looks_for_known = tape.role == "eager" or is_content_type or _Cascade.sent is not None
    known = _known_values(compiler, every=is_content_type) if looks_for_known else {}
    for index, (expression, *_) in enumerate(compiler.select or ()):
        if isinstance(expression, Col) and expression.target.primary_key and (expression.alias, expression.target) in known:
            row = owners.of(index, expression), key_of_row(expression.target)
            owners.keys[row] = known[expression.alias, expression.target]
    values = []
    for index, (expression, _, alias) in enumerate(compiler.select or ()):
        values.append(_value(index, expression, alias, owners, known))
    for name, *_ in getattr(compiler, "extra_select_names", ()):
        values.append(_named_answer(name))
    return tuple(values) or (1,)


def _is_of_content_types(model):
    # A check of a constraint is a query of no model.
    return model is not None and model._meta.label == "contenttypes.ContentType"


def _value(index, expression, alias, owners, known):
    if isinstance(expression, Col):
        if (expression.alias, expression.target) in known:
            return known[expression.alias, expression.target]
        if expression.target is run.current().caches.get("deferred"):
            asked = run.current().caches.get("asked for", {})
            if expression.target in asked:
                return asked[expression.target]
        return _hole(expression.target, owners.of(index, expression), owners.keys)
    if alias is not None and alias.startswith("_prefetch_related_val_") and known:
        return next(iter(known.values()))
    name = alias or owners.name_of(index) or "value"
    hole = _named_answer(name)
    hole.python = python_of_expression(expression)
    hole.kind = "scalar" if hole.python else "unknown"
    root = owners.root()
    if root is not None:
        hole.owner, hole.source = root, None
    return hole


class _Owners:
    """Which model's row a column belongs to."""

    def __init__(self, compiler):
        self.compiler = compiler
        self.rows = {}
        self.keys = {}
        self.by_index = {}
        if compiler.klass_info:
            self._read(compiler.klass_info)
        self.by_alias = {}

    def _read(self, info):
        row = self.rows[id(info)] = Row(info["model"]._meta.object_name, is_one_of_several=True)
        for index in info["select_fields"]:
            self.by_index[index] = row
        for related in info.get("related_klass_infos", ()):
            self._read(related)

    def root(self):
        info = self.compiler.klass_info
        return self.rows[id(info)] if info else None

    def of(self, index, column):
        row = self.by_index.get(index)
        if row is None and self.compiler.klass_info is None:
            return None
        name = column.target.model._meta.object_name
        return row or self.by_alias.setdefault(column.alias, Row(name, is_one_of_several=True))

    def name_of(self, index):
        positions = {position: name for name, position in (self.compiler.annotation_col_map or {}).items()}
        return positions.get(index)


def _known_values(compiler, every):
    """What a prefetch asked for: its rows must have these values, to find their objects.

    It asks for keys, behind what the program filters by itself: of two conditions on one column the last is its own.
    With `every`, all columns count.
    """
    known = {}
    stack = list(compiler.query.where.children)
    while stack:
        one = stack.pop()
        if hasattr(one, "children"):
            stack.extend(one.children)
            continue
        left, right = getattr(one, "lhs", None), getattr(one, "rhs", None)
        name = getattr(one, "lookup_name", None)
        if hasattr(left, "get_cols") and name == "in" and isinstance(right, (list, tuple)):
            # Several columns together, as foreign keys are since Django 5.2.
            for column, value in zip(left.get_cols(), right[0] if right else ()):
                known.setdefault((column.alias, column.target), value)
        elif isinstance(left, Col) and name in ("in", "exact") and not hasattr(right, "as_sql"):
            if not every and not _is_key(left.target):
                continue
            for value in right if name == "in" else (right,):
                known.setdefault((left.alias, left.target), value)
                break
    # The rows may be loaded without it, and load it when they are put in their places.
    run.current().caches.setdefault("asked for", {}).update({target: value for (_, target), value in known.items()})
    return known


def _is_key(field):
    """Whether rows can be found by it: a key of their own or of what they refer to, also by a generic key."""
    generic = (getattr(one, "fk_field", None) for one in field.model._meta.private_fields)
    return field.is_relation or field.unique or field.name in generic


def _named_answer(name):
    hole = Hole(str(name))
    hole.source = "answer"
    return hole


def key_of_row(field):
    """The field of the topmost base that a link to a base repeats: the key of a row, in each of its tables the same."""
    while getattr(field.remote_field, "parent_link", False):
        field = field.target_field
    return field


def _hole(field, owner, keys=None):
    """The hole of a field; `keys` are those of the rows that were met, which several tables repeat."""
    if not isinstance(field, Field):
        return _named_answer(getattr(field, "name", "value"))
    if keys is not None and owner is not None and field.primary_key:
        root = key_of_row(field)
        if (owner, root) not in keys:
            keys[owner, root] = _hole(root, owner)
        return keys[owner, root]
    python = python_of_field(field)
    hole = Hole(field.attname, kind="scalar" if python else "unknown", python=python, owner=owner)
    if owner is None:
        hole.source = "answer"
    return hole


def python_of_field(field):
    """The name of the Python type of a field's values."""
    while getattr(field, "remote_field", None) is not None and getattr(field, "target_field", None) is not None:
        field = field.target_field
    return _TYPES.get(field.get_internal_type())


def python_of_expression(expression):
    try:
        return python_of_field(expression.output_field)
    except Exception:
        return None


def install_roles():
    """Which part of the library sends what."""
    from django.db import models
    from django.db.models import query, query_utils
    from django.db.models.fields import related_descriptors as related

    query.prefetch_related_objects = models.prefetch_related_objects = _wrapped(query.prefetch_related_objects, "eager")
    for owner, name, word in (
        (Model, "save_base", "flush"),
        (Model, "delete", "flush"),
        (query.QuerySet, "bulk_create", "flush"),
        (query.QuerySet, "bulk_update", "flush"),
        (related.ForwardManyToOneDescriptor, "__get__", "lazy"),
        (related.ReverseOneToOneDescriptor, "__get__", "lazy"),
        (Model, "refresh_from_db", "lazy"),
    ):
        setattr(owner, name, _wrapped(getattr(owner, name), word))
    _deferred(query_utils.DeferredAttribute)


def _deferred(cls):
    """Knows which field is loaded late, and for what."""
    original = _wrapped(cls.__get__, "lazy")

    def get(self, instance, owner=None):
        caches = run.current().caches
        before, caches["deferred"] = caches.get("deferred"), self.field
        try:
            return original(self, instance, owner)
        finally:
            caches["deferred"] = before

    cls.__get__ = get


def install_related_roles():
    """The managers of related objects are classes made anew for each relation."""
    from django.db.models.fields import related_descriptors as related

    for name in ("create_reverse_many_to_one_manager", "create_forward_many_to_many_manager"):
        setattr(related, name, _with_roles(getattr(related, name)))


def _with_roles(create):
    def create_manager(*arguments, **keywords):
        manager = create(*arguments, **keywords)
        for method in ("add", "remove", "clear", "set"):
            if method in manager.__dict__:
                setattr(manager, method, _wrapped(manager.__dict__[method], "flush"))
        return manager

    return create_manager


def _note_kept(*arguments):
    """An object that a metaclass kept may have loaded what it is asked for."""
    for cls in {type(one) for one in arguments if isinstance(one, Model)}:
        if has_own_call(cls):
            run.current().note(f"which objects `{type(cls).__name__}` has kept, and what they have loaded")


def _wrapped(function, word):
    def in_role(*arguments, **keywords):
        tape = run.current().tape
        inside = tape.roles[-1] if tape is not None and tape.roles else None
        sent = len(tape.entries) if tape is not None else 0
        with role(tape, inside if word == "lazy" and inside else word):
            result = function(*arguments, **keywords)
        if word == "lazy" and tape is not None and len(tape.entries) > sent:
            _note_kept(*arguments)
        return result

    return functools.update_wrapper(in_role, function)


