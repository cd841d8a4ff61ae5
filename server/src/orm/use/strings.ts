/** Strings as code writes them down. */
import type { Constant, Expr } from '../../python/syntax/nodes.ts';
import type { SourceFile } from '../../python/types.ts';
import type { Inference } from '../infer.ts';

export type StringConstant = Constant & { readonly type: 'str' };

export function isString(expr: Expr | null | undefined): expr is StringConstant {
  return expr?.kind === 'Constant' && expr.type === 'str';
}

/** The string that stands here, or in the only assignment of the variable that stands here. */
export function stringAt(expr: Expr, file: SourceFile, inference: Inference): StringConstant | null {
  const value = assignedAt(expr, file, inference);
  return isString(value) ? value : null;
}

/** What the only assignment of a variable gives it; the expression itself when it is no variable. */
export function assignedAt(expr: Expr, file: SourceFile, { program }: Inference): Expr | null {
  if (expr.kind !== 'Name') return expr;
  const [only, ...more] = program.lookup(program.scopeAt(file, expr.start), expr.id);
  return more.length === 0 && only?.kind === 'assign' && only.path.length === 0 && !isImported(only.scope, file)
    ? only.statement.value
    : null;
}

/** A binding that comes from another file has its statement there. */
function isImported(scope: { readonly node: unknown; readonly parent: unknown }, file: SourceFile): boolean {
  let at = scope as { readonly node: unknown; readonly parent: typeof scope | null };
  while (at.parent) at = at.parent as typeof at;
  return at.node !== file.module;
}
