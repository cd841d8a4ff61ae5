/** Classes of the workspace and their bases, the way an ORM's metaclass meets them. */
import type { Call, ClassDef, Expr, FunctionDef, Identifier, Stmt } from '../python/syntax/nodes.ts';
import { nodesUnder } from '../python/syntax/visit.ts';
import type { Recorded } from '../base/recorder.ts';
import type { Binding, Program, SourceFile, Symbol } from '../python/types.ts';
import { MAX_ORDER, ResolutionOrders } from '../python/resolutionOrders.ts';
import { resolveInstalled } from './installed.ts';

export interface ClassRef {
  /** `app.models.User` */
  readonly id: string;
  readonly file: SourceFile;
  readonly node: ClassDef;
}

/** One entry of a method resolution order. */
export type Base =
  | { readonly kind: 'class'; readonly id: string; readonly ref: ClassRef }
  /** Something of a library, by its dotted name. */
  | { readonly kind: 'external'; readonly id: string }
  /** A name that is assigned once: `Base = declarative_base()`. */
  | { readonly kind: 'value'; readonly id: string; readonly file: SourceFile; readonly value: Expr }
  /** An attribute of such a name: `db.Model`. */
  | {
      readonly kind: 'attribute';
      readonly id: string;
      readonly file: SourceFile;
      readonly value: Expr;
      readonly name: string;
    }
  /** A call that stands among the bases: `declarative_base()`, `Manager.from_queryset(Q)`. */
  | { readonly kind: 'call'; readonly id: string; readonly file: SourceFile; readonly call: Call }
  | { readonly kind: 'unknown'; readonly id: string; readonly why?: string };

/** What an adapter knows of bases that are no classes: the classes they inherit from in turn. */
export type Expand = (base: Base) => readonly Base[];

/** Classes at module level, and method resolution orders. Lives as long as one build of the graph. */
export class Classes {
  readonly program: Program;
  readonly #orders: ResolutionOrders<Base>;
  readonly #refs = new WeakMap<ClassDef, ClassRef>();
  readonly #answers = new Map<ClassDef, Map<string, Recorded<unknown>>>();

