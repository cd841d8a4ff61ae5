import type { CancellationToken } from '../base/cancellation.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { dialects } from './dialects/index.ts';
import type { DatabaseDriver } from './driver.ts';
import { drivers } from './drivers/index.ts';
import { DatabaseError, type DatabaseProblem } from './problem.ts';
import type { ConnectionProfile } from './profile.ts';

/** What is known of one database. Callers never ask whether there is a connection. */
export interface LiveDatabase {
  /** Its catalog as it is now, or why it is unknown. Throws only `CancelledError`. */
  schema(cancellation?: CancellationToken): Promise<LiveSchema>;
}

export type LiveSchema =
  | { readonly state: 'known'; readonly catalog: Catalog }
  | { readonly state: 'unknown'; readonly problem: DatabaseProblem };

/** The database of a project that has no connection. */
export const noDatabase: LiveDatabase = {
  schema: async () => ({
    state: 'unknown',
    problem: { kind: 'no-connection', message: 'No database is connected.' },
  }),
};

/** Reads the catalog anew each time, with a connection that is closed afterwards. */
export function liveDatabase(
  profile: ConnectionProfile,
  secret: string | null,
  driver: DatabaseDriver = drivers[profile.driver],
): LiveDatabase {
  return {
    async schema(cancellation) {
      try {
        const connection = await driver.connect(profile, secret);
        try {
          return { state: 'known', catalog: await dialects[driver.dialect].introspect(connection, cancellation) };
        } finally {
          await connection.close();
        }
      } catch (error) {
        if (error instanceof DatabaseError) return { state: 'unknown', problem: error.problem };
        throw error;
      }
    },
  };
}
