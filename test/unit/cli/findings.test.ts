/** The formats of `ormsight check`, with what every rule finds in its cases. */
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { printGithub } from '../../../server/src/cli/findings/github.ts';
import { toJson } from '../../../server/src/cli/findings/json.ts';
import { printSarif } from '../../../server/src/cli/findings/sarif.ts';
import { createEngine } from '../../../server/src/ide/createEngine.ts';
import { rules } from '../../../server/src/rules/index.ts';
import { caseFiles } from '../../harness/cases.ts';
import { Project, root } from '../../harness/project.ts';
import { sarifErrors } from '../../harness/sarif.ts';

const found = caseFiles(join(import.meta.dirname, '../../cases/rules')).flatMap((file) => {
  // One case of each rule that is flagged.
  const flagged = file.cases.find((one) => one.main!.carets.some(({ words }) => words.includes(`[${file.title}]`)))!;
  const { workspace, snapshot } = new Project(flagged.files);
  const rulesOn = { levels: { [file.title]: 'on' as const }, allowedRelations: [] };
  const engine = createEngine({
    workspace,
    renderer: null,
    settings: () => ({ dialect: null, driver: null, rules: rulesOn }),
  });
  return toJson(engine.diagnosticsOf(`${root}/main.py`), { snapshot, nameOf: basename });
});

test('what every rule finds is SARIF 2.1.0', () => {
  expect(new Set(found.map(({ rule }) => rule))).toEqual(new Set(rules.map(({ id }) => id)));
  const text = printSarif(found, '1.2.3');
  expect(sarifErrors(text)).toBe('');
  expect(sarifErrors(text.replace('"warning"', '"loud"'))).not.toBe('');
});

test('what every rule finds is one annotation each', () => {
  const lines = printGithub(found).trimEnd().split('\n');
  expect(lines).toHaveLength(found.length);
  for (const line of lines) expect(line).toMatch(/^::(error|warning|notice) file=main\.py,line=\d+,[^:]+::[^\r]+$/);
});
