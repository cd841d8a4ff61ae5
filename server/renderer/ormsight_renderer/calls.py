"""Calls made by a program: of unknown functions, of computing ones with unknown arguments, of everything else."""

import weakref
from types import (
    BuiltinFunctionType,
    FunctionType,
    GeneratorType,
    MethodDescriptorType,
    MethodType,
    MethodWrapperType,
    ModuleType,
    WrapperDescriptorType,
)

from . import guard, run, standins
from .allow import check_text
from .builtin_calls import SPECIAL
from .computing import computed, computes, result_of_method
from .contents import CHANGING, FILLING, is_container
from .decide import OPPOSITES
from .errors import Refused
from .holes import ATOM, Hole, holds_hole, is_hole, may_have, text_of, unknowable
from .kept import filled, looked_into, missed, used
from .library import chosen
from .lists_of_rows import lists_of_rows
from .operations.items import UNKNOWN_KEYWORDS, choose
from .operations.statements import is_handled
from .read_data import gives_data
from .rebound import content_changes


def call(site, function, /, *arguments, **keywords):
    """`function(*arguments, **keywords)`; `site` has the source of the call, of the function and of the arguments."""
    if keywords and any(name.startswith(UNKNOWN_KEYWORDS) for name in keywords):
        given = _with_needed(function, arguments, keywords)
        try:
            return call(site, function, *arguments, **given)
        finally:
            take_mapping()
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
    if kind is MethodType and run.current().tape is not None and chosen().goes_through_models(function):
        run.current().note("which models the project has besides")
    if issubclass(kind, type) and run.current().oracle is None:
        function = chosen().maker_of(function) or function
    special = SPECIAL.get(id(function))
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
    if kind is BuiltinFunctionType and is_container(type(function.__self__)):
        if function.__name__ == "get" and arguments and not is_hole(arguments[0]):
            looked_into(function.__self__)
            if issubclass(type(function.__self__), dict) and not dict.__contains__(function.__self__, arguments[0]):
                missed(function.__self__)
        elif function.__name__ in FILLING:
            filled(function.__self__)
        elif function.__name__ not in CHANGING:
            missed(function.__self__)
    _note_changes(function, arguments)
    holey = holds_hole(list(arguments)) or (keywords and holds_hole(keywords))
    if holey and kind is BuiltinFunctionType and type(function.__self__) in _LOOKED_INTO:
        result = _looked_up(site, function, *arguments)
        if result is not NotImplemented:
            return result
    if holey and kind is MethodType and type(function.__self__) in _WEAK and function.__name__ in ("get", "pop"):
        return Hole(site[0])
    if holey and computes(function, kind):
        return computed(site, function, arguments, keywords)
    for argument in (*arguments, *keywords.values()) if keywords else arguments:
        if type(argument) is str and "__" in argument and function not in guard.BY_TEXT:
            check_text(argument)
    state = run.current()
    tape = state.tape
    if tape is not None:
        arguments, keywords = lists_of_rows(site[2], function, arguments, keywords)
        if function not in guard.BY_TEXT and function is not isinstance:
            used((*arguments, *keywords.values()))
    sent = len(tape.entries) if tape is not None else 0
    try:
        missing = chosen().error_without_row(function) if state.handlers and tape is not None else None
        if missing is not None and is_handled(missing):
            result = _found_or_raised(state, site, missing, lambda: function(*arguments, **keywords))
        elif tape is not None and chosen().finds_or_not(function):
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


def _note_changes(function, arguments):
    """Before a call that changes what a container holds: by one of its methods, also where it is handed on."""
    for one in (function, *arguments):
        if type(one) in _METHODS and getattr(one, "__name__", None) in CHANGING:
            content_changes(one.__self__)
        elif type(one) is WrapperDescriptorType or type(one) is MethodDescriptorType:
            # `dict.__setitem__(registry, key, value)`
            for other in arguments:
                content_changes(other)


