"""Values that are changed in place: `MutableDict.as_mutable(JSON)`.

A mutable type tells the objects that hold its value when it changes, so that they are written
(https://docs.sqlalchemy.org/en/20/orm/extensions/mutable.html). An unknown value keeps who holds it as a known one does,
and what a program does to it in place changes it.
"""

from sqlalchemy.ext.mutable import Mutable
from sqlalchemy.orm.attributes import flag_modified, instance_state

from ..contents import CHANGING
from ..holes import is_hole


def install():
    coerce = Mutable.coerce.__func__
    Mutable.coerce = classmethod(lambda cls, key, value: value if is_hole(value) else coerce(cls, key, value))


def loaded(instance):
    """Tells mutable types of an object that was made as if it had been loaded; nobody else listens to this event."""
    state = instance_state(instance)
    tell = getattr(state.manager.dispatch, "_sa_event_merge_wo_load", None)
    if tell is not None:
        tell(state, None)


def changed(hole, method):
    """Notes that an unknown value was changed in place: by a method, or by setting an item."""
    if method is not None and method not in CHANGING:
        return
    for state, key in list(hole.parents.items()):
        holder = state.obj()
        if holder is not None and state.dict.get(key) is hole:
            flag_modified(holder, key)
