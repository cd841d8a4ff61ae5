/** Loops over the rows of a query, and the relations that their bodies load row by row. */
import type { TextRange } from '../base/text.ts';
import { encloses } from '../base/text.ts';
import type { Attribute, Call, Comprehension, Expr, For, Node, Stmt } from '../python/syntax/nodes.ts';
import { isWritten } from '../python/syntax/written.ts';
import { children, suitesOf } from '../python/syntax/visit.ts';
import type { SourceFile } from '../python/types.ts';
import type { Inference } from './infer.ts';
import { type Instance, type LazyRelation, lazyRelation, loadedWith } from './lazyReads.ts';
import { rowsGiven } from './iteration.ts';
import type { Field, Model, Relation } from './model.ts';
import { type DistantRead, readsOfArgument, readsOfMember, readsOfRows } from './summaries/modelReads.ts';
import { selfParameter } from './summaries/callees.ts';
import { summariesOf } from './summaries/summaries.ts';
import { elementOf, type Query, type Value } from './values.ts';

export interface Loops {
  overQueryResults(): readonly QueryLoop[];
  /**
   * Relations that are loaded once per row: read in the body of a loop, or in what it calls with a row. Each relation
   * of each query once, at its first read; where it is read directly, that one.
   */
  lazyReads(): readonly LazyRead[];
  /** Rows that were prefetched with those of a loop, and are asked for again with another query in its body. */
  discardedPrefetches(): readonly DiscardedPrefetch[];
  /** Columns of the rows of a query that are read in its loops. */
  columnReads(): readonly ColumnRead[];
}

export interface ColumnRead {
  readonly attribute: Attribute;
  readonly query: Query;
  readonly model: Model;
  readonly field: Field;
}

export interface DiscardedPrefetch {
  /** `post.comments.filter(…)`, and the attribute in it. */
  readonly range: TextRange;
  readonly attribute: Attribute;
  readonly call: Call;
  /** What is asked for: `filter`. */
  readonly method: string;
  readonly relation: Relation;
  readonly owner: Model;
  readonly query: Query;
  readonly steps: readonly string[];
}

export interface QueryLoop {
  readonly range: TextRange;
  readonly rowModel: Model;
}

export interface LazyRead extends LazyRelation {
  readonly range: TextRange;
  /** As written: `user.posts`, `describe(user)`. */
  readonly path: string;
  /** Where it is read when that is not here: in a function that gets the row, or in a member of its model. */
  readonly distant: DistantRead | null;
  /** Where only its key is read, which the row has itself: `post.author.id`, all of them. Else empty. */
  readonly keyReads: readonly Attribute[];
  /** The attribute of the row with the key: `author_id`; null when it is not known. */
  readonly key: string | null;
}

/** The loops in some trees of a file. Cost: one walk over them, one over each outermost loop. */
export function createLoops(file: SourceFile, trees: readonly Node[], inference: Inference): Loops {
  let loops: readonly FoundLoop[] | undefined;
  let reads: readonly LazyRead[] | undefined;
  let discarded: readonly DiscardedPrefetch[] | undefined;
  let columns: readonly ColumnRead[] | undefined;
  const found = (): readonly FoundLoop[] => (loops ??= findLoops(file, trees, inference));
  return {
    overQueryResults: found,
    lazyReads: () => (reads ??= lazyReads(file, trees, found(), inference)),
    columnReads: () => (columns ??= columnReads(file, found(), inference)),
    discardedPrefetches: () => (discarded ??= discardedPrefetches(file, found(), inference)),
  };
}

interface FoundLoop extends QueryLoop {
  /** What runs for each row. */
  readonly body: Node;
}

