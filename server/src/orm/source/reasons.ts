/**
 * Why the models may differ from the real ones, and which models each reason is about: what is not known of a mixin is
 * not known of all models that need it, and of no other.
 */
export class Reasons {
  /** The model or other definition that is being written, by module and name; null while nothing is. */
  #subject: string | null = null;
  readonly #reasons = new Map<string, Set<string> | null>();
  /** Those that were noted since only what is about models matters. */
  readonly #late = new Set<string>();
  #isLate = false;
  /** Who needs a definition. */
  readonly #users = new Map<string, Set<string>>();

  get subject(): string | null {
    return this.#subject;
  }

  /** Does some work in the name of a definition. */
  within(subject: string | null, work: () => void): void {
    const before = this.#subject;
    this.#subject = subject;
    work();
    this.#subject = before;
  }

  /** Notes a reason about the subject, or about the given definitions; about everything when there is none. */
  add(reason: string, subjects: Iterable<string> | null = this.#subject === null ? null : [this.#subject]): void {
    if (this.#isLate && !this.#reasons.has(reason)) this.#late.add(reason);
    const known = this.#reasons.get(reason);
    if (subjects === null || known === null) this.#reasons.set(reason, null);
    else this.#reasons.set(reason, new Set([...(known ?? []), ...subjects]));
  }

  /** From now on, reasons that turn out to be about no model are forgotten. */
  onlyOfModels(): void {
    this.#isLate = true;
  }

  /** Notes that the subject needs a definition. */
  needs(definition: string): void {
    if (this.#subject === null || this.#subject === definition) return;
    const users = this.#users.get(definition) ?? new Set();
    this.#users.set(definition, users.add(this.#subject));
  }

  /**
   * Each reason with the ids of the models it is about; null for all. A model that merely points to another one is no
   * user of what that one is made of. O(definitions) for each reason.
   */
  byModel(isModel: (id: string) => boolean): ReadonlyMap<string, ReadonlySet<string> | null> {
    return new Map(
      [...this.#reasons].flatMap(([reason, subjects]): [string, ReadonlySet<string> | null][] => {
        const about = subjects && this.#models(subjects, isModel);
        return about?.size === 0 && this.#late.has(reason) ? [] : [[reason, about]];
      }),
    );
  }

  #models(subjects: ReadonlySet<string>, isModel: (id: string) => boolean): ReadonlySet<string> {
    const seen = new Set(subjects);
    // A set is iterated in the order of insertion, what is added meanwhile included.
    for (const id of seen) if (!isModel(id)) for (const user of this.#users.get(id) ?? []) seen.add(user);
    return new Set([...seen].filter(isModel));
  }
}
