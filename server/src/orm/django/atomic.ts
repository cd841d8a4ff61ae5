import type { Expr } from '../../python/syntax/nodes.ts';
import type { SourceFile } from '../../python/types.ts';
import type { Inference } from '../infer.ts';

const ATOMIC = /^django\.db\.transaction\.(atomic|commit_on_success)(\(\))?$/;

/**
 * Whether a decorator, or what a `with` enters, opens a transaction of Django, or a savepoint inside of one
 * (https://docs.djangoproject.com/en/5.2/topics/db/transactions/#controlling-transactions-explicitly).
 */
export function isAtomic(expr: Expr, file: SourceFile, inference: Inference): boolean {
  const value = inference.valueOf(file, expr);
  return value.kind === 'external' && ATOMIC.test(value.name);
}
