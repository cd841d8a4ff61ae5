"""Several databases, and the routers that choose between them.

A router of the project runs where its class is among the steps; the others, and an answer that is not known, are named
where it would change the SQL. https://docs.djangoproject.com/en/stable/topics/db/multi-db/
"""

from django.db import DEFAULT_DB_ALIAS, router

from .. import run
from ..errors import Unknowable
from ..holes import Hole, is_hole


class Databases:
    """The aliases of a project and the dialect of each, None where that is not known."""

    def __init__(self, described):
        self.dialects = described

    @property
    def are_of_one_kind(self):
        """Whether all of them get the same SQL."""
        kinds = set(self.dialects.values())
        return len(kinds) <= 1 and None not in kinds

    def dialect_of(self, alias, chosen):
        """That of an alias where the default database has the dialect `chosen`."""
        if self.are_of_one_kind:
            return chosen
        if is_hole(alias):
            run.current().note(f"which of several databases `{alias.text}` is")
            return chosen
        dialect = self.dialects.get(alias)
        if dialect is None:
            run.current().note(f"what kind of database `{alias}` is")
            return chosen
        return chosen if dialect == self.dialects.get(DEFAULT_DB_ALIAS) else dialect


class Routers:
    """Those of one project, in its order."""

    def __init__(self, described, databases):
        self._described = described
        self._databases = databases
        self._made = [Origin()] if len(databases.dialects) > 1 and not databases.are_of_one_kind and not described else []

    def find(self, namespaces):
        """Makes them, once their classes are there."""
        self._made += [Router(one["name"], _object(one, namespaces), self._databases) for one in self._described]
        self.enter()

    def enter(self):
        """Makes Django ask them."""
        router.__dict__["routers"] = self._made

    def leave(self):
        router.__dict__["routers"] = []


def _object(described, namespaces):
    """The router; None where it could not be made."""
    runs = described["runs"]
    module = namespaces.modules.get(runs["module"]) if runs else None
    cls = module.__dict__.get(runs["name"]) if module else None
    try:
        return cls() if isinstance(cls, type) else None
    except Exception:
        return None


class Router:
    """What Django asks: it hands on to the router of the project."""

    def __init__(self, name, own, databases):
        self._name, self._own, self._databases = name, own, databases

    def db_for_read(self, model, **hints):
        return self._choose("db_for_read", model, hints)

    def db_for_write(self, model, **hints):
        return self._choose("db_for_write", model, hints)

    def allow_relation(self, one, other, **hints):
        allow = getattr(self._own, "allow_relation", None)
        answer = allow(one, other, **hints) if allow else None
        return None if is_hole(answer) else answer

    def _choose(self, method, model, hints):
        if self._own is None:
            return self._unknown(method)
        choose = getattr(self._own, method, None)
        try:
            alias = choose(model, **hints) if choose else None
        except Unknowable:
            return self._unknown(method)
        return self._unknown(method) if is_hole(alias) else alias

    def _unknown(self, method):
        """With databases of one kind the SQL is known; where it goes is said in the router's name."""
        if not self._databases.are_of_one_kind:
            run.current().note(f"which database the router `{self._name}` chooses")
            return None
        return Hole(f"{self._name}.{method}(…)")


class Origin:
    """Where nobody chooses, an object goes to the database that it comes from: of a parameter that is not known."""

    def db_for_read(self, model, instance=None, **hints):
        self._note(instance)

    def db_for_write(self, model, instance=None, **hints):
        self._note(instance)

    def _note(self, instance):
        made_up = run.current().caches.get("made up", ())
        if any(one is instance for one in made_up):
            run.current().note(f"which of several databases the {type(instance).__name__} comes from")
