"""What the comparisons of queries with a project's own Python share: see ../compareQueries.ts.

Standard input has the modules that define models and the queries: for each the statements that lead to an expression, the
values they need by type, and the statements that are shown for each variant. Standard output is `ready` when the project is
there, then a verdict for each query, up to one that ends the process.

A library is an object with
    opened(slice, are_other)   a context in which a query is run, on rows of its own; `are_other`: with other values than the
                               made-up ones
    made_up(hole_type)         a value that only the library can make (an instance, a session), or raises NotMade
    listening(sent)            a context in which what reaches the cursor is noted in the list `sent`
    force(value)               sends what was only built
    adapted(value)             how else the library may hand a value to the driver
    of_rows(cls, name)         what an attribute of a model is worth in the rows that there are
    again                      verdicts after which a query is run once more, with other values
    refused                    names of errors after which what was sent before still counts
"""

import ast
import asyncio
import contextlib
import datetime
import decimal
import enum
import faulthandler
import importlib
import inspect
import itertools
import json
import re
import sys
import types
import typing
import uuid

MOMENT = datetime.datetime(2024, 5, 17, 12, 30, tzinfo=datetime.timezone.utc)
TRANSACTION = re.compile(r"\s*(BEGIN|START|SAVEPOINT|RELEASE|ROLLBACK|COMMIT)\b", re.IGNORECASE)


#: Seconds for a query. One that takes longer ends the process, wherever it hangs, and the next process goes on after it.
PATIENCE = 20


def compare(project, library):
    """Writes the verdicts for all queries of a project, each in a line of its own as soon as it is known."""
    write("ready")
    for query in project["queries"]:
        faulthandler.dump_traceback_later(PATIENCE, exit=True, file=sys.__stderr__)
        try:
            with contextlib.redirect_stdout(sys.stderr):
                verdict, why = judge(query, library, False)
                if verdict in library.again:
                    # Nothing is written where a value stays what it was, and nothing is found where it is another one.
                    on_others = judge(query, library, True)
                    if on_others[0] == "agrees" or verdict == "not run":
                        verdict, why = on_others
        except BaseException as error:
            verdict, why = "not run", repr(error)
        faulthandler.cancel_dump_traceback_later()
        write(json.dumps({"place": query["place"], "verdict": verdict, "why": why}))


def write(line):
    sys.__stdout__.write(f"\n{line}\n")
    sys.__stdout__.flush()


class Sent:
    """A statement that reached the cursor, and its values also as they were before they were made ready for the driver."""

    def __init__(self, sql, params, raw=None, database=None):
        self.sql, self.params, self.database = sql, list(params), database
        self.raw = self.params if raw is None or len(raw) != len(self.params) else list(raw)


def judge(query, library, are_other):
    try:
        names = names_of(query)
    except BaseException as error:
        return "not run", repr(error)
    sent, refused = [], None
    try:
        run(query, names, library, are_other, sent)
    except BaseException as error:
        refused = error
        # What is sent may be refused by the rows that there are.
        if not sent or type(error).__name__ not in library.refused:
            return "not run", f"    {query['source']}\n    {error!r}" + (f" after {sent[-1].sql}" if sent else "")
    sent = [one for one in sent if not TRANSACTION.match(one.sql)]
    verdicts = []
    for variant in query["shown"]:
        shown = [one for one in variant if not TRANSACTION.match(one["sql"])]
        complete = (pairs for pairs, left in paired(shown, sent) if not left)
        for pairs in itertools.islice(complete, MOST_WAYS):
            verdicts.append(of_parameters(query, pairs, library, are_other))
    if verdicts:
        # Variants may have the same text and other values.
        return min(verdicts, key=lambda one: ("agrees", "not compared", "differs").index(one[0]))
    for variant in query["shown"]:
        shown = [one for one in variant if not TRANSACTION.match(one["sql"])]
        if list(map(with_one_key, shown)) == [IN_LIST.sub("IN (%s)", one.sql) for one in sent]:
            return "not compared", f"    {query['source']}\n    the text agrees but for how many rows there are"
    native = "\n".join(f"    native {one.sql} {one.params}" for one in sent) or "    native sends nothing"
    if refused is not None:
        return "not run", f"    {query['source']}\n    {refused!r}\n{native}"
    ours = "\n".join(f"    ours   {one['sql']} {one['params']}" for variant in query["shown"] for one in variant)
    return "differs", f"    {query['source']}\n{native}\n{ours}"


IN_LIST = re.compile(r"IN \((?:%s, )*%s\)")


