/**
 * Runs the stages of `stages.ts` and ends with the line `N passed, N failed`.
 *
 *   npm test                 everything
 *   npm run test:quick       what needs neither a build nor a tool
 *   npm test -- NAME...      some stages, by name
 */
import { readFile, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../root.ts';
import { run } from '../tools/run.ts';
import { type Stage, stages } from './stages.ts';

interface Outcome {
  readonly passed: number;
  readonly failed: number;
  /** One line each, for the summary. */
  readonly failures: readonly string[];
}

const logs = join(root, '.cache/test');
const { values: options, positionals } = parseArgs({
  options: { quick: { type: 'boolean', default: false } },
  allowPositionals: true,
});

const unknown = positionals.filter((name) => !stages.some((stage) => stage.name === name));
if (unknown.length > 0) {
  console.error(`No such stage: ${unknown.join(', ')}. There are: ${stages.map((stage) => stage.name).join(', ')}`);
  process.exit(2);
}

const wanted = stages.filter((stage) =>
  positionals.length > 0 ? positionals.includes(stage.name) : stage.quick || !options.quick,
);
let passed = 0;
let failed = 0;
for (const stage of wanted) {
  const started = performance.now();
  const outcome = await runStage(stage);
  passed += outcome.passed;
  failed += outcome.failed;
  printOutcome(stage, outcome, (performance.now() - started) / 1000);
}
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);

async function runStage(stage: Stage): Promise<Outcome> {
  const log = join(logs, `${stage.name}.log`);
  // A busy machine is slower than its budget; only what hangs is ended.
  const settings = { log, timeoutSeconds: 4 * stage.budgetSeconds };
  if ('vitest' in stage.run) return runVitest(stage.run.vitest, settings);
  const [program = '', ...args] = stage.run;
  try {
    await run(program, args, settings);
    return { passed: 1, failed: 0, failures: [] };
  } catch (error) {
    return { passed: 0, failed: 1, failures: [...lastLines(error), `all of it: ${relative(root, log)}`] };
  }
}

async function runVitest(project: string, settings: { log: string; timeoutSeconds: number }): Promise<Outcome> {
  const report = join(logs, `${project}.json`);
  await rm(report, { force: true });
  const args = ['run', '--project', project, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  let crash: unknown = null;
  try {
    await run('vitest', args, settings);
  } catch (error) {
    crash = error;
  }
  const outcome = await readReport(report);
  // Vitest also fails for what is no test: an unhandled error, no test at all. Then the report alone looks fine.
  if (crash === null || (outcome && outcome.failed > 0)) return outcome ?? nothingRan;
  const reason = [...lastLines(crash), `all of it: ${relative(root, settings.log)}`];
  return { passed: outcome?.passed ?? 0, failed: 1, failures: reason };
}

const nothingRan: Outcome = { passed: 0, failed: 1, failures: ['vitest wrote no report'] };

interface VitestReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

async function readReport(file: string): Promise<Outcome | null> {
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) return null;
  const { testResults } = JSON.parse(text) as VitestReport;
  const tests = testResults.flatMap((result) => result.assertionResults);
  const failures = tests
    .filter((test) => test.status === 'failed')
    .map((test) => `${test.fullName}: ${firstLine(test.failureMessages[0] ?? '')}`);
  // A file that cannot even be loaded has no tests.
  const broken = testResults
    .filter((result) => result.status === 'failed' && !result.assertionResults.some((test) => test.status === 'failed'))
    .map((result) => `${relative(root, result.name)}: ${firstLine(result.message)}`);
  return {
    passed: tests.filter((test) => test.status === 'passed').length,
    failed: failures.length + broken.length,
    failures: [...broken, ...failures],
  };
}

function printOutcome(stage: Stage, outcome: Outcome, seconds: number): void {
  const mark = outcome.failed > 0 ? '✗' : '✓';
  const count = outcome.failed > 0 ? `${outcome.failed} failed` : `${outcome.passed} passed`;
  const over = seconds > stage.budgetSeconds ? ', over its budget' : '';
  const time = `${seconds.toFixed(0)} s of ${stage.budgetSeconds}${over}`;
  console.log(`${mark} ${stage.name.padEnd(10)} ${count.padEnd(12)} ${time.padEnd(12)} ${stage.shows}`);
  for (const line of outcome.failures.slice(0, 12)) console.log(`    ${line.slice(0, 200)}`);
  if (outcome.failures.length > 12) console.log(`    … and ${outcome.failures.length - 12} more`);
}

/** What happened to the program, and the end of what it said. */
function lastLines(error: unknown): string[] {
  const [head = '', ...output] = String(error instanceof Error ? error.message : error)
    .split('\n')
    .filter(Boolean);
  return [head, ...output.slice(-8)];
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] ?? '';
}
