import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { LruCache } from '../base/cache.ts';
import { featureReleaseOf } from '../base/versions.ts';
import { CancelledError, type CancellationToken, neverCancelled } from '../base/cancellation.ts';
import type { LibraryName } from '../query/program.ts';
import { type HostProcess, type HostReply, writeWithHost } from './hostProcess.ts';
import { type Job, type JobOutcome, type Lane, openLane } from './lane.ts';
import { createLauncher, type Launcher } from './launcher.ts';
import { hostConfig } from './hostConfig.ts';
import { archiveStore } from './installed/archiveStore.ts';
import { createInstalledLauncher } from './installed/installedLauncher.ts';
import { type InstalledLibrary, isBundled } from './installed/installedLibrary.ts';
import { type BundledLibrary, chooseVersion, readManifest, type VersionChoice } from './libraries.ts';
import type { RenderRequest, RenderResult } from './protocol.ts';
import { parseResult } from './result.ts';
import { rendererHash, snapshotStore } from './snapshots.ts';

/** Turns slices into SQL, in sandboxed child processes: one for each ORM library in use. */
export interface Renderer {
  /**
   * Renders one slice. Rejects with `CancelledError`, or with `RendererUnavailable` when Python cannot be started.
   * Everything that can go wrong with the slice itself is a result.
   */
  render(request: RenderRequest, cancellation?: CancellationToken, options?: RenderOptions): Promise<RenderResult>;
  /** Starts Python for a library before the first query needs it. */
  warmUp(library: LibraryName, version: string, installed?: InstalledLibrary | null): void;
  /** The bundled release for what a project pins; see `chooseVersion` of `libraries.ts`. */
  chooseVersion(library: LibraryName, pinned: string | null): VersionChoice;
  /** Why an installed library is not used and a bundled one stands in; null when it is used, or was not tried yet. */
  failureOf(installed: InstalledLibrary): string | null;
  /** Calls back at every change; the returned function ends that. */
  onStateChange(listener: (state: RendererLibraryState) => void): () => void;
  dispose(): void;
}

export interface RenderOptions {
  readonly priority?: RenderPriority;
  /** The project's own library, read from its environment. Only for trusted workspaces. */
  readonly installed?: InstalledLibrary | null;
}

/** `interactive`: someone looks at it, the newest first. `background`: in the order they came, after the others. */
export type RenderPriority = 'interactive' | 'background';

export interface RendererLibraryState {
  readonly library: LibraryName;
  /** Feature release of a bundled library, full version of a project's own. */
  readonly version: string;
  /** `replaced`: it does not start, and another one stands in. */
  readonly kind: 'starting' | 'ready' | 'failed' | 'replaced';
  /** Why it failed, for the user. */
  readonly message: string | null;
}

export interface RendererOptions {
  /** `dist/sandbox-host.cjs`, or `render/host/main.ts` when running from the sources. */
  readonly hostPath: string;
  readonly pyodideDir: string;
  readonly librariesDir: string;
  /** Folder that holds the Python package `ormsight_renderer`. */
  readonly rendererDir: string;
  /** Where memory snapshots are kept; null for none. */
  readonly storageDir: string | null;
  readonly log: RenderLog;
  /** How long one request may take, in milliseconds. */
  readonly timeLimit?: number;
  /** What Python's memory may grow to, in bytes. */
  readonly memoryLimit?: number;
  /** How long Python may take to start without a snapshot, in milliseconds. */
  readonly startLimit?: number;
}

export interface RenderLog {
  info(message: string): void;
  warn(message: string): void;
}

/** Python could not be started; the message says why. */
export class RendererUnavailable extends Error {
  override readonly name = 'RendererUnavailable';
}

const defaultTimeLimit = 5_000;
/** For each step of loading models, which comes on top once in each process. */
const extraPerStep = 20;
const rememberedResults = 2_000;
/** A cut-off may have been the fault of a busy machine, so it is not remembered for long. */
const cutOffRememberedFor = 30_000;
const idleLimit = 5 * 60_000;
/** A few hundred sources take some seconds, on a busy machine several times that. */
const compileLimit = 120_000;

