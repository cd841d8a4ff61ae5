"""What generic views of Django and of the REST framework do with what they say of themselves.

https://docs.djangoproject.com/en/5.2/ref/class-based-views/mixins-single-object/
https://docs.djangoproject.com/en/5.2/ref/class-based-views/mixins-multiple-object/
https://www.django-rest-framework.org/api-guide/generic-views/
"""

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Manager, Model, QuerySet

from .. import guard, run
from ..asking import ask
from ..holes import VIEW, Hole, is_hole, scalar, text_of
from ..library import chosen


def inherited(view, name):
    """The method of that name which a view has from the library, or None."""
    if name == "get_queryset":
        return _queryset_of(view)
    if name == "filter_queryset":
        return _filtering(view)
    if name in _SAVING and _kind(view) and _kind(view)["saves"]:
        return _saving(view)
    if name == "get_serializer" and _kind(view):
        return _serializing(view)
    return _finding(view) if name == "get_object" and _kind(view) else None


#: Methods of the library that save the form or serializer that they are given.
_SAVING = frozenset(("form_valid", "perform_create", "perform_update"))


def _saving(view):
    def save(checked):
        if is_hole(checked):
            run.current().note(f"what `{checked.text}` saves")
        else:
            view.__dict__["object"] = checked.save()

    return save


def _serializing(view):
    def get_serializer(*arguments, **keywords):
        choose = getattr(type(view), "get_serializer_class", None)
        cls = choose(view) if choose else getattr(view, "serializer_class", None)
        keywords.setdefault("context", {"request": Hole("self.request"), "view": view})
        return cls(*arguments, **keywords) if isinstance(cls, type) else Hole("self.get_serializer()")

    return get_serializer


def _kind(view):
    return getattr(view, "__dict__", {}).get(VIEW)


def _queryset_of(view):
    queryset, model = getattr(view, "queryset", None), getattr(view, "model", None)
    if isinstance(queryset, (QuerySet, Manager)):
        found = queryset.all
    elif isinstance(model, type) and issubclass(model, Model):
        found = model._default_manager.all
    else:
        return None
    if getattr(view, "ordering", None):
        run.current().note(f"whether the rows are in the order of `{type(view).__name__}.ordering`")
    return found


def _filtering(view):
    def filter_queryset(queryset):
        if not chosen().is_query(queryset):
            return Hole(f"self.filter_queryset({text_of(queryset)})")
        kind = _kind(view)
        if kind is None or kind["isFiltered"]:
            run.current().note(f"what the filters of `{type(view).__name__}` do")
        return queryset

    return filter_queryset


def _finding(view):
    is_of_django = _kind(view)["library"] == "django"

    def get_object(queryset=None):
        rows = guard.get(view, "get_queryset")() if queryset is None else queryset
        if not is_of_django:
            rows = guard.get(view, "filter_queryset")(rows)
        if not chosen().is_query(rows):
            return Hole("self.get_object()")
        for field, key in _keys_of_django(view, rows.model) if is_of_django else _keys_of_rest(view):
            rows = rows.filter(**{field: Hole(f'self.kwargs["{key}"]')})
        return rows.get()

    return get_object


def _keys_of_rest(view):
    field = getattr(view, "lookup_field", "pk")
    return [(field, getattr(view, "lookup_url_kwarg", None) or field)]


def _keys_of_django(view, model):
    """By the key of the row, and by its slug where it has one and the address gives no key or the view wants both."""
    key, by_slug = getattr(view, "pk_url_kwarg", "pk"), getattr(view, "slug_field", "slug")
    given = (by_slug, getattr(view, "slug_url_kwarg", "slug"))
    if not _has_field(model, by_slug):
        return [("pk", key)]
    if not ask(scalar(f'"{key}" in self.kwargs', "bool")):
        return [given]
    return [("pk", key), *([given] if getattr(view, "query_pk_and_slug", False) else [])]


def _has_field(model, name):
    try:
        model._meta.get_field(name)
        return True
    except FieldDoesNotExist:
        return False
