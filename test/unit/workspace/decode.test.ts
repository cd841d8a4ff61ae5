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
  ['a BOM and a coding line', Buffer.from('\uFEFF# coding: UTF_8\nü'), '# coding: UTF_8\nü'],
  ['ASCII', Buffer.from('# coding: us-ascii\nx'), '# coding: us-ascii\nx'],
  [
    'Latin-1 that says UTF-8 only in a comment of code',
    Buffer.from('x = 1 # coding: latin-1\n"ü"'),
    'x = 1 # coding: latin-1\n"ü"',
  ],
  ['CRLF, CR and LF', Buffer.from('a\r\nb\rc\nd'), 'a\r\nb\rc\nd'],
  ['the bytes of a lone surrogate in Latin-1', latin1('# coding: l1\n"\xed\xa0\x80"'), '# coding: l1\n"\xed\xa0\x80"'],
])('%s', (_name, bytes, text) => {
  expect(decodePython(bytes)).toEqual({ text });
});

test.each([
  ['invalid UTF-8', latin1('x = "ü"'), 'it is not UTF-8 and names no other encoding'],
  ['a coding line below code', latin1('x = 1\n# coding: latin-1\n"ü"'), 'it is not UTF-8 and names no other encoding'],
  ['UTF-16', Buffer.from('\uFEFFx = 1', 'utf16le'), 'it is UTF-16, which Python does not read'],
  ['UTF-16 without BOM', Buffer.from('x = 1', 'utf16le'), 'it is a binary file'],
  ['a coding line of UTF-16 that is ASCII', Buffer.from('# coding: utf-16\nx = 1'), 'it is not valid utf-16'],
  ['a coding line of UTF-8 above Latin-1', latin1('# coding: utf-8\n"ü"'), 'it is not valid utf-8'],
  ['a coding line of ASCII above Latin-1', latin1('# coding: ascii\n"ü"'), 'it is not valid ascii'],
  ['a lone surrogate', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]), 'it is not UTF-8 and names no other encoding'],
  [
    'a BOM and another encoding',
    Buffer.from('\uFEFF# coding: latin-1\n"ü"'),
    'it begins as UTF-8 but names the encoding latin-1',
  ],
  [
    'a BOM and UTF-8 by another name',
    Buffer.from('\uFEFF#coding: utf8\n"ü"'),
    'it begins as UTF-8 but names the encoding utf8',
  ],
  ['null bytes', Buffer.from('x = 1\0'), 'it is a binary file'],
  ['an encoding nobody knows', latin1('# coding: klingon\nü'), 'its encoding klingon is not known'],
])('%s is left out', (_name, bytes, reason) => {
  expect(decodePython(bytes)).toEqual({ reason });
});
