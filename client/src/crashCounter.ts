/** Decides whether a server that crashed is started again: at most five times within three minutes. */
export class CrashCounter {
  #crashes: number[] = [];

  /** `now` in milliseconds; each call counts as one crash. */
  mayRestart(now: number): boolean {
    this.#crashes = [...this.#crashes.filter((time) => now - time < window), now];
    return this.#crashes.length <= limit;
  }
}

const limit = 5;
const window = 3 * 60 * 1000;
