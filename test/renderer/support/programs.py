"""Programs as one would write them, turned into what the language server sends."""

import ast

#: Types of holes, by the word a test uses for them.
_SCALARS = ("int", "str", "bool", "float", "bytes", "datetime", "date", "time", "timedelta", "Decimal", "UUID")


def steps_of(module, text):
    """The steps that fill a module with a text: its imports, then its statements."""
    steps = []
    for node in ast.parse(text).body:
        source = ast.get_source_segment(text, node)
        if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)) and node.decorator_list:
            first = min(one.lineno for one in node.decorator_list)
            source = "\n".join(text.split("\n")[first - 1 : node.end_lineno])
        if isinstance(node, ast.Import):
            for name in node.names:
                steps.append({"op": "import", "module": module, "as": name.asname or name.name.partition(".")[0],
                              "from": name.name if name.asname else name.name.partition(".")[0], "name": None})  # fmt: skip
        elif isinstance(node, ast.ImportFrom):
            for name in node.names:
                steps.append({"op": "import", "module": module, "as": name.asname or name.name, "from": node.module,
                              "name": name.name})  # fmt: skip
        else:
            target = getattr(node, "name", None) or ast.unparse(getattr(node, "targets", [node])[0])
            steps.append({"op": "define", "module": module, "name": target, "source": source})
    return steps


def hole(name, kind="unknown", optional=False, of=None):
    """A hole of the slice: `hole("name", "str")`, `hole("user", "User")`, `hole("ids", "list", of="int")`."""
    return {"name": name, "hole": {"text": name, "type": hole_type(kind, of), "optional": optional}}


def hole_type(kind, of=None):
    if kind in _SCALARS:
        return {"kind": "scalar", "python": kind}
    if kind == "list":
        return {"kind": "list", "of": hole_type(of or "unknown")}
    if kind in ("unknown", "session", "connection", "engine"):
        return {"kind": kind}
    if isinstance(kind, dict):
        return {"kind": "object", "attributes": {name: hole_type(one) for name, one in kind.items()}}
    return {"kind": "instance", "module": "shop.models", "name": kind}
