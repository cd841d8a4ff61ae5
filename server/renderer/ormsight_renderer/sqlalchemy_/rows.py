"""Rows that a server could have answered, made of holes named after the columns."""

import functools

from sqlalchemy import inspect
from sqlalchemy.exc import NoInspectionAvailable
from sqlalchemy.orm import Mapper
from sqlalchemy.sql.schema import Column
from sqlalchemy.types import TypeDecorator

from .. import run
from ..asking import ask
from ..decide import OPPOSITES
from ..guard import is_own
from ..holes import Hole, Row, is_hole
from . import cascades, textual
from .identity import Sought

#: Class and attribute of each mapped column, filled as tables are met.
_mappers = {}


def learn(mappers):
    """Remembers which class stands behind a table, for the models now in use."""
    _mappers.clear()
    for mapper in mappers:
        _mappers.setdefault(mapper.local_table, mapper)


def answer(cursor, context, parameters, tape):
    """Gives the cursor what the statement would find: `tape.rows` rows, or one for each that was written."""
    compiled = getattr(context, "compiled", None)
    columns = getattr(compiled, "_result_columns", None) or ()
    if not columns:
        cursor.answer(*_without_columns(context, tape), rowcount=1, lastrowid=_new_id(context))
        return
    names = [column.keyname if hasattr(column, "keyname") else column[0] for column in columns]
    writes = context.isinsert or context.isupdate or context.isdelete
    count = tape.rows
    if writes:
        count = 1
        if context.isinsert and len(getattr(context, "compiled_parameters", ())) > 1:
            count = _rows_of_insert(context, parameters)
        if _passes_over(context) and run.current().oracle is not None:
            # What is there already is not given back.
            OPPOSITES["no row is there already"] = "the rows are there already"
            count = count if ask(Hole("no row is there already")) else 0
    elif tape.tables_exist is not None:
        count = int(tape.tables_exist())
    elif tape.is_repeated():
        count = 0  # A model that loads itself eagerly: there is an end to it.
    elif tape.sought is not None and not _refreshes(context):
        count = count if cascades.finds(tape.sought) else 0
    asked = _keys(context, parameters)
    sought = None if writes else Sought.of(context)
    if tape.role != "eager":
        run.current().caches["just inserted"] = []
    elif asked and all(map(_is_just_inserted, asked)):
        count = 0  # Nothing refers to a row yet that the same statement has made.
    keys = (
        asked
        or _keys_of_known(context, tape)
        or _keys_of_lazy(columns, tape, count)
        or _written(context, parameters, columns, count)
        or ([sought.key(columns)] if sought else [])
    )
    read_again = None if writes else _read_at_work(context, parameters, tape)
    made = [] if read_again is None else read_again
    # As many as were written: none stands for others.
    is_one_of_several = not context.isinsert or getattr(compiled.statement, "select", None) is not None
    for identities in [] if made else _identities(compiled):
        for index in range(count):
            made.append(_row(columns, keys[index] if index < len(keys) else (), identities, is_one_of_several))
    if sought and made:
        sought.remember(columns, made[0])
    if _inserts_only(context) and tape.role != "flush":
        run.current().caches["just inserted"] = _primary_keys(columns, made)
    cursor.answer(names, made, rowcount=count, lastrowid=_new_id(context))


def _read_at_work(context, parameters, tape):
    """The rows of a statement that a unit of work sends again before it writes: a dynamic relation is read for each step.

    They are the same ones, so that what the session deletes is what it found. Gives a list to be filled at the first time.
    """
    caches = run.current().caches
    if caches.get("at work") is None:
        return None
    given = parameters.values() if isinstance(parameters, dict) else parameters
    written = sum(entry.role == "flush" for entry in tape.entries)
    key = context.statement, written, tuple(id(one) if is_hole(one) else repr(one) for one in given)
    return caches.setdefault("read at work", {}).setdefault(key, [])


def _inserts_only(context):
    """Whether the rows of the statement are new ones: an upsert also gives back what was there."""
    statement = getattr(context.compiled, "statement", None)
    return context.isinsert and (getattr(statement, "_post_values_clause", None) is None or _passes_over(context))


