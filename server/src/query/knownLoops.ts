/** Loops over what is written out: `for model in (Order, Line)`. */
import type { Expr, Node, Stmt } from '../python/syntax/nodes.ts';
import { nodesUnder } from '../python/syntax/visit.ts';
import type { Scope } from '../python/types.ts';
import { targetNames } from './reads.ts';
import type { SliceResolver } from './resolver.ts';

/**
 * Whether which element a pass has may decide more than the value of a parameter: it is no text and no number, or `body`
 * makes the name of an attribute or a field of it.
 */
export function decidesStatement(
  target: Expr,
  iter: Expr,
  body: readonly Stmt[],
  scope: Scope,
  resolver: SliceResolver,
): boolean {
  const elements = elementsOf(iter, scope);
  if (elements === null || elements.length === 0) return false;
  if (elements.some((one) => one.kind !== 'Constant')) return true;
  const names = new Set(targetNames(target));
  for (const node of nodesUnder(body))
    if (named(node, resolver).some((part) => part.kind === 'Name' && names.has(part.id))) return true;
  return false;
}

/** The elements of a list that is written out, of one that has a name or of what a dict has; null for everything else. */
function elementsOf(iter: Expr, scope: Scope): readonly Expr[] | null {
  const { func } = iter.kind === 'Call' ? iter : { func: null };
  if (func?.kind === 'Attribute') {
    const owner = writtenOut(func.value, scope);
    if (owner?.kind !== 'Dict' || owner.keys.includes(null)) return null;
    return func.attr.text === 'items' || func.attr.text === 'values' ? owner.values : null;
  }
  const list = writtenOut(iter, scope);
  if (list?.kind !== 'List' && list?.kind !== 'Tuple') return null;
  return list.elts.some(({ kind }) => kind === 'Starred') ? null : list.elts;
}

function writtenOut(expr: Expr, scope: Scope): Expr | null {
  if (expr.kind !== 'Name') return expr;
  for (let at: Scope | null = scope; at; at = at.parent) {
    const bindings = at.bindings.get(expr.id);
    if (!bindings) continue;
    const [only] = bindings;
    return bindings.length === 1 && only?.kind === 'assign' && only.path.length === 0 ? only.statement.value : null;
  }
  return null;
}

/** The parts of a piece of code that become names of attributes or fields, or parts of such names. */
function named(node: Node, resolver: SliceResolver): readonly Expr[] {
  switch (node.kind) {
    case 'Call': {
      const { func, args } = node;
      if (func.kind === 'Name') return BY_NAME.has(func.id) ? args.slice(1, 2) : [];
      return func.kind === 'Attribute' && resolver.takesFields(func.attr.text) ? args : [];
    }
    case 'Dict':
      return node.keys.flatMap((key) => key ?? []);
    case 'JoinedStr':
      return node.values.flatMap((part) => (part.kind === 'FormattedValue' ? part.value : []));
    default:
      return [];
  }
}

const BY_NAME = new Set(['getattr', 'setattr', 'hasattr']);
