"""Methods that SQLAlchemy-Utils calls when a session writes: `@observes("lines")`.

Where the library is at hand, which is that of the project's environment, it calls them itself, with what it loads for
them. Else they are named. https://sqlalchemy-utils.readthedocs.io/en/latest/listeners.html#observers
"""

import importlib
import sys

from sqlalchemy import event
from sqlalchemy.orm import Mapper, Session

from .. import run
from ..holes import is_hole
from ..imports import MADE
from ..library import chosen
from ..operations.loops import as_often
from ..recording.tape import CutOff
from ..unseen import OBSERVERS

_PACKAGE = "sqlalchemy_utils"


def install():
    for module in (_PACKAGE, f"{_PACKAGE}.observer"):
        MADE[module, "observes"] = _observes
    event.listen(Mapper, "mapper_configured", _on_configured)
    event.listen(Session, "before_flush", _on_flush)


class Observers:
    """The observers of some models."""

    def __init__(self):
        #: The library's own object, once a model has an observer; None without the library.
        self.observer = None
        #: Classes whose paths lead to what is not known.
        self.lost = []

    def gather(self):
        """Follows the paths that are observed, when all mappers are connected."""
        if self.observer is None:
            return
        registry = self.observer.generator_registry
        for cls, methods in registry.items():
            self.observer.generator_registry = {cls: methods}
            try:
                self.observer.gather_paths()
            except Exception:
                self.lost.append(cls)
        self.observer.generator_registry = registry

    def calls(self, cls, name):
        """Whether the library calls a method of a class."""
        known = self.observer.generator_registry if self.observer is not None else ()
        return cls in known and cls not in self.lost and vars(cls).get(name) in known[cls]


def _observes(*paths, **keywords):
    library, models = _library(), chosen().models
    if library is None or keywords or models is None or models.state is not None:
        return lambda method: method
    observers = models.observers
    if observers.observer is None:
        observers.observer = library.PropertyObserver()
        # It is asked here, where others have no part in it.
        observers.observer.register_listeners = lambda: None
    mark = library.observes(*paths, observer=observers.observer)
    return lambda method: mark(_as_far_as_known(method))


def _as_far_as_known(method):
    def observer(self, *values, **keywords):
        caches = run.current().caches
        if not caches.pop(_CALLS, False):
            return method(self, *values, **keywords)
        try:
            return method(self, *values)
        except CutOff:
            raise
        except Exception as error:
            if error is caches.get("raised"):
                raise
            _note(type(self), method.__name__)
        finally:
            caches[_CALLS] = True

    return observer


def _on_configured(mapper, cls):
    models = chosen().models
    if models is not None and models.observers.observer is not None:
        models.observers.observer.update_generator_registry(mapper, cls)


def _on_flush(session, context, instances):
    models = chosen().models
    if models is None:
        return
    _note_uncalled(session, models.observers)
    if models.observers.observer is None:
        return
    caches = run.current().caches
    caches[_CALLS] = True
    try:
        models.observers.observer.invoke_callbacks(session, context, instances)
    finally:
        caches[_CALLS] = False


#: Among the caches of a run: whether the library is about to call methods.
_CALLS = "observers are called"


def _note_uncalled(session, observers):
    """What the library calls for objects that are written, and for those they belong to, may load and change more."""
    for instance in (*session.new, *session.dirty, *session.deleted):
        mapper = instance._sa_instance_state.mapper
        for owner in (mapper.class_, *(relation.mapper.class_ for relation in mapper.relationships)):
            for cls in owner.__mro__:
                for name in vars(cls).get(OBSERVERS, ()):
                    if not observers.calls(cls, name):
                        _note(cls, name)


def _note(cls, name):
    run.current().note(f"what `{name}` of `{cls.__name__}` does when a session writes")


# The library


def _library():
    """The library's module of observers; None where it is not at hand."""
    if not _found:
        _found.append(_imported())
    return _found[0]


_found = []


def _imported():
    # Programs have modules of their own by these names, with what models are made of.
    before = _without_modules()
    try:
        observer = importlib.import_module(f"{_PACKAGE}.observer")
        functions = importlib.import_module(f"{_PACKAGE}.functions.orm")
    except Exception:
        return None
    finally:
        _without_modules()
        sys.modules.update(before)
    for module in (observer, functions):
        module.is_sequence = _sequences(module.is_sequence)
    observer.getdotattr = _following(observer.getdotattr)
    return observer


def _without_modules():
    names = [name for name in sys.modules if name.partition(".")[0] == _PACKAGE]
    return {name: sys.modules.pop(name) for name in names}


def _sequences(is_sequence):
    """An unknown value of a column is one value."""
    return lambda value: not is_hole(value) and is_sequence(value)


def _following(original):
    """Follows a path part by part: for each of several rows, what comes next is loaded again."""

    def getdotattr(owner, path, condition=None):
        found, parts = owner, str(path).split(".")
        for index, part in enumerate(parts):
            found = original(found, part, condition)
            # Who is called for each of several objects is called as often; methods get them all, and ask for themselves.
            if isinstance(found, (list, tuple, set)) and (condition is None or index < len(parts) - 1):
                text = ".".join(parts[: index + 1])
                found = [row for one in found for row in as_often(one, f"how many rows `{text}` has", f"{type(one).__name__} in {text}")]
        return found

    return getdotattr
