"""Branches by replay: a slice is run again for each way its unknown conditions can turn out.

Code asks the oracle about single unknown truths (`ask`); the conditions a reader sees are whole tests (`if q and
len(q) > 3:`), so what is asked while a test is evaluated is reported under the text of that test (a group). The first
run takes every condition as true; then the last decision that was not yet turned is turned, and so on.

What a query finds is decided too, but only where the program asks (`user = …first()`, `if user is None:`): then the
slice is run again, and that query finds nothing.
"""

import re
from typing import NamedTuple

from .run import Run

#: A run that tests more than this reports the first ones.
LONGEST_PATH = 400


class Oracle:
    """Answers the questions of one run: from the decisions it was started with, then always as preferred."""

    def __init__(self, forced=(), missing=frozenset()):
        self.forced = forced
        #: Numbers of the queries that find nothing.
        self.missing = missing
        self.known = {}
        #: By the text of a value: what it is known to equal.
        self.equal = {}
        self.decisions = []
        self.groups = []
        #: Tests in the order they were made: text, outcome, whether something unknown was asked.
        self.path = []
        #: The same with those that functions made while another test was evaluated.
        self.path_within = []
        #: For each query by its number: how many decisions were made before; the objects they found, by identity.
        self.calls = []
        self.found = {}
        self.tested = set()

    def ask(self, key, preferred=True):
        """The truth of `key` in this run; a new question is answered with `preferred` unless a replay says otherwise."""
        if key not in self.known:
            index = len(self.decisions)
            answer = self.forced[index] if index < len(self.forced) else preferred
            self.decisions.append(answer)
            self.known[key] = answer
        if self.groups:
            self.groups[-1][1] = True
        return self.known[key]

    def suppose(self, key, answer):
        """Settles what follows from an answer, so that no run contradicts itself."""
        self.known.setdefault(key, answer)

    def open_group(self, text):
        self.groups.append([text, False, []])

    def note_operand(self, text, is_last):
        """Notes how the next operand of the test that is under way is said."""
        if self.groups:
            self.groups[-1][2].append((text, is_last))

    def close_group(self, outcome, other_text=None, word=None):
        text, asked, operands = self.groups.pop()
        said = other_text or text
        text = Joined(said, (text, word), operands) if word and asked and operands else said
        if self.groups:
            self.groups[-1][1] |= asked
            if len(self.path_within) < LONGEST_PATH:
                self.path_within.append((text, outcome, asked))
        else:
            self._report(text, outcome, asked)

    def tell(self, text, outcome):
        """Reports a decision as a condition of its own."""
        self._report(text, outcome, True)

    def _report(self, text, outcome, asked):
        for path in (self.path, self.path_within):
            if len(path) < LONGEST_PATH:
                path.append((text, outcome, asked))

    def decide(self, text):
        """The truth of a condition of its own, which is no part of the test that is under way."""
        groups, self.groups = self.groups, []
        answer = self.ask(text)
        self.groups = groups
        self.tell(text, answer)
        return answer

    def has_values(self, text):
        """Whether a list has any values: a condition of its own."""
        groups, self.groups = self.groups, []
        answer = self.ask(text)
        self.groups = groups
        self.tell_once(text, answer)
        return answer

    def tell_once(self, text, outcome):
        if (text, outcome, True) not in self.path:
            self.tell(text, outcome)

    def tell_known(self, text, outcome):
        """Reports what is so in this run, and otherwise where loops run otherwise."""
        if (text, outcome, False) not in self.path:
            self._report(text, outcome, False)

    def choose(self, subject, text, last=None):
        """Whether a subject is what a text says; `last` is the only thing it can be otherwise."""
        CHOICES[text] = subject, last and last[1]
        if text not in self.known:
            self.tell(text, self.ask(text))
        return self.known[text]

    def begin_query(self):
        """Numbers a query whose answer may be None; gives the number and whether it finds something."""
        number = len(self.calls)
        self.calls.append(len(self.decisions))
        return number, number not in self.missing

    def end_query(self, number, found):
        self.found[id(found)] = number, found

    def test_found(self, value):
        """Notes that the program asks whether this object was found."""
        entry = self.found.get(id(value))
        if entry is not None:
            self.tested.add(entry[0])


