"""Whether an attribute is there when a program reads it, and why: as the object's own state says."""

from sqlalchemy import inspect
from sqlalchemy.orm import RelationshipProperty

from .. import run

#: Strategies by the option that asks for them.
_OPTIONS = {
    "joined": "joinedload", "selectin": "selectinload", "subquery": "subqueryload", "immediate": "immediateload",
    "select": "lazyload", "raise": "raiseload", "raise_on_sql": "raiseload", "noload": "noload",
}  # fmt: skip
_LOADING = ("joined", "selectin", "subquery", "immediate")


def reading(owner, name):
    """A `Reading` of the protocol for an attribute of an object, or None when it is not mapped."""
    state = inspect(owner)
    prop = state.mapper.attrs.get(name)
    if prop is None:
        return None
    option = _option(state, name)
    if name in state.dict:
        return {"state": "loaded", "by": _loaded_by(prop, option)}
    if state.transient or state.pending:
        return {"state": "new", "by": None}
    if state.expired or name in state.expired_attributes:
        return {"state": "expired", "by": None}
    if any(owner is one for one in run.current().caches.get("made up", ())):
        run.current().note(f"whether `{name}` was loaded before")
    if not isinstance(prop, RelationshipProperty):
        return {"state": "deferred", "by": option or ("deferred" if prop.deferred else None)}
    by = option or (f'lazy="{prop.lazy}"' if prop.lazy not in ("select", True) else None)
    raises = (option or prop.lazy) in ("raiseload", "raise", "raise_on_sql")
    return {"state": "raises" if raises else "lazy", "by": by}


def _loaded_by(prop, option):
    if option:
        return option
    lazy = getattr(prop, "lazy", None)
    return f'lazy="{lazy}"' if lazy in _LOADING or lazy is False else None


def _option(state, name):
    """The loader option of the object's query that is about the attribute."""
    for one in state.load_options:
        for load in getattr(one, "context", ()):
            path = [step.key for step in getattr(load, "path", ()) if hasattr(step, "key") and hasattr(step, "parent")]
            before = [step.key for step in state.load_path if hasattr(step, "key") and hasattr(step, "parent")]
            if path != [*before, name]:
                continue
            strategy = dict(load.strategy or ())
            if "lazy" in strategy:
                return _OPTIONS.get(strategy["lazy"])
            if strategy.get("deferred"):
                return "raiseload" if strategy.get("raiseload") else "defer"
    return None
