/** Which names a piece of code reads, and which attributes it takes from them. */
import type { Node } from '../python/syntax/nodes.ts';
import { children } from '../python/syntax/visit.ts';

/** Names with the dotted attribute paths that are read from each: `models.User.id` gives `models` → `User.id`. */
export class Reads {
  readonly #paths = new Map<string, Set<string>>();

  static of(...nodes: readonly (Node | null)[]): Reads {
    const reads = new Reads();
    for (const node of nodes) if (node) reads.add(node);
    return reads;
  }

  get names(): Iterable<string> {
    return this.#paths.keys();
  }

  has(name: string): boolean {
    return this.#paths.has(name);
  }

  /** Dotted paths read from a name; the empty path (the name itself) is left out. */
  pathsOf(name: string): readonly string[] {
    return [...(this.#paths.get(name) ?? [])];
  }

  /**
   * Adds everything below `node`. Names that a lambda or a comprehension binds inside are added too: an extra name
   * costs one unused binding, a missing one would make the slice fail.
   */
  add(node: Node): void {
    const pending: Node[] = [node];
    for (let next = pending.pop(); next; next = pending.pop()) {
      const dotted = dottedPath(next);
      if (dotted) {
        this.#note(dotted.name, dotted.path);
        continue;
      }
      for (const child of children(next)) pending.push(child);
    }
  }

  merge(other: Reads): void {
    for (const [name, paths] of other.#paths) {
      this.#note(name, '');
      for (const path of paths) this.#note(name, path);
    }
  }

  delete(name: string): void {
    this.#paths.delete(name);
  }

  copy(): Reads {
    const copy = new Reads();
    copy.merge(this);
    return copy;
  }

  #note(name: string, path: string): void {
    const paths = this.#paths.get(name) ?? new Set<string>();
    this.#paths.set(name, paths);
    if (path) paths.add(path);
  }
}

/** `a.b.c` as name and path, or null when the root is no plain name. */
export function dottedPath(node: Node): { readonly name: string; readonly path: string } | null {
  const parts: string[] = [];
  let current = node;
  while (current.kind === 'Attribute') {
    if (current.attr.text) parts.push(current.attr.text);
    current = current.value;
  }
  return current.kind === 'Name' ? { name: current.id, path: parts.reverse().join('.') } : null;
}
