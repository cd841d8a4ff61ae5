"""What Django deletes together with an object: it looks for the rows that refer to it, which are there or not."""

import functools

from django.db.models import ForeignKey, OneToOneField, query
from django.db.models.deletion import Collector, get_candidate_relations_to_delete

from .. import run
from ..holes import is_hole
from .finding import rows_where

#: Holds what was answered about the rows that refer to what is being deleted, by the condition.
_DELETING = "deleting"

#: The hint of a queryset of rows that refer to what is being deleted: hints go along to its copies.
_REFERRING = "ormsight_referring"

#: So many kinds of rows are asked about one by one: together they make the eight variants that are shown.
_KINDS_OF_ROWS = 3


def install():
    _deletions()
    _collecting()


def _deletions():
    """`on_delete=archive` with an unknown function: what becomes of the rows that refer to a deleted one."""
    for cls in (ForeignKey, OneToOneField):
        _with_on_delete(cls)


def _with_on_delete(cls):
    original = cls.__init__

    @functools.wraps(original)
    def __init__(self, to, on_delete, *arguments, **keywords):
        original(self, to, _unknown_deletion(on_delete) if is_hole(on_delete) else on_delete, *arguments, **keywords)

    cls.__init__ = __init__


def _unknown_deletion(hole):
    def on_delete(collector, field, sub_objs, using):
        run.current().note(f"what `on_delete={hole.text}` does")

    return on_delete


def _collecting():
    """What is deleted with an object, and whether a queryset finds any, depends on the data: each way is shown."""
    original = Collector.collect

    @functools.wraps(original)
    def collect(self, objs, source=None, *arguments, **keywords):
        state = run.current()
        if isinstance(objs, query.QuerySet) or objs:
            _generic(objs.model if isinstance(objs, query.QuerySet) else type(objs[0]))
        if source is not None or state.tape is None or state.oracle is None or _DELETING in state.caches:
            return original(self, objs, source, *arguments, **keywords)
        rows, state.caches[_DELETING] = state.tape.rows, {}
        try:
            if isinstance(objs, query.QuerySet) and not self.can_fast_delete(objs):
                name = objs.model._meta.object_name
                state.tape.rows = rows_where(f"the {name} exists", f"no {name} exists", rows)
                len(objs)
            return original(self, objs, source, *arguments, **keywords)
        finally:
            state.tape.rows = rows
            del state.caches[_DELETING]

    Collector.collect = collect
    Collector.related_objects = _referring(Collector.related_objects)
    query.QuerySet._fetch_all = _found_where_they_refer(query.QuerySet._fetch_all)


def _referring(method):
    @functools.wraps(method)
    def related_objects(self, related_model, related_fields, objs):
        found = method(self, related_model, related_fields, objs)
        others = [each for each in get_candidate_relations_to_delete(objs[0]._meta) if each.related_model is related_model]
        return _hinted(found, objs[0], f" by `{related_fields[0].name}`" if len(others) > 1 else "")

    return related_objects


def _generic(model):
    """Rows that refer to any model by a generic key, which go with what they refer to."""
    for field in model._meta.private_fields:
        original = getattr(type(field), "bulk_related_objects", None)
        if original is not None and not hasattr(original, "__wrapped__"):
            type(field).bulk_related_objects = _referring_generically(original)


def _referring_generically(method):
    @functools.wraps(method)
    def bulk_related_objects(self, objs, *arguments, **keywords):
        return _hinted(method(self, objs, *arguments, **keywords), objs[0], "")

    return bulk_related_objects


def _hinted(found, instance, how):
    if _DELETING in run.current().caches:
        found._hints = {**found._hints, _REFERRING: (found.model._meta.object_name, instance._meta.object_name, how)}
    return found


def _found_where_they_refer(method):
    @functools.wraps(method)
    def fetch(self):
        state = run.current()
        referring = self._hints.get(_REFERRING)
        if referring is None or self._result_cache is not None or _DELETING not in state.caches:
            return method(self)
        rows = state.tape.rows
        state.tape.rows = _rows_referring(state, *referring)
        try:
            return method(self)
        finally:
            state.tape.rows = rows

    return fetch


def _rows_referring(state, model, name, how):
    answers = state.caches[_DELETING]
    condition, opposite = f"rows of {model} refer to the {name}{how}", f"no row of {model} refers to the {name}{how}"
    if condition not in answers and len(answers) >= _KINDS_OF_ROWS:
        state.note(f"which kinds of rows refer to the {name}")
        answers[condition] = next(iter(answers.values()))
    if condition not in answers:
        answers[condition] = rows_where(condition, opposite, state.tape.rows)
    return answers[condition]
