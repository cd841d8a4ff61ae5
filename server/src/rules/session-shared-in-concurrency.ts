import { defineRule } from './rule.ts';

export const sessionSharedInConcurrency = defineRule({
  id: 'session-shared-in-concurrency',
  severity: 'error',
  summary: 'Several tasks or threads use one session at the same time',
  isOnByDefault: false,
  inTests: false,
  check({ uses }, report) {
    for (const { session, kind } of uses.concurrentSessions()) {
      report({
        range: { start: session.start, end: session.end },
        message: `\`${session.id}\` is one connection and one transaction: ${kind} that run at the same time each need a session`,
      });
    }
  },
});
