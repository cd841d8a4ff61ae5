"""What a program reaches through objects: attributes, modules, classes, builtins. Decided when it runs."""

import builtins
import importlib
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType

from . import imports, standins
from .allow import check_text, is_forbidden
from .errors import Refused
from .holes import GIVEN_NAME, Hole, is_hole, text_of, typed
from .library import chosen
from .read_data import is_read_from
from .rebound import attribute_of_class, class_changes, content_changes, object_changes
from .run import current

def get(owner, name, site=None):
    """`owner.name`."""
    kind = type(owner)
    if kind is Hole:
        return attribute_of_hole(owner, name)
    # By the true type: `isinstance` asks a lazy object for its class, which makes it set itself up.
    if issubclass(kind, ModuleType):
        return attribute_of_module(owner, name)
    if name == "__class__":
        return class_of(owner)
    if (name == "format" or name == "format_map") and (issubclass(kind, str) or _is_text_type(owner)):
        from .formatting import formatting

        return formatting(owner, name)
    if issubclass(kind, type):
        replaced = standins.method_of(owner, name, site)
        if replaced is not None:
            return replaced
    if current().rebound:
        if issubclass(kind, type):
            attribute_of_class(owner, name)
        elif is_own(kind) and name not in getattr(owner, "__dict__", ()):
            attribute_of_class(kind, name)
    library = chosen()
    hidden = library.setting(owner, name)
    if hidden is not None:
        return hidden
    if is_own(kind) and (id(owner), name) in _under_way:
        # A `__getattr__` that asks itself: what it would find was never stored here.
        return Hole(f"{kind.__name__}.{name}")
    _under_way.add((id(owner), name))
    try:
        value = getattr(owner, library.attribute(owner, name))
    except AttributeError:
        from .unseen import attribute_of

        unknown = attribute_of(owner, name)
        if unknown is None:
            unknown = library.missing(owner, name)
        if unknown is None:
            raise
        return unknown
    finally:
        _under_way.discard((id(owner), name))
    kind = type(value)
    if kind is Hole:
        return _renamed(owner, name, value)
    if kind is ModuleType:
        return _module_or_hole(value)
    if kind.__name__ in _DECLARATIONS and (kind.__module__, kind.__name__) in _DECLARED_BY and is_own(type(owner)):
        from .unseen import called

        # Its class is not made as a whole: what an object has there is not what says so in the class.
        return Hole(f"{called(owner)}.{name}")
    if library.is_instance(value) and (row := library.row_of(value)) is not None and not row.named:
        outer = library.row_of(owner)
        if outer is not None:
            row.name = f"{outer.name}.{name}"
    return value


#: What stands in the body of a class for a field of its objects.
_DECLARED_BY = {("pydantic.fields", "FieldInfo"), ("sqlmodel.main", "FieldInfo"), ("dataclasses", "Field")}
_DECLARATIONS = {name for _, name in _DECLARED_BY}

#: Attributes that are being read, by the identity of their owner.
_under_way = set()


def attribute_of_hole(owner, name):
    if owner.kind == "object" and name in (owner.detail or ()):
        known = owner.source if isinstance(owner.source, dict) else {}
        owner.source = known
        if name not in known:
            from .namespaces import of_type

            known[name] = of_type(f"{owner.atom}.{name}", owner.detail[name])
        return known[name]
    hole = Hole(f"{owner.atom}.{name}")
    hole.of = owner
    hole.is_data = owner.is_data or is_read_from(owner, name)
    hole.why = owner.why
    hole.lost = owner.lost
    hole.outside = owner.outside
    return hole


def attribute_of_module(module, name):
    if is_namespace(module):
        try:
            return module.__dict__[name]
        except KeyError:
            hole = Hole(f"{module.__name__.rpartition('.')[2]}.{name}")
            hole.outside = True
            return hole
    if not imports.is_allowed(module.__name__):
        return Hole(f"{module.__name__}.{name}")
    found, value = imports.lookup(module, name)
    if not found:
        if imports.is_given(module.__name__, name) and not hasattr(module, name):
            value = imports.import_name(module.__name__, name)
            if not is_hole(value):
                return value
            return getattr(module, name)  # The library's own words.
        return Hole(f"{module.__name__}.{name}")
    return value


