import type { BrokenTransaction } from '../orm/use/brokenTransactions.ts';
import type { SourceFile } from '../python/types.ts';
import { defineRule, type Fix } from './rule.ts';

export const queryInBrokenTransaction = defineRule({
  id: 'query-in-broken-transaction',
  severity: 'error',
  summary: 'A query behind an error of the database that was caught inside of atomic(), which raises',
  isOnByDefault: true,
  inTests: false,
  check({ file, uses }, report) {
    for (const broken of uses.brokenTransactions()) {
      const { query, handler } = broken;
      const fix = attemptFix(broken, file);
      report({
        range: { start: query.start, end: query.end },
        message:
          'It raises TransactionManagementError when the error was caught: the transaction is broken until `atomic()` ends',
        related: [
          {
            path: file.path,
            range: { start: handler.start, end: handler.type?.end ?? handler.start },
            message: 'The error is caught here, inside of the transaction',
          },
        ],
        fixes: fix ? [fix] : [],
      });
    }
  },
});

/** A transaction of its own for what may fail. null where its lines cannot be moved. */
function attemptFix({ attempt, transaction }: BrokenTransaction, { path, text, lines }: SourceFile): Fix | null {
  const [first] = attempt.body;
  const last = attempt.body.at(-1);
  if (!first || !last || /"""|'''|\\\n/.test(text.slice(first.start, last.end))) return null;
  const [from, to] = [lines.position(first.start).line, lines.position(last.end).line];
  const indent = text.slice(lines.lineStart(from), first.start);
  if (indent.trim() !== '') return null;
  const step = indent.includes('\t') ? '\t' : '    ';
  const edits = Array.from({ length: to - from + 1 }, (_, i) => lines.lineStart(from + i))
    .filter((start) => text[start] !== '\n' && text[start] !== '\r')
    .map((start, i) => ({
      path,
      range: { start, end: start },
      newText: i === 0 ? `${indent}with ${transaction === null ? '' : `${transaction}.`}atomic():\n${step}` : step,
    }));
  return { title: 'Try it in a transaction of its own', edits, isPreferred: true };
}
