import type { LostWrites } from '../orm/use/sessions.ts';
import type { SourceFile } from '../python/types.ts';
import { defineRule, type Fix } from './rule.ts';

export const writeWithoutCommit = defineRule({
  id: 'write-without-commit',
  severity: 'warning',
  summary: 'A session is closed without a commit, and what was written in it is lost',
  isOnByDefault: true,
  inTests: false,
  check({ file, uses }, report) {
    for (const lost of uses.lostWrites()) {
      const { write, session, opened, block } = lost;
      const fix = commitFix(lost, file);
      report({
        range: { start: write.start, end: write.end },
        message: `\`${session}\` is closed without a commit: this is undone`,
        related: [
          {
            path: file.path,
            range: { start: opened.start, end: opened.end },
            message: block
              ? 'The session is opened here, and closed at the end of the block'
              : 'The session is opened here',
          },
        ],
        fixes: fix ? [fix] : [],
      });
    }
  },
});

/** Only where the block ends with a plain statement: behind `return` nothing runs any more. */
function commitFix({ block, session, isAsync }: LostWrites, file: SourceFile): Fix | null {
  const last = block?.body.at(-1);
  if (!block || !last || last.kind !== 'Expr' || last.start <= block.start) return null;
  const indent = file.text.slice(file.lines.lineStart(file.lines.position(last.start).line), last.start);
  if (indent.trim() !== '') return null;
  const commit = `${isAsync ? 'await ' : ''}${session}.commit()`;
  return {
    title: `Commit ${session} at the end of the block`,
    edits: [{ path: file.path, range: { start: last.end, end: last.end }, newText: `\n${indent}${commit}` }],
    isPreferred: false,
  };
}
