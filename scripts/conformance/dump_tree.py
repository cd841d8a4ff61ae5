"""Prints the syntax trees of CPython in the form of `treeText.ts`, so that the two can be compared line by line.

Run as a program, it reads paths from standard input, one a line, and answers each with one line of JSON:
`{"encoding": ..., "tree": ...}` for a file that Python accepts, `{"error": ...}` for one that it does not.
Inside Pyodide, the last functions are called instead.
"""
import ast
import io
import json
import re
import struct
import sys
import tokenize
import warnings
import zipfile

warnings.simplefilter("ignore")
sys.setrecursionlimit(20_000)

OPERATORS = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.MatMult: "@", ast.Div: "/", ast.Mod: "%", ast.Pow: "**",
    ast.LShift: "<<", ast.RShift: ">>", ast.BitOr: "|", ast.BitXor: "^", ast.BitAnd: "&", ast.FloorDiv: "//",
    ast.Invert: "~", ast.Not: "not", ast.UAdd: "+", ast.USub: "-", ast.And: "and", ast.Or: "or",
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
    ast.Is: "is", ast.IsNot: "is not", ast.In: "in", ast.NotIn: "not in",
}

# CPython's kind -> ours, where they differ, with the fields that ours adds.
KINDS = {
    "FunctionDef": ("FunctionDef", {"isAsync": False}),
    "AsyncFunctionDef": ("FunctionDef", {"isAsync": True}),
    "For": ("For", {"isAsync": False}),
    "AsyncFor": ("For", {"isAsync": True}),
    "With": ("With", {"isAsync": False}),
    "AsyncWith": ("With", {"isAsync": True}),
    "Try": ("Try", {"star": False}),
    "TryStar": ("Try", {"star": True}),
    "Interpolation": ("FormattedValue", {}),
    "alias": ("Alias", {}),
    "keyword": ("Keyword", {}),
    "withitem": ("WithItem", {}),
    "match_case": ("MatchCase", {}),
    "comprehension": ("Comprehension", {}),
}

# CPython's field -> ours, where they differ; None for those that ours leaves out.
FIELDS = {
    "args.FunctionDef": "params", "args.AsyncFunctionDef": "params", "args.Lambda": "params",
    "decorator_list": "decorators", "type_params": "typeParams", "default_value": "default",
    "type_comment": None, "type_ignores": None, "ctx": None, "kind": None, "str.Interpolation": None,
    "arg.keyword": "name", "asname": "asName", "context_expr": "context", "optional_vars": "target",
    "is_async": "isAsync", "kwd_attrs": "kwdAttrs", "kwd_patterns": "kwdPatterns", "format_spec": "formatSpec",
}

# Before PEP 701, the ranges of what stands in an f-string were not those in the file.
HAS_RANGES_IN_FSTRINGS = sys.version_info >= (3, 12)

layouts = {}


def layout_of(node_class):
    """The kind of ours, its added fields, and the pairs (CPython's field, ours) in alphabetical order of ours."""
    layout = layouts.get(node_class)
    if layout is None:
        name = node_class.__name__
        kind, added = KINDS.get(name, (name, {}))
        pairs = []
        for field in node_class._fields:
            ours = FIELDS.get(f"{field}.{name}", FIELDS.get(field, field))
            if ours is not None:
                pairs.append((field, ours))
        pairs.sort(key=lambda pair: pair[1])
        layout = layouts[node_class] = kind, added, pairs
    return layout


def constant_lines(value):
    if value is None:
        return "None", "null"
    if value is ...:
        return "Ellipsis", "null"
    if isinstance(value, bool):
        return "bool", "true" if value else "false"
    if isinstance(value, str):
        return "str", json.dumps(value)
    if isinstance(value, bytes):
        return "bytes", json.dumps(value.decode("latin-1"))
    if isinstance(value, int):
        return "int", hex(value)
    if isinstance(value, float):
        return "float", struct.pack(">d", value).hex()
    return "complex", struct.pack(">d", value.imag).hex()


