"""What the recorders share: reading cases, making their files importable, writing values as JSON."""

import ast
import atexit
import datetime
import decimal
import enum
import json
import os
import re
import shutil
import sys
import tempfile
import types
import uuid


def read_request():
    return json.load(sys.stdin)


def answer(value):
    json.dump(value, _output)


#: What a case prints is no part of the answer.
_output, sys.stdout = sys.stdout, sys.stderr


def plain(value):
    """A value as the product's JSON has it: plain JSON as it is, everything else as its text."""
    if isinstance(value, enum.Enum):
        return plain(value.value)
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, (datetime.date, datetime.time, datetime.timedelta, decimal.Decimal, uuid.UUID)):
        return str(value)
    if isinstance(value, (bytes, memoryview)):
        return bytes(value).hex()
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if hasattr(value, "adapted"):
        # psycopg2's wrapper of JSON; what it makes of it is the text.
        return json.dumps(value.adapted)
    return str(value)


def install(files):
    """Writes the case's files into a folder of their own, from which Python imports them."""
    folder = tempfile.mkdtemp(prefix="ormsight-record-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for path, source in files.items():
        full = os.path.join(folder, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w", encoding="utf-8") as file:
            file.write(source)
        package = os.path.dirname(full)
        while package != folder:
            open(os.path.join(package, "__init__.py"), "a").close()
            package = os.path.dirname(package)
    sys.path.insert(0, folder)
    return [path.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for path in files]


def namespace_of(case, names, reach=lambda is_behind, variables: None):
    """The case's module with its set-up lines run.

    `reach` is called just before and after the statement with the cursor, with the variables that are known there.
    """
    module = types.ModuleType("case")
    sys.modules["case"] = module
    module.__dict__.update(names)
    module.__dict__[_REACH] = reach
    exec(compile(_marked(case["source"], case["cursor"]), "case.py", "exec"), module.__dict__)
    _stop_the_clock(module.__dict__)
    exec(case["setup"], module.__dict__)
    return module.__dict__


class _Date(datetime.date):
    """Dates as they are, but that it is always the same day: what was recorded is compared on others."""

    def __new__(cls, *arguments, **keywords):
        return datetime.date(*arguments, **keywords)

    @classmethod
    def today(cls):
        return datetime.date(2026, 11, 25)


_datetime = types.ModuleType("datetime")
_datetime.__dict__.update(vars(datetime), date=_Date)


def _stop_the_clock(names):
    for name, value in names.items():
        if value is datetime:
            names[name] = _datetime
        elif value is datetime.date:
            names[name] = _Date


_REACH = "reach the cursor"


def _marked(source, cursor):
    """The tree of a case's module with calls around the innermost statement around the cursor."""
    tree = ast.parse(source)
    before = source[:cursor]
    at = (before.count("\n") + 1, cursor - before.rfind("\n") - 1)
    found = None
    for node in ast.walk(tree):
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            for index, one in enumerate(block if isinstance(block, list) else ()):
                # The walk goes from the outside to the inside.
                if (one.lineno, one.col_offset) <= at <= (one.end_lineno, one.end_col_offset):
                    found = block, index
    block, index = found
    for at, is_behind in ((index + 1, True), (index, False)):
        variables = ast.Call(ast.Name("locals", ast.Load()), [], [])
        call = ast.Expr(ast.Call(ast.Name(_REACH, ast.Load()), [ast.Constant(is_behind), variables], []))
        block.insert(at, ast.copy_location(call, block[index]))
    return ast.fix_missing_locations(tree)


def _shown():
    """Names that stand for what a library makes of values of the code: `Range(low, high)`."""
    from psycopg2.extras import NumericRange

    return {"Range": NumericRange}


def evaluate_holes(case, names):
    """What the Python expressions behind parameters are worth in each run of a case; an error is its own text."""
    answers = []
    for run in case["runs"]:
        namespace = {**_shown(), **namespace_of(case, names)}
        exec(run["bind"], namespace)
        values = {}
        for hole in case["holes"]:
            try:
                values[hole] = plain(eval(hole, namespace))
            except Exception as error:
                values[hole] = f"{type(error).__name__}: {error}"
        answers.append(values)
    return answers


def with_ordered_scalars(sql):
    """Django writes these from a set: any order is right, and one has to be compared."""
    return _JSON_SCALARS.sub("IN ('false','null','true')", sql)


_JSON_SCALARS = re.compile(r"IN \('(?:null|true|false)','(?:null|true|false)','(?:null|true|false)'\)")
