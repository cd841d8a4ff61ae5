/** Damages code in every place and in every way, and asks only what must hold for any text. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseExpression, parseModule } from '../../../server/src/python/syntax/parser.ts';
import { violation } from './invariants.ts';
import { PIECES, samples } from './samples.ts';

function check(text: string): void {
  expect(violation(text, parseModule(text)), JSON.stringify(text)).toBeNull();
}

const piece = fc.constantFrom(...PIECES);

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

describe('at random', () => {
  // The same texts in every run, so that a failure is the change's; FUZZ_SEED tries others.
  const runs = { numRuns: 3_000, seed: Number(process.env['FUZZ_SEED'] ?? 1) };

  test('code with parts replaced', () => {
    const damage = fc.record({ at: fc.nat(), length: fc.nat({ max: 20 }), by: fc.array(piece, { maxLength: 4 }) });
    fc.assert(
      fc.property(fc.constantFrom(...samples), fc.array(damage, { minLength: 1, maxLength: 4 }), (sample, damages) => {
        const text = damages.reduce((damaged, { at, length, by }) => {
          const start = at % (damaged.length + 1);
          return damaged.slice(0, start) + by.join('') + damaged.slice(start + length);
        }, sample);
        check(text);
      }),
      runs,
    );
  });

  test('pieces of Python in any order', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => check(pieces.join(''))),
      runs,
    );
  });

  test('text of any kind', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), check), runs);
  });

  test('expressions', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        const text = pieces.join('');
        const { expression } = parseExpression(text);
        expect(expression.start).toBeGreaterThanOrEqual(0);
        expect(expression.end).toBeLessThanOrEqual(text.length);
      }),
      runs,
    );
  });
});
