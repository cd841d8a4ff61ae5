import type { HostProcess } from '../hostProcess.ts';
import type { Launcher } from '../launcher.ts';
import { LibraryFailure } from '../spawn.ts';
import type { ArchiveStore } from './archiveStore.ts';
import type { InstalledLibrary } from './installedLibrary.ts';

export interface InstalledLauncherOptions {
  readonly installed: InstalledLibrary;
  readonly archives: ArchiveStore;
  /** Starts processes with the zip of the library at this path. */
  readonly launcherFor: (archive: string) => Launcher;
}

/** Starts the processes of a library that is read from a project's environment. */
export function createInstalledLauncher({ installed, archives, launcherFor }: InstalledLauncherOptions): Launcher {
  let prepared: { readonly archive: string; readonly launcher: Launcher } | undefined;
  return {
    async launch(): Promise<HostProcess> {
      // Also for a process that takes over: an archive may have been removed, or a package been edited.
      const archive = await archives.prepare(installed);
      if (prepared?.archive !== archive) prepared = { archive, launcher: launcherFor(archive) };
      try {
        return await prepared.launcher.launch();
      } catch (error) {
        // It may be damaged.
        if (error instanceof LibraryFailure) await archives.drop(archive);
        throw error;
      }
    },
    saveSnapshot: async () => prepared?.launcher.saveSnapshot(),
    dropSnapshot: async () => prepared?.launcher.dropSnapshot(),
  };
}
