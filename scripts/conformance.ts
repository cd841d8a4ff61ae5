/**
 * Compares our Python parser with CPython's, node by node, on the standard library and on the sources and tests of
 * well-known packages. Prints every difference and fails if there is one.
 *
 *     npm run conformance                    the whole corpus, as Python 3.14 (Pyodide) reads it
 *     npm run conformance -- --local         as the `python3` of this machine reads it; faster
 *     npm run conformance -- --share 20      every twentieth file, other ones after each commit
 *     npm run conformance -- PATH...         these files and folders instead
 */
import { parseArgs } from 'node:util';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { compareFile } from './conformance/compare.ts';
import { fetchPackages, pythonFilesUnder, standardLibrary } from './conformance/corpus.ts';
import { startLocalPython, startPyodide } from './conformance/oracles.ts';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { local: { type: 'boolean', default: false }, share: { type: 'string', default: '1' } },
});

const roots = positionals.length > 0 ? positionals : await corpus();
const share = Number(options.share);
const first = share > 1 ? numberOfCommit() % share : 0;
const files = roots.flatMap(pythonFilesUnder).filter((_, index) => index % share === first);

if (files.length === 0) {
  console.error('No Python files to compare');
  process.exit(1);
}

const startOracle = options.local ? startLocalPython : startPyodide;
let oracle = await startOracle();
console.log(`Comparing ${files.length} files with Python ${oracle.version}`);

const counts = { equal: 0, rejected: 0, different: 0, unreported: 0, lines: 0 };
for (const [index, file] of files.entries()) {
  if (index > 0 && index % 1000 === 0)
    console.log(`${index} files, ${counts.lines} lines, ${counts.different} different`);
  let verdict;
  try {
    verdict = await compareFile(file, oracle);
  } catch (error) {
    console.log(`${file}: Python itself gave up (${String(error).split('\n')[0]})`);
    oracle = await startOracle();
    continue;
  }
  counts[verdict.kind]++;
  counts.lines += linesOf(file);
  if (verdict.kind === 'different') console.log(`${file}: ${verdict.details}`);
  else if (verdict.kind === 'rejected' && !verdict.reported) {
    counts.unreported++;
    console.log(`${file}: not reported: ${verdict.error}`);
  }
}
oracle.close();

const { equal, rejected, different, unreported, lines } = counts;
console.log(`${files.length} files, ${lines} lines: ${equal} equal, ${different} different,`);
console.log(`${rejected} rejected by Python, of which we accept ${unreported}`);
process.exitCode = different > 0 ? 1 : 0;

async function corpus(): Promise<string[]> {
  try {
    return [standardLibrary(), ...(await fetchPackages())];
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}

/** The same in all runs of a commit. */
function numberOfCommit(): number {
  return parseInt(execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8' }).slice(0, 8), 16);
}

function linesOf(path: string): number {
  return readFileSync(path, 'latin1').split('\n').length - 1;
}
