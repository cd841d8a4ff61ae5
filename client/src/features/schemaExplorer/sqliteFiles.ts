import { open } from 'node:fs/promises';
import { type Uri, workspace } from 'vscode';

/** Usual endings of SQLite files. */
export const sqliteEndings = ['sqlite', 'sqlite3', 'db', 'db3'];

export const sqlitePattern = `**/*.{${sqliteEndings.join(',')}}`;

/** A write-ahead log changes before its database does. */
export const changesPattern = `**/*.{${sqliteEndings.flatMap((ending) => [ending, `${ending}-wal`]).join(',')}}`;

/** Folders of tools, caches and environments. */
const skipped = '**/{node_modules,site-packages,__pycache__,.*,venv,env,build,dist}/**';

const mostFiles = 50;

/** The SQLite files of the workspace, by name and first bytes. */
export async function findSqliteFiles(): Promise<readonly Uri[]> {
  const files = (await workspace.findFiles(sqlitePattern, skipped, mostFiles)).filter(
    ({ scheme }) => scheme === 'file',
  );
  const isSqlite = await Promise.all(files.map(({ fsPath }) => startsAsSqlite(fsPath)));
  return files.filter((_, index) => isSqlite[index]).toSorted((a, b) => (a.fsPath < b.fsPath ? -1 : 1));
}

/** https://www.sqlite.org/fileformat.html#magic_header_string */
const magic = Buffer.from('SQLite format 3\0');

async function startsAsSqlite(file: string): Promise<boolean> {
  try {
    const handle = await open(file, 'r');
    try {
      const { buffer } = await handle.read(Buffer.alloc(magic.length), 0, magic.length, 0);
      return buffer.equals(magic);
    } finally {
      await handle.close();
    }
  } catch {
    // Gone, or not ours to read: then it is no database that could be shown.
    return false;
  }
}
