import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { createEngine } from '../../server/src/ide/createEngine.ts';
import type { QueryView } from '../../server/src/ide/views.ts';
import { createRenderer } from '../../server/src/render/renderer.ts';
import { runtimeFiles } from '../../server/src/render/runtimeFiles.ts';
import { Project, root } from '../harness/project.ts';

/** What a hover in a file says, asked of the built renderer, for PostgreSQL: one renderer for the tests of a file. */
export function useAsking(): Pick<Asking, 'viewAt' | 'viewAtEnd'> {
  let asking: Asking;
  beforeAll(async () => {
    asking = await openAsking();
  });
  afterAll(() => asking.dispose());
  return {
    viewAt: (...place) => asking.viewAt(...place),
    viewAtEnd: (...file) => asking.viewAtEnd(...file),
  };
}

async function openAsking(): Promise<Asking> {
  const storageDir = await mkdtemp(join(tmpdir(), 'ormsight-asking-'));
  const renderer = createRenderer({ ...runtimeFiles(), storageDir, log: { info() {}, warn() {} } });
  const viewAt: Asking['viewAt'] = (files, path, offset) => {
    const engine = createEngine({
      workspace: new Project(files).workspace,
      renderer,
      settings: () => ({ dialect: 'postgresql', driver: null }),
    });
    return engine.queryAt(`${root}/${path}`, offset);
  };
  return {
    viewAt,
    viewAtEnd: (text, path = 'models.py', others = {}) =>
      viewAt({ ...others, [path]: text }, path, text.trimEnd().length - 1),
    async dispose() {
      renderer.dispose();
      await rm(storageDir, { recursive: true, force: true });
    },
  };
}

interface Asking {
  viewAt(files: Readonly<Record<string, string>>, path: string, offset: number): Promise<QueryView | null>;
  /** Of a file with that text, `models.py` when no path is given, beside `others`. */
  viewAtEnd(text: string, path?: string, others?: Readonly<Record<string, string>>): Promise<QueryView | null>;
  dispose(): Promise<void>;
}
