import type { Node } from './syntax/nodes.ts';

/** `super()`, or `super(Base, self)` as Python 2 had it. */
export function isSuper(node: Node): boolean {
  return node.kind === 'Call' && node.func.kind === 'Name' && node.func.id === 'super';
}
