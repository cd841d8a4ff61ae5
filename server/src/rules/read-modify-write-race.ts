import { nameInFile } from '../orm/eagerLoadFix.ts';
import { importEdit } from '../orm/importEdit.ts';
import type { Inference } from '../orm/infer.ts';
import type { ReadModifyWrite } from '../orm/use/races.ts';
import type { SourceFile } from '../python/types.ts';
import { defineRule, type Fix } from './rule.ts';
import { placeOf } from '../orm/values.ts';

export const readModifyWriteRace = defineRule({
  id: 'read-modify-write-race',
  severity: 'warning',
  summary: 'A number is read, changed and written back: changes of others in between are lost',
  isOnByDefault: false,
  inTests: false,
  check({ file, inference, uses }, report) {
    for (const race of uses.readModifyWrites()) {
      const { statement, object, field, write, query } = race;
      const fix = inTheDatabase(race, file, inference);
      report({
        range: { start: statement.start, end: statement.end },
        message: `\`${object}.${field.name}\` may have changed since it was read: this writes over it`,
        related: [
          {
            ...placeOf(query),
            message: 'The row is read here, without a lock',
          },
          { path: file.path, range: { start: write.start, end: write.end }, message: 'It is written here' },
        ],
        fixes: fix ? [fix] : [],
      });
    }
  },
});

/** The database adds to what it has: `item.stock = F("stock") - 1`, `item.stock = Item.stock - 1`. */
function inTheDatabase(race: ReadModifyWrite, file: SourceFile, inference: Inference): Fix | null {
  const { statement, object, field, model, change, isReadLater } = race;
  if (isReadLater) return null;
  const owner = model.orm === 'django' ? null : nameInFile(file, model, inference);
  if (model.orm === 'sqlalchemy' && owner === null) return null;
  const column = owner === null ? `F("${field.name}")` : `${owner}.${field.name}`;
  const by = file.text.slice(change.by.start, change.by.end);
  const amount = change.by.kind === 'BinOp' || change.by.kind === 'IfExp' ? `(${by})` : by;
  const newText = `${object}.${field.name} = ${column} ${change.op} ${amount}`;
  return {
    title: 'Let the database do the sum',
    edits: [
      { path: file.path, range: { start: statement.start, end: statement.end }, newText },
      ...(owner === null ? importEdit(inference.program, file, 'django.db.models', 'F') : []),
    ],
    isPreferred: false,
  };
}
