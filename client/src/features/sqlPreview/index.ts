import { commands } from 'vscode';
import { placeOfLink } from '../../platform/cursor.ts';
import type { Feature } from '../../services.ts';
import { SqlPreview } from './preview.ts';

/** The SQL of the query under the cursor, beside the code, while it is written. */
export const registerSqlPreview: Feature = ({ server }) => {
  const preview = new SqlPreview(server);
  return [
    preview,
    commands.registerCommand('ormsight.openSqlPreview', (argument?: unknown) => preview.open(placeOfLink(argument))),
  ];
};
