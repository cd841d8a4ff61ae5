/** One file of a generated workspace. */
export interface GeneratedFile {
  /** Relative to the workspace, with `/`. */
  readonly path: string;
  readonly text: string;
  readonly kind: 'models' | 'queries' | 'migration' | 'test' | 'plain' | 'project';
}

/** Puts pieces of a module together, two blank lines between them. */
export function python(...pieces: readonly string[]): string {
  return `${pieces
    .map((piece) => piece.replace(/^\n+|\s+$/g, ''))
    .filter((piece) => piece !== '')
    .join('\n\n\n')}\n`;
}

/** Sets a piece of code in by so many levels; empty lines stay empty. */
export function indent(text: string, levels = 1): string {
  return text.replace(/^(?=.)/gm, '    '.repeat(levels));
}

export function lineCount(text: string): number {
  let lines = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines++;
  return lines;
}
