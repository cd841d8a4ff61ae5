import type { HostConfig } from './host/messages.ts';
import { type HostProcess, startHost, writeWithHost } from './hostProcess.ts';
import type { RenderLog } from './renderer.ts';
import type { SnapshotStore } from './snapshots.ts';
import { LibraryFailure } from './spawn.ts';

/** Starts the processes of one library, from a memory snapshot when there is one, and makes it when there is none. */
export interface Launcher {
  /** A process that is up. Rejects with the reason when Python cannot be started. */
  launch(): Promise<HostProcess>;
  /** Makes the snapshot for the next time, unless it is there. Never rejects. */
  saveSnapshot(): Promise<void>;
  /** Takes the snapshot away, for it may be the reason why processes die; a later session makes a new one. */
  dropSnapshot(): Promise<void>;
}

export interface LauncherOptions {
  /** `sqlalchemy-2.0`. */
  readonly name: string;
  /** Of libraries that share a snapshot the same; without it that of the library. */
  readonly snapshotName?: string;
  readonly hostPath: string;
  readonly config: Omit<HostConfig, 'task'>;
  /** How long a start without a snapshot may take, in milliseconds. */
  readonly startLimit?: number | undefined;
  readonly snapshots: SnapshotStore;
  /** Names all that a snapshot depends on. */
  readonly snapshotKey: string;
  readonly log: RenderLog;
}

/** In milliseconds. From nothing it takes about 3 s on an idle machine, from a snapshot half a second. */
const startLimits = { plain: 60_000, snapshot: 15_000, makingSnapshot: 120_000 };

export function createLauncher(options: LauncherOptions): Launcher {
  const { name, snapshotName = name, hostPath, config, snapshots, snapshotKey, log } = options;
  const startLimit = options.startLimit ?? startLimits.plain;
  let hasTriedToSave = false;
  return { launch, saveSnapshot, dropSnapshot };

  async function launch(): Promise<HostProcess> {
    const file = await snapshots.find(snapshotName, snapshotKey);
    return (file && (await launchFromSnapshot(file))) || launchFromNothing();
  }

  async function launchFromNothing(): Promise<HostProcess> {
    const started = performance.now();
    const host = startHost(hostPath, { ...config, task: { kind: 'answer', snapshot: null } }, startLimit);
    await host.ready;
    log.info(`${name}: Python started in ${Math.round(performance.now() - started)} ms`);
    return host;
  }

  /** Null when the snapshot is of no use; it is dropped then. */
  async function launchFromSnapshot(file: string): Promise<HostProcess | null> {
    const started = performance.now();
    // A project's own library is imported after the snapshot is loaded.
    const fromSnapshotLimit = config.isForeign ? startLimit : startLimits.snapshot;
    const host = startHost(hostPath, { ...config, task: { kind: 'answer', snapshot: file } }, fromSnapshotLimit);
    try {
      await host.ready;
    } catch (error) {
      if (error instanceof LibraryFailure) throw error;
      log.warn(`${name}: the snapshot is of no use and is dropped: ${(error as Error).message}`);
      await snapshots.drop(file);
      return null;
    }
    log.info(`${name}: Python started from its snapshot in ${Math.round(performance.now() - started)} ms`);
    return host;
  }

  async function saveSnapshot(): Promise<void> {
    if (hasTriedToSave) return;
    hasTriedToSave = true;
    try {
      if (await snapshots.find(snapshotName, snapshotKey)) return;
      const file = await snapshots.prepare(snapshotName, snapshotKey);
      if (!file) return;
      const task = { kind: 'snapshot', file } as const;
      const made = await writeWithHost(hostPath, { ...config, task }, startLimits.makingSnapshot, true);
      log.info(`${name}: wrote a snapshot of ${Math.round(made.bytes / 1e6)} MB`);
      await snapshots.removeOthers(snapshotName, snapshotKey);
    } catch (error) {
      log.warn(`${name}: no snapshot could be made: ${(error as Error).message}`);
    }
  }

  async function dropSnapshot(): Promise<void> {
    const file = await snapshots.find(snapshotName, snapshotKey);
    if (!file) return;
    log.warn(`${name}: the snapshot is dropped, for processes that start from it crash`);
    hasTriedToSave = true;
    await snapshots.drop(file);
  }
}