def with_one_key(statement):
    """The text, with one parameter in an IN of what rows of several tables have: here these are the same."""
    is_of_rows = all(re.fullmatch(r"[A-Z]\w*\.\w+", param.get("hole", "")) for param in statement["params"])
    return IN_LIST.sub("IN (%s)", statement["sql"]) if is_of_rows else statement["sql"]


#: In so many ways loops may have sent the same text.
MOST_WAYS = 20


def paired(shown, sent, depth=0):
    """Yields which statements that are shown stand for which that were sent first, and what is left of these, for each way
    in which it follows; `depth` loops around them are under way. As test/harness/passes.ts does it."""
    if not shown:
        yield [], sent
        return
    first, others = shown[0], shown[1:]
    loops, is_each = loops_of(first), not first.get("passes") or first["passes"]["sent"] == "each"
    if is_each and len(loops) > depth:
        end = next((i for i, one in enumerate(shown) if loops_of(one)[: depth + 1] != loops[: depth + 1]), len(shown))
        for size in range(end, 0, -1):
            for pairs, left in repeated(shown[:size], sent, depth + 1):
                for more, rest in paired(shown[size:], left, depth):
                    yield pairs + more, rest
        return
    if sent and is_of(first, sent[0]):
        for more, rest in paired(others, sent[1:], depth):
            yield [(first, sent[0]), *more], rest
    if not is_each:
        yield from paired(others, sent, depth)


def repeated(shown, sent, depth):
    """Any number of passes of a loop."""
    for pairs, left in paired(shown, sent, depth):
        if len(left) < len(sent):
            for more, rest in repeated(shown, left, depth):
                yield pairs + more, rest
    yield [], sent


def is_of(shown, sent):
    """The same text, to the same database where a project has several."""
    wanted = shown.get("database", {"alias": "default"})["alias"]
    texts = sent.sql, shown["sql"]
    first, second = (VALUES.sub("IN (…)", one) for one in texts) if shown.get("lists") else texts
    return first == second and sent.database in (None, wanted)


#: The values of a list: as many are shown as make clear that there may be any number.
VALUES = re.compile(r"IN \((?:(?:%s|\?|%\(\w+\)s)(?:::\w+)?(?:, |(?=\))))+\)")


def loops_of(statement):
    passes = statement.get("passes")
    return passes["loops"] if passes else []


def run(query, names, library, are_other, sent, at=lambda names: None):
    """Runs a query; calls `at` when what it is given is there, before and after its expression."""
    slice_ = query["slice"]
    with library.opened(slice_, are_other):
        for hole in slice_["holes"]:
            names[hole["name"]] = made_up(hole["hole"]["type"], library)
            if are_other and names[hole["name"]] == value_of(str):
                # A text is an id where nothing else is taken.
                names[hole["name"]] = str(value_of(uuid.UUID))
        names["super"] = super_in(query, names)
        at(names)
        perform(slice_["body"], "exec", names)
        at(names)
        with library.listening(sent):
            library.force(perform(slice_["expression"], "eval", names))
        at(names)


def super_in(query, names):
    """`super()` as the method means it that a query stands in."""
    *owner, _ = (query.get("function") or "").split(".")

    def of(*given):
        if given:
            return super(*given)
        cls = names[owner[0]]
        for name in owner[1:]:
            cls = getattr(cls, name)
        return super(cls, names["self" if "self" in names else "cls"])

    return of


def of_parameters(query, pairs, library, are_other):
    """The verdict on statements whose text agrees."""
    holes = {param["hole"] for one, _ in pairs for param in one["params"] if "hole" in param}
    values = values_of(holes, query, library, are_other) if holes else {}
    wrong, untold = [], []
    for one, given in pairs:
        width = len(one["params"])
        if one.get("lists") and len(given.params) != width:
            untold.append("    but for how many values a list has")
            continue
        # A loop may send all sets of parameters at once.
        many = loops_of(one) and width and len(given.params) % width == 0
        if len(given.params) != width and not many:
            wrong.append(f"    {given.params} where {one['params']} is shown")
        for index, (value, raw) in enumerate(zip(given.params, given.raw)):
            param = one["params"][index % width] if width else {}
            try:
                if width and "hole" in param and is_of_loop(param["hole"], one):
                    raise NotTold(f"`{param['hole']}` is of a loop")
                if width and not is_same(param, value, raw, values):
                    wrong.append(f"    {value!r} where {param} is shown")
            except NotTold as error:
                untold.append(f"    {error}")
    if wrong:
        return "differs", "\n".join([f"    {query['source']}", *wrong])
    return ("not compared", "\n".join(["    the text agrees", *untold])) if untold else ("agrees", "")


