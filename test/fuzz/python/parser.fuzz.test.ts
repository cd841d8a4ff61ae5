/** Damages code in every place and in every way, and asks only what must hold for any text. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseExpression, parseModule } from '../../../server/src/python/syntax/parser.ts';
import { violation } from './invariants.ts';
import { PIECES, samples } from './samples.ts';
import { anyText, damagedCode, shuffledPieces } from './texts.ts';

function check(text: string): void {
  const found = violation(text, parseModule(text));
  if (found !== null) expect.fail(`${found} in ${JSON.stringify(text)}`);
}

test('code cut off anywhere', () => {
  for (const sample of samples) for (let end = 0; end <= sample.length; end++) check(sample.slice(0, end));
});

test('code that begins anywhere', () => {
  for (const sample of samples) for (let start = 0; start <= sample.length; start++) check(sample.slice(start));
});

test('code without one of its characters', () => {
  for (const sample of samples) {
    for (let offset = 0; offset < sample.length; offset++) check(sample.slice(0, offset) + sample.slice(offset + 1));
  }
});

test('code with a piece put in, at every offset', () => {
  for (const sample of samples) {
    for (let offset = 0; offset <= sample.length; offset++) {
      const inserted = PIECES[(offset * 7) % PIECES.length]!;
      check(sample.slice(0, offset) + inserted + sample.slice(offset));
    }
  }
});

describe('at random', { timeout: 120_000 }, () => {
  // The same texts in every run, so that a failure is the change's; FUZZ_SEED tries others, `npm run fuzz` many.
  const seed = Number(process.env['FUZZ_SEED'] ?? 1);
  const runs = (numRuns: number): fc.Parameters<unknown> => ({ numRuns, seed });

  test('code with parts replaced', () => {
    fc.assert(fc.property(damagedCode(samples), check), runs(13_000));
  });

  test('pieces of Python in any order', () => {
    fc.assert(fc.property(shuffledPieces, check), runs(4_000));
  });

  test('text of any kind', () => {
    fc.assert(fc.property(anyText, check), runs(2_000));
  });

  test('expressions', () => {
    fc.assert(
      fc.property(shuffledPieces, (text) => {
        const { expression } = parseExpression(text);
        expect(expression.start).toBeGreaterThanOrEqual(0);
        expect(expression.end).toBeLessThanOrEqual(text.length);
      }),
      runs(1_000),
    );
  });
});
