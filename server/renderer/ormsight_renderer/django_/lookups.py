"""Lookups and transforms that a project adds to Django's fields: `CharField.register_lookup(Length)`.

The classes of fields are those of all projects, so what one registers is withdrawn while another is at work.
https://docs.djangoproject.com/en/5.2/howto/custom-lookups/
"""

from django.db.models.query_utils import RegisterLookupMixin

_register = RegisterLookupMixin.__dict__["register_lookup"].class_method


class Registrations:
    """What was registered on classes, in order."""

    #: Those that note what is registered now.
    noting = None

    def __init__(self):
        self._made = []

    def note(self, cls, lookup, name):
        """Registers, and keeps what to put back later."""
        name = lookup.lookup_name if name is None else name
        before = cls.__dict__.get("class_lookups", {}).get(name)
        _register(cls, lookup, name)
        self._made.append((cls, lookup, name, before))

    def repeat(self):
        for cls, lookup, name, _ in self._made:
            _register(cls, lookup, name)

    def withdraw(self):
        for cls, _, name, before in reversed(self._made):
            if before is None:
                del cls.class_lookups[name]
            else:
                cls.class_lookups[name] = before
            cls._clear_cached_class_lookups()

    def forget(self):
        """Withdraws for good."""
        self.withdraw()
        self._made.clear()


def install():
    def register(cls, lookup, lookup_name=None):
        if Registrations.noting is None:
            return _register(cls, lookup, lookup_name)
        Registrations.noting.note(cls, lookup, lookup_name)
        return lookup

    RegisterLookupMixin.__dict__["register_lookup"].class_method = register


def register_for_postgres():
    """What `django.contrib.postgres` adds to text fields where it is installed: `name__unaccent`, `name__search`.

    https://docs.djangoproject.com/en/5.2/ref/contrib/postgres/lookups/
    """
    from django.contrib.postgres import lookups
    from django.db.models import CharField, TextField

    for name in ("Unaccent", "SearchLookup", "TrigramSimilar", "TrigramWordSimilar", "TrigramStrictWordSimilar"):
        for field in (CharField, TextField):
            field.register_lookup(getattr(lookups, name))
