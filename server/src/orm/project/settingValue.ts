/**
 * Values of settings, read without running anything: as much of a string as is certain, lists, dictionaries, and what
 * an environment variable falls back to.
 */
import { scopeOfNode } from '../../python/scopes.ts';
import type { Call, ClassDef, Expr, FunctionDef, Stmt } from '../../python/syntax/nodes.ts';
import { statementsUnder } from '../../python/syntax/visit.ts';
import type { Binding, Program, Scope, SourceFile, Symbol } from '../../python/types.ts';
import type { Source } from './fact.ts';

export type SettingValue = { readonly source: Source } &
  /** `complete` is false when only the beginning of the text is known. */
  (
    | { readonly kind: 'string'; readonly text: string; readonly complete: boolean }
    | { readonly kind: 'number'; readonly value: number }
    | { readonly kind: 'bool'; readonly value: boolean }
    | { readonly kind: 'none' }
    | { readonly kind: 'list'; readonly items: readonly SettingValue[] }
    | { readonly kind: 'dict'; readonly entries: ReadonlyMap<string, SettingValue> }
    /** A variable of the environment, and what is taken when it is not set. */
    | { readonly kind: 'environment'; readonly name: string; readonly fallback: SettingValue | null }
    /** An instance of a class of the workspace: `settings = Settings()`. */
    | { readonly kind: 'instance'; readonly file: SourceFile; readonly cls: ClassDef }
    /** A call of something that is not followed; `name` as far as it is known: `dj_database_url.config`, `environ.Env().db`. */
    | {
        readonly kind: 'call';
        readonly name: string;
        readonly call: Call;
        readonly file: SourceFile;
        readonly scope: Scope;
      }
    | { readonly kind: 'unknown' }
  );

/**
 * Evaluates an expression where it stands. Bounded in time and depth; what is too deep is unknown.
 * `given` are values that names of this very file are known to have there.
 */
export function settingValue(
  program: Program,
  file: SourceFile,
  expr: Expr,
  scope?: Scope,
  given?: ReadonlyMap<string, SettingValue>,
): SettingValue {
  return new Evaluator(program, file, given).value(file, expr, scope ?? program.scopeAt(file, expr.start));
}

/** A dictionary with one entry more. */
export function withEntry(dict: SettingValue | undefined, keys: readonly string[], value: SettingValue): SettingValue {
  const [key, ...rest] = keys;
  if (key === undefined) return value;
  const entries = new Map(dict?.kind === 'dict' ? dict.entries : []);
  entries.set(key, withEntry(entries.get(key), rest, value));
  return { kind: 'dict', entries, source: dict?.source ?? value.source };
}

/** What `left + right`, `left | right` make of lists, dictionaries and strings; undefined when that is not known. */
export function combine(left: SettingValue, right: SettingValue, op: '+' | '/' | '|'): SettingValue | undefined {
  if (left.kind === 'list' && op === '+') {
    const more = right.kind === 'list' ? right.items : [{ kind: 'unknown' as const, source: right.source }];
    return { ...left, items: [...left.items, ...more] };
  }
  if (right.kind === 'list' && op === '+') {
    return { ...right, items: [{ kind: 'unknown', source: left.source }, ...right.items] };
  }
  if (left.kind === 'dict' && right.kind === 'dict' && op === '|') {
    return { ...left, entries: new Map([...left.entries, ...right.entries]) };
  }
  if (op === '|') return undefined;
  const first = asString(left);
  if (!first) return undefined;
  const second = op === '+' ? asString(right) : undefined;
  return {
    kind: 'string',
    text: first.text + (second?.text ?? ''),
    complete: second?.complete ?? false,
    source: left.source,
  };
}

/** The value of a positional or keyword argument of a call that was not followed. */
export function argument(
  program: Program,
  value: SettingValue & { kind: 'call' },
  index: number,
  ...names: readonly string[]
): SettingValue | null {
  const expr = argumentOf(value.call, index, names);
  return expr ? settingValue(program, value.file, expr, value.scope) : null;
}

export function sourceOf(file: SourceFile, offset: number): Source {
  return { path: file.path, line: file.lines.position(offset).line + 1 };
}

function argumentOf(call: Call, index: number, names: readonly string[]): Expr | undefined {
  const keyword = call.keywords.find(({ name }) => name !== null && names.includes(name.text));
  const positional = index >= 0 ? call.args[index] : undefined;
  return keyword?.value ?? (positional?.kind === 'Starred' ? undefined : positional);
}

class Evaluator {
  readonly #program: Program;
  #steps = 2000;
  #depth = 0;

  readonly #file: SourceFile;
  readonly #given: ReadonlyMap<string, SettingValue> | undefined;

