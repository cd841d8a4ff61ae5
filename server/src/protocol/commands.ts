import type { Position } from './messages.ts';

/** Commands of the extension that the server links to. */
export const linkedCommands = {
  openSqlPreview: 'ormsight.openSqlPreview',
  copySql: 'ormsight.copySql',
  selectDialect: 'ormsight.selectDialect',
} as const;

/** The one argument of `openSqlPreview` and `copySql` when they come from a link: which query is meant. */
export interface QueryArgument {
  readonly uri: string;
  readonly position: Position;
}
