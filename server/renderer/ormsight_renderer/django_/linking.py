"""Rows that are put into relations and taken out of them: which are in there already, only the database knows."""

import functools

from django.db.models.fields import related_descriptors

from .. import run
from ..asking import ask
from ..decide import OPPOSITES
from ..holes import is_hole, scalar, text_of
from ..library import chosen
from .finding import rows_where
from .rows import is_alone

#: Of so many objects each is asked about whether it is in the relation already.
_MOST_ASKED = 2

#: Holds that a program sets all that is in a relation.
_SETTING = "setting a relation"


def install():
    _belonging(related_descriptors)
    _in_through_tables(related_descriptors)


def _belonging(related):
    """`artist.curated.remove(exhibit)` checks that the exhibit is one of them; of an unknown one that is so."""
    original = related.create_reverse_many_to_one_manager

    def create_manager(*arguments, **keywords):
        manager = original(*arguments, **keywords)
        if "remove" in manager.__dict__:
            manager.remove = _removing(manager.remove)
        manager.set = _setting(manager.set, lambda self, one: one)
        return manager

    related.create_reverse_many_to_one_manager = create_manager


def _removing(method):
    @functools.wraps(method)
    def remove(self, *objects, **keywords):
        for one in objects:
            for own, foreign in self.field.related_fields:
                if isinstance(one, self.model) and is_hole(one.__dict__.get(own.attname)):
                    one.__dict__[own.attname] = getattr(self.instance, foreign.attname)
        return method(self, *objects, **keywords)

    return remove


def _in_through_tables(related):
    """`entry.authors.add(one, other)`: which of the keys comes first is up to Python's set of them."""
    original = related.create_forward_many_to_many_manager

    def create_manager(*arguments, **keywords):
        manager = original(*arguments, **keywords)
        for name in ("_add_items", "_remove_items"):
            setattr(manager, name, _in_any_order(manager.__dict__[name]))
        manager._get_missing_target_ids = _linked_or_not(manager._get_missing_target_ids)
        manager.set = _setting(manager.set, _target_key)
        return manager

    related.create_forward_many_to_many_manager = create_manager


def _in_any_order(method):
    @functools.wraps(method)
    def items(self, source_field_name, target_field_name, *objects, **keywords):
        is_known = all(not is_hole(one) and chosen().row_of(one) is None for one in objects)
        if len(objects) > 1 and not is_known and "in expression" in run.current().caches:
            run.current().note("the order of the rows, whose keys Django keeps in a set")
        return method(self, source_field_name, target_field_name, *objects, **keywords)

    return items


def _linked_or_not(method):
    """What is added is looked for first where a signal says it, or the through model is the program's: it is there or not."""

    @functools.wraps(method)
    def missing(self, source_field_name, target_field_name, db, target_ids):
        state = run.current()
        found = method(self, source_field_name, target_field_name, db, target_ids)
        # Whoever sets them has seen by then that they are not.
        if state.oracle is None or not any(map(is_hole, target_ids)) or _SETTING in state.caches:
            return found
        if len(target_ids) > 1:
            state.note(f"which of the objects of `{self.through._meta.object_name}` are there already")
        name = self.model._meta.object_name
        return found if rows_where(f"the {name} is not linked yet", f"the {name} is linked already", 1) else set()

    return missing


def _target_key(manager, one):
    """What a through table holds of an object; programs may give the key alone."""
    if not isinstance(one, manager.model):
        return manager.target_field.get_prep_value(one)
    return manager.target_field.get_foreign_related_value(one)[0]


def _setting(method, key_of):
    """`entry.authors.set([john])` looks for what is in there: others, which are taken out, and those, which are not put in again."""

    @functools.wraps(method)
    def set_(self, objs, **keywords):
        state = run.current()
        if state.tape is None or state.oracle is None or is_hole(objs):
            return method(self, objs, **keywords)
        objs = tuple(objs)
        using, before = self.using, state.caches.get(_SETTING)
        is_new = is_alone(chosen().row_of(self.instance), getattr(self, "through", self.model)._meta.db_table)
        self.using = lambda alias: _Linked(using(alias), [(one, key_of(self, one)) for one in objs], is_new)
        state.caches[_SETTING] = True
        try:
            return method(self, objs, **keywords)
        finally:
            del self.using
            state.caches.pop(_SETTING) if before is None else None

    return set_


class _Linked:
    """What is in a relation, for a program that sets it: asked for once, then decided."""

    def __init__(self, queryset, objects, is_new):
        self.queryset = queryset
        self.objects = objects
        #: Of a row that was just inserted.
        self.is_new = is_new

    def all(self):
        return self._decided(self.queryset.all())

    def values_list(self, *names, **options):
        return self._decided(self.queryset.values_list(*names, **options))

    def __getattr__(self, name):
        return getattr(self.queryset, name)

    def _decided(self, queryset):
        others = list(queryset)
        if self.is_new:
            return []
        model = queryset.model._meta.object_name
        condition = f"{'other rows' if self.objects else 'rows'} of {model} are linked"
        found = others if rows_where(condition, condition.replace("are linked", "are not linked"), 1) else []
        if len(self.objects) > _MOST_ASKED:
            run.current().note(f"which of the rows of {model} are linked already")
            return found
        return [*found, *(key for one, key in self.objects if _is_linked(one))]


def _is_linked(one):
    row = chosen().row_of(one)
    name = row.name if row is not None else text_of(one)
    condition = f"`{name}` is not linked yet"
    OPPOSITES[condition] = f"`{name}` is linked already"
    return not ask(scalar(condition, "bool"))
