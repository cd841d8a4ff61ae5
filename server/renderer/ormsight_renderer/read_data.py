"""What a program reads from outside, told by its names: what a request brings, and what was read from JSON.

Whatever is in it, it is no part of a statement. Names are taken for what they mean in the libraries that have them.
"""

from .holes import is_hole

#: What a request brings, as Flask, Django, its REST framework, Starlette and aiohttp call it.
_OF_REQUESTS = frozenset("args form values json data GET POST query query_params match_info".split())

#: What reads JSON: of Python, of requests and responses.
_GIVING_DATA = frozenset("loads json get_json".split())

#: What checks data that it is given and gives it back: a schema of marshmallow
#: (https://marshmallow.readthedocs.io/en/stable/quickstart.html#deserializing-objects-loading).
_CHECKING = frozenset(("load",))


def is_read_from(owner, name):
    """Whether the attribute of an unknown owner is what a request brings."""
    return name in _OF_REQUESTS and owner.text.rpartition(".")[2] == "request"


def gives_data(name, arguments=()):
    """Whether what is called so gives data, by its name and, where it only checks data, by what it is given."""
    return name in _GIVING_DATA or (name in _CHECKING and any(is_hole(one) and one.is_data for one in arguments[:1]))
