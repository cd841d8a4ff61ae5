"""The operations of Python as programs in the sandbox see them: with holes, they compose a hole; without, they compute.

Each takes the source texts of its operands (`site`), so that a hole reads as it was written wherever its operands are
called in the program what they are called in the code around.
"""

from ..allow import PREFIX
from ..coroutines import asynchronous
from ..guard import BUILTINS, container, get, settable
from ..rebound import declared_global
from .conditions import assertion, choice, dropped, either, keep, kept, negation, operand, test, truth
from .items import item, keywords, mapping, star
from .loops import again, around, loop
from .names import named, names_in, parent, plain_setting, unknown, unpacked
from .operators import binary, compare, inplace, unary
from .statements import awaited, context, decorator, done, handled, hashing, left, raised, subject, trying
from .strings import fstring


def install(call):
    """Puts the operations where programs find them, under names they cannot write."""
    operations = (
        get, settable, container, item, binary, inplace, unary, compare, negation, truth, test, operand, keep, kept, dropped,
        either, choice, assertion, again, fstring, named, unpacked, loop, around, star, mapping, keywords, context, awaited, raised,
        handled, trying, left, decorator, done, asynchronous, hashing, subject, parent, plain_setting, names_in, unknown,
        declared_global, call,
    )  # fmt: skip
    BUILTINS.update({PREFIX + operation.__name__: operation for operation in operations})
    BUILTINS[PREFIX + "slice"] = slice
