/**
 * A queryset keeps the rows it has loaded: once a program has gone over it, the next time sends nothing.
 * https://docs.djangoproject.com/en/5.2/topics/db/queries/#caching-and-querysets
 */
import type { Call, Expr, Name, Node, Stmt } from '../../python/syntax/nodes.ts';
import { children } from '../../python/syntax/visit.ts';
import type { SourceFile } from '../../python/types.ts';
import type { Evaluated } from '../../query/resolver.ts';
import { headsOf } from '../../query/statements.ts';
import type { Inference } from '../infer.ts';

/** Builtins that go over what they are given, or ask how much of it there is. */
const EVALUATING = new Set(
  'list tuple set frozenset sorted len bool sum min max any all enumerate zip map filter dict iter'.split(' '),
);

/** What a statement evaluates of the queryset that an expression starts with; null when it starts with none. */
export function evaluatedBefore(
  file: SourceFile,
  expr: Expr,
  inference: Inference,
): ((stmt: Stmt) => Evaluated | null) | null {
  const root = rootOf(expr);
  if (!root || !isQuerySet(root, file, inference)) return null;
  return (stmt) => {
    const found = headsOf(stmt)
      .flatMap((head) => evaluatedIn(head, stmt))
      .find((each) => each.id === root.id);
    return found && isQuerySet(found, file, inference) ? { text: `len(${found.id})`, reads: found } : null;
  };
}

function rootOf(expr: Expr): Name | null {
  let current = expr;
  for (;;) {
    if (current.kind === 'Attribute' || current.kind === 'Subscript') current = current.value;
    else if (current.kind === 'Call') current = evaluatedBy(current)[0] ?? current.func;
    else return current.kind === 'Name' ? current : null;
  }
}

function isQuerySet(expr: Expr, file: SourceFile, inference: Inference): boolean {
  const value = inference.valueOf(file, expr);
  return value.kind === 'query' && value.query.orm === 'django';
}

/** The names that are surely gone over when something is evaluated. */
function evaluatedIn(head: Node, stmt: Stmt): readonly Name[] {
  const found: Name[] = [];
  const add = (expr: Expr | undefined): void => {
    if (expr?.kind === 'Name') found.push(expr);
  };
  if (stmt.kind === 'For' && head === stmt.iter) add(stmt.iter);
  if (stmt.kind === 'If' || stmt.kind === 'While') add(tested(stmt.test));
  const pending: Node[] = [head];
  for (let at = pending.pop(); at; at = pending.pop()) {
    switch (at.kind) {
      case 'Lambda':
      case 'FunctionDef':
      case 'ClassDef':
        continue;
      case 'BoolOp':
        add(tested(at.values[0]!));
        pending.push(at.values[0]!);
        continue;
      case 'IfExp':
        add(tested(at.test));
        pending.push(at.test);
        continue;
      case 'ListComp':
      case 'SetComp':
      case 'DictComp':
      case 'GeneratorExp':
        // A generator asks for its iterator when it is made.
        add(at.generators[0]?.iter);
        pending.push(at.generators[0]!.iter);
        continue;
      case 'Starred':
        add(at.value);
        break;
      case 'Call':
        for (const each of evaluatedBy(at)) add(each);
        break;
      default:
    }
    for (const child of children(at)) pending.push(child);
  }
  return found;
}

function evaluatedBy({ func, args }: Call): readonly Expr[] {
  return func.kind === 'Name' && EVALUATING.has(func.id) ? args : [];
}

/** What the truth of a test asks first. */
function tested(test: Expr): Expr {
  return test.kind === 'UnaryOp' ? test.operand : test;
}
