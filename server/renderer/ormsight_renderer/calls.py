"""Calls made by a program: of unknown functions, of computing ones with unknown arguments, of everything else."""

import builtins
import enum
import sys
import weakref
from types import BuiltinFunctionType, FunctionType, GeneratorType, MethodType, ModuleType, new_class

from . import guard, holes, run, standins
from .allow import check_text
from .asking import ask
from .errors import Refused
from .holes import ATOM, Hole, holds_hole, is_hole, may_have, text_of, unknowable
from .kept import CONTAINERS, filled, looked_into
from .library import chosen
from .operations.conditions import truth_of
from .operations.items import UNKNOWN_KEYWORDS, choose
from .operations.of_rows import is_of_rows


def call(site, function, /, *arguments, **keywords):
    """`function(*arguments, **keywords)`; `site` has the source of the call, of the function and of the arguments."""
    if keywords and any(name.startswith(UNKNOWN_KEYWORDS) for name in keywords):
        keywords = _with_needed(function, arguments, keywords)
    if is_hole(function):
        owner = chosen().owner_of_call(site, function, arguments)
        if owner is None:
            if function.outside:
                chosen().calls_unknown(function)
            return call_of_hole(site, function, arguments, keywords)
        function = owner
    kind = type(function)
    if kind is FunctionType:
        if function.__globals__.get("__builtins__") is guard.BUILTINS:
            if function.__dict__:
                guard.note_decorators(function)
            return function(*arguments, **keywords)
        if standins.is_stand_in(function):
            return _answer_of(site, function.ormsight_gives)
    if kind is MethodType and getattr(function.__func__, "__dict__", None):
        guard.note_decorators(function.__func__)
    special = _SPECIAL.get(id(function))
    if special is not None:
        result = special(site, *arguments, **keywords)
        if result is not NotImplemented:
            return result
    if arguments and getattr(function, "__name__", None) in _GOING_THROUGH and type(arguments[0]) in _ITERATORS:
        # An unknown value that comes out of it is not compared, and is no text.
        arguments = (list(arguments[0]), *arguments[1:])
    if kind is BuiltinFunctionType and type(function.__self__) is dict and function.__name__ in ("get", "pop") and arguments:
        if not is_hole(arguments[0]) and may_have(function.__self__, arguments[0]):
            return Hole(site[0])
    if kind is BuiltinFunctionType and type(function.__self__) in CONTAINERS:
        if function.__name__ == "get" and not is_hole(arguments[0]):
            looked_into(function.__self__)
        elif function.__name__ in _FILLING:
            filled(function.__self__)
    holey = holds_hole(list(arguments)) or (keywords and holds_hole(keywords))
    if holey and kind is BuiltinFunctionType and type(function.__self__) in _LOOKED_INTO:
        result = _looked_up(site, function, *arguments)
        if result is not NotImplemented:
            return result
    if holey and kind is MethodType and type(function.__self__) in _WEAK and function.__name__ in ("get", "pop"):
        return Hole(site[0])
    if holey and _computes(function, kind):
        return _computed(site, function, arguments, keywords)
    for argument in (*arguments, *keywords.values()) if keywords else arguments:
        if type(argument) is str and "__" in argument and function not in guard.BY_TEXT:
            check_text(argument)
    state = run.current()
    tape = state.tape
    if tape is not None:
        _note_lists_of_rows(site, function, arguments, keywords)
    sent = len(tape.entries) if tape is not None else 0
    try:
        if tape is not None and getattr(function, "__name__", None) in _FINDING:
            result = _found(state, function, arguments, keywords)
        else:
            result = function(*arguments, **keywords)
    except Exception as error:
        raise _explained(error, (*arguments, *keywords.values()) if holey else ()) from None
    sends = tape is not None and len(tape.entries) > sent
    if sends and _is_scalar(result):
        return _scalar_answer(site, result)
    if tape is not None and chosen().is_instance(result):
        row = chosen().row_of(result)
        if row is not None:
            row.is_one_of_several = False  # `one()`, `get()`: there are no others.
    if holey and type(result) is bool and not sends:
        # A library that is asked about something unknown: `Post.__mapper__.has_property(name)`.
        return Hole(site[0], ATOM, "scalar", "bool")
    if type(result) is ModuleType:
        raise Refused(f"the module `{result.__name__}` is not let into the sandbox")
    return result


