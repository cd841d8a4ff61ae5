import type { Position, Range } from 'vscode-languageserver';
import { LineIndex, type TextRange } from '../base/text.ts';
import { toRange } from './convert.ts';

/** A text or a notebook cell as the editor shows it now: one version, never changed. */
export class OpenDocument {
  readonly uri: string;
  readonly version: number;
  /** The engine's path: of the cell's notebook, since its cells are one module. */
  readonly path: string;
  readonly text: string;
  /** Where the text begins in the module. */
  readonly start: number;
  #lines: LineIndex | null = null;

  constructor(document: { uri: string; version: number; path: string; text: string; start: number }) {
    this.uri = document.uri;
    this.version = document.version;
    this.path = document.path;
    this.text = document.text;
    this.start = document.start;
  }

  /** The engine's offset of a position. Positions outside are moved to the nearest end. */
  offsetAt(position: Position): number {
    return this.start + this.#lineIndex.offset(position);
  }

  /** The range here of a piece of the module; cut off where it leaves this cell. */
  rangeOf(range: TextRange): Range {
    const inside = (offset: number) => Math.min(Math.max(offset - this.start, 0), this.text.length);
    return toRange({ start: inside(range.start), end: inside(range.end) }, this.#lineIndex);
  }

  /** The whole of it, in the module's offsets. */
  get range(): TextRange {
    return { start: this.start, end: this.start + this.text.length };
  }

  get #lineIndex(): LineIndex {
    this.#lines ??= new LineIndex(this.text);
    return this.#lines;
  }
}
