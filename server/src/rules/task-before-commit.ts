import { importEdit } from '../orm/importEdit.ts';
import type { EarlyTask } from '../orm/use/transactions.ts';
import type { Program, SourceFile } from '../python/types.ts';
import { defineRule, type Fix } from './rule.ts';

export const taskBeforeCommit = defineRule({
  id: 'task-before-commit',
  severity: 'warning',
  summary: 'A task is queued before the row it is about is committed',
  isOnByDefault: false,
  inTests: false,
  check({ file, program, uses }, report) {
    for (const early of uses.earlyTasks()) {
      const { call, row } = early;
      const fix = onCommitFix(early, file, program);
      report({
        range: { start: call.start, end: call.end },
        message: `The worker may run before \`${row}\` is committed, and not find it`,
        fixes: fix ? [fix] : [],
      });
    }
  },
});

/** `partial` takes the arguments as they are now: a lambda in a loop would see those of the last round. */
function onCommitFix({ call, isStatement, transaction }: EarlyTask, file: SourceFile, program: Program): Fix | null {
  if (!isStatement || transaction === null) return null;
  const text = (start: number, end: number): string => file.text.slice(start, end);
  const args = text(call.func.end + 1, call.end - 1).trim();
  const task = `partial(${text(call.func.start, call.func.end)}${args ? `, ${args}` : ''})`;
  return {
    title: 'Queue it once the transaction is committed',
    edits: [
      {
        path: file.path,
        range: { start: call.start, end: call.end },
        newText: `${transaction}.on_commit(${task})`,
      },
      ...importEdit(program, file, 'functools', 'partial'),
    ],
    isPreferred: true,
  };
}
