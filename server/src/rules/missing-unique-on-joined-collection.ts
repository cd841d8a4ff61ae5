import { defineRule } from './rule.ts';
import { placeOf } from '../orm/values.ts';

export const missingUniqueOnJoinedCollection = defineRule({
  id: 'missing-unique-on-joined-collection',
  severity: 'error',
  summary: 'A result with a joined collection is read without `unique()`, which raises',
  isOnByDefault: true,
  inTests: true,
  check({ file, uses }, report) {
    for (const { result, read, collection, query } of uses.missingUniques()) {
      const { owner, relation, link } = collection;
      const end = { start: result.end, end: result.end };
      report({
        range: { start: read.start, end: read.end },
        message: `This raises when there is a row: \`${owner.name}.${relation.name}\` is joined, so the result needs \`unique()\``,
        related: [
          link
            ? {
                path: link.file.path,
                range: { start: link.arg.start, end: link.arg.end },
                message: 'It is joined here',
              }
            : {
                path: relation.declared.path,
                range: relation.declared.range,
                message: 'It is declared to be joined here',
              },
          {
            ...placeOf(query),
            message: 'The query of the result',
          },
        ],
        fixes: [
          {
            title: 'Call unique() on the result',
            edits: [{ path: file.path, range: end, newText: '.unique()' }],
            isPreferred: true,
          },
        ],
      });
    }
  },
});