  constructor(program: Program, file: SourceFile, given: ReadonlyMap<string, SettingValue> | undefined) {
    this.#program = program;
    this.#file = file;
    this.#given = given;
  }

  value(file: SourceFile, expr: Expr, scope: Scope): SettingValue {
    if (this.#steps-- <= 0 || this.#depth > 60) return { kind: 'unknown', source: sourceOf(file, expr.start) };
    this.#depth++;
    const value = this.#value(file, expr, scope);
    this.#depth--;
    return value;
  }

  #value(file: SourceFile, expr: Expr, scope: Scope): SettingValue {
    const source = sourceOf(file, expr.start);
    const unknown: SettingValue = { kind: 'unknown', source };
    switch (expr.kind) {
      case 'Constant':
        if (expr.type === 'str') return { kind: 'string', text: expr.value, complete: true, source };
        if (expr.type === 'bool') return { kind: 'bool', value: expr.value, source };
        if (expr.type === 'None') return { kind: 'none', source };
        if (expr.type === 'int' || expr.type === 'float')
          return { kind: 'number', value: Number(expr.value.replaceAll('_', '')), source };
        return unknown;
      case 'JoinedStr': {
        let text = '';
        for (const part of expr.values) {
          const value = this.value(file, part.kind === 'FormattedValue' ? part.value : part, scope);
          const known = asString(value);
          text += known?.text ?? '';
          if (!known?.complete) return { kind: 'string', text, complete: false, source };
        }
        return { kind: 'string', text, complete: true, source };
      }
      case 'BinOp': {
        const left = this.value(file, expr.left, scope);
        if (expr.op === '%' && left.kind === 'string') return cut(left, '%');
        if (expr.op !== '+' && expr.op !== '/' && expr.op !== '|') return unknown;
        if (left.kind === 'string' && !left.complete) return left;
        const right = this.value(file, expr.right, scope);
        return combine(left, right, expr.op) ?? { ...unknown };
      }
      case 'BoolOp': {
        // `os.environ.get("URL") or "sqlite://"`: the first that says anything.
        const values = expr.values.map((each) => this.value(file, each, scope));
        const first = values[0]!;
        if (expr.op === 'or' && first.kind === 'environment' && !first.fallback) {
          return { ...first, fallback: values.slice(1).find((value) => value.kind !== 'unknown') ?? null };
        }
        return (
          (expr.op === 'or'
            ? values.find((value) => value.kind !== 'unknown' && value.kind !== 'none')
            : values.at(-1)) ?? unknown
        );
      }
      case 'IfExp': {
        const body = this.value(file, expr.body, scope);
        return body.kind === 'unknown' || body.kind === 'none' ? this.value(file, expr.orelse, scope) : body;
      }
      case 'NamedExpr':
      case 'Await':
        return this.value(file, expr.value, scope);
      case 'List':
      case 'Tuple':
      case 'Set': {
        const items = expr.elts.flatMap((element) => {
          if (element.kind !== 'Starred') return [this.value(file, element, scope)];
          const inner = this.value(file, element.value, scope);
          return inner.kind === 'list'
            ? inner.items
            : [{ kind: 'unknown' as const, source: sourceOf(file, element.start) }];
        });
        return { kind: 'list', items, source };
      }
      case 'Dict': {
        const entries = new Map<string, SettingValue>();
        expr.keys.forEach((key, index) => {
          const value = expr.values[index]!;
          if (!key) {
            const spread = this.value(file, value, scope);
            if (spread.kind === 'dict') for (const [name, inner] of spread.entries) entries.set(name, inner);
            return;
          }
          const name = asString(this.value(file, key, scope));
          if (name?.complete) entries.set(name.text, this.value(file, value, scope));
        });
        return { kind: 'dict', entries, source };
      }
      case 'Subscript': {
        const environment = this.#environmentItem(file, expr.value, expr.slice, scope);
        if (environment) return environment;
        const owner = this.value(file, expr.value, scope);
        const key = asString(this.value(file, expr.slice, scope));
        return (owner.kind === 'dict' && key?.complete ? owner.entries.get(key.text) : undefined) ?? unknown;
      }
      case 'Call':
        return this.#call(file, expr, scope);
      case 'Name':
      case 'Attribute': {
        const given =
          expr.kind === 'Name' && file === this.#file && scope.kind === 'module'
            ? this.#given?.get(expr.id)
            : undefined;
        if (given) return given;
        const symbol = this.#program.resolve(file, expr, scope);
        if (symbol.kind === 'binding') return this.#binding(symbol.file, symbol.binding) ?? unknown;
        if (symbol.kind !== 'unknown' || expr.kind !== 'Attribute') return unknown;
        const owner = this.value(file, expr.value, scope);
        return owner.kind === 'instance' ? (this.#member(owner.file, owner.cls, expr.attr.text) ?? unknown) : unknown;
      }
      default:
        return unknown;
    }
  }

  #binding(file: SourceFile, binding: Binding): SettingValue | undefined {
    switch (binding.kind) {
      case 'assign':
        return binding.path.length === 0 ? this.value(file, binding.statement.value, binding.scope) : undefined;
      case 'annAssign':
        return binding.statement.value ? this.value(file, binding.statement.value, binding.scope) : undefined;
      case 'walrus':
        return this.value(file, binding.node.value, binding.scope);
      case 'parameter': {
        const { annotation, default: fallback } = binding.node;
        const cls = annotation && this.#workspaceClass(this.#program.resolve(file, annotation));
        if (cls) return { kind: 'instance', ...cls, source: sourceOf(file, binding.range.start) };
        return fallback ? this.value(file, fallback, binding.scope.parent ?? binding.scope) : undefined;
      }
      default:
        return undefined;
    }
  }

