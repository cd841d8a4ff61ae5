/** Sessions that are opened and closed in one place, and whether what is written in them is kept. */
import type { Call, Expr, Stmt, With } from '../../python/syntax/nodes.ts';
import type { SourceFile } from '../../python/types.ts';
import type { TextRange } from '../../base/text.ts';
import type { Inference } from '../infer.ts';
import type { Code } from './code.ts';
import { functionOf } from './places.ts';
import { behind, sessionFlow } from './sessionFlow.ts';

/** A session with writes in it that is closed, and nothing that commits them. */
export interface LostWrites {
  /** What opens the session. */
  readonly opened: TextRange;
  /** `with Session(engine) as session:`; null when it is closed by `session.close()`. */
  readonly block: With | null;
  /** The name of the session. */
  readonly session: string;
  readonly isAsync: boolean;
  /** The first write. */
  readonly write: Call;
}

export function lostWrites(code: Code, file: SourceFile, inference: Inference): readonly LostWrites[] {
  const lost: LostWrites[] = [];
  for (const block of code.blocks) {
    const [item, ...more] = block.items;
    if (!item || more.length > 0 || item.target?.kind !== 'Name') continue;
    const found = lostIn(block.body, item.context, item.target.id, block, file, inference);
    if (found) lost.push(found);
  }
  for (const { node, around } of code.of('Assign')) {
    const [target, ...more] = node.targets;
    if (target?.kind !== 'Name' || more.length > 0 || !functionOf({ around })) continue;
    const { program } = inference;
    if (program.lookup(program.scopeAt(file, target.start), target.id).length !== 1) continue;
    const found = lostIn(behind(node, around[0]), node.value, target.id, null, file, inference);
    if (found) lost.push(found);
  }
  return lost;
}

function lostIn(
  body: readonly Stmt[],
  opened: Expr,
  session: string,
  block: With | null,
  file: SourceFile,
  inference: Inference,
): LostWrites | null {
  if (!opensSession(opened, file, inference)) return null;
  const value = inference.valueOf(file, opened);
  if (value.kind !== 'session') return null;
  const lost = sessionFlow(body, session, block !== null, file, inference)?.lost ?? [];
  const [write] = lost.toSorted((a, b) => a.start - b.start);
  return write ? { opened: block?.items[0] ?? opened, block, session, isAsync: value.isAsync, write } : null;
}

/** `Session(engine)`, `SessionLocal()`: a session that only this code has. Options may change who commits. */
function opensSession(context: Expr, file: SourceFile, inference: Inference): boolean {
  if (
    context.kind !== 'Call' ||
    context.keywords.some(({ name }) => name === null || /autocommit|begin/.test(name.text))
  )
    return false;
  const callee = inference.valueOf(file, context.func);
  return (
    (callee.kind === 'sessionFactory' && callee.isScoped !== true) ||
    (callee.kind === 'external' && /^(sqlalchemy|sqlmodel)\.(.*\.)?(Async)?Session$/.test(callee.name))
  );
}
