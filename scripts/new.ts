/**
 * `npm run new KIND NAME`: writes the empty file, the line in the list and the case.
 *
 *   npm run new rule query-in-loop
 */
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Kind, kinds } from './new/kinds.ts';
import { addToList } from './new/list.ts';
import { root } from './root.ts';
import { run } from './tools/run.ts';

const patterns: Readonly<Record<Kind['style'], RegExp>> = {
  'kebab-case': /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/,
  camelCase: /^[a-z][a-zA-Z0-9]*$/,
};

const [kindName = '', name = ''] = process.argv.slice(2);
try {
  await create(kindName, name);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function create(kindName: string, name: string): Promise<void> {
  const kind = kinds[kindName];
  if (!kind) throw new Error(`Usage: npm run new ${Object.keys(kinds).join('|')} NAME`);
  if (!patterns[kind.style].test(name)) throw new Error(`The name of a ${kindName} is written in ${kind.style}`);
  const files = kind.files(name);
  const existing = files.find(({ path }) => existsSync(join(root, path)));
  if (existing) throw new Error(`${existing.path} is there already`);

  const list = join(root, kind.list.path);
  const listText = addToList(await readFile(list, 'utf8'), kind.list.importLine(name), kind.list.entry(name));
  for (const { path, text } of files) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
    console.log(`Wrote  ${path}`);
  }
  await writeFile(list, listText);
  await run('oxfmt', [kind.list.path]);
  console.log(`Listed in ${kind.list.path}`);
  console.log(`Next: ${kind.next}`);
}
