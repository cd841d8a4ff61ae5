/** Models that code makes new rows of. */
import type { Node } from '../../python/syntax/nodes.ts';
import { nodesUnder } from '../../python/syntax/visit.ts';
import type { SourceFile } from '../../python/types.ts';
import type { Inference } from '../infer.ts';

/** Methods of managers and querysets that make rows. */
export const MAKES = /^(a?(bulk_)?create|a?(get|update)_or_create)$/;

/** `Tag(…)`, `Tag.objects.create(…)`: what the code itself makes, not what it calls. */
export function modelsMadeIn(code: readonly Node[], file: SourceFile, inference: Inference): ReadonlySet<string> {
  const models = new Set<string>();
  for (const node of nodesUnder(code)) {
    if (node.kind !== 'Call') continue;
    const { func } = node;
    const isMaking = func.kind === 'Attribute' && MAKES.test(func.attr.text);
    const value = inference.valueOf(file, isMaking ? func.value : func);
    const row = value.kind === 'query' ? value.query.row[0] : value;
    if (row?.kind === (isMaking ? 'instance' : 'model') && 'model' in row) models.add(row.model);
  }
  return models;
}
