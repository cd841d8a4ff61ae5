import type { NotificationName } from './messages.ts';

/**
 * Sent by the client when the user has come to trust the workspace: from then on the ORMs are read from its Python
 * environments, to run in the sandbox. Trust is only taken back by opening the workspace anew.
 */
export const trustGranted: NotificationName<null> = { method: 'ormsight/trustGranted' };
