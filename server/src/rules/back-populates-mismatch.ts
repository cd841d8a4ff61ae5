import { type BackReferenceMismatch, namingOtherSide } from '../orm/use/relationships.ts';
import { defineRule, type Fix } from './rule.ts';

export const backPopulatesMismatch = defineRule({
  id: 'back-populates-mismatch',
  severity: 'error',
  summary: 'back_populates names something that is not the other side',
  isOnByDefault: true,
  inTests: true,
  check({ file, uses }, report) {
    for (const mismatch of uses.backReferenceMismatches()) {
      const { named, counterpart, kind } = mismatch;
      const fix = fixOf(mismatch, file.path);
      report({
        range: { start: named.start, end: named.end },
        message: messageOf(mismatch),
        severity: kind === 'oneSided' ? 'warning' : undefined,
        related: counterpart
          ? [
              {
                path: counterpart.file.path,
                range: counterpart.relation.declared.range,
                message: 'This is the relationship of the other side',
              },
            ]
          : [],
        fixes: fix ? [fix] : [],
      });
    }
  },
});

function messageOf({ relationship, named, kind }: BackReferenceMismatch): string {
  const { owner, target, relation } = relationship;
  const other = `\`${target.name}.${named.value}\``;
  switch (kind) {
    case 'missing':
      return `${other} is no relationship: once this module is imported, no model can be used`;
    case 'elsewhere':
      return `${other} does not lead to ${owner.name}: once this module is imported, no model can be used`;
    case 'oneSided':
      return `${other} does not name \`${owner.name}.${relation.name}\`: what is set there does not show up here`;
  }
}

function fixOf({ relationship, named, kind, counterpart }: BackReferenceMismatch, path: string): Fix | null {
  if (!counterpart) return null;
  const { relation } = relationship;
  if (kind === 'missing') {
    const { name } = counterpart.relation;
    return {
      title: `Name ${name}`,
      edits: [{ path, range: { start: named.start + 1, end: named.end - 1 }, newText: name }],
      isPreferred: counterpart.relation.backReference === relation.name,
    };
  }
  return {
    title: `Let ${counterpart.relation.name} name ${relation.name}`,
    edits: [namingOtherSide(counterpart, relation.name)],
    isPreferred: true,
  };
}
