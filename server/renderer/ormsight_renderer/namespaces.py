"""The modules of the workspace, filled step by step as a program says.

Each is a real module object and stands in `sys.modules` while its program is at work: SQLAlchemy resolves annotations
and Django finds apps through it. A module of a library that has the same name is put back afterwards.
"""

import __future__

import ast
import contextlib
import sys
from types import ModuleType

from . import imports, run
from .allow import check, without_forbidden
from .answers import Cache
from .errors import Refused, Unknowable
from .guard import BUILTINS, OWN_MODULES
from .holes import VIEW, Hole, is_hole
from .instrument import instrument
from .library import chosen
from .members import Members
from .unseen import LEFT_OUT, OBSERVERS, note_left_out, note_refused

_ANNOTATIONS = __future__.annotations.compiler_flag
_FEATURES = "ormsight features"


class StepError(Exception):
    """A step raised: the exception of the library, and the name that was to be defined."""

    def __init__(self, name, error):
        super().__init__(name)
        self.name = name
        self.error = error


class Namespaces:
    """The modules that one program fills."""

    #: Those of the program that is at work.
    active = None

    def __init__(self):
        self.modules = {}
        self.outside = {}
        #: While the models are loaded: what is not known of each definition.
        self.doubts = None
        #: By module and name: what names held at first that functions give other values.
        self.initially = {}
        #: See `kept`: names of what modules hold, by its identity; None where they have changed.
        self.held = None
        #: See `registries`: by their identity, containers that definitions made, those of them that functions filled,
        #: and what is in one of these; module and name of those that are known from the code.
        self.there, self.filled, self.registered, self.registries = {}, {}, None, []
        #: Class and name of the attributes that definitions gave to classes that were there already.
        self.given = []
        #: See `lasting`; None where modules have changed.
        self.lasting = None
        self.members = Members(self, execute)

    def module(self, name):
        module = self.modules.get(name)
        if module is None:
            module = self.modules[name] = ModuleType(name)
            module.__dict__.update({"__builtins__": BUILTINS, "__file__": None, _FEATURES: 0})
            self._install(name, module)
        return module

    def run(self, steps):
        """Runs the steps in order; links that find nothing are tried again at the end, then they are holes."""
        self.held = self.lasting = self.registered = None
        missing = []
        # An object that a module has may be made before the members of its class are added.
        for step in steps:
            if step["op"] == "member" and step["lineage"]:
                self.members.owner_of(step)
        for step in steps:
            if not self._run(step):
                missing.append(step)
        for step in missing:
            if not self._link(step):
                self.module(step["module"]).__dict__[step["as"]] = hole = Hole(step["as"])
                hole.outside = True

    def renew(self, steps):
        """Makes what belongs to a session anew, for another run: objects of models that modules hold, and sessions."""
        renewed = set()
        for step in steps:
            if step["op"] == "hole" and step["hole"]["type"]["kind"] in _OF_ONE_RUN:
                self._run(step)
                renewed.add((step["module"], step["as"]))
            elif step["op"] == "link" and (step["from"], step["name"]) in renewed:
                self._link(step)
                renewed.add((step["module"], step["as"]))

    def _run(self, step):
        names = self.module(step["module"]).__dict__
        operation = step["op"]
        if operation == "import":
            if step["from"] == "__future__" and step["name"] == "annotations":
                names[_FEATURES] |= _ANNOTATIONS
            names[step["as"]] = value = imports.import_name(step["from"], step["name"], step["as"])
            if is_hole(value):
                value.outside = not step.get("isQuiet")
        elif operation == "link":
            return self._link(step)
        elif operation == "define":
            self._define(step, names)
        elif operation == "hole":
            names[step["as"]] = value = materialise(step["hole"])
            if "initially" in step:
                self.initially[step["module"], step["as"]] = step["initially"]
            if is_hole(value):
                value.outside = not step["hole"].get("isQuiet")
        elif operation == "member":
            self._member(step)
        else:
            raise Refused(f"the step `{operation}` is not known")
        return True

    def _define(self, step, names):
        """One class or function that cannot be made is unknown; what does without it goes on."""
        from .registries import note_held

        name, state = step["name"], run.current()
        noted, state.unknown, state.mentioned = state.unknown, {}, {}
        state.caches["module"] = step["module"]
        why = None
        try:
            execute(step["source"], names)
            note_held(self, name, names.get(name))
            if step.get("leftOut") and isinstance(names.get(name), type):
                type.__setattr__(names[name], LEFT_OUT, frozenset(step["leftOut"]))
                for one in step["leftOut"]:
                    note_left_out(names[name], one)
            if step.get("observers") and isinstance(names.get(name), type):
                type.__setattr__(names[name], OBSERVERS, tuple(step["observers"]))
            if step.get("refused") and isinstance(names.get(name), type):
                note_refused(names[name], step["refused"])
        except Refused as refusal:
            why = str(refusal)
        except Exception as error:
            if isinstance(error, MemoryError) or (isinstance(error, RecursionError) and self.doubts is None):
                raise StepError(name, error) from error
            # One of the models' own that recurses is missing like others: the rest can do without it.
            why = str(error) if isinstance(error, Unknowable) else f"{type(error).__name__}: {error}"
        finally:
            noted, state.unknown = state.unknown, noted
        if why is not None:
            self._failed(step, names, why)
        elif self.doubts is not None:
            self.doubts.defined(step["module"], name, names.get(name), step["source"], [*noted, *state.mentioned])
        else:
            state.unknown.update(noted)

    def _member(self, step):
        try:
            self.members.add(step)
        except (MemoryError, RecursionError) as error:
            raise StepError(step["name"], error) from error
        except (Refused, Exception) as error:
            run.current().note(f"`{step['cls']}.{step['name']}`: {error}")

    def keep_members(self):
        """What was added to models so far stays with them."""
        self.members = Members(self, execute)

    def _failed(self, step, names, why):
        """Whoever uses the name says that it is unknown; what a module-level `User.total = …` adds, nobody asks for."""
        name = step["name"]
        owner, _, attribute = name.partition(".")
        if step.get("otherwise"):
            run.current().note(f"{step['otherwise']}: {why}")
        if attribute and self.doubts is None:
            run.current().note(f"`{name}`: {why}")
        if self.doubts is not None:
            about = step.get("about", {"module": step["module"], "name": owner})
            self.doubts.add(about["module"], about["name"], f"`{name}`: {why}", is_missing=not attribute)
        if not attribute:
            names[name] = hole = Hole(name)
            hole.why = why
            hole.outside = True
            hole.detail = _bases_in(step["source"], names)
            hole.lost = hole.detail is not None

    def _link(self, step):
        names = self.module(step["module"]).__dict__
        if step["name"] is None:
            names[step["as"]] = self.module(step["from"])
            return True
        source = self.modules.get(step["from"])
        if source is None or step["name"] not in source.__dict__:
            return False
        names[step["as"]] = source.__dict__[step["name"]]
        if self.doubts is not None:
            self.doubts.linked(step)
        return True

    def _install(self, name, module):
        if name not in self.outside:
            self.outside[name] = sys.modules.get(name)
        OWN_MODULES.add(name)
        if _is_free(self.outside[name]):
            sys.modules[name] = module

    def enter(self):
        """Puts the modules where libraries look for them."""
        Namespaces.active = self
        for name, module in self.modules.items():
            OWN_MODULES.add(name)
            if _is_free(self.outside[name]):
                sys.modules[name] = module

    def leave(self):
        Namespaces.active = None
        OWN_MODULES.clear()
        for name in self.modules:
            if _is_free(self.outside[name]):
                sys.modules.pop(name, None)

    def snapshot(self):
        """The contents of all modules, to be given to `restore`."""
        contents = {name: dict(module.__dict__) for name, module in self.modules.items()}
        return contents, dict(self.there), dict(self.filled), list(self.given)

    def restore(self, snapshot):
        snapshot, self.there, self.filled, self.given = snapshot
        self.held = self.lasting = self.registered = None
        self.members.undo()
        self.members = Members(self, execute)
        for name in list(self.modules):
            if name not in snapshot:
                module = self.modules.pop(name)
                if sys.modules.get(name) is module:
                    del sys.modules[name]
                OWN_MODULES.discard(name)
                continue
            names = self.modules[name].__dict__
            if len(names) != len(snapshot[name]) or names != snapshot[name]:
                names.clear()
                names.update(snapshot[name])


