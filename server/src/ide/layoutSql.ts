import { type DialectOptions, formatDialect, mysql, postgresql, sqlite } from 'sql-formatter';
import type { DialectName } from '../query/program.ts';

/**
 * Lays a statement out over several lines, to be read by people: one clause a line, lists filled up to the width.
 * Only white space between tokens changes. The untouched text comes back where that cannot be kept: for SQL the
 * formatter does not understand, and for very long statements.
 */
export function layoutSql(sql: string, dialect: DialectName): string {
  if (sql.length > longest) return sql;
  let lines: string;
  try {
    lines = formatDialect(sql, { dialect: dialects[dialect], expressionWidth: width / 2, paramTypes: parameterStyles });
  } catch {
    return sql;
  }
  const laidOut = compact(withCallsClosed(sql, lines));
  return sameTokens(sql, laidOut) ? laidOut : sql;
}

/**
 * Of a line: what the hover of a split editor shows without wrapping. The formatter breaks brackets that are half as
 * long; those that fit after all are joined again.
 */
const width = 64;

/** The formatter takes up to three milliseconds for a thousand characters. */
const longest = 20_000;

const dialects: Record<DialectName, DialectOptions> = { postgresql, sqlite, mysql };

/**
 * `%(name_1)s`, `%s`, an escaped percent sign and `{order_by}`, which stands for text that is not known, in addition to
 * what each dialect has: `?`, `$1`, `:name`.
 */
const parameterStyles = {
  positional: true,
  numbered: ['$' as const],
  named: [':' as const],
  custom: [{ regex: '%\\([^)]*\\)s' }, { regex: '%[s%]' }, { regex: '\\{[^{}]*\\}' }],
};

/** A line of the formatter with the lines that are indented below it. */
interface Node {
  readonly text: string;
  readonly children: readonly Node[];
}

/** The formatter puts each clause, column and condition on a line of its own; that is too tall for a hover. */
function compact(lines: string): string {
  return clauses(tree(lines.split('\n'))).join('\n');
}

function tree(lines: readonly string[]): Node[] {
  const root: { text: string; children: Node[] } = { text: '', children: [] };
  const open = [{ indent: -1, node: root }];
  for (const line of lines) {
    const indent = line.length - line.trimStart().length;
    while (open.at(-1)!.indent >= indent) open.pop();
    const node = { text: line.trim(), children: [] };
    open.at(-1)!.node.children.push(node);
    open.push({ indent, node });
  }
  return root.children;
}

function clauses(nodes: readonly Node[]): string[] {
  return blocks(nodes).flat();
}

/** The lines of each node; what stands between brackets, or from CASE to END, becomes one block. */
function blocks(nodes: readonly Node[]): string[][] {
  const result: string[][] = [];
  for (const [i, node] of nodes.entries()) {
    const before = nodes[i - 1];
    if (before && closes(before, node)) result.push(joinBracket(result.pop()!, node, before));
    else result.push(isOpen(node, nodes[i + 1]) ? [node.text] : clause(node));
  }
  return result;
}

function isOpen(node: Node, next: Node | undefined): boolean {
  return next !== undefined && closes(node, next);
}

function closes(open: Node, node: Node): boolean {
  return (open.text.endsWith('(') && node.text.startsWith(')')) || (isCase(open.text) && /^END\b/i.test(node.text));
}

function isCase(text: string): boolean {
  return /(^|[\s(])CASE$/i.test(text);
}

function joinBracket(lines: readonly string[], close: Node, open: Node): string[] {
  const content = blocks(open.children);
  const inside = fill(content);
  const space = isCase(open.text) ? ' ' : '';
  const oneLine = `${lines.at(-1)}${space}${inside.map((line) => line.trim()).join(' ')}${space}${close.text}`;
  if (oneLine.length <= width) return [...lines.slice(0, -1), oneLine];
  const [first, last] = [inside[0], inside.at(-1)];
  if (content.length === 1 && inside.length > 1 && first!.endsWith('(') && last!.startsWith(')') && !space) {
    // Brackets in brackets share their lines: `(CAST(SUM(` … `)))`.
    return [...lines.slice(0, -1), `${lines.at(-1)}${first}`, ...inside.slice(1, -1), `${last}${close.text}`];
  }
  return [...lines, ...indented(inside), close.text];
}

/** A keyword with what belongs to it: `FROM users`, its joins indented below. */
function clause(node: Node): string[] {
  const [first, ...rest] = blocks(node.children);
  if (!first) return [node.text];
  const [start, ...more] = fill([[`${node.text} ${first[0]}`], ...(first.length > 1 ? [first.slice(1)] : []), ...rest]);
  // What a first item keeps open on the next lines is closed at the keyword, not further in.
  const kept = first.length - 1;
  return [start!, ...more.slice(0, kept), ...indented(more.slice(kept))];
}

/** Puts as many items of a comma list on a line as fit. All lines will be indented, the first of a clause excepted. */
function fill(items: readonly (readonly string[])[]): string[] {
  const lines: string[] = [];
  let isOpen = false;
  for (const item of items) {
    const last = lines.at(-1);
    if (isOpen && item.length === 1 && last!.length + 1 + item[0]!.length + 2 <= width) {
      lines[lines.length - 1] = `${last} ${item[0]}`;
    } else lines.push(...item);
    isOpen = item.length === 1 && item[0]!.endsWith(',');
  }
  return lines;
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}

/**
 * Compares without white space between tokens. Runs of operator characters count as one token, so that `- -1` never
 * becomes `--1`. The tokens are a superset of all dialects': a wrong cut is the same on both sides, or is noticed.
 */
function sameTokens(a: string, b: string): boolean {
  const [left, right] = [a.match(token) ?? [], b.match(token) ?? []];
  return left.length === right.length && left.every((text, i) => text === right[i]);
}

/** A function whose name the formatter takes for something else (`date(…)`) keeps its bracket, as it was written. */
function withCallsClosed(sql: string, lines: string): string {
  const [before, after] = [[...sql.matchAll(token)], [...lines.matchAll(token)]];
  if (before.length !== after.length) return lines;
  const gaps = after.flatMap((each, i) => {
    const [last, lastBefore] = [after[i - 1], before[i - 1]];
    const isCall = each[0] === '(' && lastBefore && lastBefore.index + lastBefore[0].length === before[i]!.index;
    return isCall && last && lines.slice(last.index + last[0].length, each.index) === ' ' ? [each.index - 1] : [];
  });
  let [text, from] = ['', 0];
  for (const gap of gaps) {
    text += lines.slice(from, gap);
    from = gap + 1;
  }
  return text + lines.slice(from);
}

/** A `?` at the end of an operator is a parameter: `name=?`. */
const token =
  /'(?:[^'\\]|\\[\s\S]|'')*'|"(?:[^"]|"")*"|`[^`]*`|--[^\n]*|\/\*[\s\S]*?\*\/|%\([^)]*\)s|%[s%]|\{[^{}]*\}|[\w$\u0080-\uffff]+|[(),;]|(?:(?!\?(?![^\s,)]))[^\s\w$"'`(),;\u0080-\uffff%])+|[^\s]/g;
