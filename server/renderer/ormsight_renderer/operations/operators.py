"""Operators: arithmetic and comparisons. What is computed of something unknown is a hole that reads like the code."""

import operator

from ..asking import test_found
from ..holes import OPERATION, Hole, atom_of, holds_hole, is_hole, is_plain, level_of, made_of, may_have, remember_sum
from ..kept import looked_into, missed, used
from ..library import chosen
from ..rebound import content_changes
from ..registries import name_of_registry
from .strings import formatted_percent, said

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


def binary(sign, left, right, site):
    if not (is_hole(left) or is_hole(right)):
        if sign == "%" and isinstance(left, str) and holds_hole(right):
            return formatted_percent(left, right, site)
        used((left, right))
        return _BINARY[sign](left, right)
    if _is_operand(left) and _is_operand(right):
        hole = Hole(said(site, (left, right), f" {sign} "), level_of(sign))
        made_of(hole, left, right).python = _type_of_result(sign, left, right)
        if hole.python:
            hole.kind = "scalar"
        if hole.python == "str" and sign == "+":
            hole.kind, hole.detail = "text", [left, right]
        elif sign == "%" and isinstance(left, str):
            return formatted_percent(left, right, site)
        else:
            remember_sum(hole, left, sign, right)
        return hole
    left, right = (chosen().operand(one, sign) if is_hole(one) else one for one in (left, right))
    return _BINARY[sign](left, right)


def inplace(sign, left, right, site):
    if is_hole(left) or is_hole(right):
        return binary(sign, left, right, site)
    content_changes(left)
    return _INPLACE[sign](left, right)


def unary(sign, value, site):
    if is_hole(value):
        text = site[0] if value.text == site[1] else f"{sign}{value.atom}"
        return made_of(Hole(text, OPERATION, value.kind, value.python), value)
    return _UNARY[sign](value)


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
    if sign in ("is", "is not") and (_is_other_object(left, right) or _is_other_object(right, left)):
        return sign == "is not"
    if is_hole(left) or is_hole(right):
        if sign in ("is", "is not", "in", "not in") or (_is_operand(left) and _is_operand(right)):
            return condition(sign, said(site, (left, right), f" {sign} "), left, right)
        return _COMPARE[sign](left, right)
    if right is None:
        test_found(left)
    if sign in ("in", "not in"):
        looked_into(right)
        if name_of_registry(right) is not None and left not in right:
            missed(right)
    if sign in ("==", "!=") and chosen().is_instance(left) and chosen().is_instance(right):
        return condition(sign, site[0], left, right)
    if sign in ("in", "not in") and type(right) in (list, tuple, set) and any(map(is_hole, right)):
        if not any(one is left for one in right):
            return condition(sign, site[0], left, right)
    if sign in ("in", "not in") and type(right) is dict and may_have(right, left):
        return condition(sign, site[0], left, right)
    return _COMPARE[sign](left, right)


def _is_no_text(hole, value):
    """Whether a value cannot be a text that the program made of unknown parts."""
    return is_hole(hole) and hole.kind == "text" and (value is None or type(value) in (dict, list, tuple, set))


def _is_other_object(hole, value):
    """Whether a value is a mark of the program (`KeyError`, `_MISSING = object()`) and no number or text of unknown value."""
    if not is_hole(hole) or hole.optional or not (hole.python or hole.kind == "text"):
        return False
    return isinstance(value, type) or type(value) is object


def condition(sign, text, left, right):
    hole = made_of(Hole(text, OPERATION, "scalar", "bool"), left, right)
    if sign in _OPPOSITE:
        opposite = _OPPOSITE[sign]
        base = Hole(f"{atom_of(left)} {opposite} {atom_of(right)}", OPERATION, "scalar", "bool")
        base.source = (opposite, left, right)
        hole.negates = base
    else:
        hole.source = (sign, left, right)
    return hole
