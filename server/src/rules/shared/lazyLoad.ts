/** What all rules about relations that are loaded row by row say alike. */
import { collectionsBefore, eagerLoadFix } from '../../orm/eagerLoadFix.ts';
import type { Inference } from '../../orm/infer.ts';
import type { LazyRead } from '../../orm/loops/loops.ts';
import type { Finding } from '../rule.ts';
import { placeOf } from '../../orm/values.ts';

/** What is said of the query among the related places. */
export const COULD_LOAD = 'This query could load it';

export function lazyLoadFinding(read: LazyRead, inference: Inference): Finding {
  const { path, owner, relation, query, distant } = read;
  const fix = eagerLoadFix(query, read.steps, inference);
  const name = `${owner.name}.${relation.name}`;
  return {
    range: read.range,
    message: read.raises
      ? `\`${path}\` raises: ${name} is declared not to load when it is read`
      : distant
        ? `\`${path}\` runs one query per ${owner.name}, to load ${name}`
        : `\`${path}\` runs one query per ${owner.name}`,
    severity: read.raises ? 'error' : undefined,
    perRow: read.raises ? undefined : { loads: name, depth: 1 + collectionsBefore(query, read.steps, inference) },
    relation: `${owner.id}.${relation.name}`,
    related: [
      ...(distant
        ? [
            {
              path: distant.file.path,
              range: { start: distant.node.start, end: distant.node.end },
              message: `${name} is read here`,
            },
          ]
        : []),
      {
        ...placeOf(query),
        message: COULD_LOAD,
      },
      { path: relation.declared.path, range: relation.declared.range, message: `${name} is declared here` },
    ],
    fixes: fix ? [fix] : [],
  };
}
