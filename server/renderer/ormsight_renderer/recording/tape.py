"""The statements of one run, in the order they are sent."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

_READS = re.compile(r"[\s(]*SELECT\b", re.IGNORECASE)


MOST_STATEMENTS = 200


@dataclass
class Entry:
    """A statement as the driver's cursor got it: `parameters` are pairs of name and value, in the order of the text."""

    sql: str
    parameters: list
    role: str
    #: How many sets of parameters it is sent with at once.
    sets: int = 1
    #: Which of several databases gets it, as the protocol wants it; None for the default one.
    database: dict | None = None
    #: What it is one of, where the library sends these in any order: `the indexes of users`.
    any_order: str | None = None


@dataclass
class Tape:
    entries: list = field(default_factory=list)
    #: Roles given by the parts of a library that are at work, innermost last.
    roles: list = field(default_factory=list)
    #: How many rows a SELECT finds.
    rows: int = 1
    #: A transaction was begun that nothing was written in yet.
    begun: bool = False
    #: Something was written in the open transaction.
    written: bool = False
    #: How many statements there may be.
    most: int = MOST_STATEMENTS
    #: What the statement under way looks for, where what follows depends on whether it finds any: `user.posts`.
    sought: str | None = None
    #: Whether the program that is at work on the schema finds its tables when it looks for them; None for all others.
    tables_exist: Callable[[], bool] | None = None
    #: What is sent in any order while a part of the library is at work.
    any_order: str | None = None

    @property
    def role(self):
        return self.roles[-1] if self.roles else "query"

    def is_repeated(self):
        """Whether the last statement is an eager load that was sent before: of a model that loads itself."""
        last = self.entries[-1] if self.entries else None
        return last is not None and last.role == "eager" and any(one.sql == last.sql for one in self.entries[:-1])

    def record(self, sql, parameters, role=None, database=None, sets=1):
        if len(self.entries) >= self.most:
            raise TooMany if self.most == MOST_STATEMENTS else CutOff
        role = role or self.role
        if role == "flush" and _READS.match(sql):
            role = "query"
        self.entries.append(Entry(sql, parameters, role, sets, database, self.any_order))


class TooMany(BaseException):
    """The program sends more statements than anybody would read."""


class CutOff(Exception):
    """A part of the program sends more than it was granted; the rest may go on."""


class role:
    """`with role(tape, "eager"):` what is sent inside is sent for that."""

    def __init__(self, tape, name):
        self.tape, self.name = tape, name

    def __enter__(self):
        if self.tape is not None:
            self.tape.roles.append(self.name)

    def __exit__(self, *error):
        if self.tape is not None:
            self.tape.roles.pop()
