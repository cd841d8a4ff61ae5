/** What the generator makes: worlds of related models, and programs over them as a user would write them. */
import type { Random } from '../harness/random.ts';

export type Orm = 'sqlalchemy' | 'django';

/** The models of some programs, and one row for each of their tables. */
export interface World {
  readonly orm: Orm;
  /** Package of the models and the programs. */
  readonly package: string;
  readonly files: Readonly<Record<string, string>>;
  /** Values by column, for each table; columns that are not named get a value of their type. */
  readonly rows: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export interface Program {
  /** With the seed, it makes the same program again: `npm run random -- --seed SEED --program NUMBER`. */
  readonly number: number;
  /** The family of constructs it is of: the file that wrote it. */
  readonly family: string;
  readonly path: string;
  /** A module with one function; the query that is compared stands before `$0`. */
  readonly source: string;
  /** For each way its conditions can turn out: lines that bind names, and the call. */
  readonly runs: readonly Run[];
}

export interface Run {
  readonly bind: string;
  readonly expression: string;
}

/** Makes worlds of one ORM. */
export interface Generator {
  /** The models of the world, and what writes programs over them. */
  world(random: Random, name: string): { readonly world: World; readonly families: readonly Family[] };
}

/** Programs that try one kind of construct. */
export interface Family {
  readonly name: string;
  /** How often it is chosen, compared with the others. */
  readonly weight: number;
  readonly write: (random: Random) => Written;
}

export type Written = Pick<Program, 'source' | 'runs'>;

export const CURSOR = '$0';