def _passes_over(context):
    """`on_conflict_do_nothing()`"""
    clause = getattr(getattr(context.compiled, "statement", None), "_post_values_clause", None)
    return context.isinsert and type(clause).__name__ == "OnConflictDoNothing"


def _primary_keys(columns, made):
    """The keys of rows that were inserted, as eager loads ask for them."""
    wanted = [
        index
        for index, column in enumerate(columns)
        if any(isinstance(one, Column) and one.primary_key and one.table in _mappers for one in column[2])
    ]
    keys = [[row[index] for index in wanted] for row in made]
    return [key for key in keys if key]


def _is_just_inserted(key):
    """Whether it is the key of a row which the statement has made that is being loaded for."""
    made = run.current().caches.get("just inserted", ())
    return any(len(key) == len(one) and all(a is b for a, b in zip(key, one)) for one in made)


def _identities(compiled):
    """Which subclasses rows are of, by base mapper: one row for each that has an eager load of its own.

    By alias, too: `joinedload(Post.editor)` may want another subclass than the query itself.
    """
    state = getattr(compiled, "compile_state", None)
    found = _identities_of_aliases(state)
    several = []
    for entity in getattr(state, "_entities", ()):
        mapper = getattr(entity, "mapper", None)
        if not isinstance(mapper, Mapper) or mapper.polymorphic_on is None or mapper.base_mapper in found:
            continue
        found[mapper.base_mapper] = identity_of(mapper)
        loaded = _loaded_by_subclass(mapper, state)
        several.extend((mapper.base_mapper, one.polymorphic_identity) for one in loaded)
    if not several:
        return [found]
    return [{**found, base: identity} for base, identity in several]


def _identities_of_aliases(state):
    """The subclasses that eager joins load, by what the columns of each come from."""
    found = {}
    for adapter in getattr(state, "attributes", {}).values():
        mapper, selectable = getattr(adapter, "mapper", None), getattr(adapter, "selectable", None)
        if isinstance(mapper, Mapper) and selectable is not None and mapper.polymorphic_on is not None:
            found[id(selectable)] = identity_of(mapper)
    return found


def _loaded_by_subclass(mapper, state):
    """The subclasses that `selectin_polymorphic` or `polymorphic_load="selectin"` load by statements of their own."""
    wanted = {one for one in mapper.self_and_descendants if one.polymorphic_load == "selectin"}
    statement = getattr(state, "select_statement", None)
    statement = getattr(state, "statement", None) if statement is None else statement
    for option in getattr(statement, "_with_options", ()):
        loads = getattr(option, "context", ())
        for load in loads.values() if isinstance(loads, dict) else loads:
            strategy = dict(getattr(load, "strategy", None) or ())
            if strategy.get("selectinload_polymorphic"):
                entities = (getattr(load, "local_opts", None) or {}).get("entities", ())
                wanted.update(entity.mapper for entity in entities if hasattr(entity, "mapper"))
    return [one for one in mapper.self_and_descendants if one in wanted and one is not mapper]


def _row(columns, key, identities, is_one_of_several):
    owners = {}
    values = []
    for index, column in enumerate(columns):
        name, objects, type_ = column[0], column[2], column[3]
        known = key[index] if index < len(key) else None
        values.append(_value(name, objects, type_, owners, identities, is_one_of_several) if known is None else known)
    return tuple(values)


def _value(name, objects, type_, owners, identities, is_one_of_several):
    column = next((one for one in objects if isinstance(one, Column)), None)
    if column is None:
        # A column of an alias: the one it was made of.
        for one in objects:
            base = getattr(one, "base_columns", None)
            if base:
                column = next((inner for inner in base if isinstance(inner, Column)), None)
            if column is not None:
                break
    python = python_type(type_)
    if column is None or column.table is None:
        hole = Hole(name, kind="scalar" if python else "unknown", python=python)
        hole.source = "answer"
        return hole
    table, alias = _table_of(column, objects)
    mapper = _mappers.get(table)
    if mapper is None:
        # A column of a subquery over several tables: the column of the table it comes from.
        inner = next((one for one in column.base_columns if getattr(one, "table", None) in _mappers), None)
        if inner is not None:
            column, table, alias = inner, inner.table, id(column.table)
            mapper = _mappers[table]
    if mapper is None:
        hole = Hole(f"{getattr(table, 'name', name)}.{column.key}", kind="scalar" if python else "unknown", python=python)
        hole.source = "answer"
        return hole
    base = _base_column(column, table)
    if mapper.polymorphic_on is not None and base is mapper.polymorphic_on:
        for owner in (alias, mapper.base_mapper):
            if owner in identities:
                return identities[owner]
        return identity_of(mapper)
    row = owners.get((mapper.base_mapper, alias))
    if row is None:
        row = owners[mapper.base_mapper, alias] = Row(mapper.class_.__name__, is_one_of_several=is_one_of_several, is_there=True)
    try:
        attribute = mapper.get_property_by_column(base).key
    except Exception:
        attribute = column.key
    return Hole(attribute, kind="scalar" if python else "unknown", python=python, owner=row)


