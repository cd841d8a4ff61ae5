/** Expressions that stand in strings: `"User"` in `list["User"]`. */
import type { Expr, Node } from './nodes.ts';
import { parseModule } from './parser.ts';
import { nodesUnder } from './visit.ts';

/** The one expression of a text, or null. */
export function parsedExpression(source: string): Expr | null {
  if (source.length > 10_000) return null;
  const only = parseModule(source).module.body;
  const first = only[0];
  return only.length === 1 && first?.kind === 'Expr' ? first.value : null;
}

/** What the strings below a node say that are expressions; its offsets are those of the string. */
export function* quotedIn(node: Node): Generator<Expr> {
  for (const at of nodesUnder([node])) {
    const inner = at.kind === 'Constant' && at.type === 'str' ? parsedExpression(at.value) : null;
    if (inner) yield inner;
  }
}
