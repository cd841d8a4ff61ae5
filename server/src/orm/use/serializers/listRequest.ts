/**
 * What a method of a view gives while it lists rows for a plain request: `GET`, no parameters, `self.action == "list"`.
 * Only classes, texts, dicts of them and querysets are followed; all else is unknown, and so is what depends on it.
 */
import { isConstant } from '../../../python/syntax/docstrings.ts';
import { hasDecorator } from '../../../python/decorators.ts';
import { isSuper } from '../../../python/superCalls.ts';
import type { Call, Compare, Expr, Stmt } from '../../../python/syntax/nodes.ts';
import type { SourceFile } from '../../../python/types.ts';
import type { Inference } from '../../infer.ts';
import { type Method, methodsNamed } from '../../members.ts';
import { joinValues, type Value } from '../../values.ts';
import { assignedMember } from './restMembers.ts';
import { type ClassAt, classNamed } from './serialized.ts';

export type Given =
  | { readonly kind: 'class'; readonly named: ClassAt; readonly file: SourceFile; readonly at: Expr }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'items'; readonly items: readonly Given[] }
  | { readonly kind: 'dict'; readonly entries: ReadonlyMap<string, Given> }
  | { readonly kind: 'query'; readonly value: Value & { readonly kind: 'query' } }
  /** `request.query_params`: there are none. */
  | { readonly kind: 'parameters' }
  | { readonly kind: 'none' }
  /** It raises: a dict has no such entry. */
  | { readonly kind: 'raised' }
  | { readonly kind: 'unknown' };

const NONE: Given = { kind: 'none' };
const UNKNOWN: Given = { kind: 'unknown' };

/** Methods that call methods that call methods …: further than this nobody would look. */
const MAX_DEPTH = 100;
/** Ways through conditions that nobody knows. */
const MAX_WAYS = 32;

export class ListRequest {
  readonly #view: ClassAt;
  readonly #inference: Inference;
  #depth = 0;
  #ways = 0;

  constructor(view: ClassAt, inference: Inference) {
    this.#view = view;
    this.#inference = inference;
  }

  /** `self.name()` */
  call(name: string, args: readonly Given[] = []): Given {
    return this.#method(methodsNamed(this.#view, name, this.#inference), name, args);
  }

