import { defineRule } from './rule.ts';

export const multiWriteNotAtomic = defineRule({
  id: 'multi-write-not-atomic',
  severity: 'hint',
  summary: 'A request writes several rows, and an error in between leaves half of them',
  isOnByDefault: false,
  inTests: false,
  check({ file, uses }, report) {
    for (const { call } of uses.locksOutside()) {
      report({
        range: { start: call.start, end: call.end },
        message: '`select_for_update()` raises outside of a transaction: put it into `with transaction.atomic():`',
        severity: 'error',
      });
    }
    for (const { first, second } of uses.separateWrites()) {
      report({
        range: { start: second.start, end: second.end },
        message: 'When this fails, what was written before stays: `with transaction.atomic():` keeps both or none',
        related: [
          { path: file.path, range: { start: first.start, end: first.end }, message: 'This is written before' },
        ],
      });
    }
  },
});
