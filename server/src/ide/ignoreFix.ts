import type { TextRange } from '../base/text.ts';
import type { Diagnostic, Fix } from './views.ts';

/**
 * Writes `# ormsight: ignore[rule]` at the end of the finding's last line, or adds the rule to the comment that is there.
 * Null where no comment can stand: before a backslash, in a string of several lines.
 */
export function ignoreFix({ path, range, rule }: Diagnostic, text: string): Fix | null {
  const line = lineAt(range.end, text);
  const content = text.slice(line.start, line.end);
  if (/\\$/.test(content) || /"""|'''/.test(text.slice(range.end, line.end))) return null;
  const known = /#\s*ormsight:\s*ignore\[([^\]]*)\]/.exec(content);
  const offset = known ? line.start + known.index + known[0].length - 1 : line.start + content.trimEnd().length;
  const newText = known ? `${known[1]!.trim() === '' ? '' : ', '}${rule}` : `  # ormsight: ignore[${rule}]`;
  // White space at the end of the line goes before the comment, not after it.
  const end = known ? offset : line.end;
  return {
    title: `Ignore ${rule} on this line`,
    edits: [{ path, range: { start: offset, end }, newText }],
    isPreferred: false,
  };
}

function lineAt(offset: number, text: string): TextRange {
  const before = text.slice(0, offset);
  const start = Math.max(before.lastIndexOf('\n'), before.lastIndexOf('\r')) + 1;
  const rest = /[\r\n]/.exec(text.slice(offset));
  return { start, end: rest ? offset + rest.index : text.length };
}
