"""Methods of a model that stand in the way of Django's own `save`, `delete` and `clean`.

They run where they are among the members of the model, and are named where they are not. What they call and is not at hand
may send statements, or change the object: it is named too.
https://docs.djangoproject.com/en/stable/topics/db/models/#overriding-predefined-model-methods
"""

import functools
import sys

from django.db import models

from .. import run
from ..guard import OWN_MODULES, note_decorators
from .signals import is_meant

_WRITING = {"save": "save", "asave": "save", "delete": "delete", "adelete": "delete"}


def install(overrides):
    """`overrides("save")` gives the labels of the models that have a `save` of their own."""
    for name in ("save", "delete", "clean"):
        _name_unseen(name, overrides)


def _name_unseen(name, overrides):
    original = getattr(models.Model, name)

    @functools.wraps(original)
    def method(self, *arguments, **keywords):
        own = getattr(type(self), name)
        if own is method and self._meta.label in overrides(name):
            run.current().note(f"what `{self._meta.object_name}.{name}` does")
        elif own is not method:
            note_decorators(own)
        return original(self, *arguments, **keywords)

    setattr(models.Model, name, method)


def calls_unknown(function):
    """Something that is not at hand is called: named where a method of a model that writes it is at work."""
    at_work = _at_work()
    if at_work:
        run.current().note(f"what `{function.text}` does, which `{at_work}` calls")


def handles(error):
    """Such a method may swallow what only went wrong because something is not known."""
    state = run.current()
    at_work = isinstance(error, Exception) and not is_meant(state, error) and _at_work()
    if at_work:
        state.note(f"what `{at_work}` does")


def _at_work():
    """The innermost such method, `Order.save`, whose statements are asked for; None where there is none."""
    if "in expression" not in run.current().caches:
        return None
    frame = sys._getframe(2)
    while frame is not None:
        owner = frame.f_locals.get("self") if frame.f_code.co_name in _WRITING else None
        if isinstance(owner, models.Model) and frame.f_globals.get("__name__") in OWN_MODULES:
            return f"{type(owner).__name__}.{_WRITING[frame.f_code.co_name]}"
        frame = frame.f_back
    return None
