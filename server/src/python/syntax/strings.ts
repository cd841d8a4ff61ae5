/** Strings, bytes, f-strings and t-strings, and adjacent ones joined into one node as CPython does. */
import { BRACKET_WEIGHT } from './cursor.ts';
import type { Cursor } from './cursor.ts';
import { decodeFStringText, decodeString } from './stringLiterals.ts';
import { parseYieldOrExpressions } from './expressions.ts';
import type { Constant, Expr, FormattedValue, JoinedStr } from './nodes.ts';
import * as Token from './tokens.ts';

/** One or more adjacent strings. */
export function parseStrings(c: Cursor): Expr {
  const start = c.start;
  if (c.kind === Token.String && c.nextKind !== Token.String && c.nextKind !== Token.FStringStart) {
    return parsePlainString(c);
  }
  const parts: StringPart[] = [];
  const flavours = new Set<StringFlavour>();
  while (c.kind === Token.String || c.kind === Token.FStringStart) {
    if (c.kind === Token.String) {
      const constant = parsePlainString(c);
      flavours.add(constant.type);
      parts.push(constant);
    } else {
      flavours.add(parseFString(c, parts));
    }
  }
  const end = c.previousEnd;
  reportMixture(c, flavours, start, end);
  if (flavours.has('template')) return { kind: 'TemplateStr', start, end, values: joinConstants(parts) };
  if (flavours.has('joined')) return { kind: 'JoinedStr', start, end, values: joinConstants(parts) };
  return joinPlain(parts as StringConstant[], start, end);
}

type StringConstant = Constant & { readonly type: 'str' | 'bytes'; readonly value: string };
type StringPart = Constant | FormattedValue;
type StringFlavour = 'str' | 'bytes' | 'joined' | 'template';

function parsePlainString(c: Cursor): StringConstant {
  const { start, end } = c;
  const literal = decodeString(c.word);
  if (literal.problem !== null) c.report(start, end, literal.problem);
  c.advance();
  return { kind: 'Constant', start, end, type: literal.type, value: literal.value };
}

function reportMixture(c: Cursor, flavours: ReadonlySet<StringFlavour>, start: number, end: number): void {
  if (flavours.size < 2) return;
  if (flavours.has('bytes')) c.report(start, end, 'Bytes and strings cannot be joined');
  if (flavours.has('template')) c.report(start, end, 'A t-string cannot be joined with other strings');
}

function joinPlain(parts: readonly StringConstant[], start: number, end: number): StringConstant {
  const value = parts.map((part) => part.value).join('');
  return { kind: 'Constant', start, end, type: parts[0]!.type, value };
}

/** Joins adjacent constants and drops the empty ones. */
function joinConstants(parts: readonly StringPart[]): StringPart[] {
  const joined: StringPart[] = [];
  let run: StringConstant[] = [];
  const endRun = (): void => {
    const constant = run.length > 1 ? joinPlain(run, run[0]!.start, run.at(-1)!.end) : run[0];
    if (constant !== undefined && constant.value !== '') joined.push(constant);
    run = [];
  };
  for (const part of parts) {
    if (part.kind === 'Constant') {
      run.push(part as StringConstant);
    } else {
      endRun();
      joined.push(part);
    }
  }
  endRun();
  return joined;
}

// ---------------------------------------------------------------- f-strings and t-strings

/** Adds the text and the fields of one f-string or t-string to `parts`. */
function parseFString(c: Cursor, parts: StringPart[]): 'joined' | 'template' {
  const prefix = c.word.toLowerCase();
  c.advance();
  parseFStringParts(c, parts, prefix.includes('r'));
  c.accept(Token.FStringEnd);
  return prefix.includes('t') ? 'template' : 'joined';
}

function parseFStringParts(c: Cursor, parts: StringPart[], isRaw: boolean): void {
  for (;;) {
    if (c.kind === Token.FStringMiddle) parts.push(parseFStringText(c, isRaw));
    else if (c.kind === Token.OpenBrace) parseField(c, parts, isRaw);
    else return;
  }
}

function parseFStringText(c: Cursor, isRaw: boolean): StringConstant {
  const { start, end } = c;
  const literal = decodeFStringText(c.word, isRaw);
  if (literal.problem !== null) c.report(start, end, literal.problem);
  c.advance();
  return { kind: 'Constant', start, end, type: 'str', value: literal.value };
}

/** `{value=!r:format}`. With `=`, the source text of the value comes before the field as a constant, as in CPython. */
function parseField(c: Cursor, parts: StringPart[], isRaw: boolean): void {
  const start = c.start;
  c.advance();
  c.nesting += BRACKET_WEIGHT;
  const value = c.isTooDeep ? c.cutOff() : parseYieldOrExpressions(c);
  const debug = c.accept(Token.Equal);
  if (!isFieldEnd(c)) {
    c.reportHere(`Expected '}' before ${c.describe()}`);
    while (!isFieldEnd(c) && !c.atEndOfLevel()) c.skipWhole();
  }
  if (debug) parts.push(debugText(c, start + 1, isFieldEnd(c) ? c.start : c.previousEnd));
  const conversion = c.kind === Token.Exclamation ? parseConversion(c) : null;
  const formatSpec = c.kind === Token.Colon ? parseFormat(c, isRaw) : null;
  c.nesting -= BRACKET_WEIGHT;
  c.expectCloser(Token.CloseBrace);
  parts.push({ kind: 'FormattedValue', start, end: c.previousEnd, value, conversion, formatSpec, debug });
}

function isFieldEnd(c: Cursor): boolean {
  return c.kind === Token.CloseBrace || c.kind === Token.Exclamation || c.kind === Token.Colon;
}

/** The source of a field from its brace on, without comments, as CPython has it. */
function debugText(c: Cursor, start: number, end: number): StringConstant {
  let value = '';
  let from = start;
  for (const comment of c.commentsIn(start, end)) {
    value += c.text.slice(from, comment.start);
    from = comment.end;
  }
  value += c.text.slice(from, end);
  return { kind: 'Constant', start, end, type: 'str', value: value.replace(/\r\n?/g, '\n') };
}

function parseConversion(c: Cursor): 's' | 'r' | 'a' | null {
  c.advance();
  const word = c.word;
  if (c.kind === Token.Name && (word === 's' || word === 'r' || word === 'a')) {
    if (c.start !== c.previousEnd) c.reportHere(`The conversion must follow '!' directly`);
    c.advance();
    return word;
  }
  c.reportHere(`Expected one of the conversions 's', 'r' and 'a' after '!'`);
  if (c.kind === Token.Name) c.advance();
  return null;
}

function parseFormat(c: Cursor, isRaw: boolean): JoinedStr {
  const start = c.start;
  c.advance();
  const parts: StringPart[] = [];
  parseFStringParts(c, parts, isRaw);
  return { kind: 'JoinedStr', start, end: c.previousEnd, values: joinConstants(parts) };
}
