/** What happens inside of a transaction of Django, and what should. */
import type { Call, Expr, FunctionDef, Node } from '../../python/syntax/nodes.ts';
import type { SourceFile } from '../../python/types.ts';
import { isAtomic } from '../django/atomic.ts';
import { querySetMethod } from '../django/methods.ts';
import { databaseOf } from '../graph.ts';
import type { Inference } from '../infer.ts';
import { isBuiltWith } from '../values.ts';
import type { Code, CodeSite } from './code.ts';
import { nodesIn, pathText } from './places.ts';

/** A task is queued inside of `atomic()`, with a row that was written there: the worker may look for it too early. */
export interface EarlyTask {
  readonly call: Call;
  /** `order` of `order.pk`. */
  readonly row: string;
  /** The call stands alone, so that it can be put off. */
  readonly isStatement: boolean;
  /** How the file writes `transaction`, when it does. */
  readonly transaction: string | null;
}

/** Writes of a request that belong together, and no transaction around them. */
export interface SeparateWrites {
  readonly first: Call;
  readonly second: Call;
}

/** `select_for_update()` where no transaction can be open. */
export interface LockOutside {
  readonly call: Call;
}

// ---------------------------------------------------------------- tasks

export function earlyTasks(code: Code, file: SourceFile, inference: Inference): readonly EarlyTask[] {
  return code.calls.flatMap((site) => {
    const { func } = site.node;
    if (func.kind !== 'Attribute' || !/^(delay|apply_async)$/.test(func.attr.text)) return [];
    const block = atomicAround(site, file, inference);
    const row = block && writtenRow(site.node, block.node, inference, file);
    if (!block || !row) return [];
    const isStatement = site.around[0]?.kind === 'Expr';
    return { call: site.node, row, isStatement, transaction: block.transaction };
  });
}

/** The block or function whose transaction is open where code runs; null for what runs later, in a function of its own. */
export function atomicAround(
  { around }: { readonly around: readonly Node[] },
  file: SourceFile,
  inference: Inference,
): { readonly node: Node; readonly transaction: string | null } | null {
  for (const node of around) {
    if (node.kind === 'Lambda') return null;
    if (node.kind === 'With') {
      const item = node.items.find(({ context }) => isAtomic(context, file, inference));
      if (item) return { node, transaction: ownerText(item.context) };
    }
    if (node.kind === 'FunctionDef') {
      const decorator = node.decorators.find((each) => isAtomic(each, file, inference));
      return decorator ? { node, transaction: ownerText(decorator) } : null;
    }
  }
  return null;
}

function ownerText(expr: Expr): string | null {
  const func = expr.kind === 'Call' ? expr.func : expr;
  return func.kind === 'Attribute' ? pathText(func.value) : null;
}

/** The name of a row among the arguments that was written in the block, before the call. */
function writtenRow(call: Call, block: Node, inference: Inference, file: SourceFile): string | null {
  const args = [...call.args, ...call.keywords.map(({ value }) => value)];
  for (const node of nodesIn(...args)) {
    const isKey = node.kind === 'Attribute' && /^(pk|id|uuid)$/.test(node.attr.text);
    if (!isKey || node.value.kind !== 'Name') continue;
    const { id } = node.value;
    const body = block.kind === 'FunctionDef' || block.kind === 'With' ? block.body : [];
    for (const each of nodesIn(...body)) {
      if (each.start >= call.start) break;
      if (each.kind === 'Call' && each.func.kind === 'Attribute' && /^save$/.test(each.func.attr.text)) {
        if (pathText(each.func.value) === id && isModelInstance(node.value, file, inference)) return id;
      }
      if (
        each.kind === 'Assign' &&
        each.targets.some((target) => namesIn(target).includes(id)) &&
        makesRow(each.value, file, inference)
      )
        return id;
    }
  }
  return null;
}

function namesIn(target: Expr): readonly string[] {
  return target.kind === 'Tuple' ? target.elts.flatMap(namesIn) : target.kind === 'Name' ? [target.id] : [];
}

function isModelInstance(expr: Expr, file: SourceFile, inference: Inference): boolean {
  const value = inference.valueOf(file, expr);
  return value.kind === 'instance' && inference.graph.model(value.model)?.orm === 'django';
}

/** `Order.objects.create(…)`, `….get_or_create(…)` */
function makesRow(expr: Expr, file: SourceFile, inference: Inference): boolean {
  if (expr.kind !== 'Call' || expr.func.kind !== 'Attribute') return false;
  const gives = querySetMethod(expr.func.attr.text)?.gives;
  if (gives !== 'created' && gives !== 'rowAndFlag') return false;
  const on = inference.valueOf(file, expr.func.value);
  return on.kind === 'query' && on.query.orm === 'django';
}

// ---------------------------------------------------------------- requests

