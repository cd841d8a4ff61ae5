"""The state of one run of a slice: what was decided, what could not be known, which holes exist."""

import re
from typing import NamedTuple

TOKEN_START, TOKEN_END = "\ue000", "\ue001"
TOKEN = re.compile(f"{TOKEN_START}([0-9]+){TOKEN_END}")

#: Above this, an integer is a sum of stand-ins for holes (see ``number_of``).
NUMBERS_FROM = 10**12
#: Distance between two stand-ins, in powers: a sum of a few of them can be taken apart again.
NUMBER_BASE = 10**6


class Run:
    """One execution of a slice. There is always a current one; the first holds what happens while models load."""

    def __init__(self, oracle=None, tape=None, passes=None, rebound=None):
        #: By the sentence that says that it is not known how often a loop runs: how often it does here, where not once.
        self.passes = passes or {}
        #: By such a sentence: the head of the loop, `user in users`.
        self.loops = {}
        #: By the sentence that says that it is not known how many values a list has: the `UnknownList`.
        self.lists = {}
        #: By what the program calls something that is one of many: how many of them are not looked at.
        self.left_out = {}
        #: How the lists are written that a statement compares with behind a loop, which may have filled them.
        self.filled = {}
        #: It raised what is not known to be the program's own way out.
        self.failed = False
        self.oracle = oracle
        #: What it changes in a module's lists and objects is taken back when it ends; models keep what they did.
        self.takes_back = oracle is not None
        #: Of each `try` whose body is under way: what gives the classes that it handles.
        self.handlers = []
        #: Attributes of classes that earlier runs gave values to, and of what kind; what they held before this run.
        self.rebound, self.before = {} if rebound is None else rebound, {}
        #: By identity: what the run changes in place, and what was in it.
        self.changed = {}
        #: Objects that outlive the run, and their attributes before it.
        self.lasting = []
        self.tape = tape
        #: A condition was answered for the dialect that is asked for.
        self.asks_dialect = False
        self.holes = []
        self.unknown = {}
        #: What only matters to definitions (see `doubts`).
        self.mentioned = {}
        self.numbers = []
        self.kept = []
        self.caches = {}

    def note(self, sentence):
        """Names something that could change the shape of the SQL."""
        self.unknown.setdefault(sentence)

    def note_loop(self, sentence, head):
        """Says by a sentence that it is not known how often a loop runs, or how many rows there are; gives how many here."""
        self.loops.setdefault(sentence, head)
        self.note(sentence)
        return self.passes.get(sentence, 1)

    def note_list(self, text, shown, by_loop=False):
        """Says that it is not known how many values a list has, of which `shown` are; gives how many it has here.

        In a run with two passes it has one more. `by_loop` says that a loop fills it, one value in each pass.
        """
        sentence = how_many(text)
        self.lists.setdefault(sentence, UnknownList(text, shown, by_loop))
        self.note(sentence)
        return shown + (self.passes.get(sentence) == 2)

    def has_room(self, text):
        """Whether to ask if this list is empty, too: each of them doubles the ways through the program."""
        return how_many(text) in self.lists or len(self.lists) < _MOST_LISTS

    def token_of(self, hole):
        """A text no program contains, which stands for the hole inside of strings."""
        if hole.number is None or hole.number >= len(self.holes) or self.holes[hole.number] is not hole:
            hole.number = len(self.holes)
            self.holes.append(hole)
        return f"{TOKEN_START}{hole.number}{TOKEN_END}"

    def number_of(self, hole):
        """An integer that stands for the hole where a library insists on one; sums of them stay readable."""
        if hole.sum is not None:
            return self.number_of(hole.sum[0]) + hole.sum[1]
        for index, known in enumerate(self.numbers):
            if known is hole or known.text == hole.text:
                break
        else:
            index = len(self.numbers)
            self.numbers.append(hole)
        return NUMBERS_FROM * NUMBER_BASE**index

    def text_of_number(self, value):
        """The Python expression behind an integer made of stand-ins, or None for an ordinary number."""
        if not self.numbers or abs(value) < NUMBERS_FROM // 2:
            return None
        terms = []
        for index in range(len(self.numbers) - 1, -1, -1):
            unit = NUMBERS_FROM * NUMBER_BASE**index
            factor = (value + unit // 2) // unit
            value -= factor * unit
            if factor:
                terms.append((factor, self.numbers[index]))
        terms.sort(key=lambda term: term[0] < 0)
        text = ""
        for factor, hole in terms:
            # A sum needs parentheses where something is done to it.
            name = hole.atom if abs(factor) > 1 or (factor < 0 and hole.level == 0) else hole.text
            part = name if abs(factor) == 1 else f"{abs(factor)} * {name}"
            text += (" - " if factor < 0 else " + " if text else "") + part
        if value:
            text += f" {'-' if value < 0 else '+'} {abs(value)}"
        return text.strip()


def how_many(text):
    """Says that it is not known how many values a list has."""
    return f"how many values `{text}` has"


#: Of more lists than these it is not asked whether they are empty.
_MOST_LISTS = 3


class UnknownList(NamedTuple):
    """A list of which nobody knows how many values it has: how it is written, and how many are shown."""

    text: str
    shown: int
    #: A loop fills it, so that it is empty where this has no pass; of all others the oracle says whether they are.
    by_loop: bool


class _Current:
    run = Run()


def current():
    """The run that is under way."""
    return _Current.run


def enter(run):
    """Makes a run the current one and gives the one before."""
    before, _Current.run = _Current.run, run
    return before
