"""Fields whose class goes through something unknown when one is made: through all time zones, say, for its choices.

What only became choices changes no statement. That is not taken for granted: the field is made again with none and with
two of the unknown values, and is the same apart from that.
"""

from django.db.models import Field

from .. import run
from ..holes import Hole, holds_hole, is_hole, is_plain

#: What Django keeps of a field; a class of its own may keep more.
_OWN = frozenset(vars(Field()))

#: What changes no statement, and what no two fields have in common.
_IDLE = frozenset(
    "choices _choices validators _validators _error_messages error_messages help_text verbose_name _verbose_name creation_counter "
    "_default_validators flatchoices".split()
)


def maker_of(cls):
    """What makes a field of a class, without naming loops that only collect its choices."""

    def make(*arguments, **keywords):
        state = run.current()
        noted = dict(state.unknown)
        field = cls(*arguments, **keywords)
        loops = [sentence for sentence in state.unknown if sentence in state.loops and sentence not in noted]
        if loops:
            others = [_made(dict.fromkeys(loops, passes), cls, arguments, keywords) for passes in (0, 2)]
            if all(one is not None and _are_alike(field, one) for one in others):
                for name in {name for one in others for name in _differing(field, one)}:
                    field.__dict__[name] = Hole(f"{cls.__name__}.{name}")
                state.unknown.clear()
                state.unknown.update(noted)
        return field

    return make


def _made(passes, cls, arguments, keywords):
    before = run.enter(run.Run(passes=passes))
    try:
        return cls(*arguments, **keywords)
    except Exception:
        return None
    finally:
        run.enter(before)


def _are_alike(field, other):
    """Whether two fields are the same to Django."""
    own = _OWN - _IDLE
    return not any(holds_hole(vars(field).get(name)) for name in own) and not own & _differing(field, other)


def _differing(field, other):
    first, second = vars(field), vars(other)
    names = {name for name in (*first, *second) if name not in _IDLE}
    return {name for name in names if not (name in first and name in second and _same(first[name], second[name]))}


def _same(one, other):
    if is_hole(one) or is_hole(other):
        return is_hole(one) and is_hole(other) and one.text == other.text
    if type(one) is not type(other):
        return False
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(_same, one, other))
    return one == other or not is_plain(one)
