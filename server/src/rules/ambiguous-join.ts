import { nameInFile } from '../orm/eagerLoadFix.ts';
import type { Inference } from '../orm/infer.ts';
import type { AmbiguousJoin } from '../orm/use/joins.ts';
import type { AmbiguousRelationship, ForeignKeyOf } from '../orm/use/relationships.ts';
import type { SourceFile } from '../python/types.ts';
import { defineRule, type Fix } from './rule.ts';

export const ambiguousJoin = defineRule({
  id: 'ambiguous-join',
  severity: 'error',
  summary: 'Several foreign keys lead from one table to the other, and none is chosen',
  isOnByDefault: true,
  inTests: true,
  check({ file, inference, uses }, report) {
    for (const ambiguous of uses.ambiguousRelationships()) {
      const { relationship, keys, through } = ambiguous;
      const { call, owner, target } = relationship;
      report({
        range: { start: call.func.start, end: call.func.end },
        message: through
          ? `Several foreign keys of \`${through.name}\` lead to one table: \`primaryjoin\` and \`secondaryjoin\` must choose`
          : `Several foreign keys join ${owner.name} and ${target.name}: \`foreign_keys\` must choose`,
        related: keys.map(keyPlace),
        fixes: keys.map((key) => relationshipFix(ambiguous, key)),
      });
    }
    for (const ambiguous of uses.ambiguousJoins()) {
      const { joined, left, right, keys } = ambiguous;
      report({
        range: { start: joined.start, end: joined.end },
        message: `Several foreign keys join ${left.name} and ${right.name}: the join must say which`,
        related: keys.map(keyPlace),
        fixes: keys.flatMap((key) => joinFix(ambiguous, key, file, inference) ?? []),
      });
    }
  },
});

function keyPlace({ holder, field }: ForeignKeyOf) {
  const { path, range } = field.declared;
  return { path, range, message: `${holder.name}.${field.name} is one of them` };
}

function relationshipFix({ relationship }: AmbiguousRelationship, { holder, field }: ForeignKeyOf): Fix {
  const { call, file, relation } = relationship;
  const last = [...call.args, ...call.keywords].at(-1);
  const at = last?.end ?? call.end - 1;
  const key = `${holder.name}.${field.name}`;
  const newText = `${last ? ', ' : ''}foreign_keys="${key}"`;
  return {
    title: `Use ${key}`,
    edits: [{ path: file.path, range: { start: at, end: at }, newText }],
    isPreferred: field.name.startsWith(`${relation.name}_`),
  };
}

function joinFix(
  { joined, left, right }: AmbiguousJoin,
  { holder, field }: ForeignKeyOf,
  file: SourceFile,
  inference: Inference,
): Fix | null {
  const rightName = file.text.slice(joined.start, joined.end);
  const leftName = nameInFile(file, left, inference);
  const target = holder === left ? right : left;
  const column = target.fields.find((each) => each.column === field.foreignKey?.column);
  if (leftName === null || left === right || !column) return null;
  const [from, to] = holder === left ? [leftName, rightName] : [rightName, leftName];
  return {
    title: `Join on ${holder.name}.${field.name}`,
    edits: [
      {
        path: file.path,
        range: { start: joined.end, end: joined.end },
        newText: `, ${from}.${field.name} == ${to}.${column.name}`,
      },
    ],
    isPreferred: false,
  };
}
