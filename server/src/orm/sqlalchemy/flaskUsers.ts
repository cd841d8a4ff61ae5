/**
 * The user of a request, as libraries for Flask load it: an object of the model that the project's own function gives.
 * Sources: https://flask-login.readthedocs.io/en/latest/#how-it-works,
 * https://flask-jwt-extended.readthedocs.io/en/stable/automatic_user_loading.html
 */
import type { Expr, Node } from '../../python/syntax/nodes.ts';
import { nodesUnder } from '../../python/syntax/visit.ts';
import type { SourceFile } from '../../python/types.ts';
import { isOfApplication } from '../programs.ts';
import type { Inference } from '../infer.ts';
import type { Value } from '../values.ts';

/** What registers the function that loads the user, by what gives the user. */
const LOADERS: readonly (readonly [RegExp, string])[] = [
  [/^flask_login\.(utils\.)?current_user$/, 'user_loader'],
  [/^flask_jwt_extended\.(utils\.)?current_user$/, 'user_lookup_loader'],
];

/** What a name of such a library holds while a request is answered; null for every other name. */
export function userOfRequest(dotted: string, inference: Inference): Value | null {
  const loader = LOADERS.find(([name]) => name.test(dotted))?.[1];
  if (!loader) return null;
  const files = inference.program
    .pathsMentioning([loader])
    .flatMap((path) => (isOfApplication(inference.program, path) ? (inference.program.file(path) ?? []) : []));
  const found = files.flatMap((file) => loadedIn(file, loader, inference));
  const models = new Set(found.map(({ model }) => model));
  // Two applications in one workspace may have users of their own.
  return models.size === 1 ? { kind: 'instance', model: found[0]!.model, origin: null } : null;
}

/** `@login_manager.user_loader` above a function, and `login_manager.user_loader(load_user)`. */
function loadedIn(file: SourceFile, loader: string, inference: Inference): readonly (Value & { kind: 'instance' })[] {
  return [...nodesUnder(file.module.body)].flatMap((node) => {
    const value = functionOf(file, node, loader, inference);
    return value?.kind === 'instance' ? value : [];
  });
}

function functionOf(file: SourceFile, node: Node, loader: string, inference: Inference): Value | null {
  const isLoader = (expr: Expr): boolean => expr.kind === 'Attribute' && expr.attr.text === loader;
  if (node.kind === 'FunctionDef') return node.decorators.some(isLoader) ? inference.returnedBy(file, node) : null;
  if (node.kind !== 'Call' || !isLoader(node.func) || !node.args[0]) return null;
  const given = inference.valueOf(file, node.args[0]);
  return given.kind === 'function' ? inference.returnedBy(given.file, given.node) : null;
}
