"""Texts: those a program makes of unknown parts, and the source texts by which holes are called."""

from ..guard import is_own
from ..holes import ATOM, OPERATION, Hole, describe, holds_hole, is_hole, is_plain


def said(site, values, signs):
    """The source text, when its unknown operands are called there what they are called outside; else composed anew."""
    whole, *texts = site
    is_as_written = not any(type(text) is tuple and _is_of_pass(value) for value, text in zip(values, texts))
    texts = [written(text) for text in texts]
    if is_as_written and all(value.text == text for value, text in zip(values, texts) if is_hole(value)):
        return whole
    if isinstance(signs, str):
        signs = [signs] * (len(values) - 1)
    result = _operand(values[0], texts[0])
    for sign, value, text in zip(signs, values[1:], texts[1:]):
        result += sign + _operand(value, text)
    return result


def written(text):
    """The source of an operand; that of a loop's variable or a parameter comes in a tuple."""
    return text[0] if type(text) is tuple else text


def _is_of_pass(value):
    """Whether a loop's variable or a parameter is known in this pass or call: its value is said, as it is another one in the next."""
    return not is_hole(value) and is_plain(value)


def _operand(value, text):
    return value.atom if is_hole(value) else describe(value) if is_plain(value) else text


def fstring(text, *parts):
    result, composed, verbatim = [], "", True
    for part in parts:
        if isinstance(part, str):
            result.append(part)
            composed += part.replace("{", "{{").replace("}", "}}")
            continue
        value, conversion, spec, source = part
        verbatim = verbatim and not (type(source) is tuple and _is_of_pass(value))
        source = written(source)
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


def formatted_percent(template, values, site):
    hole = Hole(said(site, (template, values), " % "), OPERATION, "text", "str")
    try:
        known = tuple(values) if isinstance(values, tuple) else (values,)
        hole.detail = [template % tuple(str(one) if is_hole(one) else one for one in known)]
    except (TypeError, ValueError):
        hole.kind, hole.detail = "scalar", None
    return hole
