import { expect, test } from 'vitest';
import { floatValue, integerValue } from '../../../../server/src/python/syntax/constants.ts';

test.each([
  ['0', 0n],
  ['1_000', 1000n],
  ['0xFF', 255n],
  ['0B1_01', 5n],
  ['0o17', 15n],
  ['123456789012345678901234567890', 123456789012345678901234567890n],
])('the integer %s', (text, value) => {
  expect(integerValue(text)).toBe(value);
});

test.each(['0777', '10L', ''])('no integer: %j', (text) => {
  expect(integerValue(text)).toBeNull();
});

test.each([
  ['1.', 1],
  ['.5', 0.5],
  ['1_0.2_5e1', 102.5],
  ['3j', 3],
  ['1e400', Infinity],
])('the float or imaginary number %s', (text, value) => {
  expect(floatValue(text)).toBe(value);
});
