"""The operations of Python as programs in the sandbox see them: with holes, they compose a hole; without, they compute.

Each takes the source texts of its operands (`site`), so that a hole reads as it was written wherever its operands are
called in the program what they are called in the code around.
"""

import enum
import operator
import sys
from types import FunctionType, GeneratorType

from . import run
from .allow import PREFIX
from .coroutines import asynchronous
from .decide import OPPOSITES
from .errors import NotReached
from .guard import BUILTINS, DECORATORS, container, get, is_own, settable
from .holes import ATOM, GIVEN_NAME, OPERATION, Hole, Row, atom_of, describe, element, is_hole, is_plain, level_of, made_of, remember_sum, text_of
from .kept import looked_into
from .library import chosen

_BINARY = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "//": operator.floordiv,
    "%": operator.mod, "**": operator.pow, "@": operator.matmul, "<<": operator.lshift, ">>": operator.rshift,
    "|": operator.or_, "^": operator.xor, "&": operator.and_,
}  # fmt: skip
_INPLACE = {
    "+": operator.iadd, "-": operator.isub, "*": operator.imul, "/": operator.itruediv, "//": operator.ifloordiv,
    "%": operator.imod, "**": operator.ipow, "@": operator.imatmul, "<<": operator.ilshift, ">>": operator.irshift,
    "|": operator.ior, "^": operator.ixor, "&": operator.iand,
}  # fmt: skip
_COMPARE = {
    "==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
    "is": operator.is_, "is not": operator.is_not, "in": lambda a, b: a in b, "not in": lambda a, b: a not in b,
}  # fmt: skip
_UNARY = {"-": operator.neg, "+": operator.pos, "~": operator.invert}
_OPPOSITE = {"!=": "==", "is not": "is", "not in": "in"}


# Arithmetic


def binary(sign, left, right, site):
    if not (is_hole(left) or is_hole(right)):
        if sign == "%" and isinstance(left, str) and holds_hole(right):
            return _formatted_percent(left, right, site)
        return _BINARY[sign](left, right)
    if _is_operand(left) and _is_operand(right):
        hole = Hole(said(site, (left, right), f" {sign} "), level_of(sign))
        made_of(hole, left, right).python = _type_of_result(sign, left, right)
        if hole.python:
            hole.kind = "scalar"
        if hole.python == "str" and sign == "+":
            hole.kind, hole.detail = "text", [left, right]
        elif sign == "%" and isinstance(left, str):
            return _formatted_percent(left, right, site)
        else:
            remember_sum(hole, left, sign, right)
        return hole
    left, right = (chosen().operand(one, sign) if is_hole(one) else one for one in (left, right))
    return _BINARY[sign](left, right)


def inplace(sign, left, right, site):
    if is_hole(left) or is_hole(right):
        return binary(sign, left, right, site)
    return _INPLACE[sign](left, right)


def unary(sign, value, site):
    if is_hole(value):
        text = site[0] if value.text == site[1] else f"{sign}{value.atom}"
        return made_of(Hole(text, OPERATION, value.kind, value.python), value)
    return _UNARY[sign](value)


def compare(signs, site, *values):
    if len(signs) == 1:
        return _compare(signs[0], values[0], values[1], site)
    if any(is_hole(value) for value in values):
        return made_of(Hole(said(site, values, [f" {sign} " for sign in signs]), OPERATION, "scalar", "bool"), *values)
    for sign, left, right in zip(signs, values, values[1:]):
        result = _COMPARE[sign](left, right)
        if not result:
            return result
    return result


def _compare(sign, left, right, site):
    if sign in ("is", "is not", "==", "!=") and (_is_no_text(left, right) or _is_no_text(right, left)):
        return sign in ("is not", "!=")
    if is_hole(left) or is_hole(right):
        if sign in ("is", "is not", "in", "not in") or (_is_operand(left) and _is_operand(right)):
            return _condition(sign, said(site, (left, right), f" {sign} "), left, right)
        return _COMPARE[sign](left, right)
    if right is None:
        test_found(left)
    if sign in ("in", "not in"):
        looked_into(right)
    if sign in ("==", "!=") and chosen().is_instance(left) and chosen().is_instance(right):
        return _condition(sign, site[0], left, right)
    if sign in ("in", "not in") and type(right) in (list, tuple, set) and any(map(is_hole, right)):
        if not any(one is left for one in right):
            return _condition(sign, site[0], left, right)
    if sign in ("in", "not in") and type(right) is dict and may_have(right, left):
        return _condition(sign, site[0], left, right)
    return _COMPARE[sign](left, right)


