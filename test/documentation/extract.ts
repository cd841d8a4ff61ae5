/** Finds the Python in a page of documentation: reStructuredText, or a module whose docstrings are written in it. */
import { parseModule } from '../../server/src/python/syntax/parser.ts';

export interface Example {
  readonly code: string;
  /** `session`: typed at the prompt. `block`: a listing. */
  readonly from: 'session' | 'block';
}

/** All examples of a page that are Python, in the order of the page. */
export function examplesIn(text: string): Example[] {
  const lines = text.split('\n');
  const found: Example[] = [];
  for (let at = 0; at < lines.length;) {
    const session = sessionAt(lines, at);
    const block = session ?? blockAt(lines, at);
    if (block === null) {
      at++;
      continue;
    }
    at = block.end;
    const code = withoutMarks(block.code);
    if (code !== '' && isPython(code)) found.push({ code, from: session ? 'session' : 'block' });
  }
  return found;
}

export function isPython(code: string): boolean {
  return parseModule(code).problems.length === 0;
}

interface Found {
  readonly code: string;
  /** The line behind it. */
  readonly end: number;
}

/** `>>>` and the lines with `...` below it; those of SQLAlchemy's that only its tests read are in comments. */
function sessionAt(lines: readonly string[], start: number): Found | null {
  const first = /^\s*(?:\{\w+\})?>>> ?(.*)$/.exec(uncommented(lines[start]!));
  if (!first) return null;
  const code = [first[1]!];
  let at = start + 1;
  for (; at < lines.length; at++) {
    const next = /^\s*\.\.\.(?: (.*))?$/.exec(uncommented(lines[at]!));
    if (!next) break;
    code.push(next[1] ?? '');
  }
  return { code: code.join('\n'), end: at };
}

function uncommented(line: string): string {
  return line.replace(/^\.\.(\s+)(?=>>>|\.\.\.(?: |$))/, '  $1');
}

/** What is indented below `::` or a directive for code; null where a session begins in it, which is read line by line. */
function blockAt(lines: readonly string[], start: number): Found | null {
  const head = lines[start]!;
  const isDirective = /^\s*\.\. (?:code-block|sourcecode|code)::\s*(?:python|py|python3|pycon\+sql|default)?\s*$/.test(
    head,
  );
  if (!isDirective && !/^(?!\s*\.\. ).*::\s*$/.test(head)) return null;
  const indent = indentOf(head);
  let at = start + 1;
  while (at < lines.length && (lines[at]!.trim() === '' || /^\s*:[\w-]+:/.test(lines[at]!))) at++;
  const code: string[] = [];
  for (; at < lines.length; at++) {
    const line = lines[at]!;
    if (line.trim() !== '' && indentOf(line) <= indent) break;
    if (/^\s*(?:\{\w+\})?>>> /.test(line)) return null;
    code.push(line);
  }
  const margin = Math.min(...code.filter((line) => line.trim() !== '').map(indentOf));
  return { code: code.map((line) => line.slice(margin)).join('\n'), end: at };
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

/** Without the marks of SQLAlchemy's pages that show and hide SQL. */
function withoutMarks(code: string): string {
  return code
    .replaceAll(/\{(?:stop|sql|execsql|printsql|opensql)\}/g, '')
    .replaceAll(/#\s*doctest:.*$/gm, '')
    .replaceAll(/[ \t]+$/gm, '')
    .trimEnd();
}
