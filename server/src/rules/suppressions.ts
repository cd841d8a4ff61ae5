/** `# ormsight: ignore[rule-id]` on a line, or `# ormsight: ignore-file[rule-id]` for the whole file; no ids mean all. */
import type { TextRange } from '../base/text.ts';
import type { SourceFile } from '../python/types.ts';

export interface Suppressions {
  covers(rule: string, range: TextRange): boolean;
}

const PATTERN = /#\s*ormsight:\s*(ignore|ignore-file)\b(?:\[([^\]]*)\])?/;

export function readSuppressions(file: SourceFile): Suppressions {
  const wholeFile: (readonly string[] | 'all')[] = [];
  const byLine = new Map<number, readonly string[] | 'all'>();
  for (const comment of file.parsed.comments) {
    const match = PATTERN.exec(comment.text);
    if (!match) continue;
    const ids = match[2] === undefined ? 'all' : match[2].split(',').map((id) => id.trim());
    if (match[1] === 'ignore-file') wholeFile.push(ids);
    else byLine.set(file.lines.position(comment.start).line, ids);
  }
  const names = (ids: readonly string[] | 'all' | undefined, rule: string): boolean =>
    ids === 'all' || (ids?.includes(rule) ?? false);
  return {
    covers(rule, range) {
      if (wholeFile.some((ids) => names(ids, rule))) return true;
      const first = file.lines.position(range.start).line;
      const last = file.lines.position(range.end).line;
      for (let line = first; line <= last; line++) if (names(byLine.get(line), rule)) return true;
      return false;
    },
  };
}