/** Makes a renderer. Reads the manifest; starts nothing yet. Throws when the bundled files are not there. */
export function createRenderer(options: RendererOptions): Renderer {
  const { log, librariesDir, timeLimit = defaultTimeLimit } = options;
  const manifest = readManifest(librariesDir);
  const hash = rendererHash(options.rendererDir, options.hostPath, options.pyodideDir);
  const snapshots = snapshotStore(options.storageDir);
  const listeners = new Set<(state: RendererLibraryState) => void>();
  const lanes = new Map<string, Lane>();
  /** Why installed libraries do not start, by the names of their releases. */
  const broken = new Map<string, string>();
  const archives = archiveStore({
    storageDir: options.storageDir,
    compilerKey: shortHash([hash, checksumOf(manifest.standardLibrary)]),
    compile: compileArchive,
  });
  const results = new LruCache<string, { readonly result: RenderResult; readonly until: number }>(rememberedResults);
  const running = new Map<string, SharedResult>();
  /** The model sets each process has been sent. */
  const sentModels = new WeakMap<HostProcess, Set<string>>();
  const idleTimer = setInterval(restIdleLanes, 60_000);
  idleTimer.unref();
  let isDisposed = false;

  return {
    async render(request, cancellation = neverCancelled, { priority = 'interactive', installed = null } = {}) {
      if (cancellation.isCancelled || isDisposed) throw new CancelledError();
      const release = releaseFor(request.target.library, request.target.version, installed);
      const key = resultKey(request, release, hash);
      const known = results.get(key);
      if (known && Date.now() < known.until) return known.result;
      let shared = running.get(key);
      if (!shared) {
        shared = shareResult();
        running.set(key, shared);
        const result = shared.wait(cancellation, priority === 'interactive');
        laneOf(release).add(createJob(request, release, key, shared));
        return result;
      }
      return shared.wait(cancellation, priority === 'interactive');
    },
    warmUp(library, version, installed = null) {
      if (!isDisposed) laneOf(releaseFor(library, version, installed)).warmUp();
    },
    chooseVersion: (library, pinned) => chooseVersion(manifest, library, pinned),
    failureOf: (installed) => broken.get(idOf(installed)) ?? null,
    onStateChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    dispose() {
      isDisposed = true;
      clearInterval(idleTimer);
      for (const lane of lanes.values()) lane.dispose();
      archives.dispose();
    },
  };

  function bundled(library: LibraryName, version: string): BundledLibrary {
    const found = manifest.libraries.find((each) => each.library === library && each.version === version);
    if (!found) throw new RendererUnavailable(`${library} ${version} is not bundled`);
    return found;
  }

  function releaseFor(library: LibraryName, version: string, installed: InstalledLibrary | null): Release {
    const nearest = bundled(library, version);
    const isOwn = installed !== null && !broken.has(idOf(installed)) && !isBundled(manifest, nearest, installed);
    if (!isOwn)
      return { id: `${library}-${version}`, version, fullVersion: nearest.fullVersion, nearest, installed: null };
    const fullVersion = installed.packages[0]!.version;
    return { id: idOf(installed), version: fullVersion, fullVersion, nearest, installed };
  }

  function laneOf(release: Release): Lane {
    const open = lanes.get(release.id);
    if (open) return open;
    const { nearest, installed, version } = release;
    const name = `${nearest.library}-${version}`;
    const lane = openLane({
      launcher: installed ? installedLauncher(name, nearest, installed) : bundledLauncher(name, nearest),
      onStateChange(kind, message) {
        if (message) log.warn(`${name}: ${message}`);
        const told = kind === 'failed' && installed ? 'replaced' : kind;
        for (const listener of listeners) listener({ library: nearest.library, version, kind: told, message });
      },
      onCutOff: ({ reason, message }) => log.warn(`${name}: a request was cut off (${reason}): ${message}`),
    });
    lanes.set(release.id, lane);
    return lane;
  }

  function bundledLauncher(name: string, library: BundledLibrary): Launcher {
    return createLauncher({
      name,
      hostPath: options.hostPath,
      config: hostConfig(options, manifest, library, options.memoryLimit),
      startLimit: options.startLimit,
      snapshots,
      snapshotKey: shortHash([hash, ...[manifest.standardLibrary, ...library.archives].map(checksumOf)]),
      log,
    });
  }

  /** What the library needs comes from the bundled one that is nearest, after it on Python's path. */
  function installedLauncher(name: string, nearest: BundledLibrary, installed: InstalledLibrary): Launcher {
    const config = hostConfig(options, manifest, nearest, options.memoryLimit);
    const version = featureReleaseOf(installed.packages[0]!.version);
    return createInstalledLauncher({
      installed,
      archives,
      launcherFor: (archive) =>
        createLauncher({
          name,
          hostPath: options.hostPath,
          config: {
            ...config,
            isForeign: true,
            packages: installed.packages.map(({ name }) => name),
            version,
            archives: [archive, ...config.archives.slice(1)],
          },
          startLimit: options.startLimit,
          snapshots,
          snapshotName: 'python',
          snapshotKey: shortHash([hash, checksumOf(manifest.standardLibrary)]),
          log,
        }),
    });
  }

  async function compileArchive(from: string, file: string): Promise<void> {
    const config = hostConfig(options, manifest, manifest.libraries[0]!, options.memoryLimit);
    const started = performance.now();
    const task = { kind: 'compile', from, file } as const;
    await writeWithHost(options.hostPath, { ...config, archives: [], compiled: [], task }, compileLimit, false);
    log.info(`${basename(file)}: compiled in ${Math.round(performance.now() - started)} ms`);
  }

  function checksumOf(archive: string): string {
    return manifest.archives.find(({ file }) => file === archive)?.sha256 ?? archive;
  }

  function createJob(request: RenderRequest, release: Release, key: string, shared: SharedResult): Job {
    const job: Job = {
      isInteractive: () => shared.isInteractive(),
      isWanted: () => shared.isWanted(),
      run: (host) => askWithModels(host, request),
      settle(outcome) {
        // Someone may have asked for it again just when it was left out.
        if (outcome.kind === 'cancelled' && shared.isWanted() && !isDisposed) return laneOf(release).add(job);
        running.delete(key);
        if (outcome.kind === 'unavailable' && release.installed && !isDisposed) {
          broken.set(release.id, outcome.message.trim());
          const other = releaseFor(request.target.library, request.target.version, null);
          return laneOf(other).add(createJob(request, other, resultKey(request, other, hash), shared));
        }
        const result = toResult(outcome);
        if (!(result instanceof Error)) remember(key, result);
        shared.settle(result);
      },
    };
    return job;
  }

  /** Sends the models only when the process does not have them yet, or says that it no longer does. */
  async function askWithModels(host: HostProcess, request: RenderRequest): Promise<HostReply> {
    const sent = sentModels.get(host) ?? new Set<string>();
    sentModels.set(host, sent);
    if (sent.has(request.models.key)) {
      const withKey = { ...request, models: { key: request.models.key } };
      const reply = await host.ask(JSON.stringify(withKey), timeLimit);
      if (reply.kind !== 'answer' || !isNeedModels(reply.text)) return reply;
    }
    sent.add(request.models.key);
    return host.ask(JSON.stringify(request), timeLimit + request.models.steps.length * extraPerStep);
  }

  function remember(key: string, result: RenderResult): void {
    const until = result.kind === 'cutOff' ? Date.now() + cutOffRememberedFor : Infinity;
    results.set(key, { result, until });
  }

  /** A Python takes some 200 MB: the ones that are not the last used end after some minutes. */
  function restIdleLanes(): void {
    const byUse = [...lanes.values()].sort((a, b) => b.lastUsed - a.lastUsed);
    for (const lane of byUse.slice(1)) if (Date.now() - lane.lastUsed > idleLimit) lane.rest();
  }
}

