import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { generatedFiles, rulePages } from '../../../scripts/generate.ts';
import { root } from '../../../scripts/root.ts';

test.each([...rulePages()])('docs/rules/%s is what npm run generate writes', (name, text) => {
  expect(readFileSync(join(root, 'docs/rules', name), 'utf8')).toBe(text);
});

test.each(generatedFiles)('%s is what npm run generate writes', (name, change) => {
  const text = readFileSync(join(root, name), 'utf8');
  expect(change(text)).toBe(text);
});
