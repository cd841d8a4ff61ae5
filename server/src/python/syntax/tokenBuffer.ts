import type { TokenKind } from './tokens.ts';

const INITIAL_CAPACITY = 1 << 12;

/** A growing list of tokens as parallel arrays: one byte of kind and two offsets each. */
export class TokenBuffer {
  kinds = new Uint8Array(INITIAL_CAPACITY);
  starts = new Int32Array(INITIAL_CAPACITY);
  ends = new Int32Array(INITIAL_CAPACITY);
  count = 0;

  push(kind: TokenKind, start: number, end: number): void {
    const index = this.count;
    if (index === this.kinds.length) this.grow();
    this.kinds[index] = kind;
    this.starts[index] = start;
    this.ends[index] = end;
    this.count = index + 1;
  }

  /** The end of the last token, where the layout tokens and the closers we make up are put. */
  lastEnd(): number {
    return this.count === 0 ? 0 : this.ends[this.count - 1]!;
  }

  private grow(): void {
    const capacity = this.kinds.length * 2;
    const kinds = new Uint8Array(capacity);
    kinds.set(this.kinds);
    this.kinds = kinds;
    const starts = new Int32Array(capacity);
    starts.set(this.starts);
    this.starts = starts;
    const ends = new Int32Array(capacity);
    ends.set(this.ends);
    this.ends = ends;
  }
}