def _with_needed(function, arguments, keywords):
    """The keywords of a call with unknown mappings; the first has at least what the function cannot do without."""
    mapping = next(value for name, value in keywords.items() if name.startswith(UNKNOWN_KEYWORDS))
    keywords = {name: value for name, value in keywords.items() if not name.startswith(UNKNOWN_KEYWORDS)}
    run.current().caches[GIVEN_MAPPING] = mapping
    plain = getattr(function, "__func__", function)
    if not isinstance(plain, FunctionType):
        return keywords
    code, defaults = plain.__code__, plain.__kwdefaults__ or {}
    positional = code.co_varnames[code.co_posonlyargcount : code.co_argcount]
    given = len(arguments) + (plain is not function) - code.co_posonlyargcount
    needed = positional[max(0, given) : len(positional) - len(plain.__defaults__ or ())]
    by_name = code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]
    for name in (*needed, *(one for one in by_name if one not in defaults)):
        keywords.setdefault(name, value_in(mapping, name))
    return keywords


#: Among the caches of a run: the unknown mapping that a call was given last.
GIVEN_MAPPING = "given mapping"


def value_in(mapping, name):
    """What an unknown mapping has under a name."""
    return Hole(f'{mapping.atom}["{name}"]')


#: Operators of SQLAlchemy that compare with a list.
_AMONG = frozenset(("in_", "not_in", "notin_"))


def _note_lists_of_rows(site, function, arguments, keywords):
    """What is compared with a list of what rows gave has as many parameters as there are rows."""
    written = site[2]
    if arguments and getattr(function, "__name__", None) in _AMONG and is_of_rows(arguments[0]):
        run.current().note(f"how many values `{written[0] if written else text_of(arguments[0])}` has")
    for index, (name, value) in enumerate(keywords.items(), len(arguments)):
        if name.endswith("__in") and is_of_rows(value):
            text = written[index].partition("=")[2] if index < len(written) else name
            run.current().note(f"how many values `{text}` has")


def _found(state, function, arguments, keywords):
    """A call that gives an object or None: what it finds is the oracle's to say, if the program asks."""
    tape = state.tape
    number, finds = state.oracle.begin_query()
    rows, sent = tape.rows, len(tape.entries)
    tape.rows = rows if finds else 0
    try:
        result = function(*arguments, **keywords)
    finally:
        tape.rows = rows
    if not finds:
        # A result whose rows were fetched before (`session.scalars(…).first()`) is empty from now on.
        return None if len(tape.entries) == sent and chosen().is_instance(result) else result
    if chosen().is_instance(result):
        state.oracle.end_query(number, result)
    return result


def call_of_hole(site, function, arguments, keywords):
    """The hole of an unknown call."""
    text, function_text, argument_texts = site
    values = [*arguments, *keywords.values()]
    written = [one.partition("=")[2] if index >= len(arguments) else one for index, one in enumerate(argument_texts)]
    same = len(values) != len(written) or all(
        one.text == source for one, source in zip(values, written) if is_hole(one)
    )
    if not (same and function.text == function_text):
        inside = []
        for index, one in enumerate(values):
            own = written[index] if len(values) == len(written) else None
            inside.append(one.text if is_hole(one) else own or text_of(one))
        names = [None] * len(arguments) + list(keywords)
        parts = [f"{name}={one}" if name else one for name, one in zip(names, inside)]
        text = f"{function.text}({', '.join(parts)})"
    python = _RESULTS_OF_METHODS.get(function.text.rpartition(".")[2])
    hole = Hole(text, ATOM, "scalar" if python else "unknown", python)
    hole.source = ("call", values)
    if function.of is not None and function.of.parents:
        chosen().changed_in_place(function.of, function.text.rpartition(".")[2])
    hole.why = function.why
    hole.lost = function.lost
    hole.outside = function.outside
    return hole


