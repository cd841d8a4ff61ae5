/** Python source made of pieces of the user's own text. */
import type { ClassDef, Keyword, Stmt } from '../../python/syntax/nodes.ts';
import type { TextRange } from '../../base/text.ts';
import type { SourceFile } from '../../python/types.ts';

/** A piece of the text that is written differently. */
export interface Edit extends TextRange {
  readonly newText: string;
}

/** The text of a statement at the left margin, with its decorators. */
export function statementSource(file: SourceFile, stmt: Stmt, edits: readonly Edit[] = []): string {
  const { start, indent } = place(file, stmt);
  const text = edited(file, { start, end: stmt.end }, edits);
  return indent === '' ? text : dedented(text, indent);
}

export interface ClassParts {
  readonly bases: readonly string[];
  readonly keywords: readonly Keyword[];
  readonly decorators: readonly TextRange[];
  readonly body: readonly Stmt[];
  /** Lines of our own before the kept statements, without indentation. */
  readonly extra: readonly string[];
  readonly edits: readonly Edit[];
}

/** A class made of some of its statements, each as it stands in the text. */
export function classSource(file: SourceFile, node: ClassDef, parts: ClassParts): string {
  const text = (range: TextRange): string => file.text.slice(range.start, range.end);
  const decorators = parts.decorators.map((decorator) => `@${text(decorator)}\n`).join('');
  const typeParams = node.typeParams.length > 0 ? `[${node.typeParams.map(text).join(', ')}]` : '';
  const head = [...parts.bases, ...parts.keywords.map(text)].join(', ');
  const indent = bodyIndent(file, parts.body);
  const lines = [
    ...parts.extra.map((line) => indent + line),
    ...parts.body.map((stmt) => {
      const at = place(file, stmt);
      const source = edited(file, { start: at.start, end: stmt.end }, parts.edits);
      // A statement behind a semicolon or on the line of its class gets a line of its own.
      return indent + (at.indent === indent || at.indent === null ? source : dedentedTo(source, at.indent, indent));
    }),
  ];
  const body = lines.length > 0 ? lines.join('\n') : `${indent}pass`;
  return `${decorators}class ${node.name.text}${typeParams}${head ? `(${head})` : ''}:\n${body}`;
}

/** Where a statement begins with its decorators, and the white space before it; null when something else stands there. */
function place(file: SourceFile, stmt: Stmt): { readonly start: number; readonly indent: string | null } {
  const decorators = stmt.kind === 'FunctionDef' || stmt.kind === 'ClassDef' ? stmt.decorators : [];
  const first = decorators[0];
  const start = first ? file.text.lastIndexOf('@', first.start) : stmt.start;
  const lineStart = Math.max(file.text.lastIndexOf('\n', start - 1), file.text.lastIndexOf('\r', start - 1)) + 1;
  const before = file.text.slice(lineStart, start);
  return { start, indent: /^[ \t\f]*$/.test(before) ? before.replaceAll('\f', '') : null };
}

function bodyIndent(file: SourceFile, body: readonly Stmt[]): string {
  const first = body.map((stmt) => place(file, stmt).indent).find((indent) => indent !== null && indent !== '');
  return first ?? '    ';
}

function edited(file: SourceFile, range: TextRange, edits: readonly Edit[]): string {
  const inside = edits
    .filter((edit) => range.start <= edit.start && edit.end <= range.end)
    .toSorted((a, b) => a.start - b.start);
  let result = '';
  let at = range.start;
  for (const edit of inside) {
    if (edit.start < at) continue;
    result += file.text.slice(at, edit.start) + edit.newText;
    at = edit.end;
  }
  return (result + file.text.slice(at, range.end)).replaceAll('\r\n', '\n');
}

/** Lines that stand deeper than `indent` move left by it; those of a multi-line string may stand further left and stay. */
function dedented(text: string, indent: string | null): string {
  return dedentedTo(text, indent, '');
}

function dedentedTo(text: string, indent: string | null, target: string): string {
  if (indent === null) return text;
  return text
    .split('\n')
    .map((line, i) => (i > 0 && line.startsWith(indent) ? target + line.slice(indent.length) : line))
    .join('\n');
}

/** Whether a piece of code could not be parsed whole. */
export function hasProblem(file: SourceFile, node: { readonly start: number; readonly end: number }): boolean {
  return file.parsed.problems.some((problem) => node.start <= problem.start && problem.start <= node.end);
}
