/**
 * Turns what only IPython understands into comments of the same length: lines that begin with `%`, `!` or `?`, and
 * whole cells of another language (`%%sql`). A `%` that goes on with an expression inside brackets or after a
 * backslash is Python's and stays.
 * https://ipython.readthedocs.io/en/stable/interactive/magics.html
 */
export function hideMagics(cell: string): string {
  if (!/^[ \t]*[%!?]/m.test(cell)) return cell;
  if (isOtherLanguage(cell)) return cell.replace(/[^\r\n]/g, ' ');
  let depth = 0;
  let result = '';
  let atLineStart = true;
  for (const [piece] of cell.matchAll(pieces)) {
    const isMagic = atLineStart && depth === 0 && /^[ \t]*[%!?]/.test(piece);
    result += isMagic ? piece.replace(/[%!?]/, '#') : piece;
    if (/^[([{]$/.test(piece)) depth++;
    else if (/^[)\]}]$/.test(piece)) depth = Math.max(0, depth - 1);
    atLineStart = /^(\r\n|\r|\n)$/.test(piece);
  }
  return result;
}

/** Cell magics after which Python goes on. */
const pythonMagics = /^\s*%%(time|timeit|capture|prun)\b/;

function isOtherLanguage(cell: string): boolean {
  return /^\s*%%/.test(cell) && !pythonMagics.test(cell);
}

/** Strings, comments, line breaks (also escaped ones), lines that may be magic, brackets, and the rest. */
const pieces =
  /"""(?:[^\\]|\\[^])*?(?:"""|$(?![^]))|'''(?:[^\\]|\\[^])*?(?:'''|$(?![^]))|"(?:[^"\\\r\n]|\\[^])*"?|'(?:[^'\\\r\n]|\\[^])*'?|#[^\r\n]*|\\(?:\r\n|[^])|\r\n|\r|\n|(?<=^|[\r\n])[ \t]*[%!?][^\r\n]*|[([{]|[)\]}]|[^]/g;
