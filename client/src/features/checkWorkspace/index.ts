import { CancellationError, ProgressLocation, commands, l10n, window } from 'vscode';
import {
  type CheckProgress,
  type CheckedWorkspace,
  checkProgress,
  checkWorkspace,
  forgetWorkspace,
} from '../../../../server/src/protocol/checkWorkspace.ts';
import type { LanguageServer } from '../../languageClient.ts';
import type { Feature } from '../../services.ts';

/** Findings of all files in the list of problems, when the user asks for them; and away with them. */
export const registerCheckWorkspace: Feature = ({ server }) => {
  let listener: ((progress: CheckProgress) => void) | null = null;
  server.onNotification(checkProgress, (progress) => listener?.(progress));
  return [
    commands.registerCommand('ormsight.checkWorkspace', async () => {
      const checked = await withProgress(server, (listen) => (listener = listen));
      listener = null;
      if (checked) await tell(checked);
    }),
    commands.registerCommand('ormsight.forgetWorkspace', () => server.notify(forgetWorkspace, null)),
  ];
};

/** Null when it was cancelled, or when there is no server. */
async function withProgress(
  server: LanguageServer,
  listenWith: (listen: (progress: CheckProgress) => void) => void,
): Promise<CheckedWorkspace | null> {
  const title = l10n.t('Ormsight checks all files');
  try {
    return await window.withProgress(
      { location: ProgressLocation.Notification, title, cancellable: true },
      (progress, token) => {
        let shown = 0;
        listenWith(({ done, total }) => {
          const percent = (done / total) * 100;
          progress.report({ message: l10n.t('{0} of {1}', done, total), increment: percent - shown });
          shown = percent;
        });
        return server.request(checkWorkspace, null, token);
      },
    );
  } catch (error) {
    if (error instanceof CancellationError) return null;
    throw error;
  }
}

async function tell({ files, findings, filesWithFindings }: CheckedWorkspace): Promise<void> {
  if (findings === 0) {
    void window.showInformationMessage(l10n.t('Ormsight found nothing in {0} files.', files));
    return;
  }
  await commands.executeCommand('workbench.actions.view.problems');
  const message = l10n.t('Ormsight: {0} findings in {1} of {2} files', findings, filesWithFindings, files);
  window.setStatusBarMessage(`$(check) ${message}`, 5000);
}
