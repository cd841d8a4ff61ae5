/**
 * Cuts out of the user's code the little program that builds one query: backwards from the expression through the
 * statements its names depend on, out into the module and the modules it imports. Knows no ORM: what is a model and
 * what a value is known to be comes from a `SliceResolver`.
 *
 * This is a static backward slice (https://en.wikipedia.org/wiki/Program_slicing) over structured code: conditions
 * around kept statements are kept, so that the renderer can try both ways; conditions around the expression itself
 * are given, so they are dropped. What cannot be followed becomes a hole.
 */
import type { ClassDef, Comprehension, Expr, FunctionDef, Module, Node } from '../python/syntax/nodes.ts';
import type { Program, Scope, SourceFile } from '../python/types.ts';
import { Blocks } from './blocks.ts';
import { Holes } from './holes.ts';
import { ModuleNames } from './moduleNames.ts';
import { layout, text, type Kept } from './pieces.ts';
import type { Slice } from './program.ts';
import type { SliceResolver } from './resolver.ts';

export interface SliceResult {
  readonly slice: Slice;
  /** Ids of the models it names. */
  readonly models: readonly string[];
}

/** The slice of an expression. */
export function sliceOf(program: Program, file: SourceFile, expr: Expr, resolver: SliceResolver): SliceResult {
  const read = resolver.readBy(file, expr);
  const holes = new Holes(program, resolver);
  const names: ModuleNames = new ModuleNames(program, resolver, holes, (module, needed, upto) =>
    walk.ofModule(module, needed, upto),
  );
  const walk = new Blocks(program, resolver, holes, names, {
    gathered: resolver.gatheredBefore(file, expr),
    evaluated: resolver.evaluatedBefore(file, expr),
    read,
  });
  const statement = isInFunction(program.scopeAt(file, expr.start))
    ? undefined
    : file.module.body.find(({ end }) => expr.start < end);
  if (statement) names.stopAt(file, statement.start);
  const needed = names.reads(file);
  for (const each of [expr, ...resolver.alsoReads(file, expr)]) needed.add(each);
  const blocks: Kept[][] = [];
  let upto = expr.start;
  let scope: Scope | null = program.scopeAt(file, expr.start);
  let insideFunction = false;
  for (; scope; scope = scope.parent) {
    // Functions run when their module is loaded: its names are followed below, whole.
    if (scope.kind === 'module' && insideFunction) break;
    if (scope.kind === 'lambda' || scope.kind === 'comprehension') {
      if (scope.kind === 'comprehension') blocks.unshift(walk.iterated(file, generatorsOf(scope.node), needed, scope));
      holes.bind(file, scope, needed);
      continue;
    }
    // A class body is not seen from inside its methods.
    if (scope.kind === 'class' && insideFunction) continue;
    const node = scope.node as Module | FunctionDef | ClassDef;
    blocks.unshift(walk.block(file, node.body, upto, needed, scope));
    if (scope.kind === 'function' && needed.has('super')) needed.addName(firstParameter(scope));
    if (scope.kind !== 'module') holes.bind(file, scope, needed);
    if (node.kind === 'FunctionDef' && !insideFunction) blocks.unshift(walk.decorated(file, node, needed));
    if (scope.kind === 'function') insideFunction = true;
    upto = node.kind === 'FunctionDef' ? decoratedStart(node) : node.start;
  }
  names.followModule(file, needed);
  for (const { file: module, cls } of holes.dataClasses) names.followClass(module, cls);
  names.followMembers();
  return {
    slice: {
      module: file.moduleName,
      steps: names.steps,
      holes: holes.all,
      body: blocks.flatMap((block) => block.map((kept) => layout(kept, 0))).join(''),
      expression: file.text.slice(expr.start, expr.end),
      reads: read && { owner: text(file, read.value), name: read.attr.text },
      sessions: resolver.sessionsOf(file, expr),
      hasUuids: resolver.hasUuids(file),
      unknown: [...holes.unknown],
    },
    models: [...names.models],
  };
}

function isInFunction(scope: Scope): boolean {
  return scope.kind === 'function' || (scope.parent !== null && isInFunction(scope.parent));
}

/** `self` of a method, which `super()` means too. */
function firstParameter({ node, parent }: Scope): string | null {
  if (node.kind !== 'FunctionDef' || parent?.kind !== 'class') return null;
  return (node.params.posonly[0] ?? node.params.args[0])?.name.text ?? null;
}

function generatorsOf(node: Node): readonly Comprehension[] {
  return 'generators' in node ? node.generators : [];
}

function decoratedStart(node: FunctionDef): number {
  return Math.min(node.start, ...node.decorators.map((decorator) => decorator.start));
}
