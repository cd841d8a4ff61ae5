import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEngine } from '../../server/src/ide/createEngine.ts';
import type { QueryView } from '../../server/src/ide/views.ts';
import { createRenderer } from '../../server/src/render/renderer.ts';
import { runtimeFiles } from '../../server/src/render/runtimeFiles.ts';
import { Project, root } from '../harness/project.ts';

/** What a hover at the end of a file says, asked of the built renderer, for PostgreSQL. Ended by `dispose`. */
export async function openAsking(): Promise<Asking> {
  const storageDir = await mkdtemp(join(tmpdir(), 'ormsight-asking-'));
  const renderer = createRenderer({ ...runtimeFiles(), storageDir, log: { info() {}, warn() {} } });
  return {
    async viewAtEnd(text) {
      const engine = createEngine({
        workspace: new Project({ 'models.py': text }).workspace,
        renderer,
        settings: () => ({ dialect: 'postgresql', driver: null }),
      });
      return engine.queryAt(`${root}/models.py`, text.trimEnd().length - 1);
    },
    async dispose() {
      renderer.dispose();
      await rm(storageDir, { recursive: true, force: true });
    },
  };
}

export interface Asking {
  viewAtEnd(text: string): Promise<QueryView | null>;
  dispose(): Promise<void>;
}
