import { type QuickPickItem, QuickPickItemKind, Uri, commands, l10n, window, workspace } from 'vscode';
import { type Dialect, type ShownTarget, targetOf } from '../../../../server/src/protocol/target.ts';
import type { LanguageServer } from '../../languageClient.ts';
import { cursorPlace } from '../../platform/cursor.ts';
import { settings } from '../../platform/settings.ts';
import type { Feature } from '../../services.ts';
import { dialectNames, drivers } from './drivers.ts';

/** Choosing the database whose SQL is shown; the choice is written to the workspace's settings. */
export const registerDialect: Feature = ({ server }) => [
  commands.registerCommand('ormsight.selectDialect', async () => {
    const choice = await window.showQuickPick(choices(await currentTarget(server)), {
      title: l10n.t('Show SQL for'),
      placeHolder: l10n.t('The database and the driver whose SQL is shown'),
      matchOnDescription: true,
    });
    if (choice?.target !== undefined) await settings.setTarget(choice.target.dialect, choice.target.driver);
  }),
];

/** Where a target was found, as the user knows it: `alembic.ini`, line 3. */
export function placeOf({ where }: ShownTarget): string | null {
  return where && l10n.t('{0}, line {1}', workspace.asRelativePath(Uri.parse(where.uri)), where.line + 1);
}

interface Choice extends QuickPickItem {
  readonly target?: { readonly dialect: Dialect | null; readonly driver: string | null };
}

async function currentTarget(server: LanguageServer): Promise<ShownTarget | null> {
  const place = cursorPlace();
  return place && server.request(targetOf, { textDocument: { uri: place.uri.toString() } });
}

function choices(current: ShownTarget | null): Choice[] {
  const isFound = settings.dialect() === null;
  const found: Choice = {
    label: l10n.t('Automatic'),
    description: isFound && current ? current.name : '',
    detail:
      isFound && current ? reason(current) : l10n.t('What the project names: engine URLs, settings, alembic.ini, .env'),
    target: { dialect: null, driver: null },
  };
  const others = (Object.keys(drivers) as Dialect[]).flatMap((dialect) => {
    const separator: Choice = { label: dialectNames[dialect], kind: QuickPickItemKind.Separator };
    const known = drivers[dialect].map((driver, i) => choice(dialect, driver, i === 0, isFound ? null : current));
    return [separator].concat(known);
  });
  return [found, ...others];
}

function choice(dialect: Dialect, driver: string, isDefault: boolean, current: ShownTarget | null): Choice {
  const isCurrent =
    current?.dialect === dialect && (current.driver === driver || (isDefault && current.driver === null));
  return {
    label: `${isCurrent ? '$(check) ' : ''}${dialectNames[dialect]}`,
    description: driver,
    // The default is left open, so that each library takes its own.
    target: { dialect, driver: isDefault ? null : driver },
  };
}

function reason(target: ShownTarget): string {
  const place = placeOf(target);
  if (place) return l10n.t('Found in {0}', place);
  return target.source === 'assumed'
    ? l10n.t('Assumed: nothing in the project names a database')
    : l10n.t('Found in the project');
}
