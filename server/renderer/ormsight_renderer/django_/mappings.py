"""Objects that get their values from a mapping that is not known: `Author(**data)`, `update_or_create(…, defaults=data)`."""

import functools

from django.db.models import Model
from django.db.models.fields import related_descriptors as related

from .. import run
from ..calls import GIVEN_MAPPING, take_mapping, value_in
from ..holes import is_hole
from ..library import chosen
from .rows import python_of_field

#: The source of a value that a mapping has.
_MAPPING = "mapping"


def install():
    initialize = Model.__init__

    @functools.wraps(initialize)
    def init(self, *arguments, **keywords):
        mapping = take_mapping()
        initialize(self, *arguments, **keywords)
        if mapping is not None and not arguments:
            self.__dict__.update(values_in(mapping, type(self), keywords))

    Model.__init__ = init
    _related()


def values_in(mapping, model, given=()):
    """What a mapping has for the fields that have no value of their own, by their attributes; not for those of `given`."""
    values = {}
    for field in model._meta.concrete_fields:
        is_open = not field.primary_key and not field.has_default() and not getattr(field, "auto_now", False)
        if is_open and not getattr(field, "auto_now_add", False) and field.name not in given and field.attname not in given:
            hole = values[field.attname] = value_in(mapping, field.attname)
            hole.python, hole.source = python_of_field(field), _MAPPING
            hole.kind = "scalar" if hole.python else "unknown"
    return values


def _related():
    """What the program reads of the new object must be in the mapping: `Line.objects.create(**data).order`."""
    original = related.ForwardManyToOneDescriptor.__get__

    def __get__(self, instance, owner=None):
        mapping = None if instance is None else run.current().caches.get(GIVEN_MAPPING)
        value = None if mapping is None else instance.__dict__.get(self.field.attname)
        is_open = is_hole(value) and value.source == _MAPPING and not self.is_cached(instance)
        if not is_open:
            try:
                return original(self, instance, owner)
            except self.RelatedObjectDoesNotExist:
                if mapping is None:
                    raise
        made = chosen().made_up(self.field.remote_field.model, value_in(mapping, self.field.name).text)
        setattr(instance, self.field.name, made)
        return made

    related.ForwardManyToOneDescriptor.__get__ = __get__
