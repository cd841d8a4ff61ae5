/** Whole scripts, as beginners write them and as notebooks are run: each line sends natively what we show for it. */
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pythonEnvironment } from '../../scripts/tools/python.ts';
import { run } from '../../scripts/tools/run.ts';
import { LineIndex } from '../../server/src/base/text.ts';
import { createEngine } from '../../server/src/ide/createEngine.ts';
import type { QueryView } from '../../server/src/ide/views.ts';
import { createRenderer, type Renderer } from '../../server/src/render/renderer.ts';
import { runtimeFiles } from '../../server/src/render/runtimeFiles.ts';
import { asSent } from '../harness/passes.ts';
import { Project, root } from '../harness/project.ts';

const folder = join(import.meta.dirname, 'scripts');
const runner = 'run_script.py';
let renderer: Renderer;
let storage: string;
let python: string;

beforeAll(async () => {
  storage = mkdtempSync(join(tmpdir(), 'ormsight-scripts-'));
  renderer = createRenderer({
    ...runtimeFiles(),
    storageDir: storage,
    log: { info: () => undefined, warn: () => undefined },
  });
  python = await pythonEnvironment(join(import.meta.dirname, 'models/libraries.txt'));
}, 300_000);

afterAll(() => {
  renderer?.dispose();
  rmSync(storage, { recursive: true, force: true });
});

for (const name of readdirSync(folder).filter((file) => file.endsWith('.py') && file !== runner)) {
  test(name, async () => {
    const text = readFileSync(join(folder, name), 'utf8');
    const sent = JSON.parse(await run(python, ['-B', join(folder, runner), join(folder, name)])) as Sent[];
    const shown = await sitesOf(text);
    // Of `create_all` it is said that the order is not known; here it is compared all the same.
    expect(
      shown.flatMap(({ reason }) => reason ?? []).filter((reason) => !/^The order of tables/.test(reason)),
    ).toEqual([]);
    const lines = new LineIndex(text);
    const lineOf = (offset: number): number => lines.position(offset).line;
    const notShown = sent.filter(
      ({ line }) => !shown.some(({ range }) => lineOf(range.start) <= line && line <= lineOf(range.end)),
    );
    expect(notShown).toEqual([]);
    for (const { range, statements } of shown) {
      const native = sent.filter(({ line }) => lineOf(range.start) <= line && line <= lineOf(range.end));
      // Statements that are only built here are shown too; they were not sent by this line.
      if (native.length === 0) continue;
      // Of several ways, the first: the tables are not there yet.
      const [first] = statements;
      const ofFirst = statements.filter(({ role, when }) => role !== 'transaction' && when === first?.when);
      const ours = asSent(ofFirst, native);
      const place = text.slice(range.start, range.end);
      expect(
        ours.map(({ sql, role }) => (role === 'eager' ? withOneKey(sql) : sql)),
        place,
      ).toEqual(native.map(({ sql }, i) => (ours[i]?.role === 'eager' ? withOneKey(sql) : sql)));
      for (const [i, { params, role }] of ours.entries()) {
        if (role === 'eager') continue;
        expect(params, place).toHaveLength(native[i]!.params.length);
        const values = params.map((param, at) => ('hole' in param ? native[i]!.params[at] : param.value));
        expect(values, place).toEqual(native[i]!.params);
      }
    }
  });
}

test('a statement whose values are given later is shown as it is sent then', async () => {
  const text = readFileSync(join(folder, 'core.py'), 'utf8');
  const sent = JSON.parse(await run(python, ['-B', join(folder, runner), join(folder, 'core.py')])) as Sent[];
  const built = (await sitesOf(text)).find(({ range }) => text.startsWith('authors.update()', range.start))!;
  expect(built.status).toBe('exact');
  expect(built.statements.map(({ sql }) => sql)).toEqual([sent.at(-1)!.sql]);
  expect(built.statements[0]!.params).toEqual([
    { name: 'new', hole: "bindparam('new')" },
    { name: 'old', hole: "bindparam('old')" },
  ]);
});

test('indexes of a table are said to be made in any order: SQLAlchemy keeps them in a set of objects', async () => {
  const text = `from sqlalchemy import Column, Integer, MetaData, String, Table, create_engine

metadata = MetaData()
authors = Table("authors", metadata, Column("id", Integer, primary_key=True), Column("name", String(50), index=True), Column("born", Integer, index=True))
metadata.create_all(create_engine("sqlite://"))
`;
  const [made] = await sitesOf(text);
  expect(made).toMatchObject({ status: 'exact', reason: null });
  const indexes = made!.statements.filter(({ anyOrder }) => anyOrder === 'the indexes of authors');
  expect(indexes.map(({ sql }) => sql)).toEqual([
    'CREATE INDEX ix_authors_name ON authors (name)',
    'CREATE INDEX ix_authors_born ON authors (born)',
  ]);
});

interface Sent {
  readonly line: number;
  readonly sql: string;
  readonly params: readonly unknown[];
}

async function sitesOf(text: string): Promise<readonly QueryView[]> {
  const project = new Project({ 'script.py': text });
  const settings = () => ({ dialect: 'sqlite' as const, driver: null });
  return createEngine({ workspace: project.workspace, renderer, settings }).queriesIn(`${root}/script.py`);
}

/** How many rows there are, only the database knows. */
function withOneKey(sql: string): string {
  return sql.replace(/IN \((\?, )*\?\)/g, 'IN (?)');
}
