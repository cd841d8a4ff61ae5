import type { CancellationToken } from '../base/cancellation.ts';
import type { DatabaseDriver } from './driver.ts';
import { drivers } from './drivers/index.ts';
import { liveDatabase, type LiveSchema } from './liveDatabase.ts';
import type { ConnectionProfile } from './profile.ts';

/**
 * The catalogs that were read last. The key is the profile with the driver's stamp of the database, so a changed
 * SQLite file is read again; where a driver cannot tell, a catalog stays until `forget`. Problems are never kept.
 */
export class SchemaCache {
  readonly #entries = new Map<string, Entry>();
  readonly #driverOf: (profile: ConnectionProfile) => DatabaseDriver;

  constructor(driverOf: (profile: ConnectionProfile) => DatabaseDriver = ({ driver }) => drivers[driver]) {
    this.#driverOf = driverOf;
  }

  /** The catalog of a database, or why it is unknown. Throws only `CancelledError`. */
  async schema(
    profile: ConnectionProfile,
    secret: string | null,
    cancellation?: CancellationToken,
  ): Promise<LiveSchema> {
    const key = `${profile.driver}\n${profile.database}`;
    const driver = this.#driverOf(profile);
    // Before it is read: what changes meanwhile is read again next time.
    const stamp = await driver.stamp(profile);
    const entry = this.#entries.get(key);
    if (entry && entry.stamp === stamp) return entry.schema;
    const schema = await liveDatabase(profile, secret, driver).schema(cancellation);
    if (schema.state === 'known') this.#entries.set(key, { stamp, schema });
    else this.#entries.delete(key);
    return schema;
  }

  /** Forgets all catalogs: the user wants to see them as they are now. */
  forget(): void {
    this.#entries.clear();
  }
}

interface Entry {
  readonly stamp: string | null;
  readonly schema: LiveSchema;
}
