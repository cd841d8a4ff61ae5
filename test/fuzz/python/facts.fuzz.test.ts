/** What is scanned of any text can be read back; of sound text it is what the parser finds. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FileFacts, sameMentions, scanFacts } from '../../../server/src/python/fileFacts.ts';
import type { Expr, Node } from '../../../server/src/python/syntax/nodes.ts';
import { parseModule } from '../../../server/src/python/syntax/parser.ts';
import { children } from '../../../server/src/python/syntax/visit.ts';
import { edit } from './edits.ts';
import { samples } from './samples.ts';
import { anyText, damagedCode, shuffledPieces } from './texts.ts';

/** Whatever is left out of names separates them. */
const name = /^[^ \n,:]*$/;

function check(text: string): void {
  const facts = new FileFacts(scanFacts(text));
  for (const { level, module, names, asName } of facts.imports) {
    expect(Number.isInteger(level) && level >= 0).toBe(true);
    for (const each of [module, asName ?? '', ...(names ?? []).flatMap((item) => [item.name, item.as])])
      expect(each).toMatch(name);
  }
  for (const each of facts.classes) for (const part of [each.name, ...each.bases]) expect(part).toMatch(name);
  for (const [word] of text.matchAll(/[a-z0-9\u0080-\uffff]+/gi)) expect(facts.mayMention(word)).toBe(true);
}

test('code cut off anywhere', () => {
  for (const sample of samples) for (let end = 0; end <= sample.length; end += 3) check(sample.slice(0, end));
});

const seed = Number(process.env['FUZZ_SEED'] ?? 1);

test('any text, at random', () => {
  fc.assert(fc.property(fc.oneof(damagedCode(samples), shuffledPieces, anyText), check), { numRuns: 3000, seed });
});

test('after an edit, the changed lines say which words came and went', () => {
  const words = ['class', 'def', 'x', 'import', 'Table(', 'a', '='];
  const sources = fc.oneof(
    damagedCode(samples),
    fc.string({ unit: fc.constantFrom('x', ' ', '\n', 'a', '='), maxLength: 12 }),
  );
  const property = fc.property(sources, edit, (text, change) => {
    const [before, after] = [FileFacts.of(text), FileFacts.of(change(text))];
    const isSame = (word: string): boolean => before.mayMention(word) === after.mayMention(word);
    expect(words.map(sameMentions(before, after))).toEqual(words.map(isSame));
  });
  fc.assert(property, { numRuns: 2000, seed });
});

test('classes and imports of sound text are all found', () => {
  for (const sample of samples) {
    const facts = new FileFacts(scanFacts(sample));
    const classes = facts.classes.map((each) => `${each.name} ${each.bases.join()}`);
    const imports = facts.imports.flatMap(({ level, module, names, asName }) =>
      names ? names.map((each) => `${level} ${module} ${each.name} ${each.as}`) : `${module} ${asName}`,
    );
    const open: Node[] = [parseModule(sample).module];
    for (let node = open.pop(); node; node = open.pop()) {
      if (node.kind === 'ClassDef')
        expect(classes).toContain(`${node.name.text} ${node.bases.flatMap((each) => dotted(each) ?? []).join()}`);
      if (node.kind === 'Import')
        for (const each of node.names) expect(imports).toContain(`${each.name.text} ${each.asName?.text ?? null}`);
      if (node.kind === 'ImportFrom')
        for (const each of node.names)
          expect(imports).toContain(
            `${node.level} ${node.module?.text ?? ''} ${each.name.text} ${each.asName?.text ?? each.name.text}`,
          );
      open.push(...children(node));
    }
  }
});

function dotted(expr: Expr): string | null {
  if (expr.kind === 'Subscript') return dotted(expr.value);
  if (expr.kind === 'Name') return expr.id;
  const owner = expr.kind === 'Attribute' ? dotted(expr.value) : null;
  return owner === null || expr.kind !== 'Attribute' ? null : `${owner}.${expr.attr.text}`;
}
