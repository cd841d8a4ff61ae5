import type { TokenKind } from './tokens.ts';

/** A growing list of tokens as parallel arrays: one byte of kind and two offsets each. */
export class TokenBuffer {
  kinds: Uint8Array;
  starts: Int32Array;
  ends: Int32Array;
  count = 0;

  /** For a text of this length; code has about one token in five characters. */
  constructor(textLength: number) {
    const capacity = 16 + (textLength >> 2);
    this.kinds = new Uint8Array(capacity);
    this.starts = new Int32Array(capacity);
    this.ends = new Int32Array(capacity);
  }

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
