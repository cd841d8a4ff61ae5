import { basename, dirname, join } from '../../base/paths.ts';
import type { Expr, Stmt } from '../../python/syntax/nodes.ts';
import type { Program, SourceFile } from '../../python/types.ts';
import { combine, settingValue, withEntry, type SettingValue } from './settingValue.ts';

/**
 * What the names of a Django settings module stand for after it ran: assignments in text order, `+=`, `.append`,
 * `DATABASES['default'] = …`, `from .base import *` and split-settings' `include`. Of conditional code, additions count
 * and assignments fill in what is not known yet. Names that cannot be read are missing. O(text of the modules).
 */
export function settingsOf(program: Program, file: SourceFile): ReadonlyMap<string, SettingValue> {
  let byFile = remembered.get(program);
  if (!byFile) remembered.set(program, (byFile = new Map()));
  let settings = byFile.get(file);
  if (!settings) {
    // Set before it is complete: modules that import each other in a circle see what there is.
    const values = new Map<string, SettingValue>();
    byFile.set(file, values);
    new SettingsReader(program, file, values).read();
    settings = values;
  }
  return settings;
}

const remembered = new WeakMap<Program, Map<SourceFile, ReadonlyMap<string, SettingValue>>>();

class SettingsReader {
  readonly #program: Program;
  readonly #file: SourceFile;
  readonly #values: Map<string, SettingValue>;

  constructor(program: Program, file: SourceFile, values: Map<string, SettingValue>) {
    this.#program = program;
    this.#file = file;
    this.#values = values;
  }

  read(): void {
    this.#block(this.#file.module.body, false);
  }