def identity_of(mapper):
    """A value of the discriminator that names a class of the hierarchy."""
    if mapper.polymorphic_identity is not None:
        return mapper.polymorphic_identity
    for identity in mapper.polymorphic_map:
        return identity
    return None


def _table_of(column, objects):
    for one in objects:
        table = getattr(one, "table", None)
        if table is not None:
            inner = table
            while getattr(inner, "element", None) is not None:
                inner = inner.element
            if inner in _mappers:
                return inner, id(table)
    return column.table, id(column.table)


def _base_column(column, table):
    return table.c.get(column.key, column) if hasattr(table, "c") else column


def python_type(type_):
    """The name of the Python type of a column, where holes know it."""
    from ..holes import PYTHON_TYPES

    # Those of the library, such as SQLModel's `AutoString`, keep the type of what they decorate.
    if isinstance(type_, TypeDecorator) and not is_own(type(type_)):
        type_ = type_.impl
    try:
        name = type_.python_type.__name__
    except (NotImplementedError, AttributeError):
        return None
    return name if name in PYTHON_TYPES else None


def _keys(context, parameters):
    """The keys an eager load asked for: its rows must have them, to find their parents."""
    bind = next((one for one in getattr(context.compiled, "bind_names", ()) if one.key == "primary_keys"), None)
    if bind is None:
        return []
    expanded = context._expanded_parameters
    name = context.compiled.bind_names[bind]
    if isinstance(parameters, dict):
        values = [parameters[one] for one in expanded.get(name, (name,))]
    else:
        values = [value for one, value in zip(_order(context.compiled, expanded), parameters) if one == name]
    width = len(bind.type.types) if hasattr(bind.type, "types") else 1
    return [values[at : at + width] for at in range(0, len(values), width)]


def _order(compiled, expanded):
    """The bind of each positional parameter. Where the text numbers them, lists that were spread come last."""
    names = compiled.positiontup or ()
    if getattr(compiled, "_numeric_binds", False):
        names = sorted(names, key=lambda name: name in expanded)
    return [name for name in names for _ in expanded.get(name, (name,))]


def _keys_of_known(context, tape):
    """The key by which the row of a merged or expired object is asked for: another one would be a change."""
    is_merged = tape.sought is not None and tape.sought.startswith("session.get(")
    if not is_merged and not _refreshes(context):
        return []
    compiled = context.compiled
    named = context.compiled_parameters[0] if getattr(context, "compiled_parameters", None) else {}
    mapper = getattr(next(iter(compiled.compile_state._entities), None), "mapper", None)
    if mapper is None:
        return []
    values = {column: named.get(f"pk_{index}") for index, column in enumerate(mapper.primary_key, 1)}
    objects = [column[2] for column in compiled._result_columns]
    found = []
    for one in objects:
        found.append(next((value for column, value in values.items() if _is_among(column, one)), None))
    return [found]


def _refreshes(context):
    """Whether the row of an object is loaded again that the session holds: it is there."""
    options = getattr(context, "execution_options", {}).get("_sa_orm_load_options")
    return getattr(options, "_refresh_state", None) is not None


def _is_among(column, objects):
    """By identity: what stands for a column in a type's own SQL cannot be compared with others."""
    return any(one is column for one in objects)


