import { expect, test } from 'vitest';
import { KeyedCache, LruCache } from '../../../server/src/base/cache.ts';
import { CancellationSource } from '../../../server/src/base/cancellation.ts';

test('a keyed cache computes anew when the key changes', () => {
  const cache = new KeyedCache<string, number, string>();
  const get = (key: number): string => cache.get('a.py', key, () => `text ${key}`);
  expect([get(1), get(1), get(2), get(1)]).toEqual(['text 1', 'text 1', 'text 2', 'text 1']);
  expect([cache.computed, cache.size, cache.peek('a.py')]).toEqual([3, 1, 'text 1']);
});

test('an LRU cache forgets what was not used for longest', () => {
  const cache = new LruCache<string, number>(2);
  cache.set('a', 1);
  cache.set('b', 2);
  cache.get('a');
  cache.set('c', 3);
  expect([cache.get('a'), cache.get('b'), cache.get('c'), cache.size]).toEqual([1, undefined, 3, 2]);
});

test('cancelling calls back once, late listeners at once', () => {
  const source = new CancellationSource();
  const calls: string[] = [];
  source.token.onCancelled(() => calls.push('first'));
  source.token.onCancelled(() => calls.push('never'))();
  source.cancel();
  source.cancel();
  source.token.onCancelled(() => calls.push('late'));
  expect([calls, source.token.isCancelled]).toEqual([['first', 'late'], true]);
});
