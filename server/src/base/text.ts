/** A half-open piece of a text, in UTF-16 offsets: the only kind of position used inside the engine. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

export function contains(range: TextRange, offset: number): boolean {
  return range.start <= offset && offset <= range.end;
}

export function encloses(outer: TextRange, inner: TextRange): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}

/** Zero-based line and UTF-16 character, as the Language Server Protocol counts them. */
export interface LineCharacter {
  readonly line: number;
  readonly character: number;
}

/** Turns offsets into lines and back. Lines end with `\n`, `\r\n` or a lone `\r`, as Python and editors agree. */
export class LineIndex {
  readonly #text: string;
  readonly #starts: readonly number[];

  constructor(text: string) {
    this.#text = text;
    this.#starts = lineStarts(text);
  }

  get lineCount(): number {
    return this.#starts.length;
  }

  /** The offset where a zero-based line begins; the end of the text for a line past the last. */
  lineStart(line: number): number {
    return this.#starts[line] ?? this.#text.length;
  }

  position(offset: number): LineCharacter {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low, character: offset - this.#starts[low]! };
  }

  /** The offset of a position; a character past the end of its line is moved to that end. */
  offset(position: LineCharacter): number {
    const start = this.lineStart(position.line);
    const next = this.#starts[position.line + 1] ?? this.#text.length + 1;
    return Math.min(start + position.character, Math.max(start, next - 1), this.#text.length);
  }
}

function lineStarts(text: string): number[] {
  return text.includes('\r') ? startsOfAnyLines(text) : startsOfPlainLines(text);
}

/** Most files: searching for one character is ten times as fast as looking at each. */
function startsOfPlainLines(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

function startsOfAnyLines(text: string): number[] {
  const starts = [0];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 10) starts.push(i + 1);
    else if (code === 13) {
      if (text.charCodeAt(i + 1) === 10) i++;
      starts.push(i + 1);
    }
  }
  return starts;
}
