"""What a project does when objects are made, saved and deleted: receivers of signals, `save` of a model.

A receiver runs where its function is among the steps, and is named where it is not; it is connected in either case, for
with one, Django reads the rows that it deletes. What a receiver calls and is not at hand may send statements: it is named.
https://docs.djangoproject.com/en/5.2/topics/signals/
"""

from types import FunctionType

from django.apps import apps
from django.core.exceptions import ObjectDoesNotExist
from django.db import Error, transaction
from django.db.models import signals

from .. import imports, run
from ..holes import Hole

#: Names of the receivers that are being called, innermost last.
_UNDER_WAY = "receivers under way"

#: More of them inside of each other go on without an end.
_DEEPEST = 12

#: Signals whose receivers may change an object before it is read or written.
_CHANGING = ("pre_init", "post_init", "pre_save")


class Receivers:
    """Those of one project."""

    def __init__(self, described):
        self._described = described
        self._connected = []

    def find(self, namespaces):
        """Connects them to the models that were made meanwhile."""
        for one in self._described:
            is_known, sender = _sender(one)
            if is_known:
                receiver = _receiver(one, _function(one, namespaces))
                self._connected.append((getattr(signals, one["signal"]), receiver, sender))
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


def _function(described, namespaces):
    """What runs; None where it could not be made."""
    runs = described["runs"]
    module = namespaces.modules.get(runs["module"]) if runs else None
    function = module.__dict__.get(runs["name"]) if module else None
    return function if type(function) is FunctionType else None


def _receiver(described, function):
    """Before the expression that is asked about, only what may change the object matters."""
    signal, name = described["signal"], described["name"]
    what = f"what `{name}` does, which receives `{signal}`"

    def matters(state):
        return "in expression" in state.caches or signal in _CHANGING

    def name_it(**_):
        state = run.current()
        if matters(state):
            state.note(what)

    def receive(**keywords):
        state = run.current()
        under_way = state.caches.setdefault(_UNDER_WAY, [])
        if len(under_way) >= _DEEPEST:
            raise RecursionError(f"`{name}` saves again without an end")
        sent = len(state.tape.entries) if state.tape is not None else 0
        with _within(state, (name, what if matters(state) else None)):
            try:
                function(**{**keywords, "signal": Hole("signal")})
                if state.tape is not None and len(state.tape.entries) > sent and _is_of_many(signal, keywords):
                    _note(state, f"how often `{name}` is called, once for each {keywords['sender'].__name__}")
            except Exception as error:
                if is_meant(state, error):
                    raise
                _note(state, what)

    return receive if function else name_it


class _within:
    """Notes which receiver is at work."""

    def __init__(self, state, receiver):
        self.under_way, self.receiver = state.caches.setdefault(_UNDER_WAY, []), receiver

    def __enter__(self):
        self.under_way.append(self.receiver)

    def __exit__(self, *error):
        self.under_way.pop()


def _is_of_many(signal, keywords):
    """Whether the object is one of those that were found, of which there may be any number."""
    if signal in ("pre_delete", "post_delete"):
        return keywords.get("origin") is not keywords["instance"]
    return signal in ("pre_init", "post_init")


def is_meant(state, error):
    """Whether the real program would raise it: it says so itself, or the database has an answer that raises."""
    return error is state.caches.get("raised") or isinstance(error, (ObjectDoesNotExist, Error, RecursionError, MemoryError))


def _note(state, sentence):
    if any(what for _, what in state.caches.get(_UNDER_WAY, ())):
        state.note(sentence)


def calls_unknown(function):
    """A receiver calls something that is not at hand; gives whether one is at work."""
    state = run.current()
    under_way = state.caches.get(_UNDER_WAY)
    if under_way:
        _note(state, f"what `{function.text}` does, which the receiver `{under_way[-1][0]}` calls")
    return bool(under_way)


def handles(error):
    """A receiver may swallow what only went wrong because something is not known; gives whether one is at work."""
    state = run.current()
    under_way = state.caches.get(_UNDER_WAY)
    if under_way and isinstance(error, Exception) and not is_meant(state, error):
        name, what = under_way[-1]
        if what:
            state.note(what)
    return bool(under_way)


def _on_commit():
    """What is put off until the commit still belongs to the receiver."""
    original = transaction.on_commit

    def on_commit(func, *arguments, **keywords):
        state = run.current()
        under_way = state.caches.get(_UNDER_WAY)
        if not under_way:
            return original(func, *arguments, **keywords)
        receiver = under_way[-1]
        if isinstance(func, Hole):
            calls_unknown(func)
            return None

        def later():
            with _within(state, receiver):
                func()

        return original(later, *arguments, **keywords)

    imports.REPLACED["django.db.transaction", "on_commit"] = on_commit


def install():
    _on_commit()
