"""Whether a field or a relation is there when a program reads it, and why: as the object's own state says.

https://docs.djangoproject.com/en/5.2/topics/db/queries/#related-objects
"""

import functools

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Manager, query
from django.db.models.fields.mixins import FieldCacheMixin

from .. import run


def install():
    """Remembers what puts related objects into others."""
    query.RelatedPopulator.populate = _under("select_related", query.RelatedPopulator.populate)
    query.prefetch_related_objects = _under("prefetch_related", query.prefetch_related_objects)
    original = FieldCacheMixin.set_cached_value

    def set_cached_value(self, instance, value):
        word = _Loading.by
        if word:
            # The object is kept, so that its identity stays its own.
            run.current().caches.setdefault("loaded", {})[id(instance), _name_of(self)] = word, instance
        return original(self, instance, value)

    FieldCacheMixin.set_cached_value = set_cached_value
    _reverse_relations()
    for name in ("only", "defer"):
        setattr(query.QuerySet, name, _deferring(name))


def _reverse_relations():
    """Rows that come through `author.books` have that author, whose key is not known to be theirs."""
    original = query.ModelIterable.__iter__

    def iterate(self):
        known = [(field, *objects.values()) for field, objects in self.queryset._known_related_objects.items() if len(objects) == 1]
        for made in original(self):
            for field, related in known:
                if isinstance(made, field.model) and not field.is_cached(made):
                    setattr(made, field.name, related)
            yield made

    query.ModelIterable.__iter__ = iterate


class _Loading:
    #: What loads related objects just now.
    by = None


def _under(word, function):
    @functools.wraps(function)
    def loading(*arguments, **keywords):
        before, _Loading.by = _Loading.by, word
        try:
            return function(*arguments, **keywords)
        finally:
            _Loading.by = before

    return loading


def _deferring(name):
    original = getattr(query.QuerySet, name)

    @functools.wraps(original)
    def method(self, *fields):
        run.current().caches["deferring"] = name
        return original(self, *fields)

    return method


def _name_of(field):
    """The attribute of an object under which it has what the field refers to."""
    return field.get_accessor_name() if getattr(field, "auto_created", False) and hasattr(field, "get_accessor_name") else field.name


def reading(owner, name):
    """A `Reading` of the protocol for a field, a relation or a manager of an object, or None when it is none."""
    try:
        value = _manager(owner, name)
    except Exception:
        return None
    if value is not None:
        is_loaded = value.get_queryset()._result_cache is not None
        return {"state": "loaded", "by": "prefetch_related"} if is_loaded else {"state": "asked", "by": None}
    field = _field(owner, name)
    if field is None:
        return None
    if not hasattr(field, "is_cached") or not field.is_relation:
        is_deferred = field.attname in owner.get_deferred_fields()
        by = run.current().caches.get("deferring")
        return {"state": "deferred", "by": by} if is_deferred else {"state": "loaded", "by": None}
    if field.is_cached(owner):
        loaded = run.current().caches.get("loaded", {}).get((id(owner), name))
        return {"state": "loaded", "by": loaded and loaded[0]}
    if owner._state.adding:
        return {"state": "new", "by": None}
    if any(owner is one for one in run.current().caches.get("made up", ())):
        run.current().note(f"whether `{name}` was loaded before")
    return {"state": "lazy", "by": None}


def _manager(owner, name):
    """The manager of related objects that an attribute is, made without a query."""
    descriptor = getattr(type(owner), name, None)
    if not hasattr(descriptor, "related_manager_cls"):
        return None
    value = getattr(owner, name)
    return value if isinstance(value, Manager) or hasattr(value, "get_queryset") else None


def _field(owner, name):
    try:
        return owner._meta.get_field(name)
    except FieldDoesNotExist:
        pass
    descriptor = getattr(type(owner), name, None)
    return getattr(descriptor, "related", None)
