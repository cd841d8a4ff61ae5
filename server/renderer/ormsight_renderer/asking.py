"""What a program finds out about something unknown: the oracle of the run says it, and what follows from it is known too."""

from . import run
from .decide import OPPOSITES
from .holes import is_hole, is_plain
from .named_dialects import said_by_dialect


def ask(hole, text=None):
    """Asks the oracle, as a condition of its own where no test is under way."""
    settled = _settled(hole)
    if settled is not None:
        return settled
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


def _settled(hole):
    """The truth of what only asks whether a row is there, by its key, or for the dialect; None for all else."""
    turned = False
    while hole.negates is not None:
        hole, turned = hole.negates, not turned
    if hole.is_key and hole.python in _NEVER_ZERO:
        return not turned
    if _is_comparison(hole) and hole.source[2] is None and is_hole(hole.source[1]) and hole.source[1].is_key:
        return (hole.source[0] in ("is not", "!=")) != turned
    answer = said_by_dialect(hole) if _is_comparison(hole) else None
    return None if answer is None else answer != turned


#: Types of keys that count as true: no database gives a row the number 0.
_NEVER_ZERO = ("int", "UUID")


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


def test_found(value):
    oracle = run.current().oracle
    if oracle is not None and oracle.found:
        oracle.test_found(value)
