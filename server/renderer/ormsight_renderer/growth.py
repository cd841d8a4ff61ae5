"""Statements that have a parameter for each value of a list: what one more value adds to them."""

import re

#: What stands in a text for a parameter, in the styles of the drivers.
_STYLES = tuple(map(re.compile, (r"%\(\w+\)s", r"%s", r"\?", r"\$\d+", r"(?<!:):\w+")))

#: A row of values has no more of them.
_WIDEST = 20

#: Between two values of a list, and between two rows of values; before it, what belongs to the first (`::INTEGER`).
_SEPARATOR = re.compile(r"(?P<own>.*?)(?:, |(?P<row>\), \())", re.DOTALL)

_INDEX = re.compile(r"\[\d+\]")


def growth(shown, grown, values):
    """Which parameters of a statement are those of a list, of which it shows `values`, by the statement with one more.

    Gives spans `(from, to)` of numbers, without the end. None where one more value makes another statement of it.
    """
    if any(shown.get(key) != grown.get(key) for key in (*shown, *grown) if key not in ("sql", "params")):
        return None
    params, others = shown["params"], grown["params"]
    texts, more = _around(shown), _around(grown)
    if texts is None or more is None:
        return None
    spans, at, ahead = [], 0, 0
    while at < len(params) or ahead < len(others):
        if at < len(params) and ahead < len(others) and (texts[at], params[at]) == (more[ahead], others[ahead]):
            at, ahead = at + 1, ahead + 1
            continue
        width = next((width for width in range(1, _WIDEST + 1) if _adds(texts, params, at, more, others, ahead, values, width)), 0)
        if not width:
            return None
        spans.append((at - values * width, at))
        ahead += width
    return spans if spans and texts[at] == more[ahead] else None


def _around(statement):
    """What a text has before, between and behind its parameters."""
    for style in _STYLES:
        texts = style.split(statement["sql"])
        if len(texts) == len(statement["params"]) + 1 > 1:
            return texts
    return None


def _adds(texts, params, at, more, others, ahead, values, width):
    """Whether the next `width` parameters are one more value of the list that ends here."""
    if at < values * width or ahead + width > len(others):
        return False
    if not all(map(_are_alike, params[at - width : at], others[ahead : ahead + width])):
        return False
    if more[ahead + 1 : ahead + width] != texts[at - width + 1 : at]:
        return False
    if values > 1:
        return more[ahead] == texts[at - width]
    separator = _SEPARATOR.fullmatch(more[ahead])
    return separator is not None and texts[at].startswith(separator["own"] + (")" if separator["row"] else ""))


def _are_alike(one, other):
    """Whether two parameters are what two values of a list give: `ids[0]` and `ids[1]`, or `user.id` twice."""
    if "hole" not in one or "hole" not in other:
        return "value" in one and "value" in other and one["value"] == other["value"]
    return _INDEX.sub("[]", one["hole"]) == _INDEX.sub("[]", other["hole"])
