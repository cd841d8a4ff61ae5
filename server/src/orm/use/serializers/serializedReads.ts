/** Rows that are written out by a serializer, and the relations that it loads row by row. */
import type { SourceFile } from '../../../python/types.ts';
import type { Unit } from '../../../python/units.ts';
import type { Inference } from '../../infer.ts';
import type { Code } from '../code.ts';
import { readsOfDump } from './marshmallow.ts';
import { readsOfRoute, readsOfValidation } from './pydantic.ts';
import { readsOfCall } from './restFramework.ts';
import { readsOfView } from './restViews.ts';
import type { SerializedRead } from './serialized.ts';

export type { SerializedRead } from './serialized.ts';

/** Each relation of each query once. */
export function serializedReads(
  code: Code,
  { node }: Unit,
  file: SourceFile,
  inference: Inference,
): readonly SerializedRead[] {
  const found: SerializedRead[] = [];
  if (node.kind === 'ClassDef') found.push(...readsOfView({ file, cls: node }, inference));
  if (node.kind === 'FunctionDef') found.push(...readsOfRoute(file, node, inference));
  for (const call of code.calls)
    found.push(
      ...readsOfCall(file, call.node, inference),
      ...readsOfDump(file, call.node, inference),
      ...readsOfValidation(file, call.node, inference),
    );
  const seen = new Set<string>();
  return found.filter(({ query, steps }) => {
    const key = `${query.root.start}@${query.rootFile.path}:${steps.join('.')}`;
    return !seen.has(key) && seen.add(key);
  });
}