  #member(file: SourceFile, cls: ClassDef, name: string): SettingValue | undefined {
    const { symbol } = this.#program.member(file, cls, name);
    if (symbol.kind !== 'binding') return undefined;
    // A property is what it returns: `SQLALCHEMY_DATABASE_URI` is often computed from other fields.
    if (symbol.binding.kind === 'function') return this.#returned(symbol.file, symbol.binding.node);
    return this.#binding(symbol.file, symbol.binding);
  }

  #call(file: SourceFile, call: Call, scope: Scope): SettingValue {
    const source = sourceOf(file, call.start);
    const unknown: SettingValue = { kind: 'unknown', source };
    const { func } = call;
    if (func.kind === 'Attribute' && textMethods.has(func.attr.text)) {
      const subject = this.value(file, func.value, scope);
      if (subject.kind === 'string' || subject.kind === 'environment')
        return this.#textMethod(file, subject, call, func.attr.text, scope);
      if (subject.kind === 'call' && stringify.has(func.attr.text)) return subject;
    }
    const symbol =
      func.kind === 'Name' || func.kind === 'Attribute' ? this.#program.resolve(file, func, scope) : undefined;
    if (symbol?.kind === 'binding') {
      if (symbol.binding.kind === 'function') return this.#returned(symbol.file, symbol.binding.node) ?? unknown;
      if (symbol.binding.kind === 'class')
        return { kind: 'instance', file: symbol.file, cls: symbol.binding.node, source };
    }
    if (symbol?.kind === 'builtin' && (symbol.name === 'str' || symbol.name === 'list' || symbol.name === 'tuple')) {
      return call.args[0] ? this.value(file, call.args[0], scope) : unknown;
    }
    if (symbol?.kind === 'builtin' && symbol.name === 'dict') {
      const entries = new Map<string, SettingValue>();
      for (const { name, value } of call.keywords) if (name) entries.set(name.text, this.value(file, value, scope));
      return { kind: 'dict', entries, source };
    }
    if (func.kind === 'Attribute' && symbol?.kind === 'unknown') {
      const owner = this.value(file, func.value, scope);
      if (owner.kind === 'instance') {
        const member = this.#program.member(owner.file, owner.cls, func.attr.text).symbol;
        if (member.kind === 'binding' && member.binding.kind === 'function')
          return this.#returned(member.file, member.binding.node) ?? unknown;
      }
    }
    const name = this.#calleeName(file, func, scope);
    if (name === null) return unknown;
    if (environmentCalls.test(name)) return this.#environmentCall(file, call, scope, source);
    if (/(^|\.)(Field|SecretStr|URL|make_url|Dsn|\w*Dsn|cast|partial|lazy)$/.test(name) && !/\bcreate$/.test(name)) {
      const inner = argumentOf(call, /cast$/.test(name) ? 1 : 0, ['default', 'url', 'name_or_url']);
      const value = inner && this.value(file, inner, scope);
      if (value && value.kind !== 'unknown') return value;
    }
    return { kind: 'call', name, call, file, scope, source };
  }

  #textMethod(file: SourceFile, subject: SettingValue, call: Call, method: string, scope: Scope): SettingValue {
    if (subject.kind === 'environment') {
      return subject.fallback
        ? { ...subject, fallback: this.#textMethod(file, subject.fallback, call, method, scope) }
        : subject;
    }
    if (subject.kind !== 'string') return subject;
    if (method === 'format') return cut(subject, '{');
    if (method !== 'replace') return subject;
    const [from, to] = call.args.slice(0, 2).map((arg) => asString(this.value(file, arg, scope)));
    if (!from?.complete || !to?.complete || from.text === '') return subject;
    return { ...subject, text: subject.text.replaceAll(from.text, to.text) };
  }

  #environmentItem(file: SourceFile, owner: Expr, key: Expr, scope: Scope): SettingValue | undefined {
    if (owner.kind !== 'Name' && owner.kind !== 'Attribute') return undefined;
    const symbol = this.#program.resolve(file, owner, scope);
    if (symbol.kind !== 'external' || symbol.name !== 'os.environ') return undefined;
    const name = asString(this.value(file, key, scope));
    return name?.complete
      ? { kind: 'environment', name: name.text, fallback: null, source: sourceOf(file, owner.start) }
      : undefined;
  }

  #environmentCall(file: SourceFile, call: Call, scope: Scope, source: Source): SettingValue {
    const name = call.args[0] && asString(this.value(file, call.args[0], scope));
    if (!name?.complete) return { kind: 'unknown', source };
    const fallback = argumentOf(call, 1, ['default', 'failobj']);
    const value = fallback && this.value(file, fallback, scope);
    return { kind: 'environment', name: name.text, fallback: value && value.kind !== 'unknown' ? value : null, source };
  }

  /** What a function returns: the first of its `return`s that says anything. */
  #returned(file: SourceFile, node: FunctionDef): SettingValue | undefined {
    const scope = scopeOfNode(file.scope, node);
    if (!scope) return undefined;
    for (const value of returns(node.body)) {
      const result = this.value(file, value, scope);
      if (result.kind !== 'unknown' && result.kind !== 'none') return result;
    }
    const cls = node.returns && this.#workspaceClass(this.#program.resolve(file, node.returns));
    return cls ? { kind: 'instance', ...cls, source: sourceOf(file, node.start) } : undefined;
  }

  #workspaceClass(symbol: Symbol): { readonly file: SourceFile; readonly cls: ClassDef } | null {
    return symbol.kind === 'binding' && symbol.binding.kind === 'class'
      ? { file: symbol.file, cls: symbol.binding.node }
      : null;
  }

  /** `env.db` with `env = environ.Env()` is `environ.Env().db`. */
  #calleeName(file: SourceFile, func: Expr, scope: Scope): string | null {
    if (func.kind === 'Call') {
      const inner = this.#calleeName(file, func.func, scope);
      return inner === null ? null : `${inner}()`;
    }
    if (func.kind !== 'Name' && func.kind !== 'Attribute') return null;
    const symbol = this.#program.resolve(file, func, scope);
    if (symbol.kind === 'external' || symbol.kind === 'builtin') return symbol.name;
    if (symbol.kind === 'binding') {
      const { binding } = symbol;
      const value = binding.kind === 'assign' || binding.kind === 'annAssign' ? binding.statement.value : null;
      return value?.kind === 'Call' && this.#steps-- > 0 ? this.#calleeName(symbol.file, value, binding.scope) : null;
    }
    if (func.kind === 'Name') return func.id;
    const owner = this.#calleeName(file, func.value, scope);
    return owner === null ? func.attr.text : `${owner}.${func.attr.text}`;
  }
}

