import { type QuickPickItem, Range, Uri, commands, l10n, window, workspace } from 'vscode';
import {
  linkedCommands,
  type QueryArgument,
  showStatements,
  type StatementsArgument,
} from '../../../../server/src/protocol/commands.ts';
import type { Feature } from '../../services.ts';

type Place = StatementsArgument['places'][number];

/** What the count above a function runs: shows one of its statements in the preview, chosen where there are several. */
export const registerCodeLens: Feature = () => [
  commands.registerCommand(showStatements, async ({ places }: StatementsArgument) => {
    const place = places.length > 1 ? await choose(places) : places[0];
    if (place) await show(place);
  }),
];

async function choose(places: readonly Place[]): Promise<Place | undefined> {
  const items = await Promise.all(places.map(itemOf));
  const title = l10n.t('Show the SQL of');
  return (await window.showQuickPick(items, { title, matchOnDescription: true }))?.place;
}

/** The line of code, where it is, and how often it runs. */
async function itemOf(place: Place): Promise<QuickPickItem & { readonly place: Place }> {
  const uri = Uri.parse(place.uri);
  const { line } = place.range.start;
  const document = await workspace.openTextDocument(uri);
  const where = l10n.t('{0}, line {1}', workspace.asRelativePath(uri), line + 1);
  return {
    label: document.lineAt(Math.min(line, document.lineCount - 1)).text.trim(),
    description: place.times === null ? undefined : l10n.t('{0} times', place.times),
    detail: where,
    place,
  };
}

async function show({ uri, range: { start, end } }: Place): Promise<void> {
  // The end is in an attribute where its name is; the beginning belongs to what it is read from.
  const selection = new Range(end.line, end.character, end.line, end.character);
  const editor = await window.showTextDocument(Uri.parse(uri), { selection });
  editor.revealRange(new Range(start.line, start.character, end.line, end.character));
  const argument: QueryArgument = { uri, position: end };
  await commands.executeCommand(linkedCommands.openSqlPreview, argument);
}
