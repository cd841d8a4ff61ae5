/**
 * Writes a generated workspace into a folder, to look at or to try something on:
 *
 *   node test/bench/workspace/main.ts FOLDER --lines 100000 --orm django --seed 1
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { generateWorkspace, writeWorkspace } from './generate.ts';

const { values, positionals } = parseArgs({
  options: {
    lines: { type: 'string', default: '100000' },
    orm: { type: 'string', default: 'sqlalchemy' },
    seed: { type: 'string', default: '1' },
  },
  allowPositionals: true,
});
const [folder] = positionals;
const { orm } = values;
if (!folder || (orm !== 'sqlalchemy' && orm !== 'django')) {
  console.error('Usage: node test/bench/workspace/main.ts FOLDER [--lines N] [--orm sqlalchemy|django] [--seed N]');
  process.exit(2);
}
const files = generateWorkspace({ orm, lines: Number(values.lines), seed: Number(values.seed) });
await writeWorkspace(resolve(folder), files);
console.log(`${files.length} files in ${folder}`);
