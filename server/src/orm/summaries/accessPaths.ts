/**
 * Where the value of an expression was reached from: `author` after `post = row` and `author = post.author` is the path
 * `author` from the parameter `row`. Knows names and attributes only, no types, so that one answer serves all callers.
 */
import { boundFrom } from '../../python/scopes.ts';
import type { Expr, FunctionDef } from '../../python/syntax/nodes.ts';
import type { Binding, Program, Scope, SourceFile, Symbol } from '../../python/types.ts';

export interface AccessPath {
  /** The name of a parameter; of a name outside of the function where it is defined: `=app.extensions.db`. */
  readonly root: string;
  /** Attributes from there; `EACH` where a loop goes over what they lead to. */
  readonly steps: readonly string[];
}

/** The rows of what a path leads to. */
export const EACH = '*';

/** Paths longer than this are not followed: a tree that walks up its parents would never end. */
export const MAX_STEPS = 6;
const MAX_DEPTH = 24;

/** Functions that give the elements they are given. */
const SAME_ELEMENTS = new Set(['list', 'tuple', 'set', 'frozenset', 'sorted', 'reversed', 'iter']);
/** Methods that give all that a related manager or a result has. */
const SAME_ROWS = new Set(['all', 'iterator', 'scalars']);

export function accessPath(
  expr: Expr,
  file: SourceFile,
  within: FunctionDef,
  program: Program,
  depth = 0,
): AccessPath | null {
  if (depth > MAX_DEPTH) return null;
  const inner = (each: Expr): AccessPath | null => accessPath(each, file, within, program, depth + 1);
  switch (expr.kind) {
    case 'Name':
      return named(expr, file, within, program, inner);
    case 'Attribute': {
      const on = inner(expr.value);
      if (!on || on.steps.length >= MAX_STEPS) return null;
      return { root: on.root, steps: [...on.steps, expr.attr.text] };
    }
    case 'Await':
    case 'Starred':
    case 'NamedExpr':
      return inner(expr.value);
    case 'Subscript':
      return expr.slice.kind === 'Slice' ? inner(expr.value) : null;
    case 'BoolOp':
      return firstOf(expr.values, inner);
    case 'IfExp':
      return inner(expr.body) ?? inner(expr.orelse);
    case 'Call': {
      const { func } = expr;
      if (func.kind === 'Attribute') return SAME_ROWS.has(func.attr.text) ? inner(func.value) : null;
      const [first] = expr.args;
      return first && func.kind === 'Name' && SAME_ELEMENTS.has(func.id) ? inner(first) : null;
    }
    default:
      return null;
  }
}

function named(
  { id, start }: Expr & { readonly kind: 'Name' },
  file: SourceFile,
  within: FunctionDef,
  program: Program,
  inner: (expr: Expr) => AccessPath | null,
): AccessPath | null {
  const scope = program.scopeAt(file, start);
  const bindings = program.lookup(scope, id);
  const first = bindings[0];
  if (!first) return null;
  if (!isInside(first.scope, within)) {
    const root = globalName(program.follow(file, bindings.at(-1)!));
    return root === null ? null : { root, steps: [] };
  }
  const above = bindings.filter((binding) => boundFrom(binding) <= start);
  const binding = above.at(-1) ?? bindings.at(-1)!;
  return bound(binding, within, inner);
}

function bound(binding: Binding, within: FunctionDef, inner: (expr: Expr) => AccessPath | null): AccessPath | null {
  switch (binding.kind) {
    case 'parameter':
      return binding.owner === within && binding.variadic === '' ? { root: binding.name, steps: [] } : null;
    case 'assign':
      return binding.path.length === 0 ? inner(binding.statement.value) : null;
    case 'annAssign':
      return binding.statement.value && inner(binding.statement.value);
    case 'walrus':
      return inner(binding.node.value);
    case 'for':
      return elementAt(binding.statement.iter, binding.path, inner);
    case 'comprehension':
      return elementAt(binding.node.iter, binding.path, inner);
    case 'with': {
      const { context } = binding.item;
      // `with session as s`; what a call enters is something else.
      return context.kind === 'Call' ? null : inner(context);
    }
    default:
      return null;
  }
}

/** What a loop's target gets: `row`, or `i, row` of `enumerate(rows)` and `a, b` of `zip(left, right)`. */
function elementAt(iter: Expr, path: readonly number[], inner: (expr: Expr) => AccessPath | null): AccessPath | null {
  if (path.length === 0) return each(inner(iter));
  if (iter.kind !== 'Call' || iter.func.kind !== 'Name' || path.length > 1) return null;
  if (iter.func.id === 'enumerate' && path[0] === 1 && iter.args[0]) return each(inner(iter.args[0]));
  const side = iter.func.id === 'zip' ? iter.args[path[0]!] : undefined;
  return side ? each(inner(side)) : null;
}

function each(path: AccessPath | null): AccessPath | null {
  return path && path.steps.length < MAX_STEPS ? { root: path.root, steps: [...path.steps, EACH] } : null;
}

function globalName(symbol: Symbol): string | null {
  switch (symbol.kind) {
    case 'binding':
      return `=${symbol.file.moduleName}.${symbol.binding.name}`;
    case 'external':
      return `=${symbol.name}`;
    case 'module':
      return `=${symbol.file.moduleName}`;
    case 'builtin':
    case 'unknown':
      return null;
  }
}

function firstOf<T>(values: readonly Expr[], of: (expr: Expr) => T | null): T | null {
  for (const value of values) {
    const found = of(value);
    if (found) return found;
  }
  return null;
}

function isInside(scope: Scope, within: FunctionDef): boolean {
  for (let at: Scope | null = scope; at; at = at.parent) if (at.node === within) return true;
  return false;
}
