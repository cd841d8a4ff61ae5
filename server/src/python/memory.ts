import { groupBy } from '../base/groups.ts';
import { type Recorded, type Dependency, dependenciesOf, TraceCheck } from '../base/recorder.ts';
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
    return (this.#session = new MemorySession(program, this.#session));
  }

  /**
   * Whether everything that the last session worked out would come out the same now, as far as it was found by name.
   * Costs O(facts about the files that changed, and those that are not about one file).
   */
  holds(program: Program): boolean {
    const session = this.#session;
    const changed = session && program.snapshot.changedSince(session.program.snapshot);
    if (!changed) return false;
    return [...changed, SEVERAL].every((path) => session.facts.get(path)?.every((fact) => program.holds(fact)) ?? true);
  }
}

/** Stands for the file of facts that are not about one. */
const SEVERAL = '';

interface Entry {
  readonly recorded: Recorded<unknown>;
  /** The file it is about. */
  readonly path: string;
}

export class MemorySession {
  readonly program: Program;
  readonly #entries = new Map<string, Entry>();
  readonly #before: ReadonlyMap<string, Entry>;
  /** Files that have another text than when the answers from before were right; null when that is not known. */
  readonly #changed: ReadonlySet<string> | null;
  readonly #check: TraceCheck;
  #facts: ReadonlyMap<string, readonly Dependency[]> | undefined;

  constructor(program: Program, before: MemorySession | undefined) {
    this.program = program;
    this.#before = before ? before.#entries : new Map();
    const changed = before ? program.snapshot.changedSince(before.program.snapshot) : null;
    this.#changed = changed && new Set(changed);
    this.#check = new TraceCheck((fact) => {
      const path = pathOf(fact);
      return path === SEVERAL ? program.holds(fact) : !this.#changed!.has(path);
    });
  }

  /** The answer of that name about a file, worked out when it is not known. */
  remember<T>(key: string, path: string, compute: () => T): T {
    const { recorder } = this.program;
    const known = this.#entries.get(key);
    if (known) return recorder.reuse(known.recorded as Recorded<T>);
    const before = this.#before.get(key);
    if (!before || !this.#isSame(before)) return this.watch(key, compute, path);
    this.#entries.set(key, before);
    return recorder.reuse(before.recorded as Recorded<T>);
  }

  /** Works something out in any case, and notes what from: `holds` counts it in. */
  watch<T>(key: string, compute: () => T, path = SEVERAL): T {
    const recorded = this.program.recorder.record(compute);
    this.#entries.set(key, { recorded, path });
    return recorded.value;
  }

  /** All that the answers were made from, each fact once, by the file it is about. */
  get facts(): ReadonlyMap<string, readonly Dependency[]> {
    const traces = [...this.#entries.values()].map(({ recorded }) => recorded.trace);
    return (this.#facts ??= groupBy(dependenciesOf(traces), pathOf));
  }

  #isSame({ recorded, path }: Entry): boolean {
    return this.#changed !== null && !this.#changed.has(path) && this.#check.holds(recorded.trace);
  }
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
