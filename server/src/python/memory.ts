import { type Recorded, type Dependency, dependenciesOf } from '../base/recorder.ts';
import type { Snapshot } from '../workspace/snapshot.ts';
import type { Program, ProgramFact } from './types.ts';

/**
 * Answers about files that outlive a snapshot, one for each key. An answer is kept for as long as no file that it was
 * made from has another text: it may hold trees and texts of these files.
 */
export class Memory {
  #session: MemorySession | undefined;

  /**
   * Works on a program: what is asked for through the session is remembered, and what is not asked for any more is
   * forgotten with the next session.
   */
  session(program: Program): MemorySession {
    return (this.#session = new MemorySession(program, this.#session?.entries ?? new Map()));
  }

  /**
   * Whether everything that the last session worked out would come out the same now, as far as it was found by name.
   * Costs O(answers that used a file which changed).
   */
  holds(program: Program): boolean {
    const session = this.#session;
    if (!session) return false;
    const changed = program.snapshot.changedSince(session.program.snapshot);
    if (!changed) return false;
    for (const { facts } of session.entries.values()) {
      for (const path of changed) if (!allHold(program, facts.get(path))) return false;
    }
    return session.othersHold(program);
  }
}

/** By the file they are about. */
type Facts = ReadonlyMap<string, readonly Dependency[]>;

/** Facts that are not about one file. */
const SEVERAL = '';

interface Entry {
  readonly recorded: Recorded<unknown>;
  readonly facts: Facts;
  /** The newest snapshot it is known to hold for. */
  readonly snapshot: Snapshot;
}

export class MemorySession {
  readonly entries = new Map<string, Entry>();
  readonly program: Program;
  readonly #before: ReadonlyMap<string, Entry>;
  readonly #changed = new Map<Snapshot, ReadonlySet<string> | null>();
  /** What no answer says of one file alone, each fact once. */
  #others: readonly Dependency[] | undefined;

  constructor(program: Program, before: ReadonlyMap<string, Entry>) {
    this.program = program;
    this.#before = before;
  }

  /** The answer of that name about a file, worked out when it is not known. */
  remember<T>(key: string, path: string, compute: () => T): T {
    const { recorder, snapshot } = this.program;
    const known = this.entries.get(key);
    if (known) return recorder.reuse(known.recorded as Recorded<T>);
    const before = this.#before.get(key);
    if (before && this.#isSame(before)) {
      this.entries.set(key, { ...before, snapshot });
      return recorder.reuse(before.recorded as Recorded<T>);
    }
    return this.watch(key, compute, path);
  }

  /** Works something out in any case, and notes what from: `holds` counts it in. */
  watch<T>(key: string, compute: () => T, path = SEVERAL): T {
    const recorded = this.program.recorder.record(compute);
    const facts = new Map<string, Dependency[]>([[path, []]]);
    for (const dependency of dependenciesOf(recorded.trace)) {
      const about = pathOf(dependency);
      const known = facts.get(about);
      if (known) known.push(dependency);
      else facts.set(about, [dependency]);
    }
    this.entries.set(key, { recorded, facts, snapshot: this.program.snapshot });
    return recorded.value;
  }

  /** Whether the facts that are not about one file are the same in another program. */
  othersHold(program: Program): boolean {
    if (!this.#others) {
      const distinct = new Map<unknown, Dependency>();
      for (const { facts } of this.entries.values()) {
        for (const fact of facts.get(SEVERAL) ?? []) distinct.set(fact.subject, fact);
      }
      this.#others = [...distinct.values()];
    }
    return allHold(program, this.#others);
  }

  #isSame({ facts, snapshot }: Entry): boolean {
    const changed = this.#changedSince(snapshot);
    if (!changed) return false;
    for (const path of facts.keys()) if (changed.has(path)) return false;
    return allHold(this.program, facts.get(SEVERAL));
  }

  #changedSince(snapshot: Snapshot): ReadonlySet<string> | null {
    let changed = this.#changed.get(snapshot);
    if (changed === undefined) {
      const paths = this.program.snapshot.changedSince(snapshot);
      this.#changed.set(snapshot, (changed = paths && new Set(paths)));
    }
    return changed;
  }
}

function allHold(program: Program, facts: readonly Dependency[] = []): boolean {
  return facts.every((dependency) => program.holds(dependency));
}

function pathOf({ kind, subject, stamp }: Dependency): string {
  switch (kind as ProgramFact) {
    case 'unit':
      return stamp as string;
    case 'name':
    case 'header':
    case 'self':
    case 'importsOf':
      return (subject as string).split('\0', 1)[0]!;
    case 'module':
    case 'paths':
    case 'mentioning':
    case 'importsAnyOf':
    case 'environments':
      return SEVERAL;
  }
}