class Dumper:
    def __init__(self, text):
        self.lines = []
        self.prints_ranges = True
        has_mark = text.startswith("\ufeff")
        self.starts = [1 if has_mark else 0]
        self.texts = []
        offset = 0
        for line in re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z", text):
            offset += len(line) + (0 if line.isascii() else sum(c > "\uffff" for c in line))
            self.starts.append(offset)
            self.texts.append(None if line.isascii() else line.removeprefix("\ufeff").encode("utf-8", "surrogatepass"))

    def offset(self, line, column):
        text = self.texts[line - 1] if line <= len(self.texts) else None
        if text is not None:
            column = len(text[:column].decode("utf-8", "replace").encode("utf-16-le", "surrogatepass")) // 2
        return self.starts[line - 1] + column

    def node(self, node, indent, label):
        node_class = node.__class__
        if node_class is ast.arguments:
            self.arguments(node, indent, label)
            return
        kind, added, pairs = layout_of(node_class)
        self.lines.append(f"{indent}{label}{kind}{self.place(node)}")
        indent += " "
        if node_class is ast.Constant:
            constant_type, value = constant_lines(node.value)
            self.lines.append(f"{indent}{constant_type} {value}")
            return
        printed_ranges = self.prints_ranges
        if node_class is ast.JoinedStr:
            self.prints_ranges = printed_ranges and HAS_RANGES_IN_FSTRINGS
        for name, value in added.items():
            self.field(name, value, indent)
        for field, ours in pairs:
            value = getattr(node, field, None)
            if ours == "isAsync":
                value = bool(value)
            elif ours == "level":
                value = value or 0
            elif ours == "simple":
                value = bool(value)
            elif ours == "conversion":
                value = None if value == -1 else chr(value)
            self.field(ours, value, indent)
        self.prints_ranges = printed_ranges

    def place(self, node):
        if not self.prints_ranges or not hasattr(node, "lineno"):
            return ""
        start = self.offset(node.lineno, node.col_offset)
        return f" {start}-{self.offset(node.end_lineno, node.end_col_offset)}"

    def field(self, name, value, indent):
        if isinstance(value, list):
            for item in value:
                self.field(name, item, indent)
        elif isinstance(value, ast.AST):
            operator = OPERATORS.get(value.__class__)
            if operator is None:
                self.node(value, indent, name + ": ")
            else:
                self.lines.append(f'{indent}{name}: "{operator}"')
        else:
            self.lines.append(f"{indent}{name}: {json.dumps(value)}")

    def arguments(self, node, indent, label):
        self.lines.append(f"{indent}{label}Parameters")
        indent += " "
        positional = node.posonlyargs + node.args
        defaults = [None] * (len(positional) - len(node.defaults)) + node.defaults
        defaults_of = dict(zip(positional, defaults)) | dict(zip(node.kwonlyargs, node.kw_defaults))
        for name, parameters in [
            ("posonly", node.posonlyargs), ("args", node.args), ("vararg", [node.vararg] if node.vararg else []),
            ("kwonly", node.kwonlyargs), ("kwarg", [node.kwarg] if node.kwarg else []),
        ]:
            for parameter in parameters:
                self.lines.append(f"{indent}{name}: Parameter{self.place(parameter)}")
                self.field("annotation", parameter.annotation, indent + " ")
                self.field("default", defaults_of.get(parameter), indent + " ")
                self.field("name", parameter.arg, indent + " ")


def dump(text):
    dumper = Dumper(text)
    dumper.node(ast.parse(text.removeprefix("\ufeff")), "", "")
    return "\n".join(dumper.lines)


def answer(path):
    """The answer for a file, as JSON."""
    try:
        with open(path, "rb") as file:
            source = file.read()
        encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
        text = source.decode("utf-8" if encoding == "utf-8-sig" else encoding)
    except (SyntaxError, ValueError, LookupError) as error:
        return json.dumps({"error": f"{error.__class__.__name__}: {error}"})
    return answer_text(text, encoding)


def answer_text(text, encoding="utf-8"):
    """The answer for a text, as JSON."""
    try:
        return json.dumps({"encoding": encoding, "tree": dump(text)})
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return json.dumps({"error": f"{error.__class__.__name__}: {error}"})


def standard_library(_):
    """The modules of the standard library, when it is a zip file as in Pyodide, as JSON."""
    archive = zipfile.ZipFile(next(path for path in sys.path if path.endswith(".zip")))
    names = sorted(name for name in archive.namelist() if name.endswith(".py"))
    return json.dumps([{"path": name, "text": archive.read(name).decode()} for name in names])


if __name__ == "__main__" and sys.platform != "emscripten":
    for line in sys.stdin:
        print(answer(line.rstrip("\n")), flush=True)
