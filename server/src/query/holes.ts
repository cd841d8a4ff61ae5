import type { Expr, FunctionDef } from '../python/syntax/nodes.ts';
import type { Binding, Program, Scope, SourceFile } from '../python/types.ts';
import type { ClassName, Hole, HoleType } from './program.ts';
import { dottedPath, type Reads } from './reads.ts';
import type { DataClass, SliceResolver } from './resolver.ts';

/** What only exists at run time: the values that stand open in a slice, and what else about it nobody knows. */
export class Holes {
  readonly #program: Program;
  readonly #resolver: SliceResolver;
  readonly #byName = new Map<string, Hole>();
  /** Classes that the renderer needs, to make objects of them. */
  readonly dataClasses = new Set<DataClass>();
  /** What is not known and has no name of its own, in words. */
  readonly unknown = new Set<string>();

  constructor(program: Program, resolver: SliceResolver) {
    this.#program = program;
    this.#resolver = resolver;
  }

  get all(): readonly { readonly name: string; readonly hole: Hole }[] {
    return [...this.#byName].map(([name, hole]) => ({ name, hole }));
  }

  /** Says what is known of a name in the slice, whatever was known of it before. */
  set(name: string, hole: Hole): void {
    this.#byName.set(name, hole);
  }

  /** Names of a scope that no kept statement gives a value: parameters, loop variables and the like. */
  bind(file: SourceFile, scope: Scope, needed: Reads): void {
    for (const name of [...needed.names]) {
      const binding = scope.bindings.get(name)?.find((candidate) => !isImport(candidate));
      if (binding && !scope.outerNames.has(name)) this.add(file, binding, needed);
    }
  }

  add(file: SourceFile, binding: Binding, needed: Reads): void {
    const name = binding.name;
    if (!this.#byName.has(name)) {
      const type = this.#typeWithAttributes(file, binding, needed);
      this.#byName.set(name, { text: name, type, optional: isOptional(binding) });
    }
    needed.delete(name);
  }

  #typeWithAttributes(file: SourceFile, binding: Binding, needed: Reads): HoleType {
    const own = this.#resolver.holeType(file, binding);
    if (own.kind !== 'unknown' && own.kind !== 'object') return own;
    const data = this.#resolver.dataClass(file, binding, needed.pathsOf(binding.name));
    if (data) {
      this.dataClasses.add(data);
      const { file: of, cls, ...what } = data;
      return { kind: 'data', module: of.moduleName, name: cls.name.text, ...what };
    }
    const attributes: Record<string, HoleType> = own.kind === 'object' ? { ...own.attributes } : {};
    for (const path of needed.pathsOf(binding.name)) {
      // Every prefix may be the one that is known: `self.db` in `self.db.scalars`.
      const parts = path.split('.');
      for (let length = 1; length <= parts.length; length++) {
        const prefix = parts.slice(0, length);
        const dotted = prefix.join('.');
        const type = this.#resolver.attributeType(file, binding, dotted);
        if (!type || type.kind === 'unknown') continue;
        setAttribute(attributes, prefix, type);
        // Of an object, what it holds may be known too.
        if (type.kind !== 'object') break;
      }
    }
    if (own.kind === 'object') return { ...own, attributes };
    return Object.keys(attributes).length > 0 ? { kind: 'object', attributes } : own;
  }

  /** What a followed method takes from `self` is known of the object that the slice begins with. */
  noteAttribute(file: SourceFile, method: FunctionDef, path: readonly string[], root: ClassName | undefined): void {
    const self = method.params.args[0]?.name.text;
    const binding = self && this.#program.scopeOf(file, method)?.bindings.get(self)?.[0];
    if (!binding || !root) return;
    for (const [name, hole] of this.#byName) {
      const { type } = hole;
      if (type.kind !== 'object' || type.cls?.module !== root.module || type.cls.name !== root.name) continue;
      const attributes = { ...type.attributes };
      for (let length = 1; length <= path.length; length++) {
        const prefix = path.slice(0, length);
        const known = this.#resolver.attributeType(file, binding, prefix.join('.'));
        if (!known || known.kind === 'unknown') continue;
        setAttribute(attributes, prefix, known);
        if (known.kind !== 'object') break;
      }
      this.#byName.set(name, { ...hole, type: { ...type, attributes } });
    }
  }
}

export function isImport(binding: Binding): boolean {
  return binding.kind === 'import' || binding.kind === 'importFrom';
}

function isOptional(binding: Binding): boolean {
  if (binding.kind !== 'parameter') return false;
  const { default: byDefault, annotation } = binding.node;
  return (
    (byDefault?.kind === 'Constant' && byDefault.type === 'None') || (annotation !== null && allowsNone(annotation))
  );
}

/** `int | None`, `Optional[int]`. */
function allowsNone(annotation: Expr): boolean {
  switch (annotation.kind) {
    case 'BinOp':
      return allowsNone(annotation.left) || allowsNone(annotation.right);
    case 'Constant':
      return annotation.type === 'None';
    case 'Subscript': {
      const path = dottedPath(annotation.value);
      return path !== null && (path.path || path.name).split('.').at(-1) === 'Optional';
    }
    default:
      return false;
  }
}

function setAttribute(attributes: Record<string, HoleType>, path: readonly string[], type: HoleType): void {
  const [first, ...rest] = path;
  if (first === undefined) return;
  const below = attributes[first];
  if (rest.length === 0) {
    if (below?.kind !== 'object' || type.kind !== 'object') attributes[first] = type;
    return;
  }
  const inner = below?.kind === 'object' ? { ...below.attributes } : {};
  setAttribute(inner, rest, type);
  attributes[first] =
    below?.kind === 'object' ? { ...below, attributes: inner } : { kind: 'object', attributes: inner };
}
