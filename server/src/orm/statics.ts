/**
 * Values that can be read from the code without running it: what table names, labels and options are made of.
 * `undefined` is "not known"; Python's `None` is `null`.
 */
import type { Call, Comprehension, Expr, FunctionDef } from '../python/syntax/nodes.ts';
import type { Program, Scope, SourceFile } from '../python/types.ts';
import { assignedValue, flatBody, members } from './classes.ts';

export type Static = string | number | boolean | null | StaticClass | readonly Static[];

/** A class of which the name is known: `cls` in a `declared_attr`. */
export interface StaticClass {
  readonly className: string;
}

export interface StaticContext {
  readonly program: Program;
  readonly file: SourceFile;
  readonly scope: Scope;
  /** Parameters with a known value, by name. */
  readonly given: ReadonlyMap<string, Static>;
}

const MAX_DEPTH = 12;
const MAX_LENGTH = 1000;

export function staticString(context: StaticContext, expr: Expr | null): string | undefined {
  const value = expr ? staticValue(context, expr) : undefined;
  return typeof value === 'string' ? value : undefined;
}

export function staticBoolean(context: StaticContext, expr: Expr | null): boolean | undefined {
  const value = expr ? staticValue(context, expr) : undefined;
  return typeof value === 'boolean' ? value : undefined;
}

/** The strings of a list, tuple or set; undefined when any of them is not known. */
export function staticStrings(context: StaticContext, expr: Expr | null): readonly string[] | undefined {
  const value = expr ? staticValue(context, expr) : undefined;
  if (!isList(value)) return undefined;
  return value.every((item): item is string => typeof item === 'string') ? value : undefined;
}

export function staticValue(context: StaticContext, expr: Expr): Static | undefined {
  return evaluate(context, expr, 0);
}

/** What a function returns, when it is one plain expression of what is given. */
export function staticReturn(context: StaticContext, node: FunctionDef): Static | undefined {
  return returned(context, node, 0);
}

function returned(context: StaticContext, node: FunctionDef, depth: number): Static | undefined {
  const returns = [...flatBody(context.program.bodyOf(context.file, node))].filter((stmt) => stmt.kind === 'Return');
  const only = returns.length === 1 ? returns[0] : undefined;
  return only?.value ? evaluate(context, only.value, depth + 1) : undefined;
}

function evaluate(context: StaticContext, expr: Expr, depth: number): Static | undefined {
  if (depth > MAX_DEPTH) return undefined;
  const inner = (each: Expr): Static | undefined => evaluate(context, each, depth + 1);
  switch (expr.kind) {
    case 'Constant':
      if (expr.type === 'str' || expr.type === 'bool' || expr.type === 'None') return expr.value;
      return expr.type === 'int' || expr.type === 'float' ? numberOf(expr.value) : undefined;
    case 'UnaryOp': {
      const operand = inner(expr.operand);
      if (expr.op === 'not') return typeof operand === 'boolean' ? !operand : undefined;
      return expr.op === '-' && typeof operand === 'number' ? -operand : undefined;
    }
    case 'JoinedStr':
      return joined(
        expr.values.map((part) =>
          part.kind === 'Constant'
            ? inner(part)
            : formatted(part.formatSpec || part.conversion ? undefined : inner(part.value)),
        ),
      );
    case 'BinOp':
      return binary(expr.op, inner(expr.left), inner(expr.right));
    case 'Tuple':
    case 'List':
    case 'Set': {
      const items = expr.elts.map(inner);
      return items.every((item) => item !== undefined) ? items : undefined;
    }
    case 'ListComp':
    case 'GeneratorExp':
      return comprehension(context, expr.elt, expr.generators, depth);
    case 'Subscript':
      return subscript(inner(expr.value), expr.slice, inner);
    case 'Name':
      return nameValue(context, expr.id, depth);
    case 'Attribute':
      return attributeValue(context, expr.value, expr.attr.text, depth);
    case 'Call':
      return callValue(context, expr, depth);
    default:
      return undefined;
  }
}

function nameValue(context: StaticContext, name: string, depth: number): Static | undefined {
  const given = context.given.get(name);
  if (given !== undefined) return given;
  const binding = context.program.lookup(context.scope, name).at(-1);
  if (!binding) return undefined;
  if (binding.kind !== 'import' && binding.kind !== 'importFrom') {
    const value = assignedValue(binding);
    if (value) return evaluate({ ...context, scope: binding.scope }, value, depth + 1);
  }
  const symbol = context.program.follow(context.file, binding);
  if (symbol.kind !== 'binding' || symbol.binding === binding) {
    return binding.kind === 'class' ? { className: binding.node.name.text } : undefined;
  }
  if (symbol.binding.kind === 'class') return { className: symbol.binding.node.name.text };
  const value = assignedValue(symbol.binding);
  if (!value) return undefined;
  return evaluate({ ...context, file: symbol.file, scope: symbol.binding.scope, given: new Map() }, value, depth + 1);
}

