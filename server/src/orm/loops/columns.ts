/** Columns of the rows of a query that are read in its loops. */
import type { Attribute, Node } from '../../python/syntax/nodes.ts';
import { isWritten } from '../../python/syntax/written.ts';
import type { SourceFile } from '../../python/types.ts';
import type { Inference } from '../infer.ts';
import type { Field, Model } from '../model.ts';
import type { Query } from '../values.ts';
import { eachInRounds, type FoundLoop } from './find.ts';

export interface ColumnRead {
  readonly attribute: Attribute;
  readonly query: Query;
  readonly model: Model;
  readonly field: Field;
}

export function columnReads(
  file: SourceFile,
  loops: readonly FoundLoop[],
  inference: Inference,
): readonly ColumnRead[] {
  const found = new Map<Node, ColumnRead>();
  for (const { body } of loops)
    eachInRounds(body, (node, parents) => {
      if (node.kind !== 'Attribute' || isWritten(node, parents[0])) return;
      const on = inference.valueOf(file, node.value);
      if (on.kind !== 'instance' || !on.origin || on.origin.single || on.origin.path.length > 0) return;
      const model = inference.graph.model(on.model);
      if (!model || model.unknown.length > 0 || inference.graph.relation(model, node.attr.text)) return;
      const name = node.attr.text;
      const field = inference.graph.field(model, name) ?? model.fields.find(({ column }) => column === name);
      if (field?.column && !field.primaryKey)
        found.set(node, { attribute: node, query: on.origin.query, model, field });
    });
  return [...found.values()].sort((a, b) => a.attribute.start - b.attribute.start);
}
