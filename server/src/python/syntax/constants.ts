/** The values of number literals, whose tree nodes keep the text. */
import type { Constant } from './nodes.ts';

/** The value of an `int`: any size; null for text that is no integer, as Python 2's `0777` and `10L` are. */
export function integerValue(text: string): bigint | null {
  const digits = text.replaceAll('_', '');
  return INTEGER.test(digits) ? BigInt(digits) : null;
}

const INTEGER = /^(?:0x[0-9a-f]+|0o[0-7]+|0b[01]+|0+|[1-9][0-9]*)$/i;

/** The value of a `float`; of a `complex`, which is always imaginary in a literal, its imaginary part. */
export function floatValue(text: string): number | null {
  const value = Number(text.replaceAll('_', '').replace(/j$/i, ''));
  return Number.isNaN(value) ? null : value;
}

/** The value of a number that JavaScript can hold exactly, such as a `limit`; null for others and for no numbers. */
export function safeIntegerValue(constant: Constant): number | null {
  if (constant.type !== 'int') return null;
  const value = Number(integerValue(constant.value) ?? NaN);
  return Number.isSafeInteger(value) ? value : null;
}
