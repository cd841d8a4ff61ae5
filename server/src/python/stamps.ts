/**
 * What stands behind a name of a module or class, as a text to compare: the same text means that nothing about the name
 * changed. It names the statements by number instead of quoting them: an edit leaves those it does not touch alone.
 */
import type { ClassDef, Import, ImportFrom, Stmt } from './syntax/nodes.ts';
import type { Scope, SourceFile } from './types.ts';
import { selfAssignments } from './selfAttributes.ts';
import { headerText, unitAt } from './units.ts';

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

/** The statements that bind `name` in a module or class; of classes only their header. */
export function nameStamp(file: SourceFile, place: string, name: string): string {
  const stamps: string[] = [];
  for (const scope of scopesAt(file, place)) {
    for (const binding of scope.bindings.get(name) ?? []) {
      const unit = unitAt(file.module, binding.range.start);
      if (unit) stamps.push(unit.kind === 'ClassDef' ? headerText(file.text, unit) : `#${numberOf(unit)}`);
    }
  }
  return stamps.join('\n');
}

export function headerStamp(file: SourceFile, place: string): string {
  return scopesAt(file, place)
    .map((scope) => (scope.node.kind === 'ClassDef' ? headerText(file.text, scope.node) : ''))
    .join('\n');
}

/** The methods that assign to `self.name`. */
export function selfStamp(file: SourceFile, place: string, name: string): string {
  return scopesAt(file, place)
    .flatMap((scope) => (scope.node.kind === 'ClassDef' ? selfAssignments(scope.node, name) : []))
    .map(({ method }) => `#${numberOf(method)}`)
    .join('\n');
}

export function importsStamp(file: SourceFile): string {
  return file.module.body
    .filter(isImport)
    .map((statement) => `#${numberOf(statement)}`)
    .join('\n');
}

export function isImport(statement: Stmt): statement is Import | ImportFrom {
  return statement.kind === 'Import' || statement.kind === 'ImportFrom';
}

/** All scopes of that name: a class can be defined twice, in the branches of a condition. */
function scopesAt(file: SourceFile, place: string): readonly Scope[] {
  let scopes: readonly Scope[] = [file.scope];
  for (const name of place === '' ? [] : place.split('.')) {
    scopes = scopes.flatMap((scope) => scope.children.flatMap((child) => classNamed(child, name)));
  }
  return scopes;
}

function classNamed(scope: Scope, name: string): Scope | readonly Scope[] {
  if (scope.kind === 'typeParams') return scope.children.flatMap((child) => classNamed(child, name));
  return scope.kind === 'class' && (scope.node as ClassDef).name.text === name ? scope : [];
}

const numbers = new WeakMap<Stmt, number>();
let last = 0;

function numberOf(statement: Stmt): number {
  let number = numbers.get(statement);
  if (number === undefined) numbers.set(statement, (number = ++last));
  return number;
}