class Joined(str):
    """How a test of several operands is said: by the one that decided it, as no one knows how those behind it are called.

    The whole is known when a run came to its end (see `_in_full`).
    """

    def __new__(cls, text, test, operands):
        said = super().__new__(cls, text)
        #: Which test: its source and the word that joins its operands.
        said.test = test
        #: How those are said that were asked.
        said.operands = tuple(text for text, _ in operands)
        said.is_whole = operands[-1][1]
        return said


#: All runs together: the deletion of an object that half of a project refers to sends hundreds each time.
_MOST_STATEMENTS = 1_000


class Way(NamedTuple):
    """One run that came to the expression."""

    #: Its tests, also those within others, and what it sent.
    path: tuple
    sent: list
    #: With these it goes the same way again.
    decisions: tuple
    missing: frozenset
    #: The lists of unknown length that it used, by their sentences.
    lists: frozenset


class Explored(NamedTuple):
    """All ways through a program."""

    #: Pairs of conditions and result.
    variants: list
    #: Those that are not among them, as too many to show; None where there may be more.
    others: list | None
    ways: list
    #: Whether one raised.
    has_failed: bool
    #: How many variants are not among them.
    left_out: int
    #: The sentences about what could not be known; those among them about how often a loop runs, with its head, and
    #: about how many values a list has, with the `UnknownList`.
    unknown: list
    loops: dict
    lists: dict
    #: How lists are written that loops may have filled.
    filled: list
    #: By what the program calls something that is one of many: how many of them no run looked at.
    choices: dict
    #: How many runs it took.
    runs: int
    #: What runs give to classes, see `Run`.
    rebound: dict


def explore(execute, max_variants, passes=None):
    """Runs `execute(run)` for each combination of decisions, loops of unknown length once or as often as `passes` says.

    `execute` gives what one run sends, or None when it never came to the expression. Gives an `Explored`.
    """
    rebound, known = {}, None
    # What a run gives to a class, an earlier call may have given it before: then that is a decision, too.
    while known != (known := len(rebound)):
        explored = _explore(execute, max_variants, passes, rebound)
    return explored


def again(execute, way, explored, passes):
    """Runs one way once more with other `passes`; gives what it sends, None where it is no longer the same way."""
    oracle = Oracle(way.decisions, way.missing)
    sent = execute(Run(oracle, passes=passes, rebound=dict(explored.rebound)))
    outcomes = [outcome for _, outcome, _ in oracle.path_within]
    is_same = tuple(oracle.decisions) == way.decisions and outcomes == [outcome for _, outcome, _ in way.path]
    return sent if is_same else None