function findLoops(file: SourceFile, trees: readonly Node[], inference: Inference): FoundLoop[] {
  const found: FoundLoop[] = [];
  const pending: { readonly node: Node; readonly parent: Node | null }[] = trees
    .map((node) => ({ node, parent: null }))
    .reverse();
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { node, parent } = next;
    if (node.kind === 'For') add(node, node);
    else if ('generators' in node && !takesFirst(node, parent)) for (const part of node.generators) add(part, node);
    else if (node.kind === 'Call') {
      const rows = rowsGiven(file, node, inference);
      if (rows) addOver(node, rows.rows, rows.body);
    }
    const parts = children(node);
    for (let i = parts.length - 1; i >= 0; i--) pending.push({ node: parts[i]!, parent: node });
  }
  return found;

  function add(loop: For | Comprehension, body: Node): void {
    if (loop.kind === 'For' && endsLoop(loop.body)) return;
    addOver(loop, loop.iter, body);
  }

  function addOver(loop: TextRange, iter: Expr, body: Node): void {
    const rowModel = modelOfRows(file, iter, inference);
    if (rowModel) found.push({ range: { start: loop.start, end: loop.end }, rowModel, body });
  }
}

/** The model of the rows, when the loop runs over many instances of one. */
function modelOfRows(file: SourceFile, iter: Expr, inference: Inference): Model | undefined {
  if (isFewRows(iter)) return undefined;
  const row = instancesOf(elementOf(inference.valueOf(file, iter))).find((item) => item.origin && !item.origin.single);
  return row && inference.graph.model(row.model);
}

function instancesOf(value: Value): Instance[] {
  if (value.kind === 'instance') return [value];
  return value.kind === 'tuple' ? value.items.flatMap(instancesOf) : [];
}

/** `rows[:1]` */
function isFewRows(iter: Expr): boolean {
  return (
    iter.kind === 'Subscript' &&
    iter.slice.kind === 'Slice' &&
    iter.slice.upper?.kind === 'Constant' &&
    iter.slice.upper.value === '1'
  );
}

/** `next(row.author for row in rows)` */
function takesFirst(node: Node, parent: Node | null): boolean {
  return (
    node.kind === 'GeneratorExp' &&
    parent?.kind === 'Call' &&
    parent.func.kind === 'Name' &&
    parent.func.id === 'next' &&
    node.generators.every(({ ifs }) => ifs.length === 0)
  );
}

// ---------------------------------------------------------------- reads

function lazyReads(
  file: SourceFile,
  trees: readonly Node[],
  loops: readonly FoundLoop[],
  inference: Inference,
): LazyRead[] {
  // Rows loaded by hand (`prefetch_related_objects(rows, …)`) cannot be told from others here.
  if (trees.some((tree) => file.text.slice(tree.start, tree.end).includes('prefetch_related_objects('))) return [];
  const all: LazyRead[] = [];
  for (const { body } of loops) addReadsIn(body, file, inference, all);
  addReadsOfWholes(trees, file, inference, all);
  const seen = new Set<string>();
  // What is read before our eyes says more than what is read elsewhere.
  const near = [...all.filter(({ distant }) => !distant), ...all.filter(({ distant }) => distant)];
  const placeOfRead = ({ query, steps }: LazyRead): string =>
    `${query.root.start}@${query.rootFile.path}:${steps.join('.')}`;
  const byPlace = new Map<string, LazyRead[]>();
  for (const read of near) byPlace.set(placeOfRead(read), [...(byPlace.get(placeOfRead(read)) ?? []), read]);
  return near
    .filter((read) => {
      const place = placeOfRead(read);
      return !seen.has(place) && seen.add(place);
    })
    .map((read) => {
      const same = byPlace.get(placeOfRead(read))!;
      // The outermost loop is walked before those in it: one attribute is met twice.
      const keyReads = [...new Set(same.flatMap((each) => each.keyReads))];
      return same.every((each) => each.keyReads.length > 0) ? { ...read, keyReads } : { ...read, keyReads: [] };
    })
    .sort((a, b) => a.range.start - b.range.start);
}

function addReadsIn(body: Node, file: SourceFile, inference: Inference, reads: LazyRead[]): void {
  const pending = [{ node: body, parents: [] as readonly Node[] }];
  for (let place = pending.pop(); place; place = pending.pop()) {
    const { node, parents } = place;
    for (const read of readsAt(node, parents, file, inference))
      if (!isAssignedBefore(read, body, file)) reads.push(read);
    const around = [node, ...parents.slice(0, 7)];
    const parts = children(node);
    for (let i = parts.length - 1; i >= 0; i--)
      if (!runsOnce(parts[i]!, node, body)) pending.push({ node: parts[i]!, parents: around });
  }
}

