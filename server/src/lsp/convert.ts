/** The only place where the protocol's addresses and positions become the engine's paths and offsets, and back. */
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Range } from 'vscode-languageserver';
import { normalizePath } from '../base/paths.ts';
import type { LineIndex, TextRange } from '../base/text.ts';

/**
 * The engine's path of an address. Files have their path; whatever is no file on this machine (an untitled text, a
 * remote repository) goes by its address.
 */
export function pathOfUri(uri: string): string {
  if (!/^file:/i.test(uri)) return normalizePath(uri);
  try {
    return lowerDrive(normalizePath(fileURLToPath(uri)));
  } catch {
    return normalizePath(uri);
  }
}

/** The address of a path. Open documents have one already: the client's own spelling, see `Documents.uriOf`. */
export function uriOfPath(path: string): string {
  return path.startsWith('/') || /^[a-z]:\//i.test(path) ? pathToFileURL(path).href : path;
}

export function toRange(range: TextRange, lines: LineIndex): Range {
  return { start: lines.position(range.start), end: lines.position(range.end) };
}

export function toTextRange(range: Range, lines: LineIndex): TextRange {
  return { start: lines.offset(range.start), end: lines.offset(range.end) };
}

/** `C:` and `c:` are one drive, and editors write both. */
function lowerDrive(path: string): string {
  return /^[A-Z]:/.test(path) ? path[0]!.toLowerCase() + path.slice(1) : path;
}
