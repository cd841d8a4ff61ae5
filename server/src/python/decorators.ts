import type { FunctionDef } from './syntax/nodes.ts';

/** Whether a function has one of these built-in decorators, under its own name: `staticmethod`, `property`. */
export function hasDecorator({ decorators }: Pick<FunctionDef, 'decorators'>, ...names: readonly string[]): boolean {
  return decorators.some((decorator) => decorator.kind === 'Name' && names.includes(decorator.id));
}
