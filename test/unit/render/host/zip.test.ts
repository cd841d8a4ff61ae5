import { expect, test } from 'vitest';
import { readZip, writeZip } from '../../../../server/src/render/host/zip.ts';

const files = new Map([
  ['b/größe.py', Buffer.from('x = "ß"\n'.repeat(500))],
  ['a.txt', Buffer.alloc(0)],
]);

test.each([true, false])('what is written is read again (compressed: %s)', (compress) => {
  expect(Object.fromEntries(readZip(writeZip(files, compress)))).toEqual(Object.fromEntries(files));
});

test('the order in which files come does not matter', () => {
  expect(writeZip(new Map([...files].reverse()), true)).toEqual(writeZip(files, true));
});

test('a damaged file is found out, and what is no zip too', () => {
  const zip = writeZip(files, false);
  zip[zip.indexOf('x = ') + 4]! ^= 1;
  expect(() => readZip(zip)).toThrow('größe.py is damaged');
  expect(() => readZip(Buffer.from('no zip'))).toThrow('no zip');
});