def for_parents(collections):
    """What `subqueryload` finds belongs to the rows it was loaded for: the first to the first one that asks, and so on.

    It asks for no key that rows could be made with, as other loads do.
    """
    load, get = collections._load, collections.get

    @functools.wraps(load)
    def load_all(self):
        load(self)
        found = list(self._data.values())
        self._data.clear()
        run.current().caches.setdefault("loaded by subqueries", {})[id(self)] = self, found

    @functools.wraps(get)
    def get_for(self, key, default):
        value = get(self, key, default)
        _, found = run.current().caches.get("loaded by subqueries", {}).get(id(self), (None, None))
        if not found or key in self._data:
            return value
        self._data[key] = found.pop(0)
        return self._data[key]

    collections._load, collections.get = load_all, get_for


def for_owner(emit):
    """Around a lazy load of a collection: its rows refer to the object that it is loaded for."""

    @functools.wraps(emit)
    def emit_lazyload(loader, session, state, *arguments, **keywords):
        caches = run.current().caches
        before, caches["loaded for"] = caches.get("loaded for"), (loader.parent_property, state)
        try:
            return emit(loader, session, state, *arguments, **keywords)
        finally:
            caches["loaded for"] = before

    return emit_lazyload


def _keys_of_lazy(columns, tape, count):
    prop, state = (tape.role == "lazy" and run.current().caches.get("loaded for")) or (None, None)
    if prop is None or prop.direction.name != "ONETOMANY":
        return []
    known = [(remote, state.dict.get(state.mapper.get_property_by_column(local).key)) for local, remote in prop.local_remote_pairs]
    return [[next((value for column, value in known if _is_among(column, one[2])), None) for one in columns]] * count


def _written(context, parameters, columns, count):
    """
    What an INSERT wrote: its rows come back with that. Those of many values are put in order by their keys.

    https://docs.sqlalchemy.org/en/20/core/connections.html#correlating-returning-rows-to-parameter-sets
    """
    if not context.isinsert:
        return []
    table = getattr(context.compiled.compile_state, "dml_table", None)
    names = getattr(context.compiled, "positiontup", None)

    def written(index, column):
        if column is None:
            return None
        if isinstance(parameters, dict):
            return parameters.get(f"{column.key}__{index}", parameters.get(column.key))
        at = index * len(names) + names.index(column.key) if names and column.key in names else -1
        return parameters[at] if 0 <= at < len(parameters) else None

    if table is None:
        return []
    wanted = [next((one for one in column[2] if isinstance(one, Column)), None) for column in columns]
    wanted = [column if column is not None and column.key in table.c else None for column in wanted]
    # The last ones are there for the order alone, under other names.
    keys = getattr(getattr(context.compiled, "_insertmanyvalues", None), "sentinel_columns", None) or ()
    if keys and len(keys) <= len(wanted):
        wanted[-len(keys) :] = keys
    return [[written(index, column) for column in wanted] for index in range(count)]


def _rows_of_insert(context, parameters):
    """How many rows one INSERT of many values gives back."""
    names = getattr(context.compiled, "positiontup", None) or getattr(context.compiled, "bind_names", ())
    return max(1, len(parameters) // max(1, len(names))) if parameters else len(context.compiled_parameters)


def _new_id(context):
    if not context.isinsert:
        return None
    table = getattr(getattr(context.compiled, "statement", None), "table", None)
    mapper = _mappers.get(table)
    column = generated_by(table)
    if column is None:
        return Hole("id")
    if mapper is None:
        return Hole(f"{table.name}.{column.key}")
    return Hole(column.key, kind="scalar", python="int", owner=Row(mapper.class_.__name__, is_there=True))


def _without_columns(context, tape):
    statement = getattr(context, "unicode_statement", "") or ""
    if not textual.has_rows(statement):
        return None, []
    return textual.answer(statement, tape.rows if tape.tables_exist is None else int(tape.tables_exist()))


def mapper_of(value):
    """The mapper of a class or an object, or None."""
    try:
        found = inspect(value)
    except NoInspectionAvailable:
        return None
    found = getattr(found, "mapper", found)
    return found if isinstance(found, Mapper) else None


def generated_by(table):
    """The column of a table whose values the database makes, or None; version 1.4 has no public name for it."""
    return getattr(table, "_autoincrement_column", None)
