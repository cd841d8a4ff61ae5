"""What Django brings beside its models, and holes come through: users, files, pages, the clock and the language."""

from django.db.models import fields
from django.utils.functional import cached_property

from .. import run, standins
from ..holes import is_hole, scalar, text_of
from ..library import chosen


def install():
    _users()
    _files()
    _pages()
    _clock()


def _users():
    """Names, addresses and passwords of new users are normalized first."""
    from django.contrib.auth import base_user, hashers

    _class_method(base_user.AbstractBaseUser, "normalize_username")
    _class_method(base_user.BaseUserManager, "normalize_email")

    def make_password(password, *arguments, **keywords):
        # The salt differs each time, and so does what stands for no password.
        return scalar(f"make_password({text_of(password)})", "str")

    hashers.make_password = base_user.make_password = make_password


def _class_method(owner, name):
    """A method of a class that leaves what is unknown as it is."""
    original = getattr(owner, name).__func__

    def method(cls, value):
        return value if is_hole(value) else original(cls, value)

    setattr(owner, name, classmethod(method))


def _files():
    """An unknown file is stored already, and has no size that could be looked up."""
    from django.db.models.fields import files

    saved, measured = files.FileField.pre_save, files.ImageField.update_dimension_fields

    def pre_save(self, instance, add):
        value = getattr(instance, self.attname)
        return value if is_hole(value) else saved(self, instance, add)

    def update_dimension_fields(self, instance, *arguments, **keywords):
        if not is_hole(instance.__dict__.get(self.attname)):
            measured(self, instance, *arguments, **keywords)

    files.FileField.pre_save = pre_save
    files.ImageField.update_dimension_fields = update_dimension_fields


def _pages():
    """A page of an unknown number, of an unknown number of pages."""
    from django.core.paginator import Paginator

    original_pages, original_page = Paginator.num_pages.func, Paginator.page
    original_validate = Paginator.validate_number

    def num_pages(self):
        return scalar("paginator.num_pages", "int") if is_hole(self.count) else original_pages(self)

    def validate_number(self, number):
        if is_hole(self.num_pages) or is_hole(number):
            return number if is_hole(number) else int(number)
        return original_validate(self, number)

    def page(self, number):
        number = self.validate_number(number)
        if not (is_hole(number) or is_hole(self.count)):
            return original_page(self, number)
        bottom = (number - 1) * self.per_page
        run.current().note("whether it is the last page")
        chunk = chosen().index(self.object_list, slice(bottom, bottom + self.per_page))
        return self._get_page(self.object_list[chunk], number, self)

    Paginator.num_pages = cached_property(num_pages)
    Paginator.num_pages.__set_name__(Paginator, "num_pages")
    Paginator.validate_number, Paginator.page = validate_number, page


def _clock():
    """`auto_now` reads the clock, as programs do."""
    from django.utils import timezone

    activate = timezone.activate

    def activate_known(zone):
        if is_hole(zone):
            run.current().note(f"which time zone `{zone.text}` is")
        else:
            activate(zone)

    timezone.activate = activate_known
    timezone.now = standins.stand_in("timezone.now", "datetime")
    for name, python in (("localtime", "datetime"), ("localdate", "date")):
        standins.register("django.utils.timezone", name, f"timezone.{name}", python)
    standins.register("django.utils.timezone", "now", "timezone.now", "datetime")
    # The language is that of the request.
    standins.register("django.utils.translation", "get_language", "get_language", "str")
    standins.register("django.utils.translation", "get_language_bidi", "get_language_bidi", "bool")
    standins.register("django.utils.translation", "get_language_from_request", "get_language_from_request", "str")
    original = fields.DateField.pre_save

    def pre_save(self, model_instance, add):
        if self.auto_now or (self.auto_now_add and add):
            value = scalar("date.today()", "date")
            setattr(model_instance, self.attname, value)
            return value
        return original(self, model_instance, add)

    fields.DateField.pre_save = pre_save
