/** What the classes of views have, by themselves and from their bases. */
import type { Expr, Node } from '../../../python/syntax/nodes.ts';
import type { SourceFile } from '../../../python/types.ts';
import type { Inference } from '../../infer.ts';
import type { ClassAt } from './serialized.ts';

/** `name = value` in the body of a class, or of the nearest base that has it. */
export function assignedMember(
  { file, cls }: ClassAt,
  name: string,
  { program }: Inference,
): { readonly file: SourceFile; readonly value: Expr } | null {
  const { symbol } = program.member(file, cls, name);
  if (symbol.kind !== 'binding' || symbol.binding.kind !== 'assign') return null;
  return { file: symbol.file, value: symbol.binding.statement.value };
}

/** `self.name` */
export function isSelf(node: Node, name: string): boolean {
  return node.kind === 'Attribute' && node.attr.text === name && node.value.kind === 'Name' && node.value.id === 'self';
}
