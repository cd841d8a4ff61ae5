import { ConfigurationTarget, workspace } from 'vscode';
import type { Dialect } from '../../../server/src/protocol/target.ts';

/** The settings that the client reads or writes itself; the server asks for its own. */
export const settings = {
  previewFollowsCursor: (): boolean => read('preview.followCursor', true),

  /** Null: found by Ormsight. */
  dialect: (): Dialect | null => {
    const value = read<string>('dialect', 'auto');
    return value === 'postgresql' || value === 'sqlite' || value === 'mysql' ? value : null;
  },
  driver: (): string | null => read('driver', '') || null,

  /** Where a folder is open its settings, else the user's. */
  setTarget: async (dialect: Dialect | null, driver: string | null): Promise<void> => {
    const target = workspace.workspaceFolders ? ConfigurationTarget.Workspace : ConfigurationTarget.Global;
    const section = workspace.getConfiguration('ormsight');
    await section.update('dialect', dialect ?? undefined, target);
    await section.update('driver', driver ?? undefined, target);
  },
};

function read<T>(name: string, otherwise: T): T {
  return workspace.getConfiguration('ormsight').get(name, otherwise);
}
