/** Calls that run a function for each row they are given: `sorted(rows, key=…)`, `map(…, rows)`. */
import type { Call, Expr } from '../python/syntax/nodes.ts';
import type { SourceFile } from '../python/types.ts';
import type { Inference } from './infer.ts';

export interface RowsGiven {
  readonly rows: Expr;
  /** The function: a lambda, or the name of one. */
  readonly body: Expr;
}

/** null for calls that run nothing per row. */
export function rowsGiven(file: SourceFile, call: Call, { program }: Inference): RowsGiven | null {
  const { func } = call;
  if (func.kind === 'Attribute') {
    const key = func.attr.text === 'sort' ? keyOf(call) : null;
    return key && { rows: func.value, body: key };
  }
  if (func.kind !== 'Name') return null;
  const callee = program.resolve(file, func);
  const name = callee.kind === 'builtin' ? callee.name : callee.kind === 'external' ? callee.name : '';
  switch (name) {
    case 'sorted':
    case 'min':
    case 'max': {
      const key = keyOf(call);
      return key && call.args[0] ? { rows: call.args[0], body: key } : null;
    }
    case 'itertools.groupby': {
      const key = call.args[1] ?? keyOf(call);
      return key && call.args[0] ? { rows: call.args[0], body: key } : null;
    }
    case 'map':
    case 'filter': {
      const [body, rows] = call.args;
      return body && rows ? { rows, body } : null;
    }
    default:
      return null;
  }
}

function keyOf({ keywords }: Call): Expr | null {
  return keywords.find(({ name }) => name?.text === 'key')?.value ?? null;
}
