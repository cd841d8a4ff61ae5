import type { Call, ExprStmt, For, Node } from '../../python/syntax/nodes.ts';
import type { SourceFile } from '../../python/types.ts';
import type { Inference } from '../infer.ts';
import type { Model } from '../model.ts';
import { mayHaveMember } from './classes.ts';
import type { Code, CodeSite } from './code.ts';
import { loopAround, nodesIn } from './places.ts';

/** A loop that sends a statement, or a transaction, for each row that it writes. */
export interface SaveInLoop {
  readonly statement: ExprStmt;
  readonly call: Call;
  readonly loop: For;
  /** `create`: Django makes the row; `save`: it writes one that was read; `commit` and `flush`: of a SQLAlchemy session. */
  readonly kind: 'create' | 'save' | 'commit' | 'flush';
  /** Of the rows; null for a session. */
  readonly model: Model | null;
  /** The loop does nothing else. */
  readonly isAll: boolean;
}

export function savesInLoops(code: Code, file: SourceFile, inference: Inference): readonly SaveInLoop[] {
  return code.statements.flatMap((site) => {
    const { value } = site.node;
    const call = value.kind === 'Await' ? value.value : value;
    if (call.kind !== 'Call' || call.func.kind !== 'Attribute') return [];
    const method = call.func.attr.text;
    if (!/^(create|save|commit|flush)$/.test(method)) return [];
    const loop = plainLoop(site);
    if (!loop || isShort(loop)) return [];
    const found = { statement: site.node, call, loop, isAll: loop.body.length === 1 };
    if (method === 'commit' || method === 'flush') {
      const on = inference.valueOf(file, call.func.value);
      const isSession = on.kind === 'session' || on.kind === 'sessionFactory';
      return isSession && onlyAdds(loop, file, inference) ? { ...found, kind: method, model: null } : [];
    }
    const model = method === 'create' ? created(call, file, inference) : saved(call, loop, file, inference);
    return model && isSimple(model, file, inference) ? { ...found, kind: method as 'create' | 'save', model } : [];
  });
}

/** The loop around a statement that runs for each of its rows, as far as they come: not in an `if`, and nothing is tried. */
function plainLoop(site: CodeSite<Node>): For | null {
  const between = loopAround(site);
  const loop = between?.at(-1);
  if (loop?.kind !== 'For' || between!.length !== 1 || loop.orelse.length > 0) return null;
  return [...nodesIn(...loop.body)].some(({ kind }) => kind === 'Try') ? null : loop;
}

/** Over a few values that stand in the code. */
function isShort({ iter }: For): boolean {
  if (iter.kind === 'List' || iter.kind === 'Tuple' || iter.kind === 'Set') return true;
  const isRange = iter.kind === 'Call' && iter.func.kind === 'Name' && iter.func.id === 'range';
  return isRange && iter.args.every((arg) => arg.kind === 'Constant');
}

/** `Entry.objects.create(…)`, `author.entries.create(…)`: the model of the row. */
function created(call: Call, file: SourceFile, inference: Inference): Model | null {
  const on = call.func.kind === 'Attribute' ? inference.valueOf(file, call.func.value) : null;
  if (on?.kind !== 'query' || on.query.orm !== 'django') return null;
  const [row] = on.query.row;
  return row?.kind === 'instance' ? (inference.graph.model(row.model) ?? null) : null;
}

/** `entry.save()` of the row that the loop is at. */
function saved(call: Call, loop: For, file: SourceFile, inference: Inference): Model | null {
  const on = call.func.kind === 'Attribute' ? call.func.value : null;
  if (on?.kind !== 'Name' || loop.target.kind !== 'Name' || loop.target.id !== on.id) return null;
  const value = inference.valueOf(file, on);
  if (value.kind !== 'instance' || !value.origin || value.origin.single || losesKey(loop)) return null;
  const model = inference.graph.model(value.model);
  return model?.orm === 'django' ? model : null;
}

/** `entry.pk = None`: each is written as a new row. */
function losesKey({ body }: For): boolean {
  return [...nodesIn(...body)].some(
    (node) =>
      node.kind === 'Assign' &&
      node.value.kind === 'Constant' &&
      node.value.type === 'None' &&
      node.targets.some((target) => target.kind === 'Attribute' && /^(pk|id)$/.test(target.attr.text)),
  );
}

/** Nothing of the project's own happens when a row is saved, and one table is all it has. */
function isSimple(model: Model, file: SourceFile, inference: Inference): boolean {
  const { graph, program } = inference;
  if (mayHaveMember(model, 'save', file, inference)) return false;
  if (model.bases.some((base) => graph.model(base)?.isAbstract === false)) return false;
  const signals = program.pathsMentioning(['post_save', 'pre_save']);
  return !signals.some((path) => program.mentions(path, [model.name]));
}

/** The loop makes rows, adds them to the session, and does nothing else that would need each of them to be there. */
function onlyAdds(loop: For, file: SourceFile, inference: Inference): boolean {
  if (!loop.body.every(({ kind }) => kind === 'Assign' || kind === 'AnnAssign' || kind === 'Expr')) return false;
  let adds = false;
  for (const node of nodesIn(...loop.body)) {
    if (node.kind !== 'Call') continue;
    const callee = inference.valueOf(file, node.func);
    if (callee.kind === 'model') continue;
    const on = node.func.kind === 'Attribute' ? inference.valueOf(file, node.func.value) : null;
    if (on?.kind !== 'session' && on?.kind !== 'sessionFactory') return false;
    const method = node.func.kind === 'Attribute' ? node.func.attr.text : '';
    if (!/^(add|add_all|commit|flush)$/.test(method)) return false;
    adds ||= method.startsWith('add');
  }
  return adds;
}
