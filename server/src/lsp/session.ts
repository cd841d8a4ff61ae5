import { join } from 'node:path';
import type { CancellationToken } from '../base/cancellation.ts';
import { normalizePath } from '../base/paths.ts';
import { createEngine } from '../ide/createEngine.ts';
import type { Engine } from '../ide/engine.ts';
import type { Diagnostic } from '../ide/views.ts';
import { createIndexer } from '../indexing/createIndexer.ts';
import type { Indexer } from '../indexing/indexer.ts';
import { FactsStore } from '../python/factsStore.ts';
import { createRenderer, type Renderer } from '../render/renderer.ts';
import { runtimeFiles } from '../render/runtimeFiles.ts';
import { activeEnvironment } from '../workspace/environments.ts';
import { Workspace } from '../workspace/workspace.ts';
import type { Log } from './log.ts';
import { RendererStatus } from './rendererStatus.ts';
import { defaultSettings, type Settings } from './settings.ts';

/** Where the parts of the product lie, and where it may keep what it makes. */
export interface ServerPaths {
  /** The folder of the bundles, with `renderer/`, `libraries/` and `pyodide/`. */
  readonly dist: string;
  /** The pages about the rules are in its folder `rules`. */
  readonly docs: string;
  /** Of the product: what another version has kept is made anew. */
  readonly version: string;
  /** A folder of ours that outlives the process; null when there is none. */
  readonly storage: string | null;
}

/** The engine with its workspace and renderer, for one client: the only place where the three are put together. */
export class Session {
  readonly engine: Engine;
  readonly rendererStatus = new RendererStatus();
  readonly indexer: Indexer;
  readonly #workspace: Workspace;
  readonly #renderer: Renderer | null;
  #settings: Settings = defaultSettings;
  #isTrusted = false;

  constructor(roots: readonly string[], paths: ServerPaths, log: Log) {
    const facts = new FactsStore();
    this.#workspace = new Workspace({ roots, activeEnvironment: activeEnvironment(process.env) });
    this.#renderer = this.#openRenderer(paths, log);
    this.indexer = createIndexer({
      workspace: this.#workspace,
      facts,
      worker: join(paths.dist, 'index-worker.cjs'),
      folder: paths.storage === null ? null : join(paths.storage, 'index'),
      product: paths.version,
      onFailure: (error) => log.crash('reading files in the background', error),
    });
    this.indexer.open(roots.map(normalizePath));
    this.engine = createEngine({
      workspace: this.#workspace,
      facts,
      renderer: this.#renderer,
      settings: () => this.#settings,
      isTrusted: () => this.#isTrusted,
      onRuleFailure: (rule, error) => log.crash(`the rule ${rule}`, error),
      onGivenUp: (path, told) => log.warn(`${path}: ${told}`),
    });
  }

  get settings(): Settings {
    return this.#settings;
  }

  configure(settings: Settings): void {
    this.#settings = settings;
    this.#workspace.configure({ exclude: settings.exclude, environment: settings.environment });
  }

  /** The user trusts the workspace: the ORMs of its environments may run in the sandbox. */
  trust(): void {
    this.#isTrusted = true;
  }

  setRoots(roots: readonly string[]): void {
    this.#workspace.setRoots(roots);
  }

  /**
   * Resolves when all files are known and what answers need is parsed; meanwhile other messages are handled. At once
   * when little has changed.
   */
  async ready(cancellation?: CancellationToken): Promise<void> {
    await this.indexer.ready(cancellation);
    await this.engine.prepare(cancellation);
  }

  /** Starts the renderer for the ORM that a file uses, once it is known which release the project wants. */
  async warmUp(path: string): Promise<void> {
    await this.ready();
    this.engine.warmUp(path);
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

  /** The Python files of the workspace, without stubs. */
  files(): readonly string[] {
    return this.#workspace
      .snapshot()
      .pythonPaths()
      .filter((path) => !path.endsWith('.pyi'));
  }

  diagnosticsOf(path: string): readonly Diagnostic[] {
    return this.engine.diagnosticsOf(path);
  }

  dispose(): void {
    this.indexer.dispose();
    this.#renderer?.dispose();
  }

  /** Without its files, everything but SQL works. */
  #openRenderer({ dist, storage }: ServerPaths, log: Log): Renderer | null {
    try {
      const renderer = createRenderer({
        ...runtimeFiles(dist),
        storageDir: storage === null ? null : join(storage, 'renderer'),
        log,
      });
      renderer.onStateChange((state) => this.rendererStatus.change(state));
      return renderer;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      log.warn(`SQL cannot be rendered: ${message}`);
      this.rendererStatus.fail(message);
      return null;
    }
  }
}
