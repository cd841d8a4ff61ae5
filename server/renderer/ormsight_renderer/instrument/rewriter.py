"""What rewriting expressions and statements share: source texts, calls of operations, where in the program we are."""

import ast
import sys

from ..allow import PREFIX

BINARY = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%", ast.Pow: "**",
    ast.MatMult: "@", ast.LShift: "<<", ast.RShift: ">>", ast.BitOr: "|", ast.BitXor: "^", ast.BitAnd: "&",
}  # fmt: skip


class Rewriter(ast.NodeTransformer):
    def __init__(self, source):
        self.lines = [line.encode() for line in source.split("\n")]
        self.functions = 0
        self.loops = 0
        #: What stands for another value each time: variables of the loops around, parameters of the function.
        self.varying = []
        self.in_fstring = False

    def text(self, node):
        """The source of a node on one line; `ast.unparse` where the source is not to be had."""
        if self.in_fstring and sys.version_info < (3, 12):
            return ast.unparse(node)  # Positions inside of f-strings are right since PEP 701.
        try:
            first, last = node.lineno - 1, node.end_lineno - 1
            if first == last:
                return self.lines[first][node.col_offset : node.end_col_offset].decode()
            parts = [self.lines[first][node.col_offset :], *self.lines[first + 1 : last]]
            parts.append(self.lines[last][: node.end_col_offset])
            whole = b"\n".join(parts).decode()
            return whole if '"""' in whole or "'''" in whole or "#" in whole else _on_one_line(whole)
        except (AttributeError, IndexError, UnicodeDecodeError):
            return ast.unparse(node)

    def operand_text(self, node):
        """The source of an operand; of a name that is another value in each pass or call, in a tuple."""
        return (node.id,) if isinstance(node, ast.Name) and node.id in self.varying else self.text(node)

    def operation(self, name, *arguments, keywords=(), at=None):
        call = ast.Call(ast.Name(PREFIX + name, ast.Load()), list(arguments), list(keywords))
        return ast.copy_location(call, at) if at is not None else call

    def constant(self, value):
        return ast.Constant(value)

    def named(self, value, target):
        """A value that gets a name here: rows and answers of the database are called by it."""
        if isinstance(target, ast.Name) and not isinstance(value, (ast.Constant, ast.Lambda)):
            return self.operation("named", value, self.constant(target.id), at=value)
        return value

    def parameters(self, arguments):
        arguments.defaults = [self.visit(one) for one in arguments.defaults]
        arguments.kw_defaults = [self.visit(one) if one else None for one in arguments.kw_defaults]

    def inside(self, arguments, work):
        """A function's body has its own returns, loops and parameters."""
        loops, self.loops = self.loops, 0
        of_all = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
        varying, self.varying = self.varying, [one.arg for one in of_all]
        self.functions += 1
        try:
            return work()
        finally:
            self.functions -= 1
            self.loops, self.varying = loops, varying


def names_of(target):
    """The names a target binds, in its own shape: `("key", ("a", "b"))`."""
    if isinstance(target, ast.Name):
        return target.id
    if isinstance(target, (ast.Tuple, ast.List)):
        return tuple(names_of(one) for one in target.elts)
    if isinstance(target, ast.Starred):
        return ("*", names_of(target.value))
    return None


def flat_names(names):
    """All names of such a shape."""
    if isinstance(names, str):
        return [name for name in (names,) if name != "*"]
    return [name for one in names or () for name in flat_names(one)]


def _on_one_line(text):
    parts = [line.strip() for line in text.splitlines()]
    joined = parts[0]
    for part in parts[1:]:
        if not part:
            continue
        glue = "" if joined.endswith(("(", "[", "{", ".")) or part.startswith((")", "]", "}", ".")) else " "
        joined += glue + part
    return joined
