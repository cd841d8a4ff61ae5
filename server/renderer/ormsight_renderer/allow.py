"""What Python may come into the sandbox: an allowlist of syntax and of names.

This is the second wall. The first is that the WebAssembly machine has nothing to get out through. What is checked here
is text; what only shows when the program runs (attribute names in strings, modules reached through objects) is checked
in `guard`, and what libraries evaluate in `texts`.
"""

import ast
import re

from .errors import Refused

#: Of the names of operations, which no program can write.
PREFIX = "ormsight "

#: Larger programs are not slices.
MAX_SOURCE = 400_000
MAX_DEPTH = 150

_NODES = """
    Module Expression Interactive
    FunctionDef AsyncFunctionDef ClassDef Return Delete Assign AugAssign AnnAssign For AsyncFor While If With AsyncWith
    Match Raise Try TryStar Assert Global Nonlocal Expr Pass Break Continue
    BoolOp NamedExpr BinOp UnaryOp Lambda IfExp Dict Set ListComp SetComp DictComp GeneratorExp Await Yield YieldFrom
    Compare Call FormattedValue JoinedStr Constant Attribute Subscript Starred Name List Tuple Slice
    comprehension ExceptHandler arguments arg keyword withitem match_case
    MatchValue MatchSingleton MatchSequence MatchMapping MatchClass MatchStar MatchAs MatchOr
    TypeAlias TypeVar ParamSpec TypeVarTuple
    Load Store Del And Or Add Sub Mult MatMult Div Mod Pow LShift RShift BitOr BitXor BitAnd FloorDiv Invert Not UAdd
    USub Eq NotEq Lt LtE Gt GtE Is IsNot In NotIn
""".split()
_ALLOWED_NODES = frozenset(getattr(ast, name) for name in _NODES if hasattr(ast, name))

#: Dunder names a class of the user may define or read.
DUNDERS = frozenset(
    """
    __tablename__ __table_args__ __table__ __mapper_args__ __mapper__ __abstract__ __allow_unmapped__ __bind_key__
    __table_cls__ __sa_dataclass_metadata_key__ __composite_values__ __clause_element__ __fsa__ __metadata__ __registry__
    __name__ __doc__ __qualname__ __module__ __slots__ __all__ __version__ __annotations__ __debug__ __file__
    __init__ __new__ __post_init__ __init_subclass__ __set_name__ __class_getitem__ __class__ __call__ __del__
    __str__ __repr__ __unicode__ __format__ __hash__ __bool__ __len__ __html__
    __eq__ __ne__ __lt__ __le__ __gt__ __ge__ __contains__ __iter__ __next__ __getitem__ __setitem__ __delitem__
    __add__ __radd__ __iadd__ __sub__ __rsub__ __isub__ __mul__ __rmul__ __truediv__ __rtruediv__ __floordiv__
    __rfloordiv__ __mod__ __rmod__ __pow__ __rpow__ __lshift__ __rlshift__ __rshift__ __rrshift__
    __and__ __rand__ __or__ __ror__ __xor__ __rxor__ __invert__ __neg__ __pos__ __abs__ __int__ __float__ __index__
    __enter__ __exit__ __aenter__ __aexit__ __aiter__ __anext__ __await__ __get__ __set__ __delete__ __getattr__
    __copy__ __deepcopy__ __missing__ __reversed__ __match_args__
    """.split()
)

#: Names that lead from a value to the interpreter. Forbidden as attributes, in `getattr` and the like, as variables.
_FORBIDDEN = frozenset(
    """
    gi_frame gi_code gi_yieldfrom cr_frame cr_code cr_await cr_origin ag_frame ag_code ag_await
    f_back f_builtins f_code f_globals f_locals f_generator f_trace tb_frame tb_next
    co_code co_consts co_names co_varnames func_globals func_code func_closure func_defaults im_func im_self im_class
    mro with_traceback
    """.split()
)


def _pythons_own():
    """Every dunder name that means something to Python; others (`__searchable__`) are attributes like any other."""
    import types

    kinds = [value for value in vars(types).values() if isinstance(value, type)]
    kinds += [object, type, int, float, complex, str, bytes, bytearray, memoryview, list, tuple, dict, set, frozenset, slice]
    kinds += [property, staticmethod, classmethod, super, BaseException, range, enumerate, zip, map, filter, reversed]
    named = "__import__ __builtins__ __build_class__ __globals__ __code__ __closure__ __wrapped__ __self__ __func__ __loader__"
    named += " __spec__ __path__ __cached__ __subclasses__ __mro_entries__ __prepare__ __instancecheck__ __subclasscheck__"
    named += " __getattribute__ __setattr__ __delattr__ __reduce__ __reduce_ex__ __getstate__ __setstate__ __getnewargs__"
    named += " __getnewargs_ex__ __dict__ __weakref__ __bases__ __base__ __mro__ __traceback__ __context__ __cause__ __buffer__"
    named += " __release_buffer__ __defaults__ __kwdefaults__ __type_params__ __annotate__ __thisclass__ __objclass__ __origin__"
    return frozenset(name for kind in kinds for name in dir(kind) if name.startswith("__")) | frozenset(named.split())


