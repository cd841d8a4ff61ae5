import type { CancellationToken } from '../../base/cancellation.ts';
import type { Catalog } from '../../catalog/catalog.ts';
import type { Connection } from '../driver.ts';

/** How one SQL flavour tells about itself. The SQL of queries is no matter of ours: the ORM compiles it. */
export interface Dialect {
  readonly name: 'sqlite';
  /**
   * Reads the catalog. What cannot be read, such as a view whose table is gone, is named in `unknown`.
   * Throws a `DatabaseError` when the catalog as a whole cannot be read.
   */
  introspect(connection: Connection, cancellation?: CancellationToken): Promise<Catalog>;
}
