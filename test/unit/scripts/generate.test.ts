import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { rulePages } from '../../../scripts/generate.ts';
import { root } from '../../../scripts/root.ts';

test.each([...rulePages()])('docs/rules/%s is what npm run generate writes', (name, text) => {
  expect(readFileSync(join(root, 'docs/rules', name), 'utf8')).toBe(text);
});
