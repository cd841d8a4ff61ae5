import { ProgressLocation, commands, l10n, window } from 'vscode';
import type { Feature } from '../../services.ts';

/** Commands about the language server itself. */
export const registerServerCommands: Feature = ({ server, output }) => [
  commands.registerCommand('ormsight.restartServer', () =>
    window.withProgress({ location: ProgressLocation.Window, title: l10n.t('Restarting Ormsight') }, () =>
      server.restart(),
    ),
  ),
  commands.registerCommand('ormsight.showOutput', () => output.show()),
];
