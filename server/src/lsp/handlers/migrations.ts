import { dialectNames } from '../../ide/labels.ts';
import { migrationProjects } from '../../protocol/migrations.ts';
import { uriOfPath } from '../convert.ts';
import type { Handler } from '../handler.ts';

/** The projects of the workspace whose database can be upgraded; the client runs what it is told. */
export const migrations: Handler = {
  register({ session, requests }) {
    requests.on(migrationProjects, {
      otherwise: [],
      answer: () =>
        session.engine.migrationProjects().map(({ tool, folder, upgrade, database }) => ({
          tool,
          folder: uriOfPath(folder),
          upgrade,
          database: database.dialect && dialectNames[database.dialect],
          databaseName: database.name,
          where: database.place && { uri: uriOfPath(database.place.path), line: database.place.line - 1 },
        })),
    });
  },
};