def _is_no_text(hole, value):
    """Whether a value cannot be a text that the program made of unknown parts."""
    return is_hole(hole) and hole.kind == "text" and (value is None or type(value) in (dict, list, tuple, set))


def _condition(sign, text, left, right):
    hole = made_of(Hole(text, OPERATION, "scalar", "bool"), left, right)
    if sign in _OPPOSITE:
        opposite = _OPPOSITE[sign]
        base = Hole(f"{atom_of(left)} {opposite} {atom_of(right)}", OPERATION, "scalar", "bool")
        base.source = (opposite, left, right)
        hole.negates = base
    else:
        hole.source = (sign, left, right)
    return hole


def _is_operand(value):
    return is_hole(value) or is_plain(value) or chosen().is_instance(value) or not chosen().is_expression(value)


def _type_of_result(sign, left, right):
    types = {one.python if is_hole(one) else type(one).__name__ for one in (left, right)}
    if "str" in types and (sign == "+" or (sign == "%" and not is_hole(left))):
        return "str"
    if len(types) == 1 and sign in "+-*//%**":
        (only,) = types
        return only if only in ("int", "float", "Decimal") and sign != "/" else None
    if types == {"datetime", "timedelta"} or types == {"date", "timedelta"}:
        return next(iter(types - {"timedelta"}))
    if types == {"int", "float"}:
        return "float"
    return None


def is_of_rows(value):
    """Whether a list or a dict has one value, of the one row that stands for several."""
    if type(value) is dict:
        value = list(value.values())
    if type(value) not in (list, tuple, set, frozenset) or len(value) != 1:
        return False
    (only,) = value
    return _is_one_of_several(only)


def _is_one_of_several(value):
    row = value.owner if is_hole(value) else chosen().row_of(value) if chosen().is_instance(value) else None
    return isinstance(row, Row) and row.is_one_of_several


# Texts


def said(site, values, signs):
    """The source text, when its unknown operands are called there what they are called outside; else composed anew."""
    whole, *texts = site
    if all(value.text == text for value, text in zip(values, texts) if is_hole(value)):
        return whole
    if isinstance(signs, str):
        signs = [signs] * (len(values) - 1)
    result = _operand(values[0], texts[0])
    for sign, value, text in zip(signs, values[1:], texts[1:]):
        result += sign + _operand(value, text)
    return result


def _operand(value, text):
    return value.atom if is_hole(value) else describe(value) if is_plain(value) else text


def holds_hole(value):
    if is_hole(value):
        return True
    if type(value) in (list, tuple, set, frozenset):
        return any(map(holds_hole, value))
    return type(value) is dict and any(map(holds_hole, value.values()))


def fstring(text, *parts):
    result, composed, verbatim = [], "", True
    for part in parts:
        if isinstance(part, str):
            result.append(part)
            composed += part.replace("{", "{{").replace("}", "}}")
            continue
        value, conversion, spec, source = part
        if is_hole(value) or is_hole(spec):
            result.append(value)
            if is_hole(value):
                verbatim = verbatim and value.text == source
                mark = (f"!{conversion}" if conversion else "") + (f":{spec}" if spec else "")
                composed += "{" + value.text + mark + "}"
            continue
        if conversion:
            value = {"r": repr, "s": str, "a": ascii}[conversion](value)
        elif holds_hole(value):
            value = describe(value)
        try:
            result.append(format(value, spec))
        except TypeError:
            # A program's own `__str__` found something unknown.
            if not is_own(type(value)):
                raise
            value = Hole(source, ATOM, "scalar", "str")
            result.append(value)
            composed += "{" + value.text + "}"
            continue
        composed += result[-1]
    if all(type(one) is str for one in result):
        return "".join(result)
    quote = '"' if "'" in composed else "'"
    return Hole(text if verbatim else f"f{quote}{composed}{quote}", ATOM, "text", "str", result)


