/** What damage in one place costs elsewhere, counted in definitions: nothing but the statement that it is in. */
import { expect, test } from 'vitest';
import type { ClassDef, FunctionDef, ParsedModule } from '../../../server/src/python/syntax/nodes.ts';
import { parseModule } from '../../../server/src/python/syntax/parser.ts';
import { fullRange, walk } from '../../../server/src/python/syntax/visit.ts';
import { samples } from './samples.ts';
import { caseSources, exampleSources } from './sources.ts';

const sources = [...samples, ...exampleSources(), ...caseSources()].map((text) => ({
  text,
  definitions: definitionsIn(parseModule(text)),
}));

/** Lines as they are while somebody types. */
const HALF_TYPED = [
  'session.scalars(select(User).whe',
  'users = [1, ',
  'users = {"a": ',
  'f("',
  "name = 'abc",
  '"""',
  "'''",
  '"""Return the user.',
  'text = """',
  'f"{name',
  'f"""{name',
  "text = f'''abc",
  ')',
  '@',
  'if name',
  'for name in f(',
  'class ',
  'def f(',
  'lambda',
  'name = (yield',
  'return {**',
  'match name',
  'with open(',
  'except ',
];

test('a half-typed line before any statement costs no definition', { timeout: 120_000 }, () => {
  const counts = { places: 0, definitions: 0, lost: [] as string[] };
  for (const { text, definitions } of sources) {
    const starts = lineStartsOfStatements(text);
    for (const [index, { lineStart, whiteSpace }] of starts.entries()) {
      // Every line at every eighth place, each time others.
      const lines = HALF_TYPED.filter((_, line) => (line + index) % 8 === 0);
      for (const line of lines) {
        const damaged = `${text.slice(0, lineStart)}${whiteSpace}${line}\n${text.slice(lineStart)}`;
        counts.places++;
        counts.definitions += definitions.length;
        for (const name of lostIn(damaged, definitions))
          counts.lost.push(`${name}: ${line} at ${lineStart} of ${text.length}`);
      }
    }
  }
  expect(counts.places).toBeGreaterThan(5_000);
  expect(counts.lost).toEqual([]);
});

test('text cut off anywhere keeps every definition before', { timeout: 120_000 }, () => {
  for (const { text, definitions } of sources) {
    for (let end = 0; end < text.length; end += 1 + (text.length >> 7)) {
      const lineStart = text.lastIndexOf('\n', end - 1) + 1;
      const before = definitions.filter(({ header }) => header.end <= lineStart);
      expect(lostIn(text.slice(0, end), before), text.slice(0, end)).toEqual([]);
    }
  }
});

test('a character that is missing costs no definition but the one in whose header it is', { timeout: 120_000 }, () => {
  const counts = { places: 0, lost: [] as string[] };
  for (const { text, definitions } of sources) {
    for (let at = 0; at < text.length; at += 1 + (text.length >> 7)) {
      const others = definitions.filter(({ header }) => at < header.start || header.end <= at);
      const lost = lostIn(text.slice(0, at) + text.slice(at + 1), others);
      counts.places++;
      if (lost.length > 0)
        counts.lost.push(
          `${lost.join(', ')}: without ${JSON.stringify(text.slice(at, at + 20))} at ${at} of ${text.length}`,
        );
    }
  }
  expect(counts.lost).toEqual([]);
});

interface Definition {
  readonly name: string;
  /** From its first decorator to its body. */
  readonly header: { readonly start: number; readonly end: number };
}

function definitionsIn({ module }: ParsedModule): Definition[] {
  const found: Definition[] = [];
  walk(module, (node) => {
    if (node.kind === 'FunctionDef' || node.kind === 'ClassDef')
      found.push({ name: node.name.text, header: header(node) });
  });
  return found;
}

function header(node: FunctionDef | ClassDef): Definition['header'] {
  const first = node.body[0];
  return { start: fullRange(node).start - 1, end: first ? fullRange(first).start : node.end };
}

/** The names that are not defined as often as they should be. */
function lostIn(text: string, expected: readonly Definition[]): string[] {
  const found = definitionsIn(parseModule(text)).map(({ name }) => name);
  return expected.flatMap(({ name }) => {
    const index = found.indexOf(name);
    if (index >= 0) found.splice(index, 1);
    return index < 0 ? [name] : [];
  });
}

/** Where statements stand on lines of their own, and how far they are indented. */
function lineStartsOfStatements(text: string): { lineStart: number; whiteSpace: string }[] {
  const places = new Map<number, string>();
  walk(parseModule(text).module, (node, ancestors) => {
    const parent = ancestors.at(-1);
    if (parent === undefined || !('body' in parent) || !Array.isArray(parent.body) || !parent.body.includes(node))
      return;
    const { start } = fullRange(node);
    const lineStart = text.lastIndexOf('\n', start - 1) + 1;
    const whiteSpace = /^[ \t]*/.exec(text.slice(lineStart))![0];
    if (/^[ \t]*@?$/.test(text.slice(lineStart, start))) places.set(lineStart, whiteSpace);
  });
  return [...places].map(([lineStart, whiteSpace]) => ({ lineStart, whiteSpace }));
}
