"""Forms of data that only a request brings: the real forms check it, and each field gives what `cleaned_data` will have.

Whether data is valid is the program's own question, `form.is_valid()`. Where it is, all that is looked for is there.
https://docs.djangoproject.com/en/5.2/ref/forms/validation/
"""

import functools

from django import forms
from django.forms import boundfield, models, widgets

from .. import run
from ..asking import ask, or_none
from ..errors import NotReached
from ..holes import GIVEN_NAME, Hole, holds_hole, is_hole, scalar
from ..library import chosen
from ..recording.tape import Tape
from .carrying import subclasses

_TYPES = {
    forms.CharField: "str", forms.BooleanField: "bool", forms.IntegerField: "int", forms.FloatField: "float",
    forms.DecimalField: "Decimal", forms.DateField: "date", forms.TimeField: "time", forms.DateTimeField: "datetime",
    forms.DurationField: "timedelta", forms.UUIDField: "UUID", forms.ChoiceField: "str",
}  # fmt: skip

#: What gives None where nothing was entered; others give an empty text, or leave a file as it is.
_NONE_WHEN_EMPTY = (
    forms.IntegerField, forms.DateField, forms.TimeField, forms.DateTimeField, forms.DurationField, forms.UUIDField,
    forms.JSONField, forms.NullBooleanField, models.ModelChoiceField,
)  # fmt: skip


def install():
    _data()
    _cleaning()
    _checking()
    _naming()


def is_kind(cls):
    return issubclass(cls, forms.BaseForm)


def _is_unknown(form):
    return form.is_bound and (holds_hole(form.data) or holds_hole(form.files))


def called(checked, otherwise="form"):
    """What the program calls a form, or what else checks data."""
    return checked.__dict__.get(GIVEN_NAME, otherwise)


def _data():
    """What a widget reads from unknown data is named after what becomes of it, or after the data where a field looks for it."""
    original = boundfield.BoundField.data.fget

    def data(self):
        if not _is_unknown(self.form):
            return original(self)
        if isinstance(self.field, forms.FileField) and not holds_hole(self.form.files):
            return self.form.files.get(self.html_name)
        return _given(self)

    boundfield.BoundField.data = property(data)
    for cls in subclasses(widgets.Widget):
        if "value_omitted_from_data" in cls.__dict__:
            cls.value_omitted_from_data = _never_of_unknown(cls.value_omitted_from_data)


def _given(bound):
    form, field = called(bound.form), bound.field
    cleaned = f'{form}.cleaned_data["{bound.name}"]'
    python = next((_TYPES[cls] for cls in type(field).__mro__ if cls in _TYPES), None)
    hole = Hole(cleaned, kind="scalar" if python else "unknown", python=python)
    hole.optional = not field.required and isinstance(field, _NONE_WHEN_EMPTY)
    if isinstance(field, forms.FileField):
        hole.source = (_FILE, f'"{bound.html_name}" in {form}.files')
    if isinstance(field, models.ModelChoiceField):
        several = isinstance(field, models.ModelMultipleChoiceField)
        given = f'.getlist("{bound.html_name}")' if several else f'["{bound.html_name}"]'
        # Not of kind `list`, though it is one: how many rows it names decides what is written, not only what is asked.
        hole.source = (_CHOSEN, Hole(f"{form}.data{given}"))
    return hole


#: The source of a file, with the condition that there is one.
_FILE = "file"

#: The source of what a field looks for in the database, with the data that it is looked for by.
_CHOSEN = "chosen"


def _never_of_unknown(method):
    @functools.wraps(method)
    def value_omitted_from_data(self, data, files, name):
        return not (is_hole(data) or is_hole(files)) and method(self, data, files, name)

    return value_omitted_from_data


def _cleaning():
    for cls in subclasses(forms.Field):
        if "clean" in cls.__dict__:
            cls.clean = _passing(cls.clean)


def _passing(method):
    @functools.wraps(method)
    def clean(self, value, *arguments):
        if not is_hole(value):
            return method(self, value, *arguments)
        if isinstance(self, forms.FileField):
            return _file(self, value, *arguments)
        return _chosen(self, value) if isinstance(self, models.ModelChoiceField) else value

    return clean


def _file(field, value, initial=None):
    """What is uploaded; without that, what was there stays."""
    oracle = run.current().oracle
    may_be_missing = (not field.required or initial) and oracle is not None and value.source
    return initial if may_be_missing and not oracle.decide(value.source[1]) else value


