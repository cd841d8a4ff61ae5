import type { FunctionDef } from './syntax/nodes.ts';

/** Whether a function has one of these built-in decorators, under its own name: `staticmethod`, `property`. */
export function hasDecorator({ decorators }: Pick<FunctionDef, 'decorators'>, ...names: readonly string[]): boolean {
  return decorators.some((decorator) => decorator.kind === 'Name' && names.includes(decorator.id));
}

/** Whether a method is read like an attribute: `property`, and what projects and libraries make of it (`lazyproperty`). */
export function isProperty({ decorators }: Pick<FunctionDef, 'decorators'>): boolean {
  return decorators.some((decorator) => {
    const called = decorator.kind === 'Call' ? decorator.func : decorator;
    const name = called.kind === 'Name' ? called.id : called.kind === 'Attribute' ? called.attr.text : '';
    return name.endsWith('property') && !/class_?property$/.test(name);
  });
}
