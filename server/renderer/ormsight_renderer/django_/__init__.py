"""Django."""

import contextlib
import os
import sys
import warnings
from types import MethodType, ModuleType

from .. import library, older, run
from ..asking import or_none
from ..guard import is_own
from ..holes import Hole, Row, is_hole, typed
from ..recording import drivers

_ASYNC = frozenset(
    """
    aget acreate aget_or_create aupdate_or_create abulk_create abulk_update acount aexists aaggregate afirst alast
    alatest aearliest ain_bulk adelete aupdate aiterator aexplain acontains asave arefresh_from_db aadd aremove aclear
    aset
    """.split()
)


def start(version):
    """Imports and configures Django and makes it record; gives the `Library`."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    warnings.simplefilter("ignore")
    drivers.install()
    older.install_for_django(version)
    _test_utilities()
    import django
    from django.conf import settings

    settings.configure(
        DATABASES={"default": {"ENGINE": "django.db.backends.dummy"}}, INSTALLED_APPS=[], USE_TZ=True, USE_I18N=False,
        SECRET_KEY="-", DEFAULT_AUTO_FIELD=_DEFAULT_AUTO_FIELD.get(version, "django.db.models.AutoField"),
    )  # fmt: skip
    return Django(django.get_version())


def _test_utilities():
    """What `contrib.postgres` of Django 4.2 takes from `django.test`, which is not bundled."""
    for name in ("django.test", "django.test.utils"):
        sys.modules.setdefault(name, ModuleType(name))
    sys.modules["django.test.utils"].ignore_warnings = contextlib.contextmanager(_ignoring)


def _ignoring(**options):
    with warnings.catch_warnings():
        yield


_DEFAULT_AUTO_FIELD = {"6.0": "django.db.models.BigAutoField", "6.1": "django.db.models.BigAutoField"}


def kind_of(value):
    """The class of a value. `isinstance` would make a lazy object set itself up, which only the program may do."""
    kind, lazy = type(value), sys.modules["django.utils.functional"]
    if issubclass(kind, lazy.LazyObject):
        wrapped = object.__getattribute__(value, "__dict__").get("_wrapped", lazy.empty)
        return kind if wrapped is lazy.empty else type(wrapped)
    return kind


#: Methods whose answer is an object, or None or an error where there is none.
_FINDING = frozenset("get first last afirst alast".split())

#: Methods of querysets and related managers that write all they are given by one statement.
_WRITING_ALL = frozenset("bulk_create bulk_update abulk_create abulk_update set aset add aadd remove aremove".split())

#: What sets the time zone.
_ZONES = ("activate", "deactivate", "override")


class Django(library.Library):
    def __init__(self, version):
        from django.apps import AppConfig, apps

        self.version = version
        self.listing_models = (type(apps).get_models, type(apps).get_app_configs, AppConfig.get_models)
        apps.apps_ready = apps.models_ready = apps.ready = True
        from django.conf import LazySettings, settings
        from django import shortcuts
        from django.core import paginator
        from django.http import Http404
        from django.utils.functional import LazyObject, Promise
        from django.db import connections, models
        from django.db.models import manager, query

        from . import carrying, cursors, deleting, fields, finding, forms, generic_views, linking, lookups, mappings, other_rows
        from . import overrides, process_caches, projects, readings, rows, serializers, signals, surroundings, targets

        self.shortcuts, self.Http404 = shortcuts, Http404
        self.settings = settings
        self.settings_class = LazySettings
        self.Model = models.Model
        self.QuerySet = query.QuerySet
        self.Promise = Promise
        self.RawQuerySet = query.RawQuerySet
        self.Manager = manager.BaseManager
        self.Page = paginator.Page
        self.keeping = (query.QuerySet, query.RawQuerySet, query.Prefetch, paginator.Paginator, paginator.Page, LazyObject)
        self.rows, self.fields, self.cursors = rows, fields, cursors
        self.other_rows = other_rows.other_row
        self.Unknown = carrying.Unknown
        self.targets = targets.Targets()
        self.default_drivers = targets.DEFAULT_DRIVERS
        self.Project = projects.Project
        for name in ("AUTH_USER_MODEL", "DEFAULT_AUTO_FIELD", "USE_TZ", "TIME_ZONE"):
            projects.DEFAULTS[name] = getattr(settings, name)
        for dialect in ("postgresql", "sqlite", "mysql"):
            self.targets.choose(dialect)
        self._preload()
        carrying.install()
        mappings.install()
        finding.install()
        surroundings.install()
        deleting.install()
        linking.install()
        readings.install()
        lookups.install()
        signals.install()
        overrides.install(self.overrides_of)
        forms.install()
        serializers.install()
        self.readings, self.process_caches = readings, process_caches
        self.generic_views, self.finding = generic_views, finding
        self.forms, self.serializers = forms, serializers
        self.signals, self.overrides = signals, overrides
        self.shown_alone = carrying.SHOWN_ALONE
        rows.install()
        rows.install_roles()
        rows.install_related_roles()
        self.projects = projects.Projects()
        type(connections).__getitem__ = lambda handler, alias: self.targets.connection(alias)
        self.models = None
        self.generators = (type(None for _ in ()),)

    def _preload(self):
        """Imports what projects use, so that it is in the snapshot and its fields can carry holes."""
        import contextlib
        import importlib

        for name in (
            "django.db.models.functions", "django.contrib.auth", "django.contrib.auth.base_user", "django.shortcuts",
            "django.contrib.auth.hashers", "django.contrib.auth.validators", "django.contrib.postgres.fields",
            "django.contrib.postgres.search", "django.contrib.postgres.aggregates", "django.contrib.postgres.indexes",
            "django.contrib.postgres.functions", "django.contrib.postgres.expressions", "django.contrib.postgres.lookups",
            "django.contrib.postgres.constraints", "django.core.paginator", "django.utils.translation",
            "django.contrib.contenttypes", "django.contrib.sessions", "django.contrib.sites",
        ):  # fmt: skip
            with contextlib.suppress(Exception):
                importlib.import_module(name)

    # The course of a request

    def dialect(self):
        return self.targets.dialect

    def prepare(self, target):
        self.targets.choose(target["dialect"])
        self.driver = target["driver"] or self.default_drivers[target["dialect"]]

    def begin_models(self, models):
        models.state = self.Project(models.django)
        self.projects.load(models.state)

    def models_loaded(self, models):
        self.projects.loaded(models.namespaces)

    def enter_models(self, models):
        self.models = models
        self.projects.enter(models.state)
        self.targets.databases = models.state.databases

    def drop_models(self, models):
        if self.projects.active is models.state:
            self.projects.leave()

    def begin_run(self, models):
        self.targets.current.ensure_connection()
        self.targets.reset(self.targets.current)
        self.projects.begin_run()
        self.process_caches.begin_run(models.state.all_models)

    def begin_expression(self):
        run.current().caches["in expression"] = True

    # Values

    def is_expression(self, value):
        return hasattr(value, "resolve_expression")

    def is_instance(self, value):
        return issubclass(kind_of(value), self.Model)

    def is_key(self, instance, name):
        return name in ("pk", instance._meta.pk.name, instance._meta.pk.attname)

    def goes_by_its_name(self, value):
        return self.is_instance(value) or self.forms.is_kind(type(value)) or self.serializers.is_kind(type(value))

    def goes_through_models(self, method):
        return method.__func__ in self.listing_models

    def finds_or_not(self, function):
        return getattr(function, "__name__", None) in _FINDING

    def is_lookup_of_all(self, keyword):
        return keyword.endswith("__in")

    def writes_all(self, function):
        return type(function) is MethodType and getattr(function, "__name__", None) in _WRITING_ALL

    def keeps_results(self, kind):
        return issubclass(kind, self.keeping)

    def only_computes(self, function):
        module = function.__module__
        return module == "django.utils.text" or (module == "django.utils.timezone" and function.__name__ not in _ZONES)

    def operand(self, hole, sign):
        if sign in "&|":
            return self.Unknown(hole)
        return hole

    def maker_of(self, cls):
        return self.fields.maker_of(cls) if issubclass(cls, self.fields.Field) and is_own(cls) else None

    def is_lazy_text(self, value):
        return issubclass(type(value), self.Promise)

    def other_row(self, value, made):
        return self.other_rows(value, made)

    def row_of(self, value):
        if not issubclass(kind_of(value), self.Model):
            return None
        key = value.__dict__.get(value._meta.pk.attname)
        if type(key) is not Hole:
            return None
        # A prefetched object has its key from the one that points to it, the rest is its own.
        for field in value._meta.concrete_fields:
            own = value.__dict__.get(field.attname)
            if type(own) is Hole and own._text == field.attname and own.owner is not None:
                return own.owner
        return key.owner

    def materialise(self, text, hole_type, optional=False):
        if hole_type and hole_type["kind"] == "instance":
            return self.instance(text, hole_type, optional)
        if hole_type and hole_type["kind"] == "data":
            made = self.checked(text, hole_type)
            return Hole(text, optional=optional) if made is None else library.found_or_none(optional, lambda: made)
        return typed(text, hole_type, optional)

    def checked(self, text, hole_type):
        """A form or a serializer that has checked its data; None where it cannot be made."""
        module = self.models.namespaces.modules.get(hole_type["module"]) if self.models else None
        cls = module.__dict__.get(hole_type["name"]) if module else None
        if not isinstance(cls, type):
            return None
        if "fields" in hole_type and issubclass(cls, self.Model):
            cls = self.forms.made_of(cls, hole_type["fields"])
        kinds = self.forms, self.serializers
        return next((kind.checked(text, cls, hole_type) for kind in kinds if kind.is_kind(cls)), None)

    def instance(self, text, hole_type, optional):
        """An object of a model that stands in the database, its fields unknown."""
        module = self.models.namespaces.modules.get(hole_type["module"]) if self.models else None
        model = module.__dict__.get(hole_type["name"]) if module else None
        if not isinstance(model, type) or not issubclass(model, self.Model):
            model = self.installed_class(hole_type)
        if model is None:
            return Hole(text, optional=optional)
        return library.found_or_none(optional, lambda: self.made_up(model, text))

    def made_up(self, model, text):
        from django.db import router

        names = [field.attname for field in model._meta.concrete_fields]
        made = model.from_db(router.db_for_read(model), names, self.rows.values_of(model, Row(text, True)))
        run.current().caches.setdefault("made up", []).append(made)
        return made

    def inherited(self, owner, name):
        return self.generic_views.inherited(owner, name)

    def overrides_of(self, name):
        return self.projects.active.overrides[name] if self.projects.active else ()

    def calls_unknown(self, function):
        if not self.signals.calls_unknown(function):
            self.overrides.calls_unknown(function)

    def handles(self, error):
        if not self.signals.handles(error):
            self.overrides.handles(error)

    def error_without_row(self, function):
        if function is self.shortcuts.get_object_or_404:
            return self.Http404
        owner = getattr(function, "__self__", None)
        is_asking = getattr(function, "__name__", None) in ("get", "latest", "earliest") and self.is_query(owner)
        return owner.model.DoesNotExist if is_asking else None

    def raises_always(self, error):
        return self.finding.is_of_nothing(error)

    def reading(self, owner, name):
        return self.readings.reading(owner, name) if issubclass(kind_of(owner), self.Model) else None

    def installed_class(self, hole_type):
        import sys

        model = getattr(sys.modules.get(hole_type["module"]), hole_type["name"], None)
        return model if isinstance(model, type) and issubclass(model, self.Model) else None

    def attribute(self, owner, name):
        if name in _ASYNC and hasattr(type(owner), name):
            return name[1:]
        return name

    def setting(self, owner, name):
        """A setting: a hole, unless the project says it or it changes SQL. What a cursor found is a hole, too."""
        if issubclass(type(owner), self.settings_class) and name.isupper():
            known = self.projects.active.settings if self.projects.active else {}
            if name not in known and name not in ("AUTH_USER_MODEL", "DEFAULT_AUTO_FIELD", "USE_TZ", "TIME_ZONE"):
                return Hole(f"settings.{name}")
        return self.cursors.part_of(owner, name)

    def gives_rows(self, value):
        self.cursors.note_loop(value)
        return self.is_query(value)

    def index(self, owner, key):
        if not issubclass(kind_of(owner), (self.QuerySet, self.RawQuerySet, self.Manager)):
            return key
        number = run.current().number_of
        loaded = getattr(owner, "_result_cache", None)
        if loaded and (is_hole(key) or (isinstance(key, int) and key >= len(loaded))):
            return 0  # One of the rows that were loaded before: which, no statement tells.
        if is_hole(key):
            return number(key)
        if isinstance(key, slice) and any(map(is_hole, (key.start, key.stop, key.step))):
            ends = [or_none(one) if is_hole(one) else one for one in (key.start, key.stop, key.step)]
            return slice(*(number(one) if is_hole(one) else one for one in ends))
        return key

    def is_query(self, value):
        return issubclass(kind_of(value), (self.QuerySet, self.Manager))

    def is_unknown_truth(self, value):
        return issubclass(kind_of(value), self.QuerySet)

    def tested(self, value, answer):
        """Asking loads the rows, and the queryset keeps them."""
        len(value)
        if not answer:
            value._result_cache = []

    # Sending

    def send(self, value):
        if isinstance(value, self.Page):
            value = value.object_list
        if isinstance(value, self.Manager):
            value = value.all()
        if isinstance(value, (self.QuerySet, self.RawQuerySet, *self.generators)):
            run.current().caches[self.shown_alone] = True
            for _ in value:
                pass
