import { isWordCharacter } from './syntax/characters.ts';

/**
 * The headers of the classes of a text, read without parsing it. May find a class in a docstring, never misses one that
 * Python sees.
 */
export interface ScannedClass {
  readonly name: string;
  readonly isDecorated: boolean;
  /** Dotted names, without their subscripts; those inside of a call too, since `with_metaclass(M, A)` is an A. */
  readonly bases: readonly string[];
  /** A base that is no plain name: a call, `*bases`, or one that could not be read. */
  readonly hasOther: boolean;
}

/** One line for each class: the same text as long as the headers are the same. O(text), at the speed of a search. */
export function scanClasses(text: string): string {
  let found = '';
  for (let at = text.indexOf('class'); at !== -1; at = text.indexOf('class', at + 5)) {
    const next = text.charCodeAt(at + 5);
    if (next !== 32 && next !== 9 && next !== 92 && next !== 12) continue;
    const lineStart = text.lastIndexOf('\n', at) + 1;
    if (!beginsStatement(text, lineStart, at)) continue;
    nameAfter.lastIndex = at + 5;
    const name = nameAfter.exec(text)?.[1];
    if (name === undefined) continue;
    found += `${isDecorated(text, lineStart) ? '@' : ''}${name}${readBases(text, nameAfter.lastIndex)}\n`;
  }
  return found;
}

export function decodeClasses(encoded: string): ScannedClass[] {
  if (encoded === '') return [];
  return encoded
    .slice(0, -1)
    .split('\n')
    .map((line) => {
      const isDecorated = line.startsWith('@');
      const [name, ...bases] = line.slice(isDecorated ? 1 : 0).split(' ');
      return { name: name!, isDecorated, bases: bases.filter((base) => base !== '?'), hasOther: bases.includes('?') };
    });
}

/**
 * Names of classes and imports that the text also assigns to, as in `Base = declarative_base(cls=Base)`: what they are
 * there, no header tells. O(text), a glance at the beginning of each line.
 */
export function scanRebound(text: string, isKnown: (name: string) => boolean): string {
  const found = new Set<string>();
  for (let line = 0; line !== -1; line = nextLine(text, line)) {
    const start = skipSpaces(text, line);
    let end = start;
    while (isWordCharacter(text.charCodeAt(end))) end++;
    if (end === start) continue;
    const after = skipSpaces(text, end);
    const sign = text.charCodeAt(after);
    // `name =` but not `name ==`, and `name: Type =`.
    if (sign !== 58 && (sign !== 61 || text.charCodeAt(after + 1) === 61)) continue;
    const name = text.slice(start, end);
    if (isKnown(name)) found.add(name);
  }
  return [...found].join(' ');
}

function nextLine(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end === -1 || end + 1 === text.length ? -1 : end + 1;
}

function skipSpaces(text: string, start: number): number {
  let at = start;
  while (isBlank(text.charCodeAt(at))) at++;
  return at;
}

const nameAfter = /[ \t\f\\\r\n]+([\p{L}_][\p{L}\p{N}_]*)[ \t\f]*/uy;
const dottedName = /[\p{L}_][\p{L}\p{N}_]*(?:[ \t]*\.[ \t]*[\p{L}_][\p{L}\p{N}_]*)*/uy;

/** `if x: class A: pass` is a class too. */
function beginsStatement(text: string, lineStart: number, at: number): boolean {
  let before = at - 1;
  while (before >= lineStart && isBlank(text.charCodeAt(before))) before--;
  return before < lineStart || text[before] === ':' || text[before] === ';' || text[before] === '\uFEFF';
}

