/** Sessions that are opened and closed in one place, and whether what is written in them is kept. */
import type { Call, Expr, Node, Stmt, With } from '../../python/syntax/nodes.ts';
import { children } from '../../python/syntax/visit.ts';
import type { SourceFile } from '../../python/types.ts';
import type { Inference } from '../infer.ts';
import { SESSION_WRITES } from '../sqlalchemy/sessionMethods.ts';

/** `with Session(engine) as session:` with writes in it, and nothing that commits them. */
export interface LostWrites {
  readonly block: With;
  /** The name of the session. */
  readonly session: string;
  readonly isAsync: boolean;
  /** The first write. */
  readonly write: Call;
}

/** Methods of a session that change nothing about who commits. */
const READS = new Set([
  'execute',
  'scalars',
  'scalar',
  'exec',
  'get',
  'get_one',
  'query',
  'flush',
  'refresh',
  'expire',
  'expire_all',
  'stream',
  'stream_scalars',
  ...SESSION_WRITES,
]);

export function lostWrites(blocks: readonly With[], file: SourceFile, inference: Inference): readonly LostWrites[] {
  return blocks.flatMap((block) => (block.items.length === 1 ? (lostIn(block, file, inference) ?? []) : []));
}

function lostIn(block: With, file: SourceFile, inference: Inference): LostWrites | null {
  const { context, target } = block.items[0]!;
  if (target?.kind !== 'Name' || !opensSession(context, file, inference)) return null;
  const value = inference.valueOf(file, context);
  if (value.kind !== 'session') return null;
  const write = firstWrite(block.body, target.id);
  return write ? { block, session: target.id, isAsync: value.isAsync, write } : null;
}

/** `Session(engine)`, `SessionLocal()`: a session that only this block has. Options may change who commits. */
function opensSession(context: Expr, file: SourceFile, inference: Inference): boolean {
  if (
    context.kind !== 'Call' ||
    context.keywords.some(({ name }) => name === null || /autocommit|begin/.test(name.text))
  )
    return false;
  const callee = inference.valueOf(file, context.func);
  return (
    callee.kind === 'sessionFactory' ||
    (callee.kind === 'external' && /^(sqlalchemy|sqlmodel)\.(.*\.)?(Async)?Session$/.test(callee.name))
  );
}

/** The first write through `session`; null when there is none, or when anything may commit it or wants it undone. */
function firstWrite(body: readonly Stmt[], session: string): Call | null {
  let first: Call | null = null;
  const pending: { readonly node: Node; readonly parent: Node | null }[] = body
    .map((node) => ({ node, parent: null }))
    .toReversed();
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { node, parent } = next;
    if (node.kind === 'Name' && node.id === session) {
      // Handed on, kept or asked for something else than a plain method: somebody else may commit.
      if (parent?.kind !== 'Attribute' || !READS.has(parent.attr.text)) return null;
    }
    if (node.kind === 'Yield' || node.kind === 'YieldFrom' || node.kind === 'Raise') return null;
    if (isWrite(node, session) && (!first || node.start < first.start)) first = node;
    for (const child of children(node)) pending.push({ node: child, parent: node });
  }
  return first;
}

function isWrite(node: Node, session: string): node is Call {
  return (
    node.kind === 'Call' &&
    node.func.kind === 'Attribute' &&
    SESSION_WRITES.has(node.func.attr.text) &&
    node.func.value.kind === 'Name' &&
    node.func.value.id === session
  );
}
