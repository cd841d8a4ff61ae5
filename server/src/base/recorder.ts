/**
 * What answers were made from, so that they can be kept for as long as that stays the same.
 *
 * While something is worked out, whoever reads a fact notes it: `note('name', …)`. An answer comes with the trace of all
 * that was noted meanwhile, its own and that of remembered answers it used. Later it is still right when every fact in
 * its trace has the stamp it had then. This is what build systems call a trace, and compilers such as rust-analyzer use
 * for incremental computation (https://rustc-dev-guide.rust-lang.org/queries/incremental-compilation.html).
 */

/** A fact that was read: `stamp` is what it was, compared by identity. */
export interface Dependency {
  readonly kind: string;
  readonly subject: unknown;
  readonly stamp: unknown;
}

/** What one answer was made from; shared between answers, so it must not be changed. null: from nothing that can change. */
export type Trace = Frame | null;

export interface Recorded<T> {
  readonly value: T;
  readonly trace: Trace;
}

/** Facts that were noted, and the traces of remembered answers that were used. */
class Frame {
  readonly noted: Dependency[] = [];
  readonly used = new Set<Frame>();
  /** The kinds of facts about each subject; of no use once the answer is there. */
  #seen: Map<unknown, string[]> | undefined = new Map();

  note(kind: string, subject: unknown, stamp: () => unknown): void {
    const kinds = this.#seen?.get(subject);
    if (kinds?.includes(kind)) return;
    if (kinds) kinds.push(kind);
    else this.#seen?.set(subject, [kind]);
    this.noted.push({ kind, subject, stamp: stamp() });
  }

  /** The frame of an answer that is there. One that adds nothing to another one is that one. */
  finished(): Trace {
    this.#seen = undefined;
    if (this.noted.length > 0) return this;
    if (this.used.size > 1) return this;
    return this.used.values().next().value ?? null;
  }
}

/** One for each line of snapshots. Not recording, a note costs a comparison. */
export class Recorder {
  #current: Frame | null = null;

  get isRecording(): boolean {
    return this.#current !== null;
  }

  /** `stamp` is asked for only when somebody records. */
  note(kind: string, subject: unknown, stamp: () => unknown): void {
    this.#current?.note(kind, subject, stamp);
  }

  /** Runs `work` and gives what it returned, with what it was made from; whoever records around it gets that too. */
  record<T>(work: () => T): Recorded<T> {
    const outer = this.#current;
    const frame = new Frame();
    this.#current = frame;
    try {
      const value = work();
      const trace = frame.finished();
      if (trace) outer?.used.add(trace);
      return { value, trace };
    } finally {
      this.#current = outer;
    }
  }

  /** The value of a remembered answer, which is used here. */
  reuse<T>({ value, trace }: Recorded<T>): T {
    if (trace) this.#current?.used.add(trace);
    return value;
  }
}

/** The lists of facts that traces are made of, each list once; the same arrays each time. */
export function notedIn(traces: Iterable<Trace>): (readonly Dependency[])[] {
  const frames = new Set<Frame>();
  for (const trace of traces) if (trace) frames.add(trace);
  for (const frame of frames) for (const used of frame.used) frames.add(used);
  return [...frames].map(({ noted }) => noted);
}

/**
 * Tells of traces whether every fact in them holds. What they have in common is looked at once, so many answers cost no
 * more than what they were made of together.
 */
export class TraceCheck {
  readonly #hold: (facts: readonly Dependency[]) => boolean;
  readonly #known = new Map<Frame, boolean>();

  /** `hold` is asked about the same arrays that `notedIn` gives. */
  constructor(hold: (facts: readonly Dependency[]) => boolean) {
    this.#hold = hold;
  }

  /** In a loop, because the traces of a line of classes that derive from each other nest as deeply as the line is long. */
  holds(trace: Trace): boolean {
    const open: { readonly frame: Frame; readonly used: Iterator<Frame> }[] = [];
    for (let next = trace ?? undefined; next;) {
      const known = this.#known.get(next);
      if (known === false || (known === undefined && !this.#hold(next.noted))) {
        // So does nothing that was made of it.
        for (const { frame } of [...open, { frame: next }]) this.#known.set(frame, false);
        return false;
      }
      if (known === undefined) open.push({ frame: next, used: next.used.values() });
      next = undefined;
      for (let top = open.at(-1); top && !next; top = open.at(-1)) {
        next = top.used.next().value as Frame | undefined;
        if (next) break;
        this.#known.set(top.frame, true);
        open.pop();
      }
    }
    return true;
  }
}
