/** The SQL we show for each case in test/cases/sql is what the native libraries sent when it was recorded. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pythonEnvironment } from '../../scripts/tools/python.ts';
import { createEngine } from '../../server/src/ide/createEngine.ts';
import type { QueryView, StatementView } from '../../server/src/ide/views.ts';
import { createRenderer, type Renderer } from '../../server/src/render/renderer.ts';
import { runtimeFiles } from '../../server/src/render/runtimeFiles.ts';
import { withMoreValues, withValues } from '../harness/lists.ts';
import { asSent, isOfLoop, type Pair, paired } from '../harness/passes.ts';
import { Project, root } from '../harness/project.ts';
import { readBlock, type Sent, sqlCases, type SqlCase } from './sql/cases.ts';
import { askNative } from './sql/python.ts';
import { asDriverSeesIt } from './sql/values.ts';

let renderer: Renderer;
let storage: string;
/** What the Python expressions behind parameters are worth, by case and run. */
const values = new Map<SqlCase, readonly Readonly<Record<string, unknown>>[]>();
const views = new Map<SqlCase, Map<string, QueryView | null>>();
/** With `SQL_CASES=unit-of-work`, only the files with the word in their path. */
const word = process.env['SQL_CASES'] ?? '';
const files = new Map([...sqlCases()].filter(([path]) => path.includes(word)));

beforeAll(async () => {
  storage = mkdtempSync(join(tmpdir(), 'ormsight-sql-'));
  const log = { info: () => undefined, warn: () => undefined };
  renderer = createRenderer({ ...runtimeFiles(), storageDir: storage, log });
  const python = await pythonEnvironment(join(import.meta.dirname, 'models/libraries.txt'));
  for (const cases of files.values()) {
    for (const one of cases) views.set(one, await render(one));
    const holes = cases.map((one) => holesOf([...views.get(one)!.values()]));
    const answers = await askNative(python, cases, { url: null, django: null }, holes);
    for (const [i, answer] of answers.entries()) {
      if ('error' in answer) throw new Error(`${cases[i]!.of.name}: ${answer.error}`);
      if ('holes' in answer) values.set(cases[i]!, answer.holes);
    }
  }
}, 900_000);

afterAll(() => {
  renderer?.dispose();
  rmSync(storage, { recursive: true, force: true });
});

for (const [path, cases] of files) {
  describe(path, () => {
    for (const one of cases) {
      for (const dialect of one.dialects) {
        test(`${one.of.name} (${dialect})`, () => {
          const block = one.expected(dialect);
          expect(block, 'nothing is recorded: npm run record').toBeDefined();
          const view = views.get(one)!.get(dialect);
          expect(view, 'no query was found at the cursor').toBeTruthy();
          const note = one.of.blocks.find(({ kind }) => kind === 'note');
          if (note) expect(view!.note).toBe(note.text.trim());
          const expected = readBlock(block!.text);
          if (expected.every((sent) => sent.length === 0)) return expect(view!.statements).toEqual([]);
          expect(view!.reason, 'it must be exact').toBeNull();
          const shown = variantsOf(view!.statements);
          expect(shown).toHaveLength(expected.length);
          for (const [i, statements] of shown.entries()) {
            const sent = expected[i]!;
            const pairs = paired(asSent(withValues(statements, sent), sent), sent);
            if (pairs === null) expect(statements.map(({ sql }) => sql)).toEqual(sent.map(({ sql }) => sql));
            for (const pair of pairs!) compareParameters(pair, values.get(one)?.[i] ?? {});
          }
        });
      }
    }
  });
}

async function render(one: SqlCase): Promise<Map<string, QueryView | null>> {
  const found = new Map<string, QueryView | null>();
  const project = new Project(one.files);
  for (const dialect of one.dialects) {
    const engine = createEngine({
      workspace: project.workspace,
      renderer,
      settings: () => ({ dialect, driver: recordedWith(one, dialect) }),
    });
    found.set(dialect, await engine.queryAt(`${root}/main.py`, one.cursor));
  }
  return found;
}

/** The driver that needs no compiler to install; only its parameter style differs from the default's. */
function recordedWith(one: SqlCase, dialect: string): string | null {
  return one.orm === 'sqlalchemy' && dialect === 'mysql' ? 'pymysql' : null;
}

function holesOf(shown: readonly (QueryView | null)[]): readonly string[] {
  const params = shown.flatMap((view) => view?.statements.flatMap(withMoreValues) ?? []);
  return [...new Set(params.flatMap((param) => ('hole' in param ? [param.hole] : [])))];
}

/** Statements with the same condition belong to one variant. */
function variantsOf(statements: readonly StatementView[]): StatementView[][] {
  const variants: StatementView[][] = [];
  for (const statement of statements) {
    if (variants.at(-1)?.at(-1)?.when === statement.when && variants.length > 0) variants.at(-1)!.push(statement);
    else variants.push([statement]);
  }
  // An attribute that is loaded already sends nothing.
  return variants.length > 0 ? variants : [[]];
}

function compareParameters({ shown, sent, params }: Pair<Sent>, holes: Readonly<Record<string, unknown>>): void {
  if (sent.names) expect(shown.params.map(({ name }) => name)).toEqual(sent.names.slice(0, params.length));
  // Eager loads take their keys from rows, which only the database has.
  if (shown.role === 'eager') return expect(shown.params).toHaveLength(params.length);
  expect(shown.params).toHaveLength(params.length);
  const values = shown.params.map((param, i) => {
    if (!('hole' in param)) return param.value;
    return isOfRow(param.hole, holes, shown) || isRowOfList(shown, i) ? params[i] : holes[param.hole];
  });
  expect(values.map(asDriverSeesIt)).toEqual(params.map(asDriverSeesIt));
}

/** Of a list that rows fill, one row stands for all: `Post.id`. */
function isRowOfList({ lists, params }: StatementView, i: number): boolean {
  const list = lists?.find(({ params: [from, to] }) => from <= i && i < to);
  const param = params[i]!;
  return list !== undefined && 'hole' in param && !('of' in list && param.hole.startsWith(`${list.of}[`));
}

/** `post.id`, or the variable of a loop: what the case's function found means nothing outside of it. */
function isOfRow(hole: string, holes: Readonly<Record<string, unknown>>, shown: StatementView): boolean {
  const value = String(holes[hole]);
  if (value.startsWith('NameError:') && isOfLoop(hole, shown)) return true;
  return /^\w+(\.\w+)+$/.test(hole) && (value === hole || /^(NameError|AttributeError):/.test(value));
}
