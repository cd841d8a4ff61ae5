"""Conditions: `if`, `not`, `and`, `or`, `x if y else z`, `assert`."""

from .. import run
from ..asking import ask, test_found
from ..holes import OPERATION, Hole, describe, is_hole
from ..kept import looked_into, missed
from ..library import chosen
from .of_rows import is_of_rows
from .strings import said


def test(text):
    oracle = run.current().oracle
    if oracle is not None:
        oracle.open_group(text)


def operand(value, text, is_last):
    """One of the conditions that `and` or `or` join to a test."""
    oracle = run.current().oracle
    if oracle is not None:
        oracle.note_operand(value.text if is_hole(value) else text, is_last)
    return value


def truth(_, value, inner, word):
    """The outcome of a whole condition; `word` is what joins the operands of one, `and` or `or`.

    In a loop or a function, what is tested may be called otherwise than around: then it is said in the words there.
    """
    oracle = run.current().oracle
    outcome = truth_of(value)
    if oracle is not None:
        oracle.close_group(outcome, value.text if inner and is_hole(value) else None, word if inner else None)
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
    if is_of_rows(value):
        return ask(Hole(text or describe(value)))
    test_found(value)
    looked_into(value)
    if not value:
        missed(value)
    return bool(value)


def negation(value, site):
    if is_hole(value):
        hole = Hole(site[0] if value.text == site[1] else f"not {value.atom}", OPERATION, "scalar", "bool")
        hole.negates = value
        return hole
    if chosen().is_unknown_truth(value):
        answer = ask(Hole(site[1]))
        chosen().tested(value, answer)
        return not answer
    if is_of_rows(value):
        return not ask(Hole(site[1]))
    test_found(value)
    looked_into(value)
    if not value:
        missed(value)
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
    return isinstance(value, (int, float, str, bytes)) and not isinstance(value, bool) or chosen().is_lazy_text(value)


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
