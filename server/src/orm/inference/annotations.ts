import type { Expr } from '../../python/syntax/nodes.ts';
import type { Binding, Scope, SourceFile, Symbol } from '../../python/types.ts';
import type { ScalarType } from '../../query/program.ts';
import type { Inference, OrmSemantics } from '../infer.ts';
import { joinValues, UNKNOWN, withExpiry, type Value } from '../values.ts';
import { givenBy } from './dependencies.ts';

/** What annotations say of the values they stand at. */
export class Annotations {
  readonly #inference: Inference;
  readonly #semantics: readonly OrmSemantics[];
  /** Aliases that are being followed. */
  readonly #underWay = new Set<Expr>();

  constructor(inference: Inference, semantics: readonly OrmSemantics[]) {
    this.#inference = inference;
    this.#semantics = semantics;
  }

  /** What an annotation says that a value is; its names are looked up from `scope`. */
  valueOf(file: SourceFile, annotation: Expr, scope: Scope): Value {
    switch (annotation.kind) {
      case 'Constant':
        return annotation.type === 'None'
          ? { kind: 'none' }
          : annotation.type === 'str'
            ? this.#quoted(file, annotation.value, scope)
            : UNKNOWN;
      case 'BinOp':
        return annotation.op === '|'
          ? joinValues(this.valueOf(file, annotation.left, scope), this.valueOf(file, annotation.right, scope))
          : UNKNOWN;
      case 'Subscript': {
        const args = annotation.slice.kind === 'Tuple' ? annotation.slice.elts : [annotation.slice];
        return this.#generic(file, annotation.value, args, scope);
      }
      case 'Name':
      case 'Attribute':
        return this.#symbol(this.#inference.program.resolve(file, annotation, scope));
      default:
        return UNKNOWN;
    }
  }

  #quoted(file: SourceFile, source: string, scope: Scope): Value {
    const name = /^\s*(?:Optional\[)?\s*"?'?([A-Za-z_][\w.]*)/.exec(source)?.[1];
    if (!name || name.includes('.')) return UNKNOWN;
    return this.valueOf(file, { kind: 'Name', id: name, start: scope.range.start, end: scope.range.start }, scope);
  }

  #symbol(symbol: Symbol): Value {
    if (symbol.kind === 'builtin' || symbol.kind === 'external') return this.#name(symbol.name, []);
    if (symbol.kind !== 'binding') return UNKNOWN;
    const { file, binding } = symbol;
    if (binding.kind === 'class') {
      const value = this.#inference.bindingValue(file, binding);
      return value.kind === 'model' ? { kind: 'instance', model: value.model, origin: null } : value;
    }
    // An alias: `SessionDep = Annotated[Session, Depends(get_session)]`. It may name itself: `Json = dict[str, "Json"]`.
    const alias = aliased(binding);
    if (!alias || this.#underWay.has(alias)) return UNKNOWN;
    this.#underWay.add(alias);
    try {
      return this.valueOf(file, alias, binding.scope);
    } finally {
      this.#underWay.delete(alias);
    }
  }

  #generic(file: SourceFile, base: Expr, args: readonly Expr[], scope: Scope): Value {
    const symbol = this.#inference.program.resolve(file, base, scope);
    if (symbol.kind !== 'external' && symbol.kind !== 'builtin') return this.valueOf(file, base, scope);
    const name = symbol.name.split('.').at(-1)!;
    const first = args[0] ? this.valueOf(file, args[0], scope) : UNKNOWN;
    switch (name) {
      case 'Annotated': {
        if (first.kind !== 'unknown' && first.kind !== 'external' && first.kind !== 'session') return first;
        for (const extra of args.slice(1)) {
          const dependency = givenBy(file, extra, this.#inference);
          if (dependency) return first.kind === 'session' ? withExpiry(first, dependency) : dependency;
        }
        return first;
      }
      case 'Optional':
      case 'Final':
      case 'ClassVar':
      case 'Awaitable':
        return first;
      case 'Union':
        return args.map((arg) => this.valueOf(file, arg, scope)).reduce(joinValues, UNKNOWN);
      case 'type':
      case 'Type':
        return first.kind === 'instance' ? { kind: 'model', model: first.model } : UNKNOWN;
      case 'list':
      case 'List':
      case 'set':
      case 'Set':
      case 'frozenset':
      case 'Sequence':
      case 'Iterable':
      case 'Iterator':
      case 'Generator':
      case 'AsyncGenerator':
      case 'AsyncIterator':
      case 'AsyncIterable':
      case 'Collection':
        return { kind: 'collection', of: first };
      case 'tuple':
      case 'Tuple':
        return { kind: 'tuple', items: args.map((arg) => this.valueOf(file, arg, scope)) };
      default:
        return this.#name(
          symbol.name,
          args.map((arg) => this.valueOf(file, arg, scope)),
        );
    }
  }

  #name(name: string, args: readonly Value[]): Value {
    const scalar = SCALARS[name.split('.').at(-1)!];
    if (scalar) return { kind: 'scalar', python: scalar };
    if (this.#inference.graph.model(name)) return { kind: 'instance', model: name, origin: null };
    for (const semantics of this.#semantics) {
      const found = semantics.annotation(name, args);
      if (found) return found;
    }
    return { kind: 'external', name };
  }
}

const SCALARS: Readonly<Record<string, ScalarType | undefined>> = {
  int: 'int',
  str: 'str',
  bool: 'bool',
  float: 'float',
  bytes: 'bytes',
  datetime: 'datetime',
  date: 'date',
  time: 'time',
  timedelta: 'timedelta',
  Decimal: 'Decimal',
  UUID: 'UUID',
  EmailStr: 'str',
  UUID4: 'UUID',
  PositiveInt: 'int',
};

/** What the name of a type stands for. */
function aliased(binding: Binding): Expr | null {
  switch (binding.kind) {
    case 'assign':
      return binding.path.length === 0 ? binding.statement.value : null;
    case 'annAssign':
    case 'typeAlias':
      return binding.statement.value;
    default:
      return null;
  }
}
