import type { Expr } from '../../python/syntax/nodes.ts';
import type { SourceFile } from '../../python/types.ts';
import type { Inference } from '../infer.ts';
import type { Value } from '../values.ts';

/** What `Depends(get_db)` and the like give; null for anything else. */
export function givenBy(file: SourceFile, expr: Expr, inference: Inference): Value | null {
  if (expr.kind !== 'Call') return null;
  const callee = inference.valueOf(file, expr.func);
  if (callee.kind !== 'external' || !/(^|\.)(Depends|Security|Provide)$/.test(callee.name)) return null;
  const provider = expr.args[0];
  if (!provider) return null;
  const value = inference.valueOf(file, provider);
  return value.kind === 'function' ? entered(inference.returnedBy(value.file, value.node)) : value;
}

/** What `with value as name` binds. */
export function entered(value: Value): Value {
  switch (value.kind) {
    case 'collection':
      return value.of; // a function under @contextmanager: what it yields
    default:
      return value;
  }
}