  #method(methods: readonly Method[], name: string, args: readonly Given[]): Given {
    const [first, ...next] = methods;
    // What the library's own methods give.
    if (!first && name === 'get_queryset') return this.#member('queryset');
    if (!first) return name === 'get_serializer_class' ? this.#member('serializer_class') : UNKNOWN;
    const { params, body, decorators } = first.node;
    const isPlain = decorators.every((each) => each.kind === 'Name' && /^(class|static)method$/.test(each.id));
    const own = params.args.slice(hasDecorator(first.node, 'staticmethod') ? 0 : 1);
    if (!isPlain || own.length !== args.length) return UNKNOWN;
    const known = new Map(own.map((parameter, i) => [parameter.name.text, args[i]!]));
    return this.#deeper(() => new Body(first.file, next, name, known).run(body, this) ?? NONE);
  }

  next(methods: readonly Method[], name: string, args: readonly Given[]): Given {
    return this.#method(methods, name, args);
  }

  /** Whether one more way through a method may be tried. */
  isWayLeft(): boolean {
    return ++this.#ways <= MAX_WAYS;
  }

  #deeper(compute: () => Given): Given {
    if (this.#depth >= MAX_DEPTH) return UNKNOWN;
    this.#depth++;
    try {
      return compute();
    } finally {
      this.#depth--;
    }
  }

  /** What the class, or the nearest base that has it, assigns to a name. */
  #member(name: string): Given {
    const assigned = assignedMember(this.#view, name, this.#inference);
    return assigned ? this.value(assigned.file, assigned.value, new Map()) : UNKNOWN;
  }

  /** `hasattr(self, name)` */
  has(name: string): boolean | null {
    const { file, cls } = this.#view;
    const { program } = this.#inference;
    if (program.member(file, cls, name).symbol.kind !== 'unknown') return true;
    if (/^(action|queryset|serializer_class|request|kwargs)$/.test(name)) return true;
    // The library's views are not read; but of serializers they have no other names, nor a model.
    const isKnown = program.bases(file, cls).every((base) => base.kind !== 'unknown');
    return isKnown && (name.includes('serializer') || name === 'model') ? false : null;
  }

  /** `hasattr(serializer_class, name)`: the library's have no methods that views ask them for. */
  #classHas({ file, cls }: ClassAt, name: string): boolean | null {
    const { program } = this.#inference;
    if (program.member(file, cls, name).symbol.kind !== 'unknown') return true;
    return name === 'setup_eager_loading' && program.bases(file, cls).every(({ kind }) => kind !== 'unknown')
      ? false
      : null;
  }

  value(file: SourceFile, expr: Expr, known: ReadonlyMap<string, Given>, frame: Body | null = null): Given {
    return this.#deeper(() => {
      const given = this.#value(file, expr, known, frame);
      // What does not depend on the view is worth the same everywhere.
      return given.kind === 'unknown' ? ofValue(this.#inference.valueOf(file, expr)) : given;
    });
  }

  /** The manager of a model, or whatever else querysets begin with. */
  #attributeOf(on: Given, name: string, file: SourceFile, expr: Expr): Given {
    if (on.kind !== 'class') return UNKNOWN;
    const model = `${on.named.file.moduleName}.${on.named.cls.name.text}`;
    if (!this.#inference.graph.model(model)) return UNKNOWN;
    return ofValue(this.#inference.attributeOf({ kind: 'model', model }, name, file, expr));
  }

  #value(file: SourceFile, expr: Expr, known: ReadonlyMap<string, Given>, frame: Body | null): Given {
    const inside = (each: Expr): Given => this.value(file, each, known, frame);
    switch (expr.kind) {
      case 'Constant':
        if (expr.type === 'None') return NONE;
        if (expr.type === 'bool') return { kind: 'bool', value: expr.value };
        return expr.type === 'str' ? { kind: 'text', text: expr.value } : UNKNOWN;
      case 'List':
      case 'Tuple':
      case 'Set':
        return { kind: 'items', items: expr.elts.map(inside) };
      case 'Dict': {
        const keys = expr.keys.map((key) => key && inside(key));
        const texts = keys.flatMap((key) => (key?.kind === 'text' ? key.text : []));
        if (texts.length < keys.length) return UNKNOWN;
        return { kind: 'dict', entries: new Map(texts.map((text, i) => [text, inside(expr.values[i]!)])) };
      }
      case 'Name':
      case 'Attribute': {
        const own = expr.kind === 'Name' ? known.get(expr.id) : this.#attribute(expr.value, expr.attr.text);
        if (own) return own;
        const named = classNamed(file, expr, this.#inference);
        if (named) return { kind: 'class', named, file, at: expr };
        return expr.kind === 'Attribute' ? this.#attributeOf(inside(expr.value), expr.attr.text, file, expr) : UNKNOWN;
      }
      case 'IfExp': {
        const holds = truth(inside(expr.test));
        return holds === null ? UNKNOWN : inside(holds ? expr.body : expr.orelse);
      }
      case 'UnaryOp': {
        const holds = expr.op === 'not' ? truth(inside(expr.operand)) : null;
        return holds === null ? UNKNOWN : { kind: 'bool', value: !holds };
      }
      case 'BoolOp': {
        let last: Given = NONE;
        for (const each of expr.values) {
          last = inside(each);
          const holds = truth(last);
          if (holds === null || holds === (expr.op === 'or')) return last;
        }
        return last;
      }
      case 'Compare':
        return compared(expr, inside);
      case 'Subscript':
        return entryOf(inside(expr.value), inside(expr.slice)) ?? UNKNOWN;
      case 'Call':
        return this.#call(expr, file, inside, frame);
      default:
        return UNKNOWN;
    }
  }

  /** `self.action`, `self.request.method`, `request.query_params`, and what the class assigns. */
  #attribute(on: Expr, name: string): Given | null {
    if (/^(query_params|GET)$/.test(name)) return { kind: 'parameters' };
    if (on.kind === 'Attribute' && on.attr.text === 'request' && name === 'method')
      return { kind: 'text', text: 'GET' };
    if (on.kind !== 'Name' || on.id !== 'self') return null;
    return name === 'action' ? { kind: 'text', text: 'list' } : this.#member(name);
  }

  #call(call: Call, file: SourceFile, inside: (expr: Expr) => Given, frame: Body | null): Given {
    const { func, args, keywords } = call;
    const [first, second, third] = args;
    if (func.kind === 'Attribute' && !isSuper(func.value)) {
      const on = inside(func.value);
      if (on.kind === 'query') return ofValue(this.#inference.calledOn(on.value, func.attr.text, file, call));
    }
    if (keywords.length > 0) return UNKNOWN;
    if (func.kind === 'Name') {
      const name = second?.kind === 'Constant' && second.type === 'str' ? second.value : null;
      const isOfSelf = first?.kind === 'Name' && first.id === 'self' && name !== null;
      switch (func.id) {
        case 'dict':
          return first && args.length === 1 ? dictOf(inside(first)) : UNKNOWN;
        case 'hasattr':
          if (!isOfSelf && first && name !== null) {
            const of = inside(first);
            return of.kind === 'class' ? boolean(this.#classHas(of.named, name)) : UNKNOWN;
          }
          return isOfSelf ? boolean(this.has(name)) : UNKNOWN;
        case 'getattr': {
          // For a schema alone: https://drf-yasg.readthedocs.io/en/stable/openapi.html
          if (name === 'swagger_fake_view') return { kind: 'bool', value: false };
          const has = isOfSelf ? this.has(name) : null;
          if (has && isOfSelf) return this.#attribute(first, name) ?? UNKNOWN;
          return has === false && third ? inside(third) : UNKNOWN;
        }
        case 'isinstance': {
          const of = first && inside(first);
          const isDict = second?.kind === 'Name' && second.id === 'dict';
          return isDict && of && of.kind !== 'unknown' ? { kind: 'bool', value: of.kind === 'dict' } : UNKNOWN;
        }
        default:
          return UNKNOWN;
      }
    }
    if (func.kind !== 'Attribute') return UNKNOWN;
    const name = func.attr.text;
    if (isSuper(func.value))
      return frame && name === frame.name ? this.next(frame.next, name, args.map(inside)) : UNKNOWN;
    if (func.value.kind === 'Name' && func.value.id === 'self') return this.call(name, args.map(inside));
    const on = inside(func.value);
    if (on.kind === 'class') return this.#method(methodsNamed(on.named, name, this.#inference), name, args.map(inside));
    if (name === 'get' && first) {
      const entry = entryOf(on, inside(first));
      return entry?.kind === 'raised' ? (second ? inside(second) : NONE) : (entry ?? UNKNOWN);
    }
    if (on.kind === 'text' && /^(lower|upper)$/.test(name))
      return { kind: 'text', text: name === 'lower' ? on.text.toLowerCase() : on.text.toUpperCase() };
    return name === 'copy' ? on : UNKNOWN;
  }
}

