import { basename } from 'node:path';
import type { ShownMigrationProject } from '../../../../server/src/protocol/migrations.ts';
import type { Translate } from '../../platform/translate.ts';

/** One command that changes a database. */
export interface Upgrade {
  readonly project: ShownMigrationProject;
  /** The folder in which it runs. */
  readonly folder: string;
  readonly python: string;
  /** The file and line that name the database, as the user knows them: `shop/config.py, line 5`. */
  readonly place: string | null;
}

export const toolNames: Record<ShownMigrationProject['tool'], string> = { alembic: 'Alembic', django: 'Django' };

/** The question before anything is changed, and what it stands on. */
export function question(upgrade: Upgrade, t: Translate): { readonly message: string; readonly detail: string } {
  const { project, folder, python } = upgrade;
  const detail = [
    t('Database: {0}', databaseText(upgrade, t)),
    t('Command: {0}', commandLine(upgrade)),
    t('Folder: {0}', folder),
    t('Python: {0}', python),
  ];
  return {
    message: t('Upgrade the database of {0} to its newest {1} migration?', basename(folder), toolNames[project.tool]),
    detail: detail.join('\n'),
  };
}

/** `shop.sqlite3 (SQLite), named in shop/config.py, line 5`. */
export function databaseText({ project: { database, databaseName }, place }: Upgrade, t: Translate): string {
  const known = databaseName ? (database ? `${databaseName} (${database})` : databaseName) : database;
  if (!known) return t('known only when the command runs');
  return place ? t('{0}, named in {1}', known, place) : known;
}

/** As a person would type it. */
export function commandLine({ project }: Pick<Upgrade, 'project'>): string {
  return ['python', ...project.upgrade].join(' ');
}
