"""Functions of a program that every session calls: `@event.listens_for(Session, "do_orm_execute")`.

https://docs.sqlalchemy.org/en/20/orm/session_events.html
"""

from sqlalchemy import event
from sqlalchemy.orm import Session

from .. import run
from ..holes import is_hole
from ..library import chosen
from ..recording.tape import CutOff, Tape


def hear(target, identifier, function, **options):
    """Keeps a listener for the programs with the models that are being loaded; False where it is none of sessions."""
    models = chosen().models
    # What a query adds would stay for the next one.
    is_loading = models is not None and models.state is None
    if not is_loading or not (isinstance(target, type) and issubclass(target, Session)):
        return False
    listeners = models.session_listeners
    if (identifier, function) not in [each[:2] for each in listeners]:
        listeners.append((identifier, function, _as_far_as_known(identifier, function), options))
    return True


def unknown(identifier, function):
    """What stands for a listener that is not known itself, at any event."""

    def listener(target, *arguments):
        run.current().note(f"what `{function.text}` does at the event `{identifier}`")
        # Of a listener that may replace it: the value.
        return arguments[0] if arguments else None

    listener.__name__ = function.text
    return listener


def _as_far_as_known(identifier, function):
    """A listener that may do something that is not known: what was to be sent is sent then as it was."""

    def listener(*arguments):
        state = run.current()
        under_way = state.caches.setdefault("listeners under way", [])
        # It may come back to itself, by the session that it opens.
        if function in under_way:
            _note(state, function, identifier)
            return
        before = arguments[0].statement if identifier == _OF_STATEMENTS else None
        tape = state.tape or Tape()
        sent, most = len(tape.entries), tape.most
        tape.most = min(most, sent + _MOST_SENT)
        under_way.append(function)
        try:
            function(*arguments)
        except CutOff:
            del tape.entries[sent:]
            _note(state, function, identifier)
        except Exception as error:
            if error is state.caches.get("raised"):
                raise
            _note(state, function, identifier)
        finally:
            under_way.remove(function)
            tape.most = most
        if before is not None and is_hole(arguments[0].statement):
            state.note(f"what `{arguments[0].statement.text}` is")
            arguments[0].statement = before

    return listener


def _note(state, function, identifier):
    state.note(f"what `{function.__name__}` does at the event `{identifier}`")


_OF_STATEMENTS = "do_orm_execute"

#: Who sends more than this at one event is in a loop that nothing known ends.
_MOST_SENT = 10


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
