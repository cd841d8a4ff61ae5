import type { OpenSession } from '../orm/use/sessionLifetimes.ts';
import type { TextRange } from '../base/text.ts';
import { defineRule, type RelatedPlace } from './rule.ts';

export const sessionNotClosed = defineRule({
  id: 'session-not-closed',
  severity: 'warning',
  summary: 'A session or connection is opened and not closed on every way',
  isOnByDefault: false,
  inTests: false,
  check({ file, uses }, report) {
    for (const open of uses.openSessions()) {
      const { expr, leftBy, closedBy } = open;
      const at = (node: TextRange, message: string): RelatedPlace => ({
        path: file.path,
        range: { start: node.start, end: node.end },
        message,
      });
      report({
        range: { start: expr.start, end: expr.end },
        message: messageOf(open),
        related: closedBy
          ? [...(leftBy ? [at(leftBy, 'This leaves it open')] : []), at(closedBy, 'Another way closes it here')]
          : [],
      });
    }
  },
});

function messageOf({ kind, name, closedBy }: OpenSession): string {
  if (closedBy) return `\`${name}\` is not closed on every way: its connection may be missing in the pool`;
  return kind === 'dropped'
    ? `Nothing holds the generator behind \`next()\`: it ends here, closes \`${name}\`, and nobody closes what is opened by its use`
    : `\`${name}\` is never closed: its connection is missing in the pool until the garbage collector finds it`;
}
