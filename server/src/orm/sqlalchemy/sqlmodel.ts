/** Fields of SQLModel: annotations, with `Field(...)` for the rest. */
import { keyword, type Classes } from '../classes.ts';
import { inside, pieceText, type Piece } from '../pieces.ts';
import { staticBoolean, staticString, type Static } from '../statics.ts';
import type { Annotation } from './annotations.ts';
import { columnCall, pythonOf, readColumn, type RawColumn } from './columns.ts';
import { libraryName } from './names.ts';
import { contextOf } from './tables.ts';

/** The column of one field, or null when the annotation makes none (`ClassVar`, private names). */
export function readSqlModelField(
  classes: Classes,
  name: string,
  value: Piece | null,
  annotation: Annotation,
  given: ReadonlyMap<string, Static>,
): RawColumn | null {
  if (name.startsWith('_') || name === 'model_config' || annotation.text.startsWith('ClassVar')) return null;
  const call = value?.expr.kind === 'Call' ? value.expr : null;
  const isField = call !== null && libraryName(classes, value!.file, call.func, value!.scope) === 'Field';
  const column = isField ? keyword(call, 'sa_column') : null;
  if (column && columnCall(classes, inside(value!, column)))
    return readColumn(classes, name, inside(value!, column), null, given);
  const context = value && contextOf(classes, value.file, value.scope, given);
  const flag = (option: string): boolean | undefined =>
    isField ? staticBoolean(context!, keyword(call, option)) : undefined;
  const text = annotation.text;
  const first = isField
    ? (call.args[0] ?? keyword(call, 'default') ?? keyword(call, 'default_factory'))
    : (value?.expr ?? null);
  const primaryKey = flag('primary_key') ?? false;
  const target = isField ? staticString(context!, keyword(call, 'foreign_key')) : undefined;
  return {
    attribute: name,
    column: name,
    type: text,
    python: pythonOf(text),
    primaryKey,
    nullable: flag('nullable') ?? (annotation.optional && !primaryKey),
    unique: flag('unique') ?? false,
    index: flag('index') ?? false,
    default: first ? pieceText(inside(value!, first)) : null,
    serverDefault: null,
    foreignKey:
      target === undefined
        ? null
        : { target, owner: null, onDelete: staticString(context!, keyword(call!, 'ondelete')) ?? null },
    deferred: false,
    sortOrder: 0,
    unknown: [],
  };
}
