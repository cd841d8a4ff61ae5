import { leftOut, type LeftOut } from '../orm/leftOut.ts';
import type { ColumnRead } from '../orm/loops/loops.ts';
import { defineRule, type Fix } from './rule.ts';
import { placeOf } from '../orm/values.ts';

export const incompleteColumns = defineRule({
  id: 'incomplete-columns',
  severity: 'warning',
  summary: 'A column that the query leaves out is loaded once per row of a loop',
  isOnByDefault: false,
  inTests: false,
  check({ file, loops, inference }, report) {
    const seen = new Set<string>();
    for (const read of loops.columnReads()) {
      const { attribute, query, model, field } = read;
      const place = `${query.root.start}@${query.rootFile.path}:${field.name}`;
      const left = seen.has(place) ? null : leftOut(query, field, inference);
      if (!left) continue;
      seen.add(place);
      const text = file.text.slice(attribute.start, attribute.end);
      const fix = fixOf(left, read);
      report({
        range: { start: attribute.start, end: attribute.end },
        message: `\`${text}\` runs one query per ${model.name}: ${left.by === null ? 'the column is deferred' : `\`${left.by}()\` leaves the column out`}`,
        related: [
          {
            ...placeOf(query),
            message: 'This query could load it',
          },
        ],
        fixes: fix ? [fix] : [],
      });
    }
  },
});

/** Adds the column to the list, written as its neighbour is. */
function fixOf({ list }: LeftOut, { query, field }: ColumnRead): Fix | null {
  const last = list?.args.at(-1);
  if (!last) return null;
  const written = query.file.text.slice(last.start, last.end);
  const newText =
    last.kind === 'Attribute'
      ? `, ${query.file.text.slice(last.value.start, last.value.end)}.${field.name}`
      : `, ${written.at(-1)}${field.name}${written.at(-1)}`;
  return {
    title: `Load ${field.name} too`,
    edits: [{ path: query.file.path, range: { start: last.end, end: last.end }, newText }],
    isPreferred: true,
  };
}
