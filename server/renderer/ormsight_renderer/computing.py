"""Calls of what only makes data of data, so that unknown data makes an unknown result: `int(page)`, `", ".join(names)`."""

import builtins
import enum
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType

from . import holes
from .holes import ATOM, Hole, is_hole, scalar
from .library import chosen
from .read_data import gives_data


def computes(function, kind):
    """Whether a function only makes data of data, so that unknown data makes an unknown result."""
    # Methods that want to know their class, such as those of a compiled pattern, are of a subclass.
    if issubclass(kind, BuiltinFunctionType) or kind.__name__ == "method-wrapper":
        owner = function.__self__
        if isinstance(owner, ModuleType):
            return owner.__name__ not in _CARRYING_MODULES
        return not isinstance(owner, (list, dict, set, frozenset)) or isinstance(owner, type)
    if isinstance(function, enum.EnumMeta):
        return True
    if kind is type:
        return _is_of_data(function) and function not in _CONTAINERS
    if kind is FunctionType:
        return _is_of_data(function)
    if kind is MethodType:
        owner = function.__self__
        return _is_of_data(owner if isinstance(owner, type) else type(owner))
    return kind.__name__ in ("method_descriptor", "classmethod_descriptor")


def _is_of_data(function):
    return function.__module__ in _DATA_MODULES or chosen().only_computes(function)


_CONTAINERS = (
    dict, type, object, property, classmethod, staticmethod, slice, super, builtins.range, zip, enumerate, map,
)  # fmt: skip

_DATA_MODULES = frozenset(
    """
    builtins datetime _pydatetime decimal _decimal _pydecimal uuid fractions json math re string textwrap zoneinfo
    zoneinfo._common _strptime json.encoder secrets base64 calendar colorsys difflib hmac html ipaddress statistics
    """.split()
)

#: Modules whose functions carry what they are given, or call it.
_CARRYING_MODULES = frozenset(("_functools", "_operator", "itertools", "_collections", "copy"))


def computed(site, function, arguments, keywords):
    """The hole of a call that only computes: `int(page)`, `timedelta(days=n)`, `", ".join(names)`."""
    text, _, written, _ = site
    values = [*arguments, *keywords.values()]
    if len(values) == len(written):
        names = [None] * len(arguments) + list(keywords)
        changed = []
        same = True
        for name, value, source in zip(names, values, written):
            source = source.partition("=")[2] if name else source
            if is_hole(value) and value.text != source:
                same, source = False, value.text
            changed.append(f"{name}={source}" if name else source)
        if not same:
            text = f"{site[1]}({', '.join(changed)})"
    name = getattr(function, "__name__", "")
    first = arguments[0] if arguments else None
    if name in ("list", "tuple", "set", "sorted", "frozenset", "reversed") and is_hole(first):
        return Hole(text, ATOM, "list", None, first.detail if first.kind == "list" else None)
    if isinstance(function, type):
        return scalar(text, name if name in holes.PYTHON_TYPES else None)
    return result_of_method(text, name)


def result_of_method(text, name):
    """The hole of what a method or function gives, of the type that its name tells."""
    if name in _GIVING_LISTS:
        return Hole(text, ATOM, "list", None, {"kind": "scalar", "python": "str"})
    hole = scalar(text, _RESULTS_OF_METHODS.get(name))
    hole.is_data = gives_data(name)
    return hole


#: Methods of texts, and of what a request brings (werkzeug's and Django's `getlist`), that give lists of texts.
_GIVING_LISTS = frozenset("split rsplit splitlines getlist".split())

#: The types of what methods and functions give, by their names.
_RESULTS_OF_METHODS = {
    **dict.fromkeys(
        """
        strip lstrip rstrip lower upper title capitalize casefold replace removeprefix removesuffix join zfill ljust
        rjust center format isoformat strftime hexdigest decode swapcase str repr chr hex
        """.split(),
        "str",
    ),
    **dict.fromkeys("len int count find index bit_length timestamp_ns ord round".split(), "int"),
    **dict.fromkeys("startswith endswith isdigit isalpha isnumeric bool".split(), "bool"),
    **dict.fromkeys("timestamp total_seconds float".split(), "float"),
    **dict.fromkeys("fromisoformat strptime astimezone fromtimestamp".split(), "datetime"),
    "encode": "bytes",
}