def formatted_hole(template, arguments, keywords):
    inside = [text_of(one) for one in arguments] + [f"{name}={text_of(one)}" for name, one in keywords.items()]
    strings = [str(one) if is_hole(one) else one for one in arguments]
    named = {name: str(one) if is_hole(one) else one for name, one in keywords.items()}
    hole = Hole(f"{template!r}.format({', '.join(inside)})", ATOM, "text", "str")
    hole.detail = [str.format(template, *strings, **named)]
    return hole


def _formatted_percent(template, values, site):
    hole = Hole(said(site, (template, values), " % "), OPERATION, "text", "str")
    try:
        known = tuple(values) if isinstance(values, tuple) else (values,)
        hole.detail = [template % tuple(str(one) if is_hole(one) else one for one in known)]
    except (TypeError, ValueError):
        hole.kind, hole.detail = "scalar", None
    return hole


# Truth


def test(text):
    oracle = run.current().oracle
    if oracle is not None:
        oracle.open_group(text)


def truth(_, value, inner):
    """The outcome of a whole condition.

    In a loop or a function, what is tested may be called otherwise than around: then it is said in the words there.
    """
    oracle = run.current().oracle
    outcome = truth_of(value)
    if oracle is not None:
        oracle.close_group(outcome, value.text if inner and is_hole(value) else None)
    return outcome


def truth_of(value, text=None):
    """The truth of a value, which the oracle says where it is unknown; without an open test it is one by itself."""
    oracle = run.current().oracle
    if oracle is None or oracle.groups or text is None:
        return _truth_of(value, text)
    oracle.open_group(text)
    outcome = _truth_of(value, text)
    oracle.close_group(outcome)
    return outcome


def _truth_of(value, text):
    if is_hole(value):
        return ask(value)
    if chosen().is_unknown_truth(value):
        answer = ask(Hole(text or describe(value)))
        chosen().tested(value, answer)
        return answer
    if chosen().shows_numbers_of_rows and is_of_rows(value):
        return ask(Hole(text or describe(value)))
    test_found(value)
    looked_into(value)
    return bool(value)


def test_found(value):
    oracle = run.current().oracle
    if oracle is not None and oracle.found:
        oracle.test_found(value)


def ask(hole, text=None):
    """Asks the oracle, as a condition of its own where no test is under way."""
    oracle = run.current().oracle
    if oracle is None:
        # While models are loaded, one way is taken: what is not known is there (`if not cryptography: raise …`).
        run.current().note(f"whether `{hole.text}`")
        return not _is_negation(hole)
    if oracle.groups:
        return _asked(oracle, hole)
    oracle.open_group(text or hole.text)
    outcome = _asked(oracle, hole)
    oracle.close_group(outcome)
    return outcome


def _is_negation(hole):
    turned = False
    while hole.negates is not None:
        hole, turned = hole.negates, not turned
    return turned


def _asked(oracle, hole):
    turned = False
    while hole.negates is not None:
        hole, turned = hole.negates, not turned
    _follow(oracle, hole)
    answer = oracle.ask(hole.text, preferred=not turned)
    _imply(oracle, hole, answer)
    return answer != turned


def _follow(oracle, hole):
    """A value that is known to equal another is not equal to this one."""
    if _is_comparison(hole) and hole.source[0] == "==" and is_hole(hole.source[1]):
        _, left, right = hole.source
        if not is_hole(right) and (known := oracle.equal.get(left.text)) is not None and known[0] != right:
            oracle.suppose(hole.text, False)


def _is_comparison(hole):
    return isinstance(hole.source, tuple) and len(hole.source) == 3


def _imply(oracle, hole, answer):
    if not _is_comparison(hole):
        if answer:
            oracle.suppose(f"{hole.atom} is None", False)
        return
    sign, left, right = hole.source
    if not is_hole(left):
        return
    if sign == "is" and right is None and answer:
        oracle.suppose(left.text, False)
    if sign == "==" and answer and is_plain(right) and right is not None:
        oracle.equal.setdefault(left.text, (right,))
        oracle.suppose(f"{left.atom} is None", False)
        oracle.suppose(left.text, bool(right))