export function separateWrites(code: Code, file: SourceFile, inference: Inference): readonly SeparateWrites[] {
  return views(code).flatMap((site) => {
    if (mayBeAtomic(site, file, inference)) return [];
    const writes = [...nodesIn(...site.node.body)].filter(
      (node): node is Call =>
        node.kind === 'Call' && isWrite(node, file, inference) && !isInAtomic(node, site, file, inference),
    );
    const [first] = writes;
    // Of another row: saving one twice is no half-done work.
    const second = writes.find(
      (each) => first && receiver(each) !== receiver(first) && !areExclusive(first, each, site.node),
    );
    return first && second ? { first, second } : [];
  });
}

export function locksOutside(code: Code, file: SourceFile, inference: Inference): readonly LockOutside[] {
  // SQLite has no locks of rows, and Django leaves them out there.
  if (/^sqlite/.test(databaseOf(inference.graph, file.path) ?? '')) return [];
  return views(code).flatMap((site) => {
    if (mayBeAtomic(site, file, inference)) return [];
    return [...nodesIn(...site.node.body)].flatMap((node) => {
      if (node.kind !== 'Call' || node.func.kind !== 'Attribute') return [];
      const gives = querySetMethod(node.func.attr.text)?.gives;
      // What sends the query.
      if (gives !== 'row' && gives !== 'bool') return [];
      const on = inference.valueOf(file, node.func.value);
      if (on.kind !== 'query' || on.query.orm !== 'django' || !isBuiltWith(on.query, /^select_for_update$/)) return [];
      return isInAtomic(node, site, file, inference) ? [] : { call: node };
    });
  });
}

/** Functions that Django calls for a request, each in no transaction but that of `ATOMIC_REQUESTS`. */
function views(code: Code): readonly CodeSite<FunctionDef>[] {
  return code.of('FunctionDef').filter((site) => {
    const { params, name } = site.node;
    const names = params.args.slice(0, 2).map((each) => each.name.text);
    if (site.around.some(({ kind }) => kind === 'FunctionDef')) return false;
    return (
      names[0] === 'request' ||
      (names[0] === 'self' && names[1] === 'request' && /^(get|post|put|patch|delete)$/.test(name.text))
    );
  });
}

/** By a decorator, or by the settings. */
function mayBeAtomic({ node }: CodeSite<FunctionDef>, file: SourceFile, { program }: Inference): boolean {
  if (program.pathsMentioning(['ATOMIC_REQUESTS']).length > 0) return true;
  const start = node.decorators[0]?.start ?? node.start;
  return /atomic|transaction|commit/.test(file.text.slice(start, node.body[0]?.start ?? node.start));
}

function isInAtomic(call: Call, site: CodeSite<FunctionDef>, file: SourceFile, inference: Inference): boolean {
  return [...nodesIn(...site.node.body)].some(
    (node) =>
      node.kind === 'With' &&
      node.start <= call.start &&
      call.end <= node.end &&
      node.items.some(({ context }) => !isPlainBlock(context, file, inference)),
  );
}

/** A block that is known to open no transaction. */
function isPlainBlock(expr: Expr, file: SourceFile, inference: Inference): boolean {
  const value = inference.valueOf(file, expr);
  return value.kind === 'external' && !value.name.startsWith('django.db');
}

function isWrite(call: Call, file: SourceFile, inference: Inference): boolean {
  if (call.func.kind !== 'Attribute') return false;
  const method = call.func.attr.text;
  const on = inference.valueOf(file, call.func.value);
  if (on.kind === 'instance')
    return /^(save|delete)$/.test(method) && isModelInstance(call.func.value, file, inference);
  return (
    on.kind === 'query' &&
    on.query.orm === 'django' &&
    /^(create|update|delete|bulk_create|bulk_update|get_or_create|update_or_create)$/.test(method)
  );
}

function receiver(call: Call): string {
  return call.func.kind === 'Attribute' ? (pathText(call.func.value) ?? `${call.start}`) : `${call.start}`;
}

/** In the two arms of one `if`. */
function areExclusive(left: Node, right: Node, within: FunctionDef): boolean {
  const inside = (node: Node, body: readonly Node[]): boolean =>
    body.some((each) => each.start <= node.start && node.end <= each.end);
  for (const node of nodesIn(...within.body)) {
    if (node.kind === 'If' && inside(left, node.body) && inside(right, node.orelse)) return true;
    // What comes after an arm that leaves the function is the other arm.
    if (
      node.kind === 'If' &&
      inside(left, node.body) &&
      /^(Return|Raise)$/.test(node.body.at(-1)?.kind ?? '') &&
      !inside(right, node.body)
    )
      return true;
    if (node.kind === 'Try' && inside(left, node.body) && inside(right, node.handlers)) return true;
  }
  return false;
}
