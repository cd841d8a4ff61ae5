"""Methods and attributes of classes that are not made as a whole, where a program reads them.

A method of a model goes into the model while the slice runs. Of a view or a service only the members that are read are
known: an object of it is one of a class that holds these, and whatever else is asked of it is unknown.
"""

from types import FunctionType

from .holes import GIVEN_NAME, is_hole
from .unseen import Unseen, note_left_out


class Members:
    """The members that one program added, and the classes that were made for them."""

    def __init__(self, namespaces, execute):
        self.namespaces = namespaces
        self.execute = execute
        self.classes = {}
        self.changed = []

    def add(self, step):
        """Makes a member; one that cannot be made stays unknown."""
        names = self.namespaces.module(step["module"]).__dict__
        cls_name, name = step["cls"], step["name"]
        owner = self.owner_of(step)
        if not isinstance(owner, type):
            return
        before = names.get(cls_name)
        try:
            self.execute(step["source"], names)
            value = vars(names[cls_name])[name]
        finally:
            names[cls_name] = before
            if before is None:
                del names[cls_name]
        function = _function_of(value)
        for variable, cell in zip(function.__code__.co_freevars, function.__closure__ or ()) if function else ():
            if variable == "__class__":
                cell.cell_contents = owner
        self.changed.append((owner, name, vars(owner).get(name)))
        type.__setattr__(owner, name, value)
        if hasattr(value, "__set_name__"):
            value.__set_name__(owner, name)
        for cls in _below(owner):
            if note_left_out(cls, name):
                self.changed.append((cls, name, None))

    def owner_of(self, step):
        """The class that a member goes into: a model, or one that holds what is known of its class."""
        lineage = [(one["module"], one["name"]) for one in step["lineage"]]
        if not lineage:
            module = self.namespaces.modules.get(step["module"])
            return module.__dict__.get(step["cls"]) if module else None
        root = lineage[0]
        if root not in self.classes:
            # One after the other, as Python looks them up: `super()` finds the next.
            chain, base = {}, Unseen
            for module, name in reversed(lineage):
                base = chain[module, name] = type(name, (base,), {"__module__": module})
            self.classes[root] = chain
        return self.classes[root].get((step["module"], step["cls"]))

    def object_of(self, text, cls, attributes, is_view=False):
        """An object of a class of which some members are known; None when none are, unless a library has more to say of it."""
        name = cls["module"], cls["name"]
        chain = self.classes.get(name)
        if chain is None and not is_view:
            return None
        if chain is None:
            chain = self.classes[name] = {name: type(cls["name"], (Unseen,), {"__module__": cls["module"]})}
        made = object.__new__(chain[name])
        made.__dict__.update(attributes)
        made.__dict__[GIVEN_NAME] = text
        return made

    def undo(self):
        """Takes the members out of the models again."""
        for owner, name, before in reversed(self.changed):
            if before is not None:
                type.__setattr__(owner, name, before)
            elif name in vars(owner):
                type.__delattr__(owner, name)


def _below(cls):
    """The classes that inherit from a class, those first that inherit from it directly."""
    left = [cls]
    for one in left:
        below = type.__subclasses__(one)
        yield from below
        left.extend(below)


def _function_of(value):
    inner = getattr(value, "__func__", None) or getattr(value, "fget", None) or getattr(value, "func", None) or value
    return inner if isinstance(inner, FunctionType) and not is_hole(inner) else None
