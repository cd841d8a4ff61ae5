"""What a run decides: the truths of unknown conditions, and which queries find something.

Code asks the oracle about single unknown truths (`ask`); the conditions a reader sees are whole tests (`if q and
len(q) > 3:`), so what is asked while a test is evaluated is reported under the text of that test (a group).
"""

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
        text = Compound(said, (text, word), operands) if word and asked and operands else said
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


class Compound(str):
    """How a test of several operands is said: by the one that decided it, as no one knows how those behind it are called.

    The whole is known when all runs came to their end (see `variants.texts_in_full`).
    """

    def __new__(cls, text, test, operands):
        said = super().__new__(cls, text)
        #: Which test: its source and the word that joins its operands.
        said.test = test
        #: How those are said that were asked.
        said.operands = tuple(text for text, _ in operands)
        said.is_whole = operands[-1][1]
        return said


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
