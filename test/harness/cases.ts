/**
 * Reads cases from Markdown: a heading with fenced blocks is a case. Prose is welcome and means nothing here.
 *
 * - `` `app/models.py`: `` on the line before a fence makes it a file of the project; files under a heading hold for the
 *   headings below it, too.
 * - a `python` fence without a name is the file that the case is about (`main.py`).
 * - `$0` once is the cursor, twice a selection; both are taken out of the text.
 * - `# ^^^ words` names the characters above the carets; `#^^^` counts the `#` as the first caret.
 * - all other fences are what is expected, by their first word: `sql postgresql`, `fix Load posts with the query`.
 *   What a rule claims of a library (`raises`, `warns`, `prints`) is proven by `test/native/rules.test.ts`.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect } from 'vitest';
import type { TextRange } from '../../server/src/base/text.ts';

export interface CaseFile {
  readonly path: string;
  /** The first heading. */
  readonly title: string;
  readonly cases: readonly Case[];
}

export interface Case {
  readonly path: string;
  /** Headings from the second level down: `Flagged › relationship read in a loop`; the title when there is none. */
  readonly name: string;
  /** One-based line of its heading. */
  readonly line: number;
  /** Files by path with `$0` taken out, `main.py` among them when there is one. */
  readonly files: Readonly<Record<string, string>>;
  /** The nameless Python fence, markers taken out. */
  readonly main: MarkedText | null;
  /** Expected blocks in text order. */
  readonly blocks: readonly Block[];
}

export interface Block {
  /** First word after the backticks. */
  readonly kind: string;
  /** The other words: `postgresql`, or the title of a fix. */
  readonly info: string;
  readonly text: string;
  /** Where the content stands in the Markdown file, for rewriting. */
  readonly range: TextRange;
}

export interface MarkedText {
  readonly text: string;
  readonly cursor: number | null;
  readonly selection: TextRange | null;
  readonly carets: readonly Caret[];
}

/** Characters that a line of carets points at. */
export interface Caret {
  readonly range: TextRange;
  readonly words: string;
}

/** All case files below a folder, in path order. */
export function caseFiles(folder: string): readonly CaseFile[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .toSorted()
    .map((name) => readCases(join(folder, name)));
}

export function readCases(path: string): CaseFile {
  return parseCases(readFileSync(path, 'utf8'), relative(process.cwd(), path));
}

export function parseCases(text: string, path: string): CaseFile {
  const sections = readSections(text);
  const cases = sections.flatMap((section, i) => {
    const isCase = section.fences.some((fence) => fence.file === null);
    return isCase ? caseOf(path, ancestorsOf(sections, i), section) : [];
  });
  return { path, title: sections.find((section) => section.level === 1)?.heading ?? path, cases };
}

/** Takes `$0` out of a text and reads its lines of carets. */
export function readMarks(marked: string): MarkedText {
  const parts = marked.split('$0');
  const text = parts.join('');
  const first = parts[0]!.length;
  return {
    text,
    cursor: parts.length === 2 ? first : null,
    selection: parts.length === 3 ? { start: first, end: first + parts[1]!.length } : null,
    carets: readCarets(text),
  };
}

/**
 * Compares what a block expects with what was found. With `UPDATE_CASES=1` the block is rewritten instead: read the diff
 * before you commit it.
 */
export function checkBlock(of: Case, block: Block, actual: string): void {
  const found = actual.endsWith('\n') || actual === '' ? actual : `${actual}\n`;
  if (process.env['UPDATE_CASES'] === '1' && found !== block.text) {
    rewrites.set(of.path, [...(rewrites.get(of.path) ?? []), { range: block.range, text: found }]);
    return;
  }
  expect(found, `${of.path}:${of.line} ${of.name}`).toBe(block.text);
}

/** Writes what `checkBlock` collected; call it in `afterAll`. */
export function writeUpdates(): void {
  for (const [path, edits] of rewrites) {
    let text = readFileSync(path, 'utf8');
    for (const edit of edits.toSorted((a, b) => b.range.start - a.range.start)) {
      text = text.slice(0, edit.range.start) + edit.text + text.slice(edit.range.end);
    }
    writeFileSync(path, text);
  }
  rewrites.clear();
}

const rewrites = new Map<string, { readonly range: TextRange; readonly text: string }[]>();

// ---------------------------------------------------------------- Markdown

interface Section {
  readonly level: number;
  readonly heading: string;
  readonly line: number;
  readonly fences: Fence[];
}

interface Fence extends Block {
  readonly file: string | null;
}

function readSections(text: string): readonly Section[] {
  const sections: Section[] = [{ level: 0, heading: '', line: 1, fences: [] }];
  const lines = text.split('\n');
  let offset = 0;
  let file: string | null = null;
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!;
    const heading = /^(#{1,6})\s+(.*)$/.exec(line);
    const open = /^(`{3,})\s*(\S*)\s*(.*)$/.exec(line);
    const name = /^`([^`]+)`:\s*$/.exec(line);
    if (open) {
      const start = offset + line.length + 1;
      let end = start;
      // A block that is never closed ends with the file.
      for (i++; i < lines.length && !lines[i]!.startsWith(open[1]!); i++) end += lines[i]!.length + 1;
      sections.at(-1)!.fences.push({
        kind: open[2]!,
        info: open[3]!.trim(),
        text: text.slice(start, end),
        range: { start, end },
        file,
      });
      file = null;
      offset = end + (lines[i]?.length ?? 0) + 1;
      continue;
    }
    if (heading) sections.push({ level: heading[1]!.length, heading: heading[2]!.trim(), line: i + 1, fences: [] });
    if (name) file = name[1]!;
    else if (line.trim() !== '') file = null;
    offset += line.length + 1;
  }
  return sections;
}

/** The headings above a section, the outermost first. */
function ancestorsOf(sections: readonly Section[], index: number): readonly Section[] {
  const found: Section[] = [];
  let level = sections[index]!.level;
  for (let i = index - 1; i >= 0; i--) {
    const section = sections[i]!;
    if (section.level >= level) continue;
    found.unshift(section);
    level = section.level;
  }
  return found;
}

function caseOf(path: string, ancestors: readonly Section[], section: Section): Case {
  const files: Record<string, string> = {};
  for (const each of [...ancestors, section]) {
    for (const fence of each.fences) if (fence.file !== null) files[fence.file] = readMarks(fence.text).text;
  }
  const source = section.fences.find((fence) => fence.file === null && fence.kind === 'python');
  const main = source ? readMarks(source.text) : null;
  if (main) files['main.py'] = main.text;
  const names = [...ancestors, section].filter((each) => each.level > 1).map((each) => each.heading);
  return {
    path,
    files,
    main,
    line: section.line,
    name: names.join(' › ') || section.heading,
    blocks: section.fences.filter((fence) => fence.file === null && fence !== source),
  };
}

// ---------------------------------------------------------------- carets

function readCarets(text: string): readonly Caret[] {
  const found: Caret[] = [];
  let offset = 0;
  let above = { start: 0, text: '' };
  for (const line of text.split('\n')) {
    const caret = /^(\s*)#(\s*)(\^+)(?:\s+(.*))?$/.exec(line);
    if (caret) {
      const touches = caret[2] === '';
      const column = caret[1]!.length + (touches ? 0 : 1 + caret[2]!.length);
      const length = caret[3]!.length + (touches ? 1 : 0);
      found.push({
        range: { start: above.start + column, end: above.start + column + length },
        words: caret[4]?.trim() ?? '',
      });
    } else above = { start: offset, text: line };
    offset += line.length + 1;
  }
  return found;
}
