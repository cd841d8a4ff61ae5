"""Rewrites a checked program so that holes and unknown conditions work and nothing leads out of the sandbox.

Every operation that could meet a hole becomes a call of a function of `operations`, which gets the source text of the
operation along, so that what it composes reads as it was written. The names of these functions contain a space: no
program can spell them. Annotations are left alone, libraries read them.
"""

import ast
import sys

from .allow import PREFIX

_BINARY = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%", ast.Pow: "**",
    ast.MatMult: "@", ast.LShift: "<<", ast.RShift: ">>", ast.BitOr: "|", ast.BitXor: "^", ast.BitAnd: "&",
}  # fmt: skip
_COMPARE = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
    ast.Is: "is", ast.IsNot: "is not", ast.In: "in", ast.NotIn: "not in",
}  # fmt: skip
_UNARY = {ast.USub: "-", ast.UAdd: "+", ast.Invert: "~"}

#: Expressions that may be evaluated although the program might not have done so.
_SIMPLE = (ast.Constant, ast.Name)


def instrument(tree, source):
    """Rewrites the tree in place and gives it back, ready to be compiled."""
    tree = _Rewriter(source).visit(tree)
    return ast.fix_missing_locations(tree)


class _Rewriter(ast.NodeTransformer):
    def __init__(self, source):
        self.lines = [line.encode() for line in source.split("\n")]
        self.functions = 0
        self.loops = 0
        self.in_fstring = False

    # Texts

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

    def operation(self, name, *arguments, keywords=(), at=None):
        call = ast.Call(ast.Name(PREFIX + name, ast.Load()), list(arguments), list(keywords))
        return ast.copy_location(call, at) if at is not None else call

    def constant(self, value):
        return ast.Constant(value)

    # Expressions

    def visit_Attribute(self, node):
        if isinstance(node.ctx, ast.Load):
            site = self.text(node)
            return self.operation("get", self.visit(node.value), self.constant(node.attr), self.constant(site), at=node)
        node.value = self.operation("settable", self.visit(node.value), at=node.value)
        return node

    def visit_Subscript(self, node):
        if not isinstance(node.ctx, ast.Load):
            node.value = self.operation("container", self.visit(node.value), at=node.value)
            node.slice = self.visit(node.slice)
            return node
        site = (self.text(node), self.text(node.slice))
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
            return self.generic_visit(node)
        if isinstance(node.func, ast.Name) and node.func.id.startswith(PREFIX):
            return node
        arguments = tuple(self.text(one) for one in node.args) + tuple(
            f"{one.arg}={self.text(one.value)}" if one.arg else f"**{self.text(one.value)}" for one in node.keywords
        )
        site = (self.text(node), self.text(node.func), arguments)
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
        site = (self.text(node), self.text(node.left), self.text(node.right))
        operator = self.constant(_BINARY[type(node.op)])
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
        site = (self.text(node), *(self.text(operand) for operand in operands))
        operators = tuple(_COMPARE[type(operator)] for operator in node.ops)
        values = [self.visit(operand) for operand in operands]
        return self.operation("compare", self.constant(operators), self.constant(site), *values, at=node)

    def visit_BoolOp(self, node):
        """`a and b` is `b if truth(a) else a`; `a or "x"` with an unknown `a` can stay one unknown value."""
        word = "and" if isinstance(node.op, ast.And) else "or"
        text = self.text(node)
        if word == "or" and all(isinstance(value, _SIMPLE) for value in node.values[1:]) and len(node.values) == 2:
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
        simple = all(isinstance(part, _SIMPLE) for part in (node.body, node.orelse))
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
        if isinstance(node, ast.BoolOp):
            value = self.chain("and" if isinstance(node.op, ast.And) else "or", node.values, test=True)
        else:
            value = self.visit(node)
        inner = self.constant(self.functions > 0 or self.loops > 0)
        return self.operation("truth", self.operation("test", text), value, inner, at=node)

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
            text = self.constant(self.text(part.value))
            parts.append(ast.Tuple([self.visit(part.value), conversion, spec, text], ast.Load()))
        return parts

    def visit_NamedExpr(self, node):
        node.value = self.named(self.visit(node.value), node.target)
        return node

    def visit_Await(self, node):
        return self.operation("awaited", self.visit(node.value), at=node)

    def visit_Lambda(self, node):
        self.parameters(node.args)
        node.body = self.inside(lambda: self.visit(node.body))
        return node

    def visit_comprehension(self, node):
        names = _names_of(node.target)
        node.iter = self.operation("loop", self.visit(node.iter), self.constant(names), self.constant(self.text(node.iter)))
        node.ifs = [self.test(test) for test in node.ifs]
        node.target = self.visit(node.target)
        node.is_async = 0
        return node

    # Statements

    def visit_Assign(self, node):
        value = self.visit(node.value)
        for target in node.targets:
            if isinstance(target, (ast.Tuple, ast.List)):
                value = self.operation("unpacked", value, self.constant(_names_of(target)), at=value)
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
        operator = _BINARY[type(node.op)]
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

    def named(self, value, target):
        """A value that gets a name here: rows and answers of the database are called by it."""
        if isinstance(target, ast.Name) and not isinstance(value, (ast.Constant, ast.Lambda)):
            return self.operation("named", value, self.constant(target.id), at=value)
        return value

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
        names = self.constant(_names_of(node.target))
        # One that does nothing stands for the loop around the expression: its last row is the one meant.
        word = "around" if all(isinstance(one, ast.Pass) for one in node.body) else "loop"
        iterated = self.operation(word, self.visit(node.iter), names, self.constant(self.text(node.iter)), at=node.iter)
        body, orelse = self.loop(node.body), self.block(node.orelse)
        return ast.copy_location(ast.For(self.visit(node.target), iterated, body, orelse), node)

    visit_AsyncFor = visit_For

    def loop(self, statements):
        self.loops += 1
        try:
            return self.block(statements)
        finally:
            self.loops -= 1

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

    def visit_ExceptHandler(self, node):
        if node.type is None:
            node.type = ast.copy_location(ast.Name("Exception", ast.Load()), node)
        else:
            node.type = self.operation("handled", self.visit(node.type), at=node.type)
        node.body = self.block(node.body)
        return node

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

    def visit_Yield(self, node):
        if self.functions:
            return self.generic_visit(node)
        return self.visit(node.value) if node.value else ast.copy_location(ast.Constant(None), node)

    def visit_YieldFrom(self, node):
        if self.functions:
            return self.generic_visit(node)
        return self.visit(node.value)

    def visit_FunctionDef(self, node):
        decorators = [self.operation("decorator", self.visit(one), at=one) for one in node.decorator_list]
        self.parameters(node.args)
        body = self.inside(lambda: self.block(node.body))
        fields = {name: getattr(node, name) for name in node._fields}
        fields.update(body=body, decorator_list=decorators)
        return ast.copy_location(ast.FunctionDef(**fields), node)

    def visit_AsyncFunctionDef(self, node):
        function = self.visit_FunctionDef(node)
        if not any(isinstance(one, (ast.Yield, ast.YieldFrom)) for one in ast.walk(node)):
            function.decorator_list.append(self.operation("asynchronous", at=node))
        return function

    def parameters(self, arguments):
        arguments.defaults = [self.visit(one) for one in arguments.defaults]
        arguments.kw_defaults = [self.visit(one) if one else None for one in arguments.kw_defaults]

    def visit_ClassDef(self, node):
        node.decorator_list = [self.operation("decorator", self.visit(one), at=one) for one in node.decorator_list]
        node.bases = [self.visit(one) for one in node.bases]
        node.keywords = [ast.keyword(one.arg, self.visit(one.value)) for one in node.keywords]
        node.body = self.block(node.body)
        return node

    def inside(self, work):
        """A function's body has its own returns and loops."""
        loops, self.loops = self.loops, 0
        self.functions += 1
        try:
            return work()
        finally:
            self.functions -= 1
            self.loops = loops

    def block(self, statements):
        new = []
        for statement in statements:
            result = self.visit(statement)
            new.extend(result if isinstance(result, list) else [result])
        return new

    def visit_Match(self, node):
        """A chain of `if` where the patterns are values, so that an unknown subject makes variants."""
        chain = _PatternChain(self, node).rewrite()
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


