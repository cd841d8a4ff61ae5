"""What a program may import, and what of it.

A name that is not on these lists becomes a hole named after the import: unknown, but no reason to give up.
"""

import importlib
import re
from types import ModuleType

from .holes import Hole

_LIBRARIES = re.compile(
    r"""
    sqlalchemy(\.(orm|sql|ext|dialects|types|engine|exc|inspection|event|schema|future|pool)(\.\w+)*)?
    | flask_sqlalchemy(\.(model|query|session|pagination|extension))?
    | sqlmodel(\.(main|sql(\.\w+)?|orm(\.session)?|ext(\.asyncio(\.session)?)?|pool))?
    | pydantic(\.(alias_generators|aliases|config|fields|functional_serializers|functional_validators|main|networks|types))?
    | django\.db(\.(models|transaction|utils|backends\.utils)(\.\w+)*)?
    | django\.conf
    | django\.apps
    | django\.core\.(exceptions|validators|paginator)
    | django\.shortcuts
    | rest_framework\.(serializers|fields|relations|validators)
    | django\.forms(\.(models|fields|widgets|formsets|utils))?
    | django\.utils\.(timezone|translation|functional|text)
    | django\.contrib\.(auth|contenttypes|sessions|sites|flatpages|redirects)(\.(models|base_user|fields|hashers|validators))?
    | django\.contrib\.auth\.(base_user|hashers|validators)
    | django\.contrib\.postgres(\.\w+)*
    """,
    re.VERBOSE,
)

_NOT_OF_LIBRARIES = re.compile(
    r"""
    sqlalchemy\.(ext\.(serializer|mypy|instrumentation)|engine\.(mock|strategies)|sql\.(_\w+|visitors|annotation|traversals))(\..*)?
    | sqlalchemy\.dialects\.\w+\.provision
    | .*\.(_\w+|signals?)
    """,
    re.VERBOSE,
)

#: Names of the standard library a program gets; None is every public name that is no module.
_STANDARD = {
    "__future__": None,
    "abc": None,
    "collections": None,
    "collections.abc": None,
    "dataclasses": {"dataclass", "field", "fields", "asdict", "astuple", "replace", "is_dataclass", "KW_ONLY", "InitVar", "MISSING"},
    "contextlib": {"contextmanager", "suppress", "nullcontext", "closing", "ExitStack"},
    "copy": {"copy", "deepcopy"},
    "datetime": None,
    "decimal": {"Decimal", "InvalidOperation", "ROUND_HALF_UP", "ROUND_DOWN", "ROUND_UP", "ROUND_HALF_EVEN"},
    "enum": None,
    "fractions": {"Fraction"},
    "functools": {"partial", "reduce", "wraps", "lru_cache", "cache", "cached_property", "total_ordering", "cmp_to_key",
                  "singledispatch", "partialmethod"},
    "asyncio": {"iscoroutinefunction"},
    "inspect": {"iscoroutinefunction"},
    "itertools": None,
    "json": {"dumps", "loads", "JSONDecodeError", "JSONEncoder"},
    "math": None,
    "numbers": {"Number", "Integral", "Real"},
    "operator": {"and_", "or_", "add", "sub", "mul", "eq", "ne", "lt", "le", "gt", "ge", "not_", "neg", "inv", "invert",
                 "itemgetter", "contains", "xor", "truth", "mod", "truediv", "floordiv", "pow", "concat", "iand", "ior"},
    "random": None,
    "re": {"compile", "match", "search", "fullmatch", "sub", "split", "findall", "finditer", "escape", "I", "IGNORECASE",
           "M", "MULTILINE", "X", "VERBOSE", "S", "DOTALL", "U", "UNICODE", "A", "ASCII", "Pattern", "Match"},
    "secrets": {"token_hex", "token_urlsafe", "token_bytes", "choice", "randbelow", "compare_digest"},
    "string": {"ascii_letters", "ascii_lowercase", "ascii_uppercase", "digits", "hexdigits", "punctuation", "whitespace",
               "printable", "octdigits"},
    "time": {"time", "monotonic", "perf_counter", "time_ns"},
    "types": {"SimpleNamespace", "MappingProxyType", "NoneType"},
    "typing": {"get_type_hints", "evaluate_forward_ref", "reveal_type"},
    "typing_extensions": {"get_type_hints", "evaluate_forward_ref", "reveal_type", "get_annotations"},
    "weakref": {"WeakValueDictionary", "WeakKeyDictionary", "WeakSet"},
    "uuid": {"UUID", "uuid1", "uuid4", "uuid3", "uuid5", "uuid7", "NAMESPACE_DNS", "NAMESPACE_URL"},
    "zoneinfo": {"ZoneInfo"},
}  # fmt: skip

