import { isText } from '../python/syntax/docstrings.ts';
import type { TextRange } from '../base/text.ts';
import type { ImportFrom, Stmt } from '../python/syntax/nodes.ts';
import type { Program, SourceFile } from '../python/types.ts';

/**
 * The edit that makes `name` of `module` usable in a file: none when it is imported already, an addition to an
 * import of the same module, else a new line after the last import at the top.
 */
export function importEdit(
  program: Program,
  file: SourceFile,
  module: string,
  name: string,
): { readonly path: string; readonly range: TextRange; readonly newText: string }[] {
  if (program.lookup(file.scope, name).some((binding) => binding.kind === 'importFrom')) return [];
  const same = program
    .importsOf(file)
    .find(
      (stmt): stmt is ImportFrom =>
        stmt.kind === 'ImportFrom' &&
        stmt.level === 0 &&
        stmt.module?.text === module &&
        stmt.names.every((alias) => alias.name.text !== '*'),
    );
  const last = same?.names.at(-1);
  if (last) return [insert(file, last.end, `, ${name}`)];
  const after = lastImport(file.module.body);
  const line = `from ${module} import ${name}\n`;
  if (!after) return [insert(file, startOfCode(file.module.body, file), line)];
  const next = file.lines.lineStart(file.lines.position(after.end).line + 1);
  return [insert(file, next, next === file.text.length && !file.text.endsWith('\n') ? `\n${line}` : line)];
}

function insert(file: SourceFile, at: number, newText: string) {
  return { path: file.path, range: { start: at, end: at }, newText };
}

/** The last import of the block at the top of the file. */
function lastImport(body: readonly Stmt[]): Stmt | undefined {
  let last: Stmt | undefined;
  for (const [index, stmt] of body.entries()) {
    if (stmt.kind === 'Import' || stmt.kind === 'ImportFrom') last = stmt;
    else if (!(index === 0 && isText(stmt))) break;
  }
  return last;
}

function startOfCode(body: readonly Stmt[], file: SourceFile): number {
  const first = body[0];
  if (!first) return file.text.length;
  return isText(first)
    ? file.lines.lineStart(file.lines.position(first.end).line + 1)
    : file.lines.lineStart(file.lines.position(first.start).line);
}
