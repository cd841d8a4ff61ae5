import type { Assign, AugAssign, Call, Expr, Node } from '../../python/syntax/nodes.ts';
import type { SourceFile } from '../../python/types.ts';
import type { Inference } from '../infer.ts';
import type { Field, Model } from '../model.ts';
import type { Query } from '../values.ts';
import { isBuiltWith } from '../values.ts';
import type { Code, CodeSite } from './code.ts';
import { bodyAround, functionOf, nodesIn, pathText } from './places.ts';

/** `item.stock -= 1` on a row that was read, and then saved: what others wrote meanwhile is lost. */
export interface ReadModifyWrite {
  readonly statement: AugAssign | Assign;
  /** `item`, and `stock`. */
  readonly object: string;
  readonly field: Field;
  readonly model: Model;
  /** What is added or taken away, with its operator: `- 1`. */
  readonly change: { readonly op: string; readonly by: Expr };
  /** The call that writes it. */
  readonly write: Call;
  readonly query: Query;
  /** The value is read again: then it must not become an expression. */
  readonly isReadLater: boolean;
}

export function readModifyWrites(code: Code, file: SourceFile, inference: Inference): readonly ReadModifyWrite[] {
  const sites: readonly CodeSite<AugAssign | Assign>[] = [...code.of('AugAssign'), ...code.of('Assign')];
  return sites.flatMap((site) => readModifyWrite(site, file, inference) ?? []);
}

function readModifyWrite(
  site: CodeSite<AugAssign | Assign>,
  file: SourceFile,
  inference: Inference,
): ReadModifyWrite | null {
  const changed = changeOf(site.node);
  if (!changed || changed.target.value.kind !== 'Name') return null;
  const { target, change } = changed;
  const object = changed.target.value;
  const value = inference.valueOf(file, object);
  if (value.kind !== 'instance' || !value.origin) return null;
  const { graph } = inference;
  const model = graph.model(value.model);
  const field = model && graph.field(model, target.attr.text);
  if (!model || !field?.column || !isNumber(field)) return null;
  const { query } = value.origin;
  if (isBuiltWith(query, /for_update$/) || isNew(object, file, inference) || isGuarded(site, file)) return null;
  if (hasVersions(model, inference)) return null;
  const write = writeAfter(site, object.id, file, inference, model.orm);
  if (!write) return null;
  const path = `${object.id}.${target.attr.text}`;
  const isReadLater = [...nodesIn(...bodyAround(site, file))].some(
    (node) => node.kind === 'Attribute' && node.start > site.node.end && pathText(node) === path,
  );
  return { statement: site.node, object: object.id, field, model, change, write, query, isReadLater };
}

/** `a.n += x`, `a.n = a.n + x` */
function changeOf(node: AugAssign | Assign): {
  readonly target: Expr & { readonly kind: 'Attribute' };
  readonly change: ReadModifyWrite['change'];
} | null {
  if (node.kind === 'AugAssign') {
    const { target, op, value } = node;
    return target.kind === 'Attribute' && (op === '+' || op === '-') ? { target, change: { op, by: value } } : null;
  }
  const [target, ...more] = node.targets;
  const { value } = node;
  if (target?.kind !== 'Attribute' || more.length > 0 || value.kind !== 'BinOp') return null;
  const path = pathText(target);
  if ((value.op !== '+' && value.op !== '-') || path === null || pathText(value.left) !== path) return null;
  return { target, change: { op: value.op, by: value.right } };
}

function isNumber({ python, type }: Field): boolean {
  return python === 'int' || python === 'float' || python === 'Decimal' || /(Integer|Float|Decimal)Field/.test(type);
}

/** Made here: nobody else has it yet. */
function isNew(object: Expr & { readonly kind: 'Name' }, file: SourceFile, inference: Inference): boolean {
  const { program } = inference;
  return program.lookup(program.scopeAt(file, object.start), object.id).some((binding) => {
    if (binding.kind !== 'assign') return false;
    const value = binding.statement.value;
    const call = value.kind === 'Await' ? value.value : value;
    if (call.kind !== 'Call') return false;
    const callee = inference.valueOf(file, call.func);
    return callee.kind === 'model' || (call.func.kind === 'Attribute' && /^a?create$/.test(call.func.attr.text));
  });
}

/** A lock of any kind: of rows, or of the program's own. */
function isGuarded(site: CodeSite<Node>, file: SourceFile): boolean {
  const body = functionOf(site) ?? site.node;
  return /for_update|[^a-z]lock|Lock/.test(file.text.slice(body.start, body.end));
}

/** `version_id_col` makes the second of two writers fail. */
function hasVersions({ declared }: Model, { program }: Inference): boolean {
  return program.pathsMentioning(['version_id_col']).includes(declared.path);
}

/** `item.save()`, `session.commit()`: what writes the change, after it and in the same function. */
function writeAfter(
  site: CodeSite<Node>,
  object: string,
  file: SourceFile,
  inference: Inference,
  orm: Model['orm'],
): Call | null {
  for (const node of nodesIn(...bodyAround(site, file))) {
    if (node.kind !== 'Call' || node.start < site.node.end || node.func.kind !== 'Attribute') continue;
    const method = node.func.attr.text;
    if (orm === 'django') {
      if (/^a?save$/.test(method) && pathText(node.func.value) === object) return node;
    } else if (method === 'commit') {
      const on = inference.valueOf(file, node.func.value);
      if (on.kind === 'session' || on.kind === 'sessionFactory') return node;
    }
  }
  return null;
}
