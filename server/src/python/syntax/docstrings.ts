import type { Constant, Stmt } from './nodes.ts';

/** The docstring that a module, class or function with this body has, or null. `value` is not cleaned of indentation. */
export function docstringOf(body: readonly Stmt[]): (Constant & { readonly type: 'str' }) | null {
  const first = body[0];
  if (first?.kind !== 'Expr' || first.value.kind !== 'Constant' || first.value.type !== 'str') return null;
  return first.value;
}

/** A statement that is only a text, as docstrings and what stands for comments are. */
export function isText(stmt: Stmt): boolean {
  return stmt.kind === 'Expr' && stmt.value.kind === 'Constant' && stmt.value.type === 'str';
}

/** A statement that does nothing: a docstring, `...`. */
export function isConstant(stmt: Stmt): boolean {
  return stmt.kind === 'Expr' && stmt.value.kind === 'Constant';
}
