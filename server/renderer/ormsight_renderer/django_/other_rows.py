"""A further row of a queryset: like the first one, with other values."""

from django.db.models import Model

from ..holes import another, is_hole
from ..library import chosen
from .rows import STORED_KEY


def other_row(value, made):
    """The row after this one. `made` has, by their identity, what was made for others and these themselves, as they are kept."""
    if id(value) not in made:
        made[id(value)] = value, _other(value)
    return made[id(value)][1]


def _other(value):
    if is_hole(value):
        return another(value)
    if type(value) in (tuple, list):
        return type(value)(map(_other, value))
    if type(value) is dict:
        return {key: _other(one) for key, one in value.items()}
    return _object(value) if isinstance(value, Model) else value


def _object(value):
    """An object of the same class, loaded as this one was: what it loads by itself, it does not share."""
    other, row = type(value).__new__(type(value)), chosen().row_of(value)
    for key, one in value.__dict__.items():
        other.__dict__[key] = another(one) if is_hole(one) and one.owner is row else one
    state = type(value._state)()
    state.__dict__.update(value._state.__dict__)
    state.fields_cache = dict(value._state.fields_cache)
    if hasattr(state, STORED_KEY):
        setattr(state, STORED_KEY, other.__dict__.get(other._meta.pk.attname))
    other._state = state
    return other
