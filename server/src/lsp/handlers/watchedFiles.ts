import { DidChangeWatchedFilesNotification, FileChangeType, WatchKind } from 'vscode-languageserver';
import { basename } from '../../base/paths.ts';
import { isProjectFile, isPythonFile } from '../../workspace/discover.ts';
import { pathOfUri } from '../convert.ts';
import type { Handler } from '../handler.ts';

/** Files that change on disk: saved elsewhere, created, deleted, by a branch switch. */
export const watchedFiles: Handler = {
  register({ connection, session, changes, requests, closedFiles }) {
    connection.onDidChangeWatchedFiles((params) => {
      const events = params.changes.map(({ uri, type }) => ({ path: pathOfUri(uri), type }));
      const known = events.filter(({ path }) => canMatter(path));
      for (const { path, type } of known) {
        if (type === FileChangeType.Created) session.fileCreated(path);
        else if (type === FileChangeType.Deleted) session.fileDeleted(path);
        else session.fileChanged(path);
      }
      if (known.length === 0) return;
      changes.projectChanged();
      requests.background('changed files', () => closedFiles.changed(known.map(({ path }) => path)));
    });
  },
  async start({ connection, client }) {
    if (client.canWatchFiles) await connection.client.register(DidChangeWatchedFilesNotification.type, { watchers });
  },
};

/** A folder that comes or goes is told as one event, so these are wanted for any name. */
const watchers = [
  { globPattern: '**/*', kind: WatchKind.Create | WatchKind.Delete },
  { globPattern: '**/*.{py,pyi,toml,cfg,ini,lock,txt,in,yml,yaml,env,html,jinja,jinja2,j2}', kind: WatchKind.Change },
  { globPattern: '**/{.env*,Pipfile}', kind: WatchKind.Change },
];

/** Names without an ending may be folders. */
function canMatter(path: string): boolean {
  const name = basename(path);
  return isPythonFile(name) || isProjectFile(path) || !name.slice(1).includes('.');
}
