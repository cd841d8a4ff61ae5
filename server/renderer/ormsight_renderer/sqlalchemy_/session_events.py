"""Functions of a program that every session calls: `@event.listens_for(Session, "do_orm_execute")`.

https://docs.sqlalchemy.org/en/20/orm/session_events.html
"""

from sqlalchemy import event
from sqlalchemy.orm import Session

from .. import run
from ..holes import is_hole
from ..library import chosen


def hear(target, identifier, function, **options):
    """Keeps a listener for the programs with the models that are being loaded; False where it is none of sessions."""
    models = chosen().models
    # What a query adds would stay for the next one.
    is_loading = models is not None and models.state is None
    if not is_loading or not (isinstance(target, type) and issubclass(target, Session)):
        return False
    listeners = models.session_listeners
    if (identifier, function) not in [each[:2] for each in listeners]:
        called = _keeping_known(function) if identifier == "do_orm_execute" else function
        listeners.append((identifier, function, called, options))
    return True


def _keeping_known(function):
    """A listener that may make an unknown statement of a known one."""

    def listener(state):
        before = state.statement
        function(state)
        if is_hole(state.statement):
            run.current().note(f"what `{state.statement.text}` is")
            state.statement = before

    return listener


def listen(models):
    """From now on, all sessions call the listeners that belong to some models."""
    for identifier, _, called, options in models.session_listeners:
        event.listen(Session, identifier, called, **options)
        _called.append((identifier, called))


def ignore():
    """The opposite of `listen`."""
    while _called:
        event.remove(Session, *_called.pop())


_called = []
