/**
 * Lists, dicts and sets of modules that functions fill: what a decorator registers, what is kept for later. A program
 * has of them what the definitions in its reach put in; whatever else they hold is only known when the project runs.
 */
import type { Recorder } from '../base/recorder.ts';
import type { TextRange } from '../base/text.ts';
import { CHANGING_CONTENTS } from '../python/containers.ts';
import type { Call, ClassDef, Expr, Node } from '../python/syntax/nodes.ts';
import { nodesUnder } from '../python/syntax/visit.ts';
import type { Binding, Program, SourceFile } from '../python/types.ts';
import { dottedPath } from './reads.ts';
import type { ClassName, Step } from './program.ts';

/** Those among the names that steps define. `from` is the file whose imports they are of. */
export function registriesAmong(program: Program, from: SourceFile, steps: readonly Step[]): ClassName[] {
  const found = new Map<string, ClassName>();
  for (const step of steps) {
    if (step.op !== 'define') continue;
    const file = program.moduleNamed(step.module, from);
    for (const name of file ? registriesOf(program, file, step.name) : [])
      found.set(`${step.module}#${name}`, { module: step.module, name });
  }
  return [...found.values()];
}

/** The name itself or attributes of the class it stands for: `Plugin.all`. */
function registriesOf(program: Program, file: SourceFile, name: string): readonly string[] {
  const binding = file.scope.bindings.get(name)?.at(-1);
  if (binding?.kind === 'class') return attributesFilled(file, binding.node).map((attribute) => `${name}.${attribute}`);
  return binding && isRegistry(program, file, binding) ? [name] : [];
}

/** Attributes in the body of a class that code of its file changes in place. */
function attributesFilled(file: SourceFile, cls: ClassDef): readonly string[] {
  const changes = changesIn(file);
  return cls.body.flatMap((stmt) => {
    if (stmt.kind !== 'Assign' && stmt.kind !== 'AnnAssign') return [];
    const targets = stmt.kind === 'Assign' ? stmt.targets : [stmt.target];
    return targets.flatMap((target) => {
      if (target.kind !== 'Name' || !isContainer(stmt.value)) return [];
      const isOwn = (owner: Expr): boolean => owner.kind === 'Name' && OWNERS.has(owner.id);
      const isFilled = (changes.get(target.id) ?? []).some(
        (expr) =>
          expr.kind === 'Attribute' &&
          (nameOf(expr.value) === cls.name.text || (isOwn(expr.value) && isWithin(expr, cls))),
      );
      return isFilled ? [target.id] : [];
    });
  });
}

/** Whether methods of the class of an object change what it holds after it was made. */
function fillsItself(program: Program, file: SourceFile, made: Call): boolean {
  const symbol = program.resolve(file, made.func);
  if (symbol.kind !== 'binding' || symbol.binding.kind !== 'class') return false;
  const cls = symbol.binding.node;
  const init = cls.body.find((stmt) => stmt.kind === 'FunctionDef' && stmt.name.text === '__init__');
  return [...changesIn(symbol.file).values()].flat().some((expr) => {
    if (!isWithin(expr, cls) || (init && isWithin(expr, init))) return false;
    return dottedPath(expr)?.name === 'self';
  });
}

function isWithin(inner: TextRange, outer: TextRange): boolean {
  return inner.start >= outer.start && inner.end <= outer.end;
}

/** What methods call the object and its class. */
const OWNERS = new Set(['self', 'cls']);

/** Whether functions of the workspace, or lines of other modules, change what a name of a module holds. */
function isRegistry(program: Program, file: SourceFile, binding: Binding): boolean {
  if (binding.kind !== 'assign' && binding.kind !== 'annAssign') return false;
  const { value } = binding.statement;
  const { name } = binding;
  if (!isContainer(value)) return false;
  if (value?.kind === 'Call' && fillsItself(program, file, value)) return true;
  return isFilledIn(file, file, name, program) || isFilledFromOutside(program, file, name);
}