def is_of_loop(hole, statement):
    """Outside of its loops, their variables are worth nothing, or something else."""
    variables = {name for head in loops_of(statement) for name in re.findall(r"\w+", head.split(" in ", 1)[0])}
    return not variables.isdisjoint(re.findall(r"\w+", hole))


def values_of(holes, query, library, are_other):
    """What expressions of the code are worth at each stage of a second run, or the error of the last one, as texts."""
    values = {hole: [] for hole in holes}
    errors = {}

    def evaluate(names):
        for hole in holes:
            try:
                found, again = ([texts(one, library) for one in worth(hole, dict(names), library)] for _ in "12")
                if found != again:
                    raise ValueError("it differs each time it is asked")
                values[hole].extend(itertools.chain(*found))
            except BaseException as error:
                errors[hole] = f"`{hole}`: {error!r}"

    with contextlib.suppress(BaseException):
        run(query, names_of(query), library, are_other, [], evaluate)
    return {hole: found or errors.get(hole, f"`{hole}` is not reached") for hole, found in values.items()}


def worth(hole, names, library):
    """`Book.id` stands for a row of `Book`, and for nothing else: as Python it is the attribute of the class."""
    cls, _, name = hole.rpartition(".")
    owner = names.get(cls) if cls.isidentifier() else None
    if isinstance(owner, type):
        found = library.of_rows(owner, name)
        if found is not None:
            return found
    value = eval(hole, names)
    if any(hasattr(type(value), name) for name in ("__clause_element__", "compile", "__get__")):
        raise TypeError("it is an attribute of a class or a part of a query there")
    return [value]


