/** Loops over the rows of a query, and the relations that their bodies load row by row. */
import type { TextRange } from '../base/text.ts';
import { encloses } from '../base/text.ts';
import type { Comprehension, Expr, For, Node } from '../python/syntax/nodes.ts';
import { children } from '../python/syntax/visit.ts';
import type { SourceFile } from '../python/types.ts';
import type { Inference } from './infer.ts';
import type { Model, Relation } from './model.ts';
import { elementOf, type Origin, type Query, type Value } from './values.ts';

export interface Loops {
  overQueryResults(): readonly QueryLoop[];
}

export interface QueryLoop {
  readonly range: TextRange;
  readonly rowModel: Model;
  /** Each relation of each query once in a unit, at its first read. */
  lazyRelationReads(): readonly LazyRead[];
}

export interface LazyRead {
  readonly range: TextRange;
  /** As written: `user.posts`. */
  readonly path: string;
  readonly relation: Relation;
  /** The model whose rows are read: one query is sent for each. */
  readonly owner: Model;
  /** The query that could have loaded it, and the relations from its rows to here, this one last. */
  readonly query: Query;
  readonly steps: readonly string[];
  /** The relation is declared to raise instead of loading. */
  readonly raises: boolean;
}

/** The loops in some trees of a file. Cost: one walk over them, one over each outermost loop. */
export function createLoops(file: SourceFile, trees: readonly Node[], inference: Inference): Loops {
  let loops: readonly QueryLoop[] | undefined;
  return { overQueryResults: () => (loops ??= findLoops(file, trees, inference)) };
}

function findLoops(file: SourceFile, trees: readonly Node[], inference: Inference): QueryLoop[] {
  // Rows loaded by hand (`prefetch_related_objects(rows, …)`) cannot be told from others here.
  if (trees.some((tree) => file.text.slice(tree.start, tree.end).includes('prefetch_related_objects('))) return [];
  const found: QueryLoop[] = [];
  const seen = new Set<string>();
  const pending: Node[] = [...trees].reverse();
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (node.kind === 'For') addLoop(node, [node], found);
    else if ('generators' in node) for (const part of node.generators) addLoop(part, [node], found);
    const parts = children(node);
    for (let i = parts.length - 1; i >= 0; i--) pending.push(parts[i]!);
  }
  return found;

  function addLoop(loop: For | Comprehension, bodies: readonly Node[], into: QueryLoop[]): void {
    if (loop.kind === 'For' && endsAtFirstRow(loop)) return;
    const row = rowModel(file, loop.iter, inference);
    if (!row) return;
    into.push({
      range: { start: loop.start, end: loop.end },
      rowModel: row,
      lazyRelationReads: () => lazyReads(file, bodies, inference, seen),
    });
  }
}

/** The model of the rows, when the loop runs over many instances of one. */
function rowModel(file: SourceFile, iter: Expr, inference: Inference): Model | undefined {
  const value = inference.valueOf(file, iter);
  const row = instancesOf(elementOf(value)).find((item) => item.origin && !item.origin.single);
  return row && inference.graph.model(row.model);
}

function instancesOf(value: Value): (Value & { kind: 'instance' })[] {
  if (value.kind === 'instance') return [value];
  return value.kind === 'tuple' ? value.items.flatMap(instancesOf) : [];
}

function endsAtFirstRow(loop: For): boolean {
  const last = loop.body.at(-1)?.kind;
  return last === 'Break' || last === 'Return';
}

// ---------------------------------------------------------------- reads

function lazyReads(file: SourceFile, bodies: readonly Node[], inference: Inference, seen: Set<string>): LazyRead[] {
  const reads: LazyRead[] = [];
  const pending = bodies.map((node) => ({ node, parents: [] as readonly Node[] })).reverse();
  for (let place = pending.pop(); place; place = pending.pop()) {
    const { node, parents } = place;
    if (node.kind === 'Attribute' && !isWritten(node, parents)) {
      const read = lazyRead(file, node, parents, inference);
      const key = read && `${read.query.root.start}@${read.query.file.path}:${read.steps.join('.')}`;
      if (read && key && !seen.has(key) && !assignedBefore(read, bodies, file)) {
        seen.add(key);
        reads.push(read);
      }
    }
    const around = [node, ...parents.slice(0, 3)];
    const parts = children(node);
    for (let i = parts.length - 1; i >= 0; i--) pending.push({ node: parts[i]!, parents: around });
  }
  return reads.sort((a, b) => a.range.start - b.range.start);
}