class _PatternChain:
    """`match x:` with patterns that are plain values, names and alternatives, as `if x == …: elif …`."""

    def __init__(self, rewriter, node):
        self.rewriter, self.node = rewriter, node
        self.subject = f"{PREFIX}subject {node.lineno}"

    def rewrite(self):
        subject_text = self.rewriter.text(self.node.subject)
        branches = []
        for case in self.node.cases:
            test = self.test(case.pattern, subject_text)
            if test is None:
                return None
            branches.append((case, *test))
        orelse = []
        for case, tests, text, bound in reversed(branches):
            body = self.rewriter.block(case.body)
            if bound:
                body.insert(0, ast.Assign([ast.Name(bound, ast.Store())], ast.Name(self.subject, ast.Load())))
            if case.guard:
                if bound and tests is None:
                    return None
                text = f"{text} and {self.rewriter.text(case.guard)}" if tests is not None else self.rewriter.text(case.guard)
                guard = self.rewriter.visit(case.guard)
                tests = guard if tests is None else ast.IfExp(self.condition(tests, text), guard, ast.Constant(False))
            if tests is None:
                orelse = body
                continue
            orelse = [ast.copy_location(ast.If(self.condition(tests, text), body, orelse), case.pattern)]
        assign = ast.Assign([ast.Name(self.subject, ast.Store())], self.rewriter.visit(self.node.subject))
        return [ast.copy_location(assign, self.node), *orelse]

    def condition(self, tests, text):
        rewriter = self.rewriter
        inner = rewriter.constant(rewriter.functions > 0 or rewriter.loops > 0)
        return rewriter.operation("truth", rewriter.operation("test", rewriter.constant(text)), tests, inner)

    def test(self, pattern, subject_text):
        """Condition, its text and the bound name of a pattern; a condition of None always holds. None: too complex."""
        if isinstance(pattern, ast.MatchAs):
            if pattern.pattern is None:
                return None, "", pattern.name
            inner = self.test(pattern.pattern, subject_text)
            return inner and (inner[0], inner[1], pattern.name)
        if isinstance(pattern, (ast.MatchValue, ast.MatchSingleton)):
            alternatives = [pattern]
        elif isinstance(pattern, ast.MatchOr):
            alternatives = pattern.patterns
        else:
            return None
        values = []
        for one in alternatives:
            if isinstance(one, ast.MatchValue):
                values.append((self.rewriter.visit(one.value), self.rewriter.text(one.value)))
            elif isinstance(one, ast.MatchSingleton):
                values.append((ast.Constant(one.value), repr(one.value)))
            else:
                return None
        load = ast.Name(self.subject, ast.Load())
        rewriter = self.rewriter
        if len(values) == 1:
            value, text = values[0]
            operator = "is" if isinstance(alternatives[0], ast.MatchSingleton) else "=="
            whole = f"{subject_text} {operator} {text}"
        else:
            value = ast.Tuple([value for value, _ in values], ast.Load())
            operator, text = "in", "(" + ", ".join(text for _, text in values) + ")"
            whole = f"{subject_text} in {text}"
        site = rewriter.constant((whole, subject_text, text))
        return rewriter.operation("compare", rewriter.constant((operator,)), site, load, value), whole, None


def _later(expression):
    """A function of no arguments that gives the expression."""
    nothing = ast.arguments(posonlyargs=[], args=[], kwonlyargs=[], kw_defaults=[], defaults=[])
    return ast.copy_location(ast.Lambda(nothing, expression), expression)


def _names_of(target):
    """The names a target binds, in its own shape: `("key", ("a", "b"))`."""
    if isinstance(target, ast.Name):
        return target.id
    if isinstance(target, (ast.Tuple, ast.List)):
        return tuple(_names_of(one) for one in target.elts)
    if isinstance(target, ast.Starred):
        return ("*", _names_of(target.value))
    return None


def _on_one_line(text):
    parts = [line.strip() for line in text.splitlines()]
    joined = parts[0]
    for part in parts[1:]:
        if not part:
            continue
        glue = "" if joined.endswith(("(", "[", "{", ".")) or part.startswith((")", "]", "}", ".")) else " "
        joined += glue + part
    return joined
