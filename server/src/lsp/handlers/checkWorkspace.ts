import * as protocol from '../../protocol/checkWorkspace.ts';
import type { Handler } from '../handler.ts';

/** Findings in all files of the workspace, when the user asks for them. */
export const checkWorkspace: Handler = {
  register({ connection, requests, closedFiles }) {
    requests.on(protocol.checkWorkspace, {
      otherwise: { files: 0, findings: 0, filesWithFindings: 0 },
      answer: (_, cancellation) =>
        closedFiles.check(cancellation, (progress) => requests.notify(protocol.checkProgress, progress)),
    });
    connection.onNotification(protocol.forgetWorkspace.method, () => closedFiles.forget());
  },
};
