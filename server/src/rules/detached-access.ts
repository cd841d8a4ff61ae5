import { eagerLoadFix } from '../orm/eagerLoadFix.ts';
import type { DetachedRead } from '../orm/use/detached.ts';
import { placeOf } from '../orm/values.ts';
import { defineRule, type Fix } from './rule.ts';
import { COULD_LOAD } from './shared/lazyLoad.ts';

export const detachedAccess = defineRule({
  id: 'detached-access',
  severity: 'error',
  summary: 'An attribute that is not loaded is read after its session was closed, which raises',
  isOnByDefault: true,
  inTests: false,
  check({ file, inference, uses }, report) {
    for (const read of uses.detachedReads()) {
      const { attribute, kind, lazy, ended, commit } = read;
      const text = `\`${file.text.slice(attribute.start, attribute.end)}\``;
      const fix = lazy ? eagerLoadFix(lazy.query, lazy.steps, inference) : kind === 'expired' ? keepingFix(read) : null;
      report({
        range: { start: attribute.start, end: attribute.end },
        message: `${text} raises DetachedInstanceError: ${WHY[kind]}, and its session is closed`,
        related: [
          {
            path: ended.path,
            range: { start: ended.at.start, end: ended.at.end },
            message: 'The session is closed here',
          },
          ...(commit
            ? [{ path: ended.path, range: { start: commit.start, end: commit.end }, message: 'This expires it' }]
            : []),
          ...(lazy ? [{ ...placeOf(lazy.query), message: COULD_LOAD }] : []),
        ],
        fixes: fix ? [fix] : [],
      });
    }
  },
});

const WHY: Readonly<Record<DetachedRead['kind'], string>> = {
  relation: 'it is not loaded',
  column: 'the query leaves the column out',
  expired: 'the commit expired it',
};

/** `Session(engine, expire_on_commit=False)`; where a factory makes the session, the choice is for all of its sessions. */
function keepingFix({ opened }: DetachedRead): Fix | null {
  if (!opened) return null;
  const { path, call } = opened;
  const last = [...call.args, ...call.keywords].reduce((end, { end: each }) => Math.max(end, each), 0);
  const at = last || call.end - 1;
  return {
    title: 'Keep what is loaded after a commit',
    edits: [{ path, range: { start: at, end: at }, newText: `${last ? ', ' : ''}expire_on_commit=False` }],
    isPreferred: false,
  };
}
