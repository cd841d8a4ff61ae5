import { eagerLoadFix, quoteOf } from '../orm/eagerLoadFix.ts';
import type { Inference } from '../orm/infer.ts';
import type { CallbackRead, Selecting } from '../orm/use/callbacks.ts';
import { placeOf } from '../orm/values.ts';
import type { SourceFile } from '../python/types.ts';
import { defineRule, type Finding, type Fix } from './rule.ts';
import { COULD_LOAD, lazyLoadFinding } from './shared/lazyLoad.ts';

export const lazyLoadInProperty = defineRule({
  id: 'lazy-load-in-property',
  severity: 'warning',
  summary: 'A property or method of a row loads a relation, once per row of a loop',
  isOnByDefault: true,
  inTests: false,
  check({ file, loops, inference, uses }, report) {
    for (const read of loops.lazyReads()) {
      if (read.distant?.member) report(lazyLoadFinding(read, inference));
    }
    for (const read of uses.callbackReads()) report(callbackFinding(read, file, inference));
  },
});

/** What the admin or a feed calls for each row. */
function callbackFinding(read: CallbackRead, file: SourceFile, inference: Inference): Finding {
  const { at, name, by, owner, relation, query, steps, distant, selecting } = read;
  const what = `${owner.name}.${relation.name}`;
  const fix = by === 'feed' ? eagerLoadFix(query, steps, inference) : selecting && selectingFix(selecting, file);
  return {
    range: { start: at.start, end: at.end },
    message: `\`${name}\` runs one query per ${owner.name} in ${by === 'admin' ? 'a list of the admin' : 'the feed'}, to load ${what}`,
    relation: `${owner.id}.${relation.name}`,
    related: [
      ...(distant
        ? [
            {
              path: distant.path,
              range: { start: distant.at.start, end: distant.at.end },
              message: `${what} is read here`,
            },
          ]
        : []),
      ...(by === 'feed' ? [{ ...placeOf(query), message: COULD_LOAD }] : []),
    ],
    fixes: fix ? [fix] : [],
  };
}

function selectingFix({ paths, list, after }: Selecting, file: SourceFile): Fix {
  const quote = quoteOf(file);
  const names = paths.map((each) => `${quote}${each}${quote}`).join(', ');
  const last = list && 'elts' in list ? list.elts.at(-1) : undefined;
  const indent = file.text.slice(file.lines.lineStart(file.lines.position(after.start).line), after.start);
  const [at, newText] = last ? [last.end, `, ${names}`] : [after.end, `\n${indent}list_select_related = [${names}]`];
  return {
    title: 'Load it with list_select_related',
    edits: [{ path: file.path, range: { start: at, end: at }, newText }],
    isPreferred: true,
  };
}
