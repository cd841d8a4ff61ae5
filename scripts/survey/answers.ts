import { mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { LineIndex } from '../../server/src/base/text.ts';
import { createEngine } from '../../server/src/ide/createEngine.ts';
import type { QueryStatus, StatementView } from '../../server/src/ide/views.ts';
import { isMigration, isTest } from '../../server/src/orm/aside.ts';
import { createRenderer } from '../../server/src/render/renderer.ts';
import { runtimeFiles } from '../../server/src/render/runtimeFiles.ts';
import { Workspace } from '../../server/src/workspace/workspace.ts';

/** What we say of one query site. */
export interface Answer {
  readonly project: string;
  readonly file: string;
  /** Counted from one. */
  readonly line: number;
  readonly column: number;
  readonly function: string | null;
  readonly orm: string;
  readonly dialect: string;
  readonly source: string;
  readonly status: QueryStatus;
  readonly reason: string | null;
  readonly statements: readonly StatementView[];
  readonly moreVariants: number;
  /** In a test, a migration or the documentation. */
  readonly isAside: boolean;
  /** How long it took to ask for it a second time; null where nobody did. */
  readonly milliseconds: number | null;
}

/** What is counted is not how busy the machine is. */
const PATIENT = { timeLimit: 15_000, startLimit: 120_000 };

/**
 * Asks for every query site of a project, in path order, or `isBackwards`; with `again`, for each a second time, with
 * `isApplicationOnly` for none in tests, migrations and documentation, with `only` for those in files it matches.
 */
export async function answersOf(
  folder: string,
  project: string,
  options: {
    readonly again: boolean;
    readonly isTrusted: boolean;
    readonly isApplicationOnly: boolean;
    readonly only: RegExp | null;
    readonly isBackwards: boolean;
  },
): Promise<Answer[]> {
  const { again, isTrusted, isApplicationOnly, only, isBackwards } = options;
  const storage = again ? mkdtempSync(join(tmpdir(), 'ormsight-survey-')) : join(homedir(), '.cache/ormsight/renderer');
  const log = { info: () => undefined, warn: () => undefined };
  const renderer = createRenderer({ ...runtimeFiles(), storageDir: storage, log, ...PATIENT });
  try {
    const workspace = new Workspace({ roots: [folder] });
    const snapshot = workspace.snapshot();
    const engine = createEngine({
      workspace,
      renderer,
      settings: () => ({ dialect: null, driver: null }),
      isTrusted: () => isTrusted,
    });
    const answers: Answer[] = [];
    const paths = [...snapshot.pythonPaths()];
    for (const path of isBackwards ? paths.reverse() : paths) {
      const file = path.slice(folder.length + 1);
      const isAside = isTest(file) || isMigration(file) || /(^|\/)(docs?|examples?|benchmarks?)\//.test(file);
      const isLeftOut = (isAside && isApplicationOnly) || (only && !only.test(file));
      const text = isLeftOut ? undefined : snapshot.text(path);
      if (text === undefined) continue;
      const lines = new LineIndex(text);
      for (const view of await engine.queriesIn(path)) {
        const start = lines.position(view.range.start);
        const milliseconds = again ? await timed(() => engine.queryAt(path, view.range.start)) : null;
        answers.push({
          project,
          file,
          line: start.line + 1,
          column: start.character + 1,
          function: view.function,
          orm: view.orm,
          dialect: view.dialect,
          source: text.slice(view.range.start, view.range.end).replace(/\s+/g, ' '),
          status: view.status,
          reason: view.reason,
          statements: view.statements,
          moreVariants: view.moreVariants,
          isAside,
          milliseconds,
        });
      }
    }
    return answers;
  } finally {
    renderer.dispose();
    if (again) rmSync(storage, { recursive: true, force: true });
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}
