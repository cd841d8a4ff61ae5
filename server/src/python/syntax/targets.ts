/** What can be assigned to. Targets are read as expressions first; here the others are reported. */
import type { Cursor } from './cursor.ts';
import type { Expr } from './nodes.ts';

/** Reports the parts of an assignment's or loop's target that cannot be assigned to. */
export function reportBadTarget(c: Cursor, target: Expr): void {
  switch (target.kind) {
    case 'Name':
    case 'Attribute':
    case 'Subscript':
    case 'Missing':
    case 'Invalid':
      return;
    case 'Starred':
      reportBadTarget(c, target.value);
      return;
    case 'Tuple':
    case 'List':
      for (const element of target.elts) reportBadTarget(c, element);
      return;
    default:
      c.reportNode(target, `Cannot assign to ${describeExpression(target)}`);
  }
}

/** As `reportBadTarget`, for `del`, which cannot unpack. */
export function reportBadDeletion(c: Cursor, target: Expr): void {
  if (target.kind === 'Tuple' || target.kind === 'List') {
    for (const element of target.elts) reportBadDeletion(c, element);
  } else if (!isSingleTarget(target) && target.kind !== 'Missing' && target.kind !== 'Invalid') {
    c.reportNode(target, `Cannot delete ${describeExpression(target)}`);
  }
}

/** A name, an attribute or a subscript: the only targets of `+=`, annotations and `del`. */
export function isSingleTarget(target: Expr): boolean {
  return target.kind === 'Name' || target.kind === 'Attribute' || target.kind === 'Subscript';
}

/** An expression as a message names it: `a call`, `None`. */
export function describeExpression(expression: Expr): string {
  switch (expression.kind) {
    case 'Call':
      return 'a call';
    case 'Constant':
      if (expression.type === 'bool') return expression.value ? 'True' : 'False';
      return expression.type === 'None' ? 'None' : 'a literal';
    case 'JoinedStr':
    case 'TemplateStr':
      return 'a string';
    case 'Compare':
      return 'a comparison';
    case 'Tuple':
      return 'a tuple';
    case 'List':
      return 'a list';
    case 'Dict':
      return 'a dictionary';
    case 'Set':
      return 'a set';
    case 'ListComp':
    case 'SetComp':
    case 'DictComp':
    case 'GeneratorExp':
      return 'a comprehension';
    case 'Lambda':
      return 'a lambda';
    case 'IfExp':
      return 'a conditional expression';
    case 'Yield':
    case 'YieldFrom':
      return 'a yield expression';
    case 'Await':
      return 'an await expression';
    case 'NamedExpr':
      return 'an assignment expression';
    default:
      return 'an expression';
  }
}
