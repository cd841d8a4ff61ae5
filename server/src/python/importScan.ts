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
    const lineStart = statementLine(text, at);
    if (at - lineStart > 500) continue;
    const before = text.slice(lineStart, at).replaceAll('\\', ' ');
    // `try: import a`, `if TYPE_CHECKING: from a import b`, `import a; import b`
    const statement = before.slice(Math.max(before.lastIndexOf(':'), before.lastIndexOf(';')) + 1).trim();
    if (statement === '') {
      for (const name of names(text, at + 6)) {
        const [module, as] = name.split(':');
        found += `0 ${module}${as === undefined ? '' : ` :${as}`}\n`;
      }
      continue;
    }
    const from = /^from(?:\s+|(?=\.))(\.*)\s*([\p{L}\p{N}_.]*)$/u.exec(statement);
    if (from) found += `${from[1]!.length} ${from[2]!} ${names(text, at + 6).join()}\n`;
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

/** `a, b as c`, or the same in parentheses over several lines, as `a` and `b:c`. */
function names(text: string, start: number): string[] {
  let end = start;
  while (text[end] === ' ' || text[end] === '\t') end++;
  let list: string;
  if (text[end] === '(') {
    const close = text.indexOf(')', end);
    list = text
      .slice(end + 1, close === -1 || close - end > 20_000 ? Math.min(text.length, end + 2000) : close)
      .replaceAll(/#.*/g, '');
  } else {
    const line = /^(?:[^\n\\;#]|\\\r?\n)*/.exec(text.slice(end, end + 2000))!;
    list = line[0].replaceAll('\\', ' ');
  }
  return list
    .split(',')
    .map((part) => nameWithAlias.exec(part.trim()))
    .flatMap((match) => (match ? (match[2] === undefined ? match[1]! : `${match[1]}:${match[2]}`) : []));
}

const nameWithAlias = /^([\p{L}\p{N}_.]+|\*)(?:\s+as\s+([\p{L}\p{N}_]+))?/u;

/** Start of the line, or of the first of several lines joined by backslashes. */
function statementLine(text: string, at: number): number {
  let start = text.lastIndexOf('\n', at) + 1;
  while (start > 1 && /\\\r?\n$/.test(text.slice(Math.max(0, start - 3), start)))
    start = text.lastIndexOf('\n', start - 2) + 1;
  return start;
}

function isWordCharacter(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || code === 95 || (code >= 97 && code <= 122);
}
