import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FileFacts, noFacts, scanFacts } from '../../../server/src/python/fileFacts.ts';
import { root } from '../../../scripts/root.ts';

function factsOf(text: string): FileFacts {
  return new FileFacts(scanFacts(text));
}

test('every word of a text may be mentioned, and few others', () => {
  const text = readFileSync(join(root, 'examples/fastapi-shop/shop/models.py'), 'utf8');
  const facts = factsOf(text);
  const words = new Set(text.match(/[a-z0-9]+/gi));
  expect([...words].filter((word) => !facts.mayMention(word))).toEqual([]);
  const others = Array.from({ length: 2000 }, (_, i) => `absent${i}`);
  expect(others.filter((word) => facts.mayMention(word)).length).toBeLessThan(40);
});

test('a piece of text is asked for by its words', () => {
  const facts = factsOf('TEST_DATABASE_URL = "postgresql+psycopg://"\nMöbel = Table("x")');
  expect(['DATABASE_URL', 'postgresql+', 'Table(', 'Möbel', '://', ''].map((piece) => facts.mayMention(piece))).toEqual(
    Array(6).fill(true),
  );
  expect(['DATABASE', 'ATABASE', 'Tabl', 'möbel'].map((piece) => facts.mayMention(piece))).toEqual([
    true,
    false,
    false,
    false,
  ]);
});

test('a text with very many words', () => {
  const words = Array.from({ length: 50_000 }, (_, i) => `w${i * 7919}x`);
  const facts = factsOf(words.join(' '));
  expect(words.every((word) => facts.mayMention(word))).toBe(true);
  // What one text held is not found in the next.
  const next = factsOf('a b c');
  expect(words.filter((word) => next.mayMention(word)).length).toBeLessThan(500);
});

test('edits that say nothing leave the keys alone', () => {
  const before = factsOf('import a\nclass A(B):\n    x = 1\n');
  const after = factsOf('import a\n# a comment\nclass A(B):\n    x = 2\n');
  expect([after.importKey, after.classKey]).toEqual([before.importKey, before.classKey]);
  expect(factsOf('import a\nclass A(C):\n    x = 1\n').classKey).not.toBe(before.classKey);
});

test('a file without a text says nothing', () => {
  expect([noFacts.imports, noFacts.classes, noFacts.mayMention('x')]).toEqual([[], [], false]);
});
