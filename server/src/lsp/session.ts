import { normalizePath } from '../base/paths.ts';
import type { Engine } from '../ide/engine.ts';
import type { Diagnostic } from '../ide/views.ts';
import type { RendererState } from '../protocol/renderer.ts';
import { Workspace } from '../workspace/workspace.ts';
import type { Log } from './log.ts';
import { defaultSettings, type Settings } from './settings.ts';

/** Where the parts of the product lie, and where it may keep what it makes. */
export interface ServerPaths {
  /** The folder of the bundles: `renderer/`, `libraries/` and `pyodide/` are beside them. */
  readonly dist: string;
  /** The pages about the rules are in its folder `rules`. */
  readonly docs: string;
  /** A folder of ours that outlives the process; null when there is none. */
  readonly storage: string | null;
}

/** The engine with its workspace and renderer, for one client: the only place where the three are put together. */
export class Session {
  readonly engine: Engine;
  readonly #workspace: Workspace;
  readonly #listeners = new Set<(state: RendererState) => void>();
  #settings: Settings = defaultSettings;
  #rendererState: RendererState = { kind: 'idle', library: null, message: null };

  constructor(roots: readonly string[], _paths: ServerPaths, _log: Log) {
    this.#workspace = new Workspace({ roots });
    this.engine = noEngine;
  }

  get settings(): Settings {
    return this.#settings;
  }

  configure(settings: Settings): void {
    this.#settings = settings;
    this.#workspace.configure({ exclude: settings.exclude });
  }

  get rendererState(): RendererState {
    return this.#rendererState;
  }

  onRendererState(listener: (state: RendererState) => void): void {
    this.#listeners.add(listener);
  }

  setRoots(roots: readonly string[]): void {
    this.#workspace.setRoots(roots);
  }

  /** An unsaved text; null when the file on disk counts again. */
  change(path: string, text: string | null): void {
    this.#workspace.change(path, text);
  }

  textOf(path: string): string | undefined {
    const snapshot = this.#workspace.snapshot();
    return snapshot.text(normalizePath(path)) ?? snapshot.readOther(normalizePath(path));
  }

  fileCreated(path: string): void {
    this.#workspace.fileCreated(path);
  }

  fileChanged(path: string): void {
    this.#workspace.fileChanged(path);
  }

  fileDeleted(path: string): void {
    this.#workspace.fileDeleted(path);
  }

  /** Reads the list of files in small steps, so that requests are answered meanwhile. */
  async load(): Promise<void> {
    await this.#workspace.load();
  }

  /** What the rules found, as far as the user wants to know, with the severity he chose. */
  diagnosticsOf(path: string): readonly Diagnostic[] {
    const { rules } = this.#settings;
    return this.engine.diagnosticsOf(path).flatMap((diagnostic) => {
      const level = rules[diagnostic.rule];
      return level === 'off' ? [] : [level === undefined ? diagnostic : { ...diagnostic, severity: level }];
    });
  }

  async dispose(): Promise<void> {}
}

const noEngine: Engine = {
  queriesIn: async () => [],
  queryAt: async () => null,
  hasQueryAt: () => false,
  diagnosticsOf: () => [],
  modelGraph: () => {
    throw new Error('no engine');
  },
  declaredCatalog: () => {
    throw new Error('no engine');
  },
  targetOf: () => ({ dialect: 'postgresql', driver: null, dialectSource: { kind: 'assumed', where: null } }),
  warmUp: () => undefined,
};
