/** Runs the programs of several worlds with the native libraries, in one Python process. */
import { join } from 'node:path';
import { askPython } from '../native/sql/python.ts';
import type { Batch } from './make.ts';
import { CURSOR, type Orm, type Program } from './program.ts';

export interface NativeStatement {
  readonly sql: string;
  readonly params: readonly unknown[];
}

/** What one run of a program did. */
export interface NativeRun {
  readonly statements: readonly NativeStatement[];
  /** Class and message of the exception that the library raised; null for none. */
  readonly error: string | null;
  /** The program came to the query that is compared. */
  readonly reached: boolean;
  /** The database raised: what would have been sent after that is not known. */
  readonly stopped: boolean;
  /** Whether the conditions that were asked for hold, by their text; null for what is no Python. */
  readonly holding: Readonly<Record<string, boolean | null>>;
  /** What the Python expressions that were asked for are worth in the function, by their text. */
  readonly values: Readonly<Record<string, { readonly value: unknown } | { readonly error: string }>>;
}

/** The runs of each program, in their order; or why the world could not be made. */
export type NativeAnswer = readonly (readonly NativeRun[])[] | { readonly error: string };

/** Python that is evaluated in each run of a program. */
export interface Questions {
  readonly conditions: readonly string[];
  readonly expressions: readonly string[];
}

export async function runNatively(
  python: string,
  orm: Orm,
  batches: readonly Batch[],
  questions: (program: Program) => Questions,
): Promise<readonly NativeAnswer[]> {
  const request = {
    worlds: batches.map(({ world, programs }) => ({
      package: world.package,
      files: world.files,
      rows: world.rows,
      programs: programs.map((program) => ({
        source: program.source.replace(CURSOR, ''),
        cursor: program.source.indexOf(CURSOR) - 1,
        setup: '',
        runs: program.runs,
        ...questions(program),
      })),
    })),
  };
  const script = join(import.meta.dirname, 'native', `${orm}_runner.py`);
  return JSON.parse(await askPython(python, script, JSON.stringify(request))) as NativeAnswer[];
}
