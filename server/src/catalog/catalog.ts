/**
 * Tables as data. Models (declared), migration files (migrated) and a database (live) all become this one type,
 * so there is one differ, one tree and one diagram.
 */
export type CatalogOrigin = 'declared' | 'migrated' | 'live';

export interface Catalog {
  readonly origin: CatalogOrigin;
  /** Sorted by schema, then name. */
  readonly tables: readonly Table[];
  /** What could not be known, in words for a user: `model Item: base class Mixin was not found`. */
  readonly unknown: readonly string[];
}

export interface Table {
  /** A namespace inside the database, as in `public`; null for the default one. */
  readonly schema: string | null;
  readonly name: string;
  readonly kind: 'table' | 'view';
  readonly columns: readonly Column[];
  readonly primaryKey: readonly string[];
  readonly foreignKeys: readonly ForeignKey[];
  readonly uniques: readonly (readonly string[])[];
  readonly indexes: readonly Index[];
  /** The model behind a declared table: its qualified name. */
  readonly model: string | null;
}

export interface Column {
  readonly name: string;
  /** As the source writes it: `VARCHAR(30)` in a database, `String(30)` or `CharField` in a declared catalog. */
  readonly type: string;
  /** null when it is not known. */
  readonly nullable: boolean | null;
  readonly default: string | null;
}

export interface ForeignKey {
  readonly name: string | null;
  readonly columns: readonly string[];
  readonly targetSchema: string | null;
  readonly targetTable: string;
  readonly targetColumns: readonly string[];
  readonly onDelete: string | null;
}

export interface Index {
  readonly name: string | null;
  readonly columns: readonly string[];
  readonly unique: boolean;
}