def _computed(site, function, arguments, keywords):
    """The hole of a call that only computes: `int(page)`, `timedelta(days=n)`, `", ".join(names)`."""
    text, _, written = site
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
    if isinstance(function, type):
        python = name if name in holes.PYTHON_TYPES else None
    else:
        python = _RESULTS_OF_METHODS.get(name)
    first = arguments[0] if arguments else None
    if name in ("list", "tuple", "set", "sorted", "frozenset", "reversed") and is_hole(first):
        return Hole(text, ATOM, "list", None, first.detail if first.kind == "list" else None)
    return Hole(text, ATOM, "scalar" if python else "unknown", python)


def _computes(function, kind):
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


def _looked_up(site, function, key=None, *default):
    """A method of a list, a dict or a set that is given something unknown."""
    owner, name = function.__self__, function.__name__
    if name in _FILLING:
        return NotImplemented
    if type(owner) is dict and name in ("get", "pop") and is_hole(key):
        return choose(owner, key, site[0], default[0] if default else None)
    return Hole(site[0])


def _explained(error, arguments):
    """An error about a hole, in words that are about the program."""
    text = str(error)
    if "ormsight_renderer" not in text and "'Hole'" not in text and " Hole" not in text:
        holes_said = [one for one in arguments if is_hole(one) and repr(one) in text]
    else:
        holes_said = [one for one in arguments if is_hole(one)]
    if not holes_said:
        return error
    return unknowable(holes_said[0])


def _answer_of(site, python):
    hole = Hole(site[0], ATOM, "scalar" if python else "unknown", python)
    return hole


def _is_scalar(value):
    return value is None or is_hole(value) or isinstance(value, (bool, int, float, str, bytes))


def _scalar_answer(site, result):
    """What the database answered is not known: `qs.count()`, `session.scalar(…)`."""
    if result is None or (is_hole(result) and result.owner is not None):
        return result
    python = result.python if is_hole(result) else type(result).__name__
    hole = Hole(site[0], ATOM, "scalar" if python else "unknown", python)
    hole.source = "answer"
    return hole


# Builtins that need to know of holes. Each gives NotImplemented where the real one will do.


def _type(site, *arguments, **keywords):
    if len(arguments) == 1 and not keywords:
        return guard.class_of(arguments[0])
    return _new_class(site, *arguments, **keywords)


def _new_class(site, name, bases, namespace, **keywords):
    """`type(name, bases, namespace)`: what a class statement may make, made by name."""
    if is_hole(name) or is_hole(bases) or is_hole(namespace) or any(map(is_hole, bases)):
        return Hole(site[0])
    # A copy: a mapping of the program may hold other names the next time it is asked.
    body = {"__module__": _module_of_program(), **namespace}
    for key in body:
        if is_hole(key):
            return Hole(site[0])
        if type(key) is not str:
            raise Refused("a class has names that are no plain texts")
        if key != "__module__":
            guard.check_attribute(key)
    return new_class(name, tuple(bases), keywords, lambda names: names.update(body))


def _module_of_program():
    """The name of the program's module that is executed."""
    frame = sys._getframe()
    while frame.f_globals.get("__builtins__") is not guard.BUILTINS:
        frame = frame.f_back
    return frame.f_globals["__name__"]


def _isinstance(site, value, kinds):
    if not is_hole(value):
        return Hole(site[0]) if holds_hole(kinds) else NotImplemented
    if value.python and not value.optional and not holds_hole(kinds):
        known = {kind.__name__ for kind in (kinds if isinstance(kinds, tuple) else (kinds,)) if isinstance(kind, type)}
        if value.python in known or "object" in known:
            return True
        if known <= set(holes.PYTHON_TYPES) | {"list", "dict", "tuple", "set"}:
            return False
    return Hole(site[0])


