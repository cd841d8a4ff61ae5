"""Branches by replay: a slice is run again for each way its unknown conditions can turn out.

Code asks the oracle about single unknown truths (`ask`); the conditions a reader sees are whole tests (`if q and
len(q) > 3:`), so what is asked while a test is evaluated is reported under the text of that test (`group`). The first
run takes every condition as true; then the last decision that was not yet turned is turned, and so on.
"""

from .run import Run


class Oracle:
    """Answers the questions of one run: from the decisions it was started with, then always `True`."""

    def __init__(self, decisions=()):
        self.known = {}
        self.decisions = []
        self.forced = list(decisions)
        self.groups = []
        self.path = []
        self.equal = {}

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
        self.groups.append([text, False])

    def close_group(self, outcome):
        text, asked = self.groups.pop()
        if asked:
            if self.groups:
                self.groups[-1][1] = True
            elif (text, outcome) not in self.path:
                self.path.append((text, outcome))


def explore(execute, max_variants, max_runs=96):
    """Runs `execute(run)` for each combination of decisions.

    `execute` gives what one run sends, or None when it never came to the expression. Returns the variants as pairs of
    conditions and result, the number of those left out, and the sentences about what could not be known.
    """
    found = []
    unknown = {}
    stack = [()]
    runs = 0
    while stack and runs < max_runs:
        oracle = Oracle(stack.pop())
        run = Run(oracle)
        result = execute(run)
        runs += 1
        if result is not None:
            unknown.update(run.unknown)
        found.append((tuple(oracle.path), result))
        for index in range(len(oracle.forced), len(oracle.decisions)):
            turned = (*oracle.decisions[:index], not oracle.decisions[index])
            stack.append(turned)
    variants = [(path, result) for path, result in merge(found) if result is not None]
    left_out = max(0, len(variants) - max_variants) + len(stack)
    return variants[:max_variants], left_out, list(unknown)


def merge(found):
    """Drops the conditions that make no difference and the runs that only repeat another."""
    unique = []
    for path, result in found:
        if (path, result) not in unique:
            unique.append((path, result))
    return _merge(unique)


def _merge(found):
    if all(not path for path, _ in found):
        return _distinct(found)
    heads = {path[0][0] if path else None for path, _ in found}
    if len(heads) > 1:
        return _distinct(found)
    sides = {}
    for path, result in found:
        sides.setdefault(path[0][1], []).append((path[1:], result))
    merged = {outcome: _merge(side) for outcome, side in sides.items()}
    if len(merged) == 1:
        # The other way was not run: whether it differs is not known.
        (outcome, side), (text, _) = next(iter(merged.items())), found[0][0][0]
        return [(((text, outcome), *path), result) for path, result in side]
    first, second = merged.values()
    for one, other in ((first, second), (second, first)):
        if all(result is None for _, result in one):
            return other
    if first == second:
        return first
    text = found[0][0][0][0]
    return [(((text, outcome), *path), result) for outcome, side in merged.items() for path, result in side]


def _distinct(found):
    unique = []
    for path, result in found:
        if (path, result) not in unique:
            unique.append((path, result))
    if len({repr(result) for _, result in unique}) == 1:
        return unique[:1] if not unique[0][0] else unique
    return unique


def in_words(path):
    """The conditions of a variant, as the protocol wants them."""
    return [text if outcome else f"not ({text})" for text, outcome in path]
