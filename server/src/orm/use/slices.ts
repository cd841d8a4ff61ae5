import type { Call } from '../../python/syntax/nodes.ts';
import { querySetMethod } from '../django/methods.ts';
import type { SourceFile } from '../../python/types.ts';
import type { Inference } from '../infer.ts';
import { queryOf } from '../values.ts';
import type { Code } from './code.ts';

/** `Entry.objects.all()[:5].filter(…)` raises. */
export interface ChangedSlice {
  readonly call: Call;
  readonly method: string;
}

export function changedSlices(code: Code, file: SourceFile, inference: Inference): readonly ChangedSlice[] {
  return code.calls.flatMap(({ node: call }) => {
    const { func } = call;
    if (func.kind !== 'Attribute' || !querySetMethod(func.attr.text)?.refusesSlice) return [];
    const on = func.value;
    if (on.kind !== 'Subscript' || on.slice.kind !== 'Slice' || on.slice.step) return [];
    const query = queryOf(inference.valueOf(file, on.value));
    return query?.orm === 'django' ? { call, method: func.attr.text } : [];
  });
}
