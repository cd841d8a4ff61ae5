import { expect, test } from 'vitest';
import { decodeImports, type ImportedName, scanImports } from '../../../server/src/python/importScan.ts';

function scan(text: string): string[] {
  return decodeImports(scanImports(text)).map(
    ({ level, module, names, asName }) =>
      `${'.'.repeat(level)}${module}${asName ? ` as ${asName}` : ''}${names ? ` (${names.map(named).join(', ')})` : ''}`,
  );
}

function named({ name, as }: ImportedName): string {
  return as === name ? name : `${name} as ${as}`;
}

test.each([
  ['import a', ['a']],
  ['import a.b as c, d', ['a.b as c', 'd']],
  ['from a.b import c as d, e', ['a.b (c as d, e)']],
  ['from . import a', ['. (a)']],
  ['from ..a import b', ['..a (b)']],
  ['from .import a', ['. (a)']],
  ['from a import (  # why\n    b,\n    c,  # comment\n)', ['a (b, c)']],
  ['from a import *', ['a (*)']],
  ['from a import b, \\\n    c', ['a (b, c)']],
  ['from a \\\n    import b', ['a (b)']],
  ['try: import a\nexcept ImportError: import b', ['a', 'b']],
  ['if TYPE_CHECKING:\n    from a import b', ['a (b)']],
  ['import a; import b', ['a', 'b']],
  ['\timport a # import nothing', ['a']],
  ['from a import b; c = 1', ['a (b)']],
  ['important = 1\nreimport = 2\nimport_x()', []],
  ['from\u00e4ge import x', []],
  ['from m\u00f6bel import tisch', ['m\u00f6bel (tisch)']],
  ['x = "import a"', []],
  ['from a import (', ['a ()']],
  ['import', []],
  ['from a import (  # not (this)\n    b,\n)', ['a (b)']],
  ['from a import (b as c,\r\n  d)\r\nimport e', ['a (b as c, d)', 'e']],
  ['import \\\n  a', ['a']],
  ['x = 1 \\\nimport_ = 2', []],
  ["import a, b'c, d:e", ['a', 'b']],
])('%j', (text, expected) => {
  expect(scan(text)).toEqual(expected);
});

test('the key changes with the imports alone', () => {
  const key = scanImports('import a\nfrom b import c\nx = 1');
  expect(scanImports('# moved\nimport a\n\nfrom b import (c)\ny = 2')).toBe(key);
  expect(scanImports('import a\nfrom b import d')).not.toBe(key);
});
