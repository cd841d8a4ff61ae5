/** Texts that may or may not be Python, as arbitrary values of fast-check. */
import fc from 'fast-check';
import { PIECES, samples } from './samples.ts';
import { exampleSources } from './sources.ts';

const piece = fc.constantFrom(...PIECES);

const damage = fc.record({
  at: fc.nat(),
  length: fc.nat({ max: 20 }),
  by: fc.array(piece, { maxLength: 4 }),
});

/** Code of which up to four parts are replaced. */
export function damagedCode(sources: readonly string[]): fc.Arbitrary<string> {
  return fc
    .tuple(fc.constantFrom(...sources), fc.array(damage, { minLength: 1, maxLength: 4 }))
    .map(([source, damages]) =>
      damages.reduce((text, { at, length, by }) => {
        const start = at % (text.length + 1);
        return text.slice(0, start) + by.join('') + text.slice(start + length);
      }, source),
    );
}

export const shuffledPieces = fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join(''));

export const anyText = fc.string({ unit: 'binary', maxLength: 200 });

/** Mostly damaged code, some of it long. */
export const texts: fc.Arbitrary<string> = fc.oneof(
  { weight: 12, arbitrary: damagedCode(samples) },
  { weight: 3, arbitrary: damagedCode(exampleSources()) },
  { weight: 4, arbitrary: shuffledPieces },
  { weight: 1, arbitrary: anyText },
);