  constructor(program: Program, expand: Expand = () => []) {
    this.program = program;
    this.#orders = new ResolutionOrders(program.recorder, {
      keyOf,
      basesOf: (base) => (base.kind === 'class' ? this.directBases(base.ref) : expand(base)),
      tooMany: ({ id }) => ({ kind: 'unknown', id, why: `\`${lastName(id)}\` has more than ${MAX_ORDER} bases` }),
    });
  }

  /** What a class is asked again and again, worked out once, whoever asks. */
  once<T>(question: string, { node }: ClassRef, compute: () => T): T {
    const { recorder } = this.program;
    let answers = this.#answers.get(node);
    if (!answers) this.#answers.set(node, (answers = new Map()));
    const known = answers.get(question);
    if (known) return recorder.reuse(known as Recorded<T>);
    const answer = recorder.record(compute);
    answers.set(question, answer);
    return answer.value;
  }

  ref(file: SourceFile, node: ClassDef): ClassRef {
    const known = this.#refs.get(node);
    if (known) return known;
    const ref: ClassRef = { id: `${file.moduleName}.${node.name.text}`, file, node };
    this.#refs.set(node, ref);
    return ref;
  }

  /** The class at module level that a model is of. */
  declared(model: { readonly name: string; readonly declared: { readonly path: string } }): ClassRef | null {
    const file = this.program.file(model.declared.path);
    const node = file && lastClass(file.scope.bindings.get(model.name) ?? []);
    return file && node ? this.ref(file, node) : null;
  }

  /** Classes at module level in text order; of several with one name the last, which is what Python keeps. */
  inFile(file: SourceFile): readonly ClassRef[] {
    return [...file.scope.bindings.values()]
      .flatMap((bindings) => lastClass(bindings) ?? [])
      .toSorted((a, b) => a.start - b.start)
      .map((node) => this.ref(file, node));
  }

  /** The class an expression names, if it is one of the workspace. */
  named(file: SourceFile, expr: Expr, scope = file.scope): ClassRef | null {
    const base = this.base(file, expr, scope);
    return base.kind === 'class' ? base.ref : null;
  }

  directBases(ref: ClassRef): readonly Base[] {
    return this.once('bases', ref, () => this.#directBases(ref));
  }

  #directBases(ref: ClassRef): readonly Base[] {
    const scope = this.program.scopeAt(ref.file, ref.node.start);
    return ref.node.bases.flatMap((expr) => {
      if (expr.kind === 'Starred') return { kind: 'unknown', id: `*${textOf(ref.file, expr.value)}` } as const;
      const call = expr.kind === 'Call' ? expr : null;
      // `six.with_metaclass(Meta, A, B)` is A and B.
      if (call && dottedName(call.func)?.endsWith('with_metaclass')) {
        return call.args.slice(1).map((inner) => this.base(ref.file, inner, scope));
      }
      return this.base(ref.file, expr, scope);
    });
  }

  /** The class itself, then its bases in Python's order; of a hierarchy Python would reject, depth first. */
  order(ref: ClassRef): readonly Base[] {
    return this.#orders.of({ kind: 'class', id: ref.id, ref });
  }

  base(file: SourceFile, written: Expr, scope = file.scope): Base {
    // `Base[int]` of a generic class.
    const expr = written.kind === 'Subscript' ? written.value : written;
    const symbol = resolveInstalled(this.program, file, expr, scope);
    const known = this.#baseOfSymbol(symbol);
    if (known) return known;
    if (expr.kind === 'Attribute') {
      const owner = resolveInstalled(this.program, file, expr.value, scope);
      const of = this.#baseOfSymbol(owner);
      if (of?.kind === 'value') {
        return {
          kind: 'attribute',
          id: `${of.id}.${expr.attr.text}`,
          file: of.file,
          value: of.value,
          name: expr.attr.text,
        };
      }
    }
    if (expr.kind === 'Call') return { kind: 'call', id: `${file.path}:${textOf(file, expr)}`, file, call: expr };
    return { kind: 'unknown', id: textOf(file, expr) };
  }

  #baseOfSymbol(symbol: Symbol): Base | null {
    if (symbol.kind === 'external') return { kind: 'external', id: symbol.name };
    if (symbol.kind === 'builtin') return { kind: 'external', id: `builtins.${symbol.name}` };
    if (symbol.kind !== 'binding') return null;
    const { file, binding } = symbol;
    if (binding.kind === 'class') {
      const ref = this.ref(file, binding.node);
      return { kind: 'class', id: ref.id, ref };
    }
    const value = assignedValue(binding);
    return value && { kind: 'value', id: `${file.moduleName}.${binding.name}`, file, value };
  }
}

/** In `Base = declarative_base(cls=Base)` a class and a value have one name. */
function keyOf(base: Base): string {
  return `${base.kind} ${base.id}`;
}

function lastName(id: string): string {
  return id.slice(id.lastIndexOf('.') + 1);
}

