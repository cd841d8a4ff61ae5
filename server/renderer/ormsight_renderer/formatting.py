"""`str.format` as programs have it: with unknown values, and with fields that read attributes (`{0.name}`) by the rules
that hold for those that are written out.
"""

import _string

from . import guard
from .holes import ATOM, Hole, describe, holds_hole, is_hole, text_of
from .library import chosen
from .unseen import called

_CONVERSIONS = {"r": repr, "s": str, "a": ascii}

#: How deep a format may have fields in the format of a field; Python goes no further.
_DEPTH = 2


def formatting(owner, name):
    """The method `format` or `format_map` of a text, or of the class of texts."""

    def formatted(*arguments, **keywords):
        template = owner
        if isinstance(owner, type):
            template, *arguments = arguments
        if name == "format_map":
            (keywords,), arguments = arguments, ()
        if is_hole(template) or is_hole(keywords):
            return Hole(f"{text_of(template)}.{name}({', '.join(_said(arguments, keywords))})", ATOM, "scalar", "str")
        parts = _parts(template, _Fields(arguments, keywords), _DEPTH)
        if not any(map(is_hole, parts)):
            return "".join(parts)
        return Hole(f"{template!r}.format({', '.join(_said(arguments, keywords))})", ATOM, "text", "str", parts)

    return formatted


class _Fields:
    """What the fields of one format are taken from; those without a name take one argument after the other."""

    def __init__(self, arguments, keywords):
        self.arguments = arguments
        self.keywords = keywords
        self.next = 0

    def value(self, field):
        first, rest = _string.formatter_field_name_split(field)
        if first == "":
            first, self.next = self.next, self.next + 1
        value = self.arguments[first] if isinstance(first, int) else self.keywords[first]
        for is_attribute, key in rest:
            value = _attribute(value, key) if is_attribute else _item(value, key)
        return value


def _attribute(value, name):
    guard.check_attribute(name)
    return guard.get(value, name)


def _item(value, key):
    return Hole(f"{value.atom}[{key!r}]") if is_hole(value) else value[key]


def _parts(template, fields, depth):
    if depth < 0:
        raise ValueError("Max string recursion exceeded")
    parts = []
    for text, field, spec, conversion in _string.formatter_parser(template):
        if text:
            parts.append(text)
        if field is None:
            continue
        value = fields.value(field)
        spec = _parts(spec, fields, depth - 1) if spec else []
        parts.append(_formatted(value, conversion, spec))
    return parts


def _formatted(value, conversion, spec):
    if is_hole(value):
        return value
    unknown = next(filter(is_hole, spec), None)
    if unknown is not None:
        return Hole(f"format({_called(value)}, {unknown.text})", ATOM, "scalar", "str")
    if holds_hole(value):
        value = describe(value)
    try:
        return format(_CONVERSIONS[conversion](value) if conversion else value, "".join(spec))
    except TypeError:
        # A program's own `__str__` found something unknown.
        if not guard.is_own(type(value)):
            raise
        return Hole(f"str({_called(value)})", ATOM, "scalar", "str")


def _said(arguments, keywords):
    return [*map(_called, arguments), *(f"{name}={_called(value)}" for name, value in keywords.items())]


def _called(value):
    return called(value) if chosen().is_instance(value) else text_of(value) if is_hole(value) else describe(value)
