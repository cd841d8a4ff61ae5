/**
 * What the rules claim about the libraries, proven by the libraries: a case with one of these blocks is run as it stands,
 * and each of its fixes, which must do none of this.
 *
 * - `raises`: how the program ends: the exception's class, and words of its message.
 * - `warns`: the same of a warning of the library, or of Django's checks.
 * - `prints`: all that it prints; `prints after the fix` with its fix.
 * - `sends`: how many SELECTs the function `run()` of `run.py` sends; `sends after the fix` with its fix. What it prints
 *   stays the same.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { pythonEnvironment } from '../../scripts/tools/python.ts';
import { type Block, type Case, caseFiles } from '../harness/cases.ts';

interface Answer {
  readonly raised: string | null;
  readonly sent: number | null;
  readonly warned: readonly string[];
  readonly printed: string;
}

const CLAIMS = new Set(['raises', 'warns', 'prints', 'sends']);
const claims = caseFiles(join(import.meta.dirname, '../cases/rules'))
  .flatMap((file) => file.cases.map((one) => ({ rule: file.title, one })))
  .filter(({ one }) => one.blocks.some(({ kind }) => CLAIMS.has(kind)));
const jobs = claims.flatMap(({ one }) => [one.files['main.py']!, ...fixesOf(one)].map((main) => jobOf(one, main)));
let answers: readonly Answer[] = [];

beforeAll(async () => {
  const python = await pythonEnvironment(join(import.meta.dirname, 'models/libraries.txt'));
  const run = spawnSync(python, ['-B', join(import.meta.dirname, 'rules/run_cases.py')], {
    input: JSON.stringify(jobs.map(({ orm, files }) => ({ orm, files }))),
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    timeout: 200_000,
  });
  if (run.status !== 0) throw new Error(run.stderr);
  answers = JSON.parse(run.stdout) as Answer[];
});

describe.each(claims)('$rule: $one.name', ({ one }) => {
  const first = jobs.findIndex((job) => job.case === one);

  test('does what the rule says', () => {
    const answer = answers[first]!;
    const [raises, ...others] = blocks(one, 'raises');
    expect(others).toEqual([]);
    if (raises) expect(oneLine(answer.raised ?? 'nothing')).toContain(oneLine(raises.text));
    else expect(answer.raised).toBeNull();
    for (const { text } of blocks(one, 'warns')) expect(oneLine(answer.warned.join(' '))).toContain(oneLine(text));
    const prints = blocks(one, 'prints').find(({ info }) => info === '');
    if (prints) expect(answer.printed).toBe(prints.text);
    const sends = blocks(one, 'sends').find(({ info }) => info === '');
    if (sends) expect(answer.sent).toBe(Number(sends.text));
  });

  test('does none of it once it is fixed', () => {
    for (const [i] of fixesOf(one).entries()) {
      const answer = answers[first + 1 + i]!;
      expect(answer.raised).toBeNull();
      for (const { text } of blocks(one, 'warns'))
        expect(oneLine(answer.warned.join(' '))).not.toContain(oneLine(text));
      const prints = blocks(one, 'prints').find(({ info }) => info === 'after the fix');
      if (prints) expect(answer.printed).toBe(prints.text);
      const sends = blocks(one, 'sends').find(({ info }) => info === 'after the fix');
      if (!sends) continue;
      expect(answer.sent).toBe(Number(sends.text));
      expect(answer.printed).toBe(answers[first]!.printed);
    }
  });
});

function jobOf(one: Case, main: string) {
  const code = main + (one.files['run.py'] ?? '');
  const orm = /\bdjango\b/.test(code) || /\bfrom \w+\.models import/.test(code) ? 'django' : 'sqlalchemy';
  return { case: one, orm, files: { ...one.files, 'main.py': main } };
}

function fixesOf(one: Case): readonly string[] {
  return blocks(one, 'fix').map(({ text }) => text);
}

function blocks(one: Case, kind: string): readonly Block[] {
  return one.blocks.filter((block) => block.kind === kind);
}

function oneLine(text: string): string {
  return text.trim().replace(/\s+/g, ' ');
}