function isFilledFromOutside(program: Program, file: SourceFile, name: string): boolean {
  const paths = program.pathsMentioning([name]).filter((path) => path !== file.path);
  if (paths.length > MAX_FILES) return false;
  return paths.some((path) => {
    // Most files only read it: they are not parsed for that.
    if (!namesChanged(program, path).has(name)) return false;
    const other = program.file(path);
    return other !== undefined && isFilledIn(other, file, name, program);
  });
}

interface NamesChanged {
  readonly version: number;
  readonly names: ReadonlySet<string>;
}

/** For each workspace, by path: the names that a text may change in place, and the version of the text that they are of. */
const workspaces = new WeakMap<Recorder, Map<string, NamesChanged>>();

function namesChanged({ snapshot, recorder }: Program, path: string): ReadonlySet<string> {
  const seen = workspaces.get(recorder) ?? new Map<string, NamesChanged>();
  workspaces.set(recorder, seen);
  const version = snapshot.version(path) ?? -1;
  const before = seen.get(path);
  if (before?.version === version) return before.names;
  const found = (snapshot.text(path) ?? '').matchAll(CHANGED);
  const names = new Set(Array.from(found, (match) => match[1]!));
  seen.set(path, { version, names });
  return names;
}

function isFilledIn(where: SourceFile, file: SourceFile, name: string, program: Program): boolean {
  return (changesIn(where).get(name) ?? []).some((changed) => {
    const scope = program.scopeAt(where, changed.start);
    // The lines of its own module belong to the slice.
    if (where === file && scope === file.scope) return false;
    const symbol = program.resolve(where, changed, scope);
    return symbol.kind === 'binding' && symbol.file === file && symbol.binding.scope === file.scope;
  });
}

/** What a file changes in place, by its name. As long as the file is the same, so is this. */
const known = new WeakMap<SourceFile, ReadonlyMap<string, readonly Expr[]>>();

function changesIn(file: SourceFile): ReadonlyMap<string, readonly Expr[]> {
  const before = known.get(file);
  if (before) return before;
  const found = new Map<string, Expr[]>();
  for (const expr of changed(file)) {
    const name = nameOf(expr);
    found.set(name, [...(found.get(name) ?? []), expr]);
  }
  known.set(file, found);
  return found;
}

function* changed(file: SourceFile): Generator<Expr> {
  for (const node of nodesUnder(file.module.body))
    for (const expr of changedBy(node)) {
      const owner = withoutSubscripts(expr);
      if (dottedPath(owner)) yield owner;
    }
}

function changedBy(node: Node): readonly Expr[] {
  switch (node.kind) {
    case 'Call':
      return node.func.kind === 'Attribute' && CHANGING_CONTENTS.has(node.func.attr.text) ? [node.func.value] : [];
    case 'Assign':
      return node.targets.flatMap((target) => (target.kind === 'Subscript' ? [target.value] : []));
    case 'AugAssign':
      return [node.target.kind === 'Subscript' ? node.target.value : node.target];
    default:
      return [];
  }
}

/** `registry["models"]["order"]` is a part of `registry`. */
function withoutSubscripts(expr: Expr): Expr {
  return expr.kind === 'Subscript' ? withoutSubscripts(expr.value) : expr;
}

function nameOf(expr: Expr): string {
  return expr.kind === 'Attribute' ? expr.attr.text : expr.kind === 'Name' ? expr.id : '';
}

/** A display, or a call of what may be a class of containers; a text, a number or a function are none. */
function isContainer(value: Expr | null | undefined): boolean {
  switch (value?.kind) {
    case 'List':
    case 'Dict':
    case 'Set':
    case 'ListComp':
    case 'DictComp':
    case 'SetComp':
    case 'Call':
      return true;
    default:
      return false;
  }
}

/** `names.append(`, `numbers["first"] =`, as far as a text shows that without being parsed. */
const CHANGED = new RegExp(
  String.raw`\b([\p{L}_][\p{L}\p{N}_]*)(?:(?:\[[^\n]{0,200}?\])?\.(?:${[...CHANGING_CONTENTS].join('|')})\(|\[[^\n]{0,200}?\]\s*[-+|&*/]?=(?!=))`,
  'gu',
);

/** A name that more files have says nothing. */
const MAX_FILES = 200;
