import type { Recorded, Recorder } from '../../base/recorder.ts';
import { LIMITS, type OnLimit } from '../limits.ts';
import { UNKNOWN, type Value } from '../values.ts';

/** Answers about values, each with what it was made from; where one leads back to itself or too deep, it is `unknown`. */
export class Answers {
  readonly #recorder: Recorder;
  readonly #onLimit: OnLimit;
  readonly #underWay = new Set<object>();
  #depth = 0;
  /** Answers of chains that were too long, and how deep: they hold for whoever asks as deep, until all is answered. */
  readonly #cutAnswers = new Map<object, Recorded<Value> & { readonly depth: number }>();
  /** How often a chain was too long: what was worked out meanwhile is not remembered. */
  #cuts = 0;

  constructor(recorder: Recorder, onLimit: OnLimit) {
    this.#recorder = recorder;
    this.#onLimit = onLimit;
  }

  /** Remembers an answer. Recursion and too long chains answer `unknown`. */
  of<K extends object>(path: string, cache: WeakMap<K, Recorded<Value>>, key: K, compute: () => Value): Value {
    const known = cache.get(key);
    if (known) return this.#recorder.reuse(known);
    if (this.#underWay.has(key)) return UNKNOWN;
    const cut = this.#cutAnswers.get(key);
    if (cut && cut.depth <= this.#depth) {
      this.#cuts++;
      return this.#recorder.reuse(cut);
    }
    if (this.#depth >= LIMITS.chain.most) {
      this.#cuts++;
      this.#onLimit('chain', path);
      return UNKNOWN;
    }
    this.#underWay.add(key);
    this.#depth++;
    const cuts = this.#cuts;
    try {
      const recorded = this.#recorder.record(compute);
      if (this.#cuts === cuts) cache.set(key, recorded);
      else this.#cutAnswers.set(key, { ...recorded, depth: this.#depth - 1 });
      return recorded.value;
    } finally {
      this.#depth--;
      this.#underWay.delete(key);
      if (this.#depth === 0) this.#cutAnswers.clear();
    }
  }
}
