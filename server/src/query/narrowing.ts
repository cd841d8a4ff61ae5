/** What the conditions around a place say of the values there: inside of `if q:`, `q` is not None. */
import type { Expr, If } from '../python/syntax/nodes.ts';
import type { Scope, SourceFile } from '../python/types.ts';
import { inParentheses, UNREACHED, type Kept } from './pieces.ts';
import type { Reads } from './reads.ts';

/**
 * Of an `if` around the place we come from: its condition, where it says that needed parameters are None or are not, or
 * `always` where testing it does something.
 */
export function knownBy(
  file: SourceFile,
  stmt: If,
  upto: number,
  needed: Reads,
  scope: Scope,
  always: boolean,
): readonly Kept[] {
  const inBody = stmt.body.some((each) => each.start <= upto && upto < each.end);
  const inElse = stmt.orelse.some((each) => each.start <= upto && upto < each.end);
  const isParameter = (name: string): boolean =>
    needed.has(name) && (scope.bindings.get(name) ?? []).every((binding) => binding.kind === 'parameter');
  if (inBody === inElse || !(always || settlesNone(stmt.test, inBody, isParameter))) return [];
  const test = inParentheses(file, stmt.test);
  return [{ text: inBody ? `if not (${test}):` : `if ${test}:`, body: [UNREACHED] }];
}

/**
 * Whether a test with this outcome says of each of its names that it is None, or is not. A name that is false need not be
 * None: an empty text is as false.
 */
function settlesNone(test: Expr, outcome: boolean, isOne: (name: string) => boolean): boolean {
  switch (test.kind) {
    case 'Name':
    case 'Attribute':
      return outcome && isOfOne(test, isOne);
    case 'UnaryOp':
      return test.op === 'not' && settlesNone(test.operand, !outcome, isOne);
    case 'BoolOp':
      return (test.op === 'and') === outcome && test.values.every((value) => settlesNone(value, outcome, isOne));
    case 'Compare': {
      const [right, more] = test.comparators;
      const isNone = right?.kind === 'Constant' && right.type === 'None' && !more;
      return isNone && isOfOne(test.left, isOne);
    }
    default:
      return false;
  }
}

/** `q`, or `data.q`: what a parameter holds is what it was given as well. */
function isOfOne(expr: Expr, isOne: (name: string) => boolean): boolean {
  if (expr.kind === 'Attribute') return isOfOne(expr.value, isOne);
  return expr.kind === 'Name' && isOne(expr.id);
}
