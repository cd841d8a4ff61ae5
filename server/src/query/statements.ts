/** Small questions about statements: what they bind, what they evaluate, where they lead. */
import type { Expr, Node, Stmt } from '../python/syntax/nodes.ts';

export function rootName(expr: Expr): string | null {
  let current = expr;
  for (;;) {
    if (current.kind === 'Attribute' || current.kind === 'Subscript') current = current.value;
    else if (current.kind === 'Call') current = current.func;
    else return current.kind === 'Name' ? current.id : null;
  }
}

/** Whether a block always ends in return, raise, continue or break. */
export function leaves(stmts: readonly Stmt[]): boolean {
  const last = stmts.at(-1);
  switch (last?.kind) {
    case 'Return':
    case 'Raise':
    case 'Continue':
    case 'Break':
      return true;
    case 'If':
      return leaves(last.body) && leaves(last.orelse);
    default:
      return false;
  }
}

/** Whether a branch ends with `return` or `raise`, in each of its own branches. */
export function endsFunction(stmts: readonly Stmt[]): boolean {
  const last = stmts.at(-1);
  if (last?.kind === 'If') return endsFunction(last.body) && endsFunction(last.orelse);
  return last?.kind === 'Return' || last?.kind === 'Raise';
}

/** A statement without blocks that does something. */
export function isSimple(stmt: Stmt): boolean {
  switch (stmt.kind) {
    case 'Assign':
    case 'AnnAssign':
    case 'AugAssign':
    case 'Delete':
    case 'Expr':
      return true;
    default:
      return false;
  }
}

/** What of a statement is evaluated whatever becomes of its blocks. */
export function headsOf(stmt: Stmt): readonly Node[] {
  switch (stmt.kind) {
    case 'If':
    case 'While':
      return [stmt.test];
    case 'For':
      return [stmt.iter];
    case 'With':
      return stmt.items.map(({ context }) => context);
    case 'Match':
      return [stmt.subject];
    case 'Return':
    case 'Assert':
    case 'Raise':
      return [stmt];
    default:
      return isSimple(stmt) ? [stmt] : [];
  }
}

/** The targets of an assignment that takes its value apart. */
export function partsOf(target: Expr): readonly Expr[] {
  return target.kind === 'Tuple' || target.kind === 'List' ? target.elts.flatMap(partsOf) : [target];
}

/** The names that an import or a definition gives a meaning to. */
export function definedBy(stmt: Stmt): readonly string[] {
  switch (stmt.kind) {
    case 'Import':
    case 'ImportFrom':
      return stmt.names.map(({ name, asName }) => (asName ?? name).text.split('.')[0]!);
    case 'FunctionDef':
    case 'ClassDef':
      return [stmt.name.text];
    default:
      return [];
  }
}

export function boundBy(stmt: Stmt): readonly Expr[] {
  switch (stmt.kind) {
    case 'Assign':
      return stmt.targets;
    case 'AnnAssign':
      return stmt.value ? [stmt.target] : [];
    case 'With':
      return stmt.items.flatMap((item) => item.target ?? []);
    default:
      return [];
  }
}
