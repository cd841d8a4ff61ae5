/** Relations that the bodies of loops load row by row, themselves or through what they call. */
import type { TextRange } from '../../base/text.ts';
import { encloses } from '../../base/text.ts';
import type { Attribute, Call, Expr, Node } from '../../python/syntax/nodes.ts';
import { children, nodesUnder } from '../../python/syntax/visit.ts';
import { isWritten } from '../../python/syntax/written.ts';
import type { SourceFile } from '../../python/types.ts';
import type { Inference } from '../infer.ts';
import { rowsGiven } from '../iteration.ts';
import { type Instance, type LazyRelation, lazyRelation } from '../lazyReads.ts';
import type { Model, Relation } from '../model.ts';
import { selfParameter } from '../summaries/callees.ts';
import { type DistantRead, readsOfArgument, readsOfMember, readsOfRows } from '../summaries/modelReads.ts';
import { summariesOf } from '../summaries/summaries.ts';
import { elementOf, type Value } from '../values.ts';
import { callsOn } from './chains.ts';
import { eachInRounds, type FoundLoop } from './find.ts';

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

export function lazyReads(
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
  return oncePerPlace(lasting(all, file, loops, inference).filter((read) => !isOneLevelDeeper(read)));
}

/**
 * Where a loop commits, SQLAlchemy loads all of its rows anew one by one, with what they had
 * (https://docs.sqlalchemy.org/en/20/orm/session_basics.html#committing): no loader option helps.
 */
function lasting(
  reads: readonly LazyRead[],
  file: SourceFile,
  loops: readonly FoundLoop[],
  inference: Inference,
): readonly LazyRead[] {
  const expiring = new Map<Node, boolean>();
  const expires = (body: Node): boolean => {
    const known = expiring.get(body) ?? summariesOf(inference).mayExpire([body], file);
    expiring.set(body, known);
    return known;
  };
  return reads.filter(
    ({ owner, range }) =>
      owner.orm !== 'sqlalchemy' || !loops.some(({ body }) => encloses(body, range) && expires(body)),
  );
}

/** `node.children`, each of them with its children, in a function that calls itself: said once. */
function isOneLevelDeeper({ distant, relation, owner, steps }: LazyRead): boolean {
  return distant !== null && relation.target === owner.id && steps.slice(0, -1).includes(relation.name);
}

/** Each relation of each query once. */
function oncePerPlace(all: readonly LazyRead[]): LazyRead[] {
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
  eachInRounds(body, (node, parents) => {
    for (const read of readsAt(node, parents, file, inference))
      if (!isAssignedBefore(read, body, file)) reads.push(read);
  });
}

/** `row.rel = value` above the read: then it is there. */
function isAssignedBefore(read: LazyRead, body: Node, file: SourceFile): boolean {
  const isIt = (target: Expr): boolean =>
    read.distant
      ? target.kind === 'Attribute' && target.attr.text === read.relation.name
      : file.text.slice(target.start, target.end) === read.path;
  for (const node of nodesUnder([body])) {
    if (node.kind !== 'Assign' || node.start >= read.range.start || encloses(node, read.range)) continue;
    if (node.targets.some(isIt)) return true;
  }
  return false;
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
  const given = [...receiverOf(call, file, inference), ...call.args, ...call.keywords.map(({ value }) => value)];
  const rows = given.flatMap((expr) => {
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

/** The query whose own method is called: the project's manager or queryset has it. */
function receiverOf({ func }: Call, file: SourceFile, inference: Inference): readonly Expr[] {
  if (func.kind !== 'Attribute') return [];
  return inference.valueOf(file, func.value).kind === 'query' ? [func.value] : [];
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