/** Code that ends the loop when it runs, and code that runs only when something failed. */
function runsOnce(node: Node, parent: Node, loop: Node): boolean {
  if (node.kind === 'ExceptHandler' || node.kind === 'Raise') return true;
  if (parent.kind !== 'If' && parent.kind !== 'Try' && parent.kind !== 'With' && parent !== loop) return false;
  const suite = suitesOf(parent as Stmt).find((each) => (each as readonly Node[]).includes(node));
  return suite !== undefined && endsLoop(suite);
}

function endsLoop(suite: readonly Stmt[]): boolean {
  const last = suite.at(-1);
  switch (last?.kind) {
    case 'Return':
    case 'Break':
    case 'Raise':
      return true;
    case 'With':
    case 'Try':
      return endsLoop(last.body);
    case 'If':
      return endsLoop(last.body) && endsLoop(last.orelse);
    default:
      return false;
  }
}

function readsAt(node: Node, parents: readonly Node[], file: SourceFile, inference: Inference): readonly LazyRead[] {
  switch (node.kind) {
    case 'Attribute':
      return isWritten(node, parents[0]) ? [] : readsOfAttribute(node, parents, file, inference);
    case 'FormattedValue':
      return readsOfText(node.value, file, inference);
    case 'Call':
      return readsOfCall(node, file, inference);
    default:
      return [];
  }
}

function readsOfAttribute(
  node: Attribute,
  parents: readonly Node[],
  file: SourceFile,
  inference: Inference,
): readonly LazyRead[] {
  const on = inference.valueOf(file, node.value);
  if (on.kind !== 'instance') return [];
  const name = node.attr.text;
  const lazy = lazyRelation(on, name, callsOn(node, parents), inference);
  if (lazy) {
    const key = keyOf(lazy.owner, lazy.relation, inference);
    const [outer] = parents;
    const isKey =
      key !== null &&
      outer?.kind === 'Attribute' &&
      outer.value === node &&
      isKeyOfTarget(outer.attr.text, lazy.relation, inference) &&
      !isWritten(outer, parents[1]);
    return [{ ...lazy, ...placeOf(node, file), distant: null, key, keyReads: isKey ? [outer] : [] }];
  }
  const [parent] = parents;
  const isCalled = parent?.kind === 'Call' && parent.func === node;
  return distant(isCalled ? parent : node, file, readsOfMember(on, name, isCalled, inference));
}

/**
 * What a related manager does not answer from prefetched rows
 * (https://docs.djangoproject.com/en/stable/ref/models/querysets/#prefetch-related).
 */
const ASKS_AGAIN = new Set([
  ...['filter', 'exclude', 'order_by', 'reverse', 'distinct', 'annotate', 'values', 'values_list', 'only', 'defer'],
  ...['select_related', 'prefetch_related', 'get', 'last', 'latest', 'earliest', 'aggregate', 'iterator'],
]);

function discardedPrefetches(
  file: SourceFile,
  loops: readonly FoundLoop[],
  inference: Inference,
): readonly DiscardedPrefetch[] {
  const found = new Map<Node, DiscardedPrefetch>();
  eachAttribute(loops, (node, parents) => {
    const discarded = discardedPrefetch(node, parents, file, inference);
    if (discarded) found.set(node, discarded);
  });
  return [...found.values()].sort((a, b) => a.range.start - b.range.start);
}

/** Every attribute in the bodies of loops that is read in each round, with the nodes around it. */
function eachAttribute(loops: readonly FoundLoop[], visit: (node: Attribute, parents: readonly Node[]) => void): void {
  for (const { body } of loops) {
    const pending = [{ node: body, parents: [] as readonly Node[] }];
    for (let place = pending.pop(); place; place = pending.pop()) {
      const { node, parents } = place;
      if (node.kind === 'Attribute' && !isWritten(node, parents[0])) visit(node, parents);
      const around = [node, ...parents.slice(0, 7)];
      const parts = children(node);
      for (let i = parts.length - 1; i >= 0; i--)
        if (!runsOnce(parts[i]!, node, body)) pending.push({ node: parts[i]!, parents: around });
    }
  }
}

