"""Parameters as they are shown: plain JSON values, or the Python expressions they come from."""

import datetime
import enum
import json
import math
import re

from ..holes import GIVEN_NAME, describe, is_hole
from ..run import NUMBERS_FROM, TOKEN, current
from .ranges import Range

_DIGITS = re.compile(r"(?<![\w.])-?\d{12,}(?![\w.])")


def rendered_parameter(name, value):
    """A `RenderedParameter` of the protocol."""
    if is_hole(value) and value.lost:
        current().note(f"what `{value.text}` is: {value.why}")
    hole = hole_text(value)
    if hole is not None:
        return {"name": name, "hole": hole}
    return {"name": name, "value": plain(value)}


def hole_text(value):
    """The Python expression of a value that is unknown or has an unknown part, else None."""
    if is_hole(value):
        return value.text
    if isinstance(value, str):
        return text_of_string(value)
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return current().text_of_number(value)
    if isinstance(value, (list, tuple, dict, set)) and _has_hole(value):
        return _written(value)
    if isinstance(value, enum.Enum):
        # No driver takes it; the program gave it where no column type makes a value of it.
        return f"{type(value).__name__}.{value.name}"
    if hasattr(value, "ormsight_value"):
        return hole_text(value.ormsight_value)
    if GIVEN_NAME in getattr(value, "__dict__", ()):
        # An object of which not much is known, such as a member of an enumeration that a function is given.
        return value.__dict__[GIVEN_NAME]
    if isinstance(value, Range) and _has_hole((value.lower, value.upper)):
        bounds = "" if value.bounds == "[)" else f", {value.bounds!r}"
        return f"Range({_written(value.lower)}, {_written(value.upper)}{bounds})"
    return None


def text_of_string(value):
    """`f'%{q}%'` for a string in which a stand-in was built in, None for an ordinary one."""
    if "\ue000" not in value:
        return None
    run = current()
    whole = TOKEN.fullmatch(value)
    if whole:
        return run.holes[int(whole[1])].text
    quote = '"' if "'" in value else "'"
    text, end = "", 0
    for match in TOKEN.finditer(value):
        text += _inside_fstring(value[end : match.start()], quote) + "{" + run.holes[int(match[1])].text + "}"
        end = match.end()
    return f"f{quote}{text}{_inside_fstring(value[end:], quote)}{quote}"


def plain(value):
    """A value as JSON can hold it; what has no JSON is written as the database would print it."""
    if value is None or isinstance(value, (bool, str)):
        return str.__str__(value) if isinstance(value, str) else value
    if isinstance(value, int):
        return int(value) if -(2**53) < value < 2**53 else str(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else str(value)
    if isinstance(value, (bytes, bytearray, memoryview)):
        return "\\x" + bytes(value).hex()
    if isinstance(value, (datetime.datetime, datetime.date, datetime.time)):
        return str(value)
    if hasattr(value, "ormsight_value"):
        return _json(value.ormsight_value) if type(value).__name__ in ("Json", "Jsonb") else plain(value.ormsight_value)
    if isinstance(value, (list, tuple, dict)):
        try:
            return json.dumps(value, default=_inside_json, ensure_ascii=False)
        except (TypeError, ValueError):
            return str(value)
    text = str(value)
    if _ADDRESS.search(text):
        current().note(f"what a `{type(value).__name__}` is sent as")
        return type(value).__name__
    return text


#: What an object says of itself that has no text of its own.
_ADDRESS = re.compile(r" object at 0x[0-9a-f]+>")


def _json(value):
    """What a driver makes of `Jsonb(value)`: the JSON text, also of a plain text or None."""
    try:
        return json.dumps(value, default=_inside_json, ensure_ascii=False)
    except (TypeError, ValueError):
        return str(value)


def _inside_json(value):
    return value.ormsight_value if hasattr(value, "ormsight_value") else str(value)


def decoded_sql(sql):
    """The text of a statement; stand-ins that a library wrote into it become `{name}`, and are named as unknown."""
    run = current()
    if "\ue000" in sql:

        def named(match):
            text = run.holes[int(match[1])].text
            run.note(f"`{text}`, which becomes part of the SQL text")
            return "{" + text + "}"

        sql = TOKEN.sub(named, sql)
    if run.numbers:

        def number(match):
            text = run.text_of_number(int(match[0])) if abs(int(match[0])) >= NUMBERS_FROM // 2 else None
            if text is None:
                return match[0]
            run.note(f"the number `{text}`, which is written into the SQL text")
            return "{" + text + "}"

        sql = _DIGITS.sub(number, sql)
    return sql


def _has_hole(value):
    if isinstance(value, dict):
        return any(_has_hole(one) for one in (*value, *value.values()))
    if isinstance(value, (list, tuple, set)):
        return any(map(_has_hole, value))
    return hole_text(value) is not None


def _written(value):
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_written(key)}: {_written(one)}" for key, one in value.items()) + "}"
    if isinstance(value, (list, tuple, set)):
        return "[" + ", ".join(map(_written, value)) + "]"
    return hole_text(value) or describe(value)


def _inside_fstring(text, quote):
    escaped = text.replace("\\", "\\\\").replace("\n", "\\n").replace(quote, "\\" + quote)
    return escaped.replace("{", "{{").replace("}", "}}")
