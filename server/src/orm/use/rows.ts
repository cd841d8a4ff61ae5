import type { Call, Dict, Expr, Subscript } from '../../python/syntax/nodes.ts';
import type { SourceFile } from '../../python/types.ts';
import type { Inference } from '../infer.ts';
import type { Code } from './code.ts';
import { isSqlalchemy2 } from './release.ts';
import { isString } from './strings.ts';

/** A row of SQLAlchemy 2.0, a named tuple, that is used as a mapping. */
export interface RowAsMapping {
  readonly expr: Call | Subscript | Dict;
  /** The row in it. */
  readonly row: Expr;
  readonly kind: 'dict' | 'subscript' | 'unpacked';
}

export function rowsAsMappings(code: Code, file: SourceFile, inference: Inference): readonly RowAsMapping[] {
  const found: RowAsMapping[] = [];
  for (const { node: expr } of code.calls) {
    const [row] = expr.args;
    if (expr.func.kind === 'Name' && expr.func.id === 'dict' && row && expr.args.length === 1) {
      const callee = inference.program.resolve(file, expr.func);
      if (callee.kind === 'builtin' && isRow(row, file, inference)) found.push({ expr, row, kind: 'dict' });
    }
    for (const { name, value } of expr.keywords)
      if (name === null && isRow(value, file, inference)) found.push({ expr, row: value, kind: 'unpacked' });
  }
  for (const { node: expr } of code.of('Subscript'))
    if (isString(expr.slice) && isRow(expr.value, file, inference))
      found.push({ expr, row: expr.value, kind: 'subscript' });
  for (const { node: expr } of code.of('Dict'))
    for (const [i, row] of expr.values.entries())
      if (expr.keys[i] === null && isRow(row, file, inference)) found.push({ expr, row, kind: 'unpacked' });
  return found.length > 0 && isSqlalchemy2(file, inference) === 'yes' ? found : [];
}

function isRow(expr: Expr, file: SourceFile, inference: Inference): boolean {
  if (expr.kind !== 'Name' && expr.kind !== 'Call' && expr.kind !== 'Subscript' && expr.kind !== 'Await') return false;
  const value = inference.valueOf(file, expr);
  return value.kind === 'tuple' && value.isRow === true;
}
