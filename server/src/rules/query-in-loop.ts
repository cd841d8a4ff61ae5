import type { QueryInLoop } from '../orm/use/queriesInLoops.ts';
import { defineRule } from './rule.ts';

export const queryInLoop = defineRule({
  id: 'query-in-loop',
  severity: 'warning',
  summary: 'A query is sent in each round of a loop',
  isOnByDefault: true,
  inTests: false,
  check({ file, uses }, report) {
    for (const { call, inside, others, loop, ...sent } of uses.queriesInLoops()) {
      report({
        range: { start: call.start, end: call.end },
        message: `${subject(others.length, inside !== null)} sent once per round of the loop: ${adviceFor(sent)}`,
        related: [
          ...(inside
            ? [
                {
                  path: inside.file.path,
                  range: { start: inside.call.start, end: inside.call.end },
                  message: 'The function sends this query',
                },
              ]
            : []),
          ...others
            .slice(0, MAX_OTHERS)
            .map(({ start, end }) => ({ path: file.path, range: { start, end }, message: 'So is this one' })),
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

/** More would hide the loop behind them. */
const MAX_OTHERS = 10;

function subject(others: number, isInside: boolean): string {
  const query = isInside ? 'The query of this function' : 'This query';
  if (others === 0) return `${query} is`;
  return others === 1 ? `${query} and another one are` : `${query} and ${others} others are`;
}

function adviceFor({ orm, isGet }: Pick<QueryInLoop, 'orm' | 'isGet'>): string {
  if (orm === 'django') return 'load all rows before it, with `in_bulk()` or `filter(…__in=…)`';
  return isGet
    ? 'load all objects before it, with `in_()`, so that the session has them'
    : 'load all rows before it, with `in_()`';
}
