/** Calls of Django that send a query at once. */
import type { Call } from '../../python/syntax/nodes.ts';
import type { SourceFile } from '../../python/types.ts';
import { querySetMethod } from '../django/methods.ts';
import type { Inference } from '../infer.ts';
import type { Query } from '../values.ts';

const BY_ROW = new Set(['save', 'delete', 'refresh_from_db']);
const WRITES = /^(save|delete|create|bulk_create|bulk_update|update)$/;

/** The method, `get` of `Book.objects.get(pk=1)`; null when nothing is sent, or when it may be known already. */
export function methodSent(call: Call, file: SourceFile, inference: Inference): string | null {
  const { func } = call;
  if (func.kind !== 'Attribute') return null;
  const name = func.attr.text;
  const on = inference.valueOf(file, func.value);
  if (on.kind === 'instance') {
    const model = inference.graph.model(on.model);
    return model?.orm === 'django' && BY_ROW.has(name) && model.unknown.length === 0 ? name : null;
  }
  if (on.kind !== 'query' || on.query.orm !== 'django' || on.query.row[0]?.kind !== 'instance') return null;
  // What a related manager has as a whole may have been prefetched.
  if (isWhole(on.query) && /^(count|exists|first|last)$/.test(name)) return null;
  const method = querySetMethod(name);
  // Each has an asynchronous twin, and is none itself.
  const sends = method && !/^(queryset|values|other)$/.test(method.gives) && querySetMethod(`a${name}`);
  return sends ? name : null;
}

/** Whether the method may fail on what the database has: a duplicate, a row that others refer to. */
export function isWrite(method: string): boolean {
  return WRITES.test(method);
}

/** `book.tags.all()` */
export function isWhole({ via, root, tip }: Query): boolean {
  return (
    via !== null && (tip === root || (tip.kind === 'Call' && tip.func.kind === 'Attribute' && tip.func.value === root))
  );
}
