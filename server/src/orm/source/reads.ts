/** Which names of the module a piece of code reads, and whether it needs them when it runs or only later. */
import { encloses, type TextRange } from '../../base/text.ts';
import type { Expr, FunctionDef, Node, Parameters } from '../../python/syntax/nodes.ts';
import { parsedExpression } from '../../python/syntax/quoted.ts';
import { children } from '../../python/syntax/visit.ts';
import type { Program, Scope, SourceFile } from '../../python/types.ts';

export interface Read {
  readonly name: string;
  /** The whole dotted expression, for names that are modules: `models.User.id`. */
  readonly expr: Expr;
  /** `later`: inside a function, a lambda or a string, which run when everything exists. */
  readonly when: 'now' | 'later';
}

/**
 * Names of module level that `nodes` read, in text order; names of their own scopes are left out, and so is what stands
 * in `without` (it is written differently).
 */
export function moduleReads(
  program: Program,
  file: SourceFile,
  nodes: readonly Node[],
  without: readonly TextRange[] = [],
): readonly Read[] {
  const reader = new Reader(program, file, without);
  for (const node of nodes) reader.visit(node, 'now');
  return reader.found;
}

class Reader {
  readonly found: Read[] = [];
  readonly #program: Program;
  readonly #file: SourceFile;
  readonly #without: readonly TextRange[];
  /** `from __future__ import annotations` makes strings of them all. */
  readonly #annotationsAreLate: boolean;

  constructor(program: Program, file: SourceFile, without: readonly TextRange[]) {
    this.#program = program;
    this.#file = file;
    this.#without = without;
    this.#annotationsAreLate = file.module.body.some(
      (stmt) =>
        stmt.kind === 'ImportFrom' &&
        stmt.module?.text === '__future__' &&
        stmt.names.some((each) => each.name.text === 'annotations'),
    );
  }

  visit(node: Node, when: Read['when']): void {
    if (this.#without.some((range) => encloses(range, node))) return;
    switch (node.kind) {
      case 'Name':
        this.#note(node.id, node, when, this.#program.scopeAt(this.#file, node.start));
        return;
      case 'Attribute': {
        const root = rootName(node);
        if (root) this.#note(root.id, node, when, this.#program.scopeAt(this.#file, root.start));
        else this.visit(node.value, when);
        return;
      }
      case 'Lambda':
        this.#defaults(node.params, when);
        this.visit(node.body, 'later');
        return;
      case 'FunctionDef':
        this.#function(node, when);
        return;
      case 'AnnAssign':
        this.#annotation(node.annotation, when);
        if (node.value) this.visit(node.value, when);
        return;
      default:
        for (const child of children(node)) this.visit(child, when);
    }
  }

  #function(node: FunctionDef, when: Read['when']): void {
    for (const decorator of node.decorators) this.visit(decorator, when);
    this.#defaults(node.params, when);
    const all = [
      ...node.params.posonly,
      ...node.params.args,
      ...node.params.kwonly,
      node.params.vararg,
      node.params.kwarg,
    ];
    for (const param of all) if (param?.annotation) this.#annotation(param.annotation, when);
    if (node.returns) this.#annotation(node.returns, when);
    for (const stmt of node.body) this.visit(stmt, 'later');
  }

  #defaults(params: Parameters, when: Read['when']): void {
    for (const param of [...params.posonly, ...params.args, ...params.kwonly])
      if (param.default) this.visit(param.default, when);
  }

  #annotation(expr: Expr, when: Read['when']): void {
    const before = this.found.length;
    this.visit(expr, this.#annotationsAreLate ? 'later' : when);
    for (let at = before; at < this.found.length; at++) {
      const read = this.found[at]!;
      if (this.#isBoundBelow(read.name, expr)) this.found[at] = { ...read, when: 'later' };
    }
    const pending: Node[] = [expr];
    for (let node = pending.pop(); node; node = pending.pop()) {
      if (node.kind === 'Constant' && node.type === 'str') {
        const inner = parsedExpression(node.value);
        if (inner) this.#quoted(inner);
      }
      for (const child of children(node)) pending.push(child);
    }
  }

  /** Since Python 3.14 an annotation may name a class that comes after it, without quotes: https://peps.python.org/pep-0649/ */
  #isBoundBelow(name: string, { start }: Expr): boolean {
    const bindings = this.#file.scope.bindings.get(name) ?? [];
    return bindings.length > 0 && bindings.every((binding) => binding.range.start > start);
  }

  /** Names in a string are looked up in the module, whatever their offsets say. */
  #quoted(expr: Node): void {
    if (expr.kind === 'Name') this.found.push({ name: expr.id, expr, when: 'later' });
    else if (expr.kind === 'Attribute') {
      const root = rootName(expr);
      if (root) this.found.push({ name: root.id, expr, when: 'later' });
    } else if (expr.kind === 'Constant' && expr.type === 'str') {
      const inner = expr.value.length < 200 ? parsedExpression(expr.value) : null;
      if (inner && !(inner.kind === 'Constant')) this.#quoted(inner);
    } else for (const child of children(expr)) this.#quoted(child);
  }

  #note(name: string, expr: Expr, when: Read['when'], scope: Scope): void {
    if (!name) return;
    const bindings = this.#program.lookup(scope, name);
    const where = bindings[0]?.scope.kind ?? 'module';
    // `tags = relationship(secondary=tags)`: until the class has a name of its own, that of the module is meant.
    const isShadowed = where === 'class' && this.#file.scope.bindings.has(name);
    if (where !== 'module' && !isShadowed) return;
    this.found.push({ name, expr, when });
  }
}

export function rootName(expr: Expr): (Expr & { readonly kind: 'Name' }) | null {
  let current = expr;
  while (current.kind === 'Attribute') current = current.value;
  return current.kind === 'Name' ? current : null;
}
