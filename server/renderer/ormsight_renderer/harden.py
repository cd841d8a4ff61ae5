"""What libraries do with strings that programs give them: nothing is evaluated or unpickled unchecked.

Names in a module come before builtins, so a module's `eval` can be given it from outside.
"""

import importlib
import pickle
import sys

from .errors import Refused
from .guard import BUILTINS
from .namespaces import compiled

#: Modules of SQLAlchemy that evaluate annotations and the arguments of `relationship("…")`.
_EVALUATING = ("sqlalchemy.util.typing", "sqlalchemy.orm.clsregistry")


def harden():
    """Called once, when the library was imported."""
    for name in _EVALUATING:
        if name.partition(".")[0] in sys.modules:
            try:
                importlib.import_module(name).eval = evaluate
            except ImportError:
                continue
    for name in ("load", "loads", "Unpickler", "_Unpickler", "_load", "_loads"):
        setattr(pickle, name, _refuse_pickle)


def evaluate(expression, global_names=None, local_names=None):
    """`eval` for the text of a program: checked and guarded like all of it."""
    if not isinstance(expression, str):
        raise Refused("a text is expected to be evaluated")
    code = compiled(expression, "annotation", mode="eval")
    names = dict(global_names) if (global_names or {}).get("__builtins__") is BUILTINS else {}
    names["__builtins__"] = BUILTINS
    return eval(code, names, local_names)


def _refuse_pickle(*arguments, **keywords):
    raise Refused("nothing is unpickled in the sandbox")
