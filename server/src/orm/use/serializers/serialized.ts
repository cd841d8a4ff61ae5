/** What all serializers are read with. */
import { isSuper } from '../../../python/superCalls.ts';
import type { TextRange } from '../../../base/text.ts';
import type { Call, ClassDef, Expr, Node } from '../../../python/syntax/nodes.ts';
import type { SourceFile } from '../../../python/types.ts';
import type { Inference } from '../../infer.ts';
import { type Instance, type LazyRelation, lazyRelation } from '../../lazyReads.ts';
import { readsOfMember } from '../../summaries/modelReads.ts';
import { elementOf, type Value } from '../../values.ts';

export interface SerializedRead extends LazyRelation {
  /** Where the rows are given to the serializer, in the file that is checked. */
  readonly at: TextRange;
  readonly serializer: string;
  /** The query belongs to a base class of several views: what one of them needs is not to be added there. */
  readonly isShared?: boolean;
  /** The field that reads it. */
  readonly field: { readonly path: string; readonly at: TextRange; readonly name: string };
}

export type FieldRead = LazyRelation & Pick<SerializedRead, 'field'>;

/** Serializers in serializers in serializers …: further than this nobody would look. */
export const MAX_NESTING = 4;

/**
 * Reads attribute after attribute of an object, as a serializer does with `author.blog`: what that loads, and the object
 * at the end of the path; null when the path leaves the models before.
 */
export function readAlong(
  on: Instance,
  steps: readonly string[],
  { field, at, file }: { readonly field: FieldRead['field']; readonly at: Expr; readonly file: SourceFile },
  inference: Inference,
): { readonly reads: FieldRead[]; readonly end: Value | null } {
  const reads: FieldRead[] = [];
  let end: Value = on;
  for (const step of steps) {
    if (end.kind !== 'instance') return { reads, end: null };
    const lazy = lazyRelation(end, step, ['all'], inference);
    if (lazy) reads.push({ ...lazy, field });
    else for (const read of readsOfMember(end, step, false, inference)) reads.push({ ...read, field });
    const next: Value = inference.attributeOf(end, step, file, at);
    end = next.kind === 'instance' ? next : elementOf(next);
  }
  return { reads, end };
}

export interface ClassAt {
  readonly file: SourceFile;
  readonly cls: ClassDef;
}

/** The row that a value has many of; null when it is not known that a query gave them. */
export function rowsOf(value: Value): Instance | null {
  const row =
    value.kind === 'collection' || value.kind === 'query' || value.kind === 'result' ? elementOf(value) : null;
  return row?.kind === 'instance' && row.origin && !row.origin.single ? row : null;
}

export function classNamed(file: SourceFile, expr: Expr, { program }: Inference): ClassAt | null {
  const symbol = program.resolve(file, expr);
  return symbol.kind === 'binding' && symbol.binding.kind === 'class'
    ? { file: symbol.file, cls: symbol.binding.node }
    : null;
}

/** Dotted names of the library classes that a class inherits from. */
export function libraryBases({ file, cls }: ClassAt, { program }: Inference): readonly string[] {
  return program.bases(file, cls).flatMap((base) => (base.kind === 'external' ? base.name : []));
}

export interface DeclaredField extends ClassAt {
  readonly name: string;
  /** null for `name = None`, which takes away what a base declares, and for what is no call. */
  readonly value: Call | null;
}

/** `name = Field(…)` in the body of the class and of those it inherits from. */
export function declaredFields({ file, cls }: ClassAt, { program }: Inference): readonly DeclaredField[] {
  const found = new Map<string, DeclaredField>();
  for (const base of program.bases(file, cls)) {
    if (base.kind !== 'binding' || base.binding.kind !== 'class') continue;
    for (const statement of program.bodyOf(base.file, base.binding.node)) {
      const target = statement.kind === 'Assign' ? statement.targets[0] : undefined;
      if (statement.kind !== 'Assign' || target?.kind !== 'Name' || found.has(target.id)) continue;
      const value = statement.value.kind === 'Call' ? statement.value : null;
      found.set(target.id, { file: base.file, cls: base.binding.node, name: target.id, value });
    }
  }
  return [...found.values()];
}

/** `name = value` in the body of a class, not of its bases. */
export function assignmentsIn({ file, cls }: ClassAt, { program }: Inference): ReadonlyMap<string, Expr> {
  const found = new Map<string, Expr>();
  for (const statement of program.bodyOf(file, cls))
    for (const target of statement.kind === 'Assign' ? statement.targets : [])
      if (target.kind === 'Name' && statement.kind === 'Assign') found.set(target.id, statement.value);
  return found;
}

/** A list or tuple of nothing but strings; null for anything else: `"__all__"`, sums of lists. */
export function namesIn(expr: Expr): readonly string[] | null {
  if (expr.kind !== 'List' && expr.kind !== 'Tuple' && expr.kind !== 'Set') return null;
  const names = expr.elts.map((each) => (each.kind === 'Constant' && each.type === 'str' ? each.value : null));
  return names.every((name) => name !== null) ? names : null;
}

export function isTrue(expr: Expr | null): boolean {
  return expr?.kind === 'Constant' && expr.value === true;
}

/** `super().name(…)` */
export function isSuperCall(node: Node, name: string): boolean {
  return (
    node.kind === 'Call' && node.func.kind === 'Attribute' && node.func.attr.text === name && isSuper(node.func.value)
  );
}
