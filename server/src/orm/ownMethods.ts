/** Methods and properties that a model of the workspace has itself: what they send is shown where they are used. */
import { isProperty } from '../python/decorators.ts';
import type { Attribute, Call, Expr } from '../python/syntax/nodes.ts';
import { nodesUnder } from '../python/syntax/visit.ts';
import type { SourceFile } from '../python/types.ts';
import type { Inference } from './infer.ts';
import { functionOfModel } from './members.ts';
import type { Model, OrmId } from './model.ts';
import { rememberPerInference } from './remember.ts';
import { isNothing } from './statements/count.ts';
import { statementsOf } from './statements/statements.ts';
import { calleeOf, type FunctionRef } from './summaries/callees.ts';

export interface OwnMethod {
  readonly orm: OrmId;
  /** Something is sent each time; else it is in some cases. */
  readonly isCertain: boolean;
}

/** A call of a model's own method that sends statements; null for every other call, and where nobody can tell. */
export function ownMethodCalled(file: SourceFile, call: Call, inference: Inference): OwnMethod | null {
  const model = call.func.kind === 'Attribute' ? modelOf(file, call.func, inference) : null;
  const callee = model && calleeOf(file, call, inference);
  return callee && whatSends(callee, model, inference);
}

/** Reading a property of a model's own that sends statements. */
export function ownPropertyRead(file: SourceFile, attribute: Attribute, inference: Inference): OwnMethod | null {
  const model = modelOf(file, attribute, inference);
  const own = model && functionOfModel(model, attribute.attr.text, inference);
  return own && isProperty(own.node) ? whatSends(own, model, inference) : null;
}

/** Whether an expression uses such a method or property: it may read all that an object holds. */
export function usesOwnMethod(file: SourceFile, expr: Expr, inference: Inference): boolean {
  return [...nodesUnder([expr])].some((node) => {
    if (node.kind === 'Call') return ownMethodCalled(file, node, inference) !== null;
    return node.kind === 'Attribute' && ownPropertyRead(file, node, inference) !== null;
  });
}

function modelOf(file: SourceFile, { value }: Attribute, inference: Inference): Model | null {
  const on = inference.valueOf(file, value);
  return ((on.kind === 'instance' || on.kind === 'model') && inference.graph.model(on.model)) || null;
}

const remembered = rememberPerInference<'each time' | 'at times' | 'never'>();

function whatSends(of: FunctionRef, { orm }: Model, inference: Inference): OwnMethod | null {
  const answer = remembered(inference, of.node, () => howOften(of, inference));
  return answer === 'never' ? null : { orm, isCertain: answer === 'each time' };
}

function howOften(of: FunctionRef, inference: Inference): 'each time' | 'at times' | 'never' {
  const { least, places } = statementsOf(of, inference);
  if (!isNothing(least)) return 'each time';
  return places.length > 0 ? 'at times' : 'never';
}
