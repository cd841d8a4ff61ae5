/**
 * Which words a text holds, small enough to keep for every file: a Bloom filter
 * (https://en.wikipedia.org/wiki/Bloom_filter). A yes may be wrong, about once in two hundred words; a no never is.
 *
 * A word is a run of letters and digits: `DATABASE_URL` is two. Words in strings and comments count.
 */
export class WordFilter {
  readonly #bits: Uint8Array;

  /** `encoded` is what `encodeWords` gave. */
  constructor(encoded: string) {
    this.#bits = Buffer.from(encoded, 'base64');
  }

  /** False when the text surely does not hold all the words of `piece`, in whatever order. */
  mayHold(piece: string): boolean {
    for (const [word] of piece.matchAll(/[a-z0-9\u0080-\uffff]+/gi)) {
      if (!hasBits(this.#bits, hashWord(word))) return false;
    }
    return true;
  }
}

/** O(text), without making strings. */
export function encodeWords(text: string): string {
  const count = collectWords(text);
  const bits = new Uint8Array(Math.max(8, Math.ceil((count * bitsPerWord) / 8)));
  for (let i = 0; i < count; i++) {
    setBits(bits, words[i]!);
    table[slots[i]!] = 0;
  }
  return Buffer.from(bits.buffer).toString('base64');
}

const bitsPerWord = 11;
const probes = 5;

// The distinct words of one text, by their hashes: an open hash table that is used again for every text.
let table = new Uint32Array(1 << 12);
let slots = new Uint32Array(1 << 11);
let words = new Uint32Array(1 << 11);

function collectWords(text: string): number {
  let count = 0;
  const { length } = text;
  for (let i = 0; i < length; i++) {
    let code = text.charCodeAt(i);
    if (!isWordCode(code)) continue;
    let hash = firstHash;
    do {
      hash = Math.imul(hash ^ code, 16_777_619);
      code = ++i < length ? text.charCodeAt(i) : 0;
    } while (isWordCode(code));
    count = addWord(finished(hash), count);
  }
  return count;
}

function isWordCode(code: number): boolean {
  return code >= 128 || isWord[code] === 1;
}

function addWord(hash: number, count: number): number {
  const mask = table.length - 1;
  let slot = hash & mask;
  for (let known = table[slot]!; known !== 0; known = table[slot]!) {
    if (known === hash) return count;
    slot = (slot + 1) & mask;
  }
  table[slot] = hash;
  slots[count] = slot;
  words[count] = hash;
  if (count + 1 === words.length) grow();
  return count + 1;
}

function grow(): void {
  const old = words;
  table = new Uint32Array(table.length * 2);
  slots = new Uint32Array(old.length * 2);
  words = new Uint32Array(old.length * 2);
  let count = 0;
  for (const hash of old) count = addWord(hash, count);
}

function hashWord(word: string): number {
  let hash = firstHash;
  for (let i = 0; i < word.length; i++) hash = Math.imul(hash ^ word.charCodeAt(i), 16_777_619);
  return finished(hash);
}

/** FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv/) with its bits mixed, and never 0. */
const firstHash = 0x811c9dc5 | 0;

function finished(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (mixed ^ (mixed >>> 13)) >>> 0 || 1;
}

function setBits(bits: Uint8Array, hash: number): void {
  const size = bits.length * 8;
  const step = (hash >>> 17) | 1;
  for (let i = 0, at = hash % size; i < probes; i++, at = (at + step) % size) bits[at >> 3]! |= 1 << (at & 7);
}

function hasBits(bits: Uint8Array, hash: number): boolean {
  const size = bits.length * 8;
  const step = (hash >>> 17) | 1;
  for (let i = 0, at = hash % size; i < probes; i++, at = (at + step) % size) {
    if ((bits[at >> 3]! & (1 << (at & 7))) === 0) return false;
  }
  return true;
}

const isWord = new Uint8Array(128);
for (const letter of 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789') isWord[letter.charCodeAt(0)] = 1;
