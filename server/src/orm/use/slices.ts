import type { Call } from '../../python/syntax/nodes.ts';
import type { SourceFile } from '../../python/types.ts';
import type { Inference } from '../infer.ts';
import { queryOf } from '../values.ts';
import type { Code } from './code.ts';

/** What a queryset of Django refuses once a slice was taken (https://docs.djangoproject.com/en/stable/topics/db/queries/#limiting-querysets). */
const REFUSED = new Set([
  'filter',
  'exclude',
  'order_by',
  'reverse',
  'distinct',
  'annotate',
  'last',
  'latest',
  'earliest',
]);

/** `Entry.objects.all()[:5].filter(…)` raises. */
export interface ChangedSlice {
  readonly call: Call;
  readonly method: string;
}

export function changedSlices(code: Code, file: SourceFile, inference: Inference): readonly ChangedSlice[] {
  return code.calls.flatMap(({ node: call }) => {
    const { func } = call;
    if (func.kind !== 'Attribute' || !REFUSED.has(func.attr.text)) return [];
    const on = func.value;
    if (on.kind !== 'Subscript' || on.slice.kind !== 'Slice' || on.slice.step) return [];
    const query = queryOf(inference.valueOf(file, on.value));
    return query?.orm === 'django' ? { call, method: func.attr.text } : [];
  });
}
