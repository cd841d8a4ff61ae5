/** What the conditions around a place say of the values there: inside of `if q:`, `q` is not None. */
import type { Expr, If, Node, Stmt } from '../python/syntax/nodes.ts';
import { children } from '../python/syntax/visit.ts';
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
  if (inBody === inElse) return [];
  if (always) return [holding(file, stmt.test, inBody)];
  return settling(stmt.test, inBody, stableBefore(scope, stmt, needed)).map((each) =>
    holding(file, each.test, each.outcome),
  );
}

/** The same of an `if` before the place that leaves where it holds: `if not ids: return`. */
export function knownAfter(file: SourceFile, stmt: If, needed: Reads, scope: Scope): readonly Kept[] {
  return settling(stmt.test, false, stableBefore(scope, stmt, needed)).map((each) =>
    holding(file, each.test, each.outcome),
  );
}

/** The same as `stableIn`, also of a name itself that was given its value once. */
function stableBefore(scope: Scope, stmt: Stmt, needed: Reads): IsStable {
  const isStable = stableIn(scope, stmt, needed);
  return (name, isItem) => isStable(name, isItem) || isStable(name, true);
}

/** The parts of a test with this outcome that say of values that they are None or are not: each of `a and b` that holds. */
function settling(test: Expr, outcome: boolean, isOne: IsStable): readonly { test: Expr; outcome: boolean }[] {
  if (test.kind === 'UnaryOp' && test.op === 'not') return settling(test.operand, !outcome, isOne);
  if (test.kind === 'BoolOp' && (test.op === 'and') === outcome)
    return test.values.flatMap((value) => settling(value, outcome, isOne));
  return settlesNone(test, outcome, isOne) ? [{ test, outcome }] : [];
}

/** The same of what decides inside of a statement whether the place is come to: `get(pk) if pk else None`, `pk and get(pk)`. */
export function knownInside(file: SourceFile, stmt: Stmt, upto: number, needed: Reads, scope: Scope): readonly Kept[] {
  const isAt = (node: Expr): boolean => node.start <= upto && upto < node.end;
  const isOne = stableIn(scope, stmt, needed);
  const known: Kept[] = [];
  let at: Node | undefined = stmt;
  while (at) {
    if (at.kind === 'IfExp' && isAt(at.body) !== isAt(at.orelse) && settlesNone(at.test, isAt(at.body), isOne))
      known.push(holding(file, at.test, isAt(at.body)));
    if (at.kind === 'BoolOp') {
      const outcome = at.op === 'and';
      const before = at.values.slice(0, at.values.findIndex(isAt));
      known.push(
        ...before.filter((each) => settlesNone(each, outcome, isOne)).map((each) => holding(file, each, outcome)),
      );
    }
    at = children(at).find((child) => child.start <= upto && upto < child.end);
  }
  return known;
}

/** A test of which the outcome is known. */
function holding(file: SourceFile, test: Expr, outcome: boolean): Kept {
  const written = inParentheses(file, test);
  return { text: outcome ? `if not (${written}):` : `if ${written}:`, body: [UNREACHED] };
}

/** What a needed name holds in a statement as well as before it: a parameter, or what it was given once before that. */
function stableIn(scope: Scope, { start }: Stmt, needed: Reads): IsStable {
  return (name, isItem) => {
    const bindings = scope.bindings.get(name) ?? [];
    if (!needed.has(name)) return false;
    if (bindings.every((binding) => binding.kind === 'parameter')) return true;
    return isItem && bindings.length === 1 && bindings[0]!.kind === 'assign' && bindings[0]!.range.end <= start;
  };
}

/** Whether a name, or an item of what it holds, is known to be the same further down. */
type IsStable = (name: string, isItem: boolean) => boolean;

/**
 * Whether a test with this outcome says of each of its names that it is None, or is not. A name that is false need not be
 * None: an empty text is as false.
 */
function settlesNone(test: Expr, outcome: boolean, isOne: IsStable): boolean {
  switch (test.kind) {
    case 'Name':
    case 'Attribute':
    case 'Subscript':
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

/** `q`, `data.q`, or `form.cleaned_data["q"]`: what a name holds is what it was given as well. */
function isOfOne(expr: Expr, isOne: IsStable, isItem = false): boolean {
  if (expr.kind === 'Attribute') return isOfOne(expr.value, isOne, isItem);
  if (expr.kind === 'Subscript' && expr.slice.kind === 'Constant') return isOfOne(expr.value, isOne, true);
  return expr.kind === 'Name' && isOne(expr.id, isItem);
}
