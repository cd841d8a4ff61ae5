/** What string literals stand for: prefixes, quotes and escapes, decoded as CPython does. */

export interface StringLiteral {
  readonly type: 'str' | 'bytes';
  /** Of bytes, one character a byte. `\N{…}` stays as it is written, for want of a table of all names. */
  readonly value: string;
  /** What is wrong with an escape, or null. */
  readonly problem: string | null;
}

/** Decodes a literal with its prefix and quotes; the closing ones may be missing in half-typed code. */
export function decodeString(source: string): StringLiteral {
  let quoteOffset = 0;
  while (source[quoteOffset] !== '"' && source[quoteOffset] !== "'") quoteOffset++;
  const prefix = quoteOffset === 0 ? '' : source.slice(0, quoteOffset).toLowerCase();
  const quotes = source.startsWith(source[quoteOffset]!.repeat(3), quoteOffset) ? 3 : 1;
  const contentStart = quoteOffset + quotes;
  const isClosed = source.length >= contentStart + quotes && source.endsWith(source.slice(quoteOffset, contentStart));
  const content = withLineFeeds(source.slice(contentStart, isClosed ? source.length - quotes : source.length));

  const type = prefix.includes('b') ? 'bytes' : 'str';
  const isNonAscii = type === 'bytes' && NON_ASCII.test(content);
  const { value, problem } = prefix.includes('r') ? verbatim(content) : decodeEscapes(content, type);
  return { type, value, problem: isNonAscii ? 'Bytes can only hold ASCII characters' : problem };
}

/** Decodes text between the fields of an f-string, where braces are doubled. */
export function decodeFStringText(source: string, isRaw: boolean): StringLiteral {
  const content = withLineFeeds(source).replace(/\{\{|\}\}/g, (braces) => braces[0]!);
  const { value, problem } = isRaw ? verbatim(content) : decodeEscapes(content, 'str');
  return { type: 'str', value, problem };
}

interface Decoded {
  readonly value: string;
  readonly problem: string | null;
}

const NON_ASCII = /[^\x00-\x7f]/;

function verbatim(value: string): Decoded {
  return { value, problem: null };
}

/** Line breaks in literals are `\n`, however the file writes them. */
function withLineFeeds(source: string): string {
  return source.includes('\r') ? source.replace(/\r\n?/g, '\n') : source;
}

const ESCAPE = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{1,3})|(N\{[^{}]+\}|[^]))/g;

const SIMPLE_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\n', ''],
  ['\\', '\\'],
  ["'", "'"],
  ['"', '"'],
  ['a', '\x07'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
]);

function decodeEscapes(content: string, type: 'str' | 'bytes'): Decoded {
  if (!content.includes('\\')) return verbatim(content);
  let problem: string | null = null;
  const decode = (
    escape: string,
    byte: string | undefined,
    short: string | undefined,
    long: string | undefined,
    octal: string | undefined,
    character: string | undefined,
  ): string => {
    if (byte !== undefined) return String.fromCharCode(parseInt(byte, 16));
    if (octal !== undefined) return String.fromCharCode(parseInt(octal, 8) & (type === 'bytes' ? 0xff : 0x1ff));
    if (type === 'str') {
      const point = parseInt(short ?? long ?? '', 16);
      if (point <= 0x10ffff) return String.fromCodePoint(point);
      if (long !== undefined || 'xuU'.includes(character!)) problem ??= `'${escape}' is no complete escape`;
      if (character === 'N') problem ??= `'\\N' needs the name of a character in braces`;
    } else if (character === 'x') {
      problem ??= `'\\x' needs two hexadecimal digits`;
    }
    return character === undefined ? escape : (SIMPLE_ESCAPES.get(character) ?? escape);
  };
  return { value: content.replace(ESCAPE, decode), problem };
}
