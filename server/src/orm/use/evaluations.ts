/** Querysets in a variable that send their query more than once. */
import type { Call, Expr, If, Node, Subscript } from '../../python/syntax/nodes.ts';
import { children } from '../../python/syntax/visit.ts';
import type { SourceFile } from '../../python/types.ts';
import type { Inference } from '../infer.ts';
import type { Code, CodeSite } from './code.ts';
import { bodyAround, nodesIn } from './places.ts';

export interface EvaluatedTwice {
  readonly name: string;
  /** `exists`: asked for a row, then read; `index`: read one row at a time. */
  readonly kind: 'exists' | 'index';
  readonly expr: Call | Subscript;
  /** Where the query is sent the other time. */
  readonly other: Expr;
}

export function evaluatedTwice(code: Code, file: SourceFile, inference: Inference): readonly EvaluatedTwice[] {
  return [
    ...code.of('If').flatMap((site) => askedThenRead(site, file, inference) ?? []),
    ...indexedTwice(code, file, inference),
  ];
}

/** `if entries.exists(): for entry in entries: …` */
function askedThenRead(site: CodeSite<If>, file: SourceFile, inference: Inference): EvaluatedTwice | null {
  const { test, body } = site.node;
  if (test.kind !== 'Call' || test.func.kind !== 'Attribute' || test.func.attr.text !== 'exists') return null;
  const on = test.func.value;
  if (on.kind !== 'Name' || test.args.length > 0 || !isQuerySet(on, file, inference)) return null;
  const uses = usesOf(on.id, site, file);
  // Its rows may be there already, and then nothing is asked.
  if (uses.some(({ node, parents }) => node.start < test.start && isRead(node, parents))) return null;
  const other = uses.find(
    ({ node, parents }) => node.start > test.end && node.end <= body.at(-1)!.end && isIterated(node, parents[0]),
  );
  return other ? { name: on.id, kind: 'exists', expr: test, other: other.node } : null;
}

/** `entries[0]`, then `entries[1]`, and nothing that reads all of them. */
function indexedTwice(code: Code, file: SourceFile, inference: Inference): readonly EvaluatedTwice[] {
  const first = new Map<string, Subscript>();
  const found: EvaluatedTwice[] = [];
  for (const site of code.of('Subscript')) {
    const { value, slice } = site.node;
    if (value.kind !== 'Name' || slice.kind !== 'Constant' || slice.type !== 'int') continue;
    const body = bodyAround(site, file);
    const key = `${value.id} ${body[0]?.start}`;
    const before = first.get(key);
    if (!before) {
      if (
        isQuerySet(value, file, inference) &&
        !usesOf(value.id, site, file).some(({ node, parents }) => isRead(node, parents))
      )
        first.set(key, site.node);
    } else if (!found.some(({ other }) => other === before)) {
      if (before.slice.kind === 'Constant' && before.slice.value !== slice.value)
        found.push({ name: value.id, kind: 'index', expr: site.node, other: before });
    }
  }
  return found;
}

/** A queryset of Django that is assigned once, where nothing tells that it has its rows. */
function isQuerySet(name: Expr & { readonly kind: 'Name' }, file: SourceFile, inference: Inference): boolean {
  const { program } = inference;
  const bindings = program.lookup(program.scopeAt(file, name.start), name.id);
  if (bindings.length !== 1 || bindings[0]!.kind !== 'assign') return false;
  const value = inference.valueOf(file, name);
  return value.kind === 'query' && value.query.orm === 'django' && value.query.form === 'queryset' && !value.query.via;
}

interface NameUse {
  readonly node: Expr;
  /** The nearest first, two of them. */
  readonly parents: readonly Node[];
}

/** Where a name is read in the function around a place. */
function usesOf(name: string, site: { readonly around: readonly Node[] }, file: SourceFile): readonly NameUse[] {
  const found: NameUse[] = [];
  const parents = new Map<Node, Node>();
  for (const node of nodesIn(...bodyAround(site, file))) {
    for (const child of children(node)) parents.set(child, node);
    if (node.kind !== 'Name' || node.id !== name) continue;
    const parent = parents.get(node);
    const above = parent && parents.get(parent);
    found.push({ node, parents: [parent, above].filter((each) => each !== undefined) });
  }
  return found.filter(({ node, parents: [parent] }) => !(parent?.kind === 'Assign' && parent.targets.includes(node)));
}

/** Anything but an index or a method: the rows may be read there, or by whoever gets it. */
function isRead(_: Expr, [parent]: readonly Node[]): boolean {
  return parent?.kind !== 'Attribute' && !(parent?.kind === 'Subscript' && parent.slice.kind !== 'Slice');
}

function isIterated(node: Expr, parent: Node | undefined): boolean {
  return (parent?.kind === 'For' || parent?.kind === 'Comprehension') && parent.iter === node;
}
