import type { Range, RequestName } from './messages.ts';

/** The tables of one database as they are now. Only asked in trusted workspaces. */
export const readSchema: RequestName<SchemaQuestion, ShownSchema> = { method: 'ormsight/schema/read' };

/** The models behind the tables of one database, as far as the workspace has them. */
export const tableModels: RequestName<DatabaseName, readonly ShownModel[]> = { method: 'ormsight/schema/models' };

export interface DatabaseName {
  readonly driver: 'sqlite';
  /** SQLite: the path of the file. */
  readonly database: string;
}

export interface SchemaQuestion extends DatabaseName {
  /** From the client's secret storage; used for this one request. */
  readonly secret: string | null;
  /** Read it again even if nothing seems to have changed. */
  readonly refresh: boolean;
}

export type ShownSchema =
  | { readonly state: 'known'; readonly tables: readonly ShownTable[]; readonly unknown: readonly string[] }
  /** `message` is for the user. */
  | { readonly state: 'unknown'; readonly problem: string; readonly message: string };

export interface ShownTable {
  readonly schema: string | null;
  readonly name: string;
  readonly kind: 'table' | 'view';
  readonly columns: readonly ShownColumn[];
  readonly primaryKey: readonly string[];
  readonly foreignKeys: readonly ShownForeignKey[];
  readonly uniques: readonly (readonly string[])[];
  readonly indexes: readonly ShownIndex[];
}

export interface ShownColumn {
  readonly name: string;
  readonly type: string;
  /** Null when it is not known. */
  readonly nullable: boolean | null;
  readonly default: string | null;
}

export interface ShownForeignKey {
  readonly name: string | null;
  readonly columns: readonly string[];
  readonly targetSchema: string | null;
  readonly targetTable: string;
  readonly targetColumns: readonly string[];
  readonly onDelete: string | null;
}

export interface ShownIndex {
  readonly name: string | null;
  readonly columns: readonly string[];
  readonly unique: boolean;
}

export interface ShownModel {
  readonly schema: string | null;
  readonly table: string;
  /** The class: `User`. */
  readonly name: string;
  readonly uri: string;
  /** Of its name. */
  readonly range: Range;
}