def or_none(hole):
    """The hole, or None in a run in which it is None: that is asked for in another way."""
    if not hole.optional:
        return hole
    oracle = run.current().oracle
    text = f"{hole.atom} is None"
    if oracle is None:
        run.current().note(f"whether `{hole.text}` is None")
        return hole
    if text not in oracle.known:
        if oracle.known.get(hole.text):
            return hole
        # A condition of its own, also inside of a test: `if posts.filter(author=author).exists():`.
        is_none = oracle.ask(text, preferred=False)
        OPPOSITES[f"{hole.atom} is not None"] = text
        oracle.tell(f"{hole.atom} is not None", not is_none)
    return None if oracle.known[text] else hole


def negation(value, site):
    if is_hole(value):
        hole = Hole(site[0] if value.text == site[1] else f"not {value.atom}", OPERATION, "scalar", "bool")
        hole.negates = value
        return hole
    if chosen().is_unknown_truth(value):
        answer = ask(Hole(site[1]))
        chosen().tested(value, answer)
        return not answer
    if chosen().shows_numbers_of_rows and is_of_rows(value):
        return not ask(Hole(site[1]))
    test_found(value)
    looked_into(value)
    return not value


def keep(value, text):
    outcome = truth_of(value, text)
    run.current().kept.append(value)
    return outcome


def kept():
    return run.current().kept.pop()


def dropped():
    run.current().kept.pop()


def either(left, right, site):
    """`left or right`, where both are simple."""
    if not is_hole(left):
        return left if truth_of(left, site[1]) else right
    if not _is_mere_value(right):
        return left if ask(left) else right
    hole = Hole(said(site, (left, right), " or "), OPERATION, left.kind, left.python, left.detail)
    if hole.kind not in ("scalar", "unknown", "list"):
        hole.kind = "unknown"
    return hole


def choice(condition, body, orelse, site):
    """`body if condition else orelse`, where both are simple."""
    if not is_hole(condition):
        return body if truth_of(condition, site[1]) else orelse
    if _is_mere_value(body) and _is_mere_value(orelse) and not _is_settled(condition):
        return Hole(site[0], OPERATION, *_common_type(body, orelse))
    return body if ask(condition, site[1]) else orelse


def _is_mere_value(value):
    """Whether only a parameter depends on which of such values it is."""
    if is_hole(value):
        return value.kind in ("unknown", "scalar", "text") and not value.optional
    return isinstance(value, (int, float, str, bytes)) and not isinstance(value, bool)


def _is_settled(hole):
    oracle = run.current().oracle
    while hole.negates is not None:
        hole = hole.negates
    return oracle is not None and hole.text in oracle.known


def _common_type(*values):
    types = {one.python if is_hole(one) else type(one).__name__ for one in values}
    only = types.pop() if len(types) == 1 else None
    return ("scalar", only) if only else ("unknown", None)


def assertion(value):
    if chosen().is_unknown_truth(value):
        chosen().tested(value, True)
        return True
    return True if is_hole(value) else value


def again(value, text):
    """The condition of a `while`: an unknown one holds as often as loops run; what something unknown ends, ends too."""
    state = run.current()
    if not is_hole(value):
        rounds = state.caches[_ROUNDS, text] = state.caches.get((_ROUNDS, text), 0) + 1
        if not value or rounds <= _MOST_ROUNDS:
            return bool(value)
        state.note(f"how often the loop `while {text}` runs")
        return False
    state.note_loop(f"`while {text}`")
    held = state.caches.get((_HELD, text), 0)
    if held >= state.passes:
        return False
    state.caches[_HELD, text] = held + 1
    return True


#: How often a condition was asked for, and how often an unknown one held, all loops with that text together.
_ROUNDS, _HELD = "rounds", "held"

#: Loops that build a query end far sooner; one that waits for something unknown would never end.
_MOST_ROUNDS = 2_000

# Names and loops


def named(value, name):
    """Gives rows and answers of the database the name of the variable they are kept in."""
    if is_hole(value):
        is_answer = value.source == "answer" or (value.owner is not None and not value.owner.named)
        return _renamed(value, name) if is_answer else value
    row = chosen().row_of(value)
    if row is not None:
        if not row.named:
            row.name, row.named = name, True
    elif chosen().is_instance(value):
        value.__dict__.setdefault(GIVEN_NAME, name)
    return value