function asString(value: SettingValue): { readonly text: string; readonly complete: boolean } | undefined {
  if (value.kind === 'string') return value;
  if (value.kind === 'number') return { text: String(value.value), complete: true };
  return value.kind === 'environment' && value.fallback ? asString(value.fallback) : undefined;
}

/** What is certain of a template: the text before its first placeholder. */
function cut(value: SettingValue & { kind: 'string' }, sign: string): SettingValue {
  const at = value.text.indexOf(sign);
  return at === -1 ? value : { ...value, text: value.text.slice(0, at), complete: false };
}

function returns(body: readonly Stmt[]): readonly Expr[] {
  return [...statementsUnder(body)].flatMap((stmt) => (stmt.kind === 'Return' ? (stmt.value ?? []) : []));
}

const stringify = new Set(['render_as_string', 'unicode_string', 'get_secret_value', 'human_repr', '__str__']);
const textMethods = new Set([
  'format',
  'replace',
  'strip',
  'lower',
  'rstrip',
  'lstrip',
  'encode',
  'decode',
  ...stringify,
]);

/** `os.getenv`, python-decouple, django-environ, environs, Starlette's and Django-configurations' readers of the environment. */
const environmentCalls = new RegExp(
  '^(os\\.getenv|os\\.environ\\.(get|setdefault|pop)|decouple\\.(config|AutoConfig\\(\\)|Config\\(\\))|starlette\\.config\\.Config\\(\\)' +
    '|(environ|environs)\\.(Env|FileAwareEnv|env)(\\(\\))?(\\.(str|url|get_value|bool|int|list|float|get|__call__))?)$',
);
