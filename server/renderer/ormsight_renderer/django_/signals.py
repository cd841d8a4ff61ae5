"""What a project does when objects are saved and deleted, and that cannot be seen: receivers of signals, `save` of a model.

Receivers are connected all the same: with one, Django reads the rows that it deletes.
https://docs.djangoproject.com/en/5.2/topics/signals/
"""

import functools

from django.apps import apps
from django.db import models
from django.db.models import signals

from .. import run


class Receivers:
    """Those of one project."""

    def __init__(self, described):
        self._described = described
        self._connected = []

    def find(self):
        """Connects them to the models that were made meanwhile."""
        for one in self._described:
            is_known, sender = _sender(one)
            if is_known:
                self._connected.append((getattr(signals, one["signal"]), _receiver(one), sender))
        self.connect()

    def connect(self):
        for signal, receiver, sender in self._connected:
            signal.connect(receiver, sender=sender, weak=False)

    def disconnect(self):
        for signal, receiver, sender in self._connected:
            signal.disconnect(receiver, sender=sender)


def _sender(described):
    """Whether the model that sends is one of those at hand, and which; None for any."""
    if described["sender"] is None:
        return True, None
    label, _, name = described["sender"].rpartition(".")
    model = apps.all_models[label].get(name.lower())
    if model is not None and described["through"] is not None:
        model = getattr(getattr(model, described["through"], None), "through", None)
    return model is not None, model


def _receiver(described):
    """Before the expression that is asked about, only what may change the object matters."""

    def receive(**_):
        state = run.current()
        if "in expression" in state.caches or described["signal"] == "pre_save":
            state.note(f"what `{described['name']}` does, which receives `{described['signal']}`")

    return receive


def install(own_saves):
    """`own_saves` gives the labels of the models that have a `save` of their own."""
    original = models.Model.save

    @functools.wraps(original)
    def save(self, *arguments, **keywords):
        if type(self).save is save and self._meta.label in own_saves():
            run.current().note(f"what `{self._meta.object_name}.save` does")
        return original(self, *arguments, **keywords)

    models.Model.save = save
