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
_SETS_OF_STATES = {
    "READY_STATES": "SUCCESS FAILURE REVOKED",
    "UNREADY_STATES": "PENDING RECEIVED STARTED REJECTED RETRY",
    "EXCEPTION_STATES": "RETRY FAILURE REVOKED",
    "PROPAGATE_STATES": "FAILURE REVOKED",
    "ALL_STATES": "PENDING RECEIVED STARTED SUCCESS FAILURE RETRY REVOKED",
}


def install():
    names = {name: name for name in _STATES}
    names.update((name, frozenset(states.split())) for name, states in _SETS_OF_STATES.items())
    MADE["celery", "states"] = _Names("states", names)
    for name, value in names.items():
        MADE["celery.states", name] = value