function attributeValue(context: StaticContext, owner: Expr, name: string, depth: number): Static | undefined {
  const value = owner.kind === 'Name' || owner.kind === 'Attribute' ? evaluate(context, owner, depth + 1) : undefined;
  if (isClass(value) && (name === '__name__' || name === '__qualname__')) return value.className;
  const symbol = context.program.resolve(context.file, owner, context.scope);
  if (symbol.kind === 'module') {
    const binding = symbol.file.scope.bindings.get(name)?.at(-1);
    if (!binding) return undefined;
    return nameValue({ ...context, file: symbol.file, scope: symbol.file.scope, given: new Map() }, name, depth + 1);
  }
  if (symbol.kind !== 'binding' || symbol.binding.kind !== 'class') return undefined;
  const { node } = symbol.binding;
  const member = [...members(node)].findLast((each) => each.name === name);
  if (!member?.value) return undefined;
  const scope = context.program.scopeAt(symbol.file, member.value.start);
  return evaluate({ ...context, file: symbol.file, scope, given: new Map() }, member.value, depth + 1);
}

function callValue(context: StaticContext, call: Call, depth: number): Static | undefined {
  const args = call.args.map((arg) => evaluate(context, arg, depth + 1));
  if (call.func.kind === 'Attribute') {
    const compiled = compiledPattern(context, call.func.value);
    if (compiled !== undefined && call.func.attr.text === 'sub')
      return substituted([evaluate(context, compiled, depth + 1), ...args]);
    const subject = evaluate(context, call.func.value, depth + 1);
    if (typeof subject === 'string')
      return call.keywords.length > 0 ? undefined : stringMethod(subject, call.func.attr.text, args);
  }
  const symbol = context.program.resolve(context.file, call.func, context.scope);
  if (symbol.kind === 'builtin' && symbol.name === 'str') return args[0];
  if (symbol.kind === 'external') {
    if (symbol.name === 're.sub') return substituted(args);
    return symbol.name === 're.split' || symbol.name === 're.findall' ? pieces(symbol.name, args) : undefined;
  }
  if (symbol.kind !== 'binding' || symbol.binding.kind !== 'function' || call.keywords.length > 0) return undefined;
  const { node } = symbol.binding;
  const names = [...node.params.posonly, ...node.params.args].map((param) => param.name.text);
  const given = new Map<string, Static>();
  for (const [i, value] of args.entries()) {
    const name = names[i];
    if (name !== undefined && value !== undefined) given.set(name, value);
  }
  const body = node.body[0];
  const scope = body ? context.program.scopeAt(symbol.file, body.start) : symbol.file.scope;
  return returned({ ...context, file: symbol.file, scope, given }, node, depth + 1);
}

function stringMethod(subject: string, method: string, args: readonly (Static | undefined)[]): string | undefined {
  const [first, second] = args;
  switch (method) {
    case 'lower':
      return subject.toLowerCase();
    case 'upper':
      return subject.toUpperCase();
    case 'title':
      return subject.toLowerCase().replace(/\b[a-z]/g, (letter) => letter.toUpperCase());
    case 'strip':
      return args.length === 0 ? subject.trim() : undefined;
    case 'replace':
      return typeof first === 'string' && typeof second === 'string' ? subject.replaceAll(first, second) : undefined;
    case 'join':
      return isList(first) && first.every((item) => typeof item === 'string')
        ? limited(first.join(subject))
        : undefined;
    case 'removesuffix':
      return typeof first === 'string'
        ? first && subject.endsWith(first)
          ? subject.slice(0, -first.length)
          : subject
        : undefined;
    case 'removeprefix':
      return typeof first === 'string'
        ? subject.startsWith(first)
          ? subject.slice(first.length)
          : subject
        : undefined;
    case 'format': {
      let at = 0;
      if (/\{[^}]+\}/.test(subject)) return undefined;
      const parts = subject.split('{}').length - 1;
      const values = args.slice(0, parts).map(formatted);
      return values.length === parts && values.every((v) => v !== undefined)
        ? subject.replaceAll('{}', () => values[at++]!)
        : undefined;
    }
    default:
      return undefined;
  }
}

