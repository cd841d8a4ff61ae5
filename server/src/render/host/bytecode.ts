/**
 * Python that compiles the modules of a library inside the sandbox's own Python, so that the byte code fits it:
 * `compile_module(path, source)`. Nothing of what is compiled is executed.
 */
export const bytecodeCompiler = `
import ast
import importlib.util
import marshal

# A hash-based file that is never checked: there is no source beside it that could be newer (PEP 552).
HEADER = importlib.util.MAGIC_NUMBER + (0b01).to_bytes(4, "little") + bytes(8)

DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def compile_module(path, source):
    """Gives the byte code of one module, without its docstrings but with its assertions.

    SQLAlchemy and Django both run under \`\`python -OO\`\`, so they can do without the former; the latter are how they
    say no to some arguments. SQLAlchemy's events assert that they have docstrings, and pyodide copies its own around.
    """
    tree = ast.parse(source)
    if not path.endswith("/events.py") and not path.startswith(("pyodide/", "_pyodide/")):
        remove_docstrings(tree)
    return HEADER + marshal.dumps(compile(tree, path, "exec", dont_inherit=True))


def remove_docstrings(tree):
    for node in ast.walk(tree):
        if isinstance(node, DOCUMENTED) and ast.get_docstring(node, clean=False) is not None:
            node.body[:1] = [] if len(node.body) > 1 or isinstance(node, ast.Module) else [ast.Pass()]
    ast.fix_missing_locations(tree)
`;