#: Modules of which the names above are those one does not get.
_ALL_BUT = ("typing", "typing_extensions")

_NAMES_NOT_GIVEN = {
    ("sqlalchemy.dialects", "registry"),
    ("sqlalchemy.dialects", "plugins"),
    ("sqlalchemy.engine.url", "registry"),
    ("sqlalchemy.engine.url", "plugins"),
    ("sqlalchemy.orm.clsregistry", None),
    ("django.db.models.loading", None),
    ("pydantic", "ImportString"),
    ("pydantic.types", "ImportString"),
    ("pydantic", "create_model"),
    ("pydantic.main", "create_model"),
}

#: Names that modules hold by the way, where no list says which names they give, and that lead to files, processes or other interpreters' parts.
_DANGEROUS = frozenset(
    """
    import_string import_module autodiscover_modules module_has_submodule load_backend call_command exec_driver
    eval exec compile open run_python_file subprocess os sys
    """.split()
)


def is_allowed(module_name):
    """Whether a program may have this module of the standard library or of an ORM."""
    if module_name in _STANDARD:
        return True
    return _LIBRARIES.fullmatch(module_name) is not None and not _NOT_OF_LIBRARIES.fullmatch(module_name)


def import_name(module_name, name, written=None):
    """What `from module_name import name` gives the program; the module for a name of None. A hole if it may not."""
    text = written or name or module_name
    if (module_name, name) in MADE:
        return MADE[module_name, name]
    if not is_allowed(module_name):
        # A package may lead to a module that is let in: `from django.utils import timezone`.
        return import_name(f"{module_name}.{name}", None, text) if name and is_allowed(f"{module_name}.{name}") else Hole(text)
    try:
        module = importlib.import_module(module_name)
        adapt = ADAPTED.pop(module_name.partition(".")[0], None)
        if adapt:
            adapt()
    except Exception:
        return Hole(text)
    if name is None:
        return module
    found, value = lookup(module, name)
    if found:
        return value
    if is_allowed(f"{module_name}.{name}"):
        try:
            return importlib.import_module(f"{module_name}.{name}")
        except Exception:
            return Hole(text)
    return Hole(text)


def lookup(module, name):
    """Whether a module gives a name to programs, and its value."""
    module_name = module.__name__
    if not is_given(module_name, name):
        return False, None
    replaced = REPLACED.get((module_name, name))
    if replaced is not None:
        return True, replaced
    try:
        value = getattr(module, name)
    except AttributeError:
        return False, None
    if isinstance(value, ModuleType) and not is_allowed(value.__name__):
        return False, None
    # What one program changes would be changed for the next one too.
    return True, value.copy() if type(value) in (dict, list, set) else value


def is_given(module_name, name):
    if name.startswith("_") and name != "_" and not name.startswith("__version"):
        return False
    if (module_name, name) in _NAMES_NOT_GIVEN or (module_name, None) in _NAMES_NOT_GIVEN:
        return False
    names = _STANDARD.get(module_name)
    if names is not None and module_name not in _ALL_BUT:
        return name in names
    return name not in _DANGEROUS and name not in (names or ())


#: What is changed in a package when it is first imported, by its name.
ADAPTED = {}

#: What is made for programs of libraries that are not there, by module and name.
MADE = {}

#: What programs get instead of the real thing, by module and name: time, randomness, engines.
REPLACED = {}
