/**
 * Cases that compare our SQL with what the native libraries send. A case is a function with the query at `$0`; its
 * `run` block calls it, once for each variant: lines that bind names, then the call, runs apart by a blank line.
 */
import { basename, dirname, join } from 'node:path';
import { type Block, type Case, caseFiles } from '../../harness/cases.ts';
import type { DialectName } from '../../../server/src/query/program.ts';

export const dialects: readonly DialectName[] = ['postgresql', 'sqlite', 'mysql'];

export interface SqlCase {
  readonly of: Case;
  readonly orm: 'sqlalchemy' | 'django';
  /** The folder: `django`, `sqlalchemy`, or a library on top of that. */
  readonly library: string;
  /** Files of the project, models first; the case's own module is `main.py`. */
  readonly files: Readonly<Record<string, string>>;
  /** Of the query in `main.py`. */
  readonly cursor: number;
  readonly runs: readonly Run[];
  /** The words after `run`: for which dialects a server to record with is at hand; all when there are none. */
  readonly dialects: readonly DialectName[];
  expected(dialect: DialectName): Block | undefined;
}

export interface Run {
  readonly bind: string;
  readonly expression: string;
}

export const caseFolder = join(import.meta.dirname, '../../cases/sql');

/** All cases by Markdown file, which is what shares models. */
export function sqlCases(): ReadonlyMap<string, readonly SqlCase[]> {
  return new Map(caseFiles(caseFolder).map((file) => [file.path, file.cases.map(sqlCase)]));
}

function sqlCase(of: Case): SqlCase {
  const { prelude = '', 'main.py': main = '', ...files } = of.files;
  const run = of.blocks.find((block) => block.kind === 'run');
  const cursor = of.main?.cursor;
  if (!run || cursor === null || cursor === undefined)
    throw new Error(`${of.path}:${of.line}: a case needs $0 and a run block`);
  const library = basename(dirname(of.path));
  const head = `${prelude}\n\n`;
  return {
    of,
    orm: library === 'django' ? 'django' : 'sqlalchemy',
    library,
    files: { ...files, 'main.py': head + main },
    // The cursor stands behind the query; inside is what an editor would ask for.
    cursor: head.length + cursor - 1,
    dialects: run.info ? dialects.filter((dialect) => run.info.includes(dialect)) : dialects,
    runs: run.text
      .trim()
      .split(/\n\s*\n/)
      .map(readRun),
    expected: (dialect) => of.blocks.find((block) => block.kind === 'sql' && block.info === dialect),
  };
}

function readRun(text: string): Run {
  const lines = text.split('\n');
  return { bind: lines.slice(0, -1).join('\n'), expression: lines.at(-1)! };
}

// ---------------------------------------------------------------- expected blocks

export interface Sent {
  readonly sql: string;
  readonly params: readonly unknown[];
  /** Names that the library gives its parameters; null where it has none. */
  readonly names: readonly string[] | null;
}

const PARAMS = '-- params: ';
const NEXT_RUN = '-- next variant';

/** Statements of each run as a block: the text, untouched, then a line with its parameters. */
export function writeBlock(runs: readonly (readonly Sent[])[]): string {
  return runs.map((sent) => sent.map(writeStatement).join('')).join(`${NEXT_RUN}\n`);
}

function writeStatement({ sql, params, names }: Sent): string {
  const written = names === null ? JSON.stringify(params) : JSON.stringify(names.map((name, i) => [name, params[i]]));
  return `${sql}\n${PARAMS}${written}\n`;
}

export function readBlock(text: string): Sent[][] {
  const runs: Sent[][] = [[]];
  let sql: string[] = [];
  for (const line of text.replace(/\n$/, '').split('\n')) {
    if (line === NEXT_RUN) runs.push([]);
    else if (line.startsWith(PARAMS)) {
      const values = JSON.parse(line.slice(PARAMS.length)) as unknown[];
      const sent = sql.join('\n');
      // Django's `%s` has no names; a list among its parameters is no pair of name and value.
      const isNamed = values.length > 0 && !sent.includes('%s') && values.every((value) => Array.isArray(value));
      runs.at(-1)!.push({
        sql: sent,
        params: isNamed ? values.map((pair) => (pair as unknown[])[1]) : values,
        names: isNamed ? values.map((pair) => String((pair as unknown[])[0])) : null,
      });
      sql = [];
    } else sql.push(line);
  }
  return runs;
}