/** The base that is not known, in words for a user: "base class `Timestamped` of `acme.db` was not found". */
export function missingBase(base: Base): string {
  if (base.kind === 'unknown') return base.why ?? `base class \`${base.id}\` was not found`;
  const name = base.kind === 'call' ? base.id.slice(base.id.indexOf(':') + 1) : lastName(base.id);
  const module = base.kind === 'external' && base.id.includes('.') ? base.id.slice(0, -name.length - 1) : null;
  return `base class \`${name}\`${module === null ? '' : ` of \`${module}\``} was not found`;
}

function lastClass(bindings: readonly Binding[]): ClassDef | null {
  const last = bindings.findLast((binding) => binding.kind === 'class');
  return last?.kind === 'class' ? last.node : null;
}

/** The value of `name = value` or `name: T = value`. */
export function assignedValue(binding: Binding): Expr | null {
  if (binding.kind === 'assign') return binding.path.length === 0 ? binding.statement.value : null;
  return binding.kind === 'annAssign' ? binding.statement.value : null;
}

/** How often a name is given to a class in one module. */
export function definitions(file: SourceFile, name: string): number {
  return (file.scope.bindings.get(name) ?? []).filter((binding) => binding.kind === 'class').length;
}

/**
 * Statements that run when a body runs: those of `if`, `try` and `with` too, but not what stands under
 * `if TYPE_CHECKING:`.
 */
export function* flatBody(body: readonly Stmt[]): Generator<Stmt> {
  for (const stmt of body) {
    switch (stmt.kind) {
      case 'If':
        if (!isTypeChecking(stmt.test)) yield* flatBody(stmt.body);
        yield* flatBody(stmt.orelse);
        break;
      case 'Try':
        yield* flatBody(stmt.body);
        for (const handler of stmt.handlers) yield* flatBody(handler.body);
        yield* flatBody(stmt.orelse);
        yield* flatBody(stmt.finalbody);
        break;
      case 'With':
      case 'InvalidStmt':
        yield* flatBody(stmt.body);
        break;
      default:
        yield stmt;
    }
  }
}

export function isTypeChecking(test: Expr): boolean {
  return dottedName(test)?.split('.').at(-1) === 'TYPE_CHECKING';
}

/** One attribute that a class body makes. */
export interface Member {
  readonly name: string;
  readonly at: Identifier | Expr;
  readonly stmt: Stmt;
  readonly annotation: Expr | null;
  readonly value: Expr | null;
}

/** Assignments, functions and classes of a class body, in text order, with every name of `a = b = value`. */
export function* members(node: ClassDef): Generator<Member> {
  for (const stmt of flatBody(node.body)) {
    switch (stmt.kind) {
      case 'Assign':
        for (const target of stmt.targets) {
          if (target.kind === 'Name') yield { name: target.id, at: target, stmt, annotation: null, value: stmt.value };
        }
        break;
      case 'AnnAssign':
        if (stmt.target.kind === 'Name') {
          yield { name: stmt.target.id, at: stmt.target, stmt, annotation: stmt.annotation, value: stmt.value };
        }
        break;
      case 'FunctionDef':
      case 'ClassDef':
        if (stmt.name.text) yield { name: stmt.name.text, at: stmt.name, stmt, annotation: null, value: null };
        break;
      default:
    }
  }
}

/** `a.b.c` as it is written, or null for anything but names and attributes. */
export function dottedName(expr: Expr): string | null {
  if (expr.kind === 'Name') return expr.id;
  if (expr.kind !== 'Attribute') return null;
  const owner = dottedName(expr.value);
  return owner === null ? null : `${owner}.${expr.attr.text}`;
}

/** The source of a node on one line. */
export function textOf(file: SourceFile, node: { readonly start: number; readonly end: number }): string {
  return oneLine(file.text.slice(node.start, node.end));
}

export function oneLine(text: string): string {
  return text
    .replace(/\s*\n\s*/g, ' ')
    .replace(/([([{]) /g, '$1')
    .replace(/,? ([)\]}])/g, '$1');
}

export function keyword(call: Call, name: string): Expr | null {
  return call.keywords.find((each) => each.name?.text === name)?.value ?? null;
}

/** Arguments that cannot be seen: `*args`, `**options`. */
export function hasHiddenArguments(call: Call): boolean {
  return call.args.some((arg) => arg.kind === 'Starred') || call.keywords.some((each) => each.name === null);
}

/** Whether the class body itself reads a name: `default=_make_key`. */
export function isReadBy(node: ClassDef, name: string): boolean {
  const assigned = node.body.filter((stmt) => stmt.kind === 'Assign' || stmt.kind === 'AnnAssign');
  for (const at of nodesUnder(assigned)) if (at.kind === 'Name' && at.id === name) return true;
  return false;
}

/** Whether a method is run when an object is made or written to: `__init__`, a property that can be set, and its setter. */
export function runsOnWrite(node: ClassDef, method: FunctionDef): boolean {
  const name = method.name.text;
  return (
    name === '__init__' ||
    node.body.some((stmt) => stmt.kind === 'FunctionDef' && stmt.name.text === name && isSetterOf(stmt, name))
  );
}

function isSetterOf(method: FunctionDef, name: string): boolean {
  return method.decorators.some(
    (each) =>
      each.kind === 'Attribute' && each.attr.text === 'setter' && each.value.kind === 'Name' && each.value.id === name,
  );
}

/** What other decorators make of a method, the ORM has seen. Those of `typing` say something to readers only. */
export function isPlainMethod(node: FunctionDef): boolean {
  return node.decorators.every((decorator) => {
    if (decorator.kind === 'Name') return PLAIN_DECORATOR.test(decorator.id);
    return (
      decorator.kind === 'Attribute' && decorator.value.kind === 'Name' && PLAIN_DECORATOR.test(decorator.attr.text)
    );
  });
}

const PLAIN_DECORATOR = /^(property|cached_property|classmethod|staticmethod|override|final|abstractmethod)$/;
