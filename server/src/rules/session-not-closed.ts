import type { OpenSession } from '../orm/use/sessionLifetimes.ts';
import { defineRule } from './rule.ts';

export const sessionNotClosed = defineRule({
  id: 'session-not-closed',
  severity: 'warning',
  summary: 'A session or connection is opened and never closed',
  isOnByDefault: false,
  inTests: false,
  check({ uses }, report) {
    for (const open of uses.openSessions()) {
      report({ range: { start: open.expr.start, end: open.expr.end }, message: messageOf(open) });
    }
  },
});

function messageOf({ kind, name }: OpenSession): string {
  return kind === 'dropped'
    ? `Nothing holds the generator behind \`next()\`: it ends here, closes \`${name}\`, and nobody closes what is opened by its use`
    : `\`${name}\` is never closed: its connection is missing in the pool until the garbage collector finds it`;
}