function lazyRead(
  file: SourceFile,
  node: Expr & { kind: 'Attribute' },
  parents: readonly Node[],
  inference: Inference,
): LazyRead | null {
  const on = inference.valueOf(file, node.value);
  if (on.kind !== 'instance' || !on.origin || on.origin.single) return null;
  const owner = inference.graph.model(on.model);
  const relation = owner && inference.graph.relation(owner, node.attr.text);
  if (!owner || !relation?.target || owner.unknown.length > 0) return null;
  if (!loadsWhenRead(relation, owner, parents)) return null;
  const root = rootOf(on.origin);
  const own = [...on.origin.path, relation.name];
  if (isLoaded(on.origin.query, own) || !root || isLoadedAbove(on.origin, relation.name)) return null;
  if (isParentAgain(on.origin, relation, inference)) return null;
  return {
    range: { start: node.start, end: node.end },
    path: file.text.slice(node.start, node.end),
    relation,
    owner,
    query: root.query,
    steps: [...root.path, relation.name],
    raises: relation.loading === 'raise' || relation.loading === 'raise_on_sql',
  };
}

function loadsWhenRead(relation: Relation, owner: Model, parents: readonly Node[]): boolean {
  if (relation.direction === 'generic') return false;
  if (owner.orm === 'django' && relation.cardinality === 'many') return usesPrefetchCache(parents);
  return relation.loading === 'select' || relation.loading === 'raise' || relation.loading === 'raise_on_sql';
}

/** `.all()`, `.count()` and `.exists()` of a related manager are answered from prefetched rows; `.filter()` never is. */
function usesPrefetchCache([attribute, call, next]: readonly Node[]): boolean {
  if (attribute?.kind !== 'Attribute' || call?.kind !== 'Call') return false;
  return /^(all|count|exists)$/.test(attribute.attr.text) && next?.kind !== 'Attribute';
}

/** The query whose rows these are reached from, through related managers that were iterated plainly. */
function rootOf(origin: Origin): { readonly query: Query; readonly path: readonly string[] } | null {
  let { query } = origin;
  let path = origin.path;
  for (let i = 0; i < 8; i++) {
    const parent = query.via?.instance;
    if (query.loadsUnknown) return null;
    if (!query.via || parent?.kind !== 'instance' || !parent.origin || parent.origin.single) return { query, path };
    // Its own conditions make it a query of its own, that only it can load with.
    if (!isPlain(query)) return { query, path };
    path = [...parent.origin.path, query.via.relation, ...path];
    query = parent.origin.query;
  }
  return null;
}

/** `chat.messages` or `chat.messages.all()`, without anything that narrows it. */
function isPlain(query: Query): boolean {
  const { tip, root } = query;
  return (
    tip === root ||
    (tip.kind === 'Call' && tip.func.kind === 'Attribute' && tip.func.attr.text === 'all' && tip.func.value === root)
  );
}

/** Whether a query further up, of rows or of one object, loaded it through related managers on the way here. */
function isLoadedAbove(origin: Origin, name: string): boolean {
  let path = [...origin.path, name];
  let { query } = origin;
  for (let i = 0; i < 8; i++) {
    if (isLoaded(query, path)) return true;
    const parent = query.via?.instance;
    if (!query.via || parent?.kind !== 'instance' || !parent.origin) return false;
    path = [...parent.origin.path, query.via.relation, ...path];
    query = parent.origin.query;
  }
  return true;
}

function isLoaded(query: Query, steps: readonly string[]): boolean {
  return query.loadsUnknown || query.loads.includes(steps.join('.'));
}

/** The rows of `author.posts` know their author already. */
function isParentAgain(origin: Origin, relation: Relation, inference: Inference): boolean {
  const { graph } = inference;
  const { via } = origin.query;
  const row = origin.query.row.find((item) => item.kind === 'instance');
  let parent = via?.instance.kind === 'instance' ? graph.model(via.instance.model) : undefined;
  let step = via?.relation;
  let model = row?.kind === 'instance' ? graph.model(row.model) : undefined;
  for (const name of origin.path) {
    parent = model;
    step = name;
    const target = model && graph.relation(model, name)?.target;
    model = target ? graph.model(target) : undefined;
  }
  return parent !== undefined && step !== undefined && graph.relation(parent, step)?.backReference === relation.name;
}

function isWritten(node: Expr, [parent]: readonly Node[]): boolean {
  switch (parent?.kind) {
    case 'Assign':
      return parent.targets.includes(node);
    case 'AugAssign':
    case 'AnnAssign':
      return parent.target === node;
    case 'Delete':
      return true;
    default:
      return false;
  }
}

/** `row.rel = value` above the read: then it is there. */
function assignedBefore(read: LazyRead, bodies: readonly Node[], file: SourceFile): boolean {
  const pending: Node[] = [...bodies];
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (node.kind === 'Assign' && node.start < read.range.start && !encloses(node, read.range)) {
      if (node.targets.some((target) => file.text.slice(target.start, target.end) === read.path)) return true;
    }
    for (const child of children(node)) pending.push(child);
  }
  return false;
}
