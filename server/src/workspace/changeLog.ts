/** The last few thousand changed paths, so that a new program looks only at what changed since the last one. */
export class ChangeLog {
  #first = 0;
  #paths: string[] = [];

  get sequence(): number {
    return this.#first + this.#paths.length;
  }

  add(path: string): void {
    this.#paths.push(path);
    if (this.#paths.length > 8192) {
      this.#first += 4096;
      this.#paths = this.#paths.slice(4096);
    }
  }

  /** After this, nothing is known of what came before. */
  clear(): void {
    this.#first += this.#paths.length + 1;
    this.#paths = [];
  }

  between(from: number, to: number): readonly string[] | null {
    if (from < this.#first || to < this.#first || from > to) return null;
    return [...new Set(this.#paths.slice(from - this.#first, to - this.#first))];
  }
}