  #block(body: readonly Stmt[], isConditional: boolean): void {
    for (const statement of body) this.#statement(statement, isConditional);
  }

  #statement(statement: Stmt, isConditional: boolean): void {
    switch (statement.kind) {
      case 'Assign':
        for (const target of statement.targets) this.#assign(target, statement.value, isConditional);
        return;
      case 'AnnAssign':
        if (statement.value) this.#assign(statement.target, statement.value, isConditional);
        return;
      case 'AugAssign':
        if (statement.target.kind === 'Name' && (statement.op === '+' || statement.op === '|')) {
          this.#add(statement.target.id, this.#value(statement.value), statement.op);
        }
        return;
      case 'Expr':
        if (statement.value.kind === 'Call') this.#call(statement.value);
        return;
      case 'ImportFrom': {
        const module = this.#program.importedModule(this.#file, statement);
        if (!module || module === this.#file) return;
        const values = settingsOf(this.#program, module);
        for (const { name, asName } of statement.names) {
          if (name.text === '*') for (const [key, value] of values) this.#set(key, value, isConditional);
          const value = values.get(name.text);
          if (value) this.#set(asName?.text ?? name.text, value, isConditional);
        }
        return;
      }
      case 'If': {
        // What only runs while developing or testing says less about the project than the other branch.
        const test = this.#file.text.slice(statement.test.start, statement.test.end);
        const isForDevelopment = /DEBUG|TEST|sys\.argv|LOCAL|\bDEV/i.test(test) && !/\bnot\b|!=/.test(test);
        if (isForDevelopment) this.#block(statement.orelse, true);
        this.#block(statement.body, true);
        if (!isForDevelopment) this.#block(statement.orelse, true);
        return;
      }
      case 'Try':
        this.#block(statement.body, isConditional);
        for (const handler of statement.handlers) this.#block(handler.body, true);
        this.#block(statement.orelse, isConditional);
        this.#block(statement.finalbody, isConditional);
        return;
      case 'With':
        this.#block(statement.body, isConditional);
        return;
      default:
    }
  }

  #value(expr: Expr): SettingValue {
    return settingValue(this.#program, this.#file, expr, this.#file.scope, this.#values);
  }

  #set(name: string, value: SettingValue, isConditional: boolean): void {
    if (value.kind === 'unknown' || (isConditional && this.#values.has(name))) return;
    this.#values.set(name, value);
  }

  #assign(target: Expr, expr: Expr, isConditional: boolean): void {
    if (target.kind === 'Name') {
      const value = this.#value(expr);
      if (value.kind === 'unknown' && !isConditional) this.#values.delete(target.id);
      this.#set(target.id, value, isConditional);
      return;
    }
    const place = keysOf(target);
    if (!place) return;
    const value = this.#value(expr);
    const known = this.#values.get(place.name);
    if (value.kind !== 'unknown' && !(isConditional && hasEntry(known, place.keys))) {
      this.#values.set(place.name, withEntry(known, place.keys, value));
    }
  }

  #add(name: string, value: SettingValue, op: '+' | '|'): void {
    const known = this.#values.get(name);
    const sum = known && combine(known, value, op);
    if (sum) this.#values.set(name, sum);
  }

  #call(call: Expr & { kind: 'Call' }): void {
    const { func, args } = call;
    const first = args[0];
    if (func.kind === 'Name' && (func.id === 'include' || func.id === 'optional')) {
      for (const arg of args) this.#include(arg);
      return;
    }
    if (func.kind !== 'Attribute' || !first) return;
    const place = func.value.kind === 'Name' ? { name: func.value.id, keys: [] } : keysOf(func.value);
    if (!place) return;
    const value = this.#value(func.attr.text === 'insert' ? (args[1] ?? first) : first);
    switch (func.attr.text) {
      case 'append':
      case 'insert':
        this.#add(place.name, { kind: 'list', items: [value], source: value.source }, '+');
        return;
      case 'extend':
        this.#add(place.name, value, '+');
        return;
      case 'update':
        if (value.kind === 'dict') {
          for (const [key, entry] of value.entries) {
            this.#values.set(place.name, withEntry(this.#values.get(place.name), [...place.keys, key], entry));
          }
        }
        return;
      case 'remove': {
        const known = this.#values.get(place.name);
        if (known?.kind !== 'list' || value.kind !== 'string') return;
        const items = known.items.filter((item) => item.kind !== 'string' || item.text !== value.text);
        this.#values.set(place.name, { ...known, items });
        return;
      }
      default:
    }
  }

  /** `include('base.py', optional('local.py'), 'components/*.py')` (https://django-split-settings.readthedocs.io). */
  #include(arg: Expr): void {
    if (arg.kind === 'Call' && arg.args[0]) return this.#include(arg.args[0]);
    const value = this.#value(arg);
    if (value.kind !== 'string') return;
    const full = join(dirname(this.#file.path), value.text);
    const folder = dirname(full);
    const pattern = basename(full)
      .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '[^/]*')
      .replaceAll('?', '[^/]');
    const matcher = new RegExp(`^${pattern}$`);
    const paths = value.text.includes('*')
      ? this.#program.paths.filter((path) => dirname(path) === folder && matcher.test(basename(path)))
      : [full];
    for (const path of paths) {
      const file = path === this.#file.path ? undefined : this.#program.file(path);
      // Included files run in the namespace of this one, after what stands above.
      if (file) new SettingsReader(this.#program, file, this.#values).read();
    }
  }
}

/** `DATABASES['default']['ENGINE']` → the name and its keys. */
function keysOf(target: Expr): { readonly name: string; readonly keys: readonly string[] } | undefined {
  const keys: string[] = [];
  let expr = target;
  while (expr.kind === 'Subscript') {
    if (expr.slice.kind !== 'Constant' || expr.slice.type !== 'str') return undefined;
    keys.unshift(expr.slice.value);
    expr = expr.value;
  }
  return expr.kind === 'Name' && keys.length > 0 ? { name: expr.id, keys } : undefined;
}

function hasEntry(value: SettingValue | undefined, keys: readonly string[]): boolean {
  let current = value;
  for (const key of keys) {
    if (current?.kind !== 'dict') return false;
    current = current.entries.get(key);
  }
  return current !== undefined;
}
