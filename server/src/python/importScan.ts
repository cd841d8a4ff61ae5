/**
 * The imports of a text, read without parsing it: fast enough for files that are never parsed. May find an import in a
 * docstring (then a file is parsed in vain), never misses one written as a statement of its own.
 */
export interface ImportScan {
  readonly imports: readonly ScannedImport[];
  /** The same text as long as the imports are the same. */
  readonly key: string;
}

export interface ScannedImport {
  readonly level: number;
  readonly module: string;
  /** Imported names of `from m import a, b`; null for `import m`. */
  readonly names: readonly string[] | null;
}

/** O(text), at the speed of a substring search where there are no imports. */
export function scanImports(text: string): ImportScan {
  const imports: ScannedImport[] = [];
  for (let at = text.indexOf('import'); at !== -1; at = text.indexOf('import', at + 6)) {
    if (isWordCharacter(text.charCodeAt(at - 1)) || isWordCharacter(text.charCodeAt(at + 6))) continue;
    const lineStart = statementLine(text, at);
    if (at - lineStart > 500) continue;
    const before = text.slice(lineStart, at).replaceAll('\\', ' ');
    // `try: import a`, `if TYPE_CHECKING: from a import b`, `import a; import b`
    const statement = before.slice(Math.max(before.lastIndexOf(':'), before.lastIndexOf(';')) + 1).trim();
    if (statement === '') {
      for (const name of names(text, at + 6)) imports.push({ level: 0, module: name, names: null });
      continue;
    }
    const from = /^from(?:\s+|(?=\.))(\.*)\s*([\p{L}\p{N}_.]*)$/u.exec(statement);
    if (from) imports.push({ level: from[1]!.length, module: from[2]!, names: names(text, at + 6) });
  }
  return { imports, key: imports.map((item) => `${item.level} ${item.module} ${item.names?.join() ?? ''}`).join('\n') };
}

/** `a, b as c`, or the same in parentheses over several lines. */
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
    .map((part) => part.trim().split(/\s/, 1)[0]!)
    .filter((name) => name !== '');
}

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