_PYTHONS_OWN = _pythons_own()
_STRANGE_DUNDER = re.compile(r"(?:^|[.\[{])__\w+__(?:$|[.\]}!:\[])")


def check(tree, source_length=0):
    """Raises `Refused` when the tree holds something that is not on the list."""
    if source_length > MAX_SOURCE:
        raise Refused("the program is too long")
    stack = [(tree, 0)]
    while stack:
        node, depth = stack.pop()
        if depth > MAX_DEPTH:
            raise Refused("the program is nested too deeply")
        kind = type(node)
        if kind not in _ALLOWED_NODES:
            raise Refused(f"{_NAMES_OF_SYNTAX.get(kind.__name__, kind.__name__)} is not let into the sandbox")
        for field in _NAME_FIELDS.get(kind.__name__, ()):
            value = getattr(node, field)
            for name in value if isinstance(value, list) else (value,):
                if isinstance(name, str) and is_forbidden(name):
                    raise Refused(f"the name `{name}` is not let into the sandbox")
        for child in ast.iter_child_nodes(node):
            stack.append((child, depth + 1))


class _Softener(ast.NodeTransformer):
    """Puts an unknown value in the place of a name that is not let in, wherever one is read."""

    def visit_Name(self, node):
        return self.unknown(node) if isinstance(node.ctx, ast.Load) and is_forbidden(node.id) else node

    def visit_Attribute(self, node):
        if isinstance(node.ctx, ast.Load) and is_forbidden(node.attr):
            if node.attr == "__setattr__" and isinstance(node.value, ast.Name) and node.value.id == "object":
                return self.operation(node, "plain_setting")
            return self.unknown(node)
        return self.generic_visit(node)

    def visit_Compare(self, node):
        """`name in cls.__dict__` only asks for names."""
        asked = node.comparators[-1]
        is_asked = isinstance(node.ops[-1], (ast.In, ast.NotIn)) and isinstance(asked, ast.Attribute)
        if is_asked and asked.attr == "__dict__":
            text = ast.Constant(ast.unparse(asked))
            node.comparators[-1] = self.operation(asked, "names_in", asked.value, text)
        return self.generic_visit(node)

    def unknown(self, node):
        return self.operation(node, "unknown", ast.Constant(ast.unparse(node)))

    def operation(self, node, name, *arguments):
        call = ast.Call(ast.Name(f"{PREFIX}{name}", ast.Load()), list(arguments), [])
        return ast.fix_missing_locations(ast.copy_location(call, node))


def without_forbidden(tree):
    """The tree with unknown values where it reads what is not let in; `check` still has the last word."""
    return _Softener().visit(tree)


def is_forbidden(name):
    """Whether an attribute of this name may neither be read nor written."""
    return name in _FORBIDDEN or name not in DUNDERS and name in _PYTHONS_OWN


def check_text(text):
    """Raises `Refused` for a string that reads like a path to the interpreter (`__class__.__mro__`, `{0.__class__}`)."""
    if "__" in text and _STRANGE_DUNDER.search(text):
        for name in re.findall(r"__\w+?__(?!\w)", text):
            if name in _PYTHONS_OWN and name not in _DUNDERS_IN_TEXT:
                raise Refused(f"the text `{name}` is not let into the sandbox")


_DUNDERS_IN_TEXT = frozenset(
    ("__tablename__", "__name__", "__qualname__", "__module__", "__doc__", "__all__", "__main__", "__init__")
)

_NAME_FIELDS = {
    "Name": ("id",),
    "Attribute": ("attr",),
    "FunctionDef": ("name",),
    "AsyncFunctionDef": ("name",),
    "ClassDef": ("name",),
    "arg": ("arg",),
    "keyword": ("arg",),
    "Global": ("names",),
    "Nonlocal": ("names",),
    "ExceptHandler": ("name",),
    "MatchClass": ("kwd_attrs",),
    "MatchStar": ("name",),
    "MatchAs": ("name",),
    "MatchMapping": ("rest",),
    "TypeVar": ("name",),
    "ParamSpec": ("name",),
    "TypeVarTuple": ("name",),
}

_NAMES_OF_SYNTAX = {"Import": "`import`", "ImportFrom": "`import`", "TemplateStr": "a template string"}
