import { CancellationError, type CancellationToken, ProgressLocation, commands, env, l10n, window } from 'vscode';
import { queryAt } from '../../../../server/src/protocol/query.ts';
import { cursorPlace, documentPosition, placeOfLink } from '../../platform/cursor.ts';
import type { Feature } from '../../services.ts';

/** Puts the SQL of the query under the cursor, or of a hover's link, on the clipboard. */
export const registerCopySql: Feature = ({ server }) => [
  commands.registerCommand('ormsight.copySql', async (argument?: unknown) => {
    const place = placeOfLink(argument) ?? cursorPlace();
    if (!place) return tell(l10n.t('Put the cursor on a query in a Python file first.'));
    const query = await withProgress((token) => server.request(queryAt, documentPosition(place), token));
    if (query === undefined) return;
    if (query === null)
      return tell(server.state === 'failed' ? serverIsGone() : l10n.t('There is no query at the cursor.'));
    if (query.sql === '') return tell(query.reason ?? l10n.t('This query has no SQL.'));
    await env.clipboard.writeText(query.sql);
    const message = query.status === 'partial' ? l10n.t('SQL copied; a part of it is unknown') : l10n.t('SQL copied');
    window.setStatusBarMessage(`$(check) ${message}`, 3000);
  }),
];

/** Undefined when the user cancels it. Shows itself only when it takes long. */
async function withProgress<T>(work: (token: CancellationToken) => Promise<T>): Promise<T | undefined> {
  try {
    return await window.withProgress(
      { location: ProgressLocation.Window, title: l10n.t('Rendering SQL'), cancellable: true },
      (_progress, token) => work(token),
    );
  } catch (error) {
    if (error instanceof CancellationError) return undefined;
    throw error;
  }
}

function serverIsGone(): string {
  return l10n.t('The language server of Ormsight does not run.');
}

function tell(message: string): void {
  void window.showInformationMessage(message);
}
