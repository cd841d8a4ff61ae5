"""What Django keeps for as long as the process lives: content types, sites.

The first that asks for one sends a query, whoever comes later does not: both are shown.
https://docs.djangoproject.com/en/5.2/ref/contrib/contenttypes/#the-contenttypemanager
https://docs.djangoproject.com/en/5.2/ref/contrib/sites/#caching-the-current-site-object
"""

import sys

from .. import run
from ..decide import OPPOSITES
from ..library import chosen


def begin_run(all_models):
    """Nothing was asked for yet: whether that was so in the process is asked where it matters."""
    types = all_models["contenttypes"].get("contenttype")
    if types is not None:
        kept = _ByDatabase(types)
        # The class has copies of its managers, which share what they keep.
        for manager in (*types._meta.local_managers, types.objects):
            manager._cache = kept
    site = all_models["sites"].get("site")
    if site is not None:
        sys.modules[site.__module__].SITE_CACHE = _Kept(site)


class _ByDatabase(dict):
    """What the manager of content types keeps for each database."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def __missing__(self, using):
        self[using] = kept = _Kept(self.model)
        return kept

    def setdefault(self, using, default=None):
        return self[using]


class _Kept(dict):
    """Objects of a model by what they are asked for with; where they were read before, they are made up."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def __contains__(self, key):
        return super().__contains__(key) or self._was_read(key)

    def __missing__(self, key):
        if not self._was_read(key):
            raise KeyError(key)
        return self[key]

    def _was_read(self, key):
        state = run.current()
        if state.tape is None or state.oracle is None:
            return False
        first, later = f"no {self.model.__name__} was read before", f"the {self.model.__name__} was read before"
        OPPOSITES[first] = later
        if state.oracle.decide(first):
            return False
        self[key] = made = chosen().made_up(self.model, self.model.__name__)
        # What the program calls it is its name, as of one that was read.
        chosen().row_of(made).named = False
        if isinstance(key, tuple):
            made.app_label, made.model = key
        return True
