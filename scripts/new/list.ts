/**
 * Adds an import and an entry to a file that lists things: imports, then an exported array or object literal.
 * Both keep their order by name. Throws when the file has another shape.
 */
export function addToList(text: string, importLine: string, entry: string): string {
  const list = /^(export const .*= [[{])([^]*?)([\]}];)$/m.exec(text);
  if (!list) throw new Error('The file has no list');
  const [whole, before = '', content = '', after = ''] = list;
  const entries = [...splitEntries(content), entry].toSorted(byText);
  const longer = `${before}\n${entries.map((one) => `  ${one},\n`).join('')}${after}`;
  return addImport(text.slice(0, list.index), importLine) + longer + text.slice(list.index + whole.length);
}

/** Before the first import that comes later in the alphabet of paths. */
function addImport(head: string, importLine: string): string {
  const imports = head.split('\n').filter((line) => line.startsWith('import '));
  const later = imports.find((line) => pathOf(line) > pathOf(importLine));
  if (later) return head.replace(later, `${importLine}\n${later}`);
  const last = imports.at(-1);
  return last ? head.replace(last, `${last}\n${importLine}`) : `${importLine}\n\n${head}`;
}

function pathOf(importLine: string): string {
  return /'([^']+)'/.exec(importLine)?.[1] ?? '';
}

/** At commas outside of brackets. */
function splitEntries(content: string): string[] {
  const entries: string[] = [];
  let depth = 0;
  let entry = '';
  for (const character of `${content},`) {
    if ('([{'.includes(character)) depth++;
    if (')]}'.includes(character)) depth--;
    if (character === ',' && depth === 0) {
      if (entry.trim()) entries.push(entry.trim());
      entry = '';
    } else {
      entry += character;
    }
  }
  return entries;
}

function byText(a: string, b: string): number {
  return a < b ? -1 : 1;
}
