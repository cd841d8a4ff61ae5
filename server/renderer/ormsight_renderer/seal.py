"""Takes away what leads out of the allowlist. Called once, when everything that is needed was imported."""

import pickle
import sys

from . import texts
from .errors import Refused


def seal(library_name):
    """Checks what libraries evaluate and load by text. In WebAssembly, the process is ours: nothing is unpickled in it."""
    texts.install(library_name)
    if sys.platform == "emscripten":
        for name in ("load", "loads", "Unpickler", "_load", "_loads", "_Unpickler"):
            setattr(pickle, name, _refused)


def _refused(*arguments, **keywords):
    raise Refused("`pickle` is not let into the sandbox")
