/** Which objects of models a call changes: a method of the workspace sets attributes of `self`, a function those of what it is given. */
import type { Assign, Call, Expr, Node } from '../python/syntax/nodes.ts';
import { nodesUnder } from '../python/syntax/visit.ts';
import type { SourceFile } from '../python/types.ts';
import { isOfTypeVariable } from './choices.ts';
import { formChangedBy } from './django/given.ts';
import type { Inference } from './infer.ts';
import { rememberPerInference } from './remember.ts';
import { argumentsOf } from './summaries/ownUses.ts';
import { calleeOf, selfParameter, type Callee } from './summaries/callees.ts';

/** Methods that models inherit from Django's own users and that set attributes. */
const INHERITED = new Set(['set_password', 'set_unusable_password']);

/** The objects among the arguments, and what the method is called on, that the call may set attributes of; a form that it checks. */
export function changedBy(call: Call, file: SourceFile, inference: Inference): readonly Expr[] {
  const form = formChangedBy(call, file, inference);
  if (form) return [form];
  return changed(call, file, inference).filter(
    (expr) => inference.valueOf(file, expr).kind === 'instance' || isOfTypeVariable(expr, file, inference),
  );
}

/** What is given to the other side of a one-to-one relation refers to that object then: `place.restaurant = restaurant`. */
export function changedByAssigning(
  { targets, value }: Assign,
  file: SourceFile,
  inference: Inference,
): readonly Expr[] {
  const sets = targets.some((target) => {
    if (target.kind !== 'Attribute') return false;
    const owner = inference.valueOf(file, target.value);
    const model = owner.kind === 'instance' ? inference.graph.model(owner.model) : undefined;
    const relation = model && inference.graph.relation(model, target.attr.text);
    return relation?.direction === 'reverse' && relation.cardinality === 'one';
  });
  return sets ? [value] : [];
}

function changed(call: Call, file: SourceFile, inference: Inference): readonly Expr[] {
  const { func, args } = call;
  if (func.kind === 'Name' && func.id === 'setattr') return args.slice(0, 1);
  const callee = calleeOf(file, call, inference);
  if (callee) {
    const names = changedParameters(callee, inference);
    return names.size === 0 ? [] : passed(call, callee).flatMap(([expr, name]) => (names.has(name) ? expr : []));
  }
  return func.kind === 'Attribute' && INHERITED.has(func.attr.text) ? [func.value] : [];
}

/** What each parameter gets. */
function passed(call: Call, callee: Callee): readonly (readonly [Expr, string])[] {
  const self = callee.receiver && selfParameter(callee.node);
  const given = argumentsOf(call, callee);
  return self && callee.receiver ? [[callee.receiver, self.name.text], ...given] : given;
}

const remembered = rememberPerInference<ReadonlySet<string>>();

/** Parameters of a function whose attributes it sets, itself or by what it calls. One walk over each function, once. */
function changedParameters({ file, node }: Callee, inference: Inference): ReadonlySet<string> {
  const work = (): ReadonlySet<string> => {
    const { posonly, args, kwonly } = node.params;
    const parameters = new Set([...posonly, ...args, ...kwonly].map(({ name }) => name.text));
    const owners = [...nodesUnder(node.body)].flatMap((at) => ownerOfTarget(at, file, inference));
    return new Set(owners.flatMap((expr) => (expr.kind === 'Name' && parameters.has(expr.id) ? expr.id : [])));
  };
  // A function that calls itself adds nothing to what it sets.
  return remembered(inference, node, work, new Set());
}

function ownerOfTarget(node: Node, file: SourceFile, inference: Inference): readonly Expr[] {
  switch (node.kind) {
    case 'Assign':
      return node.targets.flatMap((target) => (target.kind === 'Attribute' ? target.value : []));
    case 'AugAssign':
    case 'AnnAssign':
      return node.target.kind === 'Attribute' ? [node.target.value] : [];
    case 'Call':
      return changed(node, file, inference);
    default:
      return [];
  }
}
