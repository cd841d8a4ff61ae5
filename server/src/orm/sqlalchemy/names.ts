/** What the names of SQLAlchemy, Flask-SQLAlchemy and SQLModel in a file mean. */
import type { Expr } from '../../python/syntax/nodes.ts';
import type { Scope, SourceFile } from '../../python/types.ts';
import type { Base, Classes } from '../classes.ts';

const LIBRARIES = new Set(['sqlalchemy', 'sqlmodel', 'flask_sqlalchemy']);

/**
 * `Column` for `Column`, `sa.Column`, `sqlalchemy.schema.Column` and `db.Column` alike; null for everything that does
 * not come from one of the libraries.
 */
export function libraryName(classes: Classes, file: SourceFile, expr: Expr, scope: Scope = file.scope): string | null {
  if (expr.kind !== 'Name' && expr.kind !== 'Attribute') return null;
  const symbol = classes.program.resolve(file, expr, scope);
  if (symbol.kind === 'external') return fromLibrary(symbol.name);
  if (expr.kind !== 'Attribute') return null;
  return isFlaskObject(classes, classes.base(file, expr.value, scope)) ? expr.attr.text : null;
}

/** The last part of a dotted name of one of the libraries, else null. */
export function fromLibrary(dotted: string): string | null {
  const dot = dotted.indexOf('.');
  const library = dot === -1 ? dotted : dotted.slice(0, dot);
  return LIBRARIES.has(library) ? dotted.slice(dotted.lastIndexOf('.') + 1) : null;
}

/** Whether a value is Flask-SQLAlchemy's `db = SQLAlchemy()`. */
export function isFlaskObject(classes: Classes, base: Base): boolean {
  if (base.kind === 'external') return /^flask_sqlalchemy\.(.*\.)?db$/.test(base.id);
  if (base.kind !== 'value' || base.value.kind !== 'Call') return false;
  const made = classes.base(base.file, base.value.func);
  const order = made.kind === 'class' ? classes.order(made.ref) : [made];
  return order.some((each) => each.kind === 'external' && /^flask_sqlalchemy\.(.*\.)?SQLAlchemy$/.test(each.id));
}

/** Libraries whose mixins are known to map nothing. */
export const HARMLESS_BASES =
  /^(builtins|typing|typing_extensions|abc|enum|dataclasses|collections|datetime|sqlalchemy|flask_sqlalchemy|sqlmodel|flask_login|itsdangerous|pydantic|sqlalchemy_serializer|werkzeug)\./;
