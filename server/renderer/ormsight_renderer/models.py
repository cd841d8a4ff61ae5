"""The models of a program, loaded once and kept by their key."""

from . import run
from .doubts import Doubts
from .library import chosen
from .namespaces import Namespaces

MOST_KEPT = 4


class NeedModels(Exception):
    """A request names models by their key alone, and they are not kept (any more)."""


class LoadedModels:
    """The namespaces of a `ModelSet` and what the library keeps about them."""

    def __init__(self, model_set):
        self.key = model_set["key"]
        self.unknown = list(model_set["unknown"])
        self.models = model_set["models"]
        self.django = model_set["django"]
        self.namespaces = Namespaces()
        self.state = None
        #: What is not known of single models, as the protocol wants it.
        self.doubts = []
        #: For which dialect they are made, where they are something else for another one.
        self.dialect = None

    def fill(self, steps):
        state = run.Run()
        before = run.enter(state)
        self.namespaces.doubts = doubts = Doubts()
        try:
            chosen().begin_models(self)
            self.namespaces.run(steps)
            chosen().models_loaded(self)
        finally:
            run.enter(before)
            self.namespaces.keep_members()
            self.namespaces.doubts = None
        self.doubts = doubts.answer()
        self.dialect = chosen().dialect() if state.asks_dialect else None
        self.unknown.extend(sentence for sentence in state.unknown if sentence not in self.unknown)

    def __enter__(self):
        self.namespaces.enter()
        chosen().enter_models(self)
        return self

    def __exit__(self, *error):
        chosen().leave_models(self)
        self.namespaces.leave()


def load(model_set):
    """The loaded models of a request: to be entered while it is answered."""
    key = model_set["key"]
    loaded = _kept.pop(key, None)
    if loaded is not None and loaded.dialect not in (None, chosen().dialect()):
        chosen().drop_models(loaded)
        loaded = None
    if loaded is None:
        if "steps" not in model_set:
            raise NeedModels
        while len(_kept) >= MOST_KEPT:
            chosen().drop_models(_kept.pop(next(iter(_kept))))
        loaded = LoadedModels(model_set)
        try:
            loaded.fill(model_set["steps"])
        except BaseException:
            chosen().drop_models(loaded)
            raise
        finally:
            loaded.namespaces.leave()
    _kept[key] = loaded
    return loaded


_kept = {}
