/** What attributes of objects and classes of the workspace are worth, and what `super()` leads to. */
import { isProperty } from '../../python/decorators.ts';
import type { Attribute, ClassDef, Expr } from '../../python/syntax/nodes.ts';
import type { Program, Scope, SourceFile } from '../../python/types.ts';
import type { Inference } from '../infer.ts';
import { functionOfModel } from '../members.ts';
import { joinValues, UNKNOWN, type Value } from '../values.ts';
import type { Annotations } from './annotations.ts';

/** A class attribute, a method, or what a method assigns to `self.name`. */
export function memberOf(
  self: Value & { readonly kind: 'object' },
  name: string,
  inference: Inference,
  annotations: Annotations,
): Value {
  const { file, cls } = self;
  const { symbol } = inference.program.member(file, cls, name);
  if (symbol.kind === 'binding') {
    if (symbol.binding.kind === 'function') {
      const node = symbol.binding.node;
      return isProperty(node)
        ? inference.returnedBy(symbol.file, node)
        : { kind: 'function', file: symbol.file, node, self };
    }
    const value = inference.bindingValue(symbol.file, symbol.binding);
    if (value.kind !== 'unknown' && value.kind !== 'none') return value;
  }
  for (const base of inference.program.bases(file, cls)) {
    if (base.kind !== 'binding' || base.binding.kind !== 'class') continue;
    const assigned = assignedToSelf(base.file, base.binding.node, name, inference, annotations);
    if (assigned.kind !== 'unknown') return assigned;
  }
  return UNKNOWN;
}

function assignedToSelf(
  file: SourceFile,
  cls: ClassDef,
  name: string,
  inference: Inference,
  annotations: Annotations,
): Value {
  let value: Value = UNKNOWN;
  for (const { statement } of inference.program.assignedToSelf(file, cls, name)) {
    const assigned =
      statement.kind === 'Assign'
        ? inference.valueOf(file, statement.value)
        : annotations.valueOf(file, statement.annotation, inference.program.scopeAt(file, statement.start));
    value = joinValues(value, assigned);
  }
  return value;
}

/** A method that a model declares itself, or what a property of it gives. */
export function memberOfModel(
  self: Value & { readonly kind: 'instance' | 'model' },
  name: string,
  inference: Inference,
): Value | null {
  const model = inference.graph.model(self.model);
  const own = model && functionOfModel(model, name, inference);
  if (!own) return null;
  if (!isProperty(own.node)) return { kind: 'function', ...own, self };
  return self.kind === 'instance' ? inference.returnedBy(own.file, own.node) : null;
}

/** `super()` alone: an object of the class around. */
export function objectAround(file: SourceFile, expr: Expr, { graph, program }: Inference): Value {
  const cls = classAround(file, expr, program);
  if (!cls || graph.model(`${file.moduleName}.${cls.name.text}`)) return UNKNOWN;
  return { kind: 'object', file, cls };
}

/** `super().name`: what the first base has under that name. */
export function inherited(file: SourceFile, expr: Attribute, inference: Inference): Value {
  const cls = classAround(file, expr, inference.program);
  if (!cls) return UNKNOWN;
  for (const base of inference.program.bases(file, cls)) {
    if (base.kind !== 'binding' || base.binding.kind !== 'class' || base.binding.node === cls) continue;
    const { symbol } = inference.program.member(base.file, base.binding.node, expr.attr.text);
    if (symbol.kind === 'binding' && symbol.binding.kind === 'function')
      return { kind: 'function', file: symbol.file, node: symbol.binding.node, self: null };
    if (symbol.kind === 'binding') return inference.bindingValue(symbol.file, symbol.binding);
  }
  return UNKNOWN;
}

function classAround(file: SourceFile, expr: Expr, program: Program): ClassDef | null {
  let scope: Scope | null = program.scopeAt(file, expr.start);
  while (scope && scope.kind !== 'class') scope = scope.parent;
  return scope?.node.kind === 'ClassDef' ? scope.node : null;
}