/** One method that is run, with those of that name that come behind it. */
class Body {
  readonly file: SourceFile;
  readonly next: readonly Method[];
  readonly name: string;
  readonly #known: Map<string, Given>;

  constructor(file: SourceFile, next: readonly Method[], name: string, known: ReadonlyMap<string, Given>) {
    this.file = file;
    this.next = next;
    this.name = name;
    this.#known = new Map(known);
  }

  /** What these statements return; null when the method goes on behind them. */
  run(body: readonly Stmt[], request: ListRequest): Given | null {
    const value = (expr: Expr): Given => request.value(this.file, expr, this.#known, this);
    for (const [i, statement] of body.entries()) {
      switch (statement.kind) {
        case 'Return':
          return statement.value ? value(statement.value) : NONE;
        case 'Assign': {
          const [target] = statement.targets;
          if (statement.targets.length > 1 || target?.kind !== 'Name') return UNKNOWN;
          const given = value(statement.value);
          if (given.kind === 'raised') return given;
          this.#known.set(target.id, given);
          break;
        }
        case 'If': {
          const holds = truth(value(statement.test));
          if (holds === null) {
            if (!request.isWayLeft()) return UNKNOWN;
            const [one, other] = [statement.body, statement.orelse].map((suite) =>
              new Body(this.file, this.next, this.name, this.#known).run([...suite, ...body.slice(i + 1)], request),
            );
            return either(one ?? NONE, other ?? NONE);
          }
          const given = this.run(holds ? statement.body : statement.orelse, request);
          if (given) return given;
          break;
        }
        case 'Try': {
          // `try: return self.serializers[self.action]`, `except KeyError: …`
          const given = this.run(statement.body, request);
          const handler = statement.handlers[0];
          const other = given?.kind === 'raised' && handler ? this.run(handler.body, request) : given;
          if (other) return other;
          break;
        }
        case 'Raise':
          return { kind: 'raised' };
        case 'Assert':
        case 'Pass':
          break;
        default:
          if (!isConstant(statement)) return UNKNOWN;
      }
    }
    return null;
  }
}

function ofValue(value: Value): Given {
  return value.kind === 'query' ? { kind: 'query', value } : UNKNOWN;
}

/** What one of two ways gives, nobody knows which. */
function either(one: Given, other: Given): Given {
  if (one.kind === 'raised') return other;
  if (other.kind === 'raised') return one;
  if (one.kind === 'query' && other.kind === 'query') return ofValue(joinValues(one.value, other.value));
  return one.kind === 'class' && other.kind === 'class' && one.named.cls === other.named.cls ? one : UNKNOWN;
}

function truth(given: Given): boolean | null {
  switch (given.kind) {
    case 'class':
      return true;
    case 'query':
      return null;
    case 'text':
      return given.text !== '';
    case 'bool':
      return given.value;
    case 'items':
      return given.items.length > 0;
    case 'dict':
      return given.entries.size > 0;
    case 'parameters':
    case 'none':
      return false;
    case 'raised':
    case 'unknown':
      return null;
  }
}

function boolean(value: boolean | null): Given {
  return value === null ? UNKNOWN : { kind: 'bool', value };
}

/** `a == b`, `a in b`, `a is None`; only of one pair. */
function compared({ left, ops, comparators }: Compare, inside: (expr: Expr) => Given): Given {
  if (ops.length !== 1) return UNKNOWN;
  const [a, b] = [inside(left), inside(comparators[0]!)];
  const [op] = ops;
  const isNegative = op === '!=' || op === 'not in' || op === 'is not';
  const holds = op === 'in' || op === 'not in' ? isIn(a, b) : isSame(a, b);
  return /^(==|!=|in|not in|is|is not)$/.test(op!) && holds !== null
    ? { kind: 'bool', value: holds !== isNegative }
    : UNKNOWN;
}

function isSame(a: Given, b: Given): boolean | null {
  if (a.kind === 'text' && b.kind === 'text') return a.text === b.text;
  if (a.kind === 'unknown' || b.kind === 'unknown' || a.kind === 'raised' || b.kind === 'raised') return null;
  return a.kind === 'none' || b.kind === 'none' ? a.kind === b.kind : null;
}

function isIn(a: Given, b: Given): boolean | null {
  if (b.kind === 'parameters') return false;
  if (a.kind !== 'text') return null;
  if (b.kind === 'dict') return b.entries.has(a.text);
  if (b.kind !== 'items') return null;
  const same = b.items.map((each) => isSame(a, each));
  return same.includes(true) ? true : same.includes(null) ? null : false;
}

/** null when it is not known. */
function entryOf(on: Given, key: Given): Given | null {
  if (on.kind === 'parameters') return { kind: 'raised' };
  if (on.kind !== 'dict' || key.kind !== 'text') return null;
  return on.entries.get(key.text) ?? { kind: 'raised' };
}

/** `dict(…)` of a dict, or of pairs. */
function dictOf(given: Given): Given {
  if (given.kind === 'dict') return given;
  if (given.kind !== 'items') return UNKNOWN;
  const entries = new Map<string, Given>();
  for (const pair of given.items) {
    const [key, value, ...more] = pair.kind === 'items' ? pair.items : [];
    if (key?.kind !== 'text' || !value || more.length > 0) return UNKNOWN;
    entries.set(key.text, value);
  }
  return { kind: 'dict', entries };
}
