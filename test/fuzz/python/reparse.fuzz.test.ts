/** Parsing after an edit gives what parsing the whole text gives, and leaves alone what the edit left alone. */
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { editBetween } from '../../../server/src/python/syntax/edit.ts';
import type { TextEdit } from '../../../server/src/python/syntax/edit.ts';
import type { ParsedModule, Stmt } from '../../../server/src/python/syntax/nodes.ts';
import { parseModule } from '../../../server/src/python/syntax/parser.ts';
import { reparse } from '../../../server/src/python/syntax/reparse.ts';
import { fullRange } from '../../../server/src/python/syntax/visit.ts';
import { edit } from './edits.ts';
import { samples } from './samples.ts';
import { caseSources, exampleSources } from './sources.ts';

const EDITS_IN_A_ROW = 10;

test('ten thousand edits', { timeout: 120_000 }, () => {
  const sources = [...samples, ...exampleSources(), ...caseSources()];
  const counts = { edits: 0, untouched: 0, kept: 0 };
  fc.assert(
    fc.property(
      fc.constantFrom(...sources),
      fc.array(edit, { minLength: EDITS_IN_A_ROW, maxLength: EDITS_IN_A_ROW }),
      (source, edits) => {
        let text = source;
        let parsed = parseModule(text);
        for (const apply of edits) {
          const next = apply(text);
          const untouched = untouchedStatements(parsed, editBetween(text, next));
          const reparsed = reparse(parsed, text, next);
          const difference = firstDifference(reparsed, parseModule(next));
          if (difference !== null) expect.fail(`${difference}\nafter ${explain(text, next)}`);
          for (const statement of statementsIn(reparsed.module.body)) {
            const before = untouched.get(placeOf(statement, 0));
            if (before === undefined) continue;
            counts.untouched++;
            if (before === statement) counts.kept++;
          }
          counts.edits++;
          text = next;
          parsed = reparsed;
        }
      },
    ),
    { numRuns: Number(process.env['FUZZ_RUNS'] ?? 1_000), seed: Number(process.env['FUZZ_SEED'] ?? 1) },
  );
  expect(counts.edits).toBeGreaterThanOrEqual(10_000);
  // The others stand next to lines whose indentation fits nothing, or moved to another class.
  expect(counts.kept / counts.untouched).toBeGreaterThan(0.9);
});

/** The statements of the module and of class bodies that lie wholly before or behind an edit, by where they must be. */
function untouchedStatements({ module }: ParsedModule, { start, oldEnd, newEnd }: TextEdit): Map<string, Stmt> {
  const untouched = new Map<string, Stmt>();
  for (const statement of statementsIn(module.body)) {
    if (statement.end < start) untouched.set(placeOf(statement, 0), statement);
    else if (fullRange(statement).start > oldEnd) untouched.set(placeOf(statement, newEnd - oldEnd), statement);
  }
  return untouched;
}

function placeOf({ kind, start, end }: Stmt, distance: number): string {
  return `${kind} ${start + distance} ${end + distance}`;
}

function statementsIn(body: readonly Stmt[]): Stmt[] {
  return body.flatMap((statement) =>
    statement.kind === 'ClassDef' ? [statement, ...statementsIn(statement.body)] : [statement],
  );
}

function firstDifference(actual: ParsedModule, expected: ParsedModule): string | null {
  for (const part of ['problems', 'comments', 'guesses'] as const) {
    if (!isDeepStrictEqual(actual[part], expected[part])) {
      return `${part}: ${JSON.stringify(actual[part])} instead of ${JSON.stringify(expected[part])}`;
    }
  }
  if (isDeepStrictEqual(actual.module, expected.module)) return null;
  const index = expected.module.body.findIndex(
    (statement, position) => !isDeepStrictEqual(statement, actual.module.body[position]),
  );
  return `statement ${index}: ${JSON.stringify(actual.module.body[index])} instead of ${JSON.stringify(expected.module.body[index])}`;
}

function explain(text: string, next: string): string {
  const { start, oldEnd, newEnd } = editBetween(text, next);
  const before = text.slice(Math.max(0, start - 100), start);
  const [removed, added] = [text.slice(start, oldEnd), next.slice(start, newEnd)];
  return JSON.stringify({ before, removed, added, after: text.slice(oldEnd, oldEnd + 100) });
}