def class_of(value):
    """`type(value)` and `value.__class__`."""
    if is_hole(value):
        return Hole(f"type({value.text})")
    kind = type(value)
    if kind is FunctionType or kind is ModuleType or kind is type or kind is MethodType or kind is BuiltinFunctionType:
        raise Refused(f"the type of a {kind.__name__} is not let into the sandbox")
    return kind


def get_by_text(owner, name, *default):
    """`getattr(owner, name)`."""
    if is_hole(name):
        return Hole(f"getattr({_name_of(owner)}, {name.text})")
    if not isinstance(name, str):
        raise TypeError("attribute name must be string")
    check_attribute(name)
    try:
        return get(owner, str(name))
    except AttributeError:
        if default:
            return default[0]
        raise


def has_by_text(owner, name):
    """`hasattr(owner, name)`."""
    if is_hole(owner) or is_hole(name):
        return Hole(f"hasattr({_name_of(owner)}, {name.text if is_hole(name) else repr(name)})")
    try:
        get_by_text(owner, name)
        return True
    except AttributeError:
        return False


def set_by_text(owner, name, value):
    """`setattr(owner, name, value)`."""
    from . import run

    if is_hole(name) or is_hole(owner):
        run.current().note(f"which attribute `setattr` sets on `{_name_of(owner)}`")
        if chosen().is_instance(owner):
            chosen().set_any(owner, value)
        return
    check_attribute(name)
    setattr(settable(owner, str(name)), str(name), value)


def set_plainly(owner, name, value):
    """`object.__setattr__(owner, name, value)`, which a `__setattr__` of the program's own class does not hear of."""
    if is_hole(name) or is_hole(owner) or not is_own(type(owner)):
        return set_by_text(owner, name, value)
    check_attribute(name)
    object.__setattr__(settable(owner, str(name)), str(name), value)


def delete_by_text(owner, name):
    """`delattr(owner, name)`."""
    if is_hole(name) or is_hole(owner):
        return
    check_attribute(name)
    delattr(settable(owner, str(name)), str(name))


def check_attribute(name):
    if is_forbidden(name):
        raise Refused(f"the name `{name}` is not let into the sandbox")
    # A name alone leads where an attribute does that is written out.
    if not name.isidentifier():
        check_text(name)


#: Functions that check the names they are given.
BY_TEXT = (get_by_text, has_by_text, set_by_text, set_plainly, delete_by_text)


def settable(owner, name):
    """An object of which the program may set attributes; what is shared with other programs may not be changed."""
    if is_hole(owner):
        return Ignored(owner)
    kind = type(owner)
    if issubclass(kind, type):
        # What a library derives from a class of the program, such as `Manager.from_queryset(…)`, is the program's.
        if not any(map(is_own, owner.__mro__)):
            raise Refused(f"`{owner.__name__}` cannot be changed in the sandbox")
        class_changes(owner, name)
    elif issubclass(kind, FunctionType):
        if owner.__globals__.get("__builtins__") is not BUILTINS:
            raise Refused(f"`{owner.__name__}` cannot be changed in the sandbox")
        object_changes(owner)
    elif issubclass(kind, (ModuleType, BuiltinFunctionType, MethodType)):
        raise Refused("a module cannot be changed in the sandbox")
    elif kind.__module__ == "django.conf":
        raise Refused("settings cannot be changed in the sandbox")
    else:
        object_changes(owner)
    return owner


def container(owner):
    """An object of which the program may set items."""
    if is_hole(owner) and owner.parents:
        chosen().changed_in_place(owner)
    if is_hole(owner):
        return Ignored(owner)
    from .kept import filled

    filled(owner)
    content_changes(owner)
    return owner


class Ignored:
    """Takes what is stored in an unknown object."""

    def __init__(self, hole):
        object.__setattr__(self, "_hole", hole)

    def __setattr__(self, name, value):
        pass

    def __delattr__(self, name):
        pass

    def __getattr__(self, name):
        return attribute_of_hole(self._hole, name)

    def __setitem__(self, key, value):
        pass

    def __delitem__(self, key):
        pass

    def __getitem__(self, key):
        return Hole(f"{self._hole.atom}[{key!r}]")


def is_namespace(module):
    """Whether a module is one of the workspace's, filled by the steps of a program."""
    return module.__dict__.get("__builtins__") is BUILTINS


