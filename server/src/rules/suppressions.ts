/**
 * Comments that silence findings, for a rule or several (`[a, b]`; without brackets for all), with any words behind:
 *
 *   order.customer  # ormsight: ignore[lazy-load-in-loop] one row at most
 *   # ormsight: ignore[lazy-load-in-loop]            alone on a line: for the next line
 *   def report():  # ormsight: ignore-block[…]       for the whole function, class or loop; also alone, above it
 *   # ormsight: ignore-file[…]                       anywhere: for the file
 */
import type { TextRange } from '../base/text.ts';
import type { Node } from '../python/syntax/nodes.ts';
import { fullRange, nodePathAt } from '../python/syntax/visit.ts';
import type { SourceFile } from '../python/types.ts';

export interface Suppressions {
  covers(rule: string, range: TextRange): boolean;
}

type Rules = readonly string[] | 'all';

interface Suppression {
  readonly rules: Rules;
  /** null: everywhere. Else findings that begin or end in it. */
  readonly range: TextRange | null;
}

const PATTERN = /#\s*ormsight:\s*(ignore|ignore-block|ignore-file)(?![\w-])(?:\[([^\]]*)\])?/;

export function readSuppressions(file: SourceFile): Suppressions {
  const all: Suppression[] = [];
  for (const { start, text } of file.parsed.comments) {
    const match = PATTERN.exec(text);
    if (!match) continue;
    const rules: Rules = match[2] === undefined ? 'all' : match[2].split(',').map((id) => id.trim());
    const range = match[1] === 'ignore-file' ? null : rangeOf(file, start, match[1] === 'ignore-block');
    all.push({ rules, range });
  }
  return {
    covers: (rule, range) =>
      all.some(
        ({ rules, range: where }) => (rules === 'all' || rules.includes(rule)) && (!where || meet(where, range)),
      ),
  };
}

/** The line of a comment, or the next one when the comment stands alone; of a block the statement that begins there. */
function rangeOf(file: SourceFile, comment: number, isBlock: boolean): TextRange {
  const { lines, text } = file;
  let { line } = lines.position(comment);
  if (text.slice(lines.lineStart(line), comment).trim() === '') line = nextLineOfCode(file, line);
  const start = lines.lineStart(line);
  const range = { start, end: lines.lineStart(line + 1) - 1 };
  if (!isBlock) return range;
  // The `@` of a decorator belongs to no node.
  const indent = /^[ \t]*@?/.exec(text.slice(start, start + 500))![0].length;
  const block = nodePathAt(file.module, start + indent).find((node) => isBlockAt(node, range));
  return block ? fullRange(block) : range;
}

function nextLineOfCode(file: SourceFile, line: number): number {
  for (let next = line + 1; next < file.lines.lineCount; next++) {
    const text = file.text.slice(file.lines.lineStart(next), file.lines.lineStart(next + 1)).trim();
    if (text !== '' && !text.startsWith('#')) return next;
  }
  return line;
}

function isBlockAt(node: Node, { start, end }: TextRange): boolean {
  switch (node.kind) {
    case 'FunctionDef':
    case 'ClassDef':
    case 'For':
    case 'While':
    case 'If':
    case 'With':
    case 'Try':
    case 'Match': {
      // Above a decorated function, or on the line of its name.
      const begins = [fullRange(node).start, node.start];
      return begins.some((offset) => start <= offset && offset <= end);
    }
    default:
      return false;
  }
}

function meet(where: TextRange, range: TextRange): boolean {
  return range.start <= where.end && where.start <= range.end;
}
