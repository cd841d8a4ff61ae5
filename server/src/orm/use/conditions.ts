/**
 * What is given to `where`, `filter` and the like, where Python's own operators were written on columns. `and`, `or`,
 * `not`, `is`, `in` and chained comparisons cannot be overloaded: Python decides them before the ORM sees anything
 * (https://docs.python.org/3/reference/datamodel.html#special-method-names).
 */
import type { BoolOp, Call, Compare, Expr, UnaryOp } from '../../python/syntax/nodes.ts';
import type { SourceFile } from '../../python/types.ts';
import type { Inference } from '../infer.ts';
import type { Code } from './code.ts';

export type MisusedOperator =
  | { readonly kind: 'boolean'; readonly expr: BoolOp }
  | { readonly kind: 'not'; readonly expr: UnaryOp }
  /** `is`, `is not`, `in`, `not in` with a column on the left. */
  | { readonly kind: 'comparison'; readonly expr: Compare }
  /** `1 < User.age < 9` */
  | { readonly kind: 'chain'; readonly expr: Compare };

/** What `misusedIn` looks into. */
const OPERATIONS: ReadonlySet<Expr['kind']> = new Set<Expr['kind']>(['BoolOp', 'UnaryOp', 'Compare', 'BinOp']);
const CONDITION_METHODS = new Set(['where', 'filter', 'exclude', 'having', 'get']);

export function misusedOperators(code: Code, file: SourceFile, inference: Inference): readonly MisusedOperator[] {
  return code.calls.flatMap(({ node }) => {
    // What a call is made on costs more to find out than whether there is an operator at all.
    const args = node.args.filter(({ kind }) => OPERATIONS.has(kind));
    if (args.length === 0 || !takesConditions(node, file, inference)) return [];
    return args.flatMap((arg) => misusedIn(arg, file, inference));
  });
}

function takesConditions({ func }: Call, file: SourceFile, inference: Inference): boolean {
  if (func.kind === 'Attribute' && CONDITION_METHODS.has(func.attr.text))
    return inference.valueOf(file, func.value).kind === 'query';
  const callee = inference.valueOf(file, func);
  return callee.kind === 'external' && /^(sqlalchemy|sqlmodel)\.(.*\.)?(and_|or_|not_)$/.test(callee.name);
}

function misusedIn(expr: Expr, file: SourceFile, inference: Inference): readonly MisusedOperator[] {
  const isCondition = (each: Expr): boolean => isColumnExpression(each, file, inference);
  switch (expr.kind) {
    case 'BoolOp':
      // `flag and User.active` is a choice of Python's; the last operand's truth is never asked.
      return expr.values.slice(0, -1).some(isCondition) ? [{ kind: 'boolean', expr }] : [];
    case 'UnaryOp':
      return expr.op === 'not' && isCondition(expr.operand) ? [{ kind: 'not', expr }] : [];
    case 'Compare': {
      if (expr.ops.length > 1)
        return [expr.left, ...expr.comparators].some((each) => isColumn(each, file, inference))
          ? [{ kind: 'chain', expr }]
          : [];
      return /^(is|is not|in|not in)$/.test(expr.ops[0]!) && isColumn(expr.left, file, inference)
        ? [{ kind: 'comparison', expr }]
        : [];
    }
    case 'BinOp':
      return expr.op === '&' || expr.op === '|'
        ? [...misusedIn(expr.left, file, inference), ...misusedIn(expr.right, file, inference)]
        : [];
    default:
      return [];
  }
}

/** `User.name`, of the class. */
function isColumn(expr: Expr, file: SourceFile, inference: Inference): boolean {
  return inference.valueOf(file, expr).kind === 'attribute';
}

/** A column, what is made of one, or Django's `Q(…)`: something whose truth Python cannot know. */
function isColumnExpression(expr: Expr, file: SourceFile, inference: Inference, depth = 0): boolean {
  if (depth > 8) return false;
  const inner = (each: Expr): boolean => isColumnExpression(each, file, inference, depth + 1);
  switch (expr.kind) {
    case 'Attribute':
      return isColumn(expr, file, inference);
    case 'Compare':
      // `is` and `in` give plain booleans, and so does a comparison of two plain values.
      return (
        expr.ops.every((op) => !/^(is|is not|in|not in)$/.test(op)) && [expr.left, ...expr.comparators].some(inner)
      );
    case 'BinOp':
      return inner(expr.left) || inner(expr.right);
    case 'UnaryOp':
      return expr.op !== 'not' && inner(expr.operand);
    case 'Call': {
      if (expr.func.kind === 'Attribute' && inner(expr.func.value)) return true;
      const callee = inference.valueOf(file, expr.func);
      return callee.kind === 'external' && /^django\.db\.models\.(query_utils\.)?Q$/.test(callee.name);
    }
    default:
      return false;
  }
}