function columnReads(file: SourceFile, loops: readonly FoundLoop[], inference: Inference): readonly ColumnRead[] {
  const found = new Map<Node, ColumnRead>();
  eachAttribute(loops, (node) => {
    const on = inference.valueOf(file, node.value);
    if (on.kind !== 'instance' || !on.origin || on.origin.single || on.origin.path.length > 0) return;
    const model = inference.graph.model(on.model);
    if (!model || model.unknown.length > 0 || inference.graph.relation(model, node.attr.text)) return;
    const name = node.attr.text;
    const field = inference.graph.field(model, name) ?? model.fields.find(({ column }) => column === name);
    if (field?.column && !field.primaryKey) found.set(node, { attribute: node, query: on.origin.query, model, field });
  });
  return [...found.values()].sort((a, b) => a.attribute.start - b.attribute.start);
}

function discardedPrefetch(
  node: Attribute,
  parents: readonly Node[],
  file: SourceFile,
  inference: Inference,
): DiscardedPrefetch | null {
  const on = inference.valueOf(file, node.value);
  const owner = on.kind === 'instance' ? inference.graph.model(on.model) : undefined;
  const relation = owner && inference.graph.relation(owner, node.attr.text);
  if (on.kind !== 'instance' || owner?.orm !== 'django' || relation?.cardinality !== 'many') return null;
  const calls = callsOn(node, parents);
  const at = calls[0] === 'all' ? 1 : 0;
  const method = calls[at];
  if (method === undefined || !ASKS_AGAIN.has(method)) return null;
  // The calls of a chain are every second node around the attribute.
  const call = parents[2 * at + 1];
  const loaded = loadedWith(on, relation.name);
  if (call?.kind !== 'Call' || !loaded) return null;
  return { range: { start: call.start, end: call.end }, attribute: node, call, method, relation, owner, ...loaded };
}

/** The attribute of a row that holds the key of a relation; null when the relation goes by another column. */
function keyOf(owner: Model, relation: Relation, { graph }: Inference): string | null {
  if (relation.direction !== 'forward' || relation.cardinality !== 'one') return null;
  if (owner.orm === 'django') {
    const field = graph.field(owner, relation.name);
    return field?.foreignKey && field.column === `${relation.name}_id` ? field.column : null;
  }
  const [column, ...more] = relation.columns;
  if (column === undefined || more.length > 0) return null;
  return owner.fields.find((field) => field.column === column && field.foreignKey)?.name ?? null;
}

/** `id` or `pk` of the row that the foreign key points at. */
function isKeyOfTarget(name: string, { target }: Relation, { graph }: Inference): boolean {
  const model = target === null ? undefined : graph.model(target);
  const keys = model?.fields.filter(({ primaryKey }) => primaryKey) ?? [];
  if (keys.length !== 1) return false;
  return name === keys[0]!.name || (name === 'pk' && model?.orm === 'django');
}

function readsOfText(node: Expr, file: SourceFile, inference: Inference): readonly LazyRead[] {
  const on = inference.valueOf(file, node);
  return on.kind === 'instance' ? distant(node, file, readsOfMember(on, '__str__', true, inference)) : [];
}

function readsOfCall(call: Call, file: SourceFile, inference: Inference): readonly LazyRead[] {
  if (call.func.kind === 'Name' && (call.func.id === 'str' || call.func.id === 'print'))
    return call.args.flatMap((arg) => readsOfText(arg, file, inference));
  return readsOfArguments(
    call,
    file,
    inference,
    (value) => (value.kind === 'instance' ? value : null),
    readsOfArgument,
  );
}

