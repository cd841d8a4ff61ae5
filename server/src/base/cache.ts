/**
 * One remembered value for each subject, with a key that says when it is wrong:
 * the text version of a file, the hash of the facts, the stamp of a catalog.
 */
export class KeyedCache<Subject, Key, Value> {
  readonly #entries = new Map<Subject, { readonly key: Key; readonly value: Value }>();
  #computed = 0;

  /** How often a value had to be computed: what tests count instead of seconds. */
  get computed(): number {
    return this.#computed;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The remembered value if it was computed for this very key, else a new one. */
  get(subject: Subject, key: Key, compute: () => Value): Value {
    const known = this.#entries.get(subject);
    if (known && Object.is(known.key, key)) return known.value;
    const value = compute();
    this.#computed++;
    this.#entries.set(subject, { key, value });
    return value;
  }

  /** What is remembered, whatever its key. */
  peek(subject: Subject): Value | undefined {
    return this.#entries.get(subject)?.value;
  }

  delete(subject: Subject): void {
    this.#entries.delete(subject);
  }

  subjects(): IterableIterator<Subject> {
    return this.#entries.keys();
  }
}

/** Keeps the most recently used entries. The key must hold everything the value depends on. */
export class LruCache<Key, Value> {
  readonly #entries = new Map<Key, Value>();
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = Math.max(1, capacity);
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: Key): Value | undefined {
    const value = this.#entries.get(key);
    if (value === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, value);
    return value;
  }

  set(key: Key, value: Value): void {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size > this.#capacity) this.#entries.delete(this.#entries.keys().next().value!);
  }

  delete(key: Key): void {
    this.#entries.delete(key);
  }

  clear(): void {
    this.#entries.clear();
  }
}
