/** Every rule on its cases: each finding is written down, each fix is what it does, and makes its finding go away. */
import { afterAll, describe, expect, test } from 'vitest';
import { join } from 'node:path';
import { createEngine } from '../../server/src/ide/createEngine.ts';
import type { Engine } from '../../server/src/ide/engine.ts';
import type { Diagnostic, TextEdit } from '../../server/src/ide/views.ts';
import { rules } from '../../server/src/rules/index.ts';
import { type Case, caseFiles, checkBlock, writeUpdates } from '../harness/cases.ts';
import { Project, root } from '../harness/project.ts';

const main = `${root}/main.py`;
const files = caseFiles(join(import.meta.dirname, 'rules'));

afterAll(writeUpdates);

test('every rule has cases', () => {
  expect(files.map((file) => file.title)).toEqual(rules.map((rule) => rule.id));
});

for (const file of files) {
  describe(file.title, () => {
    for (const one of file.cases) {
      test(one.name, () => {
        const found = diagnosticsOf(one.files, file.title);
        expect(found.map((finding) => written(one, finding))).toEqual(one.main!.carets.map(({ range, words }) => ({ ...range, words: words.split(': ')[0] })));
        for (const [i, caret] of one.main!.carets.entries()) expect(found[i]!.message).toContain(caret.words.split(': ').slice(1).join(': '));
        for (const block of one.blocks.filter(({ kind }) => kind === 'fix')) {
          const fix = found.flatMap((finding) => finding.fixes).find(({ title }) => title === block.info);
          expect(fix, `no fix is called "${block.info}"`).toBeDefined();
          const fixed = applied(withoutCarets(one.files['main.py']!, one), fix!.edits, one);
          checkBlock(one, block, fixed);
          expect(diagnosticsOf({ ...one.files, 'main.py': fixed }, file.title)).toHaveLength(found.length - 1);
        }
      });
    }
  });
}

/** With the rules that are on, and the one the file is about. */
function diagnosticsOf(project: Readonly<Record<string, string>>, rule: string): readonly Diagnostic[] {
  const { workspace } = new Project(project);
  const engine: Engine = createEngine({ workspace, renderer: null, settings: () => ({ dialect: null, driver: null, rules: { levels: { [rule]: 'on' }, allowedRelations: [] } }), onRuleFailure: (_, error) => { throw error; } });
  return engine.diagnosticsOf(main);
}

function written(_: Case, { range, severity, rule }: Diagnostic) {
  return { ...range, words: `${severity}[${rule}]` };
}

/** Comments with carets belong to the case, not to the code. */
function withoutCarets(text: string, _: Case): string {
  return text.replace(/^\s*#\s*\^+.*\n/gm, '');
}

function applied(text: string, edits: readonly TextEdit[], one: Case): string {
  // Ranges are those of the text with its comments of carets: they are moved by what was taken out above them.
  const original = one.files['main.py']!;
  const moved = (offset: number): number => withoutCarets(original.slice(0, offset), one).length;
  let result = text;
  for (const edit of edits.toSorted((a, b) => b.range.start - a.range.start)) {
    expect(edit.path).toBe(main);
    result = result.slice(0, moved(edit.range.start)) + edit.newText + result.slice(moved(edit.range.end));
  }
  return result;
}