/** Collections and querysets that a call hands over as a whole: the loop is in the function that is called. */
function addReadsOfWholes(trees: readonly Node[], file: SourceFile, inference: Inference, reads: LazyRead[]): void {
  const pending: Node[] = [...trees].reverse();
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (node.kind === 'Call') {
      const rowOf = (value: Value): Instance | null => {
        const row = value.kind === 'collection' || value.kind === 'query' ? elementOf(value) : null;
        return row?.kind === 'instance' ? row : null;
      };
      reads.push(
        ...readsOfArguments(node, file, inference, rowOf, readsOfRows),
        ...readsOfFunctionPerRow(node, file, inference),
      );
    }
    const parts = children(node);
    for (let i = parts.length - 1; i >= 0; i--) pending.push(parts[i]!);
  }
}

/** `map(describe, rows)`, `sorted(rows, key=by_author)` */
function readsOfFunctionPerRow(call: Call, file: SourceFile, inference: Inference): readonly LazyRead[] {
  const given = rowsGiven(file, call, inference);
  if (!given || given.body.kind === 'Lambda') return [];
  const value = inference.valueOf(file, given.body);
  const row = elementOf(inference.valueOf(file, given.rows));
  const first = value.kind === 'function' ? selfParameter(value.node) : null;
  if (value.kind !== 'function' || value.self || !first || row.kind !== 'instance') return [];
  return distant(given.body, file, readsOfArgument(row, value, first.name.text, inference));
}

function readsOfArguments(
  call: Call,
  file: SourceFile,
  inference: Inference,
  rowOf: (value: Value) => Instance | null,
  readsOf: typeof readsOfArgument,
): readonly LazyRead[] {
  if (call.args.length === 0 && call.keywords.length === 0) return [];
  const rows = [...call.args, ...call.keywords.map(({ value }) => value)].flatMap((expr) => {
    const on = rowOf(inference.valueOf(file, expr));
    return on?.origin && !on.origin.single ? [{ expr, on }] : [];
  });
  if (rows.length === 0) return [];
  const summaries = summariesOf(inference);
  const callee = summaries.calleeOf(file, call);
  if (!callee) return [];
  return rows.flatMap(({ expr, on }) => {
    const parameter = summaries.parameterOf(call, callee, expr);
    return parameter === null ? [] : distant(expr, file, readsOf(on, callee, parameter, inference));
  });
}

function distant(at: Expr, file: SourceFile, reads: readonly DistantRead[]): readonly LazyRead[] {
  return reads.map((read) => ({
    ...placeOf(at, file),
    distant: read,
    key: null,
    keyReads: [],
    relation: read.relation,
    owner: read.owner,
    query: read.query,
    steps: read.steps,
    raises: read.raises,
  }));
}

function placeOf({ start, end }: TextRange, file: SourceFile): Pick<LazyRead, 'range' | 'path'> {
  return { range: { start, end }, path: file.text.slice(start, end) };
}

/** The methods that are called on an attribute, one after another. */
function callsOn(node: Expr, parents: readonly Node[]): readonly string[] {
  const calls: string[] = [];
  let end: Node = node;
  for (const [i, parent] of parents.entries()) {
    if (parent.kind === 'Attribute' && parent.value === end) {
      const call = parents[i + 1];
      if (call?.kind !== 'Call' || call.func !== parent) return [...calls, parent.attr.text, ''];
      calls.push(parent.attr.text);
    } else if (parent.kind !== 'Await' && !(parent.kind === 'Call' && parent.func === end)) break;
    end = parent;
  }
  return calls;
}

/** `row.rel = value` above the read: then it is there. */
function isAssignedBefore(read: LazyRead, body: Node, file: SourceFile): boolean {
  const pending: Node[] = [body];
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (node.kind === 'Assign' && node.start < read.range.start && !encloses(node, read.range)) {
      const isIt = (target: Expr): boolean =>
        read.distant
          ? target.kind === 'Attribute' && target.attr.text === read.relation.name
          : file.text.slice(target.start, target.end) === read.path;
      if (node.targets.some(isIt)) return true;
    }
    for (const child of children(node)) pending.push(child);
  }
  return false;
}
