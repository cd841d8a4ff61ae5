/** Pieces of the program that is written: statements that are kept, and how they are laid out as text. */
import type { Expr, Node } from '../python/syntax/nodes.ts';
import type { SourceFile } from '../python/types.ts';

/** A statement that is kept, without its place: `header` alone, or with the blocks below it. */
export interface Kept {
  readonly text: string;
  readonly body?: readonly Kept[];
}

/** Stands where the code leaves the function: the renderer shows nothing of such a way. */
export const UNREACHED: Kept = { text: 'raise' };

export function text(file: SourceFile, node: Node): string {
  return file.text.slice(node.start, node.end);
}

/** Parentheses are not part of an expression's range; a piece over several lines needs its own. */
export function inParentheses(file: SourceFile, expr: Expr): string {
  const source = text(file, expr);
  return source.includes('\n') || expr.kind === 'NamedExpr' ? `(${source}\n)` : source;
}

export function orPass(kept: readonly Kept[]): readonly Kept[] {
  return kept.length > 0 ? kept : [{ text: 'pass' }];
}

/**
 * One space for each level: never deeper than the lines of a kept function, which stay as they are, because a string
 * over several lines must not be indented.
 */
export function layout(kept: Kept, depth: number): string {
  const line = `${' '.repeat(depth)}${kept.text}\n`;
  return line + (kept.body ?? []).map((below) => layout(below, depth + 1)).join('');
}
