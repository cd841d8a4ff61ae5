import { expect, test } from 'vitest';
import {
  ancestors,
  basename,
  dirname,
  isInside,
  join,
  normalizePath,
  relativeTo,
  sharedDepth,
} from '../../../server/src/base/paths.ts';

test.each([
  ['/a/b', '/a/b'],
  ['/a//b/./c/../d/', '/a/b/d'],
  ['C:\\shop\\models.py', 'C:/shop/models.py'],
  ['/', '/'],
  ['untitled:Untitled-1', 'untitled:Untitled-1'],
])('%s is %s', (path, expected) => {
  expect(normalizePath(path)).toBe(expected);
});

test('parts of paths', () => {
  expect([dirname('/a/b.py'), dirname('/a'), dirname('a')]).toEqual(['/a', '/', '']);
  expect([basename('/a/b.py'), basename('b.py')]).toEqual(['b.py', 'b.py']);
  expect([join('/', 'a'), join('/a', 'b', 'c'), join('', 'a')]).toEqual(['/a', '/a/b/c', 'a']);
  expect([isInside('/a/b', '/a'), isInside('/ab', '/a'), isInside('/a', '/a'), isInside('/a', '/')]).toEqual([
    true,
    false,
    true,
    true,
  ]);
  expect([relativeTo('/a/b/c', '/a'), relativeTo('/a', '/'), relativeTo('/a', '/a')]).toEqual(['b/c', 'a', '']);
  expect([...ancestors('/a/b')]).toEqual(['/a/b', '/a', '/']);
  expect([...ancestors('c:/a')]).toEqual(['c:/a', 'c:']);
  expect(sharedDepth('/a/b/c', '/a/b/d')).toBe(3);
});
