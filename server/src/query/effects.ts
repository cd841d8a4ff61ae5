/** What a statement does to a name that is needed further down: binds it, changes what it holds, writes it. */
import { CHANGING } from '../python/containers.ts';
import type { Assign, Expr } from '../python/syntax/nodes.ts';
import { nodesUnder } from '../python/syntax/visit.ts';
import type { Program, Scope, SourceFile } from '../python/types.ts';
import { dottedPath, targetNames, type Reads } from './reads.ts';
import type { SliceResolver } from './resolver.ts';
import { rootName } from './statements.ts';

export class Effects {
  readonly #program: Program;
  readonly #resolver: SliceResolver;

  constructor(program: Program, resolver: SliceResolver) {
    this.#program = program;
    this.#resolver = resolver;
  }

  binds(file: SourceFile, target: Expr, needed: Reads): boolean {
    if (target.kind === 'Attribute' || target.kind === 'Subscript') {
      const root = rootName(target);
      if (root === null || !needed.has(root)) return false;
      // What a service holds is known already; an object of a model changes.
      return root !== 'self' || (target.kind === 'Attribute' && this.#resolver.isMapped(file, target));
    }
    // `first.name, second.name = …`
    if (target.kind === 'Tuple' || target.kind === 'List')
      return target.elts.some((each) => this.binds(file, each, needed));
    return targetNames(target).some((name) => needed.has(name));
  }

  /** `names.append(name)`, but not `User.objects.update(…)`: what is done to rows changes no class. */
  mutates(file: SourceFile, expr: Expr, needed: Reads, scope: Scope): boolean {
    if (expr.kind !== 'Call' || expr.func.kind !== 'Attribute') return false;
    const method = expr.func.attr.text;
    if (!CHANGING.has(method) && !this.#resolver.changesInPlace(method)) return false;
    const path = dottedPath(expr.func.value);
    if (path === null || !needed.has(path.name)) return false;
    const binding = this.#program.lookup(scope, path.name).at(-1);
    const symbol = binding && this.#program.follow(file, binding);
    return symbol?.kind !== 'binding' || symbol.binding.kind !== 'class';
  }

  /** `fill(author)`: what it sets is written when the author is. */
  changes(file: SourceFile, expr: Expr, needed: Reads): boolean {
    const call = expr.kind === 'Await' ? expr.value : expr;
    if (call.kind !== 'Call') return false;
    return this.#resolver.changedBy(file, call).some((one) => one.kind === 'Name' && needed.has(one.id));
  }

  /** Whether a test does something to what is needed, whatever its outcome: `if form.is_valid():`. */
  changesInTest(file: SourceFile, test: Expr, needed: Reads): boolean {
    return [...nodesUnder([test])].some((node) => node.kind === 'Call' && this.changes(file, node, needed));
  }

  /** `place.restaurant = restaurant`: the restaurant refers to that place then. */
  gives(file: SourceFile, stmt: Assign, needed: Reads): boolean {
    const { value } = stmt;
    if (value.kind !== 'Name' || !needed.has(value.id)) return false;
    return this.#resolver.changedBy(file, stmt).length > 0;
  }

  /** `author.save()` of a new object: from then on it has a key. */
  saves(file: SourceFile, expr: Expr, needed: Reads, scope: Scope): boolean {
    const call = expr.kind === 'Await' ? expr.value : expr;
    if (call.kind !== 'Call' || call.func.kind !== 'Attribute') return false;
    const { value: on, attr } = call.func;
    if (on.kind !== 'Name' || !needed.has(on.id)) return false;
    return this.#program
      .lookup(scope, on.id)
      .some((binding) => this.#resolver.isNewRowWrittenBy(attr.text, file, binding));
  }

  /** In a script: a table made again would be another one, so its name is followed like that of another module. */
  isMadeWithModels(file: SourceFile, stmt: Assign, scope: Scope): boolean {
    const [target] = stmt.targets;
    if (scope.kind !== 'module' || target?.kind !== 'Name') return false;
    const binding = scope.bindings.get(target.id)?.find(({ range }) => range.start === target.start);
    return binding !== undefined && this.#resolver.isMadeWithModels(file, binding);
  }
}
