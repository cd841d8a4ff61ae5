import { importEdit } from '../orm/importEdit.ts';
import type { Inference } from '../orm/infer.ts';
import type { JoinedWithLimit } from '../orm/use/joinedCollections.ts';
import { defineRule, type Fix } from './rule.ts';

export const joinedCollectionWithLimit = defineRule({
  id: 'joined-collection-with-limit',
  severity: 'warning',
  summary: 'A joined collection multiplies the rows of a query with a limit, or of another joined collection',
  isOnByDefault: false,
  inTests: false,
  check({ inference, uses }, report) {
    for (const joined of uses.joinedWithLimits()) {
      const { collection, limit, sibling } = joined;
      const { owner, relation, link } = collection;
      const name = `${owner.name}.${relation.name}`;
      report({
        range: { start: link.arg.start, end: link.arg.end },
        message:
          limit === null
            ? `\`${name}\` and \`${sibling!.owner.name}.${sibling!.relation.name}\` are both joined: each row of one comes with each of the other`
            : `\`${name}\` is joined to a query with \`${limit}()\`: it is wrapped in a subquery, and each row is sent once per element`,
        fixes: [selectinFix(joined, inference)],
      });
    }
  },
});

function selectinFix({ collection: { link } }: JoinedWithLimit, { program }: Inference): Fix {
  const { func } = link.call;
  const isMethod = func.kind === 'Attribute' && func.value.kind === 'Call';
  const at = func.kind === 'Attribute' ? func.attr : func;
  return {
    title: 'Load it with selectinload',
    edits: [
      { path: link.file.path, range: { start: at.start, end: at.end }, newText: 'selectinload' },
      ...(isMethod || func.kind === 'Attribute'
        ? []
        : importEdit(program, link.file, 'sqlalchemy.orm', 'selectinload')),
    ],
    isPreferred: true,
  };
}
