/**
 * `npm run record`: runs every case of test/cases/sql with the native libraries on a real PostgreSQL, SQLite and MariaDB
 * and writes what was sent into the cases; `npm run record -- sqlmodel` only those with the word in their path. Needs `postgresql` and `mariadb-server` on the machine. Read the diff.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pythonEnvironment } from '../../../scripts/tools/python.ts';
import { dialects, sqlCases, type SqlCase, writeBlock } from './cases.ts';
import { askNative } from './python.ts';
import { Servers } from './servers.ts';

const wanted = process.argv.slice(2);
const servers = new Servers();

try {
  const python = await pythonEnvironment(join(import.meta.dirname, 'recording.txt'));
  await servers.start('postgresql');
  await servers.start('mysql');
  let failed = 0;
  for (const [path, cases] of sqlCases()) {
    if (wanted.length > 0 && !wanted.some((word) => path.includes(word))) continue;
    const blocks = new Map<SqlCase, string[]>();
    for (const dialect of dialects) {
      const recorded = cases.filter((one) => one.dialects.includes(dialect));
      if (recorded.length === 0) continue;
      const answers = await askNative(python, recorded, servers.databaseOf(dialect));
      for (const [i, answer] of answers.entries()) {
        const one = recorded[i]!;
        if ('runs' in answer) {
          const text = writeBlock(answer.runs);
          blocks.set(one, [...(blocks.get(one) ?? []), `\`\`\`sql ${dialect}\n${text}\`\`\`\n`]);
        } else {
          failed++;
          console.error(`${path}: ${one.of.name} (${dialect}): ${'error' in answer ? answer.error : 'no answer'}`);
        }
      }
    }
    write(path, cases, blocks);
    console.log(`${path}: ${cases.length} cases`);
  }
  if (failed > 0) process.exitCode = 1;
} finally {
  servers.stop();
}

/** Puts the blocks behind the case's `run` block, in place of earlier ones. */
function write(path: string, cases: readonly SqlCase[], blocks: ReadonlyMap<SqlCase, readonly string[]>): void {
  let text = readFileSync(path, 'utf8');
  for (const one of cases.toReversed()) {
    const run = one.of.blocks.find((block) => block.kind === 'run')!;
    const last = one.of.blocks.at(-1)!;
    const start = run.range.end + '```\n'.length;
    const end = last === run ? start : last.range.end + '```\n'.length;
    text = `${text.slice(0, start)}${(blocks.get(one) ?? []).map((block) => `\n${block}`).join('')}${text.slice(end)}`;
  }
  writeFileSync(path, text);
}
