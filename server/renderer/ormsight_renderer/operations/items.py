"""What a program takes out of lists and dicts: `owner[key]`, `*values`, `**mapping`."""

import enum

from .. import run
from ..asking import ask
from ..contents import is_container
from ..errors import NotReached
from ..holes import OPERATION, Hole, describe, is_hole, is_plain, may_have, text_of
from ..kept import looked_into, missed, used
from ..library import chosen
from ..rebound import content_changes
from ..registries import name_of_registry
from .loops import further
from .of_rows import is_of_rows
from .operators import condition
from .strings import written


def item(owner, key, site):
    owner = chosen().unknown_row(owner) or owner
    is_of_loop, site = type(site[1]) is tuple, (site[0], written(site[1]))
    if is_hole(owner):
        inside = text_of(key) if is_hole(key) or is_of_loop and is_plain(key) else site[1]
        hole_type = owner.detail if owner.kind == "list" and isinstance(owner.detail, dict) else None
        made = chosen().materialise(f"{owner.atom}[{inside}]", hole_type)
        if is_hole(made):
            made.is_data = owner.is_data
        return made
    if is_hole(key) and isinstance(owner, dict):
        return choose(owner, key, site[0])
    if is_hole(key) and isinstance(owner, (list, tuple, str, enum.EnumMeta)):
        return Hole(site[0])
    key = chosen().index(owner, key)
    looked_into(owner)
    if isinstance(owner, dict) and may_have(owner, key):
        return Hole(f"{site[0].removesuffix(f'[{site[1]}]')}[{describe(key)}]")
    if is_container(type(owner)):
        _look_for(key, owner)
    try:
        # The program knows that there are as many: `if len(rows) > 1: rows[1]`.
        value = further(owner[0], key) if type(key) is int and key > 0 and is_of_rows(owner) else owner[key]
    except KeyError as error:
        if not owner and name_of_registry(owner) is None:
            # `(request.json or {})["name"]`: so the program itself ends on that way.
            run.current().caches["raised"] = error
        raise
    row = chosen().row_of(value) if chosen().is_instance(value) else None
    if row is not None and not row.named:
        row.name = site[0]
    return value


def _look_for(key, owner):
    """Before an item of a container is read: one that is not there may be in the real one, or is made by being read."""
    if type(key) is slice or issubclass(type(owner), dict) and not dict.__contains__(owner, key):
        missed(owner)
        content_changes(owner)


def choose(choices, key, text, *default):
    """What an unknown key finds in a known dict: each of its values in turn, where they are parts of statements."""
    found = [*choices.values(), *default]
    if not found or len(choices) > MOST_CHOICES or all(map(_is_mere, found)):
        return Hole(text)
    if not any(is_hole(one) and one.text == key.text for one in choices):
        missed(choices)
    for keys, value in _by_value(choices):
        if ask(_is_one_of(key, keys)):
            return value
    if not default:
        raise NotReached
    return default[0]


def _is_mere(value):
    """Whether only parameters depend on which of such values is chosen."""
    if isinstance(value, (list, tuple)):
        return all(map(_is_mere, value))
    return is_plain(value) and value is not None or is_hole(value)


def _by_value(choices):
    """Each value of a dict with the keys that have it: `{row.id: row, row.name: row}`."""
    keys_of = {}
    for key, value in choices.items():
        keys_of.setdefault(id(value), ([], value))[0].append(key)
    return keys_of.values()


def _is_one_of(key, keys):
    if len(keys) == 1:
        return condition("==", f"{key.atom} == {text_of(keys[0])}", key, keys[0])
    return Hole(f"{key.atom} in ({', '.join(map(text_of, keys))})", OPERATION, "scalar", "bool")


#: A dict with more keys is not tried key by key.
MOST_CHOICES = 8


def star(value, text):
    value = chosen().unknown_row(value) or value
    if is_hole(value):
        run.current().note(f"what `*{value.text}` holds")
        return ()
    used((value,))
    return value


def mapping(value, text):
    value = chosen().unknown_row(value) or value
    if is_hole(value):
        run.current().note(f"what `**{value.text}` holds")
        return {}
    used((value,))
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
