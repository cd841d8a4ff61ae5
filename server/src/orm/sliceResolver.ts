/** What the slicer asks: which names are models, and what the values of the others are known to be. */
import type { HoleType } from '../query/program.ts';
import type { SliceResolver } from '../query/slice.ts';
import { dottedPath } from '../query/reads.ts';
import type { Expr, Node } from '../python/syntax/nodes.ts';
import { children } from '../python/syntax/visit.ts';
import type { Binding, Scope, SourceFile } from '../python/types.ts';
import type { Inference } from './infer.ts';
import { attributeRead } from './attributeReads.ts';
import { memberOf } from './members.ts';
import { isSessionCall } from './sqlalchemy/infer.ts';
import { gatheredBefore } from './sqlalchemy/unitOfWork.ts';
import { elementOf, type Value } from './values.ts';

export function createSliceResolver(inference: Inference): SliceResolver {
  const sessions = new WeakMap<Scope, ReadonlySet<string>>();

  /** Paths like `db` or `self.repo.session` that are used as a session somewhere in the scope. */
  const sessionPaths = (file: SourceFile, scope: Scope): ReadonlySet<string> => {
    const known = sessions.get(scope);
    if (known) return known;
    const found = usedAsSession(file, scope.node, inference);
    sessions.set(scope, found);
    return found;
  };

  return {
    modelOf(file, binding) {
      // Tables of Core are told by their name, which is cheaper than by their value.
      if (binding.kind === 'assign') return inference.graph.table(`${file.moduleName}.${binding.name}`)?.id ?? null;
      if (binding.kind !== 'class') return null;
      const value = inference.bindingValue(file, binding);
      return value.kind === 'model' ? value.model : null;
    },
    holeType(file, binding) {
      const type = holeTypeOf(inference.bindingValue(file, binding), inference);
      return type.kind === 'unknown' && sessionPaths(file, binding.scope).has(binding.name)
        ? { kind: 'session' }
        : type;
    },
    attributeType(file, binding, path) {
      if (sessionPaths(file, binding.scope).has(`${binding.name}.${path}`)) return { kind: 'session' };
      let value = inference.bindingValue(file, binding);
      let node = nameExpr(binding);
      for (const name of path.split('.')) {
        node = {
          kind: 'Attribute',
          value: node,
          attr: { text: name, start: node.start, end: node.end },
          start: node.start,
          end: node.end,
        };
        value = inference.attributeOf(value, name, file, node);
      }
      const type = holeTypeOf(value, inference);
      return type.kind === 'unknown' ? null : type;
    },
    alsoReads: (file, expr) => (readsModelQuery(file, expr, inference) ? flaskObjects(file, inference) : []),
    memberOf: (file, attribute) => memberOf(file, attribute, inference),
    gatheredBefore(file, expr) {
      return gatheredBefore(
        file,
        expr,
        expr.kind === 'Attribute' && attributeRead(file, expr, inference) !== null,
        inference,
      );
    },
    mayLoad(file, expr) {
      return attributeRead(file, expr, inference) !== null;
    },
    givesRows(file, iter) {
      const row = elementOf(inference.valueOf(file, iter));
      return (row.kind === 'tuple' ? row.items : [row]).some(
        (item) => item.kind === 'instance' && item.origin !== null,
      );
    },
  };
}

/** Whether `Model.query` of Flask-SQLAlchemy stands in an expression: it sends what waits in `db.session`. */
function readsModelQuery(file: SourceFile, expr: Expr, inference: Inference): boolean {
  const pending: Node[] = [expr];
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (node.kind === 'Attribute' && node.attr.text === 'query') {
      const on = inference.valueOf(file, node.value);
      if (on.kind === 'model' && inference.graph.model(on.model)?.orm === 'sqlalchemy') return true;
    }
    for (const child of children(node)) pending.push(child);
  }
  return false;
}

/** Names of a module that stand for Flask-SQLAlchemy's `db`. */
function flaskObjects(file: SourceFile, inference: Inference): readonly Expr[] {
  return [...file.scope.bindings.values()].flatMap((bindings) => {
    const last = bindings.at(-1)!;
    if (last.kind !== 'importFrom' && last.kind !== 'assign') return [];
    const value = inference.bindingValue(file, last);
    return value.kind === 'external' && value.name === 'flask_sqlalchemy.SQLAlchemy()' ? [nameExpr(last)] : [];
  });
}

function holeTypeOf(value: Value, inference: Inference): HoleType {
  switch (value.kind) {
    case 'session':
      return { kind: 'session' };
    case 'engine':
      return { kind: 'engine' };
    case 'connection':
      return { kind: 'connection' };
    case 'scalar':
      return value.python ? { kind: 'scalar', python: value.python } : { kind: 'unknown' };
    case 'instance': {
      const model = inference.graph.model(value.model);
      return model ? { kind: 'instance', module: model.module, name: model.name } : { kind: 'unknown' };
    }
    case 'collection':
      return { kind: 'list', of: holeTypeOf(value.of, inference) };
    case 'object':
      return {
        kind: 'object',
        attributes: {},
        cls: { module: value.file.moduleName, name: value.cls.name.text },
      };
    default:
      return { kind: 'unknown' };
  }
}

function usedAsSession(file: SourceFile, root: Node, inference: Inference): ReadonlySet<string> {
  const found = new Set<string>();
  const pending: Node[] = [root];
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (node.kind === 'Call' && node.func.kind === 'Attribute') {
      const receiver = dottedPath(node.func.value);
      if (receiver && isSessionCall(node.func.attr.text, node, file, inference)) {
        const on = inference.valueOf(file, node.func.value);
        if (on.kind === 'unknown' || on.kind === 'external')
          found.add(receiver.path ? `${receiver.name}.${receiver.path}` : receiver.name);
      }
    }
    for (const child of children(node)) pending.push(child);
  }
  return found;
}

function nameExpr(binding: Binding): Expr {
  return { kind: 'Name', id: binding.name, start: binding.range.start, end: binding.range.end };
}
