import type { Call, Expr } from '../../python/syntax/nodes.ts';
import type { SourceFile } from '../../python/types.ts';
import type { Inference } from '../infer.ts';
import type { Model } from '../model.ts';
import { isBuiltWith } from '../values.ts';
import type { Code } from './code.ts';
import { foreignKeysBetween, type ForeignKeyOf } from './relationships.ts';

/** `select(User).join(Message)` where several foreign keys lead from one to the other. */
export interface AmbiguousJoin {
  readonly call: Call;
  readonly left: Model;
  readonly right: Model;
  /** What is joined, as it is written. */
  readonly joined: Expr;
  readonly keys: readonly ForeignKeyOf[];
}

export function ambiguousJoins(code: Code, file: SourceFile, inference: Inference): readonly AmbiguousJoin[] {
  return code.calls.flatMap(({ node: call }) => {
    const { func } = call;
    const [joined, ...more] = call.args;
    if (func.kind !== 'Attribute' || !/^(join|outerjoin)$/.test(func.attr.text) || !joined || more.length > 0)
      return [];
    if (call.keywords.some(({ name }) => !/^(isouter|full)$/.test(name?.text ?? ''))) return [];
    const on = inference.valueOf(file, func.value);
    const to = inference.valueOf(file, joined);
    if (on.kind !== 'query' || on.query.orm !== 'sqlalchemy' || to.kind !== 'model') return [];
    // From where it joins is only plain when there is one model, and nothing was joined yet.
    const [row, ...others] = on.query.row;
    if (row?.kind !== 'instance' || others.length > 0 || isBuiltWith(on.query, /join|select_from|from_/)) return [];
    const left = inference.graph.model(row.model);
    const right = inference.graph.model(to.model);
    if (!left || !right || !isWhole(left, inference) || !isWhole(right, inference)) return [];
    const keys = foreignKeysBetween(left, right);
    return keys.length > 1 ? [{ call, left, right, joined, keys }] : [];
  });
}

function isWhole(model: Model, { graph }: Inference): boolean {
  return (
    !model.sharesTable && model.unknown.length === 0 && !model.bases.some((id) => graph.model(id)?.isAbstract === false)
  );
}
