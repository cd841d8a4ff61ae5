/**
 * Compares what the product shows for the examples in the libraries' own documentation with what the native libraries
 * send for them. The documentation is fetched with pip; nothing of it is kept in the repository.
 *
 *     npm run documentation                              every page, and a table of them
 *     npm run documentation -- --only queryguide         the sources and pages with the word in their name
 *     npm run documentation -- --list wrong              the examples with this verdict, with both answers
 */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fetchPackage } from '../../scripts/tools/packages.ts';
import { pythonEnvironment } from '../../scripts/tools/python.ts';
import { createRenderer } from '../../server/src/render/renderer.ts';
import { runtimeFiles } from '../../server/src/render/runtimeFiles.ts';
import { Servers } from '../native/sql/servers.ts';
import { Native } from './native.ts';
import { printCompared, printTable, type Row } from './print.ts';
import { comparePage } from './run.ts';
import { type Page, type Source, sources } from './sources.ts';

const { values: options } = parseArgs({
  options: { only: { type: 'string', default: '' }, list: { type: 'string', multiple: true, default: [] } },
});

const wanted = sources
  .map((source) => ({ ...source, pages: source.pages.filter((page) => isWanted(source, page)) }))
  .filter(({ pages }) => pages.length > 0);
const storage = mkdtempSync(join(tmpdir(), 'ormsight-documentation-'));
const servers = new Servers();
const log = { info: () => undefined, warn: () => undefined };
const renderer = createRenderer({ ...runtimeFiles(), storageDir: storage, log });
const rows: Row[] = [];
try {
  const missing = await startServers();
  const python = await pythonEnvironment(join(import.meta.dirname, '../native/sql/recording.txt'));
  const native = new Native(python, servers);
  for (const source of wanted) {
    const unpacked = await fetchPackage({ ...source, from: 'source' });
    const folder = join(unpacked, readdirSync(unpacked)[0]!);
    const names = await native.namesOf(source);
    for (const page of source.pages) {
      if (page.dialect && missing.has(page.dialect)) {
        console.log(`${source.name} ${page.name}: left out, there is no ${page.dialect} server on this machine`);
        continue;
      }
      const compared = await comparePage(source, page, folder, names, { native, renderer });
      rows.push({ source: source.name, page: page.name, compared });
      for (const one of compared) if (options.list.includes(one.verdict)) console.log(printCompared(page, one));
    }
  }
} finally {
  renderer.dispose();
  servers.stop();
  rmSync(storage, { recursive: true, force: true });
}
console.log(printTable(rows));
const isWrong = rows.some(({ compared }) => compared.some(({ verdict }) => verdict === 'wrong'));
process.exitCode = isWrong || rows.length === 0 ? 1 : 0;

function isWanted(source: Source, page: Page): boolean {
  return `${source.name}/${page.name}`.includes(options.only);
}

/** Those that a page needs; gives those that there are not. */
async function startServers(): Promise<Set<string>> {
  const missing = new Set<string>();
  for (const dialect of ['postgresql', 'mysql'] as const) {
    if (!wanted.some(({ pages }) => pages.some((page) => page.dialect === dialect))) continue;
    await servers.start(dialect).catch(() => missing.add(dialect));
  }
  return missing;
}
