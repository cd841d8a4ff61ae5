import type { Position, Range } from './messages.ts';

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

/** What a code lens runs. Its arguments are the client's own business, so no link may name it. */
export const showStatements = 'ormsight.showStatements';

/** The one argument of `showStatements`: what sends the statements of a function. */
export interface StatementsArgument {
  readonly places: readonly {
    readonly uri: string;
    readonly range: Range;
    /** How often, `N × M`; null for once. */
    readonly times: string | null;
  }[];
}