def _explore(execute, max_variants, passes, rebound):
    found, found_within, ways, has_failed = [], [], [], False
    unknown, loops, lists, filled, choices = {}, {}, {}, {}, {}
    stack = [((), frozenset())]
    seen = set(stack)
    most_runs, statements = 8 * max_variants, 0
    while stack and len(found) < most_runs and statements < _MOST_STATEMENTS:
        forced, missing = stack.pop()
        oracle = Oracle(forced, missing)
        run = Run(oracle, passes=passes, rebound=rebound)
        result = execute(run)
        has_failed = has_failed or run.failed
        if result is not None:
            unknown.update(run.unknown)
            loops.update(run.loops)
            lists.update(run.lists)
            filled.update(run.filled)
            choices.update(run.left_out)
            statements += len(result)
            ways.append((len(found), tuple(oracle.decisions), missing, frozenset(run.lists)))
        found.append((tuple(oracle.path), result))
        found_within.append((tuple(oracle.path_within), result))
        others = [(tuple(oracle.decisions[: oracle.calls[number]]), missing | {number}) for number in oracle.tested]
        for index in range(len(forced), len(oracle.decisions)):
            others.append(((*oracle.decisions[:index], not oracle.decisions[index]), missing))
        for other in others:
            if other not in seen:
                seen.add(other)
                stack.append(other)
    found, found_within = (_in_full(each) for each in (found, found_within))
    variants = _merged(found, not stack)
    if _are_alike(variants):
        found = found_within
        variants = _merged(found, not stack)
    if not stack:
        variants = _joined(variants, found)
    others = variants[max_variants:]
    left_out = len(others) + len(stack)
    ways = [Way(*found_within[index], *how) for index, *how in ways]
    shown, others = variants[:max_variants], None if stack else others
    return Explored(shown, others, ways, has_failed, left_out, list(unknown), loops, lists, list(filled), choices, len(found), rebound)


def _in_full(found):
    """Says a test of several operands as a whole where different ones of them decide it in different runs.

    `if name and len(name) > 3:` in a function: what it is called there may say nothing to the reader, so each run says
    what it asked. Only where one run asked all, it is known how the others go on.
    """
    said = {(text.test, text.operands): text for path, _ in found for text, _, _ in path if isinstance(text, Joined)}
    whole, ends = {}, {}
    for (test, operands), text in said.items():
        for size in range(1, len(operands) if text.is_whole else 0):
            ends.setdefault((test, operands[:size]), []).append(operands)
    for asked in said:
        if len(ends.get(asked, ())) == 1:
            test, operands = asked[0], ends[asked][0]
            whole[asked] = whole[test, operands] = _joined_text(test[1], operands)
    if not whole:
        return found
    return [
        (tuple((_whole_text(text, whole), outcome, asked) for text, outcome, asked in path), result)
        for path, result in found
    ]


def _whole_text(text, whole):
    return whole.get((text.test, text.operands), text) if isinstance(text, Joined) else text


def _joined_text(word, operands):
    return f" {word} ".join(f"({one})" if _LOOSE.search(one) else one for one in operands)


#: What would read otherwise beside `and` and `or`.
_LOOSE = re.compile(r" (and|or|if) ")


def _merged(found, is_complete):
    return [(path, result) for path, result in merge(found, is_complete) if result is not None]


def _are_alike(variants):
    """Whether the conditions of two variants are the same: what tells them apart was tested within a test."""
    paths = [list(path) for path, _ in variants]
    return any(path in paths[:index] for index, path in enumerate(paths))


def merge(found, is_complete=True):
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
    merged = {outcome: merge(sides[outcome], is_complete) for outcome in sorted(sides, reverse=True)}
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

    Where a program tests the same behind all of several ways, `merge` finds each outcome once for each of the ways.
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
        if common and all(_excludes(common, way) for way in others):
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


def tells(path, subject):
    """Whether the conditions of a variant say which of several things a subject is."""
    return any(CHOICES.get(text, (None,))[0] == subject for text, _ in path)


def in_words(path):
    """The conditions of a variant, as the protocol wants them."""
    chosen = {CHOICES[text][0] for text, outcome in path if text in CHOICES and (outcome or CHOICES[text][1])}
    words = []
    for text, outcome in path:
        if text not in CHOICES or outcome:
            words.append(text if outcome else OPPOSITES.get(text, f"not ({text})"))
            continue
        subject, last = CHOICES[text]
        if last or subject not in chosen:
            words.append(last or f"not ({text})")
    return words


#: What a subject may be, by the condition that says so: the subject, and the condition that holds when this does not.
CHOICES = {}

#: Conditions that are no code of the program, and how the opposite is said.
OPPOSITES = {}


def forget_words():
    """Before a program: what other programs called their conditions is not what this one does."""
    CHOICES.clear()
    OPPOSITES.clear()
