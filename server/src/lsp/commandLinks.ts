import type { HoverLinks } from '../ide/hoverText.ts';
import { linkedCommands, type QueryArgument } from '../protocol/commands.ts';

/** Links from a hover to the client's commands. Their only arguments are the address and position it asked about. */
export function queryLinks(uri: string, position: QueryArgument['position']): HoverLinks {
  const query: QueryArgument = { uri, position };
  return {
    open: commandLink(linkedCommands.openSqlPreview, query),
    copy: commandLink(linkedCommands.copySql, query),
    selectDialect: commandLink(linkedCommands.selectDialect),
  };
}

/** Arguments travel as an encoded JSON array; brackets too, since the link stands in Markdown. */
function commandLink(command: string, ...args: readonly object[]): string {
  if (args.length === 0) return `command:${command}`;
  const encoded = encodeURIComponent(JSON.stringify(args)).replace(/[()*'!]/g, hex);
  return `command:${command}?${encoded}`;
}

function hex(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
