import type { Expr, Node } from './nodes.ts';

/** Whether an expression is assigned or deleted where it stands, not read. */
export function isWritten(expr: Expr, parent: Node | undefined): boolean {
  switch (parent?.kind) {
    case 'Assign':
      return parent.targets.includes(expr);
    case 'AugAssign':
    case 'AnnAssign':
      return parent.target === expr;
    case 'Delete':
      return true;
    default:
      return false;
  }
}
