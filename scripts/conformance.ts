/**
 * Compares our Python parser with CPython's, node by node, on the standard library and on the sources and tests of
 * well-known packages. Prints every difference and fails if there is one.
 *
 *     npm run conformance                    the whole corpus, as Python 3.14 (Pyodide) reads it
 *     npm run conformance -- --local         as the `python3` of this machine reads it; faster
 *     npm run conformance -- --every 20      every twentieth file
 *     npm run conformance -- PATH...         these files and folders instead
 */
import { parseArgs } from 'node:util';
import { compareFile } from './conformance/compare.ts';
import { fetchPackages, pythonFilesUnder, standardLibrary } from './conformance/corpus.ts';
import { startLocalPython, startPyodide } from './conformance/oracles.ts';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { local: { type: 'boolean', default: false }, every: { type: 'string', default: '1' } },
});

const roots = positionals.length > 0 ? positionals : [standardLibrary(), ...fetchPackages()];
const every = Number(options.every);
const files = roots.flatMap(pythonFilesUnder).filter((_, index) => index % every === 0);

const startOracle = options.local ? startLocalPython : startPyodide;
let oracle = await startOracle();
console.log(`Comparing ${files.length} files with Python ${oracle.version}`);

const counts = { equal: 0, rejected: 0, different: 0 };
for (const file of files) {
  let verdict;
  try {
    verdict = await compareFile(file, oracle);
  } catch (error) {
    console.log(`${file}: Python itself gave up (${String(error).split('\n')[0]})`);
    oracle = await startOracle();
    continue;
  }
  counts[verdict.kind]++;
  if (verdict.kind === 'different') console.log(`${file}: ${verdict.details}`);
  else if (verdict.kind === 'rejected' && !verdict.reported) console.log(`${file}: not reported: ${verdict.error}`);
}
oracle.close();

console.log(`${counts.equal} equal, ${counts.rejected} rejected by Python, ${counts.different} different`);
process.exitCode = counts.different > 0 ? 1 : 0;
