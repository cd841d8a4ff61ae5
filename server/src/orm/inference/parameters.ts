import { hasDecorator, isFirstParameter } from '../../python/decorators.ts';
import type { ClassDef, Expr, FunctionDef, Lambda } from '../../python/syntax/nodes.ts';
import { nodePathAt } from '../../python/syntax/visit.ts';
import type { Binding, SourceFile } from '../../python/types.ts';
import { formGiven } from '../django/given.ts';
import type { Inference } from '../infer.ts';
import { rowsGiven } from '../iteration.ts';
import { elementOf, UNKNOWN, withExpiry, type Value } from '../values.ts';
import type { Annotations } from './annotations.ts';
import { givenBy } from './dependencies.ts';

/** What a parameter is worth: by what it belongs to, its annotation and its default. */
export function parameterValue(
  file: SourceFile,
  binding: Binding & { readonly kind: 'parameter' },
  inference: Inference,
  annotations: Annotations,
): Value {
  const { node, owner, scope, variadic } = binding;
  if (variadic) return UNKNOWN;
  if (isFirstParameter(binding))
    return selfValue(file, scope.parent!.node as ClassDef, owner as FunctionDef, inference);
  if (node.annotation) {
    const annotated = annotations.valueOf(file, node.annotation, scope.parent ?? scope);
    // The type of a session does not say how it was made.
    if (annotated.kind === 'session' && node.default)
      return withExpiry(annotated, defaultValue(file, node.default, inference));
    if (annotated.kind !== 'unknown' && annotated.kind !== 'external') return annotated;
  }
  if (node.default) {
    const byDefault = defaultValue(file, node.default, inference);
    // Who leaves a parameter open with `= None` gives it something.
    return byDefault.kind === 'none' ? UNKNOWN : byDefault;
  }
  const form = formGiven(file, binding, inference);
  if (form) return form.form;
  if (owner.kind === 'Lambda' && owner.params.args[0] === node) return rowOfLambda(file, owner, inference);
  return UNKNOWN;
}

/** What a lambda is called with where it is run for each row: `sorted(rows, key=lambda row: …)`. */
function rowOfLambda(file: SourceFile, lambda: Lambda, inference: Inference): Value {
  const around = nodePathAt(file.module, lambda.start);
  const at = around.indexOf(lambda);
  const call = around.slice(Math.max(0, at - 2), Math.max(0, at)).findLast((each) => each.kind === 'Call');
  const given = call?.kind === 'Call' ? rowsGiven(file, call, inference) : null;
  return given?.body === lambda ? elementOf(inference.valueOf(file, given.rows)) : UNKNOWN;
}

/** `self` of a model is an instance, `cls` the class; of other classes an object. */
function selfValue(file: SourceFile, cls: ClassDef, method: FunctionDef, { graph }: Inference): Value {
  const isClassMethod = hasDecorator(method, 'classmethod');
  const id = `${file.moduleName}.${cls.name.text}`;
  if (graph.model(id))
    return isClassMethod ? { kind: 'model', model: id } : { kind: 'instance', model: id, origin: null };
  return { kind: 'object', file, cls };
}

/** FastAPI's `= Depends(get_db)`: what the dependency yields or returns. */
function defaultValue(file: SourceFile, byDefault: Expr, inference: Inference): Value {
  const dependency = givenBy(file, byDefault, inference);
  return dependency ?? inference.valueOf(file, byDefault);
}
