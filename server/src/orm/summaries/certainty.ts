/** Whether code runs whenever its function does. */
import type { Expr, Node, Stmt } from '../../python/syntax/nodes.ts';
import { runsInOneRound } from '../../python/rounds.ts';
import { nodesUnder, suitesOf } from '../../python/syntax/visit.ts';
import { type AccessPath, EACH } from './accessPaths.ts';

/** The nodes around one, from the inside out, as far as the function goes. */
export type Around = { readonly node: Node; readonly outer: Around } | null;

/**
 * A condition that only looks at the thing itself (`if post.author_id:`) does not make reading `post.author` uncertain:
 * it is for the rows that have one. Any other condition, and a return above it, does.
 */
export function isCertain(
  node: Node,
  around: Around,
  path: AccessPath,
  body: readonly Stmt[],
  pathOf: (expr: Expr) => AccessPath | null,
): boolean {
  const isOfRow = path.steps.includes(EACH);
  let inner: Node = node;
  let conditions: Expr[] = [];
  let isLast = false;
  for (let at = around; at; inner = at.node, at = at.outer) {
    const found = conditionsOn(inner, at.node);
    if (found === 'unknown') return false;
    conditions.push(...found);
    if (!isOfRow) continue;
    const suite = 'body' in at.node && at.node.kind !== 'IfExp' ? suiteWith(inner, at.node as Stmt) : [];
    isLast ||= runsInOneRound(suite);
    // A condition in the loop leaves out some rows, not all.
    if (isComprehension(at.node) || (at.node.kind === 'For' && suite.length > 0)) {
      if (isLast) return false;
      conditions = [];
    }
  }
  return [...conditions, ...exitsBefore(inner, body)].every((condition) => isAboutIt(condition, path, pathOf));
}

function isComprehension({ kind }: Node): boolean {
  return kind === 'ListComp' || kind === 'SetComp' || kind === 'DictComp' || kind === 'GeneratorExp';
}

/** What decides whether `inner` runs when `outer` does. */
function conditionsOn(inner: Node, outer: Node): readonly Expr[] | 'unknown' {
  switch (outer.kind) {
    case 'If':
    case 'While':
      return inner === outer.test ? [] : [outer.test, ...exitsBefore(inner, suiteWith(inner, outer))];
    case 'IfExp':
      return inner === outer.test ? [] : [outer.test];
    case 'BoolOp':
      return outer.values.slice(0, outer.values.indexOf(inner as Expr));
    case 'Lambda':
    case 'FunctionDef':
    case 'ExceptHandler':
    case 'MatchCase':
      return 'unknown';
    case 'Comprehension':
      return [];
    case 'ListComp':
    case 'SetComp':
    case 'DictComp':
    case 'GeneratorExp':
      return inner.kind === 'Comprehension' ? [] : outer.generators.flatMap(({ ifs }) => ifs);
    case 'For':
    case 'With':
    case 'Try':
      return exitsBefore(inner, suiteWith(inner, outer));
    default:
      return [];
  }
}

function suiteWith(inner: Node, outer: Stmt): readonly Stmt[] {
  return suitesOf(outer).find((suite) => (suite as readonly Node[]).includes(inner)) ?? [];
}

/** Conditions under which the statements before one leave the function or go on with the next row. */
function exitsBefore(inner: Node, suite: readonly Stmt[]): readonly Expr[] {
  const at = (suite as readonly Node[]).indexOf(inner);
  return suite.slice(0, Math.max(at, 0)).flatMap((statement) => exitConditions(statement));
}

function exitConditions(statement: Stmt): readonly Expr[] {
  switch (statement.kind) {
    case 'If':
      return leaves(statement) ? [statement.test, ...statement.orelse.flatMap(exitConditions)] : [];
    default:
      return [];
  }
}

function leaves(statement: Stmt): boolean {
  const isOfThisFunction = ({ kind }: Node): boolean =>
    kind !== 'FunctionDef' && kind !== 'ClassDef' && kind !== 'Lambda';
  for (const { kind } of nodesUnder([statement], isOfThisFunction))
    if (kind === 'Return' || kind === 'Raise' || kind === 'Continue' || kind === 'Break') return true;
  return false;
}

/** `post.author_id`, `post.author`, `not post.author`: nothing but the first step of the path, or its key. */
function isAboutIt(condition: Expr, path: AccessPath, pathOf: (expr: Expr) => AccessPath | null): boolean {
  const first = path.steps[0];
  switch (condition.kind) {
    case 'UnaryOp':
      return isAboutIt(condition.operand, path, pathOf);
    case 'BoolOp':
      return condition.values.every((value) => isAboutIt(value, path, pathOf));
    case 'Compare':
      return condition.comparators.every((each) => each.kind === 'Constant') && isAboutIt(condition.left, path, pathOf);
    case 'Name':
    case 'Attribute': {
      const of = pathOf(condition);
      if (!of || of.root !== path.root) return false;
      const name = of.steps[0];
      // `if self:` and `if post.author` say nothing against it.
      return name === undefined || (first !== undefined && (name === first || name === `${first}_id`));
    }
    default:
      return false;
  }
}
