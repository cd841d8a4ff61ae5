/**
 * Tells the recorder what answers are made from, as it is read: which file a module name means, what a name is bound to,
 * what a class inherits from. Whether that is still the same, `Program.holds` knows.
 */
import type { Recorder } from '../base/recorder.ts';
import type { ModuleTarget } from './moduleLayout.ts';
import type { ModuleNaming, Modules } from './modules.ts';
import { moduleScopeOf, scopeOfNode } from './scopes.ts';
import { namePlace, type PlaceFact, type PlaceStamps } from './stamps.ts';
import type { ClassDef } from './syntax/nodes.ts';
import type { Scope, SourceFile } from './types.ts';
import { unitAt } from './units.ts';

export class Notes {
  readonly recorder: Recorder;
  readonly #modules: Modules;
  readonly #stamps: PlaceStamps;
  readonly #fileOfScope = new WeakMap<Scope, SourceFile>();
  /** What the recorder calls a name of a scope: the same text each time, which is looked up faster than one like it. */
  readonly #subjects = new WeakMap<Scope, Map<string, string | null>>();

  constructor(recorder: Recorder, modules: Modules, stamps: PlaceStamps) {
    this.recorder = recorder;
    this.#modules = modules;
    this.#stamps = stamps;
  }

  /** The module scope of a file, remembered with its file: names are looked up by scope alone. */
  moduleScope(file: SourceFile): Scope {
    const scope = file.scope;
    if (!this.#fileOfScope.has(scope)) this.#fileOfScope.set(scope, file);
    return scope;
  }

  /** The file of a module scope that was asked for before. */
  fileOf(scope: Scope): SourceFile | undefined {
    return this.#fileOfScope.get(scope);
  }

  /** Which file a module name means, noted. A relative name begins with its dots. */
  target(how: ModuleNaming, from: string, name: string): ModuleTarget {
    const target = this.#modules.target(how, from, name);
    if (this.recorder.isRecording)
      this.recorder.note('module', `${how}\0${from}\0${name}`, () => this.#modules.stampOf(target));
    return target;
  }

  /** That a name was looked up in a scope. What is inside of a function belongs to the name that led there. */
  name(scope: Scope, name: string): void {
    if (!this.recorder.isRecording || (scope.kind !== 'module' && scope.kind !== 'class')) return;
    let subjects = this.#subjects.get(scope);
    if (!subjects) this.#subjects.set(scope, (subjects = new Map()));
    let subject = subjects.get(name);
    if (subject === undefined) subjects.set(name, (subject = this.#subjectOf(scope, name)));
    if (subject !== null) this.place('name', subject);
  }

  #subjectOf(scope: Scope, name: string): string | null {
    const place = namePlace(scope);
    const file = place === null ? undefined : this.#fileOfScope.get(moduleScopeOf(scope));
    return file ? `${file.path}\0${place}\0${name}` : null;
  }

  /** That the header of a class was read, or what its methods assign to `self`. What stands in functions is not noted. */
  ofClass(kind: 'header' | 'self', file: SourceFile, cls: ClassDef, name?: string): void {
    const scope = scopeOfNode(this.moduleScope(file), cls);
    const place = scope ? namePlace(scope) : null;
    if (place !== null) this.place(kind, [file.path, place, ...(name === undefined ? [] : [name])].join('\0'));
  }

  /** That the text of the function or statement at an offset was read. */
  unit(file: SourceFile, offset: number): void {
    if (!this.recorder.isRecording) return;
    const unit = unitAt(file.module, offset);
    if (unit) this.recorder.note('unit', unit, () => file.path);
  }

  /** That something was read of a place in a file, as `stamps.ts` writes places. */
  place(kind: PlaceFact, subject: string): void {
    this.recorder.note(kind, subject, () => this.#stamps.of(kind, subject));
  }
}