/** `re.sub(pattern, replacement, text)`, the usual way to `snake_case`; both languages read such patterns alike. */
function substituted(args: readonly (Static | undefined)[]): string | undefined {
  const [pattern, replacement, text] = args;
  if (typeof pattern !== 'string' || typeof replacement !== 'string' || typeof text !== 'string') return undefined;
  if (args.length !== 3 || text.length > 100 || pattern.length > 100) return undefined;
  try {
    return text.replaceAll(
      new RegExp(pattern, 'g'),
      replacement.replaceAll('$', '$$$$').replace(/\\g?<?(\d)>?/g, '$$$1'),
    );
  } catch {
    return undefined; // A pattern that only Python understands.
  }
}

/** `re.split(pattern, text)` and `re.findall(pattern, text)` without groups. */
function pieces(name: string, args: readonly (Static | undefined)[]): readonly string[] | undefined {
  const [pattern, text] = args;
  if (
    typeof pattern !== 'string' ||
    typeof text !== 'string' ||
    args.length !== 2 ||
    text.length > 100 ||
    pattern.length > 100
  )
    return undefined;
  if (/\((?!\?)/.test(pattern)) return undefined;
  try {
    return name === 're.split'
      ? text.split(new RegExp(pattern))
      : [...text.matchAll(new RegExp(pattern, 'g'))].map((match) => match[0]);
  } catch {
    return undefined; // A pattern that only Python understands.
  }
}

/** The pattern of `NAME = re.compile(pattern)`, for a name that stands for it. */
function compiledPattern(context: StaticContext, owner: Expr): Expr | undefined {
  const symbol =
    owner.kind === 'Name' || owner.kind === 'Attribute'
      ? context.program.resolve(context.file, owner, context.scope)
      : null;
  const value = symbol?.kind === 'binding' ? assignedValue(symbol.binding) : null;
  if (value?.kind !== 'Call' || symbol?.kind !== 'binding' || value.args.length !== 1) return undefined;
  const made = context.program.resolve(symbol.file, value.func, symbol.file.scope);
  return made.kind === 'external' && made.name === 're.compile' ? value.args[0] : undefined;
}

/** `[x.lower() for x in names if x]` over a list that is known. */
function comprehension(
  context: StaticContext,
  elt: Expr,
  generators: readonly Comprehension[],
  depth: number,
): readonly Static[] | undefined {
  const [only, more] = generators;
  if (!only || more || only.target.kind !== 'Name') return undefined;
  const items = evaluate(context, only.iter, depth + 1);
  if (!isList(items) || items.length > 100) return undefined;
  const result: Static[] = [];
  for (const item of items) {
    const inside = { ...context, given: new Map([...context.given, [only.target.id, item] as const]) };
    const tests = only.ifs.map((test) => evaluate(inside, test, depth + 1));
    if (tests.includes(undefined)) return undefined;
    if (!tests.every((test) => test !== '' && test !== false && test !== null && test !== 0)) continue;
    const value = evaluate(inside, elt, depth + 1);
    if (value === undefined) return undefined;
    result.push(value);
  }
  return result;
}

/** `name[0]`, `name[1:]`, `name[:-1]` */
function subscript(
  value: Static | undefined,
  slice: Expr,
  inner: (expr: Expr) => Static | undefined,
): Static | undefined {
  if (typeof value !== 'string') return undefined;
  if (slice.kind !== 'Slice') {
    const at = inner(slice);
    return typeof at === 'number' ? value.at(at) : undefined;
  }
  const [from, to] = [slice.lower ? inner(slice.lower) : 0, slice.upper ? inner(slice.upper) : value.length];
  return typeof from === 'number' && typeof to === 'number' && !slice.step ? value.slice(from, to) : undefined;
}

function binary(op: string, left: Static | undefined, right: Static | undefined): Static | undefined {
  if (op === '+' && typeof left === 'string' && typeof right === 'string') return limited(left + right);
  if (op === '+' && isList(left) && isList(right)) return [...left, ...right];
  if (op === '%' && typeof left === 'string' && /^[^%]*%s[^%]*$/.test(left)) {
    const text = formatted(isList(right) ? right[0] : right);
    return text === undefined ? undefined : limited(left.replace('%s', () => text));
  }
  return undefined;
}

function joined(parts: readonly (Static | undefined)[]): string | undefined {
  return parts.every((part) => typeof part === 'string') ? limited(parts.join('')) : undefined;
}

function formatted(value: Static | undefined): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

function limited(text: string): string | undefined {
  return text.length > MAX_LENGTH ? undefined : text;
}

function numberOf(text: string): number | undefined {
  const value = Number(text.replaceAll('_', ''));
  return Number.isFinite(value) ? value : undefined;
}

function isList(value: Static | undefined): value is readonly Static[] {
  return Array.isArray(value);
}

function isClass(value: Static | undefined): value is StaticClass {
  return typeof value === 'object' && value !== null && 'className' in value;
}