def _renamed(hole, name):
    copy = Hole(name, ATOM, hole.kind, hole.python, hole.detail, hole.optional)
    copy.source = "answer"
    return copy


def unpacked(value, names):
    value = chosen().unknown_row(value) or value
    if is_hole(value):
        return shaped(names, value)
    if isinstance(value, tuple) and len(value) == len(names) and "*" not in names:
        renamed = [named(one, name) if isinstance(name, str) else one for one, name in zip(value, names)]
        return tuple(renamed)
    return value


def loop(value, names, text):
    """What a loop goes over; an unknown value gives one element, called by the loop's variable."""
    if is_own(type(value)) and is_own(getattr(type(value), "__iter__", None)):
        # What it gives may be unknown, and Python would not take that for an iterator.
        value = type(value).__iter__(value)
        value = Hole(text) if is_hole(value) else value
    if is_hole(value):
        state = run.current()
        state.note_loop(f"over `{value.text}`")
        return [shaped(names, value, is_element=True) for _ in range(state.passes)]
    if chosen().shows_numbers_of_rows and (chosen().is_query(value) or is_of_rows(value)):
        return _of_rows(value, names, text)
    return _named_one_by_one(value, names)


def around(value, names, text):
    """What the loop around the expression goes over: one pass of it is under way."""
    return loop(value, names, text) if is_hole(value) else _named_one_by_one(value, names)


def _named_one_by_one(value, names):
    if isinstance(names, str) and not isinstance(value, (list, tuple, dict, set, str, range)):
        return _naming(value, names)
    if isinstance(value, list) and isinstance(names, str):
        for one in value:
            named(one, names)
    return value


def _of_rows(values, names, text):
    """A loop over rows runs once for each."""
    state = run.current()
    for value in values:
        first = value[0] if isinstance(value, tuple) and value else value
        passes = 1
        if _is_one_of_several(first):
            state.note_loop(f"over `{text}`")
            passes = state.passes
        for _ in range(passes):
            yield named(value, names) if isinstance(names, str) else value


def _naming(values, name):
    for value in values:
        yield named(value, name)


def shaped(names, hole, is_element=False):
    """Holes in the shape of an assignment's target."""
    if isinstance(names, str):
        detail = hole.detail if is_element and hole.kind == "list" and isinstance(hole.detail, dict) else None
        return chosen().materialise(names, detail)
    if names is None:
        return element(hole, 0)
    result = []
    for name in names:
        if isinstance(name, tuple) and name and name[0] == "*":
            result.append(Hole(str(name[1]), kind="list"))
        else:
            result.append(shaped(name, hole))
    return tuple(result)


def star(value, text):
    value = chosen().unknown_row(value) or value
    if is_hole(value):
        run.current().note(f"what `*{value.text}` holds")
        return ()
    return value


def mapping(value, text):
    value = chosen().unknown_row(value) or value
    if is_hole(value):
        run.current().note(f"what `**{value.text}` holds")
        return {}
    if any(map(is_hole, value)):
        for key in value:
            if is_hole(key):
                run.current().note(f"what `{key.text}` names")
        return {key: one for key, one in value.items() if not is_hole(key)}
    return value


def keywords(value, text):
    """`**value` of a call: an unknown mapping is handed to `call`, which may know what must be in it."""
    known = mapping(value, text)
    return {f"{UNKNOWN_KEYWORDS}{text}": value} if is_hole(value) else known


#: What begins the name that stands among the keywords of a call for an unknown mapping; no program can write it.
UNKNOWN_KEYWORDS = "ormsight unknown keywords: "


def item(owner, key, site):
    owner = chosen().unknown_row(owner) or owner
    if is_hole(owner):
        inside = site[1] if not is_hole(key) or key.text == site[1] else key.text
        hole_type = owner.detail if owner.kind == "list" and isinstance(owner.detail, dict) else None
        return chosen().materialise(f"{owner.atom}[{inside}]", hole_type)
    if is_hole(key) and isinstance(owner, dict):
        return choose(owner, key, site[0])
    if is_hole(key) and isinstance(owner, (list, tuple, str, enum.EnumMeta)):
        return Hole(site[0])
    key = chosen().index(owner, key)
    looked_into(owner)
    if isinstance(owner, dict) and may_have(owner, key):
        return Hole(f"{site[0].removesuffix(f'[{site[1]}]')}[{describe(key)}]")
    value = owner[key]
    row = chosen().row_of(value) if chosen().is_instance(value) else None
    if row is not None and not row.named:
        row.name = site[0]
    return value


