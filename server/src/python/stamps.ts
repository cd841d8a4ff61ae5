/**
 * What stands behind a name of a module or class, as a text to compare: the same text means that nothing about the name
 * changed.
 */
import { isText } from './syntax/docstrings.ts';
import { groupBy } from '../base/groups.ts';
import type { ClassDef, Import, ImportFrom, Stmt } from './syntax/nodes.ts';
import type { Scope, SourceFile } from './types.ts';
import { selfAssignments } from './selfAttributes.ts';
import { headerText, unitAt } from './units.ts';

/** Stamps of places in files: the subject is a path, then the place and the name in it, with `\0` between. */
export type PlaceFact = 'name' | 'header' | 'self' | 'importsOf';

const computed: Readonly<Record<PlaceFact, (file: SourceFile, place: string, name: string) => string>> = {
  name: nameStamp,
  header: headerStamp,
  self: selfStamp,
  importsOf: importsStamp,
};

interface Stamp {
  readonly file: SourceFile | undefined;
  readonly text: string;
}

/** The stamps of one program, each worked out once, and not again by the next program while its file stays the same. */
export class PlaceStamps {
  readonly #fileAt: (path: string) => SourceFile | undefined;
  readonly #known: Readonly<Record<PlaceFact, Map<string, Stamp>>> = {
    name: new Map(),
    header: new Map(),
    self: new Map(),
    importsOf: new Map(),
  };
  /** Only what was known: no line of older programs stays alive behind it. */
  readonly #before: Readonly<Record<PlaceFact, ReadonlyMap<string, Stamp>>> | undefined;

  constructor(fileAt: (path: string) => SourceFile | undefined, before: PlaceStamps | undefined) {
    this.#fileAt = fileAt;
    this.#before = before && before.#known;
  }

  of(kind: PlaceFact, subject: string): string {
    const stamps = this.#known[kind];
    let stamp = stamps.get(subject);
    if (!stamp) stamps.set(subject, (stamp = this.#still(kind, subject) ?? this.#compute(kind, subject)));
    return stamp.text;
  }

  #still(kind: PlaceFact, subject: string): Stamp | undefined {
    const stamp = this.#before?.[kind].get(subject);
    return stamp?.file && this.#fileAt(stamp.file.path) === stamp.file ? stamp : undefined;
  }

  #compute(kind: PlaceFact, subject: string): Stamp {
    const [path, place, name] = subject.split('\0');
    const file = this.#fileAt(path!);
    return { file, text: file ? computed[kind](file, place ?? '', name ?? '') : '' };
  }
}

/** Dotted names of the classes around the insides of a scope: '' for a module; null inside of functions. */
export function namePlace(scope: Scope): string | null {
  const names: string[] = [];
  for (let at: Scope | null = scope; at && at.kind !== 'module'; at = at.parent) {
    if (at.kind === 'typeParams') continue;
    if (at.kind !== 'class') return null;
    names.unshift((at.node as ClassDef).name.text);
  }
  return names.join('.');
}

/** The statements that bind `name` in a module or class; of functions only their header, wherever they stand. */
function nameStamp(file: SourceFile, place: string, name: string): string {
  const stamps: string[] = [];
  for (const scope of scopesAt(file, place)) {
    let last: Stmt | null = null;
    for (const binding of scope.bindings.get(name) ?? []) {
      const unit = unitAt(file.module, binding.range.start);
      // One statement can bind a name many times: its text says so.
      if (!unit || unit === last) continue;
      last = unit;
      const isWhole = binding.kind === 'class' && unit.kind === 'ClassDef';
      stamps.push(isWhole ? declarationStamp(file, binding.node) : ownStamp(file, unit));
    }
  }
  return stamps.join('\n');
}

/** All that a class declares, without the insides of its methods. */
function declarationStamp(file: SourceFile, node: ClassDef): string {
  const inner = node.body
    .filter((each) => !isText(each))
    .map((each) => (each.kind === 'ClassDef' ? declarationStamp(file, each) : ownStamp(file, each)));
  return `${headerText(file.text, node)}{${inner.join('\n')}}`;
}

function ownStamp(file: SourceFile, statement: Stmt): string {
  return statement.kind === 'FunctionDef' || statement.kind === 'ClassDef'
    ? headerText(file.text, statement)
    : // Half-typed code can have the text of a statement without being one.
      `${statement.kind} ${file.text.slice(statement.start, statement.end)}`;
}

function headerStamp(file: SourceFile, place: string): string {
  return scopesAt(file, place)
    .map((scope) => (scope.node.kind === 'ClassDef' ? headerText(file.text, scope.node) : ''))
    .join('\n');
}

/** The methods that assign to `self.name`. */
function selfStamp(file: SourceFile, place: string, name: string): string {
  return scopesAt(file, place)
    .flatMap((scope) => (scope.node.kind === 'ClassDef' ? selfAssignments(scope.node, name) : []))
    .map(({ method }) => file.text.slice(method.start, method.end))
    .join('\n');
}

function importsStamp(file: SourceFile): string {
  return file.module.body
    .filter(isImport)
    .map((statement) => file.text.slice(statement.start, statement.end))
    .join('\n');
}

export function isImport(statement: Stmt): statement is Import | ImportFrom {
  return statement.kind === 'Import' || statement.kind === 'ImportFrom';
}

/** All scopes of that name: a class can be defined twice, in the branches of a condition. */
function scopesAt(file: SourceFile, place: string): readonly Scope[] {
  let scopes: readonly Scope[] = [file.scope];
  for (const name of place === '' ? [] : place.split('.')) {
    scopes = scopes.flatMap((scope) => classesIn(scope).get(name) ?? []);
  }
  return scopes;
}

/** The insides of the classes of a scope, by their names. A scope whose statements change becomes another one. */
function classesIn(scope: Scope): ReadonlyMap<string, readonly Scope[]> {
  let classes = knownClasses.get(scope);
  if (!classes) knownClasses.set(scope, (classes = groupBy(classScopes(scope), nameOf)));
  return classes;
}

const knownClasses = new WeakMap<Scope, ReadonlyMap<string, readonly Scope[]>>();

function* classScopes(scope: Scope): Generator<Scope> {
  for (const child of scope.children) {
    if (child.kind === 'typeParams') yield* classScopes(child);
    else if (child.kind === 'class') yield child;
  }
}

function nameOf(scope: Scope): string {
  return (scope.node as ClassDef).name.text;
}
