import { LanguageStatusSeverity, commands, l10n, languages, window } from 'vscode';
import { type RendererState, rendererState } from '../../../../server/src/protocol/renderer.ts';
import { targetOf, targetsChanged } from '../../../../server/src/protocol/target.ts';
import { documentSelector } from '../../documents.ts';
import { cursorPlace } from '../../platform/cursor.ts';
import type { Feature } from '../../services.ts';
import { placeOf } from '../dialect/index.ts';
import { type Status, statusText } from './statusText.ts';

/** The one language status item: the database that SQL is shown for, and whether all of us runs. */
export const registerStatus: Feature = ({ server }) => {
  const item = languages.createLanguageStatusItem('ormsight.status', documentSelector);
  item.name = 'Ormsight';
  let renderer: RendererState | null = null;
  let asked = 0;

  const update = async (): Promise<void> => {
    const question = ++asked;
    const place = cursorPlace();
    const target =
      place && server.state === 'running'
        ? await server.request(targetOf, { textDocument: { uri: place.uri.toString() } })
        : null;
    if (question !== asked) return;
    const where = target && placeOf(target);
    show(statusText(server.state, renderer, target, where, (message, ...values) => l10n.t(message, ...values)));
  };
  const show = (status: Status): void => {
    item.text = status.text;
    item.detail = status.detail;
    item.severity = severities[status.severity];
    item.busy = status.busy;
    item.command = { command: `ormsight.${status.action}`, title: actionTitle(status.action) };
    item.accessibilityInformation = { label: `Ormsight: ${status.text}. ${status.detail}` };
  };

  server.onNotification(targetsChanged, () => void update());
  server.onNotification(rendererState, (state) => {
    renderer = state;
    if (state.kind !== 'idle') void commands.executeCommand('setContext', 'ormsight.usesOrm', true);
    void update();
  });
  void update();
  return [item, server.onDidChangeState(() => void update()), window.onDidChangeActiveTextEditor(() => void update())];
};

const severities = {
  information: LanguageStatusSeverity.Information,
  warning: LanguageStatusSeverity.Warning,
  error: LanguageStatusSeverity.Error,
};

function actionTitle(action: Status['action']): string {
  const titles = {
    selectDialect: l10n.t('Select Dialect'),
    restartServer: l10n.t('Restart'),
    showOutput: l10n.t('Show Output'),
  };
  return titles[action];
}