def _any_or_all(word):
    def checked(site, values):
        if is_hole(values):
            return Hole(site[0])
        for value in values:
            if is_hole(value):
                return Hole(site[0])
            if truth_of(value) == (word == "any"):
                return word == "any"
        return word == "all"

    return checked


def _callable(site, value):
    return Hole(site[0]) if is_hole(value) else NotImplemented


def _filter(site, function, values):
    if is_hole(values):
        return Hole(site[0], ATOM, "list", None, values.detail)
    test = (lambda value: value) if function is None else function
    return iter([value for value in values if _kept_by(test(value))])


def _kept_by(value):
    return ask(value) if is_hole(value) else truth_of(value)


def _len(site, value):
    if chosen().is_unknown_truth(value):
        len(value)  # Sends what it sends.
        hole = Hole(site[0], ATOM, "scalar", "int")
        hole.source = "answer"
        return hole
    if is_of_rows(value):
        # It has as many as there are rows.
        return Hole(site[0], ATOM, "scalar", "int")
    return NotImplemented


def _bool(site, value=False):
    if is_hole(value):
        hole = Hole(site[0], ATOM, "scalar", "bool")
        hole.negates = Hole(f"not {value.atom}")
        hole.negates.negates = value
        return hole
    return NotImplemented


def _dict(site, *arguments, **keywords):
    is_unknown = arguments and (is_hole(arguments[0]) or chosen().unknown_row(arguments[0]) is not None)
    return Hole(site[0]) if is_unknown else NotImplemented


def _str(site, *arguments, **keywords):
    """A program's own `__str__` may find something unknown."""
    if len(arguments) == 1 and guard.is_own(type(arguments[0])):
        try:
            return str(arguments[0])
        except TypeError:
            return Hole(site[0], ATOM, "scalar", "str")
    return NotImplemented


def _next(site, values, *default):
    return Hole(site[0]) if is_hole(values) else NotImplemented


def _range(site, *ends):
    """A loop over it runs an unknown number of times."""
    if any(map(is_hole, ends)):
        return Hole(site[0], ATOM, "list", None, {"kind": "scalar", "python": "int"})
    return NotImplemented


def _iter(site, values, *sentinel):
    if is_hole(values):
        return Hole(site[0])
    return _until(site[0], values, *sentinel) if sentinel else NotImplemented


def _until(text, function, sentinel):
    """`iter(read, b"")`: what is not known may never be the sentinel."""
    while True:
        value = function()
        if is_hole(value):
            state = run.current()
            state.note_loop(f"over `{text}`")
            for _ in range(state.passes):
                yield value
            return
        if value == sentinel:
            return
        yield value


def _higher_order(site, function, *arguments, **keywords):
    if function is type or function is guard.BUILTINS["__build_class__"]:
        raise Refused("`type` with three arguments is not let into the sandbox")
    return NotImplemented


def _specials():
    import functools

    return {
        type: _type,
        isinstance: _isinstance,
        issubclass: _isinstance,
        any: _any_or_all("any"),
        all: _any_or_all("all"),
        callable: _callable,
        filter: _filter,
        len: _len,
        dict: _dict,
        str: _str,
        bool: _bool,
        next: _next,
        iter: _iter,
        range: _range,
        map: _higher_order,
        functools.partial: _higher_order,
        functools.reduce: _higher_order,
    }


_SPECIAL = {id(function): special for function, special in _specials().items()}

#: Methods whose answer is an object or None.
_FINDING = frozenset("first last get one_or_none scalar scalar_one_or_none afirst alast".split())

_LOOKED_INTO = (dict, list, set, frozenset, tuple)

_WEAK = (weakref.WeakValueDictionary, weakref.WeakKeyDictionary)

#: Functions of data that go through what they are given.
_GOING_THROUGH = frozenset(("join", "min", "max"))

_ITERATORS = (GeneratorType, map, filter, zip)

#: Methods that only keep what they are given.
_FILLING = frozenset(("append", "extend", "insert", "add", "update", "setdefault", "__setitem__"))

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
