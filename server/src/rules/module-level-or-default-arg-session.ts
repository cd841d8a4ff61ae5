import { defineRule } from './rule.ts';

export const moduleLevelOrDefaultArgSession = defineRule({
  id: 'module-level-or-default-arg-session',
  severity: 'warning',
  summary: 'One session is made when the module is imported, and used by all calls',
  isOnByDefault: false,
  inTests: false,
  check({ uses }, report) {
    for (const { expr, kind, name } of uses.sharedSessions()) {
      report({
        range: { start: expr.start, end: expr.end },
        message:
          kind === 'default'
            ? `This session is made once, and every call without \`${name}\` gets it: threads and requests share one transaction`
            : `\`${name}\` is one session for the whole process: threads and requests share one transaction`,
      });
    }
  },
});
