import { describe, expect, test } from 'vitest';
import { parseModule } from '../../../server/src/python/syntax/parser.ts';
import { lineCount } from '../../bench/workspace/file.ts';
import { generateWorkspace, largeModule } from '../../bench/workspace/generate.ts';

for (const orm of ['sqlalchemy', 'django'] as const) {
  describe(`a workspace on ${orm}`, () => {
    const files = generateWorkspace({ orm, lines: 30_000, seed: 7 });
    const share = (some: typeof files): number => some.length / files.length;

    test('is the same for the same seed, and another for another', () => {
      expect(generateWorkspace({ orm, lines: 30_000, seed: 7 })).toEqual(files);
      expect(generateWorkspace({ orm, lines: 30_000, seed: 8 })).not.toEqual(files);
    });

    test('has the lines asked for', () => {
      const lines = files.reduce((sum, { text }) => sum + lineCount(text), 0);
      expect(lines).toBeGreaterThan(30_000);
      expect(lines).toBeLessThan(31_500);
    });

    test('holds no file twice', () => {
      expect(new Set(files.map(({ text }) => text)).size).toBe(files.length);
      expect(new Set(files.map(({ path }) => path)).size).toBe(files.length);
    });

    test('has the proportions of real applications', () => {
      expect(share(files.filter(({ kind }) => kind === 'models'))).toBeCloseTo(0.05, 1);
      expect(share(files.filter(({ kind }) => kind === 'migration'))).toBeCloseTo(0.2, 1);
      expect(share(files.filter(({ kind }) => kind === 'test'))).toBeCloseTo(0.3, 1);
      const naming = share(files.filter(({ text }) => /sqlalchemy|alembic|django/.test(text)));
      expect(naming).toBeGreaterThan(0.23);
      expect(naming).toBeLessThan(0.44);
    });

    test('has a module of 5,000 lines', () => {
      const text = files.find(({ path }) => path === largeModule)?.text ?? '';
      expect(Math.abs(lineCount(text) - 5000)).toBeLessThan(60);
    });

    test('is Python', () => {
      const python = files.filter(({ path }) => path.endsWith('.py'));
      expect(python.filter(({ text }) => parseModule(text).problems.length > 0).map(({ path }) => path)).toEqual([]);
    });
  });
}
