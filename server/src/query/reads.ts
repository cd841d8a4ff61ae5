/** Which names a piece of code reads, and which attributes it takes from them. */
import type { Attribute, Expr, Node, Parameters } from '../python/syntax/nodes.ts';
import { children } from '../python/syntax/visit.ts';

/** Names with the dotted attribute paths that are read from each: `models.User.id` gives `models` → `User.id`. */
export class Reads {
  readonly #paths = new Map<string, Set<string>>();
  readonly #onAttribute: ((node: Attribute) => void) | undefined;

  /** `onAttribute` hears of every attribute that is read. */
  constructor(onAttribute?: (node: Attribute) => void) {
    this.#onAttribute = onAttribute;
  }

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

  /** Adds everything below `node`, but not what its lambdas and comprehensions bind for themselves. */
  add(node: Node): void {
    const pending: Node[] = [node];
    for (let next = pending.pop(); next; next = pending.pop()) {
      if (next.kind === 'Attribute') this.#onAttribute?.(next);
      const dotted = dottedPath(next);
      if (dotted) {
        if (next.kind === 'Attribute') this.#hearInner(next.value);
        this.#note(dotted.name, dotted.path);
        continue;
      }
      switch (next.kind) {
        case 'Lambda':
          this.#addInner([next.body], parametersOf(next.params));
          pending.push(...defaultsOf(next.params));
          break;
        case 'ListComp':
        case 'SetComp':
        case 'DictComp':
        case 'GeneratorExp': {
          // What the first `for` goes over is read outside.
          const first = next.generators[0];
          if (first) pending.push(first.iter);
          const inside = [...children(next)].flatMap((child) =>
            child.kind === 'Comprehension' ? [...(child === first ? [] : [child.iter]), ...child.ifs] : child,
          );
          this.#addInner(
            inside,
            next.generators.flatMap((generator) => targetNames(generator.target)),
          );
          break;
        }
        default:
          for (const child of children(next)) pending.push(child);
      }
    }
  }

  #hearInner(node: Expr): void {
    for (let at = node; at.kind === 'Attribute'; at = at.value) this.#onAttribute?.(at);
  }

  #addInner(nodes: readonly Node[], bound: readonly string[]): void {
    const inner = new Reads(this.#onAttribute);
    for (const node of nodes) inner.add(node);
    for (const name of bound) inner.delete(name);
    this.merge(inner);
  }

  addName(name: string | null): void {
    if (name) this.#note(name, '');
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
    const copy = new Reads(this.#onAttribute);
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

/** The attributes that a statement or condition reads in any case, those that end before an offset, in the order of the text. */
export function surelyRead(node: Node, before: number): readonly Attribute[] {
  const found: Attribute[] = [];
  const pending: Node[] = [node];
  for (let at = pending.pop(); at; at = pending.pop()) {
    switch (at.kind) {
      case 'Attribute':
        if (at.end <= before) found.push(at);
        break;
      case 'Assign':
      case 'AnnAssign':
        if (at.value) pending.push(at.value);
        continue;
      case 'BoolOp':
        pending.push(at.values[0]!);
        continue;
      case 'IfExp':
        pending.push(at.test);
        continue;
      case 'Lambda':
      case 'ListComp':
      case 'SetComp':
      case 'DictComp':
      case 'GeneratorExp':
      case 'FunctionDef':
      case 'ClassDef':
      case 'Delete':
        continue;
      default:
    }
    for (const child of children(at)) pending.push(child);
  }
  return found.toSorted((a, b) => a.end - b.end);
}

/** The names that a target of an assignment or a loop binds. */
export function targetNames(target: Expr): string[] {
  switch (target.kind) {
    case 'Name':
      return [target.id];
    case 'Tuple':
    case 'List':
      return target.elts.flatMap(targetNames);
    case 'Starred':
      return targetNames(target.value);
    default:
      return [];
  }
}

export function defaultsOf(params: Parameters): Expr[] {
  return [...params.posonly, ...params.args, ...params.kwonly].flatMap((param) => param.default ?? []);
}

function parametersOf(params: Parameters): string[] {
  const all = [...params.posonly, ...params.args, ...params.kwonly, params.vararg, params.kwarg];
  return all.flatMap((param) => param?.name.text ?? []);
}
