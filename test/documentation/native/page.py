"""Runs the examples of a page one after the other, as its reader would type them, and says which line sent what.

Standard input: {"name", "source", "examples": [[first line, last line]], "before": [code] or null,
"sites": [{"start", "end", "holes"}], …}; lines count from zero, `sites` are where the product shows something.
Standard output: {"errors": {line: text}, "sent": [{"line", "sql", "params"}], "reached": [line],
"built": {site: {"sent": […]} or {"error": text} or {}}, "values": {site: {hole: [value, …]}}}.
"""

import ast
import contextlib
import datetime
import decimal
import io
import json
import os
import sys
import types
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../../native/sql"))

from common import plain

#: What a parameter can be.
PLAIN = (bool, int, float, str, bytes, list, tuple, datetime.date, datetime.time, datetime.timedelta, decimal.Decimal, uuid.UUID)

#: What the functions are called that are told of the sites.
COME, MEET = "come to a site", "meet the value of a site"

#: What code objects of the page are called.
FILE = "the page"


class Page:
    """
    `attempt` runs an example; `send` sends what an expression only built, and gives back what was sent. A library says
    what was `swallowed`: an error because of which nothing could be sent, although the example goes on.
    """

    def __init__(self, request, library):
        self.request, self.library = request, library
        module = types.ModuleType(request["name"])
        sys.modules[request["name"]] = module
        self.names = module.__dict__
        self.names.update(library.names)
        self.names.update({COME: self.come, MEET: self.meet})
        if "." in request["name"]:
            self.names["__package__"] = request["name"].rpartition(".")[0]
        self.lines = request["source"].split("\n")
        self.errors, self.sent, self.reached, self.built, self.values = {}, [], set(), {}, {}
        #: The values of the sites of an example, by their numbers.
        self.met = {}
        self.is_quiet = False
        library.listen(self.say)

    def run(self):
        before = self.request["before"]
        first = self.request["examples"][0][0] if self.request["examples"] else len(self.lines)
        for code in before if before is not None else ["\n".join(self.lines[:first])]:
            self.quietly(lambda: self.attempt(code, 0))
        self.errors.clear()
        for start, end in self.request["examples"]:
            self.example(start, end)
        return {
            "errors": self.errors,
            "sent": self.sent,
            "reached": sorted(self.reached),
            "built": self.built,
            "values": self.values,
        }

    def example(self, start, end):
        at = len(self.sent)
        code = "\n".join(self.lines[start : end + 1])
        self.quietly(lambda: self.library.before_example(self.names))
        error = self.attempt(code, start)
        if error is not None and self.quietly(lambda: self.library.provide(error, code, self.names)):
            # It asks for a row that the page's reader has.
            del self.sent[at:]
            self.errors.pop(start, None)
            self.attempt(code, start)
        for number, site in enumerate(self.request["sites"]):
            lines = range(site["start"][0], site["end"][0] + 1)
            if number in self.met and not any(sent["line"] in lines for sent in self.sent[at:]):
                value = self.met[number]
                self.built[number] = self.quietly(lambda: self.library.send(value, self.names))
        self.met.clear()

    def attempt(self, code, start):
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            try:
                tree = Marking(self.request["sites"], self.lines).visit(ast.increment_lineno(ast.parse(code), start))
                ast.fix_missing_locations(tree)
                last = tree.body[-1] if tree.body else None
                self.trace()
                try:
                    if isinstance(last, ast.Expr) and not self.is_async(tree):
                        self.execute(ast.Module(tree.body[:-1], []))
                        value = eval(compile(ast.Expression(last.value), FILE, "eval"), self.names)
                        # The prompt shows it; a name alone does nothing in a program.
                        self.line = last.lineno - 1
                        if not isinstance(last.value, ast.Name):
                            self.library.show(value)
                    else:
                        self.execute(tree)
                finally:
                    sys.settrace(None)
                    self.line = None
            except BaseException as error:
                self.errors[start] = f"{type(error).__name__}: {error}"
                return error
            swallowed = self.library.swallowed()
            if swallowed is not None:
                self.errors[start] = f"{type(swallowed).__name__}: {swallowed}"
        return None

    @staticmethod
    def is_async(tree):
        return any(isinstance(node, (ast.Await, ast.AsyncFor, ast.AsyncWith)) for node in tree.body)

    def execute(self, tree):
        exec(compile(tree, FILE, "exec"), self.names)

    line = None

    def trace(self):
        def on_call(frame, event, argument):
            return on_line if frame.f_code.co_filename == FILE else None

        def on_line(frame, event, argument):
            if event == "line":
                self.reached.add(frame.f_lineno - 1)
            return on_line

        sys.settrace(None if self.is_quiet else on_call)

    def say(self, sql, params):
        if self.is_quiet:
            return
        frame = sys._getframe()
        while frame is not None and frame.f_code.co_filename != FILE:
            frame = frame.f_back
        line = self.line if frame is None else frame.f_lineno - 1
        if line is not None:
            self.reached.add(line)
            self.sent.append({"line": line, "sql": sql, "params": written(params)})

    def quietly(self, action):
        was_quiet, self.is_quiet = self.is_quiet, True
        try:
            with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                return action()
        finally:
            self.is_quiet = was_quiet

    def come(self, number, variables):
        self.values[number] = {hole: [value] for hole, value in self.worth(number, variables).items()}
        return number

    def meet(self, number, value, variables):
        self.met[number] = value
        for hole, late in self.worth(number, variables).items():
            self.values[number].setdefault(hole, []).append(late)
        return value

    def worth(self, number, variables):
        """What the holes of a site are worth. Nothing may be loaded for it: rows are asked for what they hold."""
        found = {}
        names = {**self.names, **variables}
        for hole in self.request["sites"][number]["holes"]:
            try:
                value = self.quietly(lambda: self.peek(ast.parse(hole, mode="eval").body, names))
            except BaseException:
                continue
            # `Author.id` stands for a row; as Python it is an attribute of the class.
            if isinstance(value, PLAIN):
                found[hole] = plain(value)
        return found

    def peek(self, node, names):
        if isinstance(node, ast.Attribute):
            owner = self.peek(node.value, names)
            return vars(owner)[node.attr] if self.library.is_row(owner) else getattr(owner, node.attr)
        inner = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
        if not isinstance(node, ast.Name) and any(self.library.is_row(names.get(name)) for name in inner):
            raise LookupError
        return eval(compile(ast.Expression(node), "a hole", "eval"), names)


def written(params):
    """As the product writes them: a dictionary for `hstore` is JSON there."""
    return plain([json.dumps(value) if isinstance(value, dict) else value for value in params])


class Marking(ast.NodeTransformer):
    """Puts calls around the expressions at the sites, to know their values."""

    def __init__(self, sites, lines):
        def place(position):
            line, character = position
            return line + 1, len(lines[line][:character].encode())

        self.numbers = {(place(site["start"]), place(site["end"])): number for number, site in enumerate(sites)}

    def visit(self, node):
        node = super().visit(node)
        if not isinstance(node, ast.expr) or not isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
            return node
        number = self.numbers.get(((node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset)))
        if number is None:
            return node
        variables = ast.Call(ast.Name("locals", ast.Load()), [], [])
        before = ast.Call(ast.Name(COME, ast.Load()), [ast.Constant(number), variables], [])
        return ast.copy_location(ast.Call(ast.Name(MEET, ast.Load()), [before, node, variables], []), node)
