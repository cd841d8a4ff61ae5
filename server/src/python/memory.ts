import { append, groupBy } from '../base/groups.ts';
import { type Dependency, notedIn, type Recorded, TraceCheck } from '../base/recorder.ts';
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
    const hold = (facts: readonly Dependency[]): boolean => facts.every((fact) => program.holds(fact));
    const { facts } = session;
    return changed.every((path) => facts.of.get(path)?.every(hold) ?? true) && hold(facts.ofSeveral);
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
  #facts: Facts | undefined;

  constructor(program: Program, before: MemorySession | undefined) {
    this.program = program;
    this.#before = before ? before.#entries : new Map();
    const changed = before ? program.snapshot.changedSince(before.program.snapshot) : null;
    this.#changed = changed && new Set(changed);
    this.#check = new TraceCheck((noted) => {
      const facts = byPath(noted);
      for (const path of facts.keys()) if (this.#changed!.has(path)) return false;
      return facts.get(SEVERAL)?.every((fact) => program.holds(fact)) ?? true;
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

  /** All that the answers were made from. */
  get facts(): Facts {
    return (this.#facts ??= factsIn(notedIn([...this.#entries.values()].map(({ recorded }) => recorded.trace))));
  }

  #isSame({ recorded, path }: Entry): boolean {
    return this.#changed !== null && !this.#changed.has(path) && this.#check.holds(recorded.trace);
  }
}

interface Facts {
  /** By the file they are about. */
  readonly of: ReadonlyMap<string, readonly (readonly Dependency[])[]>;
  readonly ofSeveral: readonly Dependency[];
}

function factsIn(lists: readonly (readonly Dependency[])[]): Facts {
  const of = new Map<string, (readonly Dependency[])[]>();
  const ofSeveral = new Map<unknown, Dependency>();
  for (const list of lists) {
    for (const [path, facts] of byPath(list)) {
      if (path !== SEVERAL) append(of, path, facts);
      else for (const fact of facts) ofSeveral.set(fact.subject, fact);
    }
  }
  return { of, ofSeveral: [...ofSeveral.values()] };
}

function byPath(list: readonly Dependency[]): ReadonlyMap<string, readonly Dependency[]> {
  let facts = known.get(list);
  if (!facts) known.set(list, (facts = groupBy(list, pathOf)));
  return facts;
}

/** Lists outlive the sessions that look at them. */
const known = new WeakMap<readonly Dependency[], ReadonlyMap<string, readonly Dependency[]>>();

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
    case 'importedFiles':
    case 'environments':
    case 'otherText':
      return SEVERAL;
  }
}
