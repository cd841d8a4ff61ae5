import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { createEngine } from '../../server/src/ide/createEngine.ts';
import { parseModule } from '../../server/src/python/syntax/parser.ts';
import { Workspace } from '../../server/src/workspace/workspace.ts';
import { pythonFiles } from './corpus.ts';
import { compare } from './interleaved.ts';
import type { Figure } from './table.ts';

/** Parsing and indexing a whole project, each against reading its files. */
export async function benchAnalysis(folder: string, rounds: number): Promise<Figure[]> {
  const files = await pythonFiles(folder);
  const texts = files.map((file) => readFileSync(file, 'utf8'));
  const results = await compare(
    [
      { name: 'read', run: () => files.forEach((file) => readFileSync(file, 'utf8')) },
      { name: 'parse', run: () => texts.forEach((text) => parseModule(text)) },
      { name: 'index', run: () => index(folder) },
    ],
    rounds,
  );
  const project = basename(folder);
  const lines = texts.reduce((sum, text) => sum + text.split('\n').length, 0);
  return [
    { project, what: 'Python files', value: files.length, unit: 'files' },
    { project, what: 'lines', value: lines, unit: 'lines' },
    ...results.flatMap(({ name, milliseconds, ratio }): Figure[] => [
      { project, what: name, value: milliseconds, unit: 'ms' },
      { project, what: `${name} : read`, value: ratio, unit: '×' },
    ]),
  ];
}

/** From a folder to its model graph, as when it is opened. */
function index(folder: string): void {
  const workspace = new Workspace({ roots: [folder] });
  createEngine({ workspace, renderer: null, settings: () => ({ dialect: null, driver: null }) }).modelGraph();
}