def _with_needed(function, arguments, keywords):
    """The keywords of a call with unknown mappings; the first has at least what the function cannot do without."""
    mapping = next(value for name, value in keywords.items() if name.startswith(UNKNOWN_KEYWORDS))
    keywords = {name: value for name, value in keywords.items() if not name.startswith(UNKNOWN_KEYWORDS)}
    caches = run.current().caches
    caches[GIVEN_MAPPING] = caches[_OPEN_MAPPING] = mapping
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


#: Among the caches of a run: the same until an object takes its values from it.
_OPEN_MAPPING = "open mapping"


def take_mapping():
    """The unknown mapping of the call that makes the object under way, for the one that asks first; else None."""
    return run.current().caches.pop(_OPEN_MAPPING, None)


def value_in(mapping, name):
    """What an unknown mapping has under a name."""
    return Hole(f'{mapping.atom}["{name}"]')


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


def _found_or_raised(state, site, error, send):
    """A call that raises where it finds nothing, which the program handles: both happen."""
    # The same call may find something else the next time.
    counts = state.caches.setdefault("calls that may find nothing", {})
    number = counts[site[0]] = counts.get(site[0], 0) + 1
    again = f" (call {number})" if number > 1 else ""
    condition = f"`{site[0]}` finds a row{again}"
    OPPOSITES[condition] = f"`{site[0]}` finds no row{again}"
    if state.oracle is None or state.oracle.decide(condition):
        return send()
    tape = state.tape
    rows, tape.rows, sent = tape.rows, 0, len(tape.entries)
    try:
        result = send()
    finally:
        tape.rows = rows
    if len(tape.entries) == sent:
        raise error("no row was found")  # It was fetched before.
    return result


def call_of_hole(site, function, arguments, keywords):
    """The hole of an unknown call."""
    text, function_text, argument_texts, has_own_names = site
    values = [*arguments, *keywords.values()]
    written = [one.partition("=")[2] if index >= len(arguments) else one for index, one in enumerate(argument_texts)]
    same = len(values) != len(written) or all(
        one.text == source for one, source in zip(values, written) if is_hole(one)
    )
    tells = has_own_names and any(map(_is_said, values))
    if not (same and function.text == function_text) or tells:
        inside = []
        for index, one in enumerate(values):
            own = written[index] if len(values) == len(written) and not (has_own_names and _is_said(one)) else None
            inside.append(one.text if is_hole(one) else own or text_of(one))
        names = [None] * len(arguments) + list(keywords)
        parts = [f"{name}={one}" if name else one for name, one in zip(names, inside)]
        text = f"{function.text}({', '.join(parts)})"
    name = function.text.rpartition(".")[2]
    hole = result_of_method(text, name)
    hole.source = ("call", values)
    hole.is_data = hole.is_data or gives_data(name, arguments) or (function.of is not None and function.of.is_data)
    if function.of is not None and function.of.parents:
        chosen().changed_in_place(function.of, name)
    hole.why = function.why
    hole.lost = function.lost
    hole.outside = function.outside
    hole.method = function.method
    return hole


def _is_said(value):
    """Whether a value is told best by itself."""
    return value is None or isinstance(value, (bool, int, float, str))


def _looked_up(site, function, key=None, *default):
    """A method of a list, a dict or a set that is given something unknown."""
    owner, name = function.__self__, function.__name__
    if name in FILLING:
        return NotImplemented
    if type(owner) is dict and name in ("get", "pop") and not holds_hole([key]):
        # Only what it gives otherwise is not known.
        return function(key, *default)
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


#: Of methods of containers: `append`, and `super().__setitem__`; those of weak ones are written in Python.
_METHODS = (BuiltinFunctionType, MethodWrapperType, MethodType)

_LOOKED_INTO = (dict, list, set, frozenset, tuple)

_WEAK = (weakref.WeakValueDictionary, weakref.WeakKeyDictionary)

#: Functions of data that go through what they are given.
_GOING_THROUGH = frozenset(("join", "min", "max"))

_ITERATORS = (GeneratorType, map, filter, zip)
