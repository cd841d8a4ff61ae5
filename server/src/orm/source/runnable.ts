import type { Call, Expr, FunctionDef, Node, Stmt } from '../../python/syntax/nodes.ts';
import { children } from '../../python/syntax/visit.ts';
import type { Program, SourceFile } from '../../python/types.ts';
import { textOf, type Classes } from '../classes.ts';
import { resolveInstalled } from '../installed.ts';
import { isAvailable, isHarmlessBuiltin, isHarmlessCall, isRefusedName } from './available.ts';
import type { ClassPolicy } from './policy.ts';

const MAX_FUNCTION_LINES = 60;

/** Says what of the workspace's code can run where the libraries are, and does nothing there but make values. */
export class Runnable {
  readonly #program: Program;
  readonly #classes: Classes;
  readonly #policy: ClassPolicy;
  readonly #harmless = new Map<Node, boolean>();

  constructor(program: Program, classes: Classes, policy: ClassPolicy) {
    this.#program = program;
    this.#classes = classes;
    this.#policy = policy;
  }

  /** Whether a name or dotted name is of a library that is not at hand, or stands for nothing that is known. */
  isMissing(file: SourceFile, expr: Expr): boolean {
    if (expr.kind === 'Subscript') return this.isMissing(file, expr.value);
    if (expr.kind === 'Call') return this.isMissing(file, expr.func);
    if (expr.kind !== 'Name' && expr.kind !== 'Attribute') return false;
    const scope = this.#program.scopeAt(file, expr.start);
    const symbol = resolveInstalled(this.#program, file, expr, scope);
    if (symbol.kind === 'external')
      return !isAvailable(
        symbol.name.replace(
          /^django\.contrib\.gis\.db\.models\.(?=\w+$)(?!.*(Point|Polygon|LineString|Geometry|Raster|Multi))/,
          'django.db.models.',
        ),
      );
    if (symbol.kind === 'binding') {
      if (symbol.binding.kind === 'class')
        return this.#policy.kindOf(this.#classes.ref(symbol.file, symbol.binding.node)) === 'none';
      if (symbol.binding.kind === 'importFrom' || symbol.binding.kind === 'import') return true;
      return false;
    }
    if (symbol.kind !== 'unknown' || expr.kind !== 'Attribute') return symbol.kind === 'unknown';
    // An attribute of a value: `db.Model`, `UserQuerySet.as_manager`.
    return this.isMissing(file, expr.value);
  }

  /** What to say of such a name: `what` is what it stands for. */
  missingText(what: string, file: SourceFile, expr: Expr): string {
    const symbol = resolveInstalled(
      this.#program,
      file,
      expr.kind === 'Call' ? expr.func : expr,
      this.#program.scopeAt(file, expr.start),
    );
    const written = textOf(file, expr.kind === 'Call' ? expr.func : expr);
    if (symbol.kind !== 'external') return `${what} \`${written}\` was not found`;
    const parts = symbol.name.split('.');
    const module = parts.slice(0, -1).join('.');
    return module
      ? `${what} \`${parts.at(-1)}\` of \`${module}\` was not found`
      : `${what} \`${written}\` was not found`;
  }

  /** Whether evaluating an expression only makes a value: no connection, no file, nothing of other libraries. */
  isHarmless(file: SourceFile, expr: Expr): boolean {
    return this.#isHarmless(file, expr, 0);
  }

  #isHarmless(file: SourceFile, expr: Node, depth: number): boolean {
    const known = this.#harmless.get(expr);
    if (known !== undefined) return known;
    // What refers to itself is harmless as far as it is looked at for the first time.
    this.#harmless.set(expr, true);
    const answer = depth < 40 && this.#isHarmlessNode(file, expr, depth);
    this.#harmless.set(expr, answer);
    return answer;
  }