def may_have(owner, key):
    """Whether a dict has unknown keys, of which one may be the one that is looked for and not found."""
    return key not in owner and any(map(is_hole, owner))


def choose(choices, key, text, *default):
    """What an unknown key finds in a known dict: each of its values in turn, where they are parts of statements."""
    found = [*choices.values(), *default]
    if not found or len(choices) > MOST_CHOICES or all(is_plain(one) and one is not None or is_hole(one) for one in found):
        return Hole(text)
    for known, value in choices.items():
        condition = _condition("==", f"{key.atom} == {describe(known)}", key, known)
        if ask(condition):
            return value
    if not default:
        raise NotReached
    return default[0]


#: A dict with more keys is not tried key by key.
MOST_CHOICES = 8


def context(value, name):
    """What a `with` enters."""
    if is_hole(value):
        return _Entered(Hole(name or value.text) if value.kind == "unknown" else value)
    if isinstance(value, GeneratorType):
        # Of a function whose `contextmanager` is not to be had: what it yields.
        return _Entered(next(value, None))
    if not hasattr(type(value), "__enter__") and hasattr(type(value), "__aenter__"):
        return _AsyncEntered(value)
    return value


class _Entered:
    def __init__(self, value):
        self.value = value

    def __enter__(self):
        return self.value

    def __exit__(self, *error):
        return False


class _AsyncEntered:
    def __init__(self, value):
        self.value = value

    def __enter__(self):
        return chosen().settled(self.value.__aenter__())

    def __exit__(self, *error):
        return chosen().settled(self.value.__aexit__(*error))


def awaited(value):
    return chosen().settled(value)


# Ways out


class Raised(Exception):
    """An exception whose class is not known."""


def raised(text, make=None, error=None):
    """What a `raise` raises; an exception that cannot be made here leaves all the same."""
    state = run.current()
    if make is not None:
        try:
            error = make()
        except Exception:
            error = Raised(text)
    if error is None:
        raise NotReached
    if is_hole(error):
        error = Raised(error.text)
    elif isinstance(error, type) and issubclass(error, BaseException):
        error = error()
    state.caches["raised"] = error
    return error


def handled(value):
    """The classes of an `except`."""
    chosen().handles(sys.exception())
    if isinstance(value, tuple):
        return tuple(one for one in value if not is_hole(one))
    return () if is_hole(value) else value


def left(*value):
    raise NotReached


def decorator(value):
    """An unknown decorator leaves what it decorates as it is: the class says so, a function where it is called."""
    if not is_hole(value):
        return value

    def decorated(target):
        if isinstance(target, type):
            if value.outside:
                run.current().note(f"what the decorator `{value.text}` does to `{target.__name__}`")
        elif type(function := getattr(target, "__func__", target)) is FunctionType:
            function.__dict__.setdefault(DECORATORS, []).append(value)
        return target

    return decorated


def subject(value, text):
    if is_hole(value):
        run.current().note(f"which case of `match {text}` applies")
    return value


def parent(text):
    """`super()` in the method that a slice was cut out of: what its object has from the classes above, if it is known."""
    from .unseen import Unseen

    own = run.current().caches.get("self")
    return super(type(own), own) if isinstance(own, Unseen) else Hole(text)


def unknown(text):
    """What the program reads but is not let in."""
    return Hole(text)


def install(call):
    """Puts the operations where programs find them, under names they cannot write."""
    operations = (
        get, settable, container, item, binary, inplace, unary, compare, negation, truth, test, keep, kept, dropped,
        either, choice, assertion, again, fstring, named, unpacked, loop, around, star, mapping, keywords, context, awaited, raised,
        handled, left, decorator, asynchronous, subject, parent, unknown, call,
    )  # fmt: skip
    BUILTINS.update({PREFIX + operation.__name__: operation for operation in operations})
    BUILTINS[PREFIX + "slice"] = slice

