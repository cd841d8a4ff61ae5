import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRenderer, type Renderer, type RendererOptions } from '../../server/src/render/renderer.ts';
import type { RenderRequest, RenderResult } from '../../server/src/render/protocol.ts';

export const root = join(import.meta.dirname, '../..');

/** The real host with a renderer in it that executes any Python, without an allowlist: only the walls behind hold. */
export const standIn = join(import.meta.dirname, 'standIn');

export interface Sandbox {
  readonly renderer: Renderer;
  /** What was logged so far. */
  readonly log: readonly string[];
  readonly storageDir: string;
  /** Runs Python, with the stand-in, and gives what it printed or how it ended. */
  run(python: string): Promise<string>;
  request(changes?: Partial<RenderRequest>): Promise<RenderResult>;
  /** Resolves when a log line has the words, now or later. */
  logged(words: string): Promise<void>;
  /** The states told so far: `django 5.2 ready`. */
  readonly states: readonly string[];
  close(): Promise<void>;
}

/** Starts a renderer with short limits and a storage folder of its own. */
export async function openSandbox(changes: Partial<RendererOptions> = {}): Promise<Sandbox> {
  const ownStorage = changes.storageDir === undefined ? await mkdtemp(join(tmpdir(), 'ormsight-sandbox-')) : null;
  const storageDir = changes.storageDir ?? ownStorage;
  const log: string[] = [];
  const waiting = new Set<() => void>();
  const write = (line: string) => {
    log.push(line);
    for (const check of waiting) check();
  };
  const renderer = createRenderer({
    hostPath: join(root, 'server/src/render/host/main.ts'),
    pyodideDir: join(root, 'node_modules/pyodide'),
    librariesDir: join(root, 'dist/libraries'),
    rendererDir: standIn,
    log: { info: write, warn: write },
    timeLimit: 2_000,
    ...changes,
    storageDir,
  });
  const states: string[] = [];
  renderer.onStateChange(({ library, version, kind }) => states.push(`${library} ${version} ${kind}`));
  const request = (parts: Partial<RenderRequest> = {}) => renderer.render({ ...emptyRequest, ...parts });
  return {
    renderer,
    log,
    states,
    storageDir: storageDir ?? '',
    request,
    async run(python) {
      const result = await request({ slice: { ...emptyRequest.slice, body: python } });
      if (result.kind === 'refused') return result.message.trimEnd();
      return result.kind === 'failed' ? result.message : JSON.stringify(result);
    },
    logged: (words) =>
      new Promise((resolve) => {
        const check = () => {
          if (!log.some((line) => line.includes(words))) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      }),
    async close() {
      renderer.dispose();
      if (ownStorage) await rm(ownStorage, { recursive: true, force: true });
    },
  };
}

export const emptyRequest: RenderRequest = {
  target: { library: 'sqlalchemy', version: '2.0', dialect: 'sqlite', driver: null },
  models: { key: 'none', steps: [], models: [], django: null, unknown: [] },
  slice: { module: 'app', steps: [], holes: [], body: '', expression: 'None', unknown: [] },
  maxVariants: 8,
};
