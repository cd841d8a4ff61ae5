/**
 * `npm run bench`: how fast and how large Ormsight is on real code.
 *
 *   npm run bench                             on the samples
 *   npm run bench -- PATH... --json FILE      on other projects, and for a machine to read
 *   npm run bench -- --rounds 20              more rounds of the comparison
 *
 * Needs `npm run build`, and for VS Code `npm test -- tools`. Times depend on the machine; the ratios hardly do.
 */
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../../scripts/root.ts';
import { benchAnalysis } from './analysis.ts';
import { benchEditor } from './editor.ts';
import { benchServer } from './server.ts';
import { type Figure, printTable } from './table.ts';

const { values: options, positionals } = parseArgs({
  options: { json: { type: 'string' }, rounds: { type: 'string', default: '7' } },
  allowPositionals: true,
});
const folders = positionals.length > 0 ? positionals.map((path) => resolve(path)) : [join(root, 'examples')];

const figures: Figure[] = [];
for (const folder of folders) {
  figures.push(...(await benchAnalysis(folder, Number(options.rounds))), ...(await benchServer(folder)));
}
figures.push(...(await benchEditor()));
printTable(figures);
if (options.json) await writeFile(options.json, `${JSON.stringify(figures, null, 2)}\n`);
