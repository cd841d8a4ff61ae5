/** Columns that a query leaves out: `only("title")`, `defer("text")`, `load_only(Post.title)`. */
import type { Call, Expr } from '../python/syntax/nodes.ts';
import { querySetMethod } from './django/methods.ts';
import type { Inference } from './infer.ts';
import type { Field } from './model.ts';
import { callsOf, isInOneFile, type Query } from './values.ts';

export interface LeftOut {
  /** `only`, `load_only`, `defer`; null when the model is declared that way. */
  readonly by: string | null;
  /** The call that lists what is loaded, where a name can be added to it. */
  readonly list: Call | null;
}

/** null when the column is loaded, or when not all of the query can be read. */
export function leftOut(query: Query, field: Field, inference: Inference): LeftOut | null {
  if (!isInOneFile(query)) return null;
  const calls = [...callsOf(query)].reverse();
  return query.orm === 'django' ? leftOutByDjango(calls, field) : leftOutBySqlalchemy(query, calls, field, inference);
}

/** The last `only()` counts, and every `defer()` behind it (https://docs.djangoproject.com/en/stable/ref/models/querysets/#defer). */
function leftOutByDjango(calls: readonly Call[], field: Field): LeftOut | null {
  let left: LeftOut | null = null;
  for (const call of calls) {
    const method = call.func.kind === 'Attribute' ? call.func.attr.text : '';
    if (method === 'only' || method === 'defer') {
      const names = call.args.map(textOf);
      if (names.includes(null)) return null;
      // `only("author__name")` reads what leads there.
      const isNamed = names.some(
        (name) =>
          name === field.name || name === field.column || (method === 'only' && name?.startsWith(`${field.name}__`)),
      );
      if (method === 'only') left = isNamed ? null : { by: method, list: call };
      else if (isNamed) left = { by: method, list: null };
    } else if (!querySetMethod(method)) return null;
  }
  return left;
}

function leftOutBySqlalchemy(query: Query, calls: readonly Call[], field: Field, inference: Inference): LeftOut | null {
  if (query.loadsUnknown) return null;
  let left: LeftOut | null = field.deferred ? { by: null, list: null } : null;
  for (const { func, args } of calls) {
    if (func.kind !== 'Attribute' || func.attr.text !== 'options') continue;
    for (const option of args) {
      if (option.kind !== 'Call') return null;
      const callee = inference.valueOf(query.file, option.func);
      const loader = callee.kind === 'external' ? callee.name.split('.').at(-1)! : '';
      if (!/^(load_only|defer|undefer|undefer_group|with_expression)$/.test(loader)) continue;
      // Groups, wildcards, and columns that raise when they are read.
      if (loader === 'undefer_group' || option.keywords.length > 0) return null;
      const names = option.args.map((arg) => (arg.kind === 'Attribute' ? arg.attr.text : null));
      if (names.includes(null)) return null;
      const isNamed = names.includes(field.name);
      if (loader === 'load_only') left = isNamed ? null : { by: loader, list: option };
      else if (isNamed) left = loader === 'defer' ? { by: loader, list: null } : null;
    }
  }
  return left;
}

function textOf(arg: Expr): string | null {
  return arg.kind === 'Constant' && arg.type === 'str' ? arg.value : null;
}