def _bases_in(source, names):
    """The bases of a class that could not be made: what inherits from it inherits from them."""
    with contextlib.suppress(SyntaxError, ValueError):
        for node in ast.parse(source).body:
            if isinstance(node, ast.ClassDef):
                found = [names.get(base.id) for base in node.bases if isinstance(base, ast.Name)]
                return tuple(base for base in found if isinstance(base, type))
    return None


def _is_free(module):
    return module is None


#: Kinds of values that a run makes in its session.
_OF_ONE_RUN = ("instance", "session", "sessionFactory", "choice")


def materialise(hole):
    """What stands for a `Hole` of the protocol."""
    return of_type(hole["text"], hole["type"], hole["optional"])


def of_type(text, hole_type, optional=False):
    """What stands for a value of a `HoleType`: an object of a class of which members are known, else what the library says."""
    kind = hole_type["kind"] if hole_type else None
    if kind == "choice":
        return of_type(text, chosen_type(text, hole_type), optional)
    if kind == "cache":
        return Cache()
    if kind == "class":
        module = Namespaces.active.modules.get(hole_type["module"]) if Namespaces.active else None
        found = module.__dict__.get(hole_type["name"]) if module else None
        if hole_type.get("table"):
            table = getattr(found, "__table__", None) if hole_type["table"] == "of class" else found
            return Hole(text) if table is None else table
        return found if isinstance(found, type) else chosen().installed_class(hole_type) or Hole(text)
    cls = hole_type.get("cls") if hole_type else None
    members = Namespaces.active.members if cls and Namespaces.active else None
    if members is not None:
        known = {name: of_type(f"{text}.{name}", inner) for name, inner in hole_type["attributes"].items()}
        made = members.object_of(text, cls, known, bool(hole_type.get("view")))
        if made is not None:
            made.__dict__[VIEW] = hole_type.get("view")
            return made
    return chosen().materialise(text, hole_type, optional)


