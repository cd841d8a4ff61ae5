import type { Handler } from '../handler.ts';
import { checkWorkspace } from './checkWorkspace.ts';
import { codeActions } from './codeActions.ts';
import { codeLens } from './codeLens.ts';
import { configuration } from './configuration.ts';
import { diagnostics } from './diagnostics.ts';
import { hover } from './hover.ts';
import { migrations } from './migrations.ts';
import { notebooks } from './notebooks.ts';
import { queryAt } from './queryAt.ts';
import { rendererState } from './rendererState.ts';
import { schema } from './schema.ts';
import { target } from './target.ts';
import { textDocuments } from './textDocuments.ts';
import { trust } from './trust.ts';
import { watchedFiles } from './watchedFiles.ts';
import { workspaceFolders } from './workspaceFolders.ts';

/** Everything the server answers. */
export const handlers: readonly Handler[] = [
  checkWorkspace,
  codeActions,
  codeLens,
  configuration,
  diagnostics,
  hover,
  migrations,
  notebooks,
  queryAt,
  rendererState,
  schema,
  target,
  textDocuments,
  trust,
  watchedFiles,
  workspaceFolders,
];
