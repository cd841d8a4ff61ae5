"""The apps of a project: Django keeps one registry of models, which is changed for each project in turn."""

import contextlib
import importlib
import sys
from collections import defaultdict
from types import ModuleType

from django.apps import apps
from django.apps.config import AppConfig
from django.conf import settings
from django.utils import timezone

from ..errors import Unknowable
from ..holes import is_hole
from .databases import Databases, Routers
from .lookups import Registrations, register_for_postgres
from .signals import Receivers

_CONTRIB = "django.contrib."
_AUTO_FIELD_OF_CONTRIB = "django.db.models.AutoField"
_POSTGRES = "django.contrib.postgres"


class Project:
    """What the registry holds of one project, and the contrib modules that belong to it."""

    def __init__(self, django):
        self.all_models = defaultdict(dict)
        self.app_configs = {}
        self.pending = defaultdict(list)
        self.modules = {}
        self.lookups = Registrations()
        self.receivers = Receivers(django["receivers"] if django else ())
        self.databases = Databases(django["databases"] if django else {})
        self.routers = Routers(django["routers"] if django else (), self.databases)
        self.overrides = django["overrides"] if django else {"save": (), "delete": (), "clean": ()}
        self.settings = dict(django["settings"]) if django else {}
        for app in django["apps"] if django else ():
            self.add_app(app["package"], app["label"])

    def add_app(self, package, label=None):
        label = label or package.rpartition(".")[2]
        module = sys.modules.get(package) or ModuleType(package)
        attributes = {"path": "/", "label": label}
        if package.startswith(_CONTRIB):
            attributes["default_auto_field"] = _AUTO_FIELD_OF_CONTRIB
        config = type("AppConfig", (AppConfig,), attributes)(package, module)
        config.apps = apps
        config.models = self.all_models[label]
        self.app_configs[label] = config
        return config

    def has(self, package):
        return any(config.name == package for config in self.app_configs.values())

    def import_contrib(self):
        """The models of Django's own apps: the project's refer to them by name, `auth.User`."""
        for config in list(self.app_configs.values()):
            if config.name.startswith(_CONTRIB):
                with contextlib.suppress(ImportError):
                    importlib.import_module(f"{config.name}.models")
        if self.has(_POSTGRES):
            register_for_postgres()
        content_type = self.all_models["contenttypes"].get("contenttype")
        if content_type is not None:
            _without_unknown(content_type)


def _without_unknown(content_type):
    """A generic relation leads to a model that only a row of the database names."""
    original = content_type.model_class

    def model_class(self):
        if is_hole(self.model):
            raise Unknowable("which model the generic relation leads to is only known when the program runs")
        return original(self)

    content_type.model_class = model_class


class Projects:
    def __init__(self):
        self.active = None
        self.lookups_of_run = Registrations()
        self.own_modules = {name for name in sys.modules if name.startswith(_CONTRIB)}
        apps.apps_ready = apps.models_ready = apps.ready = True
        original = type(apps).get_containing_app_config

        def get_containing_app_config(registry, object_name):
            """An app nobody named is the package around the models."""
            found = original(registry, object_name)
            if found is None and registry is apps and self.active is not None:
                package = object_name.partition(".models")[0] if ".models" in object_name else object_name.rpartition(".")[0]
                found = self.active.add_app(package or object_name)
            return found

        type(apps).get_containing_app_config = get_containing_app_config

    def load(self, project):
        """Enters a project whose models are made from now on."""
        self.enter(project)
        Registrations.noting = project.lookups
        project.import_contrib()

    def loaded(self, namespaces):
        """The models of the project are made."""
        self.active.receivers.find(namespaces)
        self.active.routers.find(namespaces)
        Registrations.noting = self.lookups_of_run

    def begin_run(self):
        """Takes back what the run before registered, and the time zone it chose."""
        self.lookups_of_run.forget()
        timezone.deactivate()

    def enter(self, project):
        """Makes a project the one that Django knows."""
        if self.active is project:
            return
        self.leave()
        self.active = project
        apps.all_models = project.all_models
        apps.app_configs = project.app_configs
        apps._pending_operations = project.pending
        project.lookups.repeat()
        project.receivers.connect()
        project.routers.enter()
        Registrations.noting = self.lookups_of_run
        sys.modules.update(project.modules)
        for name, value in project.settings.items():
            settings._wrapped.__dict__[name] = value
            settings.__dict__.pop(name, None)
        apps.get_swappable_settings_name.cache_clear()
        apps.get_models.cache_clear()

    def leave(self):
        project, self.active = self.active, None
        if project is None:
            return
        self.lookups_of_run.forget()
        project.lookups.withdraw()
        project.receivers.disconnect()
        project.routers.leave()
        Registrations.noting = None
        for name in list(sys.modules):
            if name.startswith(_CONTRIB) and name not in self.own_modules:
                project.modules[name] = sys.modules.pop(name)
        for name in project.settings:
            settings._wrapped.__dict__.pop(name, None)
            settings.__dict__.pop(name, None)
        for name, value in DEFAULTS.items():
            settings._wrapped.__dict__[name] = value
            settings.__dict__.pop(name, None)


#: Settings that change SQL, as they are where a project says nothing.
DEFAULTS = {}
