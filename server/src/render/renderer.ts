import { createHash } from 'node:crypto';
import { LruCache } from '../base/cache.ts';
import { CancelledError, type CancellationToken, neverCancelled } from '../base/cancellation.ts';
import type { LibraryName } from '../query/program.ts';
import type { HostProcess, HostReply } from './hostProcess.ts';
import { type Job, type JobOutcome, type Lane, openLane } from './lane.ts';
import { createLauncher } from './launcher.ts';
import { hostConfig } from './hostConfig.ts';
import { type BundledLibrary, chooseVersion, readManifest, type VersionChoice } from './libraries.ts';
import type { RenderRequest, RenderResult } from './protocol.ts';
import { rendererHash, snapshotStore } from './snapshots.ts';

/** Turns slices into SQL, in sandboxed child processes: one for each ORM library in use. */
export interface Renderer {
  /**
   * Renders one slice. Rejects with `CancelledError`, or with `RendererUnavailable` when Python cannot be started.
   * Everything that can go wrong with the slice itself is a result.
   */
  render(request: RenderRequest, cancellation?: CancellationToken, priority?: RenderPriority): Promise<RenderResult>;
  /** Starts Python for a library before the first query needs it. */
  warmUp(library: LibraryName, version: string): void;
  /** The bundled release for what a project pins; see `chooseVersion` of `libraries.ts`. */
  chooseVersion(library: LibraryName, pinned: string | null): VersionChoice;
  /** Calls back at every change; the returned function ends that. */
  onStateChange(listener: (state: RendererLibraryState) => void): () => void;
  dispose(): void;
}

/** `interactive`: someone looks at it, the newest first. `background`: in the order they came, after the others. */
export type RenderPriority = 'interactive' | 'background';

export interface RendererLibraryState {
  readonly library: LibraryName;
  /** Feature release. */
  readonly version: string;
  readonly kind: 'starting' | 'ready' | 'failed';
  /** Why it failed, for the user. */
  readonly message: string | null;
}

export interface RendererOptions {
  /** `dist/renderer-host.cjs`, or `render/host/main.ts` when running from the sources. */
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

/** Makes a renderer. Reads the manifest; starts nothing yet. Throws when the bundled files are not there. */
export function createRenderer(options: RendererOptions): Renderer {
  const { log, librariesDir, timeLimit = defaultTimeLimit } = options;
  const manifest = readManifest(librariesDir);
  const hash = rendererHash(options.rendererDir, options.hostPath, options.pyodideDir);
  const snapshots = snapshotStore(options.storageDir);
  const listeners = new Set<(state: RendererLibraryState) => void>();
  const lanes = new Map<string, Lane>();
  const results = new LruCache<string, { readonly result: RenderResult; readonly until: number }>(rememberedResults);
  const running = new Map<string, SharedResult>();
  /** The model sets each process has been sent. */
  const sentModels = new WeakMap<HostProcess, Set<string>>();
  const idleTimer = setInterval(restIdleLanes, 60_000);
  idleTimer.unref();
  let isDisposed = false;

  return {
    async render(request, cancellation = neverCancelled, priority = 'interactive') {
      if (cancellation.isCancelled || isDisposed) throw new CancelledError();
      const library = bundled(request.target.library, request.target.version);
      const key = resultKey(request, library, hash);
      const known = results.get(key);
      if (known && Date.now() < known.until) return known.result;
      let shared = running.get(key);
      if (!shared) {
        shared = shareResult();
        running.set(key, shared);
        const result = shared.wait(cancellation, priority === 'interactive');
        laneOf(library).add(createJob(request, library, key, shared));
        return result;
      }
      return shared.wait(cancellation, priority === 'interactive');
    },
    warmUp(library, version) {
      if (!isDisposed) laneOf(bundled(library, version)).warmUp();
    },
    chooseVersion: (library, pinned) => chooseVersion(manifest, library, pinned),
    onStateChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    dispose() {
      isDisposed = true;
      clearInterval(idleTimer);
      for (const lane of lanes.values()) lane.dispose();
    },
  };

  function bundled(library: LibraryName, version: string): BundledLibrary {
    const found = manifest.libraries.find((each) => each.library === library && each.version === version);
    if (!found) throw new RendererUnavailable(`${library} ${version} is not bundled`);
    return found;
  }

  function laneOf(library: BundledLibrary): Lane {
    const name = `${library.library}-${library.version}`;
    const open = lanes.get(name);
    if (open) return open;
    const lane = openLane({
      launcher: createLauncher({
        name,
        hostPath: options.hostPath,
        config: hostConfig(options, manifest, library, options.memoryLimit),
        snapshots,
        snapshotKey: shortHash([hash, ...[manifest.standardLibrary, ...library.archives].map(checksumOf)]),
        log,
      }),
      onStateChange(kind, message) {
        if (message) log.warn(`${name}: ${message}`);
        for (const listener of listeners)
          listener({ library: library.library, version: library.version, kind, message });
      },
      onCutOff: ({ reason, message }) => log.warn(`${name}: a request was cut off (${reason}): ${message}`),
    });
    lanes.set(name, lane);
    return lane;
  }

  function checksumOf(archive: string): string {
    return manifest.archives.find(({ file }) => file === archive)?.sha256 ?? archive;
  }

  function createJob(request: RenderRequest, library: BundledLibrary, key: string, shared: SharedResult): Job {
    const job: Job = {
      isInteractive: () => shared.isInteractive(),
      isWanted: () => shared.isWanted(),
      run: (host) => askWithModels(host, request),
      settle(outcome) {
        // Someone may have asked for it again just when it was left out.
        if (outcome.kind === 'cancelled' && shared.isWanted() && !isDisposed) return laneOf(library).add(job);
        running.delete(key);
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

const resultKinds: ReadonlySet<string> = new Set<RenderResult['kind']>([
  'rendered',
  'nothing',
  'failed',
  'refused',
  'cutOff',
]);

/** What comes out of the sandbox is not trusted to be what it should be. */
function parseResult(text: string): RenderResult {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && 'kind' in value && resultKinds.has(String(value.kind))) {
      return value as RenderResult;
    }
  } catch {
    // The same as any other answer that is none.
  }
  return { kind: 'cutOff', reason: 'crash' };
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
function resultKey(
  { models, slice, target, maxVariants }: RenderRequest,
  library: BundledLibrary,
  hash: string,
): string {
  return shortHash([
    models.key,
    JSON.stringify(slice),
    JSON.stringify(target),
    `${maxVariants}`,
    library.fullVersion,
    hash,
  ]);
}

function shortHash(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}
