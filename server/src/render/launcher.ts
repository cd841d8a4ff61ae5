import type { HostConfig } from './host/messages.ts';
import { type HostProcess, makeSnapshot, startHost } from './hostProcess.ts';
import type { RenderLog } from './renderer.ts';
import type { SnapshotStore } from './snapshots.ts';

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
  readonly hostPath: string;
  readonly config: Omit<HostConfig, 'snapshot'>;
  readonly snapshots: SnapshotStore;
  /** Names all that a snapshot depends on. */
  readonly snapshotKey: string;
  readonly log: RenderLog;
}

/** In milliseconds. From nothing it takes about 3 s on an idle machine, from a snapshot half a second. */
const startLimits = { plain: 60_000, snapshot: 15_000, makingSnapshot: 120_000 };

export function createLauncher({ name, hostPath, config, snapshots, snapshotKey, log }: LauncherOptions): Launcher {
  let hasTriedToSave = false;
  return { launch, saveSnapshot, dropSnapshot };

  async function launch(): Promise<HostProcess> {
    const file = await snapshots.find(name, snapshotKey);
    return (file && (await launchFromSnapshot(file))) || launchFromNothing();
  }

  async function launchFromNothing(): Promise<HostProcess> {
    const started = performance.now();
    const host = startHost(hostPath, { ...config, snapshot: { use: 'no' } }, startLimits.plain);
    await host.ready;
    log.info(`${name}: Python started in ${Math.round(performance.now() - started)} ms`);
    return host;
  }

  /** Null when the snapshot is of no use; it is dropped then. */
  async function launchFromSnapshot(file: string): Promise<HostProcess | null> {
    const started = performance.now();
    const host = startHost(hostPath, { ...config, snapshot: { use: 'load', file } }, startLimits.snapshot);
    try {
      await host.ready;
    } catch (error) {
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
      if (await snapshots.find(name, snapshotKey)) return;
      const file = await snapshots.prepare(name, snapshotKey);
      if (!file) return;
      const made = await makeSnapshot(
        hostPath,
        { ...config, snapshot: { use: 'make', file } },
        startLimits.makingSnapshot,
      );
      log.info(`${name}: wrote a snapshot of ${Math.round(made.bytes / 1e6)} MB`);
      await snapshots.removeOthers(name, snapshotKey);
    } catch (error) {
      log.warn(`${name}: no snapshot could be made: ${(error as Error).message}`);
    }
  }

  async function dropSnapshot(): Promise<void> {
    const file = await snapshots.find(name, snapshotKey);
    if (!file) return;
    log.warn(`${name}: the snapshot is dropped, for processes that start from it crash`);
    hasTriedToSave = true;
    await snapshots.drop(file);
  }
}
