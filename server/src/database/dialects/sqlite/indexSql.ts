/**
 * The columns and expressions of a `CREATE INDEX` statement as it writes them, for SQLite has no other way to tell the
 * expression that an index is on. Null when the text is not understood.
 */
export function indexedExpressions(sql: string): string[] | null {
  const tokens = [...sql.matchAll(token)];
  const on = tokens.findIndex(([text]) => text.toUpperCase() === 'ON');
  const open = tokens.findIndex(([text], index) => on !== -1 && index > on && text === '(');
  if (open === -1) return null;
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (const { 0: text, index } of tokens.slice(open)) {
    if (text === '(') {
      depth += 1;
      if (depth === 1) start = index + 1;
    } else if ((text === ')' && depth === 1) || (text === ',' && depth === 1)) {
      parts.push(withoutOrder(sql.slice(start, index)));
      start = index + 1;
      if (text === ')') return parts;
    } else if (text === ')') depth -= 1;
  }
  return null;
}

/** Quoted names and strings, comments, words, and single characters. */
const token = /'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|--[^\n]*|\/\*[^]*?\*\/|\w+|\S/g;

function withoutOrder(part: string): string {
  return part
    .replaceAll(token, (text) => (/^(?:--|\/\*)/.test(text) ? '' : text))
    .trim()
    .replace(/\s+(?:ASC|DESC)$/i, '')
    .replace(/\s+COLLATE\s+\S+$/i, '');
}
