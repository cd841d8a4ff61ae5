/**
 * `npm run bench`: how fast and how large Ormsight is, beside other tools on the same files in the same minutes.
 *
 *   npm run bench                                       everything, on generated workspaces of three sizes
 *   npm run bench -- PATH...                            on other projects
 *   npm run bench -- --only typing --lines 100000       a part, a size
 *   npm run bench -- --orm django --seed 2              other generated workspaces
 *   npm run bench -- --json FILE                        for a machine to read
 *   npm run bench -- --docs                             also writes the curves into docs/
 *
 * Needs `npm run build`, and for ruff and VS Code `npm test -- tools`. Times depend on the machine; ratios hardly do.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../../scripts/root.ts';
import type { Figure } from './figure.ts';
import { measureEditor } from './measure/editor.ts';
import { measureHovering } from './measure/hovering.ts';
import { measureIndexing } from './measure/indexing.ts';
import { measureTyping } from './measure/typing.ts';
import { type Project, folderProject, generatedProject } from './project.ts';
import { machineNow, printReport } from './report.ts';
import { writeCurves } from './curves.ts';

const parts = ['index', 'typing', 'hover', 'editor'] as const;

const { values: options, positionals } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [...parts] },
    lines: { type: 'string', default: '10000,100000,500000' },
    orm: { type: 'string', default: 'sqlalchemy' },
    seed: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '7' },
    json: { type: 'string' },
    docs: { type: 'boolean', default: false },
  },
  allowPositionals: true,
});
const only = new Set(options.only.flatMap((part) => part.split(',')));
const unknown = [...only].filter((part) => !parts.some((known) => known === part));
const { orm } = options;
const rounds = Number(options.rounds);
const sizes = options.lines.split(',').map(Number);
if (unknown.length > 0 || (orm !== 'sqlalchemy' && orm !== 'django') || !(rounds > 0) || !sizes.every((n) => n > 0)) {
  console.error(`Unknown options. Parts are ${parts.join(', ')}; ORMs are sqlalchemy and django.`);
  process.exit(2);
}

// Kept between runs: the renderer's snapshot in it is made once.
const storage = join(root, '.cache/bench/storage');
await mkdir(storage, { recursive: true });
const loadBefore = loadavg()[0] ?? Number.NaN;
const figures: Figure[] = [];

if (positionals.length > 0) for (const path of positionals) await measure(await folderProject(path));
else for (const lines of sizes) await measure(await generatedProject({ orm, lines, seed: Number(options.seed) }));
if (only.has('editor')) figures.push(...(await measureEditor()));

const machine = machineNow(loadBefore);
printReport(figures, machine);
if (options.json) await writeFile(options.json, `${JSON.stringify({ machine, figures }, null, 2)}\n`);
if (options.docs) await writeCurves(figures, machine);

async function measure(opened: Project): Promise<void> {
  await using project = opened;
  // First what makes the renderer's snapshot: making it would disturb the other times.
  await part('hover', () => measureHovering(project, storage, 10 * rounds));
  await part('index', () => measureIndexing(project, storage, rounds));
  await part('typing', () => measureTyping(project, storage, 20 * rounds));

  async function part(name: string, run: () => Promise<Figure[]>): Promise<void> {
    if (!only.has(name)) return;
    console.error(`${project.name}: ${name}`);
    figures.push(...(await run()));
  }
}
