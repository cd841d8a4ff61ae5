import { TextDecoder } from 'node:util';

/** The text of a source file, or why it has none, in words for a user. */
export type Decoded = { readonly text: string } | { readonly reason: string };

/**
 * Decodes Python source as Python does: UTF-8 with or without BOM, or the encoding named in one of the first two lines
 * (https://peps.python.org/pep-0263/). The BOM is taken off, so offsets agree with an editor's.
 */
export function decodePython(bytes: Uint8Array): Decoded {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    return { reason: 'it is UTF-16, which Python does not read' };
  }
  if (bytes.includes(0)) return { reason: 'it is a binary file' };
  const named = encodingLine(bytes);
  // Behind a BOM, Python takes no other spelling: not even `utf8`.
  if (named && hasBom(bytes) && !/^utf[-_]8(?![^-_])/.test(named)) {
    return { reason: `it begins as UTF-8 but names the encoding ${named}` };
  }
  if (named && !isUtf8(named)) {
    if (isLatin1(named)) return { text: latin1(bytes) };
    if (isAscii(named)) {
      return bytes.some((byte) => byte > 127) ? { reason: `it is not valid ${named}` } : { text: latin1(bytes) };
    }
    if (/^utf[-_]?(16|32)/.test(named)) return { reason: `it is not valid ${named}` };
    const decoder = decoderFor(named);
    if (!decoder) return { reason: `its encoding ${named} is not known` };
    return decodeWith(decoder, bytes, `it is not valid ${named}`);
  }
  const reason = named ? `it is not valid ${named}` : 'it is not UTF-8 and names no other encoding';
  return decodeWith(new TextDecoder('utf-8', { fatal: true }), bytes, reason);
}

/** Text of a project file that is no Python: UTF-8, read leniently; `undefined` for a binary one. */
export function decodeOther(bytes: Uint8Array): string | undefined {
  if (bytes.includes(0)) return undefined;
  return new TextDecoder('utf-8').decode(bytes);
}

const codingLine = /^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)/;

function encodingLine(bytes: Uint8Array): string | undefined {
  let start = hasBom(bytes) ? 3 : 0;
  for (let line = 0; line < 2; line++) {
    let end = start;
    while (end < bytes.length && bytes[end] !== 10 && bytes[end] !== 13) end++;
    const text = latin1(bytes.subarray(start, Math.min(end, start + 500)));
    const match = codingLine.exec(text);
    if (match) return match[1]!.toLowerCase();
    // A first line of code hides a coding comment on the second.
    if (!/^[ \t\f]*(#.*)?$/.test(text)) return undefined;
    start = bytes[end] === 13 && bytes[end + 1] === 10 ? end + 2 : end + 1;
  }
  return undefined;
}

function hasBom(bytes: Uint8Array): boolean {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

function isUtf8(encoding: string): boolean {
  return /^utf[-_]?8/.test(encoding);
}

/** WHATWG's `latin1` is windows-1252; Python's maps every byte to the character of its number. */
function isLatin1(encoding: string): boolean {
  return /^(latin[-_]?1|iso[-_]?8859[-_]1|l1)$/.test(encoding);
}

function isAscii(encoding: string): boolean {
  return /^(us[-_])?ascii$/.test(encoding);
}

function decoderFor(encoding: string): TextDecoder | undefined {
  const names = [
    encoding,
    encoding.replaceAll('_', '-'),
    encoding.replace(/^cp(?=125\d$)/, 'windows-').replace(/^cp/, 'ibm'),
  ];
  for (const name of names) {
    try {
      return new TextDecoder(name, { fatal: true });
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
  }
  return undefined;
}

function decodeWith(decoder: TextDecoder, bytes: Uint8Array, reason: string): Decoded {
  try {
    return { text: decoder.decode(bytes) };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return { reason };
  }
}
