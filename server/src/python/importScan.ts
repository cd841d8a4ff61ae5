import {
  CODE_BACKSLASH,
  CODE_CARRIAGE_RETURN,
  CODE_DOT,
  CODE_FORM_FEED,
  CODE_HASH,
  CODE_LINE_FEED,
  CODE_SPACE,
  CODE_TAB,
  isWordCharacter,
} from './syntax/characters.ts';

/**
 * The imports of a text, read without parsing it: fast enough for files that are never parsed. May find an import in a
 * docstring (then a file is parsed in vain), never misses one written as a statement of its own.
 */
export interface ScannedImport {
  readonly level: number;
  readonly module: string;
  /** Imported names of `from m import a, b`; null for `import m`. */
  readonly names: readonly ImportedName[] | null;
  /** `c` of `import m as c`. */
  readonly asName: string | null;
}

export interface ImportedName {
  readonly name: string;
  /** What it is called here. */
  readonly as: string;
}

/** One line for each import: the same text as long as they are the same. O(text), at the speed of a substring search. */
export function scanImports(text: string): string {
  let found = '';
  for (let at = text.indexOf('import'); at !== -1; at = text.indexOf('import', at + 6)) {
    if (isWordCharacter(text.charCodeAt(at - 1)) || isWordCharacter(text.charCodeAt(at + 6))) continue;
    const head = plainHead(text, at) ?? anyHead(text, at);
    if (head === null) continue;
    if (head !== '') found += `${head} ${names(text, at + 6, ',')}\n`;
    else found += names(text, at + 6, '\n0 ', '0 ', ' :', '\n');
  }
  return found;
}

export function decodeImports(encoded: string): ScannedImport[] {
  if (encoded === '') return [];
  return encoded
    .slice(0, -1)
    .split('\n')
    .map((line) => {
      const [level, module, list] = line.split(' ');
      const asName = list?.startsWith(':') ? list.slice(1) : null;
      const isFrom = list !== undefined && asName === null;
      return { level: Number(level), module: module!, names: isFrom ? decodeNames(list) : null, asName };
    });
}

function decodeNames(list: string): readonly ImportedName[] {
  if (list === '') return [];
  return list.split(',').map((part) => {
    const [name, as] = part.split(':');
    return { name: name!, as: as ?? name! };
  });
}

/** What stands before the word in nearly all imports: nothing, or `from` as `1 module`. Null for anything else. */
function plainHead(text: string, at: number): string | null {
  const line = text.lastIndexOf('\n', at) + 1;
  const last = text.charCodeAt(line - 2);
  if (last === CODE_BACKSLASH || (last === CODE_CARRIAGE_RETURN && text.charCodeAt(line - 3) === CODE_BACKSLASH))
    return null;
  const start = skipBlanks(text, line);
  if (start === at) return '';
  if (!text.startsWith('from', start)) return null;
  const dots = skipBlanks(text, start + 4);
  let module = dots;
  while (text.charCodeAt(module) === CODE_DOT) module++;
  if (dots === start + 4 && module === dots) return null;
  let end = module;
  while (isWordCharacter(text.charCodeAt(end)) || text.charCodeAt(end) === CODE_DOT) end++;
  if (end === dots || skipBlanks(text, end) !== at) return null;
  return `${module - dots} ${text.slice(module, end)}`;
}

/** The same for statements that share a line, `try: import a`, or that a backslash continues. */
function anyHead(text: string, at: number): string | null {
  const lineStart = statementLine(text, at);
  if (at - lineStart > 500) return null;
  const before = text.slice(lineStart, at).replaceAll('\\', ' ');
  // `if TYPE_CHECKING: from a import b`, `import a; import b`
  const statement = before.slice(Math.max(before.lastIndexOf(':'), before.lastIndexOf(';')) + 1).trim();
  if (statement === '') return '';
  const from = /^from(?:\s+|(?=\.))(\.*)\s*([\p{L}\p{N}_.]*)$/u.exec(statement);
  return from ? `${from[1]!.length} ${from[2]!}` : null;
}

/**
 * `a, b as c`, or the same in parentheses over several lines, as `a` and `b:c` with `separator` between; `before` and
 * `after` all of them, if there are any.
 */
function names(text: string, start: number, separator: string, before = '', as = ':', after = ''): string {
  let at = skipBlanks(text, start);
  const inParentheses = text.charCodeAt(at) === open;
  if (inParentheses) at++;
  let found = '';
  for (;;) {
    at = skip(text, at, inParentheses);
    const end = nameEnd(text, at);
    if (end === at) break;
    found += (found === '' ? before : separator) + text.slice(at, end);
    at = skip(text, end, inParentheses);
    if (text.startsWith('as', at) && !isWordCharacter(text.charCodeAt(at + 2))) {
      const alias = skip(text, at + 2, inParentheses);
      at = nameEnd(text, alias);
      if (at > alias) found += as + text.slice(alias, at);
      at = skip(text, at, inParentheses);
    }
    if (text.charCodeAt(at) !== comma) break;
    at++;
  }
  return found === '' ? '' : found + after;
}

function nameEnd(text: string, start: number): number {
  if (text.charCodeAt(start) === star) return start + 1;
  let end = start;
  while (isWordCharacter(text.charCodeAt(end)) || text.charCodeAt(end) === CODE_DOT) end++;
  return end;
}

/** Behind blanks and joined lines; in parentheses also behind line ends and comments. */
function skip(text: string, start: number, inParentheses: boolean): number {
  let at = start;
  for (;;) {
    at = skipBlanks(text, at);
    const code = text.charCodeAt(at);
    if (code === CODE_BACKSLASH) {
      const next = text.charCodeAt(at + 1) === CODE_CARRIAGE_RETURN ? at + 2 : at + 1;
      if (text.charCodeAt(next) !== CODE_LINE_FEED) return at;
      at = next + 1;
    } else if (inParentheses && (code === CODE_LINE_FEED || code === CODE_CARRIAGE_RETURN)) {
      at++;
    } else if (inParentheses && code === CODE_HASH) {
      const end = text.indexOf('\n', at);
      at = end === -1 ? text.length : end;
    } else {
      return at;
    }
  }
}

function skipBlanks(text: string, start: number): number {
  let at = start;
  for (
    let code = text.charCodeAt(at);
    code === CODE_SPACE || code === CODE_TAB || code === CODE_FORM_FEED;
    code = text.charCodeAt(at)
  )
    at++;
  return at;
}

/** Start of the line, or of the first of several lines joined by backslashes. */
function statementLine(text: string, at: number): number {
  let start = text.lastIndexOf('\n', at) + 1;
  while (start > 1 && /\\\r?\n$/.test(text.slice(Math.max(0, start - 3), start)))
    start = text.lastIndexOf('\n', start - 2) + 1;
  return start;
}

const open = 40;
const star = 42;
const comma = 44;
