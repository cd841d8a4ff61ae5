/**
 * Errors of the database that are caught inside of `atomic()`: the transaction is broken then, and refuses every query
 * until the block ends (https://docs.djangoproject.com/en/stable/topics/db/transactions/#controlling-transactions-explicitly).
 */
import type { Call, ExceptHandler, Expr, Node, Stmt, Try } from '../../python/syntax/nodes.ts';
import { suitesOf } from '../../python/syntax/visit.ts';
import type { SourceFile } from '../../python/types.ts';
import type { Inference } from '../infer.ts';
import type { Code, CodeSite } from './code.ts';
import { isWrite, methodSent } from './djangoCalls.ts';
import { nodesIn } from './places.ts';
import { isAtomic } from '../django/atomic.ts';
import { atomicAround } from './transactions.ts';

export interface BrokenTransaction {
  /** The query that raises. */
  readonly query: Call;
  readonly handler: ExceptHandler;
  readonly attempt: Try;
  /** How the file writes `transaction`, when it does. */
  readonly transaction: string | null;
}

export function brokenTransactions(code: Code, file: SourceFile, inference: Inference): readonly BrokenTransaction[] {
  return code.of('Try').flatMap((site) => {
    const block = atomicAround(site, file, inference);
    const handler = site.node.handlers.find(({ type }) => type && isDatabaseError(type, file, inference));
    if (!block || !handler || !mayBreak(site.node, file, inference)) return [];
    const query = nextQuery(site, handler, block.node, file, inference);
    return query ? [{ query, handler, attempt: site.node, transaction: block.transaction }] : [];
  });
}

const ERRORS = /^django\.db(\.utils)?\.(IntegrityError|DatabaseError|DataError|OperationalError|Error)$/;

function isDatabaseError(type: Expr, file: SourceFile, inference: Inference): boolean {
  if (type.kind === 'Tuple') return type.elts.every((each) => isDatabaseError(each, file, inference));
  const value = inference.valueOf(file, type);
  return value.kind === 'external' && ERRORS.test(value.name);
}

/** Whether the attempt writes, with no transaction of its own that would be taken back alone. */
function mayBreak({ body }: Try, file: SourceFile, inference: Inference): boolean {
  let writes = false;
  for (const node of nodesIn(...body)) {
    if (node.kind === 'With' && node.items.some(({ context }) => isAtomic(context, file, inference))) return false;
    if (node.kind !== 'Call') continue;
    // `transaction.savepoint()`
    if (node.func.kind === 'Attribute' && /^(savepoint\w*|set_rollback)$/.test(node.func.attr.text)) return false;
    const method = methodSent(node, file, inference);
    if (method && isWrite(method)) writes = true;
  }
  return writes;
}

/** The first query that is sent behind the error, in the same transaction. */
function nextQuery(
  { node: attempt, around }: CodeSite<Try>,
  handler: ExceptHandler,
  block: Node,
  file: SourceFile,
  inference: Inference,
): Call | null {
  const inHandler = firstQuery(handler.body, file, inference);
  if (inHandler !== 'none') return inHandler;
  let inner: Node = attempt;
  for (const outer of around) {
    const suites: readonly (readonly Node[])[] = suitesOf(outer as Stmt);
    const suite = suites.find((each) => each.includes(inner)) ?? [];
    const behind = firstQuery(suite.slice(suite.indexOf(inner) + 1), file, inference);
    if (behind !== 'none') return behind;
    if (outer === block) return null;
    // The next round of a loop tries the same again.
    if (outer.kind === 'For' || outer.kind === 'While') {
      const again = firstQuery(attempt.body, file, inference);
      return again === 'none' ? null : again;
    }
    // Another handler, and what only some ways lead to.
    if (outer.kind !== 'If' && outer.kind !== 'With') return null;
    inner = outer;
  }
  return null;
}

/** null when what comes before leaves, or sets the transaction right. */
function firstQuery(statements: readonly Node[], file: SourceFile, inference: Inference): Call | null | 'none' {
  for (const statement of statements) {
    for (const node of nodesIn(statement)) {
      if (node.kind !== 'Call') continue;
      if (node.func.kind === 'Attribute' && /rollback|savepoint/.test(node.func.attr.text)) return null;
      if (methodSent(node, file, inference)) return node;
    }
    if (/^(Return|Raise|Continue|Break)$/.test(statement.kind)) return statement.kind === 'Continue' ? 'none' : null;
    // What only some ways do may leave, too.
    if ([...nodesIn(statement)].some(({ kind }) => kind === 'Return' || kind === 'Raise' || kind === 'Break'))
      return null;
  }
  return 'none';
}
