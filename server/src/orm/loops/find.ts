/** Which loops go over the rows of a query, and what of their bodies runs for each row. */
import type { TextRange } from '../../base/text.ts';
import type { Comprehension, Expr, For, Node, Stmt } from '../../python/syntax/nodes.ts';
import { runsInOneRound } from '../../python/rounds.ts';
import { children, suitesOf } from '../../python/syntax/visit.ts';
import type { SourceFile } from '../../python/types.ts';
import type { Inference } from '../infer.ts';
import { rowsGiven } from '../iteration.ts';
import type { Instance } from '../lazyReads.ts';
import type { Model } from '../model.ts';
import { elementOf, type Value } from '../values.ts';

export interface QueryLoop {
  readonly range: TextRange;
  readonly rowModel: Model;
}

export interface FoundLoop extends QueryLoop {
  /** What runs for each row. */
  readonly body: Node;
}

export function findLoops(file: SourceFile, trees: readonly Node[], inference: Inference): FoundLoop[] {
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
    if (loop.kind === 'For' && runsInOneRound(loop.body)) return;
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

// ---------------------------------------------------------------- bodies

/** Every node of a body that runs in each round, with the nodes around it, the nearest first. */
export function eachInRounds(body: Node, visit: (node: Node, parents: readonly Node[]) => void): void {
  const pending = [{ node: body, parents: [] as readonly Node[] }];
  for (let place = pending.pop(); place; place = pending.pop()) {
    const { node, parents } = place;
    visit(node, parents);
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
  return suite !== undefined && runsInOneRound(suite);
}
