"""Rewrites a checked program so that holes and unknown conditions work and nothing leads out of the sandbox.

Every operation that could meet a hole becomes a call of a function of `operations`, which gets the source text of the
operation along, so that what it composes reads as it was written. The names of these functions contain a space: no
program can spell them. Annotations are left alone, libraries read them.
"""

import ast

from .statements import Statements


def instrument(tree, source):
    """Rewrites the tree in place and gives it back, ready to be compiled."""
    tree = Statements(source).visit(tree)
    return ast.fix_missing_locations(tree)
