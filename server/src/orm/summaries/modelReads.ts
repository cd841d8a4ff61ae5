/** Relations that code reads on an object of a model when it calls a function, a method or a property with it. */
import { isProperty } from '../../python/decorators.ts';
import type { Expr } from '../../python/syntax/nodes.ts';
import type { SourceFile } from '../../python/types.ts';
import type { Inference } from '../infer.ts';
import { type Instance, type LazyRelation, lazyRelation } from '../lazyReads.ts';
import { memberNamed } from '../members.ts';
import { elementOf, type Value } from '../values.ts';
import { EACH } from './accessPaths.ts';
import { type FunctionRef, selfParameter } from './callees.ts';
import { summariesOf, type Use } from './summaries.ts';

export interface DistantRead extends LazyRelation {
  /** Where it is read. */
  readonly file: SourceFile;
  readonly node: Expr;
  /** The member of the model that reads it: `__str__`, `total`; null for a function that is no member. */
  readonly member: string | null;
}

/** Members that read members that read members …: further than this nobody would look. */
const MAX_DEPTH = 3;

/** What a function reads of the object in one of its parameters and does not find loaded. Only what it surely reads. */
export function readsOfArgument(
  on: Instance,
  of: FunctionRef,
  parameter: string,
  inference: Inference,
): readonly DistantRead[] {
  return readsIn(on, of, parameter, null, inference, 0);
}

/** What a function reads of each row of the collection or the query in one of its parameters. */
export function readsOfRows(
  row: Instance,
  of: FunctionRef,
  parameter: string,
  inference: Inference,
): readonly DistantRead[] {
  return usesOf(of, parameter, inference)
    .filter(({ steps }) => steps[0] === EACH)
    .flatMap((use) => readsAlong(row, { ...use, steps: use.steps.slice(1) }, null, inference, 0));
}

/** What a property or a method reads of the object that it is a member of. */
export function readsOfMember(
  on: Instance,
  name: string,
  isCalled: boolean,
  inference: Inference,
): readonly DistantRead[] {
  return throughMember(on, name, isCalled, inference, 0);
}

function throughMember(
  on: Instance,
  name: string,
  isCalled: boolean,
  inference: Inference,
  depth: number,
): readonly DistantRead[] {
  const model = inference.graph.model(on.model);
  const member = model && depth < MAX_DEPTH ? memberNamed(model, name, inference) : null;
  if (!member || isProperty(member.node) === isCalled || isAnnotated(on, name)) return [];
  const self = selfParameter(member.node)?.name.text;
  return self === undefined ? [] : readsIn(on, member, self, name, inference, depth + 1);
}

function readsIn(
  on: Instance,
  of: FunctionRef,
  parameter: string,
  member: string | null,
  inference: Inference,
  depth: number,
): readonly DistantRead[] {
  return usesOf(of, parameter, inference).flatMap((use) => readsAlong(on, use, member, inference, depth));
}

function usesOf(of: FunctionRef, parameter: string, inference: Inference): readonly Use[] {
  return summariesOf(inference)
    .usesOf(of)
    .filter(({ root, isCertain, kind }) => root === parameter && isCertain && (kind === 'read' || kind === 'text'));
}

function readsAlong(
  on: Instance,
  { kind, steps, calls, file, node }: Use,
  member: string | null,
  inference: Inference,
  depth: number,
): readonly DistantRead[] {
  const found: DistantRead[] = [];
  const through = (at: Instance, name: string, isCalled: boolean): readonly DistantRead[] => [
    ...found,
    ...throughMember(at, name, isCalled, inference, depth).map((read) => ({ ...read, member: member ?? read.member })),
  ];
  let at: Value = on;
  for (const [i, name] of steps.entries()) {
    if (name === EACH) {
      at = elementOf(at);
      continue;
    }
    if (at.kind !== 'instance') return found;
    const model = inference.graph.model(at.model);
    if (!model) return found;
    if (!inference.graph.relation(model, name)) return through(at, name, false);
    const next = steps[i + 1];
    // Of a related manager all rows are asked for where a loop goes over them.
    const asked = next === EACH ? ['all'] : next === undefined ? calls : [];
    const lazy = lazyRelation(at, name, asked, inference);
    // A query that begins where it is read is that function's own: it is told there.
    if (lazy && lazy.query.root !== node) found.push({ ...lazy, file, node, member });
    at = inference.attributeOf(at, name, file, node);
  }
  if (at.kind !== 'instance') return found;
  const called = kind === 'text' ? '__str__' : calls[0];
  return called === undefined ? found : through(at, called, true);
}

/** `annotate(title=…)` puts its value where the property was. */
function isAnnotated({ origin }: Instance, name: string): boolean {
  if (!origin) return false;
  const { file, root, tip } = origin.query;
  return new RegExp(`\\b${name}\\s*=[^=]`).test(file.text.slice(root.start, tip.end));
}