/** The line above, comments and empty lines left out, begins like a decorator or ends as a long one may. */
function isDecorated(text: string, lineStart: number): boolean {
  let end = lineStart - 1;
  for (let i = 0; end > 0 && i < 20; i++) {
    const start = text.lastIndexOf('\n', end - 1) + 1;
    const line = text.slice(start, end).trim();
    if (line !== '' && !line.startsWith('#')) return line.startsWith('@') || line.replace(/\s*#.*$/, '').endsWith(')');
    end = start - 1;
  }
  return false;
}

/** ` A b.C ?`; nothing for a class without bases. */
function readBases(text: string, start: number): string {
  const afterTypes = text[start] === '[' ? skipBrackets(text, start) : start;
  if (afterTypes === null) return ' ?';
  let at = skipBlanks(text, afterTypes);
  if (text[at] !== '(') return '';
  const end = skipBrackets(text, at);
  if (end === null) return ' ?';
  let bases = '';
  for (at = skipBlanks(text, at + 1); at < end - 1; at = skipBlanks(text, at)) {
    const next = skipArgument(text, at, end - 1);
    bases += readBase(text, at, next);
    at = next + 1;
  }
  return bases;
}

function readBase(text: string, start: number, end: number): string {
  dottedName.lastIndex = start;
  const name = dottedName.exec(text)?.[0].replaceAll(/[ \t]/g, '');
  const after = name === undefined ? start : skipBlanks(text, dottedName.lastIndex);
  if (name !== undefined && (after >= end || text[after] === '[')) return ` ${name}`;
  if (name !== undefined && text[after] === '=' && text[after + 1] !== '=') return '';
  let all = ' ?';
  for (const [inner] of text.slice(start, end).matchAll(/[\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}_][\p{L}\p{N}_]*)*/gu))
    all += ` ${inner}`;
  return all;
}

/** The comma after an argument, or the end of the list. */
function skipArgument(text: string, start: number, end: number): number {
  let at = start;
  while (at < end && text[at] !== ',') at = skipToken(text, at) ?? end;
  return Math.min(at, end);
}

/** The end of a pair of brackets; null when it is not closed, or far too long. */
function skipBrackets(text: string, start: number): number | null {
  const limit = Math.min(text.length, start + longest);
  let at = start + 1;
  while (at < limit) {
    if (isCloser(text[at]!)) return at + 1;
    const next = skipToken(text, at);
    if (next === null) return null;
    at = next;
  }
  return null;
}

/** Behind a string, a comment, a pair of brackets or one other character. */
function skipToken(text: string, at: number): number | null {
  switch (text[at]) {
    case '(':
    case '[':
    case '{':
      return depth >= deepest ? null : inside(() => skipBrackets(text, at));
    case '"':
    case "'":
      return skipString(text, at);
    case '#': {
      const end = text.indexOf('\n', at);
      return end === -1 ? null : end;
    }
    default:
      return at + 1;
  }
}

let depth = 0;

function inside(skip: () => number | null): number | null {
  depth++;
  const end = skip();
  depth--;
  return end;
}

function skipString(text: string, start: number): number | null {
  const quote = text[start]!;
  const isTriple = text.startsWith(quote.repeat(3), start);
  const close = isTriple ? quote.repeat(3) : quote;
  for (let at = start + close.length; at < text.length && at < start + longest; at++) {
    if (text[at] === '\\') at++;
    else if (text.startsWith(close, at)) return at + close.length;
    else if (!isTriple && text[at] === '\n') return null;
  }
  return null;
}

/** Blanks, line ends, joined lines and comments. */
function skipBlanks(text: string, start: number): number {
  let at = start;
  for (;;) {
    const code = text.charCodeAt(at);
    if (isBlank(code) || code === 10 || code === 13 || code === 92) {
      at++;
    } else if (code === 35) {
      const end = text.indexOf('\n', at);
      at = end === -1 ? text.length : end;
    } else {
      return at;
    }
  }
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9 || code === 12;
}

function isCloser(character: string): boolean {
  return character === ')' || character === ']' || character === '}';
}

/** Characters of a header; longer ones are no honest code and count as unreadable. */
const longest = 20_000;
const deepest = 50;
