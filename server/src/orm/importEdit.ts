import { isText } from '../python/syntax/docstrings.ts';
import type { TextRange } from '../base/text.ts';
import type { Alias, ImportFrom, Stmt } from '../python/syntax/nodes.ts';
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
  if (same && same.names.length > 0) return [besideNames(same.names, name, file)];
  const after = lastImport(file.module.body, module.split('.')[0]!);
  const line = `from ${module} import ${name}\n`;
  if (!after) return [insert(file, startOfCode(file.module.body, file), line)];
  const next = file.lines.lineStart(file.lines.position(after.end).line + 1);
  return [insert(file, next, next === file.text.length && !file.text.endsWith('\n') ? `\n${line}` : line)];
}

function insert(file: SourceFile, at: number, newText: string) {
  return { path: file.path, range: { start: at, end: at }, newText };
}

/** Names that are sorted stay so, and one a line stays that. */
function besideNames(names: readonly Alias[], name: string, file: SourceFile) {
  const isSorted = names.every((each, i) => i === 0 || names[i - 1]!.name.text <= each.name.text);
  const next = isSorted ? names.find((each) => each.name.text > name) : undefined;
  const beside = next ?? names.at(-1)!;
  const lineBreak = /\r?\n[ \t]*$/.exec(file.text.slice(Math.max(0, beside.start - 200), beside.start))?.[0] ?? ' ';
  return next ? insert(file, next.start, `${name},${lineBreak}`) : insert(file, beside.end, `,${lineBreak}${name}`);
}

/** The last import of the block at the top of the file; of the same library, where it has any. */
function lastImport(body: readonly Stmt[], library: string): Stmt | undefined {
  let last: Stmt | undefined;
  let lastOfLibrary: Stmt | undefined;
  for (const [index, stmt] of body.entries()) {
    if (stmt.kind === 'Import' || stmt.kind === 'ImportFrom') {
      last = stmt;
      const names = stmt.kind === 'Import' ? stmt.names.map((each) => each.name.text) : [stmt.module?.text ?? ''];
      const isAbsolute = stmt.kind === 'Import' || stmt.level === 0;
      if (isAbsolute && names.some((each) => each.split('.')[0] === library)) lastOfLibrary = stmt;
    } else if (!(index === 0 && isText(stmt))) break;
  }
  return lastOfLibrary ?? last;
}

function startOfCode(body: readonly Stmt[], file: SourceFile): number {
  const first = body[0];
  if (!first) return file.text.length;
  return isText(first)
    ? file.lines.lineStart(file.lines.position(first.end).line + 1)
    : file.lines.lineStart(file.lines.position(first.start).line);
}
