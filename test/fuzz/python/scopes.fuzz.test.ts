/** Binding after an edit gives what binding the whole tree gives, whatever was taken over from before. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bindModule } from '../../../server/src/python/binder.ts';
import { parseModule } from '../../../server/src/python/syntax/parser.ts';
import { reparse } from '../../../server/src/python/syntax/reparse.ts';
import type { Scope } from '../../../server/src/python/types.ts';
import { edit } from './edits.ts';
import { samples } from './samples.ts';
import { exampleSources } from './sources.ts';

test('two thousand edits', { timeout: 120_000 }, () => {
  const globals =
    'x = 1\ndef f():\n    global x, y\n    y = x\nclass A:\n    def g(self):\n        global z\n        z = 1\n';
  const sources = [...samples, ...exampleSources(), globals];
  fc.assert(
    fc.property(fc.constantFrom(...sources), fc.array(edit, { minLength: 10, maxLength: 10 }), (source, edits) => {
      let text = source;
      let parsed = parseModule(text);
      let scope = bindModule(parsed.module);
      for (const apply of edits) {
        const next = apply(text);
        parsed = reparse(parsed, text, next);
        scope = bindModule(parsed.module, scope);
        expect(printScope(scope)).toBe(printScope(bindModule(parseModule(next).module)));
        text = next;
      }
    }),
    { numRuns: 200, seed: Number(process.env['FUZZ_SEED'] ?? 1) },
  );
});

/** All that can be read of a scope and those in it. */
function printScope(scope: Scope, parent: Scope | null = null): string {
  expect(scope.parent).toBe(parent);
  const names = [...scope.bindings].map(([name, bindings]) => {
    const places = bindings.map(({ kind, range, scope: owner }) => {
      expect(owner).toBe(scope);
      return `${kind} ${range.start}-${range.end}`;
    });
    return `${name}: ${places.join(', ')}`;
  });
  const outer = [...scope.outerNames].map(([name, how]) => `${how} ${name}`);
  const head = `${scope.kind} ${scope.range.start}-${scope.range.end} ${[...names, ...outer].sort().join('; ')}`;
  return [head, ...scope.children.map((child) => printScope(child, scope))].join('\n');
}
