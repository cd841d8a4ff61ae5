/**
 * Parses damaged code for as long as you like: no text may throw, break the tree's ranges, or take over 100 ms, and
 * parsing after an edit must give what parsing the whole text gives. Prints every text that fails.
 *
 *     npm run fuzz                                     20,000 texts, others in each run
 *     npm run fuzz -- --count 1000000 --seed 7         a million; the same ones for the same seed
 */
import { isDeepStrictEqual, parseArgs } from 'node:util';
import fc from 'fast-check';
import { bindModule } from '../server/src/python/binder.ts';
import { parseModule } from '../server/src/python/syntax/parser.ts';
import { reparse } from '../server/src/python/syntax/reparse.ts';
import { edit, type Edit } from '../test/fuzz/python/edits.ts';
import { violation } from '../test/fuzz/python/invariants.ts';
import { texts } from '../test/fuzz/python/texts.ts';

const { values: options } = parseArgs({
  options: { count: { type: 'string', default: '20000' }, seed: { type: 'string', default: String(Date.now() % 1e6) } },
});
const count = Number(options.count);
const firstSeed = Number(options.seed);

const BATCH = 1000;
const LONGEST_MILLISECONDS = 100;

let failures = 0;
let slowest = 0;
for (let done = 0; done < count; done += BATCH) {
  const parameters = { numRuns: Math.min(BATCH, count - done), seed: firstSeed + done };
  for (const [text, change] of fc.sample(fc.tuple(texts, edit), parameters)) check(text, change);
  if ((done / BATCH) % 50 === 49) console.log(`${done + BATCH} texts, ${failures} failures, slowest ${slowest} ms`);
}
console.log(`${count} texts from seed ${firstSeed}: ${failures} failures, the slowest took ${slowest} ms`);
process.exitCode = failures > 0 ? 1 : 0;

function check(text: string, change: Edit): void {
  try {
    const found = violation(text, parseModule(text)) ?? reparseFault(text, change(text));
    if (found !== null) fail(found, text);
    const milliseconds = fastestOf(3, text);
    slowest = Math.max(slowest, milliseconds);
    if (milliseconds > LONGEST_MILLISECONDS) fail(`${milliseconds} ms`, text);
  } catch (error) {
    fail(String(error), text);
  }
}

function reparseFault(text: string, next: string): string | null {
  const reparsed = reparse(parseModule(text), text, next);
  return isDeepStrictEqual(reparsed, parseModule(next))
    ? null
    : `parsed otherwise after an edit to ${JSON.stringify(next)}`;
}

/** Of a busy machine, only the best of several times says something; most texts need no second one. */
function fastestOf(times: number, text: string): number {
  let best = Infinity;
  for (let time = 0; time < times && best > 10; time++) {
    const start = performance.now();
    bindModule(parseModule(text).module);
    best = Math.min(best, performance.now() - start);
  }
  return Math.round(best * 10) / 10;
}

function fail(why: string, text: string): void {
  failures++;
  console.log(`${why}: ${JSON.stringify(text)}`);
}
