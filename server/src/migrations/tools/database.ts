/** Names of databases for people. No user, no password and no query of a URL leaves this file. */
import { databaseTarget } from '../../orm/project/databaseTarget.ts';
import { djangoSettings } from '../../orm/project/djangoSettings.ts';
import type { SettingValue } from '../../orm/project/settingValue.ts';
import type { Source } from '../../orm/project/fact.ts';
import type { Program } from '../../python/types.ts';
import type { Snapshot } from '../../workspace/snapshot.ts';
import type { NamedDatabase } from '../project.ts';

/** The database of a SQLAlchemy project, by the URL in its code, in `alembic.ini` or `.env`. */
export function urlDatabase(snapshot: Snapshot, program: Program, near: string): NamedDatabase {
  const target = databaseTarget(snapshot, program, near, 'sqlalchemy');
  if (!target) return unnamed;
  const name = nameInUrl(lineAt(snapshot, target.source));
  return { dialect: target.value.dialect, name, place: target.source };
}

/** The database of a Django project, by `DATABASES['default']`. */
export function settingsDatabase(snapshot: Snapshot, program: Program, near: string): NamedDatabase {
  const target = databaseTarget(snapshot, program, near, 'django');
  if (!target) return unnamed;
  const { value, source } = target;
  const databases = djangoSettings(snapshot, program, near)?.get('DATABASES');
  const entry = databases?.kind === 'dict' ? databases.entries.get('default') : undefined;
  const get = (key: string): SettingValue | undefined => (entry?.kind === 'dict' ? entry.entries.get(key) : undefined);
  const database = get('NAME');
  const text = textOf(database) ?? (database && lastString(lineAt(snapshot, database.source)));
  const host = textOf(get('HOST'));
  const port = textOf(get('PORT'));
  const server = host ? `${host}${port ? `:${port}` : ''}/` : '';
  const name = text ? `${server}${text}` : entry ? null : nameInUrl(lineAt(snapshot, source));
  return { dialect: value.dialect, name, place: source };
}

const unnamed: NamedDatabase = { dialect: null, name: null, place: null };

/** `sqlite:///shop.sqlite3` → `shop.sqlite3`, `postgresql+asyncpg://me:secret@host/shop?ssl=1` → `host/shop`. */
function nameInUrl(line: string): string | null {
  // Greedy to the last @: a password may hold one too.
  const [, scheme, rest] = /\b([a-z][a-z0-9]*(?:\+\w+)?):\/\/(?:[^\s"'`]*@)?([^\s"'`?#]*)/.exec(line) ?? [];
  if (scheme === undefined || !rest || /[{}%$]/.test(rest)) return null;
  return (scheme.startsWith('sqlite') ? rest.slice(1) : rest) || null;
}

function textOf(value: SettingValue | undefined): string | null {
  switch (value?.kind) {
    case 'string':
      return value.complete && value.text !== '' ? value.text : null;
    case 'number':
      return String(value.value);
    case 'environment':
      return textOf(value.fallback ?? undefined);
    default:
      return null;
  }
}

/** `db.sqlite3` of `BASE_DIR / "db.sqlite3"`. */
function lastString(line: string): string | null {
  const [, , text] = /^.*\/\s*(["'])([^"'{}]+)\1\)?\s*,?\s*$/.exec(line) ?? [];
  return text ?? null;
}

function lineAt(snapshot: Snapshot, { path, line }: Source): string {
  const text = snapshot.text(path) ?? snapshot.readOther(path) ?? '';
  return text.split(/\r\n|\r|\n/)[line - 1] ?? '';
}
