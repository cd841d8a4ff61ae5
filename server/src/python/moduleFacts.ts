import type { TextRange } from '../base/text.ts';
import type { Expr, Module, Stmt } from './syntax/nodes.ts';
import type { Scope, SourceFile } from './types.ts';

/**
 * The names of `__all__`, or null when the module has none or it cannot be read from the text.
 * Understands lists, `+`, `+=`, `.extend` and `.append`; `other` is asked for lists of other modules.
 */
export function exportList(
  file: SourceFile,
  other: (expr: Expr) => ReadonlySet<string> | null,
): ReadonlySet<string> | null {
  if (!file.scope.bindings.has('__all__')) return null;
  const names = new Set<string>();
  for (const statement of file.module.body) {
    const added = addedTo(statement);
    if (!added) continue;
    if (added.replaces) names.clear();
    if (!collect(added.value, names, other)) return null;
  }
  return names.size > 0 ? names : null;
}

/**
 * Parts of a module that only run when better ones cannot: handlers of a failed import, what stands in for
 * `TYPE_CHECKING` imports at run time, branches for old versions of Python. Computed once per module.
 */
export function fallbackRanges(module: Scope): readonly TextRange[] {
  let ranges = known.get(module);
  if (!ranges) known.set(module, (ranges = findFallbacks((module.node as Module).body)));
  return ranges;
}

const known = new WeakMap<Scope, readonly TextRange[]>();

function addedTo(statement: Stmt): { readonly value: Expr; readonly replaces: boolean } | null {
  if (statement.kind === 'Assign' && statement.targets.some(isAll)) return { value: statement.value, replaces: true };
  if (statement.kind === 'AnnAssign' && statement.value && isAll(statement.target))
    return { value: statement.value, replaces: true };
  if (statement.kind === 'AugAssign' && isAll(statement.target)) return { value: statement.value, replaces: false };
  if (statement.kind !== 'Expr' || statement.value.kind !== 'Call') return null;
  const { func, args } = statement.value;
  if (func.kind !== 'Attribute' || !isAll(func.value) || args.length !== 1) return null;
  const value = args[0]!;
  if (func.attr.text === 'extend') return { value, replaces: false };
  if (func.attr.text === 'append') {
    return { value: { kind: 'List', elts: [value], start: value.start, end: value.end }, replaces: false };
  }
  return null;
}

function isAll(expr: Expr): boolean {
  return expr.kind === 'Name' && expr.id === '__all__';
}

function collect(expr: Expr, names: Set<string>, other: (expr: Expr) => ReadonlySet<string> | null): boolean {
  const open = [expr];
  for (let next = open.pop(); next; next = open.pop()) {
    if (next.kind === 'List' || next.kind === 'Tuple' || next.kind === 'Set') {
      for (const element of next.elts) {
        if (element.kind === 'Constant' && element.type === 'str') names.add(element.value);
        else if (element.kind === 'Starred') open.push(element.value);
        else return false;
      }
    } else if (next.kind === 'BinOp' && next.op === '+') {
      open.push(next.left, next.right);
    } else if (!isAll(next)) {
      const list = other(next);
      if (!list) return false;
      for (const name of list) names.add(name);
    }
  }
  return true;
}

function findFallbacks(body: readonly Stmt[]): TextRange[] {
  const ranges: TextRange[] = [];
  const open: Stmt[] = [...body];
  for (let statement = open.pop(); statement; statement = open.pop()) {
    switch (statement.kind) {
      case 'Try':
        if (statement.body.some((inner) => inner.kind === 'Import' || inner.kind === 'ImportFrom')) {
          ranges.push(...statement.handlers);
        }
        open.push(...statement.body, ...statement.orelse, ...statement.finalbody);
        break;
      case 'If': {
        const worse = worseBranch(statement.test);
        const block = worse === 'else' ? statement.orelse : worse === 'body' ? statement.body : [];
        if (block.length > 0) ranges.push({ start: block[0]!.start, end: block[block.length - 1]!.end });
        open.push(...statement.body, ...statement.orelse);
        break;
      }
      case 'FunctionDef':
      case 'ClassDef':
      case 'With':
        open.push(...statement.body);
        break;
      default:
    }
  }
  return ranges;
}

function worseBranch(test: Expr): 'body' | 'else' | null {
  if (test.kind === 'UnaryOp' && test.op === 'not') {
    const inner = worseBranch(test.operand);
    return inner === 'else' ? 'body' : inner === 'body' ? 'else' : null;
  }
  if (test.kind === 'Name' || test.kind === 'Attribute') {
    return (test.kind === 'Name' ? test.id : test.attr.text) === 'TYPE_CHECKING' ? 'else' : null;
  }
  if (test.kind !== 'Compare' || test.left.kind !== 'Attribute' || test.left.attr.text !== 'version_info') return null;
  const op = test.ops[0];
  if (op === '>=' || op === '>') return 'else';
  return op === '<' || op === '<=' ? 'body' : null;
}
