"""Rewrites statements: what they bind gets its name, where they lead is decided, and what is unknown stays out of it."""

import ast
import copy

from .expressions import Expressions
from .patterns import PatternChain
from .rewriter import BINARY, flat_names, names_of


class Statements(Expressions):
    def visit_Assign(self, node):
        value = self.visit(node.value)
        for target in node.targets:
            if isinstance(target, (ast.Tuple, ast.List)):
                value = self.operation("unpacked", value, self.constant(names_of(target)), at=value)
            elif not isinstance(node.value, ast.Constant):
                value = self.named(value, target)
        node.value = value
        node.targets = [self.visit(target) for target in node.targets]
        return node

    def visit_AnnAssign(self, node):
        if node.value is not None:
            node.value = self.named(self.visit(node.value), node.target)
        if not isinstance(node.target, ast.Name):
            node.target = self.visit(node.target)
        return node

    def visit_AugAssign(self, node):
        operator = BINARY[type(node.op)]
        if not isinstance(node.target, ast.Name):
            node.target = self.visit(node.target)
            node.value = self.visit(node.value)
            return node
        site = (f"{node.target.id} {operator} {self.text(node.value)}", node.target.id, self.text(node.value))
        load = ast.copy_location(ast.Name(node.target.id, ast.Load()), node.target)
        value = self.operation(
            "inplace", self.constant(operator), load, self.visit(node.value), self.constant(site), at=node
        )
        return ast.copy_location(ast.Assign([node.target], value), node)

    def visit_Expr(self, node):
        called = node.value.value if isinstance(node.value, ast.Await) else node.value
        node.value = self.visit(node.value)
        if isinstance(called, ast.Call):
            node.value = self.operation("done", node.value, at=node.value)
        return node

    def visit_If(self, node):
        node.test = self.test(node.test)
        node.body, node.orelse = self.block(node.body), self.block(node.orelse)
        return node

    def visit_While(self, node):
        text = self.constant(self.text(node.test))
        node.test = self.operation("again", self.visit(node.test), text, at=node.test)
        node.body, node.orelse = self.loop(node.body), self.block(node.orelse)
        return node

    def visit_For(self, node):
        names = self.constant(names_of(node.target))
        # One that does nothing stands for the loop around the expression: its last row is the one meant.
        word = "around" if all(isinstance(one, ast.Pass) for one in node.body) else "loop"
        iterated = self.operation(word, self.visit(node.iter), names, self.constant(self.text(node.iter)), at=node.iter)
        body, orelse = self.loop(node.body, names_of(node.target)), self.block(node.orelse)
        return ast.copy_location(ast.For(self.visit(node.target), iterated, body, orelse), node)

    visit_AsyncFor = visit_For

    def loop(self, statements, names=()):
        outside, self.varying = self.varying, [*self.varying, *flat_names(names)]
        self.loops += 1
        try:
            return self.block(statements)
        finally:
            self.loops -= 1
            self.varying = outside

    def visit_With(self, node):
        items = []
        for item in node.items:
            name = self.constant(item.optional_vars.id if isinstance(item.optional_vars, ast.Name) else None)
            context = self.operation("context", self.visit(item.context_expr), name, at=item.context_expr)
            target = self.visit(item.optional_vars) if item.optional_vars else None
            items.append(ast.withitem(context, target))
        return ast.copy_location(ast.With(items, self.block(node.body)), node)

    visit_AsyncWith = visit_With

    def visit_Assert(self, node):
        test = self.operation("assertion", self.visit(node.test), at=node.test)
        return ast.copy_location(ast.Assert(test, self.visit(node.msg) if node.msg else None), node)

    def visit_Raise(self, node):
        text = self.constant(self.text(node.exc) if node.exc else None)
        arguments = []
        if node.exc:
            binds = any(isinstance(one, (ast.Yield, ast.YieldFrom, ast.NamedExpr)) for one in ast.walk(node.exc))
            exception = self.visit(node.exc)
            arguments = [self.constant(None), exception] if binds else [_later(exception)]
        return ast.copy_location(ast.Raise(self.operation("raised", text, *arguments, at=node), None), node)

    def visit_Try(self, node):
        """What it handles is known while its body runs: a query in there finds a row, or it finds none and that is handled."""
        if node.handlers:
            classes = [self.constant(None) if one.type is None else self.visit(copy.deepcopy(one.type)) for one in node.handlers]
            trying = self.operation("trying", _later(ast.copy_location(ast.Tuple(classes, ast.Load()), node)), at=node)
            node.body = [ast.copy_location(ast.With([ast.withitem(trying)], self.block(node.body)), node)]
        else:
            node.body = self.block(node.body)
        node.handlers = [self.visit(one) for one in node.handlers]
        node.orelse, node.finalbody = self.block(node.orelse), self.block(node.finalbody)
        return node

    def visit_ExceptHandler(self, node):
        if node.type is None:
            node.type = ast.copy_location(ast.Name("Exception", ast.Load()), node)
        else:
            node.type = self.operation("handled", self.visit(node.type), at=node.type)
        node.body = self.block(node.body)
        return node

    def visit_Global(self, node):
        if not self.functions:
            return node
        told = self.operation("declared_global", *map(self.constant, node.names))
        return [node, ast.copy_location(ast.Expr(told), node)]

    def visit_Return(self, node):
        if self.functions:
            return self.generic_visit(node)
        return self.left(node, node.value)

    def visit_Break(self, node):
        return node if self.loops else self.left(node)

    visit_Continue = visit_Break

    def left(self, node, value=None):
        """The function around the slice ends here: the expression is not reached."""
        arguments = [self.visit(value)] if value is not None else []
        return ast.copy_location(ast.Expr(self.operation("left", *arguments, at=node)), node)

    def visit_FunctionDef(self, node):
        decorators = [self.operation("decorator", self.visit(one), at=one) for one in node.decorator_list]
        self.parameters(node.args)
        body = self.inside(node.args, lambda: self.block(node.body))
        if node.name == "__hash__":
            decorators.append(self.operation("hashing", at=node))
        fields = {name: getattr(node, name) for name in node._fields}
        fields.update(body=body, decorator_list=decorators)
        return ast.copy_location(ast.FunctionDef(**fields), node)

    def visit_AsyncFunctionDef(self, node):
        function = self.visit_FunctionDef(node)
        if not any(isinstance(one, (ast.Yield, ast.YieldFrom)) for one in ast.walk(node)):
            function.decorator_list.append(self.operation("asynchronous", at=node))
        return function

    def visit_ClassDef(self, node):
        node.decorator_list = [self.operation("decorator", self.visit(one), at=one) for one in node.decorator_list]
        node.bases = [self.visit(one) for one in node.bases]
        node.keywords = [ast.keyword(one.arg, self.visit(one.value)) for one in node.keywords]
        node.body = self.block(node.body)
        return node

    def block(self, statements):
        new = []
        for statement in statements:
            result = self.visit(statement)
            new.extend(result if isinstance(result, list) else [result])
        return new

    def visit_Match(self, node):
        """A chain of `if` where the patterns are values, so that an unknown subject makes variants."""
        chain = PatternChain(self, node).rewrite()
        if chain is not None:
            return chain
        node.subject = self.operation("subject", self.visit(node.subject), self.constant(self.text(node.subject)))
        for case in node.cases:
            if case.guard:
                case.guard = self.test(case.guard)
            case.body = self.block(case.body)
        return node

    def visit_TypeAlias(self, node):
        return node


def _later(expression):
    """A function of no arguments that gives the expression."""
    nothing = ast.arguments(posonlyargs=[], args=[], kwonlyargs=[], kw_defaults=[], defaults=[])
    return ast.copy_location(ast.Lambda(nothing, expression), expression)