def _chosen(field, value):
    """The rows that the data names, which are looked for here."""
    several = isinstance(field, models.ModelMultipleChoiceField)
    if not field.required and not several and or_none(value) is None:
        return None
    oracle = run.current().oracle
    if several and not field.required and oracle is not None and not oracle.decide(value.text):
        return field.queryset.none()
    key, (_, given) = field.to_field_name or "pk", value.source
    if several:
        rows = field.queryset.filter(**{f"{key}__in": given})
        for _ in rows:
            pass
        return rows
    row = field.queryset.get(**{key: given})
    found = chosen().row_of(row)
    if found is not None:
        found.name, found.named = value.text, True
    return row


def _checking():
    """Whether unknown data is valid is for the program to ask; what is looked for then depends on which fields are."""
    original = forms.BaseForm.is_valid

    @functools.wraps(original)
    def is_valid(self):
        sent = len(run.current().tape.entries) if run.current().tape is not None else 0
        valid = original(self)
        return note_invalid(called(self), valid, sent) if _is_unknown(self) else valid

    forms.BaseForm.is_valid = is_valid
    forms.BaseForm.cleaned_data = _Cleaned()


def note_invalid(name, valid, sent):
    """What `is_valid` gives for unknown data: the program asks, unless a check of its own says that it is not."""
    state = run.current()
    if not valid:
        # Such a check may have sent statements, which makes what it gave an answer of the database.
        if state.oracle is not None:
            state.oracle.suppose(f"{name}.is_valid()", False)
        return False
    if state.tape is not None and len(state.tape.entries) > sent and "in expression" in state.caches:
        state.note(f"which fields of `{name}` are valid")
    return scalar(f"{name}.is_valid()", "bool")


def checked(text, cls, hole_type):
    """A form of a class that has checked unknown data; None where it wants to be made otherwise."""
    return given(text, cls, hole_type, models.BaseModelForm, _made, _under_check)


def _made(text, cls, instance):
    return cls(data=Hole(f"{text}.data"), files=Hole(f"{text}.files"), **instance)


def _under_check(form):
    """Gives a form what it has while it is checked by its own methods, without asking these."""
    form._errors = forms.utils.ErrorDict()
    form.cleaned_data = {name: form.fields[name].clean(form[name].data) for name in form.fields}
    if isinstance(form, models.BaseModelForm):
        models.construct_instance(form, form.instance, form._meta.fields, form._meta.exclude)


def made_of(model, fields):
    """The form that a generic view makes of a model and names of its fields."""
    return models.modelform_factory(model, fields=fields)


def given(text, cls, hole_type, kind, make, prepare):
    """What has checked data, of a class, with its object: a new one or a stored one, which `kind` alone has.

    `prepare` does what is done instead of a check where it is one of its own methods that asks.
    """
    model = getattr(getattr(cls, "Meta", None), "model", None) if issubclass(cls, kind) else None
    instance = {}
    if model is not None:
        is_new = hole_type["isNew"]
        stored = ask(scalar(f"{text}.instance.pk", "bool")) if is_new is None else not is_new
        if stored:
            instance = {"instance": chosen().made_up(model, f"{text}.instance")}
    try:
        made = make(text, cls, instance)
    except TypeError:
        return None
    made.__dict__[GIVEN_NAME] = text
    if aside(lambda: prepare(made) if hole_type.get("isOwn") else made.is_valid()) is False:
        # Who gives it has seen that it is valid.
        raise NotReached
    return made


def aside(check):
    """Does what a part of the program did that is not among these statements."""
    state = run.current()
    tape, state.tape = state.tape, Tape()
    try:
        return check()
    finally:
        state.tape = tape


class _Cleaned:
    """The data of a form that was checked in a part of the program that is not among these statements."""

    def __get__(self, form, owner=None):
        if form is None:
            return self
        if not _is_unknown(form):
            raise AttributeError(f"'{type(form).__name__}' object has no attribute 'cleaned_data'")
        aside(form.is_valid)
        return form.cleaned_data


def _naming():
    """What a form makes is its `instance` until the program gives it a name."""
    original = models.BaseModelForm.save

    @functools.wraps(original)
    def save(self, commit=True):
        commits = ask(commit) if is_hole(commit) else commit
        try:
            return while_named(self, "form", lambda: original(self, commits))
        except ValueError as error:
            if self.errors:
                # A check of the program's own says that the data is not valid.
                run.current().caches["raised"] = error
            raise

    models.BaseModelForm.save = save


def while_named(checked, otherwise, save):
    """Saves, and calls the object `form.instance` meanwhile where the program has no name for it."""
    name, own = f"{called(checked, otherwise)}.instance", getattr(checked, "instance", None)
    state = own.__dict__ if chosen().is_instance(own) and GIVEN_NAME not in own.__dict__ else None
    if state is not None:
        state[GIVEN_NAME] = name
    made = save()
    if state is not None:
        del state[GIVEN_NAME]
    row = chosen().row_of(made) if chosen().is_instance(made) else None
    if row is not None and (not row.named or row.name == name):
        row.name, row.named = name, False
    return made
