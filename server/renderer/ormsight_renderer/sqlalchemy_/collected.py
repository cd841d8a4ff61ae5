"""What a program puts into a collection of a relation, or takes out of it: how many rows these are is not known.

https://docs.sqlalchemy.org/en/20/orm/collection_api.html
"""

from sqlalchemy.orm import attributes
from sqlalchemy.orm.attributes import PASSIVE_ONLY_PERSISTENT
from sqlalchemy.orm.collections import InstrumentedList, InstrumentedSet, collection_adapter

from .. import run
from ..library import chosen
from ..operations.loops import as_often
from ..operations.of_rows import is_of_rows, is_one_of_several
from . import cascades


def install():
    # Its name before SQLAlchemy 2.1.
    collection = getattr(attributes, "_CollectionAttributeImpl", None) or attributes.CollectionAttributeImpl
    collection.set = _setting(collection.set)
    for cls, name in ((InstrumentedList, "extend"), (InstrumentedSet, "update")):
        setattr(cls, name, _filling(getattr(cls, name)))
    for cls in (InstrumentedList, InstrumentedSet):
        cls.clear = _clearing(cls.clear)


def _setting(original):
    def set_collection(self, state, dict_, value, *arguments, **keywords):
        if run.current().tape is not None:
            if state.key is not None and state.session is not None:
                # It is loaded anyway, to tell what is no longer in it.
                old = self.get(state, dict_, passive=PASSIVE_ONLY_PERSISTENT)
                if old is not value:
                    _perhaps_empty(old)
            value = _as_many(value, state, self.key, state.dict.get(self.key))
        return original(self, state, dict_, value, *arguments, **keywords)

    return set_collection


def _filling(original):
    def fill(self, values):
        adapter = getattr(self, "_sa_adapter", None)
        if adapter is not None and adapter.owner_state is not None and run.current().tape is not None:
            values = _as_many(list(values), adapter.owner_state, adapter._key, self)
        return original(self, values)

    return fill


def _clearing(original):
    def clear(self):
        if run.current().tape is not None:
            _perhaps_empty(self)
        return original(self)

    return clear


def _as_many(values, state, key, before):
    """The values, where they are rows as often as a loop over them runs; `before` is what the collection has."""
    if hasattr(values, "_sa_adapter"):
        rows = list(collection_adapter(values))
    elif isinstance(values, (list, tuple, set, frozenset)):
        rows = list(values)
    else:
        return values
    if not is_of_rows(rows):
        return values
    where = f"{cascades.name_of(state.obj())}.{key}"
    rows = list(as_often(rows[0], f"how many rows `{where}` gets", f"{type(rows[0]).__name__} in {where}"))
    if before:
        run.current().note(f"which of them `{where}` has already")
    return type(values)(rows) if type(values) in (tuple, set, frozenset) else rows


def _perhaps_empty(collection):
    """What was loaded of a collection is some rows, or none."""
    adapter = getattr(collection, "_sa_adapter", None)
    if adapter is None or adapter.owner_state is None or adapter._key in adapter.owner_state.committed_state:
        return
    rows = list(adapter)
    if rows and all(map(is_one_of_several, rows)):
        if not cascades.finds(f"{cascades.name_of(adapter.owner_state.obj())}.{adapter._key}"):
            chosen().replace_rows(collection, [])