def texts(value, library):
    """A number is as good as an id."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    ids = [uuid.UUID(int=abs(value)).hex] if is_number else []
    return [plain(value), *ids, *map(plain, library.adapted(value))]


class NotTold(Exception):
    """What a parameter should be cannot be told here."""


#: What differs each time it is asked, though not always.
CHANGING = re.compile(r"\brandom\b|\brand(int|range)\(|\bchoice\(|\b(now|utcnow)\(|\btime\.time\(")


def is_same(param, given, raw, values):
    if "hole" not in param:
        return plain(param["value"]) == plain(given)
    if CHANGING.search(param["hole"]):
        raise NotTold(f"`{param['hole']}` differs each time it is asked")
    wanted = values[param["hole"]]
    if isinstance(wanted, str):
        raise NotTold(wanted)
    return plain(given) in wanted or plain(raw) in wanted


def plain(value):
    if isinstance(value, enum.Enum):
        value = value.value
    if isinstance(value, bool):
        return str(int(value))
    if getattr(value, "pk", None) is not None:
        value = value.pk
    if isinstance(value, uuid.UUID):
        return value.hex
    if isinstance(value, float) and value.is_integer():
        return str(int(value))  # What is shown came as JSON, where they are the same.
    return str(value)


def value_of(python):
    if python == "address":
        return "10.0.0.1"
    return {
        bool: True, int: 1, float: 1.5, str: "a", bytes: b"a", dict: {}, datetime.datetime: MOMENT,
        datetime.date: MOMENT.date(), datetime.time: MOMENT.time(), datetime.timedelta: datetime.timedelta(hours=1),
        decimal.Decimal: decimal.Decimal("1.5"), uuid.UUID: uuid.UUID(int=1),
    }[python]  # fmt: skip


SCALARS = {
    "int": int, "str": str, "bool": bool, "float": float, "bytes": bytes, "datetime": datetime.datetime,
    "date": datetime.date, "time": datetime.time, "timedelta": datetime.timedelta, "Decimal": decimal.Decimal,
    "UUID": uuid.UUID,
}  # fmt: skip


class NotMade(Exception):
    """A value that cannot be made up."""


def made_up(hole_type, library):
    kind = hole_type["kind"]
    if kind == "class":
        return attribute(hole_type)
    if kind == "scalar":
        return value_of(SCALARS[hole_type["python"]])
    if kind == "list":
        return [made_up(hole_type["of"], library)]
    if kind == "unknown":
        return Unknown(1)
    if kind == "choice":
        return made_up(hole_type["of"][0], library)
    if kind == "object":
        cls = attribute(hole_type["cls"]) if hole_type.get("cls") else object
        if issubclass(cls, enum.Enum):
            return next(iter(cls))
        if issubclass(cls, dict):
            return Typed(cls, library)
        cls = type(cls)(cls.__name__, (cls,), {"__getattr__": Unknown.__getattr__, "__module__": cls.__module__})
        cls.__abstractmethods__ = frozenset()
        made = cls.__new__(cls)
        for name, inner in hole_type["attributes"].items():
            put(made, name, made_up(inner, library))
        return made
    return library.made_up(hole_type)


#: Libraries ask a value for these to know what it is.
DUCK_TYPED = frozenset(
    """
    resolve_expression get_source_expressions as_sql pk query filterable conditional contains_aggregate output_field
    prepare_database_save replace_expressions relabeled_clone get_queryset add_to_query isoformat utcoffset tzinfo
    """.split()
)


class Unknown(int):
    """A number whose parts are numbers too."""

    def __getattr__(self, name):
        if name.startswith("_") or name in DUCK_TYPED:
            raise AttributeError(name)
        return Unknown(1)

    def __getitem__(self, key):
        return Unknown(1)

    def __call__(self, *arguments, **keywords):
        return Unknown(1)

    def __len__(self):
        return 1

    def __iter__(self):
        return iter([Unknown(1)])


class Typed(dict):
    """What a `TypedDict` says, made up when it is asked for."""

    def __init__(self, cls, library):
        self.hints, self.names, self.library = cls.__annotations__, vars(sys.modules[cls.__module__]), library

    def __missing__(self, key):
        hint = self.hints[key]
        try:
            hint = eval(getattr(hint, "__forward_arg__", hint), self.names) if not isinstance(hint, type) else hint
        except Exception:
            hint = None  # It is only there for who checks types.
        arguments = typing.get_args(hint)
        # A project may say less of it while it runs.
        type_ = {"kind": "session"} if key == "session" else type_of(arguments[0] if arguments else hint)
        self[key] = made_up(type_, self.library)
        return self[key]

    def __contains__(self, key):
        return key in self.hints

    def get(self, key, default=None):
        return self[key] if key in self else default


def type_of(cls):
    """The type of a hole, by what an annotation says."""
    if cls in SCALARS.values():
        return {"kind": "scalar", "python": cls.__name__}
    if not isinstance(cls, type) or cls.__module__ in ("builtins", "typing"):
        return {"kind": "unknown"}
    return {"kind": "instance", "module": cls.__module__, "name": cls.__name__}


def put(owner, path, value):
    *before, last = path.split(".")
    for name in before:
        if not hasattr(owner, name):
            setattr(owner, name, types.SimpleNamespace())
        owner = getattr(owner, name)
    try:
        setattr(owner, last, value)
    except AttributeError:
        setattr(type(owner), last, value)  # A property: the class was made for this object.


def attribute(named):
    return getattr(imported(named["module"]), named["name"])


#: Packages that the names of modules leave out, as the project's own imports have them.
packages = [""]


#: Modules of files whose names no import can say, `send-mails.py`.
unspeakable = {}


def read_project():
    """The standard input. A module of `src/shop/orders.py` may be named `orders` in it."""
    project = json.load(sys.stdin)
    for query in project["queries"]:
        path = query["place"].rpartition(":")[0].removesuffix(".py").removesuffix("/__init__").removeprefix("src/")
        if "-" in path:
            unspeakable[query["slice"]["module"]] = path.replace("/", ".")
            continue
        before = path.replace("/", ".").removesuffix(query["slice"]["module"])
        if before.endswith(".") and before not in packages:
            packages.append(before)
    return project


def imported(name):
    """A module of the project."""
    name = unspeakable.get(name, name)
    for package in packages:
        try:
            return importlib.import_module(package + name)
        except ModuleNotFoundError as error:
            if error.name is None or not f"{package}{name}.".startswith(f"{error.name}."):
                raise
    raise ModuleNotFoundError(f"No module named {name!r}", name=name)


def names_of(query):
    """The names of the query's module, and those that its function imports for itself."""
    names, slice_ = dict(imported(query["slice"]["module"]).__dict__), query["slice"]
    for step in slice_["steps"]:
        if step["module"] != slice_["module"] or step.get("as", "-") in names:
            continue
        if step["op"] == "import" or step["op"] == "link":
            module = imported(step["from"])
            if step["name"] is None:
                names[step["as"]] = module
            elif hasattr(module, step["name"]):
                names[step["as"]] = getattr(module, step["name"])
            else:
                names[step["as"]] = imported(f"{step['from']}.{step['name']}")
    return names


def perform(source, mode, names):
    if not source.strip():
        return None
    code = compile(f"({source}\n)" if mode == "eval" else source, "<query>", mode, flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    result = eval(code, names)
    return asyncio.run(result) if inspect.iscoroutine(result) else result
