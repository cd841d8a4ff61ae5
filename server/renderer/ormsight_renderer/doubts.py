"""What is not known of the definitions of a program, and of which models.

A helper that cannot be made is an unknown value, and whoever uses it says so. What goes into a class without being
seen is said of that class, and of all that inherit from it or hold an object of it.
"""

import ast

from .holes import is_hole


class Doubts:
    """Collects, while the models of a program are loaded, the sentences about each definition."""

    def __init__(self):
        self.of_classes = {}
        #: Of what is no class, by module and name: what reads it while it is made may depend on it.
        self.of_names = {}
        #: By module and name of each definition: the sentences about it, and whether they say that it is missing.
        self.sentences = {}

    def add(self, module, name, sentence, is_missing=False):
        self.sentences.setdefault((module, name), {})[sentence] = is_missing

    def linked(self, step):
        """Notes that a module has a name of another one."""
        sentences = self.of_names.get((step["from"], step["name"]))
        if sentences:
            self.of_names[step["module"], step["as"]] = sentences

    def defined(self, module, name, value, source, noted):
        """Notes what was said while a definition was made."""
        sentences = dict.fromkeys(noted)
        if self.of_names:
            for other in _names_read(source):
                sentences.update(self.of_names.get((module, other), ()))
        # By the true type: `isinstance` makes a lazy object set itself up.
        if issubclass(type(value), type):
            sentences.update(self._inherited(value))
            self.of_classes[value] = sentences
        elif sentences:
            self.of_names[module, name] = sentences
        for sentence in sentences:
            self.add(module, name, sentence)

    def _inherited(self, cls):
        sentences = {}
        for base in cls.__mro__[1:]:
            sentences.update(self.of_classes.get(base, ()))
        for attribute, value in vars(cls).items():
            if is_hole(value):
                if isinstance(value.source, tuple) and value.source[0] == "call" and value.kind == "unknown":
                    sentences[f"what `{cls.__name__}.{attribute}` is"] = None
                continue
            for kind in type(value).__mro__:
                sentences.update(self.of_classes.get(kind, ()))
        return sentences

    def answer(self):
        """As the protocol wants them."""
        return [
            {"module": module, "name": name, "why": sentence, "isMissing": is_missing}
            for (module, name), sentences in self.sentences.items()
            for sentence, is_missing in sentences.items()
        ]


def _names_read(source):
    """The names that a definition reads while it is made, those of decorated functions included."""
    names, stack = set(), [ast.parse(source)]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Name):
            names.add(node.id)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and not node.decorator_list:
            stack.append(node.args)
        elif not isinstance(node, ast.Lambda):
            stack.extend(ast.iter_child_nodes(node))
    return names