def is_own(value):
    """Whether a class or a function is the program's."""
    if isinstance(value, FunctionType):
        return value.__globals__.get("__builtins__") is BUILTINS
    return getattr(value, "__module__", None) in OWN_MODULES


def _renamed(owner, name, hole):
    """An attribute of a row, under the name the program reads it by (`user.pk`)."""
    if hole.owner is None:
        return _declared(owner, name, hole)
    library = chosen()
    is_own_row = library.is_instance(owner) and library.row_of(owner) is hole.owner
    if is_own_row and hole.owner.is_there and library.is_key(owner, name):
        hole.is_key = True
    if hole._text == name:
        return _declared(owner, name, hole)
    if library.is_instance(owner) and not is_own_row:
        return hole  # It was given from another row: `Order(customer=customer).customer_id`.
    copy = typed(name, None)
    copy.kind, copy.python, copy.owner, copy.is_key = hole.kind, hole.python, hole.owner, hole.is_key
    return copy


def _declared(owner, name, hole):
    """What a class says of its objects with the help of a library: `form.title`, where it says `title = StringField()`."""
    from .unseen import Unseen

    given = vars(owner).get(GIVEN_NAME) if isinstance(owner, Unseen) else None
    if given is None or name in vars(owner) or not hole.outside:
        return hole
    copy = Hole(f"{given}.{name}", kind=hole.kind, python=hole.python)
    copy.outside = True
    return copy


def _module_or_hole(module):
    if is_namespace(module) or imports.is_allowed(module.__name__):
        return module
    return Hole(module.__name__)


def _is_text_type(owner):
    return isinstance(owner, type) and issubclass(owner, str)


def _name_of(owner):
    if is_hole(owner):
        return owner.text
    return getattr(owner, "__name__", None) or type(owner).__name__


def _unknown_call(name):
    """A function that is not let in: what it would give is not known."""

    def unknown(*arguments, **keywords):
        return Hole(f"{name}({', '.join(map(text_of, arguments))})")

    unknown.__name__ = name
    return unknown


def _import_of_interpreter(name, *_):
    """What the interpreter itself imports in the middle of a program's statement (`int | "User"` wants `typing`).

    Programs cannot write the name of this function.
    """
    if name not in _IMPORTED_BY_INTERPRETER:
        raise ImportError(f"No module named {name!r}")
    return importlib.import_module(name)


_IMPORTED_BY_INTERPRETER = frozenset(("typing", "_strptime", "datetime", "time", "warnings", "copyreg", "re", "decimal"))


def _nothing(*arguments, **keywords):
    return None


_BUILTIN_NAMES = """
    abs all any ascii bin bool bytearray bytes callable chr classmethod complex dict divmod enumerate filter float
    frozenset hash hex int isinstance issubclass iter len list map max min next object oct ord pow property range repr
    reversed round set slice sorted staticmethod str sum super tuple type zip format id
    NotImplemented Ellipsis __debug__ __build_class__
""".split()

#: The builtins of every program. Their dict is also the mark by which we know our own modules and functions.
BUILTINS = {name: getattr(builtins, name) for name in _BUILTIN_NAMES}
BUILTINS.update(
    {
        name: value
        for name, value in vars(builtins).items()
        if isinstance(value, type) and issubclass(value, Exception)
    }
)
BUILTINS.update(
    {name: _unknown_call(name) for name in "eval exec compile open globals locals vars dir breakpoint memoryview input".split()}
)
BUILTINS.update(
    getattr=get_by_text,
    hasattr=has_by_text,
    setattr=set_by_text,
    delattr=delete_by_text,
    __import__=_import_of_interpreter,
    print=_nothing,
    BaseException=Exception,
    SystemExit=type("SystemExit", (Exception,), {}),
    KeyboardInterrupt=type("KeyboardInterrupt", (Exception,), {}),
)

#: Names of the modules that programs fill, kept by `namespaces`.
OWN_MODULES = set()

#: In the `__dict__` of a function, under a name that programs cannot write: its decorators that are not known.
DECORATORS = "ormsight decorators"


def note_decorators(function):
    """Before a function of the program runs: what its decorators do is not known."""
    from . import run

    for one in function.__dict__.get(DECORATORS, ()):
        if one.outside:
            run.current().note(f"what the decorator `{one.text}` does to `{function.__name__}`")
