/** What a user can set about the reading of a workspace. */
export interface WorkspaceSettings {
  /** More Python files than this are left out; the skipped folder is named. */
  readonly maxFiles: number;
  /** Larger Python files are not read. */
  readonly maxFileBytes: number;
  /** Names of folders, or paths below a root (`legacy/generated`), that are left out. */
  readonly exclude: readonly string[];
  /**
   * The Python environment of the whole workspace: its folder or its interpreter, absolute or below the first root.
   * Empty: that nearest to each file.
   */
  readonly environment: string;
}

export const defaultSettings: WorkspaceSettings = {
  maxFiles: 50_000,
  maxFileBytes: 5 * 1024 * 1024,
  exclude: [],
  environment: '',
};
