import type { Expr, Stmt } from '../../python/syntax/nodes.ts';
import { statementsUnder } from '../../python/syntax/visit.ts';

/** Return statements of a function, and what it yields as one collection. */
export function resultsOf(body: readonly Stmt[]): { readonly value: Expr | null }[] {
  const results: { value: Expr | null }[] = [];
  for (const stmt of statementsUnder(body)) {
    if (stmt.kind === 'Return') results.push({ value: stmt.value });
    else if (stmt.kind === 'Expr' && stmt.value.kind === 'Yield' && stmt.value.value) {
      const value = stmt.value.value;
      results.push({ value: { kind: 'List', elts: [value], start: value.start, end: value.end } });
    } else if (stmt.kind === 'Expr' && stmt.value.kind === 'YieldFrom') {
      const { value } = stmt.value;
      results.push({
        value: { kind: 'List', elts: [{ ...value, kind: 'Starred', value }], start: value.start, end: value.end },
      });
    }
  }
  return results;
}