  #isHarmlessNode(file: SourceFile, node: Node, depth: number): boolean {
    switch (node.kind) {
      case 'Await':
      case 'Yield':
      case 'YieldFrom':
      case 'Missing':
      case 'Invalid':
      case 'TemplateStr':
        return false;
      case 'Lambda':
        return this.#allHarmless(file, [node.body], depth);
      case 'Name':
      case 'Attribute':
        return this.#isHarmlessName(file, node, depth);
      case 'Call':
        return this.#isHarmlessCall(file, node, depth);
      default:
        return this.#allHarmless(file, [...children(node)], depth);
    }
  }

  #allHarmless(file: SourceFile, nodes: readonly Node[], depth: number): boolean {
    return nodes.every((node) => this.#isHarmless(file, node, depth + 1));
  }

  #isHarmlessCall(file: SourceFile, call: Call, depth: number): boolean {
    const { func } = call;
    if (!this.#allHarmless(file, [...call.args, ...call.keywords.map((each) => each.value)], depth)) return false;
    if (func.kind === 'Name' || func.kind === 'Attribute') {
      const symbol = resolveInstalled(this.#program, file, func, this.#program.scopeAt(file, func.start));
      if (symbol.kind === 'external') return isHarmlessCall(symbol.name);
      if (symbol.kind === 'builtin') return isHarmlessBuiltin(symbol.name);
    }
    return this.#isHarmless(file, func, depth + 1);
  }

  #isHarmlessName(file: SourceFile, expr: Expr, depth: number): boolean {
    const scope = this.#program.scopeAt(file, expr.start);
    const symbol = resolveInstalled(this.#program, file, expr, scope);
    switch (symbol.kind) {
      case 'external':
        return isAvailable(symbol.name);
      case 'builtin':
        return isHarmlessBuiltin(symbol.name);
      case 'module':
        return true;
      case 'unknown':
        if (expr.kind === 'Attribute') return this.#isHarmless(file, expr.value, depth + 1);
        return expr.kind === 'Name' && /^__(name|file|module|qualname)__$/.test(expr.id);
      case 'binding':
        break;
    }
    const { binding } = symbol;
    if (binding.scope.kind !== 'module') return true;
    switch (binding.kind) {
      case 'class':
        return this.#policy.kindOf(this.#classes.ref(symbol.file, binding.node)) !== 'none';
      case 'function':
        return this.isSelfContained(symbol.file, binding.node);
      case 'assign':
      case 'annAssign':
        return binding.statement.value !== null && this.#isHarmless(symbol.file, binding.statement.value, depth + 1);
      case 'typeAlias':
        return true;
      default:
        return false;
    }
  }

  /** A short function of plain Python that only uses what is at hand, or what sends and changes nothing. */
  isSelfContained(file: SourceFile, node: FunctionDef): boolean {
    const known = this.#harmless.get(node);
    if (known !== undefined) return known;
    this.#harmless.set(node, true);
    const answer = this.#looksSelfContained(file, node);
    this.#harmless.set(node, answer);
    return answer;
  }

  #looksSelfContained(file: SourceFile, node: FunctionDef): boolean {
    if (node.isAsync || lineCount(file, node) > MAX_FUNCTION_LINES || isRefused(node)) return false;
    const pending: Node[] = [
      ...node.body,
      ...node.decorators,
      ...node.params.args.flatMap((param) => param.default ?? []),
    ];
    for (let next = pending.pop(); next; next = pending.pop()) {
      switch (next.kind) {
        case 'Global':
        case 'Nonlocal':
        case 'Yield':
        case 'YieldFrom':
        case 'Await':
        case 'InvalidStmt':
        case 'ClassDef':
          return false;
        case 'Call':
          if (!this.#isHarmlessCallee(file, next.func)) return false;
          break;
        case 'Name':
          if (!this.#isHarmlessName(file, next, 0) && !this.#policy.isQuiet(file, next)) return false;
          break;
        default:
      }
      for (const child of children(next)) pending.push(child);
    }
    return true;
  }

  #isHarmlessCallee(file: SourceFile, func: Expr): boolean {
    if (func.kind !== 'Name' && func.kind !== 'Attribute') return true;
    const symbol = resolveInstalled(this.#program, file, func, this.#program.scopeAt(file, func.start));
    if (symbol.kind === 'external') return isHarmlessCall(symbol.name) || this.#policy.isQuietName(symbol.name);
    if (symbol.kind === 'builtin') return isHarmlessBuiltin(symbol.name);
    return true;
  }
}

/** `object.__setattr__`, which sets what `setattr` may. */
function isPlainSetting({ value, attr }: Expr & { kind: 'Attribute' }): boolean {
  return attr.text === '__setattr__' && value.kind === 'Name' && value.id === 'object';
}

/** `cls.__dict__` of `name in cls.__dict__`, which only asks for names; null of any other node. */
function namesAskedOf(node: Node): (Expr & { kind: 'Attribute' }) | null {
  if (node.kind !== 'Compare' || !/^(not )?in$/.test(node.ops.at(-1)!)) return null;
  const asked = node.comparators.at(-1)!;
  return asked.kind === 'Attribute' && asked.attr.text === '__dict__' ? asked : null;
}

/** A function that the sandbox would refuse, and its class with it: what calls it finds that it is missing. */
export function isRefused(stmt: Stmt): boolean {
  if (stmt.kind !== 'FunctionDef') return false;
  if (isRefusedName(stmt.name.text)) return true;
  const pending: Node[] = [...stmt.body];
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (node.kind === 'Name' && isRefusedName(node.id)) return true;
    if (node.kind === 'Attribute' && isRefusedName(node.attr.text) && !isPlainSetting(node)) return true;
    const names = namesAskedOf(node);
    if (names) {
      pending.push(...children(node).filter((child) => child !== names), names.value);
      continue;
    }
    for (const child of children(node)) pending.push(child);
  }
  return false;
}

function lineCount(file: SourceFile, node: Node): number {
  return file.lines.position(node.end).line - file.lines.position(node.start).line + 1;
}
