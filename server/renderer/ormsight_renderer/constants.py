"""Constants of libraries that are not there, as models have them for defaults.

https://docs.celeryq.dev/en/stable/reference/celery.states.html
"""

from .holes import Hole
from .imports import MADE


class _Names:
    """A module of which some names are known."""

    def __init__(self, module, names):
        self.__dict__.update(names)
        self.__dict__["_module"] = module

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Hole(f"{self._module}.{name}")


_STATES = "PENDING RECEIVED STARTED SUCCESS FAILURE REVOKED REJECTED RETRY IGNORED".split()


def install():
    MADE["celery", "states"] = _Names("states", {name: name for name in _STATES})
    for name in _STATES:
        MADE["celery.states", name] = name
