import type { QueryInLoop } from '../orm/use/queriesInLoops.ts';
import { defineRule } from './rule.ts';

export const queryInLoop = defineRule({
  id: 'query-in-loop',
  severity: 'warning',
  summary: 'A query is sent in each round of a loop',
  isOnByDefault: true,
  inTests: false,
  check({ file, uses }, report) {
    for (const { call, others, loop, ...sent } of uses.queriesInLoops()) {
      report({
        range: { start: call.start, end: call.end },
        message: `${subject(others.length)} sent once per round of the loop: ${adviceFor(sent)}`,
        related: [
          ...others.map(({ start, end }) => ({ path: file.path, range: { start, end }, message: 'So is this one' })),
          {
            path: file.path,
            range: { start: loop.iter.start, end: loop.iter.end },
            message: 'The loop goes over this',
          },
        ],
      });
    }
  },
});

function subject(others: number): string {
  if (others === 0) return 'This query is';
  return others === 1 ? 'This query and another one are' : `This query and ${others} others are`;
}

function adviceFor({ orm, isGet }: Pick<QueryInLoop, 'orm' | 'isGet'>): string {
  if (orm === 'django') return 'load all rows before it, with `in_bulk()` or `filter(…__in=…)`';
  return isGet
    ? 'load all objects before it, with `in_()`, so that the session has them'
    : 'load all rows before it, with `in_()`';
}