def chosen_type(text, choice):
    """The one of several types that this run has: each is a variant of its own."""
    known, variable = run.current().caches.setdefault("type variables", {}), choice.get("variable")
    same = [one for one in choice["of"] if variable is not None and (one["module"], one["name"]) == known.get(variable)]
    one = same[0] if same else _asked(text, choice)
    known.setdefault(variable, (one["module"], one["name"]))
    return one


def _asked(text, choice):
    *others, last = choice["of"]
    state = run.current()
    if state.oracle is None:
        state.note(what_else(text))
    elif choice["left"]:
        state.left_out[text] = choice["left"]
    for one in others:
        if state.oracle is None or state.oracle.choose(*_in_words(text, one), _in_words(text, last) if one is others[-1] else None):
            return one
    return last


def what_else(text):
    return f"what else `{text}` may be"


def _in_words(text, one):
    suffix = ".__table__" if one.get("table") == "of class" else ""
    return text, f"{text} is {'' if one['kind'] == 'class' else 'a '}{one['name']}{suffix}"


def execute(source, names, mode="exec"):
    """Runs a program's text in a namespace; gives the value of an expression."""
    code = compiled(source, names.get("__name__", "?"), names.get(_FEATURES, 0), mode)
    if mode == "eval":
        return eval(code, names)
    return exec(code, names)


def compiled(source, module_name, flags=0, mode="exec"):
    """The checked and instrumented code of a text; raises `Refused` and `SyntaxError`."""
    key = (source, module_name, flags, mode)
    code = _compiled.get(key)
    if code is None:
        text = source.replace("\r\n", "\n").replace("\r", "\n")
        if mode == "eval":
            text = f"(\n{text.strip()}\n)"
        try:
            tree = without_forbidden(ast.parse(text, mode=mode))
            check(tree, len(text))
            code = compile(instrument(tree, text), f"<{module_name}>", mode, flags, dont_inherit=True)
        except SyntaxError as error:
            raise Refused(f"syntax error: {error.msg}") from None
        except (ValueError, RecursionError, MemoryError) as error:
            raise Refused(str(error) or "the program is nested too deeply") from None
        if len(_compiled) >= _MOST_COMPILED:
            _compiled.pop(next(iter(_compiled)))
        _compiled[key] = code
    return code


_compiled = {}
_MOST_COMPILED = 2000

