"""Rewrites expressions: each operator, call, attribute and condition becomes a call of an operation."""

import ast

from ..allow import PREFIX
from .rewriter import BINARY, Rewriter, names_of

_COMPARE = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
    ast.Is: "is", ast.IsNot: "is not", ast.In: "in", ast.NotIn: "not in",
}  # fmt: skip
_UNARY = {ast.USub: "-", ast.UAdd: "+", ast.Invert: "~"}


def _is_simple(node):
    """Whether an expression may be evaluated although the program might not have done so."""
    if isinstance(node, ast.Attribute) and node.attr.isupper():  # `cls.DEFAULT_NAME`
        return isinstance(node.value, ast.Name)
    return isinstance(node, (ast.Constant, ast.Name))


class Expressions(Rewriter):
    def visit_Attribute(self, node):
        if isinstance(node.ctx, ast.Load):
            site = self.text(node)
            return self.operation("get", self.visit(node.value), self.constant(node.attr), self.constant(site), at=node)
        node.value = self.operation("settable", self.visit(node.value), self.constant(node.attr), at=node.value)
        return node

    def visit_Subscript(self, node):
        if not isinstance(node.ctx, ast.Load):
            node.value = self.operation("container", self.visit(node.value), at=node.value)
            node.slice = self.visit(node.slice)
            return node
        site = (self.text(node), self.operand_text(node.slice))
        return self.operation("item", self.visit(node.value), self.index(node.slice), self.constant(site), at=node)

    def index(self, node):
        if isinstance(node, ast.Slice):
            parts = [self.visit(part) if part else self.constant(None) for part in (node.lower, node.upper, node.step)]
            return self.operation("slice", *parts, at=node)
        if isinstance(node, ast.Tuple):
            node.elts = [self.index(part) for part in node.elts]
            return node
        return self.visit(node)

    def visit_Call(self, node):
        if isinstance(node.func, ast.Name) and node.func.id == "super":
            # The slice of a method is no method: what its class inherits is not known there.
            if not self.functions:
                return self.operation("parent", self.constant(self.text(node)), at=node)
            if not node.args:
                return self.generic_visit(node)
        if isinstance(node.func, ast.Name) and node.func.id.startswith(PREFIX):
            return node
        arguments = tuple(self.text(one) for one in node.args) + tuple(
            f"{one.arg}={self.text(one.value)}" if one.arg else f"**{self.text(one.value)}" for one in node.keywords
        )
        # A name of a function's own says nothing outside of it, and one of a loop something else in each pass.
        names = [one.id for one in (*node.args, *(one.value for one in node.keywords)) if isinstance(one, ast.Name)]
        has_own_names = bool(names) and (self.functions > 0 or any(name in self.varying for name in names))
        site = (self.text(node), self.text(node.func), arguments, has_own_names)
        positional = [self.visit(one) for one in node.args]
        keywords = [
            ast.keyword(one.arg, self.visit(one.value))
            if one.arg
            else ast.keyword(None, self.operation("keywords", self.visit(one.value), self.constant(self.text(one.value))))
            for one in node.keywords
        ]
        return self.operation("call", self.constant(site), self.visit(node.func), *positional, keywords=keywords, at=node)

    def visit_Starred(self, node):
        if isinstance(node.ctx, ast.Load):
            node.value = self.operation("star", self.visit(node.value), self.constant(self.text(node.value)))
            return node
        return self.generic_visit(node)

    def visit_Dict(self, node):
        values = []
        for key, value in zip(node.keys, node.values, strict=True):
            new = self.visit(value)
            values.append(self.operation("mapping", new, self.constant(self.text(value))) if key is None else new)
        node.keys = [self.visit(key) if key else None for key in node.keys]
        node.values = values
        return node

    def visit_BinOp(self, node):
        site = (self.text(node), self.operand_text(node.left), self.operand_text(node.right))
        operator = self.constant(BINARY[type(node.op)])
        return self.operation(
            "binary", operator, self.visit(node.left), self.visit(node.right), self.constant(site), at=node
        )

    def visit_UnaryOp(self, node):
        site = (self.text(node), self.text(node.operand))
        operand = self.visit(node.operand)
        if isinstance(node.op, ast.Not):
            return self.operation("negation", operand, self.constant(site), at=node)
        if isinstance(node.operand, ast.Constant):
            node.operand = operand
            return node
        return self.operation("unary", self.constant(_UNARY[type(node.op)]), operand, self.constant(site), at=node)

    def visit_Compare(self, node):
        operands = [node.left, *node.comparators]
        site = (self.text(node), *map(self.operand_text, operands))
        operators = tuple(_COMPARE[type(operator)] for operator in node.ops)
        values = [self.visit(operand) for operand in operands]
        return self.operation("compare", self.constant(operators), self.constant(site), *values, at=node)

    def visit_BoolOp(self, node):
        """`a and b` is `b if truth(a) else a`; `a or "x"` with an unknown `a` can stay one unknown value."""
        word = "and" if isinstance(node.op, ast.And) else "or"
        text = self.text(node)
        if word == "or" and all(map(_is_simple, node.values[1:])) and len(node.values) == 2:
            left, right = node.values
            site = (text, self.text(left), self.text(right))
            return self.operation("either", self.visit(left), self.visit(right), self.constant(site), at=node)
        return self.chain(word, node.values)

    def chain(self, word, values, test=False):
        """Short-circuiting, value by value; what was tested is kept aside, to be the result."""
        first, *rest = values
        if test and isinstance(first, ast.BoolOp):
            value = self.chain("and" if isinstance(first.op, ast.And) else "or", first.values, test=True)
        else:
            value = self.visit(first)
            if test:
                value = self.operation("operand", value, self.constant(self.text(first)), self.constant(not rest), at=first)
        if not rest:
            return value
        test_of_first = self.operation("keep", value, self.constant(self.text(first)), at=first)
        kept, dropped = self.operation("kept"), self.operation("dropped")
        following = ast.Subscript(
            ast.Tuple([dropped, self.chain(word, rest, test)], ast.Load()), ast.Constant(1), ast.Load()
        )
        body, orelse = (following, kept) if word == "and" else (kept, following)
        return ast.copy_location(ast.IfExp(test_of_first, body, orelse), first)

    def visit_IfExp(self, node):
        simple = _is_simple(node.body) and _is_simple(node.orelse)
        if simple:
            site = (self.text(node), self.text(node.test))
            return self.operation(
                "choice", self.visit(node.test), self.visit(node.body), self.visit(node.orelse), self.constant(site), at=node
            )
        node.test = self.test(node.test)
        node.body, node.orelse = self.visit(node.body), self.visit(node.orelse)
        return node

    def test(self, node):
        """A whole condition: what is asked inside is reported under its text."""
        text = self.constant(self.text(node))
        word = None
        if isinstance(node, ast.BoolOp):
            word = "and" if isinstance(node.op, ast.And) else "or"
            value = self.chain(word, node.values, test=True)
            if any(isinstance(one, ast.BoolOp) for one in node.values):
                word = None
        else:
            value = self.visit(node)
        inner = self.constant(self.functions > 0 or self.loops > 0)
        return self.operation("truth", self.operation("test", text), value, inner, self.constant(word), at=node)

    def visit_JoinedStr(self, node):
        outer, self.in_fstring = self.in_fstring, True
        try:
            parts = self.fstring_parts(node)
        finally:
            self.in_fstring = outer
        return self.operation("fstring", self.constant(self.text(node)), *parts, at=node)

    def fstring_parts(self, node):
        parts = []
        for part in node.values:
            if isinstance(part, ast.Constant):
                parts.append(part)
                continue
            conversion = self.constant({97: "a", 114: "r", 115: "s"}.get(part.conversion))
            spec = self.visit(part.format_spec) if part.format_spec else self.constant("")
            text = self.constant(self.operand_text(part.value))
            parts.append(ast.Tuple([self.visit(part.value), conversion, spec, text], ast.Load()))
        return parts

    def visit_NamedExpr(self, node):
        node.value = self.named(self.visit(node.value), node.target)
        return node

    def visit_Await(self, node):
        return self.operation("awaited", self.visit(node.value), at=node)

    def visit_Yield(self, node):
        if self.functions:
            return self.generic_visit(node)
        return self.visit(node.value) if node.value else ast.copy_location(ast.Constant(None), node)

    def visit_YieldFrom(self, node):
        if self.functions:
            return self.generic_visit(node)
        return self.visit(node.value)

    def visit_Lambda(self, node):
        self.parameters(node.args)
        node.body = self.inside(node.args, lambda: self.visit(node.body))
        return node

    def visit_comprehension(self, node):
        names = names_of(node.target)
        node.iter = self.operation("loop", self.visit(node.iter), self.constant(names), self.constant(self.text(node.iter)))
        node.ifs = [self.test(test) for test in node.ifs]
        node.target = self.visit(node.target)
        node.is_async = 0
        return node
