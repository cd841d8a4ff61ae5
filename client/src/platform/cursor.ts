import { Position, Uri, window } from 'vscode';
import type { QueryArgument } from '../../../server/src/protocol/commands.ts';
import { isOurs } from '../documents.ts';

/** A place in a document. */
export interface Place {
  readonly uri: Uri;
  readonly position: Position;
}

/** Where the cursor is; null when no Python has it. */
export function cursorPlace(): Place | null {
  const editor = window.activeTextEditor;
  return editor && isOurs(editor.document) ? { uri: editor.document.uri, position: editor.selection.active } : null;
}

/** The place a link names. A link's text is not ours to trust: null for anything else than an address and a position. */
export function placeOfLink(argument: unknown): Place | null {
  const { uri, position } = (argument ?? {}) as Partial<QueryArgument>;
  if (typeof uri !== 'string' || !isCount(position?.line) || !isCount(position.character)) return null;
  return { uri: Uri.parse(uri), position: new Position(position.line, position.character) };
}

/** As the protocol writes a place. */
export function documentPosition({ uri, position }: Place) {
  return {
    textDocument: { uri: uri.toString() },
    position: { line: position.line, character: position.character },
  };
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0;
}
