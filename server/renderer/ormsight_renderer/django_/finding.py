"""What Django looks for before it writes: the row is there or not, as the oracle says for a run."""

import functools

from django.db import models
from django.db.models import query
from django.http import Http404

from .. import run
from ..asking import ask
from ..calls import GIVEN_MAPPING
from ..decide import OPPOSITES
from ..holes import is_hole, scalar
from .mappings import values_in
from .rows import STORED_KEY


def install():
    _creating()
    _checking()
    _finding_in_nothing()


def rows_where(condition, opposite, rows):
    """How many rows are found, as the oracle says for this run."""
    OPPOSITES[condition] = opposite
    return rows if ask(scalar(condition, "bool")) else 0


def _creating():
    """`get_or_create` and the like find a row or make one; both are shown."""
    for name in ("get_or_create", "update_or_create"):
        _finding_or_not(query.QuerySet, name)
    original = models.Model._do_update

    def do_update(self, *arguments):
        """An object with a key that it was not loaded with is updated first, and inserted when there was no such row."""
        updated = original(self, *arguments)
        is_stored = not self._state.adding and self.pk == getattr(self._state, STORED_KEY, self.pk)
        if not updated or is_stored or run.current().oracle is None:
            return updated
        name = self._meta.object_name
        return bool(rows_where(f"the {name} exists", f"no {name} exists", 1))

    models.Model._do_update = do_update
    original_save = models.Model.save_base

    @functools.wraps(original_save)
    def save_base(self, *arguments, **keywords):
        original_save(self, *arguments, **keywords)
        setattr(self._state, STORED_KEY, self.pk)

    models.Model.save_base = save_base


def _finding_or_not(cls, name):
    original = getattr(cls, name)

    @functools.wraps(original)
    def method(self, *arguments, **keywords):
        state = run.current()
        for name in _MAPPINGS & keywords.keys():
            if is_hole(mapping := keywords[name]):
                state.note(f"what `{mapping.text}` holds")
                state.caches[GIVEN_MAPPING], keywords[name] = mapping, values_in(mapping, self.model, keywords)
        if state.tape is None or state.oracle is None or "looking" in state.caches:
            return original(self, *arguments, **keywords)
        # Each call may find something else.
        model, counts = self.model._meta.object_name, state.caches.setdefault("creating", {})
        number = counts[model] = counts.get(model, 0) + 1
        again = f" (call {number})" if number > 1 else ""
        rows, state.caches["looking"] = state.tape.rows, True
        state.tape.rows = rows_where(f"the {model} exists{again}", f"no {model} exists{again}", rows)
        try:
            return original(self, *arguments, **keywords)
        finally:
            state.tape.rows = rows
            del state.caches["looking"]

    setattr(cls, name, method)


#: What the row that is made or changed gets.
_MAPPINGS = frozenset(("defaults", "create_defaults"))


def _finding_in_nothing():
    """`Order.objects.none().get()` sends nothing, and raises whatever the database holds."""
    original = query.QuerySet.get

    @functools.wraps(original)
    def get(self, *arguments, **keywords):
        tape = run.current().tape
        sent = len(tape.entries) if tape is not None else 0
        try:
            return original(self, *arguments, **keywords)
        except self.model.DoesNotExist as error:
            if tape is not None and len(tape.entries) == sent:
                error.__dict__[_IN_NOTHING] = True
            raise

    query.QuerySet.get = get


def is_of_nothing(error):
    """Whether an error says that there is no row in a queryset of which that is known, or a shortcut made it of such a one."""
    errors = (error, error.__context__) if isinstance(error, Http404) else (error,)
    return any(one is not None and _IN_NOTHING in one.__dict__ for one in errors)


_IN_NOTHING = "ormsight in nothing"


def _checking():
    """`full_clean` looks for other rows with the same unique values: where it goes on, there is none.

    https://docs.djangoproject.com/en/5.2/ref/models/instances/#validating-objects
    """
    for owner, name in ((models.Model, "_perform_unique_checks"), (models.UniqueConstraint, "validate")):
        finding_nothing(owner, name)
    for name in ("run_validators", "validate"):
        _passing_holes(models.Field, name)


def _passing_holes(cls, name):
    """What is unknown is as it should be."""
    original = getattr(cls, name)

    @functools.wraps(original)
    def method(self, value, *arguments):
        return None if is_hole(value) else original(self, value, *arguments)

    setattr(cls, name, method)


def finding_nothing(cls, name):
    """Lets a method find no rows."""
    original = getattr(cls, name)

    @functools.wraps(original)
    def method(self, *arguments, **keywords):
        tape = run.current().tape
        if tape is None:
            return original(self, *arguments, **keywords)
        rows, tape.rows = tape.rows, 0
        try:
            return original(self, *arguments, **keywords)
        finally:
            tape.rows = rows

    setattr(cls, name, method)
