import type { FunctionDef } from './syntax/nodes.ts';
import type { Binding } from './types.ts';

/** Whether a function has one of these built-in decorators, under its own name: `staticmethod`, `property`. */
export function hasDecorator({ decorators }: Pick<FunctionDef, 'decorators'>, ...names: readonly string[]): boolean {
  return decorators.some((decorator) => decorator.kind === 'Name' && names.includes(decorator.id));
}

/**
 * Whether a function in a class is called with an object or the class first. Not static methods; nor those that only lack
 * the decorator, are called on the class, and say of their first parameter what it is: `def by_id(id: int)`.
 */
export function isBound({ decorators, params }: Pick<FunctionDef, 'decorators' | 'params'>): boolean {
  const first = params.posonly[0] ?? params.args[0];
  return (
    !hasDecorator({ decorators }, 'staticmethod') && (!first?.annotation || /^(self|cls|mcs)$/.test(first.name.text))
  );
}

/** `self` or `cls` of a method. */
export function isFirstParameter(binding: Binding): binding is Binding & { kind: 'parameter' } {
  if (binding.kind !== 'parameter' || binding.owner.kind !== 'FunctionDef') return false;
  const { owner, scope, node } = binding;
  const first = owner.params.posonly[0] ?? owner.params.args[0];
  return first === node && scope.parent?.kind === 'class' && isBound(owner);
}

/** Whether a method is read like an attribute: `property`, and what projects and libraries make of it (`lazyproperty`). */
export function isProperty({ decorators }: Pick<FunctionDef, 'decorators'>): boolean {
  return decorators.some((decorator) => {
    const called = decorator.kind === 'Call' ? decorator.func : decorator;
    const name = called.kind === 'Name' ? called.id : called.kind === 'Attribute' ? called.attr.text : '';
    return name.endsWith('property') && !/class_?property$/.test(name);
  });
}
