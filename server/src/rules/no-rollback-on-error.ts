import type { FailedFlush } from '../orm/use/failedFlushes.ts';
import type { SourceFile } from '../python/types.ts';
import { defineRule, type Fix } from './rule.ts';

export const noRollbackOnError = defineRule({
  id: 'no-rollback-on-error',
  severity: 'warning',
  summary: 'A session is used again after a failed flush, without a rollback',
  isOnByDefault: false,
  inTests: false,
  check({ file, uses }, report) {
    for (const failed of uses.failedFlushes()) {
      const { handler, session, write, use } = failed;
      const fix = rollbackFix(failed, file);
      report({
        range: { start: handler.start, end: handler.type?.end ?? handler.start + 'except'.length },
        message: `After a failed flush \`${session}\` refuses everything until it is rolled back`,
        related: [
          { path: file.path, range: { start: write.start, end: write.end }, message: 'When this fails' },
          { path: file.path, range: { start: use.start, end: use.end }, message: 'this raises PendingRollbackError' },
        ],
        fixes: fix ? [fix] : [],
      });
    }
  },
});

function rollbackFix({ handler, session, isAsync }: FailedFlush, file: SourceFile): Fix | null {
  const first = handler.body[0];
  if (!first) return null;
  const { line } = file.lines.position(first.start);
  const indent = file.text.slice(file.lines.lineStart(line), first.start);
  if (indent.trim() !== '') return null;
  const newText = `${isAsync ? 'await ' : ''}${session}.rollback()\n${indent}`;
  return {
    title: `Roll ${session} back first`,
    edits: [{ path: file.path, range: { start: first.start, end: first.start }, newText }],
    isPreferred: true,
  };
}
