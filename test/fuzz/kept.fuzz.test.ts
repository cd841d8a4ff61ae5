/** Findings and models that were kept through many edits are those that a fresh start gives. */
import fc from 'fast-check';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createEngine } from '../../server/src/ide/createEngine.ts';
import type { Engine } from '../../server/src/ide/engine.ts';
import { rules } from '../../server/src/rules/index.ts';
import { caseFiles } from '../harness/cases.ts';
import { Project, root } from '../harness/project.ts';

/** Those that are off by default must hold, too. */
const allOn = Object.fromEntries(rules.map((rule) => [rule.id, 'on' as const]));

/** What people do to code: most of it stays Python, some of it does not. */
const edits = fc.array(
  fc.record({
    file: fc.nat(),
    at: fc.nat(),
    deleted: fc.oneof(fc.constant(0), fc.nat({ max: 12 }), fc.nat({ max: 200 })),
    inserted: fc.constantFrom(
      '',
      'x',
      ' ',
      '\n',
      '    ',
      '(',
      ')',
      '"',
      '"""',
      '# note\n',
      '\n\ndef added():\n    return 1\n\n\n',
      '.options(selectinload(User.posts))',
      'user',
      'posts',
      'import os\n',
      'pass\n',
      '    extra = models.IntegerField()\n',
      '    extra: Mapped[int] = mapped_column()\n',
    ),
  }),
  { maxLength: 12 },
);

const cases = ['rules', 'models/django', 'models/sqlalchemy'].flatMap((folder) =>
  caseFiles(join(import.meta.dirname, '../cases', folder)).flatMap((file) => file.cases),
);

test.each(cases.map((one) => [one.name, one.files] as const))('%s', (_, files) => {
  fc.assert(
    fc.property(edits, (steps) => {
      const texts = new Map(Object.entries(files));
      const project = new Project(files);
      const engine = engineOf(project);
      const paths = [...texts.keys()].filter((path) => path.endsWith('.py'));
      for (const path of paths) engine.diagnosticsOf(join(root, path));
      for (const { file, at, deleted, inserted } of steps) {
        const path = paths[file % paths.length]!;
        const text = texts.get(path)!;
        const start = at % (text.length + 1);
        const changed = text.slice(0, start) + inserted + text.slice(start + deleted);
        texts.set(path, changed);
        project.type(path, changed);
        const fresh = engineOf(new Project(Object.fromEntries(texts)));
        expect(engine.modelGraph().key).toBe(fresh.modelGraph().key);
        for (const each of paths)
          expect(engine.diagnosticsOf(join(root, each))).toEqual(fresh.diagnosticsOf(join(root, each)));
      }
    }),
    { numRuns: Number(process.env['FUZZ_RUNS'] ?? 4), seed: Number(process.env['FUZZ_SEED'] ?? 1) },
  );
});

function engineOf(project: Project): Engine {
  return createEngine({
    workspace: project.workspace,
    renderer: null,
    settings: () => ({ dialect: null, driver: null, rules: { levels: allOn, allowedRelations: [] } }),
    onRuleFailure: (_, error) => {
      throw error;
    },
  });
}