/** One release of a library that can run: a bundled one, or a project's own with the bundled one that is nearest. */
interface Release {
  readonly id: string;
  /** As it is spoken of: `2.0` of a bundled one, `2.0.31` of a project's. */
  readonly version: string;
  readonly fullVersion: string;
  readonly nearest: BundledLibrary;
  readonly installed: InstalledLibrary | null;
}

function idOf({ library, packages }: InstalledLibrary): string {
  return [library, ...packages.flatMap(({ name, version, sitePackages }) => [name, version, sitePackages])].join(' ');
}

function toResult(outcome: JobOutcome): RenderResult | Error {
  switch (outcome.kind) {
    case 'answer':
      return parseResult(outcome.text);
    case 'cutOff':
      return { kind: 'cutOff', reason: outcome.reason };
    case 'cancelled':
      return new CancelledError();
    case 'unavailable':
      return new RendererUnavailable(outcome.message);
  }
}

function isNeedModels(text: string): boolean {
  return text.length < 100 && /"kind"\s*:\s*"needModels"/.test(text);
}

/** One running job and all who wait for it: it is wanted as long as one of them is. */
interface SharedResult {
  isWanted(): boolean;
  isInteractive(): boolean;
  wait(cancellation: CancellationToken, isInteractive: boolean): Promise<RenderResult>;
  settle(result: RenderResult | Error): void;
}

function shareResult(): SharedResult {
  const waiting = new Set<(result: RenderResult | Error) => void>();
  let interactive = false;
  return {
    isWanted: () => waiting.size > 0,
    isInteractive: () => interactive,
    wait(cancellation, isInteractive) {
      interactive ||= isInteractive;
      return new Promise((give, refuse) => {
        let forget = () => undefined as void;
        const end = (result: RenderResult | Error) => {
          waiting.delete(end);
          forget();
          if (result instanceof Error) refuse(result);
          else give(result);
        };
        waiting.add(end);
        forget = cancellation.onCancelled(() => end(new CancelledError()));
      });
    },
    settle(result) {
      for (const end of [...waiting]) end(result);
    },
  };
}

/** Everything a result depends on. */
function resultKey({ models, slice, target, maxVariants }: RenderRequest, release: Release, hash: string): string {
  return shortHash([
    models.key,
    JSON.stringify(slice),
    JSON.stringify(target),
    `${maxVariants}`,
    release.id,
    release.fullVersion,
    hash,
  ]);
}

function shortHash(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}
