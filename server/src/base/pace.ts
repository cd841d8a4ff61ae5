/** Long work in small steps: lets messages and timers through whenever it has run for a while. */
export class Pace {
  #since = performance.now();

  /** Cheap unless it is time for a pause. */
  async pause(): Promise<void> {
    if (performance.now() - this.#since < longestStep) return;
    await new Promise((resolve) => setImmediate(resolve));
    this.#since = performance.now();
  }
}

/** Milliseconds. */
const longestStep = 10;
