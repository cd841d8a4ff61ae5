import { expect, test } from 'vitest';
import { decodePython } from '../../../server/src/workspace/decode.ts';

const latin1 = (text: string): Uint8Array => Buffer.from(text, 'latin1');

test.each([
  ['UTF-8', Buffer.from('x = "ü"'), 'x = "ü"'],
  ['UTF-8 with BOM', Buffer.from('\uFEFFx = "ü"'), 'x = "ü"'],
  ['an empty file', Buffer.from(''), ''],
  [
    'Latin-1 by its coding line',
    latin1('# -*- coding: latin-1 -*-\nx = "ü\x80"'),
    '# -*- coding: latin-1 -*-\nx = "ü\x80"',
  ],
  [
    'a coding line below the first',
    latin1('#!/usr/bin/python\r\n# vim: set fileencoding=iso-8859-1 :\r\nx = "é"'),
    '#!/usr/bin/python\r\n# vim: set fileencoding=iso-8859-1 :\r\nx = "é"',
  ],
  [
    'windows code pages',
    Buffer.from([0x23, 0x63, 0x6f, 0x64, 0x69, 0x6e, 0x67, 0x3a, 0x63, 0x70, 0x31, 0x32, 0x35, 0x31, 0x0a, 0xff]),
    '#coding:cp1251\nя',
  ],
  ['a UTF-8 coding line', Buffer.from('# coding: utf8\nü'), '# coding: utf8\nü'],
])('%s', (_name, bytes, text) => {
  expect(decodePython(bytes)).toEqual({ text });
});

test.each([
  ['invalid UTF-8', latin1('x = "ü"'), 'it is not UTF-8 and names no other encoding'],
  ['a coding line below code', latin1('x = 1\n# coding: latin-1\n"ü"'), 'it is not UTF-8 and names no other encoding'],
  ['UTF-16', Buffer.from('\uFEFFx = 1', 'utf16le'), 'it is UTF-16, which Python does not read'],
  ['null bytes', Buffer.from('x = 1\0'), 'it is a binary file'],
  ['an encoding nobody knows', latin1('# coding: klingon\nü'), 'its encoding klingon is not known'],
])('%s is left out', (_name, bytes, reason) => {
  expect(decodePython(bytes)).toEqual({ reason });
});
