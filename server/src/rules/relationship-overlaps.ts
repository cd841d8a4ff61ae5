import { namingOtherSide } from '../orm/use/relationships.ts';
import { defineRule } from './rule.ts';

export const relationshipOverlaps = defineRule({
  id: 'relationship-overlaps',
  severity: 'warning',
  summary: 'Two relationships write the same foreign key and do not know of each other',
  isOnByDefault: true,
  inTests: true,
  check({ uses }, report) {
    for (const { relationship, other, areSides } of uses.overlaps()) {
      const { call, owner, relation } = relationship;
      const name = `${other.owner.name}.${other.relation.name}`;
      report({
        range: { start: call.func.start, end: call.func.end },
        message: `\`${owner.name}.${relation.name}\` and \`${name}\` write the same column, and neither knows what the other one does`,
        related: [{ path: other.file.path, range: other.relation.declared.range, message: `${name} is declared here` }],
        fixes: areSides
          ? [
              {
                title: `Join it with ${name} by back_populates`,
                edits: [namingOtherSide(relationship, other.relation.name), namingOtherSide(other, relation.name)],
                isPreferred: true,
              },
            ]
          : [],
      });
    }
  },
});
