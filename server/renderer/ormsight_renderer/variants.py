"""Variants: of all ways through a program those that send something else, each with the conditions that tell it apart."""

import re

from .decide import Compound


def variants_of(found, found_within, is_complete):
    """Pairs of conditions and what is sent, of pairs of path and result (None where a run did not come to the expression).

    `found_within` has in its paths also the tests within others, which are only named where they alone tell variants apart.
    """
    variants = _merged(found, is_complete)
    if _are_alike(variants):
        found = found_within
        variants = _merged(found, is_complete)
    return _joined(variants, found) if is_complete else variants


# How tests of several operands are said


def texts_in_full(found, known):
    """How each test of several operands is said that a run made: as a whole, where different ones of them decided it.

    `if name and len(name) > 3:` in a function: what it is called there may say nothing to the reader, so each run says
    what it asked. Only where one run asked all, it is known how the others go on. `known` is what was said before.
    """
    said = {(text.test, text.operands): text for path, _ in found for text, _, _ in path if isinstance(text, Compound)}
    texts, ends = {asked: str(text) for asked, text in said.items()}, {}
    for (test, operands), text in said.items():
        for size in range(1, len(operands) if text.is_whole else 0):
            ends.setdefault((test, operands[:size]), []).append(operands)
    for asked in said:
        if len(ends.get(asked, ())) == 1:
            test, operands = asked[0], ends[asked][0]
            texts[asked] = texts[test, operands] = _joined_text(test[1], operands)
    return {**texts, **known}


def with_texts(found, texts):
    """The same pairs of path and result, with the tests said so."""
    if not texts:
        return found
    return [
        (tuple((_said(text, texts), outcome, asked) for text, outcome, asked in path), result) for path, result in found
    ]


def _said(text, texts):
    return texts.get((text.test, text.operands), str(text)) if isinstance(text, Compound) else text


def _joined_text(word, operands):
    return f" {word} ".join(f"({one})" if _LOOSE.search(one) else one for one in operands)


#: What would read otherwise beside `and` and `or`.
_LOOSE = re.compile(r" (and|or|if) ")


# Which conditions tell variants apart


def _merged(found, is_complete):
    return [(path, result) for path, result in _merge(found, is_complete) if result is not None]


def _are_alike(variants):
    """Whether the conditions of two variants are the same: what tells them apart was tested within a test."""
    paths = [list(path) for path, _ in variants]
    return any(path in paths[:index] for index, path in enumerate(paths))


def _merge(found, is_complete):
    """Drops the conditions that make no difference and the runs that only repeat another.

    The paths of `found` make a tree: where two runs did the same so far, they make the same test next.
    """
    if all(not path for path, _ in found):
        return _distinct(found)
    heads = {path[0][0] if path else None for path, _ in found}
    if len(heads) > 1:
        return _distinct([(_asked_in(path), result) for path, result in found])
    text, sides, asked = heads.pop(), {}, False
    for path, result in found:
        asked = asked or path[0][2]
        sides.setdefault(path[0][1], []).append((path[1:], result))
    merged = {outcome: _merge(sides[outcome], is_complete) for outcome in sorted(sides, reverse=True)}
    if len(merged) == 1:
        ((outcome, side),) = merged.items()
        # When not everything was run, whether the other outcome differs is not known.
        return side if is_complete or not asked else _under(text, outcome, side)
    first, second = merged.values()
    for one, other in ((first, second), (second, first)):
        if all(result is None for _, result in one):
            return other
    if first == second:
        return first
    return [variant for outcome, side in merged.items() for variant in _under(text, outcome, side)]


def _joined(variants, found):
    """Makes one of the variants that send the same where their ways have conditions in common that hold in no other way.

    Where a program tests the same behind all of several ways, `_merge` finds each outcome once for each of the ways.
    """
    reached = [(path, result) for path, result in found if result is not None]
    # What is not asked, or comes out the same in each way that gets there, tells nothing apart.
    asked = {text for path, _ in reached for text, _, is_asked in path if is_asked}
    known = {(text, outcome) for path, _ in reached for text, outcome, _ in path}
    telling = {text for text in asked if {(text, True), (text, False)} <= known}
    joined, whole = [], []
    for path, result in variants:
        if result in whole:
            continue
        ways, others = [], []
        for way, sent in reached:
            (ways if sent == result else others).append(way)
        is_one = sum(sent == result for _, sent in variants) == 1
        common = [] if is_one else _common(ways, telling)
        # All of them send the same, or there are conditions that no other way has.
        if not is_one and (common or not others) and all(_excludes(common, way) for way in others):
            whole.append(result)
        joined.append((common if result in whole else path, result))
    return joined


def _common(paths, telling):
    """The conditions that hold in each of some ways."""
    first, *others = [{(text, outcome): None for text, outcome, _ in path if text in telling} for path in paths]
    return [one for one in first if (one[0], not one[1]) not in first and all(one in other for other in others)]


def _excludes(conditions, path):
    outcomes = {(text, outcome) for text, outcome, _ in path}
    return any((text, not outcome) in outcomes and (text, outcome) not in outcomes for text, outcome in conditions)


def _asked_in(path):
    return list(dict.fromkeys((text, outcome) for text, outcome, asked in path if asked))


def _under(text, outcome, side):
    condition = (text, outcome)
    return [(path if condition in path else [condition, *path], result) for path, result in side]


def _distinct(found):
    unique = []
    for path, result in found:
        if (list(path), result) not in unique:
            unique.append((list(path), result))
    return unique
