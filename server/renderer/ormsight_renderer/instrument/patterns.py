"""Rewrites `match` into a chain of `if` where its patterns are plain values, so that an unknown subject makes variants."""

import ast

from ..allow import PREFIX


class PatternChain:
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
        return rewriter.operation("truth", rewriter.operation("test", rewriter.constant(text)), tests, inner, rewriter.constant(None))

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
