/** An expression with the text its offsets belong to: strings that hold Python are parsed on their own. */
import type { Expr } from '../python/syntax/nodes.ts';
import { parsedExpression } from '../python/syntax/quoted.ts';
import type { Scope, SourceFile } from '../python/types.ts';
import { oneLine } from './classes.ts';

export interface Piece {
  readonly file: SourceFile;
  /** Where its names are looked up. */
  readonly scope: Scope;
  readonly source: string;
  readonly expr: Expr;
}

export function pieceOf(file: SourceFile, scope: Scope, expr: Expr): Piece {
  return { file, scope, source: file.text, expr };
}

export function inside(piece: Piece, expr: Expr): Piece {
  return { ...piece, expr };
}

export function pieceText(piece: Piece): string {
  return oneLine(piece.source.slice(piece.expr.start, piece.expr.end));
}

/** The expression in a string (`"list[Post]"`), or the piece itself when it is no string. */
export function unquoted(piece: Piece): Piece {
  if (piece.expr.kind !== 'Constant' || piece.expr.type !== 'str') return piece;
  const source = piece.expr.value;
  const expr = parsedExpression(source);
  return expr ? { ...piece, source, expr } : piece;
}
