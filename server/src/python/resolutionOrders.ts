import type { Recorded, Recorder } from '../base/recorder.ts';

/** What the classes are of which orders are asked for. */
export interface Inheritance<T> {
  /** Equal for what is the same class. */
  readonly keyOf: (item: T) => unknown;
  /** The bases as they are written, in their order; none for what is no class that can be looked into. */
  readonly basesOf: (item: T) => readonly T[];
  /** Stands for all bases of a class that has too many. */
  readonly tooMany: (item: T) => T;
}

/** How many classes may stand in an order. Generated code and attacks have more; each would cost its square. */
export const MAX_ORDER = 100;

/** How deeply bases may be named through classes that must be ordered first: `class A(B.C)`. */
const MAX_NESTING = 100;

/**
 * Method resolution orders (https://docs.python.org/3/howto/mro.html), each worked out once. Bases come before what
 * inherits from them without recursion, so a line of thousands of classes costs time in proportion to its length.
 */
export class ResolutionOrders<T> {
  readonly #recorder: Recorder;
  readonly #inheritance: Inheritance<T>;
  readonly #known = new Map<unknown, Recorded<readonly T[]>>();
  #nesting = 0;

  constructor(recorder: Recorder, inheritance: Inheritance<T>) {
    this.#recorder = recorder;
    this.#inheritance = inheritance;
  }

  /** The class itself, then its bases in Python's order; of a hierarchy Python would reject, depth first. */
  of(item: T): readonly T[] {
    const key = this.#inheritance.keyOf(item);
    if (!this.#known.has(key)) {
      if (this.#nesting === MAX_NESTING) return [item];
      this.#nesting++;
      try {
        this.#workOut(item, key);
      } finally {
        this.#nesting--;
      }
    }
    return this.#recorder.reuse(this.#known.get(key)!);
  }

  /** What stands behind a class with these bases. */
  behind(bases: readonly T[]): readonly T[] {
    const { keyOf } = this.#inheritance;
    const orders = bases.map((base) => this.of(base));
    return linearize([...orders, bases], keyOf) ?? depthFirst(orders, keyOf);
  }

  #workOut(item: T, key: unknown): void {
    const open = [this.#open(item, key)];
    for (let top = open.at(-1); top; top = open.at(-1)) {
      const { bases } = top;
      const next = bases.value[top.next++];
      if (next !== undefined) {
        const nextKey = this.#inheritance.keyOf(next);
        if (!this.#known.has(nextKey)) open.push(this.#open(next, nextKey));
        continue;
      }
      open.pop();
      const { item: head } = top;
      this.#known.set(
        top.key,
        this.#recorder.record(() => {
          const order = [head, ...this.behind(this.#recorder.reuse(bases))];
          return order.length > MAX_ORDER ? [head, this.#inheritance.tooMany(head)] : order;
        }),
      );
    }
  }

  #open(item: T, key: unknown): { item: T; key: unknown; bases: Recorded<readonly T[]>; next: number } {
    // A class that inherits from itself through others is an error in Python; here it just ends.
    this.#known.set(key, { value: [item], trace: null });
    return { item, key, bases: this.#recorder.record(() => this.#inheritance.basesOf(item)), next: 0 };
  }
}

/** Merges lists so that each keeps its order (C3); null when there is no such order. */
function linearize<T>(orders: readonly (readonly T[])[], keyOf: (item: T) => unknown): readonly T[] | null {
  const lists = orders.map((items) => ({ items, keys: items.map(keyOf), at: 0 }));
  // How often each stands behind the first of what is left of a list.
  const behind = new Map<unknown, number>();
  const count = (key: unknown, by: number): void => void behind.set(key, (behind.get(key) ?? 0) + by);
  for (const { keys } of lists) for (const key of keys.slice(1)) count(key, 1);
  const result: T[] = [];
  for (;;) {
    const rest = lists.filter(({ items, at }) => at < items.length);
    if (rest.length === 0) return result;
    const first = rest.find(({ keys, at }) => !behind.get(keys[at]));
    if (!first) return null;
    const next = first.keys[first.at];
    result.push(first.items[first.at]!);
    for (const list of rest) {
      if (list.keys[list.at] !== next) continue;
      list.at++;
      if (list.at < list.keys.length) count(list.keys[list.at], -1);
    }
  }
}

function depthFirst<T>(orders: readonly (readonly T[])[], keyOf: (item: T) => unknown): readonly T[] {
  const result = new Map<unknown, T>();
  for (const item of orders.flat()) if (!result.has(keyOf(item))) result.set(keyOf(item), item);
  return [...result.values()];
}
