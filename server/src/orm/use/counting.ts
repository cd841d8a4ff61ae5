/** Rows that are counted or loaded where only their number, or whether there are any, is asked for. */
import type { Call, Compare, Expr } from '../../python/syntax/nodes.ts';
import type { SourceFile } from '../../python/types.ts';
import type { Inference } from '../infer.ts';
import type { OrmId } from '../model.ts';
import { queryOf } from '../values.ts';
import { BUILDERS } from './builders.ts';
import type { Code } from './code.ts';

/** `query.count() > 0` */
export interface ExistenceCheck {
  readonly expr: Compare;
  readonly call: Call;
  /** True for `> 0`, false for `== 0`. */
  readonly isPresence: boolean;
  readonly orm: OrmId;
}

/** `len(Entry.objects.filter(…))` */
export interface LoadedToCount {
  readonly call: Call;
  readonly query: Expr;
}

/** Comparisons with a number that only ask whether there is a row: operator and number. */
const PRESENCE: Readonly<Record<string, boolean>> = {
  '> 0': true,
  '>= 1': true,
  '!= 0': true,
  '== 0': false,
  '< 1': false,
};

export function existenceChecks(code: Code, file: SourceFile, inference: Inference): readonly ExistenceCheck[] {
  return code.calls.flatMap(({ node: call, around }) => {
    const expr = around[0];
    if (!isCount(call) || expr?.kind !== 'Compare' || expr.left !== call || expr.ops.length !== 1) return [];
    const [number] = expr.comparators;
    const isPresence = number?.kind === 'Constant' ? PRESENCE[`${expr.ops[0]} ${number.value}`] : undefined;
    const query = queryOf(inference.valueOf(file, call.func.value));
    // A related manager may have its rows already: then counting is free.
    if (isPresence === undefined || !query || query.via) return [];
    return { expr, call, isPresence, orm: query.orm };
  });
}

export function loadedToCount(code: Code, file: SourceFile, inference: Inference): readonly LoadedToCount[] {
  return code.calls.flatMap(({ node: call }) => {
    const [query] = call.args;
    if (call.func.kind !== 'Name' || call.func.id !== 'len' || call.args.length !== 1) return [];
    // A variable may be read elsewhere, and then its rows are needed; so may those of a related manager be there.
    if (query?.kind !== 'Call') return [];
    const value = queryOf(inference.valueOf(file, query));
    if (!value || value.orm !== 'django' || value.via || !isOwnChain(query)) return [];
    const callee = inference.program.resolve(file, call.func);
    return callee.kind === 'builtin' ? { call, query } : [];
  });
}

/** Only methods of Django itself: one of the project's own may give a list. */
function isOwnChain(query: Expr): boolean {
  let at = query;
  while (at.kind === 'Call' && at.func.kind === 'Attribute') {
    if (at.func.attr.text !== 'all' && !BUILDERS.django.has(at.func.attr.text)) return false;
    at = at.func.value;
  }
  return true;
}

function isCount(call: Call): call is Call & { readonly func: Expr & { readonly kind: 'Attribute' } } {
  return call.func.kind === 'Attribute' && call.func.attr.text === 'count' && call.args.length === 0;
}
