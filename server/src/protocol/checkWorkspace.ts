import type { NotificationName, RequestName } from './messages.ts';

/**
 * Looks at every Python file of the workspace. What is found in files that are not open is published from then on, and
 * kept right when one of them changes.
 */
export const checkWorkspace: RequestName<null, CheckedWorkspace> = { method: 'ormsight/workspace/check' };

/** Takes the findings of files that are not open away again. */
export const forgetWorkspace: NotificationName<null> = { method: 'ormsight/workspace/forget' };

/** Sent by the server while it checks the workspace. */
export const checkProgress: NotificationName<CheckProgress> = { method: 'ormsight/workspace/progress' };

export interface CheckedWorkspace {
  readonly files: number;
  /** In open files too; without hints. */
  readonly findings: number;
  readonly filesWithFindings: number;
}

export interface CheckProgress {
  readonly done: number;
  readonly total: number;
}
