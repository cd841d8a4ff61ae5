/** Our trees against those of CPython 3.14, which Pyodide brings along with its standard library. */
import { beforeAll, describe, expect, test } from 'vitest';
import { compareTree } from '../../../../scripts/conformance/compare.ts';
import { startPyodide, type PyodideOracle } from '../../../../scripts/conformance/oracles.ts';
import { accepted } from './accepted.ts';
import { rejected } from './rejected.ts';

let python: PyodideOracle;
beforeAll(async () => {
  python = await startPyodide();
}, 120_000);

test('the standard library: every second file, node by node', { timeout: 240_000 }, () => {
  const modules = python.standardLibrary().filter((_, index) => index % 2 === 0);
  expect(modules.length).toBeGreaterThan(250);
  for (const { path, text } of modules) {
    expect(compareTree(text, python.askText(text), python), path).toEqual({ kind: 'equal' });
  }
});

test.each(accepted)('equal: %j', (code) => {
  expect(compareTree(code, python.askText(code), python)).toEqual({ kind: 'equal' });
});

describe.each(Object.entries(rejected))('reported as CPython does: %s', (_, snippets) => {
  test.each(snippets)('%j', (code) => {
    expect(compareTree(code, python.askText(code), python)).toMatchObject({ kind: 'rejected', reported: true });
  });
});
